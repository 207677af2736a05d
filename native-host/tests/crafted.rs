//! Each crafted file, in a program of its own: the system counts what a process uses from before it became another
//! program, so this one must stay small for the count to say anything.
#![allow(dead_code, unreachable_pub, reason = "shared with other tests and an example")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

#[path = "reader/hostile.rs"]
mod hostile;
#[path = "reader/pdf.rs"]
mod pdf;

use billfold_core::document::Reading;
use billfold_host::reader::Reader;
use hostile::{BOMBS, HANGS, outcome, wrong_fields};
use pdf::invoice;

#[test]
fn no_crafted_file_harms_its_reader() {
    let reader = Reader::new(env!("CARGO_BIN_EXE_billfold"));
    let whole = reader.read_bytes(&invoice().bytes()).unwrap();
    assert_eq!(whole.reading, Reading::Whole, "{whole:#?}");
    for bomb in BOMBS {
        let bytes = (bomb.make)();
        let outcome = outcome(&reader, &bytes);
        assert!(outcome.took < HANGS, "{}: {:?}", bomb.name, outcome.took);
        if let Ok(read) = outcome.read {
            assert_eq!(wrong_fields(&whole, &read), [""; 0], "{}", bomb.name);
        }
    }
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    {
        use nix::sys::resource::{UsageWho, getrusage};
        let most = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
        assert!(most < 256 << 10, "a child used {most} kB");
    }
}
