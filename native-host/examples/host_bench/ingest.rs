//! Filing a thousand documents, and starting the host.

use super::browser::{self, Filed};
use super::common::rows;
use super::{document, median, timed};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

pub(crate) fn measure(host: &str, folder: &Path, count: u32, in_flight: u32) -> serde_json::Value {
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
        let target = scratch.path().join(format!("copy{round}"));
        copies.push(timed(|| copy(&source, &target, count)).0);
        let desk = scratch.path().join(format!("desk{round}"));
        fs::create_dir_all(desk.join("archive")).unwrap();
        let Filed { took, peak_kb } = browser::file(host, &desk, 1, &rows(count), &documents, in_flight);
        ingests.push(took);
        peak = peak_kb;
    }
    let (copy, ingest) = (median(&mut copies), median(&mut ingests));
    serde_json::json!({
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
    })
}

pub(crate) fn copy(source: &Path, target: &Path, count: u32) {
    fs::create_dir(target).unwrap();
    for at in 0..count {
        let bytes = fs::read(source.join(at.to_string())).unwrap();
        std::hint::black_box(Sha256::digest(&bytes));
        let mut file = fs::File::create(target.join(at.to_string())).unwrap();
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
    }
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
            let (took, client) = timed(|| browser::connect(host, desk.path()));
            client.hang_up();
            took
        })
        .collect();
    median(&mut times)
}

fn bin_true() -> f64 {
    let mut times: Vec<f64> =
        (0..21).map(|_| timed(|| Command::new("/bin/true").status().unwrap()).0).collect();
    median(&mut times)
}
