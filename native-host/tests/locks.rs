//! Two hosts and a command line on one archive: one writes at a time, nobody waits for ever, and what a process
//! that died has left is taken over.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Code, Outcome, Reply};
use common::{Client, Desk, begin, pdf, rows, run_id};
use std::time::{Duration, Instant};

/// More than anybody should ever wait.
const FOR_EVER: Duration = Duration::from_secs(60);

fn log(desk: &Desk) -> String {
    std::fs::read_to_string(desk.path("state/host.log")).unwrap()
}

fn is_refused(client: &mut Client) -> bool {
    matches!(client.ask(begin(&run_id(2), &rows(2))), Reply::Error { code: Code::ArchiveLocked, .. })
}

#[test]
fn a_lock_whose_owner_died_is_taken_over_and_that_is_said() {
    let desk = Desk::new();
    let mut first = desk.start().hello();
    first.begin(&run_id(1), &rows(2));
    assert_eq!(first.document(&run_id(1), 0, &pdf(0)), Outcome::Filed);
    let mut waiting = desk.connect().hello();
    assert!(is_refused(&mut waiting), "{}", desk.scene());

    let mut child = first.child.take().unwrap();
    let died = format!("took over the lock of process {}", child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!is_refused(&mut waiting), "the one that was refused goes on: {}", desk.scene());
    waiting.hang_up();
    // The host above ended in order, and has emptied the lock: now nothing is taken over.
    let mut second = desk.start().hello();
    second.begin(&run_id(1), &rows(2));
    assert!(!log(&desk).contains("took over"), "{}", log(&desk));
    let mut child = second.child.take().unwrap();
    let died_next = format!("took over the lock of process {}", child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    let mut third = desk.start().hello();
    let (_, settled) = third.begin(&run_id(1), &rows(2));
    assert_eq!(settled, [(0, Outcome::Filed)]);
    third.hang_up();
    assert!(log(&desk).contains(&died_next), "{died_next}: {}", log(&desk));
    assert!(!log(&desk).contains(&died), "{}", log(&desk));
}

#[test]
fn a_command_line_that_is_refused_works_once_the_host_has_gone() {
    let desk = Desk::new();
    let mut host = desk.start().hello();
    host.begin(&run_id(1), &rows(1));
    let begun = Instant::now();
    let refused = desk.command(&["reindex"]).output().unwrap();
    assert!(begun.elapsed() < FOR_EVER);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("Another Billfold process"), "{said}");
    // Reading needs no turn.
    assert!(desk.command(&["list"]).output().unwrap().status.success());
    assert_eq!(host.document(&run_id(1), 0, &pdf(0)), Outcome::Filed);
    host.hang_up();
    assert!(desk.command(&["reindex"]).output().unwrap().status.success());
    assert!(desk.command(&["verify"]).output().unwrap().status.success(), "{}", desk.scene());
}

#[test]
fn two_hosts_and_a_command_line_at_once_tear_nothing() {
    let desk = Desk::new();
    let documents: Vec<Vec<u8>> = (0..12).map(pdf).collect();
    let begun = Instant::now();
    let sums = std::thread::scope(|scope| {
        let hosts: Vec<_> = (1..=2)
            .map(|n| {
                let (desk, documents) = (&desk, &documents);
                scope.spawn(move || {
                    let mut client = desk.start().hello();
                    let sum = client.whole_run(&run_id(n), &rows(12), documents);
                    client.hang_up();
                    sum
                })
            })
            .collect();
        let line = scope.spawn(|| desk.command(&["reindex"]).output().unwrap());
        assert!(line.join().unwrap().status.success());
        hosts.into_iter().map(|host| host.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(begun.elapsed() < FOR_EVER);
    let filed: u32 = sums.iter().map(|sum| sum.filed).sum();
    let had: u32 = sums.iter().map(|sum| sum.already_had).sum();
    assert_eq!((filed, had), (12, 12), "{sums:?}\n{}", desk.scene());
    assert_eq!(desk.documents().len(), 12, "{}", desk.scene());
    assert_eq!(desk.lines(".billfold/runs/runs.jsonl").len(), 2);
    let verified = desk.command(&["verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
