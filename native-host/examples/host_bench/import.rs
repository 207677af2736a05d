//! Importing a folder of documents, against doing apart what has to be done: reading each, and copying, hashing
//! and syncing each, as many at a time as the import reads.

use super::browser::peak_kb;
use super::common::{self, Paper};
use super::{apart, median, noise, timed};
use billfold_host::import::readers;
use billfold_host::reader::Reader;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) fn measure(host: &str, folder: &Path, count: u32) -> serde_json::Value {
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let (all, few) = (scratch.path().join("all"), scratch.path().join("few"));
    fs::create_dir(&all).unwrap();
    fs::create_dir(&few).unwrap();
    let mut size = 0;
    for n in 0..count {
        let bytes = document(n);
        size += bytes.len();
        fs::write(all.join(n.to_string()), &bytes).unwrap();
        if n < count / 10 {
            fs::write(few.join(n.to_string()), &bytes).unwrap();
        }
    }
    let reader = Reader::new(host);
    let (mut reads, mut copies, mut imports) = (vec![], vec![], vec![]);
    let (mut peaks, mut few_peaks) = (vec![], vec![]);
    for round in 0..ROUNDS {
        reads.push(timed(|| apart::read(&reader, &all, count, readers())).0);
        let target = scratch.path().join(format!("copy{round}"));
        copies.push(timed(|| apart::copy(&all, &target, count, readers())).0);
        let (took, peak) = timed(|| import(host, &scratch.path().join(format!("desk{round}")), &all, count));
        imports.push(took);
        peaks.push(peak);
        few_peaks.push(import(host, &scratch.path().join(format!("few-desk{round}")), &few, count / 10));
    }
    let again = timed(|| import(host, &scratch.path().join("desk0"), &all, count)).0;
    let [read, copy, import] = [&mut reads, &mut copies, &mut imports].map(|times| median(times));
    serde_json::json!({
        "documents": count,
        "bytes_each": size / count as usize,
        "at_a_time": readers(),
        "read_ms": read,
        "copy_sha256_fsync_ms": copy,
        "import_ms": import,
        "ratio": import / (read + copy),
        "import_again_ms": again,
        "peak_kb": peaks.iter().max(),
        "peak_of_a_tenth_kb": few_peaks.iter().max(),
    })
}

const ROUNDS: usize = 3;

/// An invoice of a usual size, with a number of its own.
fn document(n: u32) -> Vec<u8> {
    let number: &'static str = Box::leak(format!("AB12CD34-{n:04}").into_boxed_str());
    let amount: &'static str = Box::leak(format!("{}.00", 5 + n % 900).into_boxed_str());
    Paper { number, amount, ..common::paper() }.pdf_with(&noise(n, 33_000))
}

/// Imports, and says the most memory that it took.
fn import(host: &str, desk: &Path, folder: &Path, count: u32) -> Option<u64> {
    fs::create_dir_all(desk.join("archive")).unwrap();
    let mut child = Command::new(host)
        .arg("import")
        .arg(folder)
        .env("BILLFOLD_CONFIG", desk.join("config.toml"))
        .env("BILLFOLD_STATE", desk.join("state"))
        .env("BILLFOLD_ARCHIVE", desk.join("archive"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        peak = peak_kb(child.id()).or(peak);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let last = said.lines().last().unwrap();
    let all = |what: &str| last.replace(',', "") == format!("{count} files = {count} {what}");
    assert!(output.status.success() && (all("filed") || all("already had")), "{said}");
    peak
}
