//! What the host makes of documents: `billfold read --json`, for as many as there are.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::compare::{Report, compare};
use super::set::Fixture;

/// So many files by one command.
const AT_ONCE: usize = 40;

/// What `billfold` reads in each of `files`, in their order.
pub fn read(billfold: &Path, files: &[PathBuf]) -> io::Result<Vec<Value>> {
    let mut all = Vec::new();
    for files in files.chunks(AT_ONCE) {
        let mut command = Command::new(billfold);
        // No archive and no settings but the built-in ones.
        command.env("BILLFOLD_CONFIG", "/nonexistent").arg("read").arg("--json").args(files);
        let output = command.stdin(Stdio::null()).output()?;
        let answer: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
            io::Error::other(format!("{error}: {}", String::from_utf8_lossy(&output.stderr).trim()))
        })?;
        match answer {
            Value::Array(answers) => all.extend(answers),
            one => all.push(one),
        }
    }
    if all.len() == files.len() {
        return Ok(all);
    }
    Err(io::Error::other(format!("{} answers for {} files", all.len(), files.len())))
}

/// Reads `fixtures`, which lie in `dir`, and compares them with their truth.
pub fn check(billfold: &Path, fixtures: &[Fixture], dir: &Path) -> io::Result<Report> {
    let files: Vec<PathBuf> =
        fixtures.iter().map(|fixture| dir.join(format!("{}.pdf", fixture.name))).collect();
    let mut report = Report::default();
    for (fixture, read) in fixtures.iter().zip(read(billfold, &files)?) {
        report.add(&fixture.name, compare(&fixture.truth(), &read));
    }
    Ok(report)
}
