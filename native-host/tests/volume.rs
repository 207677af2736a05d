//! An archive whose disk goes away and comes back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Code, Outcome, Part, Reply, Request, RunId, Sum};
use common::{Client, Desk, end, pdf, rows, run_id};

/// Sends a document until it is refused; why, or its outcome.
fn try_document(client: &mut Client, run: &RunId, row: u32) -> Result<Outcome, Code> {
    let asks = [
        Request::BeginDocument { run: run.clone(), row, part: Part::Invoice, file_name: None },
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
    let refused = client.ask(Request::EndRun { run: run_id(1), failed: vec![], without_receipt: vec![] });
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
