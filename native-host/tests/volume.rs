//! An archive whose disk goes away and comes back, or has no room left.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Code, Outcome, Reply, Request, RunId, Sum};
use common::{Client, Desk, end, pdf, rows, run_id};

/// Sends a document until it is refused; why, or its outcome.
fn try_document(client: &mut Client, run: &RunId, row: u32) -> Result<Outcome, Code> {
    let asks = [
        Request::BeginDocument { run: run.clone(), row, file_name: None },
        Request::Chunk(common::chunk(run, row, 0, &pdf(row))),
        end(run, row, &pdf(row)),
    ];
    for ask in asks {
        match client.ask(ask) {
            Reply::Ready { .. } => {}
            Reply::Receipt { outcome: Outcome::Failed { code, .. }, .. } | Reply::Error { code, .. } => {
                return Err(code);
            }
            Reply::Receipt { outcome, .. } => return Ok(outcome),
            other => panic!("{other:?}"),
        }
    }
    panic!("no receipt")
}

#[test]
fn a_volume_that_vanishes_in_the_middle_loses_nothing_and_is_not_made_anew() {
    let desk = Desk::new();
    let mut client = desk.start().hello();
    client.begin(&run_id(1), &rows(4));
    assert_eq!(client.document(&run_id(1), 0, &pdf(0)), Outcome::Filed);
    let away = desk.path("away");
    std::fs::rename(desk.archive(), &away).unwrap();
    for row in [1, 2] {
        assert_eq!(try_document(&mut client, &run_id(1), row), Err(Code::ArchiveUnavailable));
    }
    assert!(!desk.archive().exists(), "a folder was made where the volume was");
    let refused = client.ask(Request::EndRun { run: run_id(1), failed: vec![] });
    assert!(matches!(refused, Reply::Error { code: Code::RunOpen, .. }), "{refused:?}");

    std::fs::rename(&away, desk.archive()).unwrap();
    for row in [1, 2, 3] {
        assert_eq!(try_document(&mut client, &run_id(1), row), Ok(Outcome::Filed), "{}", desk.scene());
    }
    assert_eq!(client.end(&run_id(1)), Sum { filed: 4, ..Sum::default() });
    client.hang_up();
    assert_eq!(desk.documents().len(), 4, "{}", desk.scene());
    let verified = desk.command(&["verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// For example `mount -t tmpfs -o size=2m none DIR`.
#[test]
#[ignore = "needs a disk of two megabytes, which BILLFOLD_SMALL_DISK names"]
fn a_full_disk_says_so_and_goes_on_once_there_is_room() {
    let disk = std::env::var_os("BILLFOLD_SMALL_DISK").unwrap();
    let desk = Desk::within(disk.as_ref(), env!("CARGO_BIN_EXE_billfold").into());
    let filler = desk.path("filler");
    std::fs::write(&filler, vec![0; 1_536 * 1024]).unwrap();
    let mut client = desk.start().hello();
    client.begin(&run_id(1), &rows(15));
    let outcomes: Vec<_> = (0..15).map(|row| try_document(&mut client, &run_id(1), row)).collect();
    assert!(
        outcomes.contains(&Ok(Outcome::Filed)) && outcomes.contains(&Err(Code::DiskFull)),
        "{outcomes:?}"
    );
    std::fs::remove_file(filler).unwrap();
    let refused = (0u32..).zip(&outcomes).filter(|(_, outcome)| outcome.is_err());
    for (row, _) in refused {
        assert_eq!(try_document(&mut client, &run_id(1), row), Ok(Outcome::Filed), "{}", desk.scene());
    }
    assert_eq!(client.end(&run_id(1)), Sum { filed: 15, ..Sum::default() }, "{}", desk.scene());
    client.hang_up();
    let verified = desk.command(&["verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
