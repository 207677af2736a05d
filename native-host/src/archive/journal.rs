//! The journal: one JSON line for each decision, only ever appended to. Everything else under `.billfold/`
//! but the documents themselves could be rebuilt from it.

use super::{Decision, Reason, Record, Trouble};
use billfold_core::filing::ArchivePath;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Entry {
    /// A document lies whole in staging and is about to get its name, or its place in quarantine.
    Intent {
        /// Everything that its record will say.
        record: Box<Record>,
        /// Its file in staging.
        staged: String,
        /// Why it goes to quarantine, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quarantine: Option<Reason>,
    },
    /// The document lies at its place.
    Filed {
        /// Which document.
        sha256: String,
        /// Its place, unless in quarantine.
        path: ArchivePath,
    },
    /// Nothing became of the intent.
    Undone {
        /// Which document.
        sha256: String,
    },
    /// The document was listed under another key as well.
    Identity {
        /// Which document.
        sha256: String,
        /// The key's hash.
        identity: String,
    },
    /// A person decided about a document in quarantine. One that was accepted and filed says so in its intent.
    Decided {
        /// Which document.
        sha256: String,
        /// What.
        decision: Decision,
    },
    /// Documents are about to get other places.
    Moving {
        /// All of them, or none.
        moves: Vec<Move>,
    },
    /// Documents have got other places.
    Moved {
        /// Which. None: nothing became of the intent.
        moves: Vec<Move>,
        /// How it came.
        why: Why,
    },
    /// A run's certificate was appended to the log of runs.
    Certificate {
        /// The run.
        run: String,
        /// SHA-256 of its line: the head of the chain.
        head: String,
        /// Its sum, to answer the same question again.
        sum: billfold_core::protocol::Sum,
    },
    /// The records of everything above are known to be on the disk.
    Checkpoint,
}

/// A document's way from one place to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Which document.
    pub sha256: String,
    /// Where it was.
    pub from: ArchivePath,
    /// Where it goes.
    pub to: ArchivePath,
}

/// How documents came to other places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// By another template.
    Renamed,
    /// The last of those was taken back.
    Undone,
    /// Somebody had moved them, and their bytes were found again.
    Found,
}

#[derive(Serialize, Deserialize)]
struct Line<E> {
    at: String,
    #[serde(flatten)]
    entry: E,
}

/// The journal, open for appending. Only the holder of the lock has one.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    len: u64,
    fresh: Fresh,
    /// What the file ends with is not known any more.
    pub(super) is_broken: bool,
}

/// What was appended since it was last asked for: the index need not read it back.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) from: u64,
    pub(super) to: u64,
    /// The last line.
    pub(super) tail: Vec<u8>,
    pub(super) entries: Vec<Entry>,
}

impl Journal {
    /// Opens the journal. A last line that was cut off by a crash was never acted on, and goes.
    pub(super) fn open(path: &Path) -> Result<Journal, Trouble> {
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(Trouble::at(path))?;
        let len = whole_lines(&mut file).map_err(Trouble::at(path))?;
        let cut = file.set_len(len).and_then(|()| file.seek(SeekFrom::Start(len)));
        // Whoever died may have written lines that are not on the disk yet, and they are acted on next.
        cut.and_then(|_| file.sync_data()).map_err(Trouble::at(path))?;
        Ok(Journal {
            file,
            path: path.to_owned(),
            len,
            fresh: Fresh { from: len, to: len, ..Fresh::default() },
            is_broken: false,
        })
    }

    /// Nothing stands in it yet.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends all of the entries. After an error some of them may be on the disk nevertheless: nothing is
    /// appended any more, and opening the journal anew shows what is there.
    pub(super) fn append(&mut self, entries: Vec<Entry>, durably: bool) -> Result<(), Trouble> {
        if self.is_broken {
            return Err(Trouble::at(&self.path)(io::Error::other("an earlier line could not be written")));
        }
        let at = super::now();
        let mut text = Vec::new();
        let mut last = 0;
        for entry in &entries {
            last = text.len();
            let line = serde_json::to_writer(&mut text, &Line { at: at.clone(), entry });
            line.map_err(|error| Trouble::at(&self.path)(error.into()))?;
            text.push(b'\n');
        }
        let written =
            self.file.write_all(&text).and_then(|()| if durably { self.file.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            self.is_broken = true;
            return Err(Trouble::at(&self.path)(error));
        }
        self.len += text.len() as u64;
        self.fresh.to = self.len;
        self.fresh.tail = text.split_off(last);
        self.fresh.entries.extend(entries);
        Ok(())
    }

    pub(super) fn take_fresh(&mut self) -> Fresh {
        let next = Fresh { from: self.len, to: self.len, ..Fresh::default() };
        std::mem::replace(&mut self.fresh, next)
    }
}

/// The length up to the end of the last whole line.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut block = [0; 4096];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let size = usize::try_from(end - start).unwrap_or(block.len());
        let part = block.get_mut(..size).ok_or(io::ErrorKind::InvalidData)?;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(part)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// A line of the journal and where it ends.
pub(super) struct Read1 {
    pub(super) entry: Option<Entry>,
    pub(super) end: u64,
    pub(super) text: Vec<u8>,
}

/// Reads the whole lines from an offset on. Lines that make no sense have no entry, and stop nothing.
pub(super) fn read_from(path: &Path, offset: u64) -> io::Result<impl Iterator<Item = Read1>> {
    let mut text = Vec::new();
    match File::open(path) {
        Ok(mut file) => {
            file.seek(SeekFrom::Start(offset))?;
            file.read_to_end(&mut text)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    text.truncate(whole);
    let mut end = offset;
    let lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    Ok(lines.into_iter().map(move |text| {
        end += text.len() as u64;
        Read1 { entry: serde_json::from_slice::<Line<Entry>>(&text).ok().map(|line| line.entry), end, text }
    }))
}

/// The entries of the runs' certificates. The other lines, of which there are many more, are not taken apart.
pub(super) fn read_certificates(path: &Path) -> io::Result<Vec<Entry>> {
    let text = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        text => text?,
    };
    // What an entry is stands behind its time.
    let is_certificate = |line: &&[u8]| {
        let head = line.get(..HEAD).unwrap_or(line);
        head.windows(CERTIFICATE.len()).any(|part| part == CERTIFICATE)
    };
    let lines = text.split(|byte| *byte == b'\n').filter(is_certificate);
    Ok(lines.filter_map(|line| Some(serde_json::from_slice::<Line<Entry>>(line).ok()?.entry)).collect())
}

/// As far as a line's beginning reaches that says what it is.
const HEAD: usize = 64;

const CERTIFICATE: &[u8] = b"\"what\":\"certificate\"";
