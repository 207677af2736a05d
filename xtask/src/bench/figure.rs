//! One measured number with its goal, for people and for programs.

use serde::{Deserialize, Serialize};

/// A figure. The helpers that measure print the same fields as one line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// Permanent: `scan.wasm.1000`.
    pub(crate) key: String,
    /// For people.
    pub(crate) what: String,
    pub(crate) value: f64,
    /// `x` (ours as a multiple of the peer's), `ms`, `kB`, or nothing for a count.
    pub(crate) unit: String,
    /// The most that `value` should be.
    #[serde(default)]
    pub(crate) goal: Option<f64>,
    /// Of a ratio: our median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ours_ms: Option<f64>,
    /// Of a ratio: the peer's median in the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peer_ms: Option<f64>,
    /// How many times both were measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) runs: Option<u32>,
}

impl Figure {
    /// A value as it is.
    pub(crate) fn plain(key: &str, what: &str, value: f64, unit: &str, goal: Option<f64>) -> Figure {
        let (key, what, unit) = (key.to_owned(), what.to_owned(), unit.to_owned());
        Figure { key, what, value, unit, goal, ours_ms: None, peer_ms: None, runs: None }
    }

    /// Two times in the same run.
    pub(crate) fn ratio(key: &str, what: &str, ours: f64, peer: f64, runs: u32, goal: Option<f64>) -> Figure {
        Figure {
            ours_ms: Some(ours),
            peer_ms: Some(peer),
            runs: Some(runs),
            ..Figure::plain(key, what, ours / peer, "x", goal)
        }
    }

    /// Nothing where there is no goal.
    pub(crate) fn met(&self) -> Option<bool> {
        self.goal.map(|goal| self.value <= goal)
    }

    /// One line.
    pub(crate) fn line(&self) -> String {
        let goal = match (self.goal, self.met()) {
            (Some(goal), Some(met)) => {
                format!("goal {} {}: {}", number(goal), self.unit, if met { "met" } else { "MISSED" })
            }
            _ => "no goal".to_owned(),
        };
        let times = match (self.ours_ms, self.peer_ms, self.runs) {
            (Some(ours), Some(peer), Some(runs)) => {
                format!("  ({} ms against {} ms, medians of {runs})", number(ours), number(peer))
            }
            _ => String::new(),
        };
        format!("{:<58}{:>9} {:<3} {goal}{times}", self.what, number(self.value), self.unit)
    }
}

/// Three digits that say something.
fn number(value: f64) -> String {
    let places = match value.abs() {
        v if v >= 100.0 || v.fract() == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_goal_is_a_limit() {
        let ratio = |ours| Figure::ratio("a.b", "A", ours, 2.0, 7, Some(1.5));
        assert_eq!((ratio(3.0).met(), ratio(3.1).met()), (Some(true), Some(false)));
        assert!(
            ratio(3.1).line().contains("1.55 x   goal 1.50 x: MISSED  (3.10 ms against 2 ms, medians of 7)")
        );
        assert_eq!(Figure::plain("a", "A", 3.0, "", None).met(), None);
    }
}
