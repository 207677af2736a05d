//! One document, described: what it says, and how it is to be printed.
//!
//! [`Fields`] is the truth. Its JSON has the keys that `billfold read --json` has, typed here a second time.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::labels::Labels;

/// A document to print.
#[derive(Clone, Debug)]
pub struct Paper {
    /// After its trait; unique among all papers.
    pub name: String,
    /// What it says.
    pub fields: Fields,
    /// How it looks.
    pub print: Print,
}

/// What a document says. What is not printed is `null` or an empty list.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the reader's keys, which native-host/README.md describes")]
pub struct Fields {
    pub kind: Kind,
    pub source: Source,
    pub language: &'static str,
    pub vendor: String,
    pub vendor_tax_ids: Vec<TaxId>,
    pub number: Option<String>,
    pub receipt_number: Option<String>,
    pub refers_to: Option<String>,
    pub issued: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    pub paid: Option<NaiveDate>,
    pub refunded: Option<NaiveDate>,
    pub service_period: Option<Period>,
    pub currency: Currency,
    pub lines: Vec<Line>,
    pub discounts: Vec<Discount>,
    pub subtotal: Option<Decimal>,
    pub total_excluding_tax: Option<Decimal>,
    pub taxes: Vec<Tax>,
    pub reverse_charge: Option<String>,
    pub total: Option<Decimal>,
    pub applied_balance: Option<Decimal>,
    pub amount_paid: Option<Decimal>,
    pub amount_due: Option<Decimal>,
    pub amount_refunded: Option<Decimal>,
    pub payments: Vec<Payment>,
    pub customer: String,
    pub customer_tax_ids: Vec<TaxId>,
    pub purchase_order: Option<String>,
    pub custom_fields: Vec<CustomField>,
    pub memo: Option<String>,
    pub link: Option<String>,
}

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    #[default]
    Invoice,
    Receipt,
    CreditNote,
    Refund,
    TaxInvoice,
}

/// Whose layout it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Stripe's.
    #[default]
    Stripe,
    /// Any other.
    General,
}

/// A currency with the places that amounts in it have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "ISO 4217")]
pub enum Currency {
    #[default]
    Usd,
    Eur,
    Gbp,
    Jpy,
    Cad,
    Sek,
}

impl Currency {
    /// Digits after the decimal point.
    pub fn places(self) -> u32 {
        if self == Currency::Jpy { 0 } else { 2 }
    }

    /// `USD`.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
            Currency::Gbp => "GBP",
            Currency::Jpy => "JPY",
            Currency::Cad => "CAD",
            Currency::Sek => "SEK",
        }
    }
}

/// A tax number with what is printed before it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct TaxId {
    pub name: String,
    pub id: String,
}

/// Days as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// A line of the table.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct Line {
    pub description: String,
    pub quantity: Option<Decimal>,
    pub unit_price: Option<Decimal>,
    pub tax_rate: Option<Decimal>,
    pub amount: Option<Decimal>,
    pub period: Option<Period>,
    pub nested: bool,
}

/// What is taken off.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct Discount {
    pub name: String,
    pub amount: Decimal,
    pub promotional_credit: bool,
}

/// One tax.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct Tax {
    pub name: String,
    pub rate: Option<Decimal>,
    pub base: Option<Decimal>,
    pub amount: Decimal,
    pub inclusive: bool,
}

/// A line of the payment history.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct Payment {
    pub method: String,
    pub date: NaiveDate,
    pub amount: Decimal,
    pub receipt_number: String,
}

/// A labelled value of the head.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the reader's keys")]
pub struct CustomField {
    pub name: String,
    pub value: String,
}

/// How a paper is printed. Nothing in here changes what it says.
#[derive(Clone, Debug)]
pub struct Print {
    /// The words.
    pub labels: &'static Labels,
    /// US Letter instead of A4.
    pub letter: bool,
    /// Lines under the vendor's name.
    pub vendor_address: Vec<String>,
    /// Lines under the customer's name.
    pub customer_address: Vec<String>,
    /// A third column.
    pub ship_to: Vec<String>,
    /// Points that the vendor's column stands lower than the customer's.
    pub offset: f32,
    /// `US$20.00` on an English page.
    pub country_prefix: bool,
    /// `2 February 2025` on an English page.
    pub day_first: bool,
    /// "Invoice date" instead of "Date of issue".
    pub invoice_date: bool,
    /// The year after both days of a period, whether or not they share it.
    pub year_twice: bool,
    /// A number and a unit parted by a plain space, not by U+00A0.
    pub plain_space: bool,
    /// Hyphens of numbers as U+2011.
    pub hard_hyphen: bool,
    /// Quantities with English separators on any page.
    pub english_quantity: bool,
    /// "(excl. tax)" under the head of the price columns.
    pub excluding_tax: bool,
    /// The big line above the table.
    pub headline: Headline,
    /// Where the customer is told to account for the tax.
    pub reverse_charge: ReverseCharge,
    /// The table has a column for tax.
    pub tax_column: bool,
    /// That column is so narrow that a tax in the price takes three lines.
    pub narrow_tax_column: bool,
    /// The tax in a second currency, in brackets below: how many units one unit makes.
    pub tax_also_in: Option<(Currency, Decimal)>,
    /// How many lines of the memo stand above the table; the others stand below the totals.
    pub memo_above: usize,
    /// Number and headline at the foot of each page, beside the page's number.
    pub full_foot: bool,
    /// The address behind "Pay online".
    pub link: Option<String>,
}

/// The big line above the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    /// `$20.00 USD due April 25, 2024`.
    Due,
    /// `$20.00 paid on April 25, 2024`.
    Paid,
    /// `Marked as paid on April 25, 2024`.
    MarkedPaid,
    /// `$20.00 refunded on April 25, 2024`.
    Refunded,
}

/// Where it says that the customer owes the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReverseCharge {
    /// A raised `[1]` at the rate, and a foot-note.
    FootNote,
    /// The same, with a line for the tax of nought in the totals.
    FootNoteAndTax,
    /// Between the totals.
    Totals,
    /// Nowhere but in the vendor's memo, or not at all.
    Memo,
}
