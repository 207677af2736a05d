//! What the first writer after a crash does: each intent without an end is finished or undone, lost record
//! files are written again, staging is swept.

use super::{Entry, Layout, Reason, Record, Trouble, Writer, commit, durable};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// So many records are checked at every start before a checkpoint is worth its price.
const CHECKPOINT_AFTER: usize = 256;

/// Puts in order what an earlier process left. Done under the lock, so nobody else's work is under way.
pub(super) fn put_in_order(writer: &mut Writer) -> Result<(), Trouble> {
    let mut said = Vec::new();
    for intent in writer.index().under_way()? {
        if let Entry::Intent { record, staged, quarantine } = intent {
            let staged = writer.layout().staging().join(staged);
            said.push(settle(writer.layout(), *record, &staged, quarantine.as_ref())?);
        }
    }
    if !said.is_empty() {
        writer.append(said, true)?;
    }
    rewrite_lost_records(writer)?;
    sweep(&writer.layout().staging());
    Ok(())
}

/// Finishes one intent, or undoes it.
fn settle(
    layout: Layout<'_>,
    record: Record,
    staged: &Path,
    reason: Option<&Reason>,
) -> Result<Entry, Trouble> {
    let place = layout.place(&record, reason.is_some());
    let is_ours = |path: &Path| digest(path, record.size).is_some_and(|digest| digest == record.sha256);
    if !is_ours(&place) && is_ours(staged) {
        let folder = place.parent().unwrap_or(Path::new(""));
        durable::make_folder(folder).map_err(Trouble::at(folder))?;
        let file = tempfile::TempPath::try_from_path(staged).map_err(Trouble::at(staged))?;
        // Taken meanwhile: undone below, and the row is sent again.
        let _ = file.persist_noclobber(&place);
    }
    if !is_ours(&place) {
        // The same bytes may be filed under another row: their record stays.
        if reason.is_none() {
            let _ = fs::remove_file(layout.record(&record.sha256));
        }
        return Ok(Entry::Undone { sha256: record.sha256 });
    }
    let folder = place.parent().unwrap_or(Path::new(""));
    File::open(&place).and_then(|file| file.sync_all()).map_err(Trouble::at(&place))?;
    durable::sync_folder(folder).map_err(Trouble::at(folder))?;
    commit::write_record(layout, &record, reason);
    Ok(Entry::Filed { sha256: record.sha256, path: record.path })
}

/// The SHA-256 of a file, if it has the size.
pub(super) fn digest(path: &Path, size: u64) -> Option<String> {
    let mut file = File::open(path).ok()?;
    if file.metadata().ok()?.len() != size {
        return None;
    }
    let mut hasher = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    loop {
        match file.read(&mut block).ok()? {
            0 => break,
            read => hasher.update(block.get(..read)?),
        }
    }
    Some(super::hex(&hasher.finalize()))
}

/// Record files are written without a barrier, so a power cut may have taken some.
fn rewrite_lost_records(writer: &mut Writer) -> Result<(), Trouble> {
    let fresh = writer.index().fresh()?;
    for record in &fresh {
        let is_whole = fs::read(writer.layout().record(&record.sha256))
            .is_ok_and(|text| text == record.to_file().as_bytes());
        if !is_whole {
            writer.write_record(record);
        }
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
fn sweep(staging: &Path) {
    for entry in fs::read_dir(staging).into_iter().flatten().flatten() {
        let _ = fs::remove_file(entry.path());
    }
}
