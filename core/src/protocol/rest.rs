//! Why a run stands still.

use serde::{Deserialize, Serialize};

/// Why a run stands still. It is not over: it goes on by itself as soon as it can, unless a person stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rest {
    /// Its billing page has turned into a sign-in page. The run goes on when the page lists its rows again.
    SignedOut,
    /// One link after the other was refused. The run goes on when a page lists its rows with fresh links.
    LinksRefused,
    /// Another process is writing to the archive. The run tries again and again, ever more rarely.
    ArchiveLocked,
}

impl Rest {
    /// What happened and what to do, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Rest::SignedOut => "Signed out: sign in again, and the run goes on",
            Rest::LinksRefused => {
                "The links are no longer good: sign in again or reload this page, and the run goes on"
            }
            Rest::ArchiveLocked => "Another Billfold is writing to this archive: waiting",
        }
    }
}
