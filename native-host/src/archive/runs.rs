//! The log of runs: `.billfold/runs/runs.jsonl`, one line for each run, each with the SHA-256 of the line
//! before. It finds accidents and casual edits, not a forger, who can chain as well as we can.

use super::{Archive, Entry, Trouble, Writer, durable, hex};
use billfold_core::protocol::{Code, Outcome, Source, Sum};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
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
    /// What became of them.
    #[serde(flatten)]
    pub rows: Terms,
    /// What became of the receipts, if the config wants them: one for each invoice that is in the archive. Its
    /// `without_document` are invoices without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipts: Option<Terms>,
    /// What a person should know about the run as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// An equation, with the names of each of its terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Terms {
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
}

impl Terms {
    /// Counts one more, by what became of it.
    pub fn add(&mut self, named: Named, outcome: &Outcome) {
        self.sum.add(outcome);
        let (term, why) = match outcome {
            Outcome::Filed => (&mut self.filed, None),
            Outcome::AlreadyHad => (&mut self.already_had, None),
            Outcome::WithoutDocument => (&mut self.without_document, None),
            Outcome::Quarantined { code, detail } => (&mut self.quarantined, Some((*code, detail.clone()))),
            Outcome::Failed { code, detail } => (&mut self.failed, Some((*code, detail.clone()))),
        };
        let (code, detail) = why.map_or((None, None), |(code, detail)| (Some(code), detail));
        term.push(Named { code, detail, ..named });
    }
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
    /// What the archive knows the row by: a hash of its key.
    #[serde(default)]
    pub identity: Option<String>,
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
        let Tail { last, whole, .. } = tail(&path).map_err(Trouble::at(&path))?;
        certificate.prev = last.map(|line| hex(&Sha256::digest(line))).unwrap_or_default();
        let line = serde_json::to_string(&certificate).map_err(|error| Trouble::at(&path)(error.into()))?;
        if let Err(error) = append(&path, whole, &line) {
            // The line may be there all the same: it has to be looked at before it is written again.
            self.is_broken = true;
            return Err(Trouble::at(&path)(error));
        }
        let head = hex(&Sha256::digest(&line));
        self.append(vec![Entry::Certificate { run: certificate.run, head, sum: certificate.rows.sum }], true)
    }

    /// What a crash between the log of runs and the journal left: a line that was cut off goes, and a last line
    /// that the journal does not know is entered, if it follows from the one that the journal knows. Anything
    /// else is no crash, and is for `verify` to tell.
    pub(super) fn settle_runs(&mut self) -> Result<(), Trouble> {
        let path = self.layout().runs();
        let Tail { last, whole, len } = tail(&path).map_err(Trouble::at(&path))?;
        if whole < len {
            let cut = OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(whole));
            cut.map_err(Trouble::at(&path))?;
        }
        let Some(line) = last else { return Ok(()) };
        let (head, known) = (hex(&Sha256::digest(&line)), self.index().head()?.unwrap_or_default());
        match serde_json::from_slice(&line) {
            Ok(Certificate { run, rows: Terms { sum, .. }, prev, .. }) if prev == known && head != known => {
                sync(&path).map_err(Trouble::at(&path))?;
                self.append(vec![Entry::Certificate { run, head, sum }], true)
            }
            _ => Ok(()),
        }
    }
}

/// How much of the log's end is read at first. A line has about a hundred bytes for each row.
const TAIL: u64 = 64 * 1024;

/// How the log of runs ends.
struct Tail {
    /// The last whole line.
    last: Option<Vec<u8>>,
    /// The length up to its end.
    whole: u64,
    /// The length of all.
    len: u64,
}

/// Reads from the end, and no more than it takes: the log grows with every row of every run.
fn tail(path: &Path) -> io::Result<Tail> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Tail { last: None, whole: 0, len: 0 });
        }
        file => file?,
    };
    let len = file.metadata()?.len();
    let mut size = TAIL;
    loop {
        let start = len.saturating_sub(size);
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.read_to_end(&mut text)?;
        let ends = text.iter().rev().enumerate().filter(|(_, byte)| **byte == b'\n');
        let mut ends = ends.map(|(back, _)| text.len() - back);
        let (whole, before) = (ends.next(), ends.next());
        if start == 0 || before.is_some() {
            let last = whole.and_then(|whole| text.get(before.unwrap_or(0)..whole - 1));
            let whole = whole.map_or(start, |whole| start + whole as u64);
            return Ok(Tail { last: last.map(<[u8]>::to_vec), whole, len });
        }
        size = size.saturating_mul(8);
    }
}

/// Makes the log durable, and its name.
fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    path.parent().map_or(Ok(()), durable::sync_folder)
}

/// Appends a line after the last whole one: what a crash cut off was never answered for.
fn append(path: &Path, whole: u64, line: &str) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()?;
    match path.parent() {
        // A first line may follow on a crash that left the file without a durable name.
        Some(folder) if whole == 0 => durable::sync_folder(folder),
        _ => Ok(()),
    }
}

/// The lines of the log.
pub(super) fn lines(path: &Path) -> Result<Vec<String>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map(Into::into).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Trouble::at(path)(error)),
    }
}

impl Archive {
    /// The certificates of all runs, the oldest first.
    pub fn runs(&self) -> Result<Vec<Certificate>, Trouble> {
        let lines = lines(&self.layout().runs())?;
        Ok(lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// What the journal would say about the runs' certificates, if it does not.
    pub(super) fn forgotten_runs(&self) -> Result<Vec<Entry>, Trouble> {
        let mut entries = Vec::new();
        for line in lines(&self.layout().runs())? {
            let head = hex(&Sha256::digest(&line));
            let Ok(Certificate { run, rows: Terms { sum, .. }, .. }) = serde_json::from_str(&line) else {
                continue;
            };
            if self.index().run(&run)?.is_none() {
                entries.push(Entry::Certificate { run, head, sum });
            }
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_found_however_long_its_lines_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.jsonl");
        let long = "x".repeat(200_000);
        assert!(tail(&path).unwrap().last.is_none());
        for (text, last, whole) in [
            ("", None, 0),
            ("cut off", None, 0),
            ("one\n", Some("one"), 4),
            ("one\ntwo\ncut", Some("two"), 8),
            (&format!("one\n{long}\n"), Some(long.as_str()), 200_005),
            (&format!("{long}\n"), Some(long.as_str()), 200_001),
            (&format!("one\n{long}"), Some("one"), 4),
            (&long, None, 0),
        ] {
            std::fs::write(&path, text).unwrap();
            let tail = tail(&path).unwrap();
            let expected = (last.map(|last| last.as_bytes().to_vec()), whole, text.len() as u64);
            assert!((tail.last, tail.whole, tail.len) == expected, "{} bytes", text.len());
        }
    }
}
