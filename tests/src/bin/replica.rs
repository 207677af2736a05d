//! `replica`: the replica portals as a program, for the demo, the benchmarks and a look by hand.
//!
//! Prints one line of JSON when it is ready, then serves until its standard input ends or it is killed.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use billfold_tests::{Config, Replica};

const USAGE: &str = "usage: replica [--size N] [--portal-size N] [--void N] [--seed N] [--latency-ms N]
               [--https-port N] [--control-port N] [--knobs JSON] [--no-pages] [--printed DIR] [--forever]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody to tell if this fails.
            let _ = writeln!(io::stderr(), "replica: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    let mut forever = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match name.as_str() {
            "--size" => config.openai.first_mut().ok_or(USAGE)?.size = value()?.parse()?,
            "--void" => config.openai.first_mut().ok_or(USAGE)?.void = value()?.parse()?,
            "--portal-size" => {
                config.stripe.size = value()?.parse()?;
                config.chatgpt.size = config.stripe.size;
            }
            "--seed" => {
                let seed = value()?.parse()?;
                let specs = config.openai.iter_mut().chain([&mut config.stripe, &mut config.chatgpt]);
                specs.for_each(|spec| spec.seed = seed);
            }
            "--latency-ms" => config.knobs.latency_ms = value()?.parse()?,
            "--https-port" => config.https_port = value()?.parse()?,
            "--control-port" => config.control_port = value()?.parse()?,
            "--knobs" => config.knobs = serde_json::from_str(&value()?)?,
            "--no-pages" => config.pages = false,
            "--printed" => config.printed = Some(value()?.into()),
            "--forever" => forever = true,
            _ => return Err(USAGE.into()),
        }
    }
    let replica = Replica::try_start(config)?;
    writeln!(io::stdout(), "{}", replica.describe())?;
    io::stdout().flush()?;
    if forever {
        loop {
            std::thread::park();
        }
    }
    // Ends with whoever started it, even if that was killed.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
