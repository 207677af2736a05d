//! `papers`: prints the documents whose truth is known into a folder.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use billfold_tests::papers;

const USAGE: &str = "usage: papers [--output FOLDER] [--only TEXT]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody to tell if this fails.
            let _ = writeln!(io::stderr(), "papers: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = billfold_tests::page::target_dir().join("papers");
    let mut only = String::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match name.as_str() {
            "--output" => output = value()?.into(),
            "--only" => only = value()?,
            _ => return Err(USAGE.into()),
        }
    }
    let chromium = std::env::var_os("BILLFOLD_CHROMIUM")
        .map_or_else(|| PathBuf::from("/usr/lib/chromium/chromium"), PathBuf::from);
    let fixtures: Vec<_> =
        papers::fixtures().into_iter().filter(|fixture| fixture.name.contains(&only)).collect();
    papers::generate(&chromium, &fixtures, &output)?;
    writeln!(io::stdout(), "{} documents in {}", fixtures.len(), output.display())?;
    Ok(())
}
