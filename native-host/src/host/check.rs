//! Whether a document is one, and whether it fits its row. Pure.
//!
//! What is absent never contradicts: a row says little, and a document that was not understood says nothing.

use super::run::{key_is_fleeting, name, stripe_key};
use crate::archive::{self, Reason};
use crate::reader::Unreadable;
use billfold_core::document::{Document, Reading};
use billfold_core::filing::{Kind, Says, vendor_slug};
use billfold_core::money::Money;
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Code, Part, Row, RowKey};
use billfold_core::stripe::number_in_file_name;
use billfold_core::{sniff, vendors};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The document's own link has the row's secret: proof that it is the row's.
pub(super) const LINK_EQUAL: &str = "link-equal";
/// Same account, another secret. That they are always equal is inferred, so it is a note and no more.
pub(super) const LINK_DIFFERS: &str = "link-differs";
/// Nobody could read it; why is in the log.
const NOT_READ: &str = "not-read";
/// It opens only with a password.
const PASSWORD: &str = "password-protected";
/// A scan.
const NO_TEXT: &str = "no-text";
/// Not all of it was understood.
const IN_PART: &str = "read-in-part";
/// Nothing of it was understood, but its link or its number is the row's.
const UNKNOWN_LAYOUT: &str = "unknown-layout";
/// Its dates are others than the row's, but its link or its number is the row's.
const DATE_DIFFERS: &str = "date-differs";

/// How much of a page is searched for what it says.
const PAGE_HEAD: usize = 64 * 1024;

/// As much of a memo as is kept.
const MEMO: usize = 4_000;

/// What a document is filed and booked by: a problem with one of these is not for a program to decide.
const BOOKED: [&str; 14] = [
    "number",
    "receipt_number",
    "issued",
    "paid",
    "refunded",
    "currency",
    "total",
    "amount_due",
    "amount_paid",
    "amount_refunded",
    "kind",
    "vendor",
    "lines",
    "taxes",
];

/// What a document says about itself, compared with its row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Checked {
    /// What was asked for.
    part: Part,
    /// The issuer's number: the document's, else the row's, else the one in the file's name.
    pub(super) number: Option<String>,
    pub(super) notes: Vec<String>,
    /// Why it does not fit.
    pub(super) misfit: Option<Reason>,
    /// The key in the document's own link, where it is another than the row's.
    pub(super) other_key: Option<RowKey>,
    /// What was read in it, as far as it is kept. No link: it is a secret.
    pub(super) read: Option<Box<Document>>,
    /// For the log.
    pub(super) not_read: Option<Unreadable>,
}

/// Nothing but a PDF is filed.
pub(super) fn sniff(bytes: &[u8]) -> Result<(), Code> {
    // A page that talks of `%PDF-` is still a page.
    if sniff::is_page(bytes) {
        return Err(if is_stripes(bytes) { Code::LinkExpired } else { Code::NotAPdf });
    }
    sniff::pdf_or_why_not(bytes)
}

/// Compares a document with its row: what it says, the key in the link that it embeds, the name that its server
/// gave it. One that does not fit goes to quarantine.
pub(super) fn check(
    read: Option<Result<Document, Unreadable>>,
    link: Option<RowKey>,
    row: &Row,
    part: Part,
    file_name: Option<&str>,
) -> Checked {
    let mut checked = Checked::nothing(part);
    let mut link = link;
    let mut is_damaged = None;
    match read {
        None => checked.notes.push(NOT_READ.into()),
        Some(Ok(document)) => {
            link = link.or(document.link.clone());
            checked.read = Some(Box::new(kept(document)));
        }
        Some(Err(reason)) => match reason {
            Unreadable::PasswordProtected => checked.notes.push(PASSWORD.into()),
            Unreadable::Damaged | Unreadable::Truncated | Unreadable::NotAPdf => is_damaged = Some(reason),
            Unreadable::TooLarge | Unreadable::TooMuch | Unreadable::GaveUp | Unreadable::ChildFailed => {
                checked.notes.push(NOT_READ.into());
                checked.not_read = Some(reason);
            }
        },
    }
    checked.compare_links(link, row);
    let listed = row.number.as_ref().map(ToString::to_string);
    let named = file_name.and_then(number_in_file_name).map(|number| number.to_string());
    let printed = checked.read.as_ref().and_then(|read| read.number.clone());
    if let Some(reason) = is_damaged {
        checked.misfit(Code::DamagedDocument, None, reason.sentence().to_owned());
    }
    // The row's word counts first, then the name of the file.
    let theirs = printed.as_ref().or(named.as_ref());
    let ours = listed.as_ref().or(named.as_ref());
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && !is_same_number(ours, theirs)
    {
        checked.misfit(Code::OtherNumber, Some(ours.clone()), theirs.clone());
    }
    let is_proven = checked.notes.iter().any(|note| note == LINK_EQUAL)
        || listed.as_ref().zip(theirs).is_some_and(|(ours, theirs)| is_same_number(ours, theirs));
    checked.number = printed.or(listed).or(named);
    if let Some(read) = checked.read.take() {
        checked.compare_fields(&read, row, is_proven);
        checked.read = Some(read);
    }
    checked
}

impl Checked {
    /// Of a document that says nothing.
    pub(super) fn nothing(part: Part) -> Checked {
        Checked { part, ..Checked::default() }
    }

    /// The first reason stands.
    fn misfit(&mut self, code: Code, row: Option<String>, document: String) {
        self.misfit.get_or_insert(Reason { code, row, document: Some(document) });
    }

    fn note(&mut self, note: &str) {
        self.notes.push(note.to_owned());
    }

    fn compare_links(&mut self, link: Option<RowKey>, row: &Row) {
        let theirs = link.as_ref().and_then(|link| Some((stripe_key(link)?.0, link)));
        if let (Some((ours, _)), Some((account, link))) = (stripe_key(&row.key), theirs) {
            if account != ours {
                self.misfit(Code::OtherAccount, Some(ours.to_owned()), account.to_owned());
            } else if *link == row.key {
                self.note(LINK_EQUAL);
            } else if !key_is_fleeting(row) {
                self.note(LINK_DIFFERS);
                self.other_key = Some(link.clone());
            }
        }
    }

    fn compare_fields(&mut self, read: &Document, row: &Row, is_proven: bool) {
        match read.reading {
            Reading::NoText => return self.note(NO_TEXT),
            _ if read.kind == Kind::NotAnInvoice => {
                // A layout that nobody knows yet is not a wrong document.
                let has_link = self.notes.iter().any(|note| note == LINK_DIFFERS);
                if is_proven || has_link {
                    self.note(UNKNOWN_LAYOUT);
                } else {
                    let what = Kind::NotAnInvoice.as_str().replace('-', " ");
                    self.misfit(Code::NotAnInvoice, Some(name(row)), what);
                }
                return;
            }
            Reading::InPart => self.note(IN_PART),
            Reading::Whole => {}
        }
        if self.part == Part::Receipt && read.kind != Kind::Receipt {
            let ours = Kind::Receipt.as_str().to_owned();
            self.misfit(Code::NotAnInvoice, Some(ours), read.kind.as_str().replace('-', " "));
        }
        if let Some(money) = &row.amount {
            self.compare_amounts(read, money);
        }
        self.compare_dates(read, row, is_proven);
        let touches = |field: &String| BOOKED.contains(&field.split('[').next().unwrap_or_default());
        if let Some(problem) = read.problems.iter().find(|problem| problem.fields.iter().any(touches)) {
            self.misfit(Code::DoubtfulDocument, None, problem.sentence.clone());
        }
    }

    fn compare_amounts(&mut self, read: &Document, money: &Money) {
        let ours = || Some(format!("{} {}", money.amount, money.currency));
        if let Some(currency) = read.currency
            && currency != money.currency
        {
            return self.misfit(Code::OtherCurrency, ours(), currency.to_string());
        }
        let named = [
            ("total", read.total),
            ("due", read.amount_due),
            ("paid", read.amount_paid),
            ("refunded", read.amount_refunded),
        ];
        let said: Vec<String> =
            named.iter().filter_map(|(name, amount)| Some(format!("{} {name}", (*amount)?))).collect();
        // Without the total, the one that the row shows may be what is absent.
        if read.total.is_some() && !archive::says(read, money) {
            self.misfit(Code::OtherAmount, ours(), said.join(", "));
        }
    }

    /// A row's date is the day of issue on one page, of payment or the due date on another, in the browser's
    /// time zone. None of them fitting is a note where link or number prove that the document is the row's: some
    /// portals list the day on which a draft was begun, and the document's own date is the one it is filed by.
    /// Without that proof the date is all that tells two top-ups of one amount apart.
    fn compare_dates(&mut self, read: &Document, row: &Row, is_proven: bool) {
        let Some(ours) = row.date else { return };
        // An invoice may be paid long after the day that its row shows.
        if is_proven && self.part == Part::Receipt {
            return;
        }
        let dates: Vec<NaiveDate> =
            [read.issued, read.paid, read.due, read.refunded].into_iter().flatten().collect();
        let is_near = |date: &NaiveDate| (*date - ours).num_days().abs() <= 1;
        let (Some(first), false) = (dates.first(), dates.iter().any(is_near)) else { return };
        if is_proven {
            self.note(DATE_DIFFERS);
        } else {
            self.misfit(Code::OtherDate, Some(ours.to_string()), first.to_string());
        }
    }

    /// What a document is believed: nothing, where it does not fit.
    fn believed(&self) -> Option<&Document> {
        self.read.as_deref().filter(|_| self.misfit.is_none())
    }

    /// What it is. One that says nothing else is what was asked for.
    pub(super) fn kind(&self) -> Kind {
        let said = self.read.as_ref().map(|read| read.kind).filter(|kind| *kind != Kind::NotAnInvoice);
        said.unwrap_or(match self.part {
            Part::Invoice => Kind::Invoice,
            Part::Receipt => Kind::Receipt,
        })
    }

    /// What it is filed by, where it says so itself.
    pub(super) fn says(&self) -> Says<'_> {
        self.believed().map(says).unwrap_or_default()
    }

    /// Who issued it, in a record: the brand, where it is known, else as printed, else as the page says.
    pub(super) fn vendor(&self, page: Option<&str>) -> Option<String> {
        let printed = self.believed().and_then(|read| read.vendor.as_deref());
        let printed = printed.filter(|vendor| page.is_none() || !vendors::is_reseller(vendor));
        let vendor = printed.or(page)?;
        Some(printed.and_then(vendors::brand).unwrap_or(vendor).to_owned())
    }

    /// The issuers that it may be known by: by its own word and by the page's, which may differ.
    pub(super) fn issuers(&self, page: Option<&str>) -> Vec<String> {
        let vendors = [self.vendor(page), page.map(str::to_owned)];
        let mut slugs: Vec<String> = vendors.iter().flatten().map(|vendor| vendor_slug(vendor)).collect();
        slugs.retain(|slug| !slug.is_empty());
        slugs.dedup();
        slugs
    }

    pub(super) fn receipt_number(&self) -> Option<&str> {
        self.read.as_ref()?.receipt_number.as_deref()
    }
}

/// What a document is filed by.
pub(crate) fn says(read: &Document) -> Says<'_> {
    Says {
        vendor: read.vendor.as_deref().filter(|vendor| !vendors::is_reseller(vendor)),
        customer: read.customer.as_deref(),
        date: date(read),
        amount: amount(read),
    }
}

/// The day that a document is filed by.
pub(crate) fn date(read: &Document) -> Option<NaiveDate> {
    match read.kind {
        Kind::Receipt => read.paid.or(read.issued),
        Kind::Refund => read.refunded.or(read.issued),
        Kind::CreditNote => read.issued.or(read.refunded),
        _ => read.issued,
    }
}

/// What a document comes to. Negative where money goes back.
pub(crate) fn amount(read: &Document) -> Option<Money> {
    let amount = match read.kind {
        Kind::Receipt => read.amount_paid.or(read.total),
        Kind::Refund => read.amount_refunded.or(read.total).map(negative),
        Kind::CreditNote => read.total.or(read.amount_refunded).map(negative),
        _ => read.total,
    };
    Some(Money { amount: amount?, currency: read.currency? })
}

fn negative(amount: Decimal) -> Decimal {
    if amount.is_zero() { amount } else { -amount.abs() }
}

/// A document as it is kept: without where things stand on its pages, and without its link.
fn kept(document: Document) -> Document {
    let memo = document.memo.map(|memo| memo.chars().take(MEMO).collect());
    Document { evidence: Vec::new(), link: None, memo, ..document }
}

/// Whether a file is called as Stripe calls it, by a number of Stripe's own kind.
pub(super) fn is_stripes_name(name: &str) -> bool {
    number_in_file_name(name).is_some_and(|number| InvoiceNumber::stripe(number.as_str()).is_some())
}

/// Issuers print all kinds of hyphens, and in whatever case.
fn is_same_number(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let hyphens = |c: char| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c };
        let seen = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{AD}');
        seen.map(hyphens).flat_map(char::to_lowercase).collect()
    };
    plain(one) == plain(other)
}

/// A document that leads to another invoice which is known is that invoice's, whatever else does not fit.
pub(super) fn belongs_to(other: String, row: &Row) -> Reason {
    Reason { code: Code::OtherInvoice, row: Some(name(row)), document: Some(other) }
}

/// An expired link answers 200 with Stripe's page ("This link expired"), in the reader's language: so it is
/// known by whose page it is.
fn is_stripes(page: &[u8]) -> bool {
    let text = String::from_utf8_lossy(page.get(..PAGE_HEAD).unwrap_or(page)).to_lowercase();
    text.contains("stripe") || text.contains("expired")
}

#[cfg(test)]
mod tests;
