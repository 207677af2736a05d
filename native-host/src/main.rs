//! The process: its arguments, environment and standard streams, which appear here and nowhere else.

use billfold_host::{caller, host, log, places::Env};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let env = Env::of_process();
    if let Some(caller) = caller::from_arguments(&arguments) {
        let log = log::Log::open(&env, Box::new(std::io::stderr()));
        return host::run(std::io::stdin(), std::io::stdout(), caller, env, log);
    }
    ExitCode::from(2)
}
