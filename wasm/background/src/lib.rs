//! The service worker: it keeps the queue, fetches the documents and hands them to the host.
//!
//! It decides nothing about a portal and nothing about the archive. It may die at any moment, so what it must
//! remember is in [`store`] before anything is done about it, and everything else can be asked again.

mod download;
mod engine;
mod host;
mod pages;
mod session;
mod store;

use billfold_browser::{Port, Sender, from_js, inject};
use engine::Engine;
use serde::Deserialize;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

thread_local! {
    static ENGINE: Rc<Engine> = Rc::new(Engine::default());
}

fn engine() -> Rc<Engine> {
    ENGINE.with(Rc::clone)
}

/// Runs when the module is ready: whatever the last worker left undone goes on.
#[wasm_bindgen(start)]
pub fn start() {
    engine().kick();
}

/// What the loader says of a page.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Loaded {
    billing_page: String,
}

/// Takes what the shell's listeners heard: the event's name and what its listener was called with.
#[wasm_bindgen]
pub fn on_event(name: &str, arguments: js_sys::Array) {
    let engine = engine();
    match name {
        "connect" => engine.pages.connected(arguments.get(0).unchecked_into()),
        "port-disconnect" => engine.pages.disconnected(&arguments.get(0).unchecked_into()),
        "port-message" => {
            let port: Port = arguments.get(1).unchecked_into();
            if let Ok(message) = from_js(arguments.get(0)) {
                engine.heard(&port, message);
            }
        }
        "message" => {
            if let Ok(loaded) = from_js::<Loaded>(arguments.get(0)) {
                show_on(&loaded.billing_page, &arguments.get(1).unchecked_into());
            }
        }
        // Startup, installation and the alarm have done their work by waking the worker.
        _ => engine.kick(),
    }
}

/// Puts the content module into a billing page.
fn show_on(address: &str, sender: &Sender) {
    let top = sender.frame_id() == Some(0);
    if top && billfold_core::portals::is_billing_page(address) {
        // A page that has gone away in the meantime is no error.
        if let Some(injected) = inject(sender, "content.js") {
            wasm_bindgen_futures::spawn_local(async move {
                let _: Result<JsValue, JsValue> = wasm_bindgen_futures::JsFuture::from(injected).await;
            });
        }
    }
}
