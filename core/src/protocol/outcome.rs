//! What becomes of a row, and the sum over a run.

use super::Code;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The end of a row. Every listed row reaches exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// This run filed its document.
    Filed,
    /// The archive held it before this run.
    AlreadyHad,
    /// The page offers no document for it.
    WithoutDocument,
    /// The document is kept, but it does not fit its row: a person has to look.
    Quarantined {
        /// What does not fit.
        code: Code,
        /// Both values, or whatever else helps a person. Never a link.
        detail: Option<String>,
    },
    /// There is no document, and it can be asked for again.
    Failed {
        /// Why.
        code: Code,
        /// What helps a person. Never a link.
        detail: Option<String>,
    },
}

/// Where a row stands while its run goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    /// Its turn has not come.
    Queued,
    /// Its document is on the way.
    Fetching,
    /// It has reached its end.
    Ended(Outcome),
}

/// The equation that a run ends with:
/// listed = filed + already had + without document + quarantined + failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// [`Outcome::Filed`].
    pub filed: u32,
    /// [`Outcome::AlreadyHad`].
    pub already_had: u32,
    /// [`Outcome::WithoutDocument`].
    pub without_document: u32,
    /// [`Outcome::Quarantined`].
    pub quarantined: u32,
    /// [`Outcome::Failed`].
    pub failed: u32,
}

impl Sum {
    /// Counts one more row.
    pub fn add(&mut self, outcome: &Outcome) {
        let term = match outcome {
            Outcome::Filed => &mut self.filed,
            Outcome::AlreadyHad => &mut self.already_had,
            Outcome::WithoutDocument => &mut self.without_document,
            Outcome::Quarantined { .. } => &mut self.quarantined,
            Outcome::Failed { .. } => &mut self.failed,
        };
        *term = term.saturating_add(1);
    }

    /// The left side: every row that was listed.
    pub fn listed(&self) -> u32 {
        [self.filed, self.already_had, self.without_document, self.quarantined, self.failed]
            .into_iter()
            .fold(0, u32::saturating_add)
    }
}

impl Sum {
    /// What is in the archive, now or before.
    fn had(&self) -> u32 {
        self.filed.saturating_add(self.already_had)
    }

    /// ["1 quarantined", "2 failed"]: what is not in the archive, whatever the page calls a row without a document.
    fn lacking(&self, without: &str) -> Vec<String> {
        let others =
            [(self.without_document, without), (self.quarantined, "quarantined"), (self.failed, "failed")];
        others.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect()
    }

    /// "12 of 36 filed, 2 failed": how far a run over `of` rows has come. What the archive held before counts as
    /// filed; whatever is not in it is named. Where receipts are wanted as well, "36 of 36 filed, 12 of 31 receipts
    /// (1 without receipt)".
    pub fn progress(&self, of: u32, receipts: Option<(&Sum, u32)>) -> String {
        let filed = format!("{} of {of} filed", self.had());
        let rows = std::iter::once(filed).chain(self.lacking("without document"));
        let receipts = receipts.map(|(sum, of)| {
            let lacking = sum.lacking("without receipt");
            let lacking =
                if lacking.is_empty() { String::new() } else { format!(" ({})", lacking.join(", ")) };
            format!("{} of {of} receipts{lacking}", sum.had())
        });
        rows.chain(receipts).collect::<Vec<_>>().join(", ")
    }
}

impl<'a> FromIterator<&'a Outcome> for Sum {
    fn from_iter<I: IntoIterator<Item = &'a Outcome>>(outcomes: I) -> Sum {
        let mut sum = Sum::default();
        outcomes.into_iter().for_each(|outcome| sum.add(outcome));
        sum
    }
}

/// "36 listed = 31 filed + 4 already had + 1 without document". Terms of zero are left out, unless all are.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = [
            (self.filed, "filed"),
            (self.already_had, "already had"),
            (self.without_document, "without document"),
            (self.quarantined, "quarantined"),
            (self.failed, "failed"),
        ];
        write!(f, "{} listed = ", self.listed())?;
        let mut shown = terms.iter().filter(|(count, _)| *count > 0).peekable();
        if shown.peek().is_none() {
            return f.write_str("0 filed");
        }
        for (at, (count, name)) in shown.enumerate() {
            let plus = if at > 0 { " + " } else { "" };
            write!(f, "{plus}{count} {name}")?;
        }
        Ok(())
    }
}

/// The same of the receipts of a run: "receipts: 36 wanted = 35 filed + 1 without receipt". Pages say no such thing,
/// so it is no part of what they carry.
pub struct OfReceipts<'a>(pub &'a Sum);

impl fmt::Display for OfReceipts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum =
            self.0.to_string().replace("listed", "wanted").replace("without document", "without receipt");
        write!(f, "receipts: {sum}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_reads_as_an_equation() {
        let sum = Sum { filed: 31, already_had: 4, without_document: 1, ..Sum::default() };
        assert_eq!(sum.to_string(), "36 listed = 31 filed + 4 already had + 1 without document");
        assert_eq!(Sum::default().to_string(), "0 listed = 0 filed");
        assert_eq!(
            OfReceipts(&sum).to_string(),
            "receipts: 36 wanted = 31 filed + 4 already had + 1 without receipt"
        );
    }

    #[test]
    fn progress_counts_nothing_as_filed_that_is_not() {
        let sum = Sum { filed: 8, already_had: 4, ..Sum::default() };
        assert_eq!(sum.progress(36, None), "12 of 36 filed");
        assert_eq!(sum.progress(36, Some((&Sum::default(), 31))), "12 of 36 filed, 0 of 31 receipts");
        let sum = Sum { without_document: 1, quarantined: 3, failed: 2, ..sum };
        let line = "12 of 36 filed, 1 without document, 3 quarantined, 2 failed";
        assert_eq!(sum.progress(36, None), line);
        let receipts = sum.progress(36, Some((&sum, 31)));
        assert_eq!(
            receipts,
            format!("{line}, 12 of 31 receipts (1 without receipt, 3 quarantined, 2 failed)")
        );
    }

    #[test]
    fn every_outcome_has_its_own_term() {
        let code = Code::Network;
        let outcomes = [
            Outcome::Filed,
            Outcome::AlreadyHad,
            Outcome::WithoutDocument,
            Outcome::Quarantined { code, detail: None },
            Outcome::Failed { code, detail: None },
        ];
        let sum: Sum = outcomes.iter().collect();
        assert_eq!(sum, Sum { filed: 1, already_had: 1, without_document: 1, quarantined: 1, failed: 1 });
        assert_eq!(sum.listed(), 5);
    }
}
