//! What can happen to a run, and when.

use billfold_tests::{Fault, FaultRule, Random};
use std::fmt;
use std::time::Duration;

/// Something that dies, fills up or goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// The process of the service worker.
    Worker,
    /// The native messaging host.
    Host,
    /// The whole browser.
    Browser,
    /// The disk has no room, for a while.
    Full,
    /// The archive is not there, for a while.
    Gone,
    /// No server answers, for a while.
    Network,
}

/// When it happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// As soon as one more document has got its name.
    Named,
    /// After so long.
    After(Duration),
}

/// One harm of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) harm: Harm,
    pub(crate) when: When,
    /// Until it is well again, of what does not just die.
    pub(crate) lasts: Duration,
    /// How often in a row.
    pub(crate) times: usize,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = if self.times > 1 { format!("{} times ", self.times) } else { String::new() };
        let harm = format!("{times}{:?}", self.harm).to_lowercase();
        match self.when {
            When::Named => write!(f, "{harm} as a document got its name"),
            When::After(time) => write!(f, "{harm} after {} ms", time.as_millis()),
        }
    }
}

/// One to four harms. Hosts die most often: they are the ones that write.
pub(crate) fn events(random: &mut Random, can_fill: bool) -> Vec<Event> {
    let mut kinds =
        vec![Harm::Host, Harm::Host, Harm::Host, Harm::Worker, Harm::Browser, Harm::Gone, Harm::Network];
    if can_fill {
        kinds.extend([Harm::Full; 2]);
    }
    let milliseconds = |random: &mut Random, most| Duration::from_millis(random.below(most));
    let count = 1 + random.below(4);
    let mut events: Vec<Event> = (0..count)
        .map(|_| {
            let harm = *random.pick(&kinds);
            let at = milliseconds(random, 700);
            let when = if random.below(2) == 0 { When::Named } else { When::After(at) };
            let dies = matches!(harm, Harm::Worker | Harm::Host | Harm::Browser);
            let lasts = if dies { Duration::ZERO } else { milliseconds(random, 900) };
            // A window of a few microseconds has to be hit.
            let times = if harm == Harm::Host { 1 + random.below(5) as usize } else { 1 };
            Event { harm, when, lasts, times }
        })
        .collect();
    // After the browser nothing of the round is left to be harmed.
    if let Some(at) = events.iter().position(|event| event.harm == Harm::Browser) {
        events.truncate(at + 1);
    }
    events
}

/// What goes wrong between the browser and the servers all the while. None of it lasts for one document.
pub(crate) fn faults(random: &mut Random) -> Vec<FaultRule> {
    let kinds = [
        Fault::TooManyRequests(1),
        Fault::Unavailable,
        Fault::ServerError,
        Fault::Truncated,
        Fault::Dead,
        Fault::Expired,
        Fault::Html,
    ];
    let mut faults = Vec::new();
    for kind in kinds {
        if random.below(3) == 0 {
            let seed = random.below(u64::MAX);
            faults.push(FaultRule::always(kind).chance(0.15, seed).times(1));
        }
    }
    faults
}
