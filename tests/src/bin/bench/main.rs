//! `bench`: what is measured in a browser. `cargo xtask bench` starts it, one group at a time.
//!
//! Figures go to stdout, one line of JSON each, as `cargo xtask bench` reads them; what is being done, to stderr.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for `cargo xtask bench` to read")]

mod backfill;
mod memory;
mod page;
mod scan;

use anyhow::{Context as _, Result, bail};
use billfold_tests::browser::Setup;
use billfold_tests::server::React;
use billfold_tests::{Config, Knobs, Replica};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    group: String,
    dist: PathBuf,
    folder: PathBuf,
    probe: PathBuf,
}

fn bench() -> Result<()> {
    let options = options()?;
    match options.group.as_str() {
        "scan" => scan::measure(&options),
        "page" => page::measure(&options),
        "backfill" => backfill::measure(&options),
        "bulk" => backfill::measure_bulk(&options),
        other => bail!("there is no group `{other}`"),
    }
}

fn options() -> Result<Options> {
    let mut arguments = std::env::args_os().skip(1);
    let group = arguments.next().context("usage: bench GROUP --dist DIR --folder DIR [--probe DIR]")?;
    let group = group.to_string_lossy().into_owned();
    let mut options =
        Options { group, dist: "dist".into(), folder: "target/bench".into(), probe: "target/probe".into() };
    while let Some(name) = arguments.next() {
        let value = arguments.next().map(PathBuf::from).context("the argument needs a value")?;
        match name.to_str() {
            Some("--dist") => options.dist = value,
            Some("--folder") => options.folder = value,
            Some("--probe") => options.probe = value,
            _ => bail!("there is no argument {}", name.display()),
        }
    }
    fs::create_dir_all(&options.folder)?;
    options.folder = fs::canonicalize(&options.folder)?;
    Ok(options)
}

impl Options {
    /// A browser with nothing left of an earlier one, and an empty archive.
    fn setup(&self, replica: &Replica) -> Result<Setup> {
        let scene = self.folder.join("scene");
        if scene.exists() {
            fs::remove_dir_all(&scene).context("what an earlier run left cannot be removed")?;
        }
        fs::create_dir_all(scene.join("Invoices"))?;
        Ok(Setup::new(&self.dist, scene.join("profile"), replica.resolver_rules())
            .env("BILLFOLD_ARCHIVE", scene.join("Invoices"))
            .env("BILLFOLD_CONFIG", scene.join("billfold.toml"))
            .env("BILLFOLD_STATE", scene.join("state")))
    }
}

/// A replica with so many rows on OpenAI's page, as a site ships it.
fn replica(rows: usize, change: impl FnOnce(&mut Knobs)) -> Result<Replica> {
    let mut config = Config::default();
    config.openai.truncate(1);
    config.openai.first_mut().context("the replica has no organisation")?.size = rows;
    config.knobs.react = React::Production;
    change(&mut config.knobs);
    Replica::try_start(config).context("the replica portals cannot start")
}

fn say(what: &str) {
    eprintln!("{:>10}  {what}", "");
}

/// A value as it is.
fn plain(key: &str, what: &str, value: f64, unit: &str, goal: Option<f64>) {
    print(&json!({ "key": key, "what": what, "value": value, "unit": unit, "goal": goal }));
}

/// Ours as a multiple of the peer's: the median over the runs, in each of which one came right after the other, so
/// that a machine that is busy for a while is busy for both.
fn ratio(key: &str, what: &str, ours: &[f64], peer: &[f64], goal: Option<f64>) {
    let value = median(ours.iter().zip(peer).map(|(ours, peer)| ours / peer));
    let (ours_ms, peer_ms) = (median(ours.iter().copied()), median(peer.iter().copied()));
    print(&json!({
        "key": key, "what": what, "value": value, "unit": "x", "goal": goal,
        "ours_ms": ours_ms, "peer_ms": peer_ms, "runs": ours.len(),
    }));
}

fn print(figure: &Value) {
    println!("{figure}");
}

fn median(times: impl Iterator<Item = f64>) -> f64 {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
