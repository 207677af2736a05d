//! `torture`: a run under a real browser, in which at random moments something dies, fills up or goes away. After
//! each round the archive must be the truth of the data set. `cargo xtask torture` starts it.
//!
//! `torture --dist DIR --folder DIR [--seed S] [--rounds N]`. A round has a seed of its own, which is printed: with
//! `--seed` it and `--rounds 1` the same harm is done again, though the machine decides how far the run had come.
#![allow(clippy::print_stdout, reason = "a program for people to watch")]

mod disk;
mod harm;
mod round;

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    match torture() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    dist: PathBuf,
    folder: PathBuf,
    seed: u64,
    rounds: u64,
}

fn options() -> Result<Options> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.subsec_nanos();
    let mut options =
        Options { dist: "dist".into(), folder: "target/torture".into(), seed: now.into(), rounds: 10 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--dist" => options.dist = value.into(),
            "--folder" => options.folder = value.into(),
            "--seed" => options.seed = value.parse().context("the seed is a number")?,
            "--rounds" => options.rounds = value.parse().context("the rounds are a number")?,
            _ => bail!("usage: torture [--dist DIR] [--folder DIR] [--seed S] [--rounds N]"),
        }
    }
    Ok(options)
}

/// True if every round held. The first that does not ends it, and its scene is kept.
fn torture() -> Result<bool> {
    let Options { dist, folder, seed, rounds } = options()?;
    std::fs::create_dir_all(&folder)?;
    let folder = std::fs::canonicalize(folder)?;
    let can_fill = disk::Disk::may_be_small(&folder)?;
    if !can_fill {
        println!("{:>10}  nothing can be mounted here, so no disk will be full", "disk");
    }
    let begun = Instant::now();
    let mut done = 0;
    for seed in (seed..).take(usize::try_from(rounds)?) {
        let start = Instant::now();
        let folder = folder.join(format!("round-{seed}"));
        let played = round::play(&dist, &folder, seed, can_fill);
        let seconds = start.elapsed().as_secs_f64();
        match played {
            Ok(told) => println!("{:>10}  seed {seed}: {told} ({seconds:.1} s)", "held"),
            Err(error) => {
                println!("{:>10}  seed {seed}: {error:#} ({seconds:.1} s)", "FAILED");
                println!("{:>10}  the scene is kept in {}", "", folder.display());
                println!("{done} rounds held, then one failed");
                return Ok(false);
            }
        }
        done += 1;
    }
    println!("{done} rounds held in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(true)
}
