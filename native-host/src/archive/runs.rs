//! The log of runs: `.billfold/runs/runs.jsonl`, one line for each run, each with the SHA-256 of the line
//! before. It finds accidents and casual edits, not a forger, who can chain as well as we can.

use super::{Entry, Trouble, Writer, durable, hex};
use billfold_core::protocol::{Code, Source, Sum};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// How a run ended: what the page listed, and what became of each row that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The version of this format.
    pub schema: u32,
    /// SHA-256 of the line before this one, without its line end; empty in the first.
    pub prev: String,
    /// When, in UTC.
    pub at: String,
    /// Which run.
    pub run: String,
    /// Where, from whom, for whom.
    pub source: Source,
    /// How far the page's list reached.
    pub reach: Reach,
    /// The equation.
    pub sum: Sum,
    /// The rows of each of its terms.
    pub filed: Vec<Named>,
    /// Held before.
    pub already_had: Vec<Named>,
    /// Nothing to fetch.
    pub without_document: Vec<Named>,
    /// A person has to look.
    pub quarantined: Vec<Named>,
    /// Can be asked for again.
    pub failed: Vec<Named>,
    /// What a person should know about the run as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What the page listed, asked for or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Rows on the page.
    pub rows: u32,
    /// The earliest day among them.
    pub from: Option<NaiveDate>,
    /// The latest.
    pub to: Option<NaiveDate>,
}

/// A row as a person would name it. Never its key, never its link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Its place in the page's list.
    pub row: u32,
    /// Its number, or its date and amount.
    pub name: String,
    /// Why, where it did not end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What else helps a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Writer {
    /// Appends a run's certificate, durably, and the chain's new head to the journal.
    pub fn certify(&mut self, mut certificate: Certificate) -> Result<(), Trouble> {
        let path = self.layout().runs();
        let text = fs::read(&path).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(Trouble::at(&path)(error)),
        })?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let last = text.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n').rev().nth(1);
        certificate.prev = last.map(|line| hex(&Sha256::digest(line))).unwrap_or_default();
        let line = serde_json::to_string(&certificate).map_err(|error| Trouble::at(&path)(error.into()))?;
        append(&path, whole as u64, &line).map_err(Trouble::at(&path))?;
        let head = hex(&Sha256::digest(&line));
        self.append(vec![Entry::Certificate { run: certificate.run, head, sum: certificate.sum }], true)
    }
}

/// Appends a line after the last whole one: what a crash cut off was never answered for.
fn append(path: &Path, whole: u64, line: &str) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.set_len(whole)?;
    io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) if is_new => durable::sync_folder(folder),
        _ => Ok(()),
    }
}
