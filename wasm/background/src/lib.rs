//! The service worker.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {}
