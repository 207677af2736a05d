//! What a document is.

use serde::{Deserialize, Serialize};

/// What a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An invoice. Names do not say so.
    #[default]
    Invoice,
    /// A receipt for a payment.
    Receipt,
    /// A credit note.
    CreditNote,
    /// A receipt for money given back.
    Refund,
    /// An invoice for Stripe's own fees, or another that calls itself a tax invoice.
    TaxInvoice,
    /// What was used, without a claim to be paid.
    UsageReport,
    /// Something else.
    NotAnInvoice,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [
        Kind::Invoice,
        Kind::Receipt,
        Kind::CreditNote,
        Kind::Refund,
        Kind::TaxInvoice,
        Kind::UsageReport,
        Kind::NotAnInvoice,
    ];

    /// As it stands in names, records and `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Invoice => "invoice",
            Kind::Receipt => "receipt",
            Kind::CreditNote => "credit-note",
            Kind::Refund => "refund",
            Kind::TaxInvoice => "tax-invoice",
            Kind::UsageReport => "usage-report",
            Kind::NotAnInvoice => "not-an-invoice",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn the_same_in_names_and_in_json() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
