//! Billing pages to rows: one file per portal, over whatever holds the page.
//!
//! ```text
//! page ─► Portal::find(address) ─► Scanner (a few rows at a time) ─► Listing { rows, problems, found }
//!                                  Expansion (the "View more" loop) ─► Click(node) | Done
//! ```
//!
//! Adapters are sans-IO: they see a [`Node`] and say what they want done; others click and fetch. What they
//! rely on, first to last: links to Stripe, test ids, header texts, and patterns where a value is the only
//! one of its type in the row. Never column positions, never class names. What is not certain is absent.
//!
//! To add a portal: copy `openai.rs`, change what it says, add it to [`portals`], and put a page with its
//! golden beside the others in `tests/fixtures/portals`.

mod expansion;
mod fields;
#[cfg(feature = "html")]
mod html;
mod json;
mod node;
mod openai;
mod patterns;
mod rows;
mod scan;
mod scrub;
mod stripe_portal;
mod table;
mod words;

pub use expansion::{Expansion, Reach, Step};
pub use fields::{Field, Strategy};
#[cfg(feature = "html")]
pub use html::HtmlNode;
pub use node::{Node, TEXT_MOST};
pub use scan::{Absence, Found, Listing, Place, Problem, SCAN_CANDIDATES, Scanner};
pub use scrub::scrub;

use crate::locale::Locale;
use crate::protocol::Source;

/// Every portal. One line each.
pub fn portals<N: Node>() -> [Portal<N>; 2] {
    [openai::portal(), stripe_portal::portal()]
}

/// What is said of every portal without a page at hand: for manifests, permissions and docs.
pub fn infos() -> impl Iterator<Item = &'static Info> {
    portals::<Nowhere>().into_iter().map(|portal| portal.info)
}

/// Is this the address of a billing page?
pub fn is_billing_page(address: &str) -> bool {
    Portal::<Nowhere>::find(address).is_some()
}

/// Is this an address on a host that documents are fetched from?
pub fn serves_documents(address: &str) -> bool {
    host_of(address).is_some_and(|host| infos().any(|info| info.document_hosts.contains(&host)))
}

/// The host of an `https` address.
pub fn host_of(address: &str) -> Option<&str> {
    host_and_path(address).map(|(host, _)| host)
}

/// A portal: what is known of it, and how its pages are read.
pub struct Portal<N> {
    /// What holds for all its pages.
    pub info: &'static Info,
    /// Reads what the page says about all its rows.
    pub(crate) heading: fn(&N) -> Heading,
}

/// What holds for all pages of a portal.
pub struct Info {
    /// Permanent, kebab-case, unique. It stands in records and certificates.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// Where it is in a browser.
    pub addresses: &'static [Address],
    /// Where the documents are fetched from, redirects included.
    pub document_hosts: &'static [&'static str],
    pub(crate) hints: Hints,
}

/// Where a portal's billing pages are.
pub struct Address {
    /// The exact host.
    pub host: &'static str,
    /// How the paths of billing pages begin. Other pages of the host are none of our business.
    pub paths: &'static [&'static str],
    /// Who issues the invoices, where the host says it.
    pub vendor: Option<&'static str>,
    /// What is bought here, where it is one thing.
    pub product: Option<&'static str>,
}

/// Selectors of one portal's own, each of which may be wrong: without them the scan finds less, not wrong.
pub(crate) struct Hints {
    /// A whole row.
    pub row: &'static str,
    /// The description within a row.
    pub description: &'static str,
    /// The status within a row.
    pub status: &'static str,
    /// The button that lists more rows.
    pub more: &'static str,
    /// There only when somebody is signed in.
    pub signed_in: &'static str,
    /// There only when nobody is.
    pub signed_out: &'static str,
    /// There when the list is empty.
    pub empty: &'static str,
    /// Are dates printed as the browser prints them, whatever the page's `lang` says?
    pub dates_follow_reader: bool,
}

/// What a page says about all its rows.
#[derive(Default)]
pub(crate) struct Heading {
    pub vendor: Option<String>,
    pub organisation: Option<String>,
    /// It says that nobody is signed in.
    pub signed_out: bool,
}

impl Address {
    fn matches(&self, host: &str, path: &str) -> bool {
        self.host == host && self.paths.iter().any(|start| path.starts_with(start))
    }
}

/// Host and path of an `https` address.
fn host_and_path(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("https://")?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.get(..end)?.split_once('/')?;
    Some((host, path))
}

impl<N: Node> Portal<N> {
    /// The portal that an address belongs to, if it is a billing page of one.
    pub fn find(address: &str) -> Option<Portal<N>> {
        portals().into_iter().find(|portal| portal.address(address).is_some())
    }

    fn address(&self, address: &str) -> Option<&'static Address> {
        let (host, path) = host_and_path(address)?;
        self.info.addresses.iter().find(|known| known.matches(host, &format!("/{path}")))
    }

    /// Where the rows of this page are listed.
    pub fn source(&self, page: &N, address: &str) -> Source {
        let known = self.address(address);
        let heading = (self.heading)(page);
        let short = |text: String| -> Option<String> {
            let text: String = node::folded(&text).chars().take(crate::protocol::TEXT_LIMIT).collect();
            Some(text).filter(|text| !text.is_empty())
        };
        Source {
            portal: self.info.id.to_owned(),
            vendor: known
                .and_then(|known| known.vendor)
                .map(str::to_owned)
                .or(heading.vendor.and_then(short)),
            product: known.and_then(|known| known.product).map(str::to_owned),
            organisation: heading.organisation.and_then(short),
            page: page_without_secrets(known, address),
        }
    }

    /// Starts a scan of the page. `reader` is the locale of the browser, in which some sites print dates.
    pub fn scan(&self, page: &N, reader: &Locale) -> Scanner<N> {
        Scanner::new(self.info, self.heading, page, reader)
    }

    /// Starts the loop that makes the page list all its rows.
    pub fn expansion(&self) -> Expansion {
        Expansion::new(self.info.hints.more)
    }
}

/// Origin and the known beginning of the path. What follows is a bearer secret on some portals.
fn page_without_secrets(known: Option<&Address>, address: &str) -> String {
    let Some((host, path)) = host_and_path(address) else { return String::new() };
    let path = format!("/{path}");
    let start = known.and_then(|known| known.paths.iter().find(|start| path.starts_with(**start)));
    format!("https://{host}{}", start.copied().unwrap_or("/"))
}

/// The page that is never there, for asking the registry about portals alone.
#[derive(Clone)]
enum Nowhere {}

impl Node for Nowhere {
    fn select(&self, _: &str) -> Vec<Nowhere> {
        match *self {}
    }
    fn name(&self) -> String {
        match *self {}
    }
    fn attribute(&self, _: &str) -> Option<String> {
        match *self {}
    }
    fn text(&self) -> String {
        match *self {}
    }
    fn pieces(&self) -> Vec<String> {
        match *self {}
    }
    fn parent(&self) -> Option<Nowhere> {
        match *self {}
    }
    fn next_sibling(&self) -> Option<Nowhere> {
        match *self {}
    }
    fn children(&self) -> Vec<Nowhere> {
        match *self {}
    }
    fn contains(&self, _: &Nowhere) -> bool {
        match *self {}
    }
}
