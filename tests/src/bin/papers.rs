//! `papers`: prints the documents whose truth is known into a folder, and tells what a reader makes of them.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use billfold_tests::papers;

const USAGE: &str = "usage: papers [--output FOLDER] [--only TEXT] [--reader BILLFOLD [--peer PYTHON --host-bench PROGRAM]] [--random COUNT] [--sample]";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            // Nobody to tell if this fails.
            let _ = writeln!(io::stderr(), "papers: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut output = billfold_tests::page::target_dir().join("papers");
    let mut only = String::new();
    let mut reader: Option<PathBuf> = None;
    let mut peer: Option<PathBuf> = None;
    let mut host_bench: Option<PathBuf> = None;
    let mut random: Option<u64> = None;
    let mut sample = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match name.as_str() {
            "--output" => output = value()?.into(),
            "--only" => only = value()?,
            "--peer" => peer = Some(value()?.into()),
            "--host-bench" => host_bench = Some(value()?.into()),
            "--random" => random = Some(value()?.parse()?),
            "--sample" => sample = true,
            "--reader" => reader = Some(value()?.into()),
            _ => return Err(USAGE.into()),
        }
    }
    let chromium = billfold_tests::browser::chromium()?;
    if sample {
        papers::write_sample(&chromium, &output)?;
        return Ok(ExitCode::SUCCESS);
    }
    let all = random.map_or_else(papers::fixtures, |count| (0..count).map(papers::random).collect());
    let fixtures: Vec<_> = all.into_iter().filter(|fixture| fixture.name.contains(&only)).collect();
    papers::generate(&chromium, &fixtures, &output)?;
    if let (Some(python), Some(host_bench), Some(billfold)) = (&peer, &host_bench, &reader) {
        let readers = papers::peer::Readers { billfold, host_bench, python };
        for figure in papers::peer::figures(readers, &fixtures, &output)? {
            writeln!(io::stdout(), "{figure}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(io::stdout(), "{} documents in {}", fixtures.len(), output.display())?;
    if let Some(billfold) = reader {
        let report = papers::reading::check(&billfold, &fixtures, &output)?;
        write!(io::stdout(), "{report}")?;
        if !report.holds() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
