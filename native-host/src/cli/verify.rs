//! `verify`: every document against its record, every log against itself.

use super::table::plain;
use super::{Desk, Failure};
use crate::archive::{CANNOT_FIND, Check, Problem};
use clap::Args;

/// Options of `verify`.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Only the log of runs: whether a certificate was altered, added, moved or taken out
    #[arg(long, conflicts_with = "repair")]
    runs: bool,
    /// Put right what can be: lost records are written again, and documents that lie elsewhere are known by
    /// their new place. Adds to the archive and takes nothing from it
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    json: super::Json,
}

impl Verify {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        if self.runs {
            return runs(desk, self.json.json);
        }
        let mut repaired = Vec::new();
        if self.repair {
            repaired = desk.write()?.repair()?;
        }
        let check = desk.open()?.verify()?;
        if self.json.json {
            let Check { documents, problems, unknown_files, copies, .. } = &check;
            let report = serde_json::json!({
                "documents": documents,
                "problems": problems,
                "unknown_files": unknown_files,
                "copies": copies,
                "repaired": repaired,
            });
            desk.print_json(&report)?;
        } else {
            print(desk, &check, &repaired)?;
        }
        if check.problems.is_empty() { Ok(()) } else { Err(Failure::Short) }
    }
}

fn print(desk: &mut Desk<'_>, check: &Check, repaired: &[Problem]) -> Result<(), Failure> {
    for problem in repaired {
        writeln!(desk.out, "{}, put right", line(problem))?;
    }
    for problem in &check.problems {
        writeln!(desk.out, "{}", line(problem))?;
    }
    for path in &check.unknown_files {
        writeln!(desk.out, "{}: not filed by Billfold", plain(path))?;
    }
    for copy in &check.copies {
        writeln!(desk.out, "{}: a copy of {}", plain(&copy.path), plain(&copy.of))?;
    }
    Ok(writeln!(desk.out, "{} documents, {}", check.documents, count(check.problems.len(), "all as filed"))?)
}

/// The log of runs, and what such a check is worth.
fn runs(desk: &mut Desk<'_>, json: bool) -> Result<(), Failure> {
    let archive = desk.open()?;
    let (runs, problems) = (archive.runs()?.len(), archive.check_runs()?);
    if json {
        let report = serde_json::json!({ "runs": runs, "problems": problems, "cannot_find": CANNOT_FIND });
        desk.print_json(&report)?;
    } else {
        for problem in &problems {
            writeln!(desk.out, "{}", line(problem))?;
        }
        writeln!(desk.out, "{runs} runs, {}", count(problems.len(), "all as they were written"))?;
        writeln!(desk.out, "{CANNOT_FIND}")?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Short) }
}

fn line(problem: &Problem) -> String {
    format!("{}: {}", plain(problem.path.as_deref().unwrap_or("the archive")), problem.sentence)
}

fn count(problems: usize, none: &str) -> String {
    match problems {
        0 => none.to_owned(),
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    }
}
