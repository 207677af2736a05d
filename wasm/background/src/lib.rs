//! The service worker: it keeps the queue, fetches the documents and hands them to the host.
//!
//! It decides nothing about a portal and nothing about the archive. It may die at any moment, so what it must
//! remember is in [`store`] before anything is done about it, and everything else can be asked again.

mod download;
mod engine;
mod host;
mod inject;
mod pages;
mod rests;
mod session;
mod store;
mod waiting;

use billfold_browser::{Port, from_js};
use engine::Engine;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;

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
        "headers" => engine.policies.headers(arguments.get(0)),
        "message" => engine.policies.loaded(arguments.get(0), &arguments.get(1).unchecked_into()),
        // Startup, installation and the alarm have done their work by waking the worker.
        _ => engine.kick(),
    }
}
