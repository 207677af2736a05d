//! A host that is killed at any moment leaves whole documents or none, and the same run, sent again, files
//! each of them once.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Outcome, Row};
use common::{Client, Desk, pdf, rows, run_id};
use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

const DOCUMENTS: u32 = 40;

/// Fetches whatever is wanted, eight in flight, until it is done or the host is gone.
fn send_all(client: &mut Client, rows: &[Row], documents: &[Vec<u8>]) -> io::Result<()> {
    let id = client.post(common::begin(&run_id(1), rows))?;
    let billfold_core::protocol::Reply::Plan { fetch, settled, .. } = client.wait(id)? else {
        panic!("no plan")
    };
    assert!(settled.iter().all(|end| end.outcome == Outcome::Filed), "filed by this very run: {settled:?}");
    for group in fetch.chunks(8) {
        let mut ids = Vec::new();
        for row in group {
            ids.push(client.post_document(&run_id(1), *row, &documents[*row as usize])?);
        }
        for id in ids {
            client.wait(id)?;
        }
    }
    Ok(())
}

/// Kills a host so many microseconds after its welcome.
fn killed_after(desk: &Desk, delay: Duration, rows: &[Row], documents: &[Vec<u8>]) -> bool {
    let mut client = desk.start().hello();
    let mut child = client.child.take().unwrap();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(delay);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let ended = send_all(&mut client, rows, documents);
    killer.join().unwrap();
    ended.is_err()
}

#[test]
fn killed_at_any_moment_every_document_is_filed_once() {
    let rows = rows(DOCUMENTS);
    let documents: Vec<Vec<u8>> = (0..DOCUMENTS).map(pdf).collect();
    let names: Vec<String> = {
        let desk = Desk::new();
        let begun = Instant::now();
        send_all(&mut desk.start().hello(), &rows, &documents).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20), "took {:?}", begun.elapsed());
        desk.documents()
    };
    let whole: BTreeSet<&[u8]> = documents.iter().map(Vec::as_slice).collect();
    let begun = Instant::now();
    let mut kills = 0;
    let mut halfway = 0;
    for round in 0u64.. {
        // Enough is enough, on a slow disk sooner.
        if round >= 12 || begun.elapsed() > Duration::from_secs(25) {
            break;
        }
        let desk = Desk::new();
        for attempt in 0..4 {
            let delay = Duration::from_micros((round * 4 + attempt) * 7_919 % 60_000);
            kills += u32::from(killed_after(&desk, delay, &rows, &documents));
            let there = desk.documents();
            for path in &there {
                let bytes = desk.read(path);
                assert!(whole.contains(bytes.as_slice()), "{path} is not whole\n{}", desk.scene());
            }
            halfway += u32::from((1..names.len()).contains(&there.len()));
        }
        let mut client = desk.start().hello();
        send_all(&mut client, &rows, &documents).unwrap();
        assert_eq!(client.end(&run_id(1)).filed, DOCUMENTS, "{}", desk.scene());
        client.hang_up();
        assert_eq!(desk.documents(), names, "each once, under its own name\n{}", desk.scene());
        let verified = desk.command(&["verify"]).output().unwrap();
        let said = String::from_utf8_lossy(&verified.stdout);
        assert!(
            verified.status.success() && said.contains("40 documents, all as filed"),
            "{said}\n{}",
            desk.scene()
        );
        let staged = std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count();
        assert_eq!(staged, 0, "{}", desk.scene());
        assert_eq!(desk.lines(".billfold/runs/runs.jsonl").len(), 1, "{}", desk.scene());
    }
    assert!(
        kills > 8 && halfway > 4,
        "{kills} kills, {halfway} of them halfway: the test has lost its point"
    );
}
