//! The browser's side of the conversation, with a host in a process of its own.

use super::common::{self, Client};
use billfold_core::protocol::{Outcome, Part, Reply, Request, Row, RunId};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A run that is over.
pub(crate) struct Filed {
    /// Milliseconds, without the host's start.
    pub(crate) took: f64,
    pub(crate) peak_kb: Option<u64>,
}

/// Files documents in one run, so many at a time.
pub(crate) fn file(
    host: &str,
    desk: &Path,
    run: u32,
    rows: &[Row],
    documents: &[Vec<u8>],
    in_flight: u32,
) -> Filed {
    let mut client = connect(host, desk);
    let mut id = [0; 16];
    id[..4].copy_from_slice(&run.to_be_bytes());
    let run = RunId::from_random(id);
    // What the browser does with its own bytes is not the host's time.
    let chunks: Vec<_> =
        (0..).zip(documents).map(|(row, bytes)| common::chunk(&run, row, 0, bytes)).collect();
    let ends: Vec<_> = (0..).zip(documents).map(|(row, bytes)| common::end(&run, row, bytes)).collect();
    let begun = Instant::now();
    let (fetch, _) = client.begin(&run, rows);
    let mut rows = fetch.into_iter();
    let mut open = 0;
    let mut start = |client: &mut Client| {
        let Some(row) = rows.next() else { return false };
        client
            .post(Request::BeginDocument { run: run.clone(), row, part: Part::Invoice, file_name: None })
            .unwrap();
        true
    };
    for _ in 0..in_flight {
        open += u32::from(start(&mut client));
    }
    // Like the extension: each document goes its own way, and a new one starts where one has ended.
    while open > 0 {
        match client.read_raw().unwrap().answer {
            Reply::Ready { row, next: 0, .. } => {
                client.post(Request::Chunk(chunks[row as usize].clone())).unwrap();
            }
            Reply::Ready { row, .. } => {
                client.post(ends[row as usize].clone()).unwrap();
            }
            Reply::Receipt { outcome: Outcome::Filed, .. } => {
                open -= 1;
                open += u32::from(start(&mut client));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(client.end(&run).filed as usize, documents.len());
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    let peak = client.child.as_ref().and_then(|child| peak_kb(child.id()));
    client.hang_up();
    Filed { took, peak_kb: peak }
}

pub(crate) fn connect(host: &str, desk: &Path) -> Client {
    let origin = format!("chrome-extension://{}/", billfold_host::caller::chromium_id());
    let mut child = Command::new(host)
        .arg(origin)
        .env("BILLFOLD_CONFIG", desk.join("config.toml"))
        .env("BILLFOLD_STATE", desk.join("state"))
        .env("BILLFOLD_ARCHIVE", desk.join("archive"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (input, output) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    Client::new(Box::new(input), Box::new(output), Some(child)).hello()
}

/// The most memory that a process has had, where the system tells.
pub(crate) fn peak_kb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}
