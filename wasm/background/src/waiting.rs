//! What a run has yet to fetch, and what its documents have come to on the browser's side.

use crate::store::Job;
use billfold_core::protocol::{Failure, Part};
use std::collections::HashSet;

/// A row's document that is to be fetched.
pub(crate) struct Waiting {
    pub(crate) row: u32,
    pub(crate) part: Part,
    pub(crate) link: String,
    pub(crate) retries: u32,
    /// How often there seemed to be none.
    pub(crate) absences: u32,
    pub(crate) not_before: f64,
}

impl Waiting {
    pub(crate) fn new(row: u32, part: Part, link: String) -> Waiting {
        Waiting { row, part, link, retries: 0, absences: 0, not_before: 0.0 }
    }

    /// One more try, after a while.
    pub(crate) fn again(self, wait: f64) -> Waiting {
        Waiting { retries: self.retries + 1, not_before: js_sys::Date::now() + wait, ..self }
    }
}

/// What the host cannot know by itself, and certifies.
#[derive(Default)]
pub(crate) struct Ends {
    pub(crate) failed: Vec<Failure>,
    pub(crate) without_receipt: Vec<u32>,
}

impl Ends {
    /// As remembered.
    pub(crate) fn of<'a>(jobs: impl Iterator<Item = &'a Job> + Clone) -> Ends {
        let without_receipt = jobs.clone().filter(|job| job.without_receipt).map(|job| job.row);
        Ends {
            without_receipt: without_receipt.collect(),
            failed: jobs.filter_map(|job| job.failed.clone()).collect(),
        }
    }

    /// What is not to be fetched any more. Whoever has no invoice asks for no receipt.
    pub(crate) fn items(&self) -> HashSet<(u32, Part)> {
        let failed = self.failed.iter();
        let failed = failed.flat_map(|failure| [(failure.row, failure.part), (failure.row, Part::Receipt)]);
        let none = self.without_receipt.iter().map(|row| (*row, Part::Receipt));
        failed.chain(none).collect()
    }
}
