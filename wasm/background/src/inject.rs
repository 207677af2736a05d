//! Puts the content module into billing pages, in the form that each page's policy allows.
//!
//! WebAssembly where this very navigation was seen to allow it, JavaScript otherwise and whenever in doubt: the
//! same Rust, a little slower. Nothing is remembered beyond this worker's life, because a worker that has not
//! seen a navigation knows nothing of it.

use billfold_browser::{Sender, from_js, inject};
use billfold_core::{csp, portals};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What a navigation's response said, by tab.
#[derive(Default)]
pub(crate) struct Policies(RefCell<HashMap<i32, Navigation>>);

struct Navigation {
    /// Milliseconds since 1970.
    at: f64,
    wasm: bool,
}

/// `webRequest.onHeadersReceived`, as far as it matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeadersReceived {
    tab_id: i32,
    time_stamp: f64,
    #[serde(default)]
    response_headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    #[serde(default)]
    value: Option<String>,
}

/// What the loader says of a billing page.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Loaded {
    billing_page: String,
    /// The document's `performance.timeOrigin`.
    since: f64,
    /// It has a policy in a `meta`.
    meta_policy: bool,
}

impl Policies {
    pub(crate) fn headers(&self, details: JsValue) {
        let Ok(HeadersReceived { tab_id, time_stamp, response_headers }) = from_js(details) else { return };
        let policy =
            |header: &&Header| header.name.to_ascii_lowercase().starts_with("content-security-policy");
        let policies = response_headers.iter().filter(policy).map(|header| header.value.as_deref());
        // A header whose value is not text forbids like one that does.
        let wasm = policies.clone().all(|value| value.is_some()) && csp::allows_wasm(policies.flatten());
        self.0.borrow_mut().insert(tab_id, Navigation { at: time_stamp, wasm });
    }

    /// A loader has found itself on a billing page.
    pub(crate) fn loaded(&self, message: JsValue, sender: &Sender) {
        let Ok(loaded) = from_js::<Loaded>(message) else { return };
        if sender.frame_id() != Some(0) || !portals::is_billing_page(&loaded.billing_page) {
            return;
        }
        let seen = sender.tab().and_then(|tab| self.0.borrow_mut().remove(&tab.id()?));
        // Headers from before this document began are another navigation's.
        let wasm = !loaded.meta_policy && seen.is_some_and(|seen| seen.wasm && seen.at >= loaded.since);
        // A page that has gone away in the meantime is no error.
        if let Some(injected) = inject(sender, if wasm { "content-wasm.js" } else { "content.js" }) {
            spawn_local(async move {
                let _: Result<JsValue, JsValue> = JsFuture::from(injected).await;
            });
        }
    }
}
