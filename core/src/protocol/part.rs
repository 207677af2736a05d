//! Which of a row's documents.

use serde::{Deserialize, Serialize};

/// A row stands for an invoice, and for the receipt that belongs to it. Without a word it is the invoice: sides that
/// know of no receipts say nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What the page lists.
    #[default]
    Invoice,
    /// The receipt for its payment.
    Receipt,
}

impl Part {
    /// Is it the invoice?
    pub fn is_invoice(&self) -> bool {
        *self == Part::Invoice
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chunk, Code, Failure, Reply, Request};
    use super::Part;
    use serde_json::json;

    #[test]
    fn sides_that_know_of_no_receipts_are_understood() {
        let run = "0".repeat(32);
        let chunk = json!({ "run": run, "row": 1, "seq": 0, "data": "" }).to_string();
        assert_eq!(serde_json::from_str::<Chunk<'_>>(&chunk).unwrap().part, Part::Invoice);
        let failure = json!({ "row": 1, "code": "network" }).to_string();
        assert_eq!(serde_json::from_str::<Failure>(&failure).unwrap().part, Part::Invoice);
        let plan = json!({ "plan": { "run": run, "fetch": [1], "settled": [] } }).to_string();
        let plan: Reply = serde_json::from_str(&plan).unwrap();
        assert!(matches!(&plan, Reply::Plan { receipts, .. } if receipts.is_empty()), "{plan:?}");
        let end = json!({ "end-run": { "run": run, "failed": [] } }).to_string();
        let end: Request<'_> = serde_json::from_str(&end).unwrap();
        assert!(matches!(&end, Request::EndRun { without_receipt, .. } if without_receipt.is_empty()));
    }

    #[test]
    fn of_invoices_nothing_new_is_said() {
        let failure = |part| Failure { row: 1, part, code: Code::Network, detail: None };
        let old = json!({ "row": 1, "code": "network", "detail": null });
        assert_eq!(serde_json::to_value(failure(Part::Invoice)).unwrap(), old);
        let new = json!({ "row": 1, "part": "receipt", "code": "network", "detail": null });
        assert_eq!(serde_json::to_value(failure(Part::Receipt)).unwrap(), new);
    }
}
