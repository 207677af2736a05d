//! `cargo xtask torture`: what dies at the worst moment, and whether the archive is the truth afterwards.

mod host;

use crate::project::Project;
use anyhow::{Result, bail};

/// `cargo xtask torture --help`.
pub(crate) const HELP: &str = "\
cargo xtask torture --host [--points N] [--only PART]...

The host alone is killed, failed by its disk or cut off from power at every system call that changes the archive,
the index or what the browser hears; then the run is sent again, and the archive compared with the truth.

  kills     before and after every call
  twice     again at every call of the host that puts things in order
  disk      every call fails, once or from then on: full, over quota, broken, read-only
  power     after every call, with what was not synced lost, kept, torn or reordered

Half an hour, in memory, and a sample of it on the disk that builds lie on.
--points   about so many runs of each part, spread over all
--only     just that part; may be repeated
The exit code is 1 where something was lost, doubled, misnamed, torn or left behind.";

/// What is asked for.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    /// The host alone.
    pub(crate) host: bool,
    /// About so many runs of each part.
    pub(crate) points: Option<u32>,
    /// Just these parts.
    pub(crate) only: Vec<String>,
}

/// Carries out what is asked for. Says whether nothing was found.
pub(crate) fn torture(project: &Project, wish: &Wish) -> Result<bool> {
    if !wish.host {
        bail!("say what: `cargo xtask torture --host`; `cargo xtask torture --help` says more");
    }
    host::torture(project, wish)
}
