//! What can be changed while the replica runs.
//!
//! In JSON every knob has the name of its field, and a missing one keeps its value.

use serde::{Deserialize, Serialize};

use super::faults::FaultRule;

/// How the portals look and behave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// In which dates and amounts are printed: en-US, en-GB, de, fr, ja.
    pub locale: String,
    /// In which dates are printed. UTC makes them the data set's dates.
    pub time_zone: String,
    /// OpenAI's page: whether rows print the invoice number.
    pub number_column: bool,
    /// OpenAI's page: whether the table has its class.
    pub class_name: bool,
    /// Nobody is signed in: OpenAI's page is a notice to log in, also where it is open already; a customer portal
    /// says that its session has expired; listings answer 401.
    pub signed_out: bool,
    /// Billing pages: this document instead, as it is.
    pub document: Option<String>,
    /// OpenAI's page: an ARIA grid of `div`s instead of a table.
    pub aria_grid: bool,
    /// Customer portals: which generation of markup.
    pub generation: Generation,
    /// Customer portals: by React, or by plain DOM scripting.
    pub rendering: Rendering,
    /// Customer portals: so many clicks on "View more" after a load do nothing.
    pub deaf_clicks: u32,
    /// Which build of React.
    pub react: React,
    /// The page's Content-Security-Policy.
    pub csp: Csp,
    /// Lists anew, with new links, and renders every so many milliseconds; 0 never.
    pub rerender_ms: u64,
    /// With `rerender_ms`: replace the row elements instead of updating them.
    pub remount: bool,
    /// So many of the newest rows are not listed yet.
    pub hidden: usize,
    /// Milliseconds before every answer.
    pub latency_ms: u64,
    /// Milliseconds more before a listing answers: the page stands before its data does.
    pub listing_ms: u64,
    /// Milliseconds more before a document's hosts answer.
    pub documents_ms: u64,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
    /// invoicedata.stripe.com answers null when asked too fast.
    pub burst: Option<Burst>,
    /// Numbers of invoices that have no receipt.
    pub unpaid: Vec<String>,
    /// Serves the documents printed by Chromium for the newest invoices, if the replica has them.
    pub printed: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            locale: "en-US".to_owned(),
            time_zone: "UTC".to_owned(),
            number_column: true,
            class_name: true,
            signed_out: false,
            document: None,
            aria_grid: false,
            generation: Generation::B,
            rendering: Rendering::React,
            deaf_clicks: 0,
            react: React::Development,
            csp: Csp::None,
            rerender_ms: 0,
            remount: false,
            hidden: 0,
            latency_ms: 0,
            listing_ms: 50,
            documents_ms: 0,
            faults: Vec::new(),
            burst: None,
            unpaid: Vec::new(),
            printed: true,
        }
    }
}

/// A generation of the customer portal's markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Generation {
    /// 2024: a flat grid, four sibling elements per invoice.
    A,
    /// Since 2025: the link wraps the row.
    B,
}

/// What puts a customer portal's rows on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rendering {
    /// React.
    React,
    /// `createElement` and `replaceChildren`.
    Plain,
}

/// A build of React.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum React {
    /// Warns about everything it can.
    Development,
    /// As sites ship it.
    Production,
}

impl React {
    /// The folder of its bundle.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

/// Where the page's strict policy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Csp {
    /// No policy.
    None,
    /// In the header, reporting.
    Header,
    /// In a `meta` element, where it cannot report.
    Meta,
}

/// More than `requests` within `window_ms` are answered with a null `file_url`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burst {
    /// How many are fine.
    pub requests: usize,
    /// Within how many milliseconds.
    pub window_ms: u64,
}
