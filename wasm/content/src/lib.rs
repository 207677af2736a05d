//! What runs on a billing page.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once the script is injected.
#[wasm_bindgen(start)]
pub fn start() {}
