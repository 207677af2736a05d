//! Hostile and harmed files: a sample. `cargo xtask torture --hostile` has all of them.

use crate::hostile::{BOMBS, HANGS, harmed, outcome, wrong_fields};
use crate::pdf::invoice;
use billfold_host::reader::{Reader, Unreadable};

fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_billfold"))
}

#[test]
fn what_has_no_end_is_given_up() {
    let named = |name: &str| (BOMBS.iter().find(|bomb| bomb.name == name).unwrap().make)();
    let why = |name: &str| outcome(&reader(), &named(name)).read.unwrap_err();
    assert_eq!(why("forms within forms, 3^30 of them"), Unreadable::GaveUp, "time");
    assert_eq!(why("a password"), Unreadable::PasswordProtected);
    assert_eq!(why("201 pages"), Unreadable::TooMuch);
}

/// Some of each kind of document; `cargo xtask torture --hostile` takes many.
#[test]
fn a_harmed_file_gives_no_wrong_field() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/papers");
    let mut papers: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    papers.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    papers.sort();
    let mut files = vec![invoice().bytes()];
    files.extend(papers.into_iter().map(|path| std::fs::read(path).unwrap()));
    assert!(files.len() > 10, "{}", files.len());
    for (file, bytes) in files.iter().enumerate() {
        let whole = reader().read_bytes(bytes).unwrap();
        let mut refused = 0;
        for seed in 0..40 {
            let (kind, harmed) = harmed(bytes, 1000 * file as u64 + seed);
            let outcome = outcome(&reader(), &harmed);
            assert!(outcome.took < HANGS, "{file}, {kind}, {seed}: {:?}", outcome.took);
            match outcome.read {
                Ok(read) => assert_eq!(wrong_fields(&whole, &read), [""; 0], "{file}, {kind}, {seed}"),
                Err(_) => refused += 1,
            }
        }
        assert!(
            (5..40).contains(&refused),
            "{file}: {refused} of 40: the harm is too small or too great to test with"
        );
    }
}
