//! What a receipt page says: which invoice it is for, which credit notes it names, what was given back.
//!
//! Stripe's receipt pages and receipt mails are the same HTML, made for mail programs: tables without names, and every
//! word may be an element of its own. So a page is read as a run of words, in which labels stand before their
//! values. The labels are English, the only language that these pages were seen in; a credit note's number is known
//! in any. What is not there, or there in two ways, is absent. Nothing is fetched.

use crate::dates::{self, fold::fold};
use crate::locale::Locale;
use crate::markup::Page;
use crate::money::Money;
use crate::number::InvoiceNumber;
use chrono::NaiveDate;

/// What a receipt page or a receipt mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptPage {
    /// The invoice that was paid.
    pub invoice: Option<InvoiceNumber>,
    /// The receipt's own number.
    pub receipt: Option<String>,
    /// The credit notes that it names, each once, in their order.
    pub credit_notes: Vec<CreditNote>,
    /// What was given back.
    pub refund: Option<Refund>,
}

/// A credit note that something else names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditNote {
    /// `50CAA332-0004-CN-01`.
    pub number: InvoiceNumber,
    /// The invoice that it is about: its number is part of the credit note's.
    pub invoice: InvoiceNumber,
    /// What it credits, positive. Known where the page names one credit note alone.
    pub credited: Option<Money>,
}

/// Money that was given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refund {
    /// How much, positive.
    pub amount: Option<Money>,
    /// On which day.
    pub date: Option<NaiveDate>,
    /// The page says that there is no credit note for it, or for a part of it.
    pub without_credit_note: bool,
}

/// Labels, word by word.
const RECEIPT_NUMBER: &[&str] = &["Receipt", "number"];
const INVOICE_NUMBER: &[&str] = &["Invoice", "number"];
const CREDITED: &[&str] = &["Credited", "total"];
const REFUNDED_ON: &[&str] = &["Refunded", "on"];
const WITHOUT_CREDIT_NOTE: &[&str] = &["Total", "refunded", "without", "credit", "note"];

/// Bytes of a page. Real ones have a tenth of a megabyte.
const LONGEST_PAGE: usize = 4 << 20;

/// Credit notes of a page. One that names more is no receipt.
const MOST_CREDIT_NOTES: usize = 100;

/// The most words of an amount (`US$ 1 234 567.89`) or of a date (`January 8, 2025`).
const LONGEST_VALUE: usize = 5;

impl ReceiptPage {
    /// Reads a page. One that is no receipt page says nothing.
    pub fn read(html: &str) -> ReceiptPage {
        if html.len() > LONGEST_PAGE {
            return ReceiptPage::default();
        }
        let Page { language, text } = Page::read(html);
        let text = words(&text);
        let words = Words { words: text.split(' ').collect(), language };
        let receipt = words.after(RECEIPT_NUMBER, |rest| receipt_number(rest.first()?));
        let invoice = words.after(INVOICE_NUMBER, |rest| InvoiceNumber::parse(rest.first()?));
        let mut credit_notes = named(&words.words);
        if let [only] = credit_notes.as_mut_slice() {
            only.credited = words.after(CREDITED, |rest| words.money(rest));
        }
        // Others give money back as well. Without a number of Stripe's beside it, it is none of our business.
        let refund = if receipt.is_some() || invoice.is_some() { words.refund() } else { None };
        ReceiptPage { invoice, receipt, credit_notes, refund }
    }

    /// Neither a credit note nor a refund.
    pub fn names_nothing(&self) -> bool {
        self.credit_notes.is_empty() && self.refund.is_none()
    }
}

/// The credit notes that a text names, each once. Their amounts are not looked for.
pub fn credit_notes_in(text: &str) -> Vec<CreditNote> {
    named(&words(text).split(' ').collect::<Vec<_>>())
}

/// A text's words, with one space between them and one spelling of hyphens. What mail hides words with is gone.
fn words(text: &str) -> String {
    let folded = fold(&text.replace('\u{34f}', ""));
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn named(words: &[&str]) -> Vec<CreditNote> {
    let mut found: Vec<CreditNote> = Vec::new();
    for credit_note in words.iter().filter_map(|word| credit_note(word)) {
        if found.len() < MOST_CREDIT_NOTES && !found.contains(&credit_note) {
            found.push(credit_note);
        }
    }
    found
}

/// `50CAA332-0004-CN-01`, also `(50CAA332-0004-CN-01)`. In brackets, as receipts print it, the invoice may have a
/// number of any scheme.
fn credit_note(word: &str) -> Option<CreditNote> {
    let bare = word.trim_matches(['(', ')', '[', ']', ',', '.', ';', ':', '"', '\'']);
    let (invoice, count) = bare.rsplit_once("-CN-")?;
    let is_bracketed = word.starts_with('(') && word.trim_end_matches(['.', ',']).ends_with(')');
    let invoice = if is_bracketed { InvoiceNumber::parse(invoice) } else { InvoiceNumber::stripe(invoice) }?;
    let fits = (2..=4).contains(&count.len()) && count.bytes().all(|b| b.is_ascii_digit());
    let number = InvoiceNumber::parse(bare).filter(|_| fits)?;
    Some(CreditNote { number, invoice, credited: None })
}

/// `2260-2349`, `2699-8822-5500`.
fn receipt_number(word: &str) -> Option<String> {
    let is_group = |group: &str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit());
    let fits = (2..=4).contains(&word.split('-').count()) && word.split('-').all(is_group);
    fits.then(|| word.to_owned())
}

struct Words<'a> {
    words: Vec<&'a str>,
    language: Locale,
}

impl<'a> Words<'a> {
    /// Where the words behind each place of a label begin.
    fn places(&self, label: &[&str]) -> impl Iterator<Item = usize> {
        let length = label.len();
        let found = self.words.windows(length).enumerate();
        found.filter(move |(_, words)| *words == label).map(move |(at, _)| at + length)
    }

    /// The value that stands behind a label: the same one wherever the label stands.
    fn after<T: PartialEq>(&self, label: &[&str], read: impl Fn(&[&'a str]) -> Option<T>) -> Option<T> {
        only(self.places(label).filter_map(|at| read(self.words.get(at..)?)))
    }

    fn refund(&self) -> Option<Refund> {
        let without_credit_note = self.places(WITHOUT_CREDIT_NOTE).next().is_some();
        let is_said = self.places(REFUNDED_ON).next().is_some();
        if !is_said && !without_credit_note {
            return None;
        }
        // `€75.00 Refunded on November 24, 2023`: the amount stands before it.
        let before = |at: usize| {
            let end = at.checked_sub(REFUNDED_ON.len())?;
            self.money_before(self.words.get(end.saturating_sub(LONGEST_VALUE)..end)?)
        };
        let amount = only(self.places(REFUNDED_ON).filter_map(before));
        let without = || self.after(WITHOUT_CREDIT_NOTE, |rest| self.money(rest));
        let amount = if is_said { amount } else { without() };
        let date = self
            .after(REFUNDED_ON, |rest| self.longest(rest, |text| dates::parse(text, &self.language).ok()));
        Some(Refund { amount, date, without_credit_note })
    }

    /// An amount that begins here.
    fn money(&self, rest: &[&str]) -> Option<Money> {
        self.longest(rest, |text| Money::parse(text, &self.language).ok()).map(positive)
    }

    fn money_before(&self, words: &[&str]) -> Option<Money> {
        let endings = (0..words.len()).filter_map(|from| words.get(from..));
        // `Studio 1 175,00 €` may be 175 or 1,175: what can be read in two ways is not read.
        only(endings.filter_map(|words| Money::parse(&words.join(" "), &self.language).ok())).map(positive)
    }

    /// What the most words from here on say.
    fn longest<T>(&self, rest: &[&str], read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let most = rest.len().min(LONGEST_VALUE);
        (1..=most).rev().find_map(|count| read(&rest.get(..count)?.join(" ")))
    }
}

/// What is given back may be printed with a minus.
fn positive(money: Money) -> Money {
    Money { amount: money.amount.abs(), ..money }
}

/// The only value, however often it is there.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}
