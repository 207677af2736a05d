//! What there is to import: files, folders with all that is below them, ZIPs, messages, mailboxes and saved
//! receipt pages.
//!
//! Links in folders are not followed, and the archive itself is never imported. In folders a file counts by
//! what it is called or how it begins; what is neither PDF, ZIP, mail nor a receipt page is left alone.

use super::links::{self, Link};
use super::place::{self, CONTAINER_BYTES, Place, Step, Why};
use super::{mail, zip};
use crate::archive::OWN_FOLDER;
use billfold_core::stripe::ReceiptPage;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// Folders within folders.
const DEEPEST_FOLDER: usize = 64;
/// ZIPs and messages within each other.
const DEEPEST_CONTAINER: usize = 4;
/// As much of a file as says what it is.
const HEAD: u64 = 1_024;
/// As much of a page as is read. A receipt has less.
const PAGE_BYTES: u64 = 4 << 20;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// Documents, or why one that was expected is none, in a fixed order.
    pub documents: Vec<(Place, Option<Why>)>,
    /// Links to documents, in mail and receipt pages.
    pub links: Vec<FoundLink>,
    /// Receipts that name credit notes or refunds, in mail and as pages.
    pub receipts: Vec<(Origin, ReceiptPage)>,
    /// Files that are nothing to us.
    pub others: u32,
}

/// Where something stands that is no document itself.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The message, page or PDF.
    pub name: String,
    /// A message's subject.
    pub subject: Option<String>,
    /// A message's day.
    pub date: Option<String>,
}

/// A link that stands in a message or a page.
pub struct FoundLink {
    /// The link.
    pub link: Link,
    /// Where.
    pub origin: Origin,
}

/// What a file is, by its name and its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Pdf,
    Zip,
    Message,
    Mailbox,
    Page,
    Other,
}

/// Looks for documents in everything that was asked for. An error says what is not there.
pub(super) fn find(asked: &[PathBuf], archive: &Path) -> Result<Found, String> {
    let archive = fs::canonicalize(archive).unwrap_or_else(|_| archive.to_owned());
    let mut finder = Finder { archive, seen: HashSet::new(), found: Found::default() };
    for path in asked {
        let real = fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))?;
        if real.starts_with(&finder.archive) {
            return Err(format!("{} lies in the archive, and is not imported into it", path.display()));
        }
        let name = path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        if real.is_dir() {
            finder.folder(&real, &name, 0);
        } else {
            finder.file(&real, name, true);
        }
    }
    Ok(finder.found)
}

struct Finder {
    archive: PathBuf,
    seen: HashSet<PathBuf>,
    found: Found,
}

impl Finder {
    fn folder(&mut self, folder: &Path, shown: &str, depth: usize) {
        let is_ours = folder == self.archive || folder.ends_with(OWN_FOLDER);
        if is_ours || depth > DEEPEST_FOLDER || !self.seen.insert(folder.to_owned()) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.refuse(folder, shown.to_owned(), error.into()),
        };
        let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let shown = format!("{shown}/{name}");
            match entry.file_type() {
                // What systems keep beside documents under names with a dot is no document.
                Ok(kind) if kind.is_symlink() || name.starts_with('.') => self.found.others += 1,
                Ok(kind) if kind.is_dir() => self.folder(&entry.path(), &shown, depth + 1),
                Ok(kind) if kind.is_file() => self.file(&entry.path(), shown, false),
                _ => self.found.others += 1,
            }
        }
    }

    fn file(&mut self, file: &Path, shown: String, is_named: bool) {
        if !self.seen.insert(file.to_owned()) {
            return;
        }
        let own_name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let place = Place { file: file.to_owned(), steps: Vec::new(), name: shown, own_name };
        let mut head = Vec::new();
        let opened = File::open(file).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        if let Err(error) = opened {
            return self.found.documents.push((place, Some(error.into())));
        }
        let name = place.own_name.clone().unwrap_or_default();
        let done = match what(&name, &head, is_named) {
            Is::Pdf => {
                self.found.documents.push((place, None));
                return;
            }
            Is::Zip => self.zip_file(&place),
            Is::Message => File::open(file)
                .map_err(Why::from)
                .and_then(|file| place::whole(file, CONTAINER_BYTES))
                .and_then(|bytes| self.message(&place, &bytes, 0)),
            Is::Mailbox => self.mailbox_file(&place),
            Is::Page => self.page_file(&place, is_named),
            Is::Other if is_named => Err(Why::UNKNOWN),
            Is::Other => {
                self.found.others += 1;
                return;
            }
        };
        if let Err(why) = done {
            self.found.documents.push((place, Some(why)));
        }
    }

    fn refuse(&mut self, file: &Path, name: String, why: Why) {
        let place = Place { file: file.to_owned(), steps: Vec::new(), name, own_name: None };
        self.found.documents.push((place, Some(why)));
    }

    fn zip_file(&mut self, place: &Place) -> Result<(), Why> {
        let file = File::open(&place.file)?;
        let size = file.metadata()?.len();
        self.zip(place, zip::Zip::open(BufReader::new(file))?, size, 0)
    }

    fn zip<R: Read + std::io::Seek>(
        &mut self,
        place: &Place,
        mut zip: zip::Zip<R>,
        size: u64,
        depth: usize,
    ) -> Result<(), Why> {
        // PDFs are known by their names here, so that they are unpacked only when it is their turn.
        for entry in zip.list(size, |name| by_name(name) != Is::Other && !is_hidden(name))? {
            let inside = place.inside(Step::Entry(entry.at), Some(entry.name.clone()));
            if by_name(&entry.name) == Is::Pdf {
                self.found.documents.push((inside, None));
                continue;
            }
            let done =
                zip.read(entry.at, CONTAINER_BYTES).and_then(|bytes| self.contained(&inside, bytes, depth));
            if let Err(why) = done {
                self.found.documents.push((inside, Some(why)));
            }
        }
        Ok(())
    }

    /// A ZIP, a message or a mailbox in something else.
    fn contained(&mut self, place: &Place, bytes: Vec<u8>, depth: usize) -> Result<(), Why> {
        if depth >= DEEPEST_CONTAINER {
            return Err(Why::BOMB);
        }
        match by_name(place.own_name.as_deref().unwrap_or_default()) {
            Is::Zip => {
                let size = bytes.len() as u64;
                self.zip(place, zip::Zip::open(Cursor::new(bytes))?, size, depth + 1)
            }
            Is::Message => self.message(place, &bytes, depth + 1),
            Is::Mailbox => {
                for (at, length) in mail::messages(bytes.as_slice())? {
                    let inside = place.inside(Step::Message { at, length }, None);
                    let range = usize::try_from(at).ok().zip(usize::try_from(at + length).ok());
                    if let Some(message) = range.and_then(|(from, to)| bytes.get(from..to)) {
                        // One that is broken does not hide the others.
                        let _ = self.message(&inside, message, depth + 1);
                    }
                }
                Ok(())
            }
            Is::Page => {
                self.page(place, &bytes);
                Ok(())
            }
            Is::Pdf | Is::Other => Ok(()),
        }
    }

    fn page_file(&mut self, place: &Place, is_named: bool) -> Result<(), Why> {
        let mut bytes = Vec::new();
        File::open(&place.file)?.take(PAGE_BYTES).read_to_end(&mut bytes)?;
        match self.page(place, &bytes) {
            false if is_named => return Err(Why::UNKNOWN),
            false => self.found.others += 1,
            true => {}
        }
        Ok(())
    }

    /// Takes from a page what it names and where it leads to. False: it is nothing to us.
    fn page(&mut self, place: &Place, bytes: &[u8]) -> bool {
        let html = String::from_utf8_lossy(bytes);
        let origin = Origin { name: place.name.clone(), ..Origin::default() };
        let receipt = ReceiptPage::read(&html);
        let links = links::find(&html);
        let is_ours = !receipt.names_nothing() || !links.is_empty();
        self.found
            .receipts
            .extend(Some((origin.clone(), receipt)).filter(|(_, receipt)| !receipt.names_nothing()));
        self.found.links.extend(links.into_iter().map(|link| FoundLink { link, origin: origin.clone() }));
        is_ours
    }

    fn mailbox_file(&mut self, place: &Place) -> Result<(), Why> {
        for (at, length) in mail::messages(BufReader::new(File::open(&place.file)?))? {
            let inside = place.inside(Step::Message { at, length }, None);
            let done = place::section(&place.file, at, length)
                .and_then(|message| self.message(&inside, &message, 0));
            if let Err(why) = done {
                self.found.documents.push((inside, Some(why)));
            }
        }
        Ok(())
    }

    fn message(&mut self, place: &Place, bytes: &[u8], depth: usize) -> Result<(), Why> {
        let mail::Mail { attachments, links, receipts, subject, date } =
            mail::parse(bytes).ok_or(Why::BAD_MAIL)?;
        for (at, mail::Attachment { name, bytes }) in attachments.into_iter().enumerate() {
            let known = what(name.as_deref().unwrap_or_default(), &bytes, false);
            let inside = place.inside(Step::Attachment(at), name);
            match known {
                Is::Pdf => self.found.documents.push((inside, None)),
                Is::Other => self.found.others += 1,
                Is::Zip | Is::Message | Is::Mailbox | Is::Page => {
                    if let Err(why) = self.contained(&inside, bytes, depth) {
                        self.found.documents.push((inside, Some(why)));
                    }
                }
            }
        }
        let origin = Origin { name: place.name.clone(), subject, date };
        self.found.receipts.extend(receipts.into_iter().map(|receipt| (origin.clone(), receipt)));
        self.found.links.extend(links.into_iter().map(|link| FoundLink { link, origin: origin.clone() }));
        Ok(())
    }
}

fn by_name(name: &str) -> Is {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("pdf") => Is::Pdf,
        Some("zip") => Is::Zip,
        Some("eml") => Is::Message,
        Some("mbox" | "mbx") => Is::Mailbox,
        Some("html" | "htm") => Is::Page,
        _ => Is::Other,
    }
}

/// What a ZIP made on a Mac holds besides.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// What a file is. One that a person has named may be called anything.
fn what(name: &str, head: &[u8], is_named: bool) -> Is {
    let head = head.get(..1_024).unwrap_or(head);
    if memchr::memmem::find(head, b"%PDF-").is_some()
        && !head.starts_with(b"From ")
        && !mail::is_message(head)
    {
        return Is::Pdf;
    }
    match by_name(name) {
        Is::Other if is_named && head.starts_with(b"PK\x03\x04") => Is::Zip,
        Is::Other if is_named && head.starts_with(b"From ") => Is::Mailbox,
        Is::Other if is_named && mail::is_message(head) => Is::Message,
        // Some programs call a single message a mailbox, and the other way round.
        Is::Message if head.starts_with(b"From ") => Is::Mailbox,
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_name_and_beginning() {
        for (name, head, in_folder, named) in [
            ("a.pdf", "%PDF-1.4", Is::Pdf, Is::Pdf),
            ("a.PDF", "<html>", Is::Pdf, Is::Pdf),
            ("download", "%PDF-1.7", Is::Pdf, Is::Pdf),
            ("a.zip", "PK\u{3}\u{4}", Is::Zip, Is::Zip),
            ("a.docx", "PK\u{3}\u{4}", Is::Other, Is::Zip),
            ("Inbox", "From a@x Mon\nSubject: x\n", Is::Other, Is::Mailbox),
            ("a.eml", "From: a@x\n", Is::Message, Is::Message),
            ("a.eml", "From a@x Mon\nSubject: x\n", Is::Mailbox, Is::Mailbox),
            ("letter", "Subject: x\nTo: y\n", Is::Other, Is::Message),
            ("a.txt", "about %PDF", Is::Other, Is::Other),
            ("a.HTML", "<html>", Is::Page, Is::Page),
            ("a.htm", "%PDF-1.4", Is::Pdf, Is::Pdf),
            ("a.eml", "From: a\nSubject: what %PDF-1.4 is\n", Is::Message, Is::Message),
        ] {
            assert_eq!(what(name, head.as_bytes(), false), in_folder, "{name}");
            assert_eq!(what(name, head.as_bytes(), true), named, "{name}, named");
        }
    }
}
