//! What runs on a billing page: it scans, shows, and carries clicks to the background.
//!
//! It decides nothing about a portal: what to read, what to click and what a row is come from
//! `billfold_core::portals`. If a `match` on a portal appears here, it is in the wrong room. Handlers act on
//! trusted events only: a page's script can reach our open shadow roots and call `click()`.

mod app;
mod button;
mod pieces;
mod save;
mod scan;
mod send;
mod toolbar;
pub mod web_node;

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once the script is injected, and once in a document: the build guards the script itself.
#[wasm_bindgen(start)]
pub fn start() {
    app::App::start();
}
