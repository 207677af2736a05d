//! What holds a child that takes a document apart: it is looked up while the child is busy with a file that has no end.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use crate::hostile::BOMBS;
use crate::pdf::invoice;
use billfold_core::document::Reading;
use billfold_host::reader::{CHILD_FLAG, Reader, Sandbox, Unreadable};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_billfold"))
}

/// Waits until a file of a busy child's in `/proc` says so. A shell does something before it becomes the child.
fn says(before: &str, file: &str, wanted: &[&str]) {
    let bomb = BOMBS.iter().find(|bomb| bomb.name == "forms within forms, 3^30 of them").unwrap();
    let mut child = Command::new("/bin/sh")
        .args(["-c", &format!("{before}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_billfold")])
        .args([CHILD_FLAG, "fields"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let bytes = (bomb.make)();
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    child.stdin.take().unwrap().write_all(&[&length, bytes.as_slice()].concat()).unwrap();
    loop {
        let text = std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if wanted.iter().all(|wanted| words.contains(wanted)) {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended, and never said {wanted:?}:\n{text}");
    }
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(4), "it ends itself when its time is up");
}

const LIMITS: [&str; 3] = ["Max cpu time 4 4", "Max data size 234881024 234881024", "Max core file size 0 0"];

/// Does something on a system that answers `seccomp` with an error.
fn where_seccomp_fails<T: Send>(error: i32, work: impl FnOnce() -> T + Send) -> T {
    let refuse = move || {
        let refused = SeccompAction::Errno(error.try_into().unwrap());
        let calls = [(libc::SYS_seccomp, Vec::new())].into();
        let arch = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, refused, arch).unwrap();
        // For this thread and what it starts.
        seccompiler::apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
        work()
    };
    std::thread::scope(|scope| scope.spawn(refuse).join().unwrap())
}

#[test]
fn a_child_is_locked_in() {
    says(":", "status", &["Seccomp: 2", "NoNewPrivs: 1"]);
    says(":", "limits", &LIMITS);
    assert_eq!(reader().sandbox(), Ok(Sandbox::Locked));
}

#[test]
fn where_the_system_cannot_lock_in_there_are_limits_and_doctor_says_so() {
    for error in [libc::ENOSYS, libc::EINVAL, libc::EPERM] {
        where_seccomp_fails(error, || {
            assert_eq!(reader().sandbox(), Ok(Sandbox::LimitsOnly), "error {error}");
            assert_eq!(reader().read_bytes(&invoice().bytes()).unwrap().reading, Reading::Whole);
        });
    }
    where_seccomp_fails(libc::EPERM, || says(":", "limits", &LIMITS));
    let doctor = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_billfold"));
        let output = command.arg("doctor").env_clear().output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(doctor().contains("ok   reading: documents are taken apart in a process that is locked in\n"));
    let without = where_seccomp_fails(libc::EPERM, doctor);
    assert!(
        without.contains("ok   reading: documents are taken apart in a process with limits"),
        "{without}"
    );
}

#[test]
fn limits_that_are_lower_already_stay() {
    says("ulimit -t 3", "limits", &["Max cpu time 3 3", LIMITS[1]]);
}

#[test]
fn a_child_that_could_be_locked_in_and_is_not_reads_nothing() {
    where_seccomp_fails(libc::ENOMEM, || {
        assert_eq!(reader().sandbox(), Err(Unreadable::ChildFailed));
        assert_eq!(reader().read_bytes(&invoice().bytes()), Err(Unreadable::ChildFailed));
    });
}
