//! `verify`: every document against its record, every log against itself.

use super::{Desk, Failure};
use crate::archive::Check;

pub(super) fn run(desk: &mut Desk<'_>, json: bool) -> Result<(), Failure> {
    let archive = desk.open()?;
    let Check { documents, problems, unknown_files } = archive.verify()?;
    if json {
        let report = serde_json::json!({
            "documents": documents,
            "problems": problems,
            "unknown_files": unknown_files,
        });
        desk.print_json(&report)?;
    } else {
        for problem in &problems {
            let path = problem.path.as_deref().unwrap_or("the archive");
            writeln!(desk.out, "{}: {}", super::table::plain(path), problem.sentence)?;
        }
        for path in &unknown_files {
            writeln!(desk.out, "{}: not filed by Billfold", super::table::plain(path))?;
        }
        let summary = match problems.len() {
            0 => "all as filed".to_owned(),
            1 => "1 problem".to_owned(),
            count => format!("{count} problems"),
        };
        writeln!(desk.out, "{documents} documents, {summary}")?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Short) }
}
