//! Credit notes and refunds that receipts name, and whether the archive has them. No address of theirs is known but by
//! mail, so all that can be done is to say which are missing.

use super::find::Origin;
use crate::archive::Record;
use billfold_core::document::Document;
use billfold_core::kind::Kind;
use billfold_core::money::Money;
use billfold_core::stripe::{ReceiptPage, credit_notes_in};
use chrono::NaiveDate;
use std::collections::HashSet;
use std::fmt;

/// A credit note or a refund that a receipt names.
#[derive(Clone, Debug)]
pub struct Named {
    /// [`Kind::CreditNote`] or [`Kind::Refund`].
    pub kind: Kind,
    /// A credit note's own.
    pub number: Option<String>,
    /// The invoice that it is about.
    pub invoice: Option<String>,
    /// The receipt that names it.
    pub receipt: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// A refund's day.
    pub refunded: Option<NaiveDate>,
    /// Is it in the archive, or about to be?
    pub in_archive: bool,
    /// Where the receipt is.
    pub origin: Origin,
}

/// What a document is known by to those that name it.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    kind: Kind,
    number: Option<String>,
    receipt: Option<String>,
}

impl From<&Document> for Bearer {
    fn from(document: &Document) -> Bearer {
        let Document { kind, number, receipt_number, .. } = document;
        Bearer { kind: *kind, number: number.clone(), receipt: receipt_number.clone() }
    }
}

impl From<&Record> for Bearer {
    fn from(record: &Record) -> Bearer {
        let receipt = record.receipt_number().map(str::to_owned);
        Bearer { kind: record.kind, number: record.number.clone(), receipt }
    }
}

/// What a receipt page names.
pub(super) fn by_page((origin, page): (Origin, ReceiptPage)) -> Vec<Named> {
    let ReceiptPage { invoice, receipt, credit_notes, refund } = page;
    let invoice = invoice.map(String::from);
    // A credit note says where the money went. A refund stands for itself where there is none for it.
    let refund = refund.filter(|refund| refund.without_credit_note || credit_notes.is_empty());
    let named = |kind| Named {
        kind,
        number: None,
        invoice: invoice.clone(),
        receipt: receipt.clone(),
        amount: None,
        refunded: None,
        in_archive: false,
        origin: origin.clone(),
    };
    let credit_notes = credit_notes.into_iter().map(|note| Named {
        number: Some(note.number.into()),
        invoice: Some(note.invoice.into()),
        amount: note.credited,
        ..named(Kind::CreditNote)
    });
    let refund =
        refund.map(|refund| Named { amount: refund.amount, refunded: refund.date, ..named(Kind::Refund) });
    credit_notes.chain(refund).collect()
}

/// What a PDF names in its lines and beside them. A credit note names nothing but itself.
pub(super) fn by_document(document: &Document, name: &str) -> Vec<Named> {
    if document.kind == Kind::CreditNote {
        return Vec::new();
    }
    let lines = document.lines.iter().filter_map(|line| line.description.as_deref());
    let discounts = document.discounts.iter().filter_map(|discount| discount.name.as_deref());
    let fields = document.custom_fields.iter().map(|field| field.value.as_str());
    let texts = lines.chain(discounts).chain(fields).chain(document.memo.as_deref());
    let notes = texts.flat_map(credit_notes_in);
    let origin = Origin { name: name.to_owned(), ..Origin::default() };
    let named = |(number, invoice)| Named {
        kind: Kind::CreditNote,
        number: Some(number),
        invoice: Some(invoice),
        receipt: document.receipt_number.clone(),
        amount: None,
        refunded: None,
        in_archive: false,
        origin: origin.clone(),
    };
    notes.map(|note| named((note.number.into(), note.invoice.into()))).collect()
}

/// Each once, with whether one of these documents is it.
pub(super) fn looked_up(named: Vec<Named>, had: &[Bearer]) -> Vec<Named> {
    let credit_notes: HashSet<&str> = had
        .iter()
        .filter(|had| had.kind == Kind::CreditNote)
        .filter_map(|had| had.number.as_deref())
        .collect();
    let refunds: Vec<&Bearer> = had.iter().filter(|had| had.kind == Kind::Refund).collect();
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for mut one in named {
        if !seen.insert((one.kind, one.number.clone(), one.invoice.clone(), one.receipt.clone())) {
            continue;
        }
        one.in_archive = match &one.number {
            Some(number) => credit_notes.contains(number.as_str()),
            None => refunds.iter().any(|had| one.is(had)),
        };
        all.push(one);
    }
    all
}

impl Named {
    /// Whether a refund is this one. It bears its invoice's number, and the receipt's own.
    fn is(&self, had: &Bearer) -> bool {
        let invoices = self.invoice.as_ref().zip(had.number.as_ref()).map(|(ours, theirs)| ours == theirs);
        let receipts = self.receipt.as_ref().zip(had.receipt.as_ref()).map(|(ours, theirs)| ours == theirs);
        let known = [invoices, receipts];
        known.contains(&Some(true)) && !known.contains(&Some(false))
    }
}

/// `Receipt 3762-0091 for invoice 50CAA332-0004 names credit note 50CAA332-0004-CN-01 of 75.00 EUR: not in the archive`.
impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.receipt {
            Some(receipt) => write!(f, "Receipt {receipt}")?,
            None => f.write_str(&self.origin.name)?,
        }
        if let Some(invoice) = &self.invoice {
            write!(f, " for invoice {invoice}")?;
        }
        match &self.number {
            Some(number) => write!(f, " names credit note {number}")?,
            None => f.write_str(" names a refund")?,
        }
        if let Some(amount) = &self.amount {
            write!(f, " of {amount}")?;
        }
        if let Some(day) = &self.refunded {
            write!(f, " on {day}")?;
        }
        f.write_str(if self.in_archive { ": in the archive" } else { ": not in the archive" })
    }
}
