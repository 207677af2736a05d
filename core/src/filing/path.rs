//! A place inside the archive.

use super::clean;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Where a document lies, relative to the archive, with `/` between components. It cannot be absolute,
/// climb, or reach into Billfold's own folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArchivePath(String);

/// Why a text is no [`ArchivePath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPath {
    /// No component, or an empty one: also what an absolute path has first.
    Empty,
    /// `.`, `..` or another name made of dots.
    Dots,
    /// A character that a system refuses or hides.
    Character,
    /// A component of more than 255 bytes.
    TooLong,
    /// Billfold's own folder.
    Reserved,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadPath::Empty => "a path in the archive has a name in every component and is not absolute",
            BadPath::Dots => "a path in the archive does not climb",
            BadPath::Character => "a path in the archive has no control or reserved characters",
            BadPath::TooLong => "a name has at most 255 bytes",
            BadPath::Reserved => "the name is reserved",
        })
    }
}

impl std::error::Error for BadPath {}

impl ArchivePath {
    /// Checks a path that comes from outside: a record, a journal, a template.
    pub fn parse(text: &str) -> Result<ArchivePath, BadPath> {
        for (at, component) in text.split('/').enumerate() {
            let stem = component.split('.').next().unwrap_or_default().trim_end();
            if component.is_empty() {
                return Err(BadPath::Empty);
            } else if component.trim_matches(['.', ' ']).is_empty() {
                return Err(BadPath::Dots);
            } else if component.len() > clean::COMPONENT_BYTES {
                return Err(BadPath::TooLong);
            } else if component
                .chars()
                .any(|c| c.is_control() || clean::is_hidden(c) || clean::is_reserved(c))
                || component.ends_with([' ', '.'])
                || !is_nfc(component)
            {
                return Err(BadPath::Character);
            } else if clean::is_device(stem) || (at == 0 && fold(component) == ".billfold") {
                return Err(BadPath::Reserved);
            }
        }
        Ok(ArchivePath(text.to_owned()))
    }

    /// The path, with `/` between components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its components, the file's name last.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The folder, empty at the top, and the file's name.
    pub fn split(&self) -> (&str, &str) {
        self.0.rsplit_once('/').unwrap_or(("", &self.0))
    }

    /// What two names have in common that a system without case, or with another Unicode form, takes for one.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

/// A name as a system without case sees it. Upper case first, so that what has no lower case of its own (`ß`, `ſ`) meets its other spelling.
pub fn fold(text: &str) -> String {
    // Most names, and folders hold thousands of them.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

impl fmt::Display for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ArchivePath {
    type Error = BadPath;

    fn try_from(text: String) -> Result<ArchivePath, BadPath> {
        ArchivePath::parse(&text)
    }
}

impl From<ArchivePath> for String {
    fn from(path: ArchivePath) -> String {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_archive_is_no_path() {
        for (text, why) in [
            ("", BadPath::Empty),
            ("/etc/passwd", BadPath::Empty),
            ("a//b", BadPath::Empty),
            ("a/", BadPath::Empty),
            ("../a", BadPath::Dots),
            ("a/../b", BadPath::Dots),
            ("a/./b", BadPath::Dots),
            ("a/...", BadPath::Dots),
            ("C:/a", BadPath::Character),
            ("a\\b", BadPath::Character),
            ("a\u{0}b", BadPath::Character),
            ("a\u{202E}fdp.exe", BadPath::Character),
            ("a./b", BadPath::Character),
            ("e\u{301}", BadPath::Character),
            ("aux.pdf", BadPath::Reserved),
            (".Billfold/records/x", BadPath::Reserved),
        ] {
            assert_eq!(ArchivePath::parse(text), Err(why), "{text:?}");
        }
        assert_eq!(ArchivePath::parse(&"x".repeat(256)), Err(BadPath::TooLong));
        assert!(ArchivePath::parse("openai/2026/2026-04-12_openai-api_project-nova_$500.pdf").is_ok());
    }

    #[test]
    fn spellings_that_one_system_confuses_are_folded_to_one() {
        let folded = |text: &str| fold(text);
        assert_eq!(folded("Straße.PDF"), folded("STRASSE.pdf"));
        assert_eq!(folded("e\u{301}"), folded("É"));
        assert_ne!(folded("a_1"), folded("a_2"));
    }
}
