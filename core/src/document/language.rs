//! Which language a document is labelled in.

use super::languages::{LANGUAGES, Label, Labels, Language, labels_of};
use super::sheet::Sheet;

/// The labels that tell.
const TELLING: Labels = Labels::of(&[
    Label::Invoice,
    Label::Receipt,
    Label::CreditNote,
    Label::Refund,
    Label::InvoiceNumber,
    Label::ReceiptNumber,
    Label::CreditNoteNumber,
    Label::Issued,
    Label::Due,
    Label::Paid,
    Label::BillTo,
    Label::PayOnline,
    Label::Description,
    Label::Quantity,
    Label::UnitPrice,
    Label::Amount,
    Label::Subtotal,
    Label::TotalExcludingTax,
    Label::Total,
    Label::AmountDue,
    Label::AmountPaid,
    Label::PaymentHistory,
]);

/// No label that tells has more words.
const MOST_WORDS: usize = 8;

/// The language whose labels stand on the pages most often, alone or before a value. Where two are equal, it is
/// not known how figures and days are to be read.
pub(super) fn language_of(sheet: &Sheet<'_>) -> Option<&'static Language> {
    let mut said = [Labels::default(); LANGUAGES.len()];
    for item in sheet.rows.iter().flat_map(|row| &row.items) {
        let words = item.folded.match_indices([' ', ':']).map(|(at, _)| at).take(MOST_WORDS);
        let ends = words.chain([item.folded.len()]);
        for (place, label) in ends.flat_map(|end| labels_of(item.folded.get(..end).unwrap_or_default())) {
            if let Some(labels) = said.get_mut(*place) {
                labels.add(*label);
            }
        }
    }
    let scored = || said.iter().map(|labels| labels.count(TELLING)).zip(LANGUAGES);
    let best = scored().map(|(score, _)| score).max().filter(|score| *score >= 2)?;
    let mut first = scored().filter(|(score, _)| *score == best);
    let (_, only) = first.next()?;
    first.next().is_none().then_some(*only)
}
