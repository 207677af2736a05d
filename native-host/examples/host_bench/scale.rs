//! An archive of very many documents: what the next one costs, and what it costs to ask.

use super::browser::{self, Filed};
use super::common::{self, row};
use super::{median, noise, timed};
use billfold_core::protocol::Row;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Documents of one run.
const RUN: u32 = 1_000;

/// Documents of one day: years become folders of some size.
const A_DAY: u32 = 40;

const TIMES: usize = 5;

/// What is asked for: a month, and one number.
const FILTERS: [(&str, &str); 2] = [("month", "2021-03"), ("number", "AB12CD34-5007")];

pub(crate) fn measure(host: &str, folder: &Path, count: u32) -> serde_json::Value {
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let desk = scratch.path();
    fs::create_dir_all(desk.join("archive")).unwrap();
    let first = run(host, desk, 0);
    for at in 1..count / RUN {
        run(host, desk, at);
        if at % 10 == 0 {
            eprintln!("{} documents", (at + 1) * RUN);
        }
    }
    let index = index(desk);
    // Once, so that both find the files in memory.
    let documents = verify(host, desk).1;
    let mut verifies = Vec::new();
    let mut digests = Vec::new();
    for _ in 0..TIMES {
        verifies.push(verify(host, desk).0);
        digests.push(openssl(desk).0);
    }
    let mut report = serde_json::json!({
        "documents": documents,
        "verify_ms": median(&mut verifies),
        "openssl_ms": median(&mut digests),
        "index_bytes": fs::metadata(&index).unwrap().len(),
        "journal_bytes": fs::metadata(desk.join("archive/.billfold/journal/journal.jsonl")).unwrap().len(),
    });
    for (name, filter) in FILTERS {
        let (mut lists, mut shells, mut found) = (Vec::new(), Vec::new(), 0);
        for _ in 0..TIMES {
            let (took, listed) = timed(|| list(host, desk, filter));
            lists.push(took);
            let (took, selected) = timed(|| sqlite(&index, filter));
            shells.push(took);
            assert_eq!(listed, selected, "both find the same documents");
            found = listed;
        }
        report[format!("list_{name}_found")] = found.into();
        report[format!("list_{name}_ms")] = median(&mut lists).into();
        report[format!("sqlite3_{name}_ms")] = median(&mut shells).into();
    }
    // Three runs each: the disk has its moods. The first of a fresh archive are made anew.
    let mut next: Vec<f64> = Vec::new();
    let mut firsts = vec![first.took];
    let mut peak = None;
    for at in 0..3 {
        let last = run(host, desk, count / RUN + at);
        next.push(last.took);
        peak = last.peak_kb;
        let fresh = tempfile::tempdir_in(folder).unwrap();
        fs::create_dir_all(fresh.path().join("archive")).unwrap();
        firsts.push(run(host, fresh.path(), 0).took);
    }
    report["first_thousand_ms"] = median(&mut firsts).into();
    report["next_thousand_ms"] = median(&mut next).into();
    report["first_peak_kb"] = first.peak_kb.into();
    report["next_peak_kb"] = peak.into();
    report
}

fn run(host: &str, desk: &Path, at: u32) -> Filed {
    let numbers = at * RUN..(at + 1) * RUN;
    let documents: Vec<Vec<u8>> = numbers.clone().map(document).collect();
    let rows: Vec<Row> = numbers.map(listed).collect();
    browser::file(host, desk, at + 1, &rows, &documents, 8)
}

/// 36 kB, as a vendor's invoice has, and no two alike. Its page is blank, which costs its reader little: its row
/// names it.
fn document(n: u32) -> Vec<u8> {
    common::pdf_with(n, "", &noise(n, 35_000))
}

/// Its row, with a day in one of few years.
fn listed(n: u32) -> Row {
    let date = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    Row { date: date.checked_add_days(chrono::Days::new(u64::from(n / A_DAY))), ..row(n) }
}

fn billfold(host: &str, desk: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(host);
    command.args(arguments).env("BILLFOLD_CONFIG", desk.join("config.toml"));
    command.env("BILLFOLD_STATE", desk.join("state")).env("BILLFOLD_ARCHIVE", desk.join("archive"));
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    output.stdout
}

/// How many documents were as filed.
fn verify(host: &str, desk: &Path) -> (f64, u32) {
    let (took, printed) = timed(|| billfold(host, desk, &["verify"]));
    let text = String::from_utf8(printed).unwrap();
    (took, text.strip_suffix(" documents, all as filed\n").unwrap().parse().unwrap())
}

/// The same files, as anybody would check them.
fn openssl(desk: &Path) -> (f64, ()) {
    timed(|| {
        let script = "find . -name '*.pdf' -not -path './.billfold/*' -print0 | xargs -0 -P2 -n 500 openssl dgst -sha256";
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(desk.join("archive")).stdout(Stdio::null());
        assert!(command.status().unwrap().success());
    })
}

fn list(host: &str, desk: &Path, filter: &str) -> usize {
    let printed = billfold(host, desk, &["list", "--json", filter]);
    printed.windows(10).filter(|part| part == b"\"sha256\": ").count()
}

fn sqlite(index: &Path, filter: &str) -> usize {
    let ask = format!(
        "SELECT record FROM documents WHERE state = 1 AND instr(search, '{}') ORDER BY date, path",
        filter.to_lowercase()
    );
    let output = Command::new("sqlite3").arg(index).arg(ask).output().unwrap();
    assert!(output.status.success());
    output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count()
}

fn index(desk: &Path) -> std::path::PathBuf {
    let files = fs::read_dir(desk.join("state")).unwrap().flatten().map(|file| file.path());
    files.into_iter().find(|file| file.extension().is_some_and(|end| end == "sqlite")).unwrap()
}
