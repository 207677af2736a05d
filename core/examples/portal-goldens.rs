//! Prints what the portals read of every sample page, as one JSON object from golden file to its text.
//! `cargo xtask bless` writes it down.
#![allow(clippy::print_stdout, reason = "that is what it is for")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "shared with tests, fails as tests do"
)]

#[path = "../tests/portals/pages.rs"]
mod pages;

fn main() {
    let goldens: serde_json::Map<String, serde_json::Value> = pages::billing()
        .map(|(page, address)| (page.golden_file(), pages::golden(&page.html, &address, &page.reader).into()))
        .collect();
    println!("{}", serde_json::Value::Object(goldens));
}
