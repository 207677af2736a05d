//! The process: its arguments, environment and standard streams, which appear here and nowhere else.

use billfold_host::{caller, cli, host, log, places::Env};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let texts: Vec<String> = arguments.iter().map(|text| text.to_string_lossy().into_owned()).collect();
    let env = Env::of_process();
    if let Some(caller) = caller::from_arguments(&texts) {
        let log = log::Log::open(&env, Box::new(std::io::stderr()));
        return host::run(std::io::stdin(), std::io::stdout(), caller, env, log);
    }
    let program = std::env::current_exe().unwrap_or_default();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    cli::run(arguments, &env, &program, &mut out, &mut err)
}
