//! Until when runs rest. Forgotten with the worker: the next one tries at once.

use crate::store::StoredRun;
use billfold_core::protocol::{Rest, RunId};
use std::cell::RefCell;
use std::collections::HashMap;

/// The first rest of a run that cannot go on, in milliseconds.
pub(crate) const FIRST: f64 = 1_000.0;

/// The longest.
pub(crate) const LONGEST: f64 = 30_000.0;

/// How long refused links may be waited for. A person who is there has reloaded the page by then; for one who is
/// not, the run ends with those rows failed.
const PATIENCE: f64 = 50_000.0;

struct Resting {
    until: f64,
    length: f64,
}

/// The runs that rest.
#[derive(Default)]
pub(crate) struct Rests(RefCell<HashMap<RunId, Resting>>);

impl Rests {
    /// A run rests from now on: each time twice as long, unless it has been forgotten since.
    pub(crate) fn begin(&self, run: &RunId, first: f64) {
        let mut all = self.0.borrow_mut();
        let length = all.get(run).map_or(first, |last| (last.length * 2.0).min(LONGEST));
        all.insert(run.clone(), Resting { until: js_sys::Date::now() + length, length });
    }

    /// A run has come further: its next rest is a first one.
    pub(crate) fn forget(&self, run: &RunId) {
        self.0.borrow_mut().remove(run);
    }

    /// When a run can be gone on with: long ago, some time, or never by itself.
    pub(crate) fn until(&self, run: &StoredRun) -> f64 {
        let rested = self.0.borrow().get(&run.begin.run).map_or(0.0, |resting| resting.until);
        match run.paused {
            Some(pause) if !run.cancelled => match pause.rest {
                Rest::LinksRefused => rested.max(pause.since + PATIENCE),
                Rest::SignedOut | Rest::ArchiveLocked => f64::INFINITY,
            },
            _ => rested,
        }
    }
}
