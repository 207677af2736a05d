//! Whether the archive still is what was filed: reads everything, changes nothing.

use super::{Archive, Certificate, Entry, Layout, OWN_FOLDER, Record, Trouble, hex, recover};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a check found.
#[derive(Debug)]
pub struct Check {
    /// Documents checked.
    pub documents: usize,
    /// What is not as it was filed.
    pub problems: Vec<Problem>,
    /// PDFs that lie among the documents and are none of ours.
    pub unknown_files: Vec<String>,
}

/// Something that is not as it was filed. The keys and the values of `what` are documented and stay.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, relative to the archive.
    pub path: Option<String>,
    /// `missing`, `changed`, `record`, `journal`, `runs`.
    pub what: &'static str,
    /// For people.
    pub sentence: String,
}

fn problem(path: Option<&str>, what: &'static str, sentence: impl Into<String>) -> Problem {
    Problem { path: path.map(Into::into), what, sentence: sentence.into() }
}

impl Archive {
    /// Where a document lies.
    pub fn file(&self, record: &Record) -> PathBuf {
        self.layout().place(record, false)
    }

    /// The certificates of all runs, the oldest first.
    pub fn runs(&self) -> Result<Vec<Certificate>, Trouble> {
        Ok(self.run_lines()?.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Checks every document, record and log.
    pub fn verify(&self) -> Result<Check, Trouble> {
        let records = self.index().records()?;
        let mut problems = Vec::new();
        for record in &records {
            problems.extend(self.check_document(record));
        }
        for (record, _) in self.index().quarantined()? {
            if recover::digest(&self.layout().place(&record, true), record.size).as_ref()
                != Some(&record.sha256)
            {
                let path = format!("{OWN_FOLDER}/quarantine/{}.pdf", record.sha256);
                problems.push(problem(
                    Some(&path),
                    "missing",
                    "the document in quarantine is gone or was changed",
                ));
            }
        }
        let unreadable = self.index().unreadable_lines()?;
        if unreadable > 0 {
            problems.push(problem(
                None,
                "journal",
                format!("{unreadable} lines of the journal make no sense"),
            ));
        }
        self.check_runs(&mut problems)?;
        let known: HashSet<&str> = records.iter().map(|record| record.path.as_str()).collect();
        let mut unknown_files = Vec::new();
        walk(self.root(), "", &mut |path| {
            if path.to_lowercase().ends_with(".pdf") && !known.contains(path) {
                unknown_files.push(path.to_owned());
            }
        });
        unknown_files.sort();
        Ok(Check { documents: records.len(), problems, unknown_files })
    }

    fn check_document(&self, record: &Record) -> Vec<Problem> {
        let path = Some(record.path.as_str());
        let file = self.file(record);
        let mut problems = Vec::new();
        if !file.is_file() {
            problems.push(problem(path, "missing", "the document is not there any more"));
        } else if recover::digest(&file, record.size).as_ref() != Some(&record.sha256) {
            problems.push(problem(path, "changed", "the document is not what was filed"));
        }
        let text = fs::read_to_string(self.layout().record(&record.sha256));
        if !text.is_ok_and(|text| serde_json::from_str::<Record>(&text).is_ok_and(|found| found == *record)) {
            problems.push(problem(
                path,
                "record",
                "its record is missing or was changed; see `billfold reindex`",
            ));
        }
        problems
    }

    /// Each line names the one before; the journal names the last.
    fn check_runs(&self, problems: &mut Vec<Problem>) -> Result<(), Trouble> {
        let mut prev = String::new();
        for (at, line) in self.run_lines()?.iter().enumerate() {
            let named = serde_json::from_str::<Certificate>(line).map(|certificate| certificate.prev);
            if named.is_ok_and(|named| named != prev) || serde_json::from_str::<Certificate>(line).is_err() {
                let sentence =
                    format!("line {} of the log of runs does not follow from the one before", at + 1);
                problems.push(problem(None, "runs", sentence));
            }
            prev = hex(&Sha256::digest(line));
        }
        let head = self.index().head()?.unwrap_or_default();
        if head != prev {
            problems.push(problem(None, "runs", "the log of runs does not end where the journal says"));
        }
        Ok(())
    }

    /// What the journal would say about the runs' certificates, if it does not.
    pub(super) fn forgotten_runs(&self) -> Result<Vec<Entry>, Trouble> {
        let mut entries = Vec::new();
        for line in self.run_lines()? {
            let head = hex(&Sha256::digest(&line));
            let Ok(Certificate { run, sum, .. }) = serde_json::from_str(&line) else { continue };
            if self.index().run(&run)?.is_none() {
                entries.push(Entry::Certificate { run, head, sum });
            }
        }
        Ok(entries)
    }

    fn run_lines(&self) -> Result<Vec<String>, Trouble> {
        let path = self.layout().runs();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().map(Into::into).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(Trouble::at(&path)(error)),
        }
    }
}

/// The records that lie in the archive, whoever wrote them.
pub(super) fn records_on_disk(layout: Layout<'_>) -> Vec<Record> {
    let files = fs::read_dir(layout.records()).into_iter().flatten().flatten();
    files.filter_map(|file| serde_json::from_slice(&fs::read(file.path()).ok()?).ok()).collect()
}

/// Every file below a folder but our own and hidden ones, relative and with `/`. Links are not followed.
fn walk(folder: &Path, prefix: &str, found: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&entry.path(), &format!("{path}/"), found);
        } else {
            found(&path);
        }
    }
}
