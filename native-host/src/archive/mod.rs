//! The archive: documents under their names, and `.billfold/` with a record of each, an append-only journal
//! of decisions, the runs' certificates, staging, quarantine and the lock.
//!
//! The folder is the truth. The SQLite [`index`] is a cache in the machine's state folder and can be deleted
//! at any time. Keys of rows are kept as hashes only; no link, token or secret is ever written.
//!
//! Reading goes through [`Archive`] and needs no lock. Writing goes through [`Writer`], which holds it.

mod chain;
mod commit;
mod decide;
mod durable;
mod fold;
mod index;
mod journal;
mod lock;
mod moves;
mod record;
mod recover;
mod repair;
mod runs;
mod spread;
mod verify;
mod writer;

pub use chain::CANNOT_FIND;
pub use commit::{Committed, Incoming};
pub use durable::Barrier;
pub use index::{Had, Index, RunEnd};
pub use journal::{Entry, Move, Why};
pub use record::{Decision, Reason, Record, SCHEMA, Verdict, says};
pub use runs::{Certificate, Named, Reach, Terms};
pub(crate) use spread::spread;
pub use verify::{Check, Copied, Problem};
pub use writer::Writer;

use billfold_core::protocol::{Code, RowKey};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What Billfold keeps for itself inside an archive.
pub const OWN_FOLDER: &str = ".billfold";

/// Something that the archive could not do: the code for programs, the cause for the log.
#[derive(Debug)]
pub struct Trouble {
    /// For programs and for the extension, which learns nothing more.
    pub code: Code,
    /// For the person at this machine. May hold paths.
    pub cause: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code.sentence(), self.cause)
    }
}

impl std::error::Error for Trouble {}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble { code: code_of(&error), cause: error.to_string() }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        Trouble { code: Code::Internal, cause: format!("index: {error}") }
    }
}

impl Trouble {
    fn at(path: &Path) -> impl Fn(io::Error) -> Trouble + '_ {
        move |error| Trouble { code: code_of(&error), cause: format!("{}: {error}", path.display()) }
    }
}

/// A full disk can be told from one that is broken, and the person does something else about it.
fn code_of(error: &io::Error) -> Code {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::ArchiveUnavailable,
    }
}

/// An archive, open for reading.
#[derive(Debug)]
pub struct Archive {
    root: PathBuf,
    index: Index,
}

impl Archive {
    /// Opens the archive in a folder, which has to exist: a drive that is not mounted must not become a new,
    /// empty archive. `state` is the machine's state folder.
    pub fn open(root: &Path, state: Option<&Path>) -> Result<Archive, Trouble> {
        let root = std::fs::canonicalize(root).map_err(Trouble::at(root))?;
        if !root.is_dir() {
            return Err(Trouble::at(&root)(io::ErrorKind::NotADirectory.into()));
        }
        let journal = Layout(&root).journal();
        let index = Index::open(state.map(|state| state.join(index::file_name(&root))), journal)?;
        Ok(Archive { root, index })
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is in it.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Where its parts lie.
    pub fn layout(&self) -> Layout<'_> {
        Layout(&self.root)
    }
}

/// Where the parts of an archive lie.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a>(&'a Path);

impl<'a> Layout<'a> {
    /// The archive's folder.
    pub fn root(self) -> &'a Path {
        self.0
    }
    /// `.billfold/`
    pub fn own(self) -> PathBuf {
        self.0.join(OWN_FOLDER)
    }
    /// One JSON record for each document.
    pub fn records(self) -> PathBuf {
        self.own().join("records")
    }
    /// The record of a document.
    pub fn record(self, sha256: &str) -> PathBuf {
        self.records().join(format!("{sha256}.json"))
    }
    /// Append-only, one JSON line for each decision.
    pub fn journal(self) -> PathBuf {
        self.own().join("journal/journal.jsonl")
    }
    /// Hash-chained, one JSON line for each run.
    pub fn runs(self) -> PathBuf {
        self.own().join("runs/runs.jsonl")
    }
    /// Bytes on their way in. Swept at start.
    pub fn staging(self) -> PathBuf {
        self.own().join("staging")
    }
    /// Documents on their way from one name to another.
    pub fn moving(self) -> PathBuf {
        self.own().join("moving")
    }
    /// Documents that do not fit their rows.
    pub fn quarantine(self) -> PathBuf {
        self.own().join("quarantine")
    }
    /// Held by the one writer.
    pub fn lock(self) -> PathBuf {
        self.own().join("lock")
    }
}

/// What is kept of a row's key: equal for equal keys, and no way back to the secret in it.
pub fn identity(key: &RowKey) -> String {
    hex(&Sha256::new().chain_update(b"billfold identity\n").chain_update(key.as_str()).finalize())
}

/// What the receipt of an invoice is known by, from what the invoice is known by.
pub fn receipt_identity(invoice: &str) -> String {
    hex(&Sha256::new().chain_update(b"billfold receipt\n").chain_update(invoice).finalize())
}

/// What a row's identity together with its total is known by: a total that was looked at once is not looked at
/// again.
pub fn total_identity(identity: &str, total: Option<(Decimal, &str)>) -> String {
    let total = total.map(|(amount, currency)| format!("{amount} {currency}")).unwrap_or_default();
    hex(&Sha256::new()
        .chain_update(b"billfold total\n")
        .chain_update(identity)
        .chain_update(total)
        .finalize())
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// This moment, in UTC, to the second.
pub fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
