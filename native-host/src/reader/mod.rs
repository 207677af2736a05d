//! Reads documents: bytes in, the fields of `billfold_core::document` out.
//!
//! A PDF comes from a stranger. It is taken apart in a child process of the same executable, which has a limit
//! on memory and time and nothing but its pipes (`child`, `sandbox`); this process only starts it and reads its
//! short answer (`parent`). The bytes of a PDF become text behind [`TextSource`] (`pdf`), and text becomes
//! fields in `core`.

mod child;
mod device;
mod embedded;
mod explain;
mod frame;
mod glyphs;
mod parent;
mod pdf;
mod resources;
mod sandbox;
mod structure;
mod text_string;

pub use child::{FLAG as CHILD_FLAG, run as run_child};
pub use parent::Reader;
pub use pdf::Hayro;
pub use sandbox::Sandbox;

use billfold_core::document::{Attachment, Document, Page};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longer files are not read.
pub const MOST_BYTES: usize = 16 << 20;
/// Documents with more pages are not read.
pub const MOST_PAGES: usize = 200;
/// Documents with more glyphs are not read.
pub const MOST_GLYPHS: usize = 2_000_000;

/// What makes text of a file's bytes. Its answer depends on the bytes only.
pub trait TextSource {
    /// The text that a person sees on the pages, and what is embedded.
    fn text(&self, bytes: &[u8]) -> Result<Text, Unreadable>;
}

/// What a file holds for a reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// In order. No rows at all: a scan.
    pub pages: Vec<Page>,
    /// The text is not what is shown: it lies invisibly over a scan, and a machine has recognised it.
    pub recognised: bool,
    /// Where links on the pages lead to.
    pub links: Vec<String>,
    /// Embedded XML files. They stay in the process that reads them.
    #[serde(skip)]
    pub attachments: Vec<Attachment>,
}

/// Why a file gives no fields. The codes are stable; a scan is not among them, it reads as one without text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// It is something else.
    NotAPdf,
    /// It opens only with a password.
    PasswordProtected,
    /// It does not open, or parts of it are not what they were.
    Damaged,
    /// Its end is missing.
    Truncated,
    /// The file is larger than [`MOST_BYTES`].
    TooLarge,
    /// More than [`MOST_PAGES`], [`MOST_GLYPHS`], or too much in one of its parts.
    TooMuch,
    /// Reading took more time or memory than any document needs.
    GaveUp,
    /// The reading process did not start or broke.
    ChildFailed,
}

impl Unreadable {
    /// Every reason.
    pub const ALL: [Unreadable; 8] = [
        Unreadable::NotAPdf,
        Unreadable::PasswordProtected,
        Unreadable::Damaged,
        Unreadable::Truncated,
        Unreadable::TooLarge,
        Unreadable::TooMuch,
        Unreadable::GaveUp,
        Unreadable::ChildFailed,
    ];

    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            Unreadable::NotAPdf => "not-a-pdf",
            Unreadable::PasswordProtected => "password-protected",
            Unreadable::Damaged => "damaged",
            Unreadable::Truncated => "truncated",
            Unreadable::TooLarge => "too-large",
            Unreadable::TooMuch => "too-much",
            Unreadable::GaveUp => "gave-up",
            Unreadable::ChildFailed => "child-failed",
        }
    }

    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Unreadable::NotAPdf => "This is not a PDF.",
            Unreadable::PasswordProtected => {
                "This PDF opens only with a password. Save a copy without one, and read that."
            }
            Unreadable::Damaged => "This PDF is damaged: parts of it are not what they were. Fetch it again.",
            Unreadable::Truncated => "The end of this PDF is missing. Fetch it again.",
            Unreadable::TooLarge => "This file is larger than 16 MiB, which no invoice is.",
            Unreadable::TooMuch => "This PDF holds more pages or text than is read of one document.",
            Unreadable::GaveUp => "Reading this PDF took more time or memory than any invoice needs.",
            Unreadable::ChildFailed => "The process that reads PDFs did not start, or broke.",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl std::error::Error for Unreadable {}

/// What a child is asked for: its second argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Fields,
    Text,
    Picture,
    /// No document is read.
    Sandbox,
}

impl Request {
    fn as_str(self) -> &'static str {
        match self {
            Request::Fields => "fields",
            Request::Text => "text",
            Request::Picture => "picture",
            Request::Sandbox => "sandbox",
        }
    }

    /// In bytes. More is not heard.
    fn longest_answer(self) -> usize {
        if self == Request::Picture { 32 << 20 } else { 4 << 20 }
    }

    fn parse(text: &str) -> Option<Request> {
        [Request::Fields, Request::Text, Request::Picture, Request::Sandbox]
            .into_iter()
            .find(|request| request.as_str() == text)
    }
}

/// What a child answers, as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Fields(Box<Document>),
    Text(Text),
    Picture(Box<Document>, String),
    Sandbox(Sandbox),
    Unreadable(Unreadable),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_is_sent() {
        for reason in Unreadable::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
            assert!(reason.sentence().ends_with('.'));
        }
    }
}
