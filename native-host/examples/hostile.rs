//! All hostile and harmed files, against the built program: `hostile BILLFOLD [COUNT [PDF...]]`, which
//! `cargo xtask torture --hostile` builds and starts. It fails if the reader hangs, takes too much memory, or gets a field of a harmed file wrong;
//! such a file is kept in the system's temporary folder.
#![allow(dead_code, unreachable_pub, reason = "shared with tests")]
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's program")]

#[path = "../tests/reader/hostile.rs"]
mod hostile;
#[path = "../tests/reader/pdf.rs"]
mod pdf;

use billfold_host::reader::Reader;
use hostile::{BOMBS, harmed, outcome, wrong_fields};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

/// The reader's own limits, with room for a busy machine.
const LONGEST: Duration = Duration::from_secs(3);

/// What became of the files of one kind.
#[derive(Default)]
struct Tally {
    files: usize,
    read: usize,
    refused: BTreeMap<&'static str, usize>,
    wrong: usize,
    slowest: Duration,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(program) = arguments.next() else { return ExitCode::from(2) };
    let count: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2_400);
    let reader = Reader::new(program);
    let mut wholes = vec![pdf::invoice().bytes()];
    wholes.extend(arguments.map(|path| std::fs::read(path).unwrap()));

    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut note = |kind: String, file: &str, bytes: &[u8], whole: &billfold_core::document::Document| {
        let outcome = outcome(&reader, bytes);
        let tally = tallies.entry(kind).or_default();
        tally.files += 1;
        tally.slowest = tally.slowest.max(outcome.took);
        match outcome.read {
            Err(reason) => *tally.refused.entry(reason.code()).or_default() += 1,
            Ok(read) => {
                tally.read += 1;
                let wrong = wrong_fields(whole, &read);
                if !wrong.is_empty() {
                    tally.wrong += 1;
                    println!("WRONG {file}: {}", wrong.join("; "));
                    let name = format!("hostile, {file}.pdf").replace(", ", "-").replace(' ', "-");
                    std::fs::write(std::env::temp_dir().join(name), bytes).unwrap();
                }
            }
        }
        if outcome.took > LONGEST {
            println!("SLOW {file}: {:?}", outcome.took);
        }
    };
    let documents: Vec<_> = wholes.iter().map(|bytes| reader.read_bytes(bytes).unwrap()).collect();
    for bomb in BOMBS {
        note("crafted".to_owned(), bomb.name, &(bomb.make)(), &documents[0]);
    }
    for seed in 0..count {
        let which = (seed / 8) as usize % wholes.len();
        let (kind, bytes) = harmed(&wholes[which], seed);
        note(kind.to_owned(), &format!("{kind}, file {which}, seed {seed}"), &bytes, &documents[which]);
    }

    let (mut bad, mut files) = (false, 0);
    for (kind, tally) in &tallies {
        let refused: Vec<String> =
            tally.refused.iter().map(|(code, count)| format!("{count} {code}")).collect();
        println!(
            "{kind:<36} {:>5} files, {:>5} read, {:>2} wrong, slowest {:>5} ms, refused: {}",
            tally.files,
            tally.read,
            tally.wrong,
            tally.slowest.as_millis(),
            refused.join(", ")
        );
        bad |= tally.wrong > 0 || tally.slowest > LONGEST;
        files += tally.files;
    }
    println!(
        "{files} files{}",
        memory().map_or(String::new(), |most| format!(", a child used {most} MB at most"))
    );
    bad |= memory().is_some_and(|most| most >= 256);
    if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The most that a child has used, in MB, where the system tells.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn memory() -> Option<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    Some(getrusage(UsageWho::RUSAGE_CHILDREN).ok()?.max_rss() >> 10)
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn memory() -> Option<i64> {
    None
}
