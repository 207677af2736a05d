//! Filing a thousand documents, and starting the host.

use super::browser::{self, Filed};
use super::common::{self, Paper, rows};
use super::{apart, median, noise, timed};
use billfold_host::host::READERS;
use billfold_host::reader::Reader;
use std::fs;
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
    let reader = Reader::new(host);
    // Alternating, so that a disk that slows down or speeds up does so for both.
    let mut reads = Vec::new();
    let mut copies = Vec::new();
    let mut ingests = Vec::new();
    let mut peak = None;
    for round in 0..3 {
        reads.push(timed(|| apart::read(&reader, &source, count, READERS)).0);
        let target = scratch.path().join(format!("copy{round}"));
        copies.push(timed(|| apart::copy(&source, &target, count, 1)).0);
        let desk = scratch.path().join(format!("desk{round}"));
        fs::create_dir_all(desk.join("archive")).unwrap();
        let Filed { took, peak_kb } = browser::file(host, &desk, 1, &rows(count), &documents, in_flight);
        ingests.push(took);
        peak = peak_kb;
    }
    let (read, copy, ingest) = (median(&mut reads), median(&mut copies), median(&mut ingests));
    serde_json::json!({
        "documents": count,
        "in_flight": in_flight,
        "read_ms": read,
        "copy_sha256_fsync_ms": copy,
        "ingest_ms": ingest,
        "ratio": ingest / (read + copy),
        "ms_per_document": ingest / f64::from(count),
        "barriers_per_document": f64::from(barriers(&scratch.path().join("desk0"))) / f64::from(count),
        "peak_kb": peak,
        "start_to_first_reply_ms": start(host),
        "bin_true_ms": bin_true(),
    })
}

/// 35 kB, as a vendor's invoice has, and no two alike. It says what its row says.
fn document(n: u32) -> Vec<u8> {
    let row = common::row(n);
    let said = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let paper = Paper {
        number: said(row.number.unwrap().to_string()),
        amount: said(format!("{}.00", row.amount.unwrap().amount)),
        date: said(row.date.unwrap().format("%B %-d, %Y").to_string()),
        ..common::paper()
    };
    paper.pdf_with(&noise(n, 33_000))
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
