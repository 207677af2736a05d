//! A page through every adapter: whatever it holds, the rows are what the host takes, each invoice once, each
//! link leads to Stripe, and the source says no secret.
#![no_main]

use billfold_core::locale::Locale;
use billfold_core::portals::{Expansion, HtmlNode, Listing, Portal, Problem, Step, portals};
use billfold_core::protocol::{RUN_ROWS, Row, Source, TEXT_LIMIT};
use billfold_core::stripe::InvoiceLink;
use billfold_fuzz::within_limits;
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;

/// The part of an address that is a bearer secret.
const SECRET: &str = "live_BEARERsecret";

fuzz_target!(|data: &[u8]| {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let html = String::from_utf8_lossy(rest);
    let reader = Locale::parse(["en-US", "en-GB", "de", "fr", "ja", ""][usize::from(*first) % 6]);
    let page = HtmlNode::parse(&html);
    for portal in portals::<HtmlNode>() {
        let address = &portal.info.addresses[usize::from(*first / 6) % portal.info.addresses.len()];
        let path = address.paths[usize::from(*first / 12) % address.paths.len()];
        let address = format!("https://{}{path}{SECRET}?x={SECRET}#{SECRET}", address.host);

        let source = within_limits("a source", || portal.source(&page, &address));
        says_no_more_than_it_may(&source);
        let listing = within_limits("a scan", || portal.scan(&page, &reader).run());
        holds(&listing);
        in_steps(&portal, &page, &reader, &listing, usize::from(*first) + 1);
        let rows = listing.rows.len();
        within_limits("an expansion", || ends(portal.expansion(), &page, rows));
    }
});

fn short(text: &str) -> bool {
    text.chars().count() <= TEXT_LIMIT && !text.contains(char::is_control)
}

fn says_no_more_than_it_may(source: &Source) {
    let Source { portal, vendor, product, organisation, page } = source;
    assert!(!page.contains("BEARER") && page.starts_with("https://"), "{page}");
    for text in [Some(portal), vendor.as_ref(), product.as_ref(), organisation.as_ref()].into_iter().flatten()
    {
        assert!(!text.is_empty() && short(text), "{text:?}");
    }
}

fn holds(listing: &Listing<HtmlNode>) {
    assert!(listing.rows.len() <= RUN_ROWS);
    let mut seen = HashSet::new();
    for found in &listing.rows {
        let row = &found.row;
        assert!(seen.insert(&row.key), "one invoice twice");
        assert!(!row.key.as_str().is_empty() && row.key.as_str().len() <= 4 * TEXT_LIMIT);
        assert_eq!(row.document, found.link.is_some());
        if let Some(address) = &found.link {
            let link = InvoiceLink::parse(address).expect("a row's link is an invoice's");
            assert_eq!((&link.hosted_url(), &link.identity().key()), (address, &row.key));
        }
        for text in [&row.status, &row.description].into_iter().flatten() {
            assert!(!text.is_empty() && short(text), "{text:?}");
        }
        let json = serde_json::to_string(row).expect("JSON");
        assert_eq!(serde_json::from_str::<Row>(&json).ok().as_ref(), Some(row), "{json}");
    }
    for problem in &listing.problems {
        match problem {
            Problem::Unreadable { row, text, .. } => {
                assert!(*row < listing.rows.len() && text.chars().count() <= 80, "{text:?}");
            }
            Problem::NotUnderstood { row } => assert!(*row < listing.rows.len()),
            Problem::TooManyRows => assert_eq!(listing.rows.len(), RUN_ROWS),
        }
    }
    assert!(listing.absence.is_some() || !listing.rows.is_empty(), "nothing found says why");
    assert!(listing.found.values().all(|count| (1..=listing.rows.len()).contains(count)));
}

/// A scan that pauses every few rows finds the same.
fn in_steps(
    portal: &Portal<HtmlNode>,
    page: &HtmlNode,
    reader: &Locale,
    whole: &Listing<HtmlNode>,
    step: usize,
) {
    let mut scanner = portal.scan(page, reader);
    while !scanner.step(step) {}
    let parts = scanner.finish();
    let rows = |listing: &Listing<HtmlNode>| -> Vec<(Row, Option<String>)> {
        listing.rows.iter().map(|found| (found.row.clone(), found.link.clone())).collect()
    };
    assert_eq!((rows(&parts), &parts.problems), (rows(whole), &whole.problems));
    assert_eq!((&parts.found, parts.absence), (&whole.found, whole.absence));
}

/// A page that never lists more is given up.
fn ends(mut expansion: Expansion, page: &HtmlNode, rows: usize) {
    let clicks = (0..10).take_while(|_| matches!(expansion.next(page, rows), Step::Click(_))).count();
    assert!(clicks < 10, "a page is clicked for ever");
}
