//! Whether the archive still is what was filed: reads everything, changes nothing.

use super::spread::{processors, spread};
use super::{Archive, Entry, Layout, Move, OWN_FOLDER, Record, Trouble, chain, recover, runs};
use billfold_core::filing::ArchivePath;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a check found.
#[derive(Debug, Default)]
pub struct Check {
    /// Documents checked.
    pub documents: usize,
    /// What is not as it was filed.
    pub problems: Vec<Problem>,
    /// PDFs that lie among the documents and are none of ours.
    pub unknown_files: Vec<String>,
    /// PDFs that have the same bytes as a document which is at its place.
    pub copies: Vec<Copied>,
    /// Documents that lie elsewhere, with their bytes unchanged.
    pub(super) found: Vec<Move>,
    /// Documents whose record has to be written again.
    pub(super) records: Vec<Record>,
}

/// A file that is there a second time.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Where, relative to the archive.
    pub path: String,
    /// The document's own place.
    pub of: String,
}

/// Something that is not as it was filed. The keys and the values of `what` are documented and stay.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, relative to the archive.
    pub path: Option<String>,
    /// `missing`, `changed`, `moved`, `record`, `journal`, `runs`.
    pub what: &'static str,
    /// For people.
    pub sentence: String,
}

impl Problem {
    pub(super) fn new(path: Option<&str>, what: &'static str, sentence: impl Into<String>) -> Problem {
        Problem { path: path.map(Into::into), what, sentence: sentence.into() }
    }
}

/// The state of a document's file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    Whole,
    Missing,
    Changed,
}

impl Archive {
    /// Where a document lies.
    pub fn file(&self, record: &Record) -> PathBuf {
        self.layout().place(record, false)
    }

    /// Checks every document, record and log.
    pub fn verify(&self) -> Result<Check, Trouble> {
        let layout = self.layout();
        let texts = self.index().texts()?;
        let checked = spread(&texts, processors(), |text| {
            let record: Record = serde_json::from_str(text).ok()?;
            let (file, has_record) = (state(layout, &record, false), has_record(layout, &record));
            Some((record, (file, has_record)))
        });
        let (records, states): (Vec<Record>, Vec<(File, bool)>) = checked.into_iter().flatten().unzip();
        let mut check = Check { documents: records.len(), ..Check::default() };
        let strays = self.strays_among(&records);
        let copies = recognise(layout, &strays, &records);
        let mut known: HashSet<&str> = HashSet::new();
        for (record, (file, has_record)) in records.iter().zip(&states) {
            let path = record.path.as_str();
            let copies = copies.get(record.sha256.as_str()).map(Vec::as_slice).unwrap_or_default();
            known.extend(copies.iter().map(|copy| copy.as_str()));
            let place = match (file, copies) {
                (File::Whole, _) => None,
                (_, [found, ..]) => {
                    let sentence = format!("the document lies at {found} now");
                    let to = (*found).clone();
                    check.found.push(Move { sha256: record.sha256.clone(), from: record.path.clone(), to });
                    Some(Problem::new(Some(path), "moved", sentence))
                }
                (File::Missing, []) => {
                    Some(Problem::new(Some(path), "missing", "the document is not there any more"))
                }
                (File::Changed, []) => {
                    Some(Problem::new(Some(path), "changed", "the document is not what was filed"))
                }
            };
            let doubles = copies.iter().skip(usize::from(*file != File::Whole));
            check.copies.extend(doubles.map(|copy| Copied { path: copy.to_string(), of: path.to_owned() }));
            check.problems.extend(place);
            if !has_record {
                let sentence = "its record is missing or was changed";
                check.problems.push(Problem::new(Some(path), "record", sentence));
                check.records.push(record.clone());
            }
        }
        check.unknown_files = strays
            .iter()
            .map(|stray| stray.to_string())
            .filter(|stray| !known.contains(stray.as_str()))
            .collect();
        let forgotten = self.forgotten(&records)?;
        if forgotten > 0 {
            let sentence = format!("{forgotten} documents have a record but are unknown to the journal");
            check.problems.push(Problem::new(None, "journal", sentence));
        }
        self.check_quarantine(&mut check.problems)?;
        let unreadable = self.index().unreadable_lines()?;
        if unreadable > 0 {
            let sentence = format!("{unreadable} lines of the journal make no sense");
            check.problems.push(Problem::new(None, "journal", sentence));
        }
        check.problems.extend(self.check_runs()?);
        Ok(check)
    }

    /// Records that stand for nothing the journal knows: it was lost, or is an older one.
    fn forgotten(&self, records: &[Record]) -> Result<usize, Trouble> {
        let under_way = self.index().under_way()?;
        let begun = under_way.iter().filter_map(|entry| match entry {
            Entry::Intent { record, .. } => Some(record.as_ref()),
            _ => None,
        });
        let known: HashSet<&str> = records.iter().chain(begun).map(|record| record.sha256.as_str()).collect();
        let files = fs::read_dir(self.layout().records()).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        let forgotten =
            names.filter(|name| name.strip_suffix(".json").is_some_and(|sha256| !known.contains(sha256)));
        Ok(forgotten.count())
    }

    fn check_quarantine(&self, problems: &mut Vec<Problem>) -> Result<(), Trouble> {
        for (record, _) in self.index().quarantined()? {
            if state(self.layout(), &record, true) != File::Whole {
                let path = format!("{OWN_FOLDER}/quarantine/{}.pdf", record.sha256);
                let sentence = "the document in quarantine is gone or was changed";
                problems.push(Problem::new(Some(&path), "missing", sentence));
            }
        }
        Ok(())
    }

    /// Checks the log of runs alone.
    pub fn check_runs(&self) -> Result<Vec<Problem>, Trouble> {
        let heads = chain::heads(&self.layout().journal())?;
        Ok(chain::check(&runs::lines(&self.layout().runs())?, &heads))
    }

    /// PDFs in the archive that are not at a document's place.
    pub(super) fn strays(&self) -> Result<Vec<ArchivePath>, Trouble> {
        Ok(self.strays_among(&self.index().records()?))
    }

    fn strays_among(&self, records: &[Record]) -> Vec<ArchivePath> {
        let known: HashSet<&str> = records.iter().map(|record| record.path.as_str()).collect();
        let mut strays = Vec::new();
        walk(self.layout(), "", &mut |path| {
            if path.to_lowercase().ends_with(".pdf") && !known.contains(path) {
                strays.extend(ArchivePath::parse(path));
            }
        });
        strays.sort();
        strays
    }
}

/// The strays that have the bytes of a document, by its SHA-256. Only what has the size of one is read.
fn recognise<'a>(
    layout: Layout<'_>,
    strays: &'a [ArchivePath],
    records: &'a [Record],
) -> HashMap<&'a str, Vec<&'a ArchivePath>> {
    let mut by_size: HashMap<u64, Vec<&str>> = HashMap::new();
    for record in records {
        by_size.entry(record.size).or_default().push(&record.sha256);
    }
    let found = spread(strays, processors(), |stray| {
        let file = layout.file(stray);
        let size = fs::metadata(&file).ok()?.len();
        let candidates = by_size.get(&size)?;
        let digest = recover::digest(&file, size)?;
        candidates.iter().copied().find(|sha256| *sha256 == digest)
    });
    let mut copies: HashMap<&str, Vec<&ArchivePath>> = HashMap::new();
    for (stray, sha256) in strays.iter().zip(found) {
        if let Some(sha256) = sha256 {
            copies.entry(sha256).or_default().push(stray);
        }
    }
    copies
}

fn state(layout: Layout<'_>, record: &Record, quarantined: bool) -> File {
    match recover::read_digest(&layout.place(record, quarantined), record.size) {
        Ok(digest) if digest.as_ref() == Some(&record.sha256) => File::Whole,
        Err(error) if error.kind() == io::ErrorKind::NotFound => File::Missing,
        _ => File::Changed,
    }
}

fn has_record(layout: Layout<'_>, record: &Record) -> bool {
    let text = fs::read(layout.record(&record.sha256));
    text.is_ok_and(|text| {
        text == record.to_file().as_bytes()
            || serde_json::from_slice::<Record>(&text).is_ok_and(|found| found == *record)
    })
}

/// What the JSON files of a folder say, whoever wrote them. Others, such as a changed record that was kept
/// beside, are none of them.
pub(super) fn read_all<T: DeserializeOwned>(folder: &Path) -> Vec<T> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let files = files.filter(|file| file.extension().is_some_and(|end| end == "json"));
    files.filter_map(|file| serde_json::from_slice(&fs::read(file).ok()?).ok()).collect()
}

/// Every file below a folder but our own and hidden ones, relative and with `/`. Links are not followed.
fn walk(layout: Layout<'_>, prefix: &str, found: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(layout.root().join(prefix)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(layout, &format!("{path}/"), found);
        } else {
            found(&path);
        }
    }
}
