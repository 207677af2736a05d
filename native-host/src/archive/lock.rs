//! One writer at a time. The operating system's lock decides, so a lock whose owner died is free at once;
//! what stands in the file is for people.

use super::Trouble;
use billfold_core::protocol::Code;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The archive's lock, held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
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
                    let mut owner = String::new();
                    let _ = file.read_to_string(&mut owner);
                    let cause = format!("held by {}", owner.trim());
                    return Err(Trouble { code: Code::ArchiveLocked, cause });
                }
                Err(TryLockError::Error(error)) => return Err(Trouble::at(path)(error)),
            }
        }
        let host = std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/etc/hostname").ok());
        let owner = serde_json::json!({
            "pid": std::process::id(),
            "host": host.as_deref().map(str::trim),
            "since": super::now(),
        });
        file.set_len(0).map_err(Trouble::at(path))?;
        file.rewind().map_err(Trouble::at(path))?;
        file.write_all(format!("{owner}\n").as_bytes()).map_err(Trouble::at(path))?;
        Ok(Lock { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: whoever removed it could remove one that another process has just locked.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
