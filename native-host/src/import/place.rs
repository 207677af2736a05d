//! Where a document lies: in a folder, in a ZIP, attached to a message, and those in each other. It is taken
//! from there when it is needed and not kept, and nothing there is ever changed.

use super::{mail, zip};
use crate::reader::Unreadable;
use billfold_core::protocol::DOCUMENT_BYTES;
use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The most bytes of a message, or of a ZIP in something else, which are opened in memory.
pub(super) const CONTAINER_BYTES: u64 = 64 << 20;

/// One document, or what should be one.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The file.
    pub(super) file: PathBuf,
    /// The way inside it.
    pub(super) steps: Vec<Step>,
    /// For people: below what was asked for, without the rest of this machine.
    pub name: String,
    /// What it is called itself.
    pub own_name: Option<String>,
}

/// A step from one thing into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A file of a ZIP.
    Entry(usize),
    /// A message of a mailbox.
    Message { at: u64, length: u64 },
    /// A file attached to a message.
    Attachment(usize),
}

/// Why there is no document to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub sentence: Cow<'static, str>,
}

impl Why {
    pub(super) const TOO_LARGE: Why = Why::new("too-large", "It is larger than any invoice.");
    pub(super) const PASSWORD: Why = Why::new("password-protected", "It opens only with a password.");
    pub(super) const BAD_ZIP: Why = Why::new("damaged", "This ZIP is damaged.");
    pub(super) const BOMB: Why = Why::new("too-much", "This ZIP unpacks to far more than documents do.");
    pub(super) const BAD_MAIL: Why = Why::new("damaged", "This is not a message.");
    pub(super) const UNKNOWN: Why =
        Why::new("not-a-pdf", "This is not a PDF, a ZIP, mail or a receipt page.");
    pub(super) const CHANGED: Why = Why::new("changed", "It changed while it was being imported.");

    const fn new(code: &'static str, sentence: &'static str) -> Why {
        Why { code, sentence: Cow::Borrowed(sentence) }
    }
}

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Why {
        Why { code: "cannot-be-opened", sentence: format!("It cannot be opened ({error}).").into() }
    }
}

impl From<Unreadable> for Why {
    fn from(reason: Unreadable) -> Why {
        Why::new(reason.code(), reason.sentence())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Place {
    /// A place inside this one.
    pub(super) fn inside(&self, step: Step, own_name: Option<String>) -> Place {
        let mut steps = self.steps.clone();
        steps.push(step);
        let name = match &own_name {
            Some(own) => format!("{}: {own}", self.name),
            None => format!("{}: {}", self.name, step.ordinal()),
        };
        Place { file: self.file.clone(), steps, name, own_name }
    }
}

impl Step {
    fn ordinal(self) -> String {
        match self {
            Step::Entry(at) => format!("file {}", at + 1),
            Step::Message { at, .. } => format!("message at {at}"),
            Step::Attachment(at) => format!("attachment {}", at + 1),
        }
    }
}

/// Takes documents from their places. The ZIP that was opened last stays open: it has more.
#[derive(Default)]
pub(super) struct Opener {
    zip: Mutex<Option<(PathBuf, zip::Zip<BufReader<File>>)>>,
}

impl Opener {
    /// The bytes of a document.
    pub(super) fn open(&self, place: &Place) -> Result<Vec<u8>, Why> {
        let limit = |is_last: bool| if is_last { u64::from(DOCUMENT_BYTES) } else { CONTAINER_BYTES };
        let (first, rest) = match place.steps.split_first() {
            None => return whole(File::open(&place.file)?, limit(true)),
            Some((first, rest)) => (*first, rest),
        };
        let mut bytes = match first {
            Step::Entry(at) => self.entry(&place.file, at, limit(rest.is_empty()))?,
            Step::Message { at, length } => section(&place.file, at, length)?,
            Step::Attachment(at) => attachment(&whole(File::open(&place.file)?, CONTAINER_BYTES)?, at)?,
        };
        for (at, step) in rest.iter().enumerate() {
            bytes = match *step {
                Step::Entry(entry) => {
                    zip::Zip::open(Cursor::new(bytes))?.read(entry, limit(at + 1 == rest.len()))?
                }
                Step::Message { at, length } => {
                    let range = usize::try_from(at).ok().zip(usize::try_from(at + length).ok());
                    range.and_then(|(from, to)| bytes.get(from..to)).ok_or(Why::BAD_MAIL)?.to_vec()
                }
                Step::Attachment(attached) => attachment(&bytes, attached)?,
            };
        }
        Ok(bytes)
    }

    fn entry(&self, file: &Path, at: usize, limit: u64) -> Result<Vec<u8>, Why> {
        let mut open = self.zip.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut zip = match open.take() {
            Some((known, zip)) if known == file => zip,
            _ => zip::Zip::open(BufReader::new(File::open(file)?))?,
        };
        let read = zip.read(at, limit);
        *open = Some((file.to_owned(), zip));
        read
    }
}

/// Everything, if it is not more than so much.
pub(super) fn whole(input: impl Read, limit: u64) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(Why::TOO_LARGE) } else { Ok(bytes) }
}

/// A part of a file.
pub(super) fn section(file: &Path, at: u64, length: u64) -> Result<Vec<u8>, Why> {
    if length > CONTAINER_BYTES {
        return Err(Why::TOO_LARGE);
    }
    let mut file = File::open(file)?;
    file.seek(SeekFrom::Start(at))?;
    whole(file.take(length), CONTAINER_BYTES)
}

fn attachment(message: &[u8], at: usize) -> Result<Vec<u8>, Why> {
    let mut mail = mail::parse(message).ok_or(Why::BAD_MAIL)?;
    if at < mail.attachments.len() { Ok(mail.attachments.swap_remove(at).bytes) } else { Err(Why::CHANGED) }
}
