//! What is known of one document: `.billfold/records/<sha256>.json`.

use billfold_core::filing::{ArchivePath, Kind};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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
    /// `invoice`, `receipt` or `credit-note`.
    pub kind: Kind,
    /// Who issued it, as the page named them.
    pub vendor: Option<String>,
    /// What it is for, as in its name.
    pub product: Option<String>,
    /// The customer's project, from the config.
    pub project: Option<String>,
    /// The customer's organisation, as the page named it.
    pub organisation: Option<String>,
    /// The issuer's number.
    pub number: Option<String>,
    /// The day of issue.
    pub date: Option<NaiveDate>,
    /// Exact, as text: `500.00`.
    pub amount: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// In the page's own words.
    pub status: Option<String>,
    /// What the page said it is for.
    pub description: Option<String>,
    /// Hashes of the keys of the rows that it was listed under. The first one is the row that filed it.
    pub identities: Vec<String>,
    /// What was found when it was checked against its row: `link-equal`, `link-differs`.
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
}

impl Record {
    /// As it stands in its file.
    pub fn to_file(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The issuer as far as identity goes: the same however the page writes it.
    pub fn issuer(&self) -> Option<String> {
        self.vendor.as_deref().map(billfold_core::filing::vendor_slug).filter(|slug| !slug.is_empty())
    }
}
