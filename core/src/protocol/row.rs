//! A row of a billing page, as it crosses from the page to the host.

use crate::money::Money;
use crate::number::InvoiceNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most characters of any text in a [`Row`] or [`Source`]. Longer ones are cut by the scan and refused
/// by the host.
pub const TEXT_LIMIT: usize = 500;

/// What tells one row's invoice from every other: made by [`crate::stripe::Identity`] where the row has a
/// link, from portal and number where it has none. Equal keys are one invoice, however often it is listed
/// and under whatever links. It holds the link's secret: it goes from page to host and no further.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowKey(String);

impl RowKey {
    /// Wraps the text of a key.
    pub fn new(text: impl Into<String>) -> RowKey {
        RowKey(text.into())
    }

    /// The text of the key, to be hashed or compared, not shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never the secret: a key that ends up in a log by accident says nothing.
impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowKey(…)")
    }
}

/// One row. Every field but the key is optional: what could not be read for certain is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which invoice it is.
    pub key: RowKey,
    /// Does the page offer a document for it? The link itself stays in the browser.
    pub document: bool,
    /// The invoice's number (`AB12CD34-0007`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<InvoiceNumber>,
    /// What it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The day that the page shows, in the browser's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// The status in the page's own words (`Paid`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it is for, in the page's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Where rows were listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The portal's id in [`crate::portals`] (`openai`).
    pub portal: String,
    /// Who issues the invoices, as a person would name them (`OpenAI`, `Example AI, Inc.`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What is bought, where the portal sells one thing (`openai-api`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The customer's organisation, as the page names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The page's address: origin and path, without what may be secret in it.
    pub page: String,
}
