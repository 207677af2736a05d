//! How long filing takes, against the least that any safe copy must do: copy, SHA-256 and fsync of the same
//! files, one after the other. Prints one JSON object.
//!
//! `ingest_bench HOST FOLDER [DOCUMENTS] [IN_FLIGHT]`: the built `billfold`, a folder on the disk to be
//! measured, how many documents (1,000) of 36 kB, how many at a time (8).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../tests/common/mod.rs"]
mod common;

use billfold_core::protocol::{Outcome, Reply, Request};
use common::{Client, rows, run_id};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let host = arguments.get(1).expect("the built billfold");
    let folder = Path::new(arguments.get(2).expect("a folder"));
    let count: u32 = arguments.get(3).map_or(1_000, |text| text.parse().expect("a number of documents"));
    let in_flight: usize = arguments.get(4).map_or(8, |text| text.parse().expect("a number in flight"));
    let documents: Vec<Vec<u8>> = (0..count).map(document).collect();

    let scratch = tempfile::tempdir_in(folder).unwrap();
    let source = scratch.path().join("source");
    fs::create_dir(&source).unwrap();
    for (at, bytes) in documents.iter().enumerate() {
        fs::write(source.join(at.to_string()), bytes).unwrap();
    }
    // Alternating, so that a disk that slows down or speeds up does so for both.
    let mut copies = Vec::new();
    let mut ingests = Vec::new();
    let mut peak = None;
    for round in 0..3 {
        copies.push(copy(&source, &scratch.path().join(format!("copy{round}")), count));
        let desk = scratch.path().join(format!("desk{round}"));
        let (took, memory) = ingest(host, &desk, &documents, in_flight);
        ingests.push(took);
        peak = memory;
    }
    let (copy, ingest) = (median(&mut copies), median(&mut ingests));
    let report = serde_json::json!({
        "documents": count,
        "in_flight": in_flight,
        "copy_sha256_fsync_ms": copy,
        "ingest_ms": ingest,
        "ratio": ingest / copy,
        "ms_per_document": ingest / f64::from(count),
        "barriers_per_document": f64::from(barriers(&scratch.path().join("desk0"))) / f64::from(count),
        "peak_kb": peak,
        "start_to_first_reply_ms": start(host),
        "bin_true_ms": bin_true(),
    });
    println!("{report}");
}

fn document(n: u32) -> Vec<u8> {
    let mut bytes = common::pdf(n);
    bytes.resize(36_000, b'%');
    bytes
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn copy(source: &Path, target: &Path, count: u32) -> f64 {
    fs::create_dir(target).unwrap();
    let begun = Instant::now();
    for at in 0..count {
        let bytes = fs::read(source.join(at.to_string())).unwrap();
        std::hint::black_box(Sha256::digest(&bytes));
        let mut file = fs::File::create(target.join(at.to_string())).unwrap();
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
    }
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn ingest(host: &str, desk: &Path, documents: &[Vec<u8>], in_flight: usize) -> (f64, Option<u64>) {
    fs::create_dir_all(desk.join("archive")).unwrap();
    let mut client = connect(host, desk);
    let rows = rows(u32::try_from(documents.len()).unwrap());
    // What the browser does with its own bytes is not the host's time.
    let chunks: Vec<_> =
        (0..).zip(documents).map(|(row, bytes)| common::chunk(&run_id(1), row, 0, bytes)).collect();
    let ends: Vec<_> = (0..).zip(documents).map(|(row, bytes)| common::end(&run_id(1), row, bytes)).collect();
    let begun = Instant::now();
    let (fetch, _) = client.begin(&run_id(1), &rows);
    let mut rows = fetch.into_iter();
    let mut open = 0;
    let mut start = |client: &mut Client| {
        let Some(row) = rows.next() else { return false };
        client.post(Request::BeginDocument { run: run_id(1), row, file_name: None }).unwrap();
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
    assert_eq!(client.end(&run_id(1)).filed as usize, documents.len());
    let took = begun.elapsed().as_secs_f64() * 1_000.0;
    let peak = client.child.as_ref().and_then(|child| peak_kb(child.id()));
    client.hang_up();
    (took, peak)
}

fn connect(host: &str, desk: &Path) -> Client {
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
fn peak_kb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

/// What the host's log says that filing cost.
fn barriers(desk: &Path) -> u32 {
    let log = fs::read_to_string(desk.join("state/host.log")).unwrap();
    let line = log.lines().rev().find_map(|line| line.strip_suffix(" barriers")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn start(host: &str) -> f64 {
    let desk = tempfile::tempdir().unwrap();
    let mut times: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            let client = connect(host, desk.path());
            let took = begun.elapsed().as_secs_f64() * 1_000.0;
            client.hang_up();
            took
        })
        .collect();
    median(&mut times)
}

fn bin_true() -> f64 {
    let mut times: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            Command::new("/bin/true").status().unwrap();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    median(&mut times)
}
