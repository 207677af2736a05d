//! Stripe's customer portal: `billing.stripe.com` for most vendors, `pay.openai.com` for ChatGPT.
//!
//! Three rows at first, ten more with each click on "View more". No invoice number in the list. Generation A
//! (July 2024) is a flat grid: the link holds the date, and amount, status and description are its
//! neighbours. Generation B (2025 on) has the link around the row. The vendor's name is in a block of JSON.

use super::{Address, Heading, Hints, Info, Node, Portal};

/// From `pay.stripe.com` a redirect leads to the storage host; `files.stripe.com` is the older one.
pub(super) const DOCUMENT_HOSTS: &[&str] = &[
    "invoice.stripe.com",
    "pay.stripe.com",
    "files.stripe.com",
    "invoicedata.stripe.com",
    "stripe-upload-api.s3.us-west-1.amazonaws.com",
];

/// Both kinds of session address. What follows is a bearer secret.
const SESSION: &[&str] = &["/p/session", "/session/"];

static INFO: Info = Info {
    id: "stripe-portal",
    name: "Stripe customer portal, invoice history",
    addresses: &[
        Address { host: "billing.stripe.com", paths: SESSION, vendor: None, product: None },
        Address { host: "pay.openai.com", paths: SESSION, vendor: Some("OpenAI"), product: Some("chatgpt") },
    ],
    document_hosts: DOCUMENT_HOSTS,
    hints: Hints {
        row: r#"[data-testid="billing-portal-invoice-row"]"#,
        description: r#"[data-testid="billing-portal-invoice-description"]"#,
        status: r#"[data-testid^="invoice-status-badge"]"#,
        more: r#"button[data-testid="view-more-button"]"#,
        signed_in: "",
        signed_out: "",
        empty: r#"[data-testid="empty-state"]"#,
        dates_follow_reader: false,
    },
};

pub(super) fn portal<N: Node>() -> Portal<N> {
    Portal { info: &INFO, heading }
}

fn heading<N: Node>(page: &N) -> Heading {
    let block = page.select("script#preloaded_json").first().map(|block| unescaped(&block.text()));
    let block = block.unwrap_or_default();
    // An address that is good for an hour: afterwards there is a page, but no list.
    let signed_out = block.contains("\"portal_session_expired\":true");
    Heading { vendor: business_name(&block), organisation: None, signed_out }
}

/// The block of JSON: inside a script the page's HTML escapes stay as they are.
pub(super) fn unescaped(block: &str) -> String {
    let json = block.replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The vendor's name in the block of JSON.
pub(super) fn business_name(json: &str) -> Option<String> {
    super::json::string_of(json, "business_name")
}
