//! One writer at a time. The operating system's lock decides, so a lock whose owner died is free at once;
//! what stands in the file is for people.

use super::Trouble;
use billfold_core::protocol::Code;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The archive's lock, held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// Who had it before and died without giving it back.
    pub(super) left_by: Option<String>,
}

/// What stands in the file while it is held.
#[derive(Serialize, Deserialize)]
struct Owner {
    pid: u32,
    host: Option<String>,
    since: String,
}

impl Lock {
    /// Takes the lock, waiting a while for another process that is about to end: a host whose browser
    /// reconnects finishes its last batch first.
    pub(super) fn take(path: &Path, patience: Duration) -> Result<Lock, Trouble> {
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(Trouble::at(path))?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    let owner = owner(&mut file).unwrap_or_else(|| "another process".into());
                    return Err(Trouble { code: Code::ArchiveLocked, cause: format!("held by {owner}") });
                }
                Err(TryLockError::Error(error)) => return Err(Trouble::at(path)(error)),
            }
        }
        // An owner that gave it back has left an empty file.
        let left_by = owner(&mut file);
        // A disk without room for the name of the owner is no reason to refuse: the lock itself holds.
        let _ = sign(&mut file);
        Ok(Lock { file, left_by })
    }
}

/// Who stands in the file, for people.
fn owner(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).ok()?;
    if text.trim().is_empty() {
        return None;
    }
    let Ok(Owner { pid, host, since }) = serde_json::from_str(&text) else {
        return Some("a process that is not known".into());
    };
    let host = host.map(|host| format!(" on {host}")).unwrap_or_default();
    Some(format!("process {pid}{host}, since {since}"))
}

fn sign(file: &mut File) -> io::Result<()> {
    let owner = Owner { pid: std::process::id(), host: crate::places::machine(), since: super::now() };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{}\n", serde_json::to_string(&owner)?).as_bytes())
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: whoever removed it could remove one that another process has just locked.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
