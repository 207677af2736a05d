//! The process: its arguments, environment and standard streams, which appear here and nowhere else.

use billfold_host::{caller, cli, host, log, places::Env, reader};
use cap::Cap;
use std::alloc::System;
use std::process::ExitCode;

/// Without a limit, except in a process that reads a document.
#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let texts: Vec<String> = arguments.iter().map(|text| text.to_string_lossy().into_owned()).collect();
    if let [_, flag, rest @ ..] = texts.as_slice()
        && flag == reader::CHILD_FLAG
    {
        let limit = |bytes| MEMORY.set_limit(bytes).unwrap_or_default();
        return reader::run_child(rest, std::io::stdin(), std::io::stdout(), limit);
    }
    let env = Env::of_process();
    if let Some(caller) = caller::from_arguments(&texts) {
        let log = log::Log::open(&env, Box::new(std::io::stderr()));
        return host::run(std::io::stdin(), std::io::stdout(), caller, env, log);
    }
    let program = std::env::current_exe().unwrap_or_default();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    cli::run(arguments, &env, &program, &mut out, &mut err)
}
