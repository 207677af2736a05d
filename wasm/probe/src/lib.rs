//! The content module's scan, to be called by a test or a benchmark from a page's own script.
//!
//! It must never ship: what a page can call, a page can learn from. Nor does it decide or measure anything; who
//! calls it holds the clock and the expectation.

mod told;

use billfold_content::web_node::WebNode;
use billfold_core::locale::Locale;
use billfold_core::portals::{Listing, Portal};
use wasm_bindgen::prelude::wasm_bindgen;

/// What a scan of this document finds, as JSON, if `address` is a billing page's. `reader` is the browser's locale.
#[wasm_bindgen]
pub fn scan(address: &str, reader: &str) -> Option<String> {
    told::page(&document()?, address, &Locale::parse(reader))
}

/// How many rows a scan of this document finds. Nothing else is made of them, so its time is the scan's.
#[wasm_bindgen]
pub fn scan_count(address: &str) -> u32 {
    let rows = |Listing { rows, .. }: Listing<WebNode>| u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let scanned = || Some(Portal::find(address)?.scan(&document()?, &Locale::parse("en-US")).run());
    scanned().map_or(0, rows)
}

fn document() -> Option<WebNode> {
    web_sys::window()?.document()?.document_element().map(WebNode)
}
