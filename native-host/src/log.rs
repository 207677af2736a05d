//! What the host did, for the person who has to find out why it did not: lines on standard error and in
//! `host.log` in the state folder. No link, key or secret, and no message's content, is ever written.

use crate::places::Env;
use std::fmt::Arguments;
use std::fs::{self, File, OpenOptions};
use std::io::Write;

/// Past this size the log starts anew, and the last one is kept beside it.
const BYTES: u64 = 1024 * 1024;

/// Where lines go. A log that cannot be written is no reason to stop.
pub struct Log {
    file: Option<File>,
    stream: Box<dyn Write + Send>,
}

impl Log {
    /// Opens the log of this machine.
    pub fn open(env: &Env, stream: Box<dyn Write + Send>) -> Log {
        let open = || {
            let folder = env.state_folder()?;
            fs::create_dir_all(&folder).ok()?;
            let path = folder.join("host.log");
            if fs::metadata(&path).is_ok_and(|file| file.len() > BYTES) {
                fs::rename(&path, folder.join("host.old.log")).ok()?;
            }
            OpenOptions::new().create(true).append(true).open(path).ok()
        };
        Log { file: open(), stream }
    }

    /// Nowhere, for tests.
    pub fn none() -> Log {
        Log { file: None, stream: Box::new(std::io::sink()) }
    }

    /// One line: time, process, text.
    pub fn line(&mut self, text: Arguments<'_>) {
        let line = format!("{} {} {text}\n", crate::archive::now(), std::process::id());
        if let Some(file) = &mut self.file {
            let _ = file.write_all(line.as_bytes());
        }
        let _ = self.stream.write_all(format!("billfold: {line}").as_bytes());
    }
}
