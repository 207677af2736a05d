//! `cargo xtask bench`: how fast and how big, each figure against a goal or a peer in the same run.
//!
//! A missed goal is a result, not a failure. What cannot be measured fails, after everything else had its turn.

mod figure;
mod host;
mod page;
mod read;
mod size;

use crate::process::{self, say};
use crate::project::Project;
use crate::{build, chromium};
use anyhow::{Result, bail};
use figure::Figure;
use lexopt::Parser;
use lexopt::prelude::Long;

/// `cargo xtask bench --help`.
pub(crate) const HELP: &str = "\
cargo xtask bench [--json] [--only NAME]...

  size      what the extension's parts weigh, gzipped
  scan      reading 36, 1,000 and 10,000 rows in Chromium, against a bare querySelectorAll walk in JavaScript
  page      10,000 rows with the extension: buttons that are there, longest task of another scan
  backfill  1,000 invoices from click to certificate, against `curl --parallel` on the same server; memory
  ingest    the host filing 8 at a time, against reading each, then copy + SHA-256 + fsync; fsyncs per document
  start     the host's start to its first reply, against starting /bin/true
  read      fields read right, wrong and not at all in documents whose truth is known, and time, against invoice2data,
            both loaded once; the time of `billfold read` for one file against `pdftotext -layout`. Every field that
            was not read right: target/papers/read-*.txt. Only with `--only read`
  import    importing 3,000 documents, against reading each, then copy + SHA-256 + fsync, as many at a time; memory
            against that of 300. Only with `--only import`
  bulk      a backfill of 3,000 against one of 300: time of a document, memory. Only with `--only bulk`
  scale     an archive of 100,000: the next thousand against the first, `list` against sqlite3, `verify` against
            openssl, memory. Ten minutes and 8 GB, so only with `--only scale`

Every line names its goal, the most that the value should be. Ratios hold on a busy machine, milliseconds do not.
--only     measures just that; may be repeated
--json     one object on stdout, progress on stderr: `figures`, each with `key`, `what`, `value`, `unit`, `goal`
           (null: none), `met` (null: no goal), of a ratio also `ours_ms`, `peer_ms`, `runs`; `missed`: keys;
           `failed`: what could not be measured and why
The exit code is 0 even where a goal is missed, and 1 where something could not be measured.";

/// One part of the benchmark.
struct Group {
    name: &'static str,
    measure: fn(&Project, &mut dyn FnMut(Figure)) -> Result<()>,
    /// Too long to be measured unasked.
    on_demand: bool,
}

const GROUPS: [Group; 10] = [
    Group { name: "size", measure: size::measure, on_demand: false },
    Group { name: "scan", measure: page::scan, on_demand: false },
    Group { name: "page", measure: page::page, on_demand: false },
    Group { name: "backfill", measure: page::backfill, on_demand: false },
    Group { name: "ingest", measure: host::ingest, on_demand: false },
    Group { name: "start", measure: host::start, on_demand: false },
    Group { name: "read", measure: read::measure, on_demand: true },
    Group { name: "import", measure: host::import, on_demand: true },
    Group { name: "bulk", measure: page::bulk, on_demand: true },
    Group { name: "scale", measure: host::scale, on_demand: true },
];

/// `cargo xtask bench`.
pub(crate) fn command(project: &Project, mut options: Parser) -> Result<bool> {
    let (mut only, mut json) = (Vec::new(), false);
    while let Some(option) = options.next()? {
        match option {
            Long("json") => json = true,
            Long("only") => only.push(options.value()?.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    bench(project, &only, json)
}

/// Measures and prints. False if something could not be measured.
fn bench(project: &Project, only: &[String], json: bool) -> Result<bool> {
    if let Some(unknown) = only.iter().find(|name| GROUPS.iter().all(|group| group.name != **name)) {
        bail!("there is nothing called `{unknown}` to measure; there is:\n{HELP}");
    }
    if json {
        process::say_aside();
    }
    chromium::for_tests()?;
    build::all(project)?;
    let (mut figures, mut failed) = (Vec::new(), Vec::new());
    for group in &GROUPS {
        let is_wanted =
            if only.is_empty() { !group.on_demand } else { only.iter().any(|name| name == group.name) };
        if !is_wanted {
            continue;
        }
        let mut take = |figure: Figure| {
            say(group.name, &figure.line());
            figures.push(figure);
        };
        if let Err(error) = (group.measure)(project, &mut take) {
            say(group.name, &format!("could not be measured: {error:#}"));
            failed.push(format!("{}: {error:#}", group.name));
        }
    }
    let missed: Vec<&str> = figures
        .iter()
        .filter(|figure| figure.met() == Some(false))
        .map(|figure| figure.key.as_str())
        .collect();
    let goals = figures.iter().filter(|figure| figure.goal.is_some()).count();
    say("goals", &format!("{} of {goals} met{}", goals - missed.len(), told(&missed)));
    if json {
        let figures = figures.iter().map(|figure| {
            let mut value = serde_json::to_value(figure)?;
            if let Some(fields) = value.as_object_mut() {
                fields.insert("met".to_owned(), figure.met().into());
            }
            Ok(value)
        });
        let figures = figures.collect::<Result<Vec<_>>>()?;
        println!("{:#}", serde_json::json!({ "figures": figures, "missed": missed, "failed": failed }));
    }
    Ok(failed.is_empty())
}

fn told(missed: &[&str]) -> String {
    if missed.is_empty() { String::new() } else { format!("; missed: {}", missed.join(", ")) }
}
