//! `cargo xtask torture`: what dies at the worst moment, and whether the archive is the truth afterwards.

mod browser;
mod host;
mod hostile;

pub(crate) use browser::holds;

use crate::project::Project;
use anyhow::{Result, bail};
use lexopt::Parser;
use lexopt::prelude::{Long, ValueExt as _};

/// `cargo xtask torture --help`.
pub(crate) const HELP: &str = "\
cargo xtask torture [--seed S] [--rounds N]
cargo xtask torture --host [--points N] [--only PART]...
cargo xtask torture --hostile [--files N]

Without --host, rounds of a run in a real browser, in each of which the worker, the host or the browser is killed,
the disk fills or goes away, or the network fails, at random moments, while servers fail as they do. Then a person
comes back and clicks, and the archive must be the truth. A round takes about ten seconds.
--seed     of the first round; the next one has the next number. Told with each round, so that it can be had again
--rounds   how many (10)

With --host, the host alone is killed, failed by its disk or cut off from power at every system call that changes
the archive, the index or what the browser hears; then the run is sent again, and the archive compared with the truth.

  kills     before and after every call
  twice     again at every call of the host that puts things in order
  commands  renaming, accepting, reindexing and repairing, killed at every call
  disk      every call fails, once or from then on: full, over quota, broken, read-only
  power     after every call, with what was not synced lost, kept, torn or reordered

Half an hour, in memory, and a sample of it on the disk that builds lie on.
--points   about so many runs of each part, spread over all
--only     just that part; may be repeated

With --hostile, the reader alone is given files that were crafted to harm it, and the documents of tests/fixtures/papers
cut off, overwritten, with bits turned, and harmed in other ways. None may hang it, take 256 MB, or give a wrong field.
--files    how many harmed files (2,400)

The exit code is 1 where something was lost, doubled, misnamed, torn, left behind or read wrongly.";

/// What is asked for.
#[derive(Debug, Default)]
struct Wish {
    /// The host alone.
    host: bool,
    /// The reader alone.
    hostile: bool,
    /// Of the first round in a browser.
    seed: Option<u64>,
    /// So many rounds in a browser.
    rounds: Option<u32>,
    /// About so many runs of each part.
    points: Option<u32>,
    /// Just these parts.
    only: Vec<String>,
    /// So many harmed files.
    files: Option<u32>,
}

/// `cargo xtask torture`. False if something was found.
pub(crate) fn command(project: &Project, mut options: Parser) -> Result<bool> {
    let mut wish = Wish::default();
    while let Some(option) = options.next()? {
        match option {
            Long("host") => wish.host = true,
            Long("hostile") => wish.hostile = true,
            Long("files") => wish.files = Some(options.value()?.parse()?),
            Long("seed") => wish.seed = Some(options.value()?.parse()?),
            Long("rounds") => wish.rounds = Some(options.value()?.parse()?),
            Long("points") => wish.points = Some(options.value()?.parse()?),
            Long("only") => wish.only.push(options.value()?.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    match (wish.host, wish.hostile) {
        (true, true) => bail!("--host and --hostile are two things; ask for one after the other"),
        (true, false) => host::torture(project, &wish),
        (false, true) => hostile::torture(project, &wish),
        (false, false) => browser::torture(project, &wish),
    }
}
