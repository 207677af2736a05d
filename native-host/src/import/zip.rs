//! ZIPs, within bounds: nothing is unpacked to the disk, and nothing that is far larger than it says or than
//! documents are.

use super::place::{Why, whole};
use std::io::{Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// Files in one ZIP.
const MOST_FILES: usize = 100_000;
/// PDFs are packed already: what unpacks to so many times its size holds none.
const MOST_TIMES: u64 = 200;
/// Small ones may.
const SMALL: u64 = 32 << 20;

/// An open ZIP.
pub(super) struct Zip<R>(ZipArchive<R>);

/// A file of a ZIP.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: usize,
    /// Its path in the ZIP. Only ever shown.
    pub(super) name: String,
}

impl<R: Read + Seek> Zip<R> {
    pub(super) fn open(input: R) -> Result<Zip<R>, Why> {
        ZipArchive::new(input).map(Zip).map_err(|_| Why::BAD_ZIP)
    }

    /// The files whose names are wanted. A ZIP that promises more than it can hold is refused as a whole.
    pub(super) fn list(&mut self, size: u64, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Entry>, Why> {
        if self.0.len() > MOST_FILES {
            return Err(Why::BOMB);
        }
        let mut found = Vec::new();
        let mut promised = 0_u64;
        for at in 0..self.0.len() {
            let file = self.0.by_index_raw(at).map_err(|_| Why::BAD_ZIP)?;
            let Ok(name) = file.name().map(std::borrow::Cow::into_owned) else { continue };
            if file.is_dir() || !is_wanted(&name) {
                continue;
            }
            promised = promised.saturating_add(file.size());
            found.push(Entry { at, name });
        }
        if promised > size.saturating_mul(MOST_TIMES).max(SMALL) {
            return Err(Why::BOMB);
        }
        Ok(found)
    }

    /// A file's bytes, whatever it says that it has.
    pub(super) fn read(&mut self, at: usize, limit: u64) -> Result<Vec<u8>, Why> {
        let is_locked = self.0.by_index_raw(at).is_ok_and(|file| file.encrypted());
        if is_locked {
            return Err(Why::PASSWORD);
        }
        match self.0.by_index(at) {
            Ok(file) => whole(file, limit),
            Err(ZipError::Io(error)) => Err(error.into()),
            Err(_) => Err(Why::BAD_ZIP),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_listed_and_read() {
        let bytes = packed(&[("a/b.pdf", b"%PDF-1"), ("c.txt", b"x"), ("../d.pdf", b"%PDF-2")]);
        let mut zip = Zip::open(Cursor::new(&bytes)).unwrap();
        let found = zip.list(bytes.len() as u64, |name| name.ends_with(".pdf")).unwrap();
        let names: Vec<&str> = found.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["a/b.pdf", "../d.pdf"]);
        assert_eq!(zip.read(found[1].at, 100).unwrap(), b"%PDF-2");
        assert_eq!(zip.read(found[1].at, 3), Err(Why::TOO_LARGE));
        assert!(Zip::open(Cursor::new(&bytes[..bytes.len() - 30])).is_err());
    }

    #[test]
    fn a_bomb_is_refused() {
        let nothing = vec![0; 40 << 20];
        let bytes = packed(&[("a.pdf", &nothing)]);
        assert!(bytes.len() < 100_000);
        let mut zip = Zip::open(Cursor::new(&bytes)).unwrap();
        assert_eq!(zip.list(bytes.len() as u64, |_| true), Err(Why::BOMB));
        // One that lies about it is not unpacked further than documents reach.
        assert_eq!(zip.read(0, 1_000), Err(Why::TOO_LARGE));
    }

    #[test]
    fn a_changed_byte_does_not_pass_the_checksum() {
        let mut bytes = packed(&[("a.pdf", b"%PDF-1.4 of some length")]);
        let at = bytes.windows(5).position(|part| part == b"a.pdf").unwrap() + 8;
        bytes[at] ^= 1;
        let read = Zip::open(Cursor::new(&bytes)).unwrap().read(0, 1_000);
        assert!(read.is_err(), "{read:?}");
    }
}
