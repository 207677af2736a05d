//! The words that documents label their values with, one file per language.
//!
//! To add a language: copy the file of one that is near, put in what its documents print, and add it to
//! [`LANGUAGES`]. All is written folded, as [`super::words::fold`] leaves it: small letters, plain spaces and
//! hyphens, no colon at the end; a test says where it is not. A label that is not known stays out: its value
//! is then absent. The head of its file says where its words come from.

use std::collections::HashMap;
use std::sync::LazyLock;

mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod nl;
mod pt;
mod sv;

/// The labels of one language.
pub(super) struct Language {
    /// BCP 47.
    pub(super) tag: &'static str,
    /// What each label says, in all its spellings.
    pub(super) labels: &'static [(Label, &'static [&'static str])],
}

/// Every language there is.
pub(super) const LANGUAGES: &[&Language] =
    &[&en::EN, &es::ES, &de::DE, &fr::FR, &it::IT, &nl::NL, &sv::SV, &pt::PT, &ja::JA];

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    // Titles.
    Invoice,
    Receipt,
    CreditNote,
    Refund,
    TaxInvoice,
    UsageReport,
    /// No invoice: a quote, an order, a statement of account, a reminder.
    SomethingElse,
    // The head's rows.
    InvoiceNumber,
    ReceiptNumber,
    CreditNoteNumber,
    /// The invoice that a credit note or refund is about.
    RefersTo,
    Issued,
    Due,
    Paid,
    Refunded,
    PurchaseOrder,
    ServicePeriod,
    /// A tax number, as a label or as a word before one.
    TaxId,
    Currency,
    /// Before the code of the currency of all amounts.
    AmountsIn,
    // Parties.
    BillTo,
    /// The issuer's name follows.
    From,
    ShipTo,
    /// `Sold through`: the seller in law follows.
    SoldThrough,
    // The headline, words beside its amount and date.
    HeadlineDue,
    HeadlinePaid,
    HeadlineRefunded,
    PayOnline,
    // Headings of the table.
    /// The lines' own numbers.
    Position,
    Description,
    Quantity,
    UnitPrice,
    Tax,
    Amount,
    /// Under a heading: `(excl. tax)`.
    HeadingNote,
    // Totals.
    Subtotal,
    TotalExcludingTax,
    Total,
    AppliedBalance,
    AmountPaid,
    AmountDue,
    AmountRefunded,
    Discount,
    /// Words in the name of a discount that is a granted credit.
    PromotionalCredit,
    /// A tax's name begins with one of these.
    TaxName,
    /// Words in a tax's brackets: the price contains it.
    Inclusive,
    /// Words of a sentence about reverse charge.
    ReverseCharge,
    // Payments.
    PaymentHistory,
    PaymentMethod,
    PaymentDate,
    // The foot of a page: what stands before and between its two numbers.
    Page,
    PageOf,
}

/// What a text is in one language: a bit for each label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Labels(u128);

impl Labels {
    pub(super) const fn of(labels: &[Label]) -> Labels {
        let (mut all, mut rest) = (0, labels);
        while let [label, others @ ..] = rest {
            all |= 1 << *label as u32;
            rest = others;
        }
        Labels(all)
    }

    pub(super) fn has(self, label: Label) -> bool {
        self.0 & (1 << label as u32) != 0
    }

    pub(super) fn add(&mut self, label: Label) {
        self.0 |= 1 << label as u32;
    }

    pub(super) fn has_any(self, of: Labels) -> bool {
        self.0 & of.0 != 0
    }

    /// How many of some are there.
    pub(super) fn count(self, of: Labels) -> u32 {
        (self.0 & of.0).count_ones()
    }
}

/// Every spelling of every language, with the language's place in [`LANGUAGES`] and the label.
static SPELLINGS: LazyLock<HashMap<&'static str, Vec<(usize, Label)>>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Vec<(usize, Label)>> = HashMap::new();
    for (place, language) in LANGUAGES.iter().enumerate() {
        for (label, spellings) in language.labels {
            spellings.iter().for_each(|spelling| all.entry(spelling).or_default().push((place, *label)));
        }
    }
    all
});

/// What a folded text is a label for: language and label.
pub(super) fn labels_of(folded: &str) -> &'static [(usize, Label)] {
    SPELLINGS.get(folded).map_or(&[], Vec::as_slice)
}

impl Language {
    /// The spellings of a label.
    pub(super) fn spellings(&self, label: Label) -> impl Iterator<Item = &'static str> {
        self.labels.iter().filter(move |(of, _)| *of == label).flat_map(|(_, words)| words.iter().copied())
    }

    /// Whether a folded text is a label and nothing else.
    pub(super) fn is(&self, label: Label, folded: &str) -> bool {
        self.spellings(label).any(|spelling| spelling == folded)
    }

    /// Whether a folded text has one of a label's spellings in it, as whole words.
    pub(super) fn mentions(&self, label: Label, folded: &str) -> bool {
        self.spellings(label).any(|spelling| contains_words(folded, spelling))
    }
}

/// Whether `words` stands in a text and no letter touches it. Scripts without spaces have no word borders.
pub(super) fn contains_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|after| after.chars().next());
        let border = |outer: Option<char>, inner: Option<char>| {
            let joins = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
            !(outer.is_some_and(joins) && inner.is_some_and(joins))
        };
        border(before, words.chars().next()) && border(after, words.chars().next_back())
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::fold;
    use super::*;

    #[test]
    fn all_labels_are_folded_and_none_twice() {
        for language in LANGUAGES {
            for (n, (label, spellings)) in language.labels.iter().enumerate() {
                for spelling in *spellings {
                    assert_eq!(fold(spelling), *spelling, "{} {label:?}", language.tag);
                }
                let again = language.labels.iter().skip(n + 1).any(|(other, _)| other == label);
                assert!(!again, "{} {label:?} twice", language.tag);
            }
        }
    }

    #[test]
    fn every_language_can_find_a_total_and_a_number() {
        let needed = [
            Label::Invoice,
            Label::InvoiceNumber,
            Label::Issued,
            Label::BillTo,
            Label::Description,
            Label::Amount,
            Label::Subtotal,
            Label::Total,
            Label::AmountDue,
        ];
        for language in LANGUAGES {
            for label in needed {
                assert!(language.spellings(label).next().is_some(), "{} {label:?}", language.tag);
            }
        }
    }

    #[test]
    fn words_are_whole_but_where_there_are_no_spaces() {
        assert!(contains_words("tax due to reverse charge", "reverse charge"));
        assert!(!contains_words("reverse chargeback", "reverse charge"));
        assert!(contains_words("請求書番号", "番号"));
    }
}
