//! The scrubbed copy of a page: nothing private survives in it, wherever it stood.
//!
//! Wherever the input has the byte 1, a word is put that no page has. Half of it may remain as part of an
//! element's name, which says nothing; the other half, behind a letter that no name has, never.
#![no_main]

use billfold_core::locale::Locale;
use billfold_core::portals::{HtmlNode, portals, scrub};
use billfold_core::stripe::InvoiceLink;
use billfold_fuzz::within_limits;
use libfuzzer_sys::{Corpus, fuzz_target};

const WORD: &str = "Zq7vKé4pLon8tRw2Xy";
const PRIVATE: &str = "4plon8trw2xy";
const FIGURES: &str = "93718264059371";

fuzz_target!(|data: &[u8]| -> Corpus {
    let (salt, rest) = data.split_first().unwrap_or((&0, &[]));
    let page = String::from_utf8_lossy(rest);
    if page.to_lowercase().contains(PRIVATE) || page.contains(FIGURES) {
        return Corpus::Reject;
    }
    let html = page.replace('\u{1}', WORD).replace('\u{2}', FIGURES);
    let copy = within_limits("a copy", || scrub(&html, [*salt; 16]));
    assert!(copy.len() <= 20 * html.len() + 200, "{} bytes became {}", html.len(), copy.len());
    assert!(!copy.to_lowercase().contains(PRIVATE), "{html:?}\nbecame\n{copy:?}");
    assert!(!copy.contains(FIGURES), "{html:?}\nbecame\n{copy:?}");
    for secret in secrets(&html) {
        assert!(!copy.contains(&secret), "a link's secret survived in\n{copy}");
    }
    Corpus::Keep
});

/// The tokens and secrets of the links that a scan finds in a page.
fn secrets(html: &str) -> Vec<String> {
    let page = HtmlNode::parse(html);
    let mut secrets = Vec::new();
    for portal in portals::<HtmlNode>() {
        for found in portal.scan(&page, &Locale::UNKNOWN).run().rows {
            let Some(link) = found.link.as_deref().and_then(InvoiceLink::parse) else { continue };
            secrets.push(link.token().as_str().to_owned());
            if let Some((_, secret)) = link.identity().key().as_str().rsplit_once('/') {
                secrets.push(secret.to_owned());
            }
        }
    }
    // A short one may be made up by chance.
    secrets.retain(|secret| secret.len() >= 16);
    secrets
}
