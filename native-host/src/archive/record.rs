//! What is known of one document: `.billfold/records/<sha256>.json`.

use billfold_core::document;
use billfold_core::filing::{ArchivePath, Document, Kind, Says};
use billfold_core::money::{Currency, Money};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Code, Row, RowKey, Source};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// The version of [`Record`]. Keys are added, never renamed or removed.
pub const SCHEMA: u32 = 1;

/// One document. What is unknown is `null`, never a guess.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Of its bytes.
    pub size: u64,
    /// Where it lies, relative to the archive, with `/`.
    pub path: ArchivePath,
    /// What it says that it is, else `invoice`.
    pub kind: Kind,
    /// Who issued it: the brand, where it is a known one, else as the document or the page names them.
    pub vendor: Option<String>,
    /// What it is for, as in its name.
    pub product: Option<String>,
    /// The customer's project, from the config.
    pub project: Option<String>,
    /// The customer's organisation, as the page named it, else as the document does.
    pub organisation: Option<String>,
    /// The issuer's number.
    pub number: Option<String>,
    /// The day that it is filed by: of issue, of payment for a receipt.
    pub date: Option<NaiveDate>,
    /// What it comes to. Exact, as text: `500.00`; negative where money goes back.
    pub amount: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// In the page's own words.
    pub status: Option<String>,
    /// What the page said it is for.
    pub description: Option<String>,
    /// Hashes of the keys of the rows that it was listed under. The first one is the row that filed it.
    pub identities: Vec<String>,
    /// What was found when it was read and checked against its row: `link-equal`, `no-text`.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The run that filed it.
    pub run: String,
    /// The portal that listed it.
    pub portal: String,
    /// The page that listed it, without what may be secret in its address.
    pub page: String,
    /// When, in UTC.
    pub filed_at: String,
    /// The file name that the issuer's server gave.
    pub file_name: Option<String>,
    /// 2 and more: the issuer changed an invoice that is filed, and both are kept.
    #[serde(default = "first")]
    pub version: u32,
    /// SHA-256 of the version before.
    #[serde(default)]
    pub replaces: Option<String>,
    /// What a person decided, if it was in quarantine.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// What was read in it, for the books, without where on the pages it stands.
    #[serde(default, serialize_with = "without_gaps")]
    pub read: Option<Box<document::Document>>,
}

fn first() -> u32 {
    1
}

/// Most keys of a document are absent, and an archive holds very many.
fn without_gaps<S: Serializer>(
    read: &Option<Box<document::Document>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(read).unwrap_or_default();
    close_gaps(&mut value);
    value.serialize(serializer)
}

fn close_gaps(value: &mut Value) {
    let is_gap = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !is_gap(value));
            fields.values_mut().for_each(close_gaps);
        }
        Value::Array(items) => items.iter_mut().for_each(close_gaps),
        _ => {}
    }
}

/// Why a document is in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What does not fit.
    pub code: Code,
    /// What the row says.
    #[serde(default)]
    pub row: Option<String>,
    /// What the document says.
    #[serde(default)]
    pub document: Option<String>,
}

impl Reason {
    /// Both values, for people.
    pub fn detail(&self) -> Option<String> {
        let said = |who: &str, value: &Option<String>| value.as_ref().map(|value| format!("{who}: {value}"));
        let both: Vec<String> =
            said("row", &self.row).into_iter().chain(said("document", &self.document)).collect();
        (!both.is_empty()).then(|| both.join(", "))
    }
}

/// What a person decided about a document in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// Who, as the operating system knows them: `ada@office`.
    pub by: String,
    /// When, in UTC.
    pub at: String,
    /// Why it was in quarantine.
    pub reason: Reason,
    /// In the person's own words.
    #[serde(default)]
    pub note: Option<String>,
}

/// The two ways out of quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is the row's, and was filed.
    Accepted,
    /// It is not, and stays where it is, unfiled.
    Rejected,
}

/// Whether a document says an amount as its total, or as what is due, paid or given back.
pub fn says(read: &document::Document, money: &Money) -> bool {
    let document::Document { total, amount_due, amount_paid, amount_refunded, .. } = read;
    let amounts = [total, amount_due, amount_paid, amount_refunded].into_iter().flatten();
    let goes_back = matches!(read.kind, Kind::CreditNote | Kind::Refund);
    let is_equal = |said: &Decimal| *said == money.amount || (goes_back && said.abs() == money.amount.abs());
    read.currency.is_none_or(|currency| currency == money.currency) && amounts.into_iter().any(is_equal)
}

impl Record {
    /// As it stands in its file.
    pub fn to_file(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The page that listed it.
    pub fn source(&self) -> Source {
        Source {
            portal: self.portal.clone(),
            vendor: self.vendor.clone(),
            product: self.product.clone(),
            organisation: self.organisation.clone(),
            page: self.page.clone(),
        }
    }

    /// What its row said, without the key.
    pub fn row(&self) -> Row {
        let currency = self.currency.as_deref().and_then(Currency::parse);
        Row {
            key: RowKey::new(&self.sha256),
            document: true,
            number: self.number.as_deref().and_then(InvoiceNumber::parse),
            amount: self.amount.zip(currency).map(|(amount, currency)| Money { amount, currency }),
            date: self.date,
            status: self.status.clone(),
            description: self.description.clone(),
        }
    }

    /// Its amount for people: `500.00 USD`, or a dash.
    pub fn total(&self) -> String {
        let currency = self.currency.as_deref().unwrap_or_default();
        self.amount.map_or_else(|| "–".into(), |amount| format!("{amount} {currency}").trim_end().to_owned())
    }

    /// What its name is chosen by, besides its row.
    pub fn document(&self) -> Document<'_> {
        let Record { kind, number, sha256, version, read, .. } = self;
        let customer = read.as_ref().and_then(|read| read.customer.as_deref());
        Document {
            kind: *kind,
            number: number.as_deref(),
            sha256,
            version: *version,
            receipt_number: self.receipt_number(),
            says: Says { customer, ..Says::default() },
            invoice: None,
        }
    }

    /// A receipt's own number.
    pub fn receipt_number(&self) -> Option<&str> {
        self.read.as_ref()?.receipt_number.as_deref()
    }

    /// Whether a page may show this amount for it: what it is filed by, its total, what is due or paid.
    pub fn comes_to(&self, money: &Money) -> bool {
        let Money { amount, currency } = money;
        let in_currency = |known: Option<&str>| known.is_none_or(|known| known == currency.code());
        let is_filed_by = self.amount == Some(*amount) && in_currency(self.currency.as_deref());
        is_filed_by || self.read.as_ref().is_some_and(|read| says(read, money))
    }

    /// The issuer as far as identity goes: the same however the page writes it.
    pub fn issuer(&self) -> Option<String> {
        self.vendor.as_deref().map(billfold_core::filing::vendor_slug).filter(|slug| !slug.is_empty())
    }
}
