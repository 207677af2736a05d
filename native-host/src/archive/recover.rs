//! What the first writer after a crash does: each intent without an end is finished or undone, lost record
//! files are written again, the log of runs and the journal are brought together, staging is swept.

use super::{Entry, Layout, Reason, Record, Trouble, Writer, commit, durable};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// So many records are checked at every start before a checkpoint is worth its price.
const CHECKPOINT_AFTER: usize = 256;

/// An invoice of the usual size is read at once.
const BLOCK: usize = 64 * 1024;

/// Puts in order what an earlier process left. Done under the lock, so nobody else's work is under way.
pub(super) fn put_in_order(writer: &mut Writer) -> Result<(), Trouble> {
    let mut said = Vec::new();
    let mut folders = BTreeSet::new();
    for intent in writer.index().under_way()? {
        if let Entry::Intent { record, staged, quarantine } = intent {
            let staged = writer.layout().staging().join(staged);
            let place = writer.layout().place(&record, quarantine.is_some());
            said.push(settle(writer.layout(), *record, &staged, quarantine.as_ref())?);
            // Also those of an intent that is undone: the next document finds them there and relies on them.
            let above = durable::up_to(writer.root(), place.parent().unwrap_or(&place));
            folders.extend(above.filter(|folder| folder.is_dir()).map(Path::to_owned));
        }
    }
    if !said.is_empty() {
        let folders: Vec<PathBuf> = folders.into_iter().collect();
        durable::in_parallel(&folders, |folder| durable::sync_folder(folder))
            .into_iter()
            .collect::<io::Result<()>>()?;
        writer.append(said, true)?;
    }
    writer.settle_runs()?;
    rewrite_lost_records(writer)
}

/// Finishes one intent, or undoes it.
fn settle(
    layout: Layout<'_>,
    record: Record,
    staged: &Path,
    reason: Option<&Reason>,
) -> Result<Entry, Trouble> {
    let place = layout.place(&record, reason.is_some());
    let is_ours = |path: &Path| holds(path, &record).map_err(Trouble::at(path));
    if !is_ours(&place)? {
        durable::unclaim(&place).map_err(Trouble::at(&place))?;
        if is_ours(staged)? {
            let folder = place.parent().unwrap_or(Path::new(""));
            durable::make_folder(folder).map_err(Trouble::at(folder))?;
            let open = || Ok((File::open(staged)?, TempPath::try_from_path(staged)?));
            let (file, path) = open().map_err(Trouble::at(staged))?;
            match durable::place(NamedTempFile::from_parts(file, path), &place) {
                // Taken meanwhile: undone below. The bytes stay, for whoever is about to give them another name.
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => drop(error.file.keep()),
                placed => placed.map_err(|error| Trouble::at(&place)(error.error))?,
            }
        }
    }
    if !is_ours(&place)? {
        // The same bytes may be filed under another row: their record stays.
        if reason.is_none() {
            let _ = fs::remove_file(layout.record(&record.sha256));
        }
        return Ok(Entry::Undone { sha256: record.sha256 });
    }
    File::open(&place).and_then(|file| file.sync_all()).map_err(Trouble::at(&place))?;
    commit::write_record(layout, &record, reason);
    Ok(Entry::Filed { sha256: record.sha256, path: record.path })
}

/// Whether a file is a record's document. One that cannot be read is no answer: the document would be sent
/// again and filed twice.
fn holds(path: &Path, record: &Record) -> io::Result<bool> {
    match read_digest(path, record.size) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        digest => Ok(digest?.as_ref() == Some(&record.sha256)),
    }
}

/// The SHA-256 of a file, if it can be read and has the size.
pub(super) fn digest(path: &Path, size: u64) -> Option<String> {
    read_digest(path, size).ok().flatten()
}

pub(super) fn read_digest(path: &Path, size: u64) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != size {
        return Ok(None);
    }
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut left = size;
    while left > 0 {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok(None);
        }
        hasher.update(block.get(..read).unwrap_or_default());
        left = left.saturating_sub(read as u64);
    }
    Ok(Some(super::hex(&hasher.finalize())))
}

/// Record files are written without a barrier, so a power cut may have taken some.
fn rewrite_lost_records(writer: &mut Writer) -> Result<(), Trouble> {
    let fresh = writer.index().fresh()?;
    for record in &fresh {
        writer.restore_record(record)?;
    }
    if fresh.len() >= CHECKPOINT_AFTER {
        let paths: Vec<PathBuf> = fresh.iter().map(|record| writer.layout().record(&record.sha256)).collect();
        let synced = durable::in_parallel(&paths, |path| File::open(path)?.sync_all());
        if synced.iter().all(Result::is_ok) && durable::sync_folder(&writer.layout().records()).is_ok() {
            writer.append(vec![Entry::Checkpoint], false)?;
        }
    }
    Ok(())
}

/// Whatever is left in staging belonged to documents that nobody got a receipt for.
pub(super) fn sweep(staging: &Path) {
    for entry in fs::read_dir(staging).into_iter().flatten().flatten() {
        let _ = fs::remove_file(entry.path());
    }
}
