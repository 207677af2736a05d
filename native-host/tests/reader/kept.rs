//! A process that has read a document well reads the next. What a document gives depends on its bytes alone.
#![cfg(unix)]

use crate::hostile::BOMBS;
use crate::pdf::invoice;
use billfold_host::reader::{Reader, Unreadable};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A reader whose processes are started by a script that notes each.
struct Noted {
    folder: tempfile::TempDir,
    reader: Reader,
}

impl Noted {
    /// `how` runs the program, which is `"$program" "$@"`.
    fn new(how: &str) -> Noted {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("start");
        let (log, program) = (folder.path().join("log"), env!("CARGO_BIN_EXE_billfold"));
        let text = format!("#!/bin/sh\necho $$ >> '{}'\nprogram='{program}'\n{how}\n", log.display());
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        Noted { reader: Reader::new(script), folder }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn starts(&self) -> usize {
        std::fs::read_to_string(self.log()).map_or(0, |log| log.lines().count())
    }

    fn reads(&self) {
        let number = self.reader.read_bytes(&invoice().bytes()).unwrap().number;
        assert_eq!(number.as_deref(), Some("AB12CD34-0007"));
    }
}

const AS_IT_IS: &str = "exec \"$program\" \"$@\"";

#[test]
fn one_process_reads_one_document_after_the_other_but_not_for_ever() {
    let noted = Noted::new(AS_IT_IS);
    (0..64).for_each(|_| noted.reads());
    assert_eq!(noted.starts(), 1);
    noted.reads();
    assert_eq!(noted.starts(), 2);
}

#[test]
fn what_a_process_read_before_leaves_nothing_behind() {
    let fresh = |bytes: &[u8]| Reader::new(env!("CARGO_BIN_EXE_billfold")).read_bytes(bytes);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/papers");
    let noted = Noted::new(AS_IT_IS);
    for name in ["ja-vat.pdf", "en-credit-note.pdf", "de-receipt.pdf", "ja-vat.pdf"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(noted.reader.read_bytes(&bytes), fresh(&bytes), "{name}");
    }
    assert_eq!(noted.starts(), 1);
}

#[test]
fn a_process_that_refused_a_document_reads_no_other() {
    let noted = Noted::new(AS_IT_IS);
    noted.reads();
    assert_eq!(noted.reader.read_bytes(b"%PDF-1.7 of which this is all"), Err(Unreadable::Truncated));
    assert_eq!(noted.starts(), 1);
    noted.reads();
    assert_eq!(noted.starts(), 2);
    let bomb = BOMBS.iter().find(|bomb| bomb.name == "forms within forms, 3^30 of them").unwrap();
    assert_eq!(noted.reader.read_bytes(&(bomb.make)()), Err(Unreadable::GaveUp));
    assert_eq!(noted.starts(), 2, "its time is not given to it twice");
    noted.reads();
    assert_eq!(noted.starts(), 3);
}

/// It is ended from outside, or by what was left of others: a document pays for none of that.
#[test]
fn a_process_that_ends_between_documents_is_replaced() {
    let first = invoice().bytes().len() + 4;
    let noted = Noted::new(&format!("head -c {first} | \"$program\" \"$@\""));
    (0..3).for_each(|_| noted.reads());
    assert_eq!(noted.starts(), 3);
}
