//! Hostile and harmed files: a sample. `cargo run --release --example hostile` has all of them.

use crate::hostile::{BOMBS, harmed, outcome, wrong_fields};
use crate::pdf::invoice;
use billfold_core::document::Reading;
use billfold_host::reader::{Reader, Unreadable};
use std::time::Duration;

/// Far more than the reader's own limit: this is for a file on which it hangs.
const HANGS: Duration = Duration::from_secs(30);

fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_billfold"))
}

#[test]
fn no_crafted_file_harms_its_reader() {
    let whole = reader().read_bytes(&invoice().bytes()).unwrap();
    assert_eq!(whole.reading, Reading::Whole, "{whole:#?}");
    for bomb in BOMBS {
        let bytes = (bomb.make)();
        let outcome = outcome(&reader(), &bytes);
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

#[test]
fn what_has_no_end_is_given_up() {
    let named = |name: &str| (BOMBS.iter().find(|bomb| bomb.name == name).unwrap().make)();
    let why = |name: &str| outcome(&reader(), &named(name)).read.unwrap_err();
    assert_eq!(why("forms within forms, 3^30 of them"), Unreadable::GaveUp, "time");
    assert_eq!(why("a password"), Unreadable::PasswordProtected);
    assert_eq!(why("201 pages"), Unreadable::TooMuch);
}

#[test]
fn a_harmed_file_gives_no_wrong_field() {
    let bytes = invoice().bytes();
    let whole = reader().read_bytes(&bytes).unwrap();
    let mut refused = 0;
    for seed in 0..160 {
        let (kind, harmed) = harmed(&bytes, seed);
        let outcome = outcome(&reader(), &harmed);
        assert!(outcome.took < HANGS, "{kind}, {seed}: {:?}", outcome.took);
        match outcome.read {
            Ok(read) => assert_eq!(wrong_fields(&whole, &read), [""; 0], "{kind}, {seed}"),
            Err(_) => refused += 1,
        }
    }
    assert!(
        (20..160).contains(&refused),
        "{refused} of 160: the harm is too small or too great to test with"
    );
}

/// What a child could still do is looked up while it is busy with a file that has no end.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn a_child_is_locked_in() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let bomb = BOMBS.iter().find(|bomb| bomb.name == "forms within forms, 3^30 of them").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_billfold"))
        .args([billfold_host::reader::CHILD_FLAG, "fields"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&(bomb.make)()).unwrap();
    loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        if status.contains("Seccomp:\t2") && status.contains("NoNewPrivs:\t1") {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended, and was never locked in:\n{status}");
    }
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(4), "it ends itself when its time is up");
}
