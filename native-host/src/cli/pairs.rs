//! Which receipt belongs to which invoice: the same issuer and the same number.

use crate::archive::Record;
use billfold_core::filing::Kind;
use std::collections::HashMap;

/// The pairs among some documents, by their SHA-256.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    invoices: HashMap<&'a str, &'a str>,
    receipts: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Pairs<'a> {
    pub(super) fn among(records: &'a [Record]) -> Pairs<'a> {
        let mut pairs = Pairs::default();
        let of = |kind: Kind| records.iter().filter(move |record| record.kind == kind);
        // Most archives hold none, and their lists should not wait for this.
        if of(Kind::Receipt).next().is_none() {
            return pairs;
        }
        let key = |record: &'a Record| Some((record.issuer()?, record.number.as_deref()?));
        let mut invoices: HashMap<(String, &str), &Record> = HashMap::new();
        for invoice in of(Kind::Invoice) {
            if let Some(key) = key(invoice) {
                let last = invoices.entry(key).or_insert(invoice);
                if invoice.version > last.version {
                    *last = invoice;
                }
            }
        }
        for receipt in of(Kind::Receipt) {
            if let Some(invoice) = key(receipt).and_then(|key| invoices.get(&key)) {
                pairs.invoices.insert(&receipt.sha256, &invoice.sha256);
                pairs.receipts.entry(&invoice.sha256).or_default().push(&receipt.sha256);
            }
        }
        pairs
    }

    /// The other one of a document's pair: a receipt's invoice, an invoice's first receipt.
    pub(super) fn other(&self, sha256: &str) -> Option<&'a str> {
        let receipt = || self.receipts.get(sha256)?.first().copied();
        self.invoice(sha256).or_else(receipt)
    }

    /// A receipt's invoice.
    pub(super) fn invoice(&self, sha256: &str) -> Option<&'a str> {
        self.invoices.get(sha256).copied()
    }

    /// How many receipts an invoice has.
    pub(super) fn receipts(&self, sha256: &str) -> usize {
        self.receipts.get(sha256).map_or(0, Vec::len)
    }
}
