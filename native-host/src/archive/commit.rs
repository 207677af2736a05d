//! Filing a batch of documents so that a kill at any system call leaves each of them whole or not at all.
//!
//! The order: staged bytes on the disk → intents, with the whole records, in the journal and on the disk →
//! each file renamed to its place, never over another → folders on the disk → the journal says filed.
//! The batch shares the barriers. Record files and the last line need none: start-up writes them again from
//! the intents (see [`super::recover`]).

use super::{Barrier, Entry, Layout, Reason, Record, Trouble, Writer, durable};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A document that is ready to be filed.
#[derive(Debug)]
pub struct Incoming {
    /// Its bytes, in staging.
    pub staged: NamedTempFile,
    /// The wait for them, unless it is over.
    pub barrier: Option<Barrier>,
    /// Everything about it, its place included.
    pub record: Record,
    /// Why it goes to quarantine instead, if it does.
    pub quarantine: Option<Reason>,
}

/// What stands beside a document in quarantine.
#[derive(Serialize, Deserialize)]
pub(super) struct Quarantined {
    pub(super) reason: Reason,
    pub(super) record: Record,
}

/// What became of one document of a batch.
#[derive(Debug)]
pub enum Committed {
    /// It is at its place, safely.
    Done,
    /// Somebody put another file there in the meantime: it needs another name.
    Taken(Box<Incoming>),
    /// It is not known to be in the archive. Where the writer is not sound any more, opening it anew shows
    /// whether it is.
    Failed(Trouble),
}

impl Writer {
    /// Files a batch. What becomes of each is in the batch's order.
    pub fn commit(&mut self, batch: Vec<Incoming>) -> Vec<Committed> {
        let mut ends: Vec<Option<Committed>> = Vec::new();
        let mut intents = Vec::new();
        let mut ready = Vec::new();
        for (at, incoming) in batch.into_iter().enumerate() {
            let synced = incoming.barrier.as_ref().map_or(Ok(()), Barrier::wait);
            let failed = synced.err().map(|error| Committed::Failed(error.into()));
            if failed.is_none() {
                intents.push(incoming.intent());
                ready.push((at, incoming));
            }
            ends.push(failed);
        }
        let fill = |ends: &mut Vec<Option<Committed>>, at: usize, end| {
            if let Some(slot) = ends.get_mut(at) {
                *slot = Some(end);
            }
        };
        if let Err(trouble) = self.journal.append(intents, true) {
            for (at, _) in ready {
                let (code, cause) = (trouble.code, trouble.cause.clone());
                fill(&mut ends, at, Committed::Failed(Trouble { code, cause }));
            }
            return ends.into_iter().flatten().collect();
        }

        let mut said = Vec::new();
        let mut folders = BTreeSet::new();
        let mut placed = Vec::new();
        for (at, incoming) in ready {
            let record = incoming.record.clone();
            let (sha256, reason) = (record.sha256.clone(), incoming.quarantine.clone());
            match self.place(incoming, &mut folders) {
                Ok(()) => placed.push((at, record, reason)),
                Err(Committed::Taken(incoming)) => {
                    said.push(Entry::Undone { sha256 });
                    fill(&mut ends, at, Committed::Taken(incoming));
                }
                // Neither filed nor undone: whoever opens the archive next looks at what is really there.
                Err(end) => {
                    self.is_broken = true;
                    fill(&mut ends, at, end);
                }
            }
        }
        let folders: Vec<PathBuf> = folders.into_iter().collect();
        // One for the journal.
        self.count_barriers(folders.len() + 1);
        let durable = durable::in_parallel(&folders, |folder| durable::sync_folder(folder));
        match durable.into_iter().find_map(Result::err) {
            None => {
                for (at, record, reason) in placed {
                    write_record(self.layout(), &record, reason.as_ref());
                    said.push(Entry::Filed { sha256: record.sha256, path: record.path });
                    fill(&mut ends, at, Committed::Done);
                }
            }
            Some(error) => {
                self.is_broken = true;
                let trouble = Trouble::from(error);
                for (at, ..) in placed {
                    let (code, cause) = (trouble.code, trouble.cause.clone());
                    fill(&mut ends, at, Committed::Failed(Trouble { code, cause }));
                }
            }
        }
        // Lost, these lines are found again by the next start, so what is filed is filed.
        let _ = self.append(said, false);
        ends.into_iter().flatten().collect()
    }

    /// Gives the staged file its name, and notes the folders that have changed.
    fn place(&mut self, incoming: Incoming, folders: &mut BTreeSet<PathBuf>) -> Result<(), Committed> {
        let Incoming { staged, record, quarantine, .. } = incoming;
        let place = self.layout().place(&record, quarantine.is_some());
        let failed = |path: &Path, error| Committed::Failed(Trouble::at(path)(error));
        if let Some(folder) = place.parent() {
            durable::make_folders(folder, self.root(), folders).map_err(|error| failed(folder, error))?;
            folders.insert(folder.to_owned());
        }
        match durable::place(staged, &place) {
            Ok(()) => {
                self.names.add(&record.path);
                Ok(())
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                if quarantine.is_some() {
                    // The same bytes: the name in quarantine is their hash.
                    return Ok(());
                }
                self.names.forget(&record.path);
                Err(Committed::Taken(Box::new(Incoming {
                    staged: error.file,
                    barrier: None,
                    record,
                    quarantine,
                })))
            }
            Err(error) => Err(failed(&place, error.error)),
        }
    }
}

impl Incoming {
    fn intent(&self) -> Entry {
        let staged = self.staged.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        Entry::Intent { record: Box::new(self.record.clone()), staged, quarantine: self.quarantine.clone() }
    }
}

impl Layout<'_> {
    /// Where a document goes.
    pub fn place(self, record: &Record, quarantined: bool) -> PathBuf {
        if quarantined {
            return self.quarantine().join(format!("{}.pdf", record.sha256));
        }
        self.file(&record.path)
    }
}

/// Writes a document's record. Lost or torn, it is written again at the next start.
pub(super) fn write_record(layout: Layout<'_>, record: &Record, reason: Option<&Reason>) {
    let (path, text) = match reason {
        None => (layout.record(&record.sha256), record.to_file()),
        Some(reason) => {
            let kept = Quarantined { reason: reason.clone(), record: record.clone() };
            let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
            (layout.quarantine().join(format!("{}.json", record.sha256)), text + "\n")
        }
    };
    let _ = fs::write(path, text);
}
