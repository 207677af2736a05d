//! The archive, open for writing: the lock, the journal, the staging folder, and which names are taken.

use super::durable::Syncer;
use super::journal::{Fresh, Journal};
use super::lock::Lock;
use super::{
    Archive, Barrier, Entry, Index, Layout, Reason, Record, Trouble, commit, durable, recover, verify,
};
use billfold_core::filing::{ArchivePath, fold};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::NamedTempFile;

/// An archive that this process alone may write to, as long as this lives.
#[derive(Debug)]
pub struct Writer {
    pub(super) archive: Archive,
    pub(super) journal: Journal,
    pub(super) names: Names,
    /// PDFs that are not at any document's place, once somebody has looked.
    pub(super) strays: Option<Vec<ArchivePath>>,
    syncer: Syncer,
    /// Something failed halfway, so that only the archive itself knows what is in it.
    pub(super) is_broken: bool,
    // Last, so that it is released last.
    lock: Lock,
}

impl Writer {
    /// Takes the lock and puts in order what an earlier process left.
    pub fn open(root: &Path, state: Option<&Path>, patience: Duration) -> Result<Writer, Trouble> {
        let writer = Writer::open_unswept(root, state, patience)?;
        recover::sweep(&writer.layout().staging());
        Ok(writer)
    }

    /// Opens the archive anew, to see what an error really left. What is on its way in stays in staging.
    pub fn reopen(self, state: Option<&Path>, patience: Duration) -> Result<Writer, Trouble> {
        let root = self.root().to_owned();
        drop(self);
        Writer::open_unswept(&root, state, patience)
    }

    /// After an error that left something half done, the writer has to be opened anew before it is asked or
    /// told anything more.
    pub fn is_sound(&self) -> bool {
        !self.is_broken && !self.journal.is_broken
    }

    /// The process that had the lock before and died without giving it back, for people.
    pub fn took_over(&self) -> Option<&str> {
        self.lock.left_by.as_deref()
    }

    fn open_unswept(root: &Path, state: Option<&Path>, patience: Duration) -> Result<Writer, Trouble> {
        // Before anything is made in it: the folder has to be there.
        std::fs::read_dir(root).map_err(Trouble::at(root))?;
        let layout = Layout(root);
        let journal = layout.journal();
        let runs = layout.runs();
        let parts = [layout.records(), layout.staging(), layout.quarantine()];
        let parts: Vec<&Path> =
            parts.iter().map(|part| part.as_path()).chain(journal.parent()).chain(runs.parent()).collect();
        for folder in &parts {
            durable::make_folder(folder).map_err(Trouble::at(folder))?;
        }
        let lock = Lock::take(&layout.lock(), patience)?;
        let journal = Journal::open(&journal)?;
        if journal.is_empty() {
            // A crash may have left all of this made, and nothing of it durable.
            let folders: BTreeSet<&Path> = parts.iter().flat_map(|part| durable::up_to(root, part)).collect();
            for folder in folders {
                durable::sync_folder(folder).map_err(Trouble::at(folder))?;
            }
        }
        let archive = Archive::open(root, state)?;
        let (names, syncer) = (Names::default(), Syncer::new());
        let mut writer = Writer { archive, journal, names, strays: None, syncer, is_broken: false, lock };
        writer.settle_moves()?;
        recover::put_in_order(&mut writer)?;
        Ok(writer)
    }

    /// What is in the archive.
    pub fn index(&self) -> &Index {
        self.archive.index()
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        self.archive.root()
    }

    /// Where its parts lie.
    pub fn layout(&self) -> Layout<'_> {
        self.archive.layout()
    }

    /// A file for bytes on their way in. It is gone when it is dropped.
    pub fn stage(&self) -> Result<NamedTempFile, Trouble> {
        let staging = self.layout().staging();
        crate::files::shared(&staging).map_err(Trouble::at(&staging))
    }

    /// Starts putting a staged file's bytes on the disk.
    pub fn start_sync(&self, staged: &NamedTempFile) -> Barrier {
        self.syncer.start(staged.as_file())
    }

    /// How often this writer has waited for the disk, for documents.
    pub fn barriers(&self) -> u32 {
        self.syncer.count.load(Ordering::Relaxed)
    }

    pub(super) fn count_barriers(&self, more: usize) {
        self.syncer.count.fetch_add(u32::try_from(more).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    /// Whether a file of that name lies in the archive, on any system.
    pub fn is_on_disk(&mut self, path: &ArchivePath) -> bool {
        self.names.contains(self.archive.root(), path)
    }

    /// Whether a name is another document's, or any other file's, on any system.
    pub fn is_taken(&mut self, path: &ArchivePath) -> bool {
        let on_disk = self.is_on_disk(path);
        // An index that cannot answer makes the name longer, and nothing worse.
        on_disk || self.archive.index().has_name(&path.folded()).unwrap_or(true)
    }

    /// Which of the documents under these keys are second versions, in sentences for people.
    pub fn changed_by_vendor(&self, identities: &[String]) -> Result<Vec<String>, Trouble> {
        let mut sentences = Vec::new();
        for identity in identities {
            let Some(had) = self.index().by_identity(identity)? else { continue };
            let Some(now) = self.index().filed(&had.sha256)? else { continue };
            let before = now.replaces.as_deref().map(|sha256| self.index().filed(sha256)).transpose()?;
            if let Some(before) = before.flatten() {
                let name = now.number.as_deref().unwrap_or(now.path.as_str());
                let (was, is) = (before.total(), now.total());
                sentences.push(format!(
                    "{name}: the vendor changed this invoice ({was} before, {is} now); both are kept"
                ));
            }
        }
        Ok(sentences)
    }

    /// Notes that a document was listed under another key as well.
    pub fn add_identity(&mut self, sha256: &str, identity: &str) -> Result<(), Trouble> {
        let entry = Entry::Identity { sha256: sha256.into(), identity: identity.into() };
        self.append(vec![entry], false)?;
        if let Some(record) = self.index().filed(sha256)? {
            self.write_record(&record);
        }
        Ok(())
    }

    pub(super) fn append(&mut self, entries: Vec<Entry>, durably: bool) -> Result<(), Trouble> {
        let done = self.journal.append(entries, durably).and_then(|()| self.catch_up());
        self.is_broken |= done.is_err();
        done
    }

    fn catch_up(&mut self) -> Result<(), Trouble> {
        let Fresh { from, to, tail, entries } = self.journal.take_fresh();
        if !self.archive.index.fold_in(from, to, &tail, &entries)? {
            self.archive.index.catch_up()?;
        }
        Ok(())
    }

    pub(super) fn write_record(&self, record: &Record) {
        commit::write_record(self.layout(), record, None);
    }

    /// Throws the index away and builds it from the archive. What has a record but is unknown to the journal,
    /// because it was lost or the folder was copied together, is entered again: how many documents.
    pub fn reindex(&mut self) -> Result<usize, Trouble> {
        self.archive.index.rebuild()?;
        let adopted = self.adopt()?;
        for record in self.index().records()? {
            self.restore_record(&record)?;
        }
        Ok(adopted)
    }

    /// Enters in the journal what lies in the archive with a record of its own and is not known: how many
    /// documents.
    pub(super) fn adopt(&mut self) -> Result<usize, Trouble> {
        let layout = self.layout();
        let is_whole = |record: &Record, quarantined| {
            let place = layout.place(record, quarantined);
            recover::digest(&place, record.size).as_ref() == Some(&record.sha256)
        };
        let known: HashSet<String> =
            self.index().quarantined()?.into_iter().map(|(record, _)| record.sha256).collect();
        let mut entries = Vec::new();
        let mut adopted = 0;
        let mut enter = |record: Record, quarantine: Option<Reason>| {
            let (sha256, path) = (record.sha256.clone(), record.path.clone());
            let rejected = record.decision.clone().filter(|_| quarantine.is_some());
            entries.push(Entry::Intent { record: Box::new(record), staged: String::new(), quarantine });
            entries.push(Entry::Filed { sha256: sha256.clone(), path });
            entries.extend(rejected.map(|decision| Entry::Decided { sha256, decision }));
            adopted += 1;
        };
        for record in verify::read_all::<Record>(&layout.records()) {
            if self.index().filed(&record.sha256)?.is_none() && is_whole(&record, false) {
                enter(record, None);
            }
        }
        for commit::Quarantined { record, reason } in verify::read_all(&layout.quarantine()) {
            let filed = self.index().filed(&record.sha256)?;
            let is_decided = filed.is_some_and(|filed| filed.decision.is_some());
            if !known.contains(&record.sha256) && !is_decided && is_whole(&record, true) {
                enter(record, Some(reason));
            }
        }
        entries.extend(self.archive.forgotten_runs()?);
        if !entries.is_empty() {
            self.append(entries, true)?;
        }
        Ok(adopted)
    }
}

/// The names in each folder that was looked at, as a system without case sees them. Files that are not ours
/// count: they must not be overwritten either.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, HashSet<String>>);

impl Names {
    fn contains(&mut self, root: &Path, path: &ArchivePath) -> bool {
        let (folder, name) = path.split();
        let names = self.0.entry(folder.to_owned()).or_insert_with(|| {
            let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
            entries.map(|entry| fold(&entry.file_name().to_string_lossy())).collect()
        });
        names.contains(&fold(name))
    }

    pub(super) fn add(&mut self, path: &ArchivePath) {
        let (folder, name) = path.split();
        if let Some(names) = self.0.get_mut(folder) {
            names.insert(fold(name));
        }
    }

    /// The folder has changed behind our back: look again.
    pub(super) fn forget(&mut self, path: &ArchivePath) {
        self.0.remove(path.split().0);
    }
}
