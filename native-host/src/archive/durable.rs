//! Making what was written survive a power cut, for many files at a time.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use tempfile::{NamedTempFile, PersistError, TempPath};

/// File systems commit the requests that are waiting together, so waiting for several costs little more than
/// waiting for one.
const AT_A_TIME: usize = 8;

/// Carries out one barrier for each item, several at a time. The results are in the items' order.
pub(super) fn in_parallel<T: Sync>(
    items: &[T],
    barrier: impl Fn(&T) -> io::Result<()> + Sync,
) -> Vec<io::Result<()>> {
    super::spread::spread(items, AT_A_TIME, barrier)
}

/// Threads that wait for the disk, so that a document's bytes are on their way to it while the next one
/// still arrives.
#[derive(Debug)]
pub(super) struct Syncer {
    jobs: Sender<Job>,
    /// Barriers that were asked for: what filing costs on any disk.
    pub(super) count: AtomicU32,
}

type Job = (File, Sender<io::Result<()>>);

/// The wait for one file's bytes.
#[derive(Debug)]
pub struct Barrier(Receiver<io::Result<()>>);

impl Syncer {
    pub(super) fn new() -> Syncer {
        let (sender, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..AT_A_TIME {
            let jobs = Arc::clone(&jobs);
            // They end when the sender is dropped.
            std::thread::spawn(move || {
                let next = || jobs.lock().ok()?.recv().ok();
                while let Some((file, done)) = next() {
                    let _ = done.send(file.sync_data());
                }
            });
        }
        Syncer { jobs: sender, count: AtomicU32::new(0) }
    }

    /// Starts the barrier for a file.
    pub(super) fn start(&self, file: &File) -> Barrier {
        let (done, waiting) = channel();
        self.count.fetch_add(1, Ordering::Relaxed);
        match file.try_clone() {
            Ok(file) => {
                let _ = self.jobs.send((file, done));
            }
            Err(error) => {
                let _ = done.send(Err(error));
            }
        }
        Barrier(waiting)
    }
}

impl Barrier {
    pub(super) fn wait(&self) -> io::Result<()> {
        self.0.recv().unwrap_or_else(|_| Err(io::Error::other("a barrier failed")))
    }
}

/// Makes a folder's entries durable. Windows has no such call, and needs none.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
}

/// A folder and every folder above it, up to and with `root`: an entry is durable only if all of them are.
pub(super) fn up_to<'a>(root: &'a Path, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
    folder.ancestors().take_while(move |folder| folder.starts_with(root))
}

/// Gives a staged file its name, never another file's. `AlreadyExists` means that the name is taken.
///
/// Where the file system can neither rename without replacing nor link (exFAT and some servers, through FUSE),
/// the name is claimed with an empty file first, which is then replaced. A crash between the two leaves the
/// claim, which the intent in the journal explains.
pub(super) fn place(staged: NamedTempFile, place: &Path) -> Result<(), PersistError> {
    let refused = match staged.persist_noclobber(place) {
        Ok(_) => return Ok(()),
        Err(refused) => refused,
    };
    if !is_unsupported(&refused.error) {
        return Err(refused);
    }
    match claim(place) {
        Ok(()) => refused.file.persist(place).map(drop),
        Err(error) => Err(PersistError { error, file: refused.file }),
    }
}

/// Gives a document another name, never another file's. In the same ways as [`place`].
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let refused = match TempPath::try_from_path(from)?.persist_noclobber(to) {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    // It is a document, and stays.
    let _ = refused.path.keep();
    if !is_unsupported(&refused.error) {
        return Err(refused.error);
    }
    claim(to)?;
    fs::rename(from, to)
}

/// Neither renaming without replacing nor links are to be had here.
fn is_unsupported(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), Unsupported | PermissionDenied | InvalidInput)
}

/// Takes a name that nobody has.
fn claim(place: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(place).map(drop)
}

/// Takes back a name that was claimed and not used: nothing but a claim is empty where a document belongs.
pub(super) fn unclaim(place: &Path) -> io::Result<()> {
    if fs::metadata(place).is_ok_and(|file| file.is_file() && file.len() == 0) {
        return fs::remove_file(place);
    }
    Ok(())
}

/// Makes sure that a folder is there, durably, below one that is there already.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_folder(parent)?,
        }
    }
    Ok(())
}

/// Makes the folders up to one, and notes those that have got a new entry.
pub(super) fn make_folders(folder: &Path, root: &Path, changed: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if folder == root || changed.contains(folder) || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folders(parent, root, changed)?;
        changed.insert(parent.to_owned());
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    }
}
