//! The whole line, from the click to the certificate, against `curl` fetching the same documents.

use crate::memory::Peaks;
use crate::{Options, plain, ratio, replica, say};
use anyhow::{Context as _, Result, ensure};
use billfold_tests::browser::Browser;
use billfold_tests::{Portal, Replica};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const ROWS: usize = 1_000;

/// A smaller run, to see what memory grows with.
const FEW: usize = 100;

/// Backfills that only differ in size.
const BULK: [usize; 2] = [300, 3_000];

/// How often each is measured, by turns.
const RUNS: usize = 3;

/// Milliseconds before every answer, the redirect's too.
const LATENCY: u64 = 80;

const LIMIT: Duration = Duration::from_secs(300);

pub(crate) fn measure(options: &Options) -> Result<()> {
    let mut many = Peaks::default();
    for (key, latency, goal) in [("backfill.latency", LATENCY, Some(1.3)), ("backfill.no-latency", 0, None)] {
        let replica = replica(ROWS, |knobs| knobs.latency_ms = latency)?;
        let (mut ours, mut curls) = (Vec::new(), Vec::new());
        for run in 1..=RUNS {
            curls.push(curl(options, &replica)?);
            ours.push(backfill(options, &replica, ROWS, &mut many)?);
            say(&format!(
                "{ROWS} documents, {latency} ms per hop, {run} of {RUNS}: {ours:.0?}, curl {curls:.0?}"
            ));
        }
        let what = format!("backfill of {ROWS}, {latency} ms per hop, against curl, 8 at a time");
        ratio(key, &what, &ours, &curls, goal);
    }
    let mut few = Peaks::default();
    backfill(options, &replica(FEW, |_| {})?, FEW, &mut few)?;
    memory(FEW, &few)?;
    memory(ROWS, &many)
}

/// What a document costs and what memory it takes, in a backfill of some and of ten times as many.
pub(crate) fn measure_bulk(options: &Options) -> Result<()> {
    let mut each = Vec::new();
    for rows in BULK {
        let mut peaks = Peaks::default();
        let replica = replica(rows, |knobs| knobs.latency_ms = LATENCY)?;
        let took = backfill(options, &replica, rows, &mut peaks)?;
        each.push(took / rows as f64);
        let what = format!("backfill of {rows}, {LATENCY} ms per hop, time of one document");
        plain(&format!("bulk.each.{rows}"), &what, took / rows as f64, "ms", None);
        memory(rows, &peaks)?;
    }
    let [some, many] = each.as_slice() else { return Ok(()) };
    ratio("bulk.ratio", "one document of 3,000 against one of 300", &[*many], &[*some], None);
    Ok(())
}

fn memory(rows: usize, peaks: &Peaks) -> Result<()> {
    for (name, peak) in [("host", peaks.host), ("extension", peaks.extension)] {
        ensure!(peak > 0, "no process of the {name} was seen; is this Linux?");
        let what = format!("memory of the {name}'s process at its peak, {rows} documents");
        plain(&format!("memory.{name}.{rows}"), &what, peak as f64 * 1.024 / 1000.0, "MB", None);
    }
    Ok(())
}

/// Milliseconds from the click to the certificate.
fn backfill(options: &Options, replica: &Replica, rows: usize, peaks: &mut Peaks) -> Result<f64> {
    let host = fs::canonicalize(options.dist.join("bin/billfold"))?;
    let browser = Browser::start(&options.setup(replica)?)?;
    browser.goto(&replica.address(Portal::OpenAi))?;
    let button = browser.toolbar_button("Send all to archive")?;
    browser.wait_status(&format!("{rows} invoices listed"), LIMIT)?;
    let start = Instant::now();
    button.click()?;
    let mut looks = 0_u32;
    let sum = browser.wait("the run's sum", LIMIT, |browser| {
        let now = browser.status_text()?.unwrap_or_default();
        // The host ends with the run, so it is looked at on the way; seldom, because looking costs as well.
        if looks.is_multiple_of(10) {
            peaks.look(browser.pid(), &host);
        }
        looks += 1;
        Ok((now.contains("listed") && now.contains('=')).then_some(now))
    })?;
    let took = start.elapsed().as_secs_f64() * 1000.0;
    peaks.look(browser.pid(), &host);
    ensure!(sum.contains(&format!("{rows} filed")), "the run ended with: {sum}");
    browser.close()?;
    Ok(took)
}

/// Milliseconds that `curl` takes for the documents of all rows.
fn curl(options: &Options, replica: &Replica) -> Result<f64> {
    let folder = options.folder.join("curl");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let listing = run(replica, &["https://platform.openai.com/dashboard/billing/invoices"])?;
    let listing: Value = serde_json::from_slice(&listing)?;
    let rows = listing.get("data").and_then(Value::as_array).context("the listing has no rows")?;
    let mut wanted = String::new();
    for (at, row) in rows.iter().enumerate() {
        let link = row.get("pdf_url").and_then(Value::as_str).context("a row without a document")?;
        let file = folder.join(format!("{at}.pdf"));
        writeln!(wanted, "url = {link:?}\noutput = {:?}", file.display().to_string())?;
    }
    let config = folder.join("wanted");
    fs::write(&config, wanted)?;
    let config = config.to_string_lossy();
    let start = Instant::now();
    run(replica, &["--location", "--parallel", "--parallel-max", "8", "--config", &config])?;
    let took = start.elapsed().as_secs_f64() * 1000.0;
    for at in 0..rows.len() {
        ensure!(is_pdf(&folder.join(format!("{at}.pdf")))?, "curl did not fetch document {at}");
    }
    Ok(took)
}

fn run(replica: &Replica, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail", "--insecure", "--http2"]);
    command.arg("--connect-to").arg(format!("::127.0.0.1:{}", replica.https_port)).args(arguments);
    let output = command.output().context("curl cannot be started")?;
    ensure!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(output.stdout)
}

fn is_pdf(path: &Path) -> Result<bool> {
    Ok(fs::read(path).with_context(|| format!("{} is missing", path.display()))?.starts_with(b"%PDF-"))
}
