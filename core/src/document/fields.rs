//! What a document says, field by field. Types only.
//!
//! A value is there because the document says it, in a place that can be shown, or it is absent. Amounts are
//! in [`Document::currency`], negative where they lower what is to be paid.

use crate::kind::Kind;
use crate::money::Currency;
use crate::protocol::RowKey;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The fields of one document. In JSON every key is there; what is unknown is `null` or an empty list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// How much of it was understood.
    pub reading: Reading,
    /// Which reader understood it.
    pub source: Option<Layout>,
    /// BCP 47, of the labels: `en`.
    pub language: Option<String>,
    /// The legal or trading name of who issued it, as printed.
    pub vendor: Option<String>,
    /// The issuer's.
    pub vendor_tax_ids: Vec<TaxId>,
    /// The document's own number; a receipt's is its invoice's, because that is what books refer to.
    pub number: Option<String>,
    /// A receipt's own number.
    pub receipt_number: Option<String>,
    /// The invoice that a credit note or refund is about. A refund bears its number itself.
    pub refers_to: Option<String>,
    /// Date of issue.
    pub issued: Option<NaiveDate>,
    /// Date due.
    pub due: Option<NaiveDate>,
    /// Date paid.
    pub paid: Option<NaiveDate>,
    /// Date refunded.
    pub refunded: Option<NaiveDate>,
    /// From the first to the last day of the lines' periods, where each line has one.
    pub service_period: Option<Period>,
    /// Of all amounts.
    pub currency: Option<Currency>,
    /// In printed order.
    pub lines: Vec<Line>,
    /// What is taken off between subtotal and total, discounts and promotional credits. Negative.
    pub discounts: Vec<Discount>,
    /// The sum of the lines.
    pub subtotal: Option<Decimal>,
    /// The total without taxes.
    pub total_excluding_tax: Option<Decimal>,
    /// In printed order.
    pub taxes: Vec<Tax>,
    /// What is printed about the customer owing the tax.
    pub reverse_charge: Option<String>,
    /// What the document is for, taxes included. A credit note's is positive, as printed.
    pub total: Option<Decimal>,
    /// Taken from the customer's balance. Negative where it lowers what is due.
    pub applied_balance: Option<Decimal>,
    /// Paid so far.
    pub amount_paid: Option<Decimal>,
    /// Left to pay.
    pub amount_due: Option<Decimal>,
    /// Given back, positive.
    pub amount_refunded: Option<Decimal>,
    /// A receipt's payment history.
    pub payments: Vec<Payment>,
    /// Who is billed.
    pub customer: Option<String>,
    /// The customer's.
    pub customer_tax_ids: Vec<TaxId>,
    /// Purchase order.
    pub purchase_order: Option<String>,
    /// Further labelled values of the document's head.
    pub custom_fields: Vec<CustomField>,
    /// What the issuer wrote besides, above the table or below the totals, lines joined with a line break.
    /// Foot-notes are not part of it; a sentence about reverse charge is.
    pub memo: Option<String>,
    /// The key of the invoice that the embedded link leads to. Never the link.
    pub link: Option<RowKey>,
    /// What does not hold.
    pub problems: Vec<Problem>,
    /// Where each value was found.
    pub evidence: Vec<Evidence>,
}

/// How much of a document was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Number, date, currency and total are there, and every check that could be made holds.
    Whole,
    /// Some of it; the rest is absent.
    #[default]
    InPart,
    /// Pages without any text: a scan.
    NoText,
}

/// Which reader understood a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Stripe's own layout.
    Stripe,
    /// Any other, by labels, tables and totals.
    General,
    /// An embedded Factur-X, ZUGFeRD or XRechnung file.
    Electronic,
}

/// A tax number with what is printed before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaxId {
    /// `EU OSS VAT`, `ES CIF`.
    pub name: String,
    /// `EU372041333`.
    pub id: String,
}

/// Days, both included as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day as printed; vendors print the next period's first one as often.
    pub to: NaiveDate,
}

/// A line of the table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// Wrapped text joined with spaces, without the period.
    pub description: Option<String>,
    /// How many.
    pub quantity: Option<Decimal>,
    /// Price of one.
    pub unit_price: Option<Decimal>,
    /// Percent, from the tax column: `21`, `0`.
    pub tax_rate: Option<Decimal>,
    /// What the line adds to the subtotal. Absent on the head of a tiered price, whose tiers are nested.
    pub amount: Option<Decimal>,
    /// What it is for.
    pub period: Option<Period>,
    /// A tier or part of the line above, which has no amount of its own.
    pub nested: bool,
}

/// What is taken off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Discount {
    /// As printed: `Launch offer (20% off)`.
    pub name: Option<String>,
    /// Negative.
    pub amount: Option<Decimal>,
    /// A credit that the vendor granted, not a lower price.
    pub promotional_credit: bool,
}

/// One tax.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tax {
    /// `VAT - Sweden`, `Tax`.
    pub name: Option<String>,
    /// Percent: `21`, `8.875`.
    pub rate: Option<Decimal>,
    /// What it is taken of.
    pub base: Option<Decimal>,
    /// The tax.
    pub amount: Option<Decimal>,
    /// Contained in the prices.
    pub inclusive: Option<bool>,
}

/// A line of a receipt's payment history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Payment {
    /// `Visa - 4242`.
    pub method: Option<String>,
    /// The day.
    pub date: Option<NaiveDate>,
    /// How much.
    pub amount: Option<Decimal>,
    /// Of this payment.
    pub receipt_number: Option<String>,
}

/// A labelled value that the issuer's customer asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomField {
    /// `Cost center`.
    pub name: String,
    /// `R-114`.
    pub value: String,
}

/// A check that fails, with what it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, for programs: `lines-differ-from-subtotal`.
    pub code: String,
    /// The fields that it makes doubtful.
    pub fields: Vec<String>,
    /// For people.
    pub sentence: String,
}

/// Where a value stands, and how sure it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The key: `total`, `lines[2].amount`, `taxes[0].rate`.
    pub field: String,
    /// From 1. 0: not on a page but in an embedded file.
    pub page: u32,
    /// Left, top, right, bottom in points from the page's top left corner.
    pub place: [f32; 4],
    /// As printed.
    pub text: String,
    /// How sure.
    pub sure: Sure,
}

/// How sure a value is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// Something else in the document confirms it: a sum, the same value in a second place.
    Checked,
    /// It stands beside or under its label.
    Labelled,
    /// Its place in a known layout says what it is.
    Placed,
}
