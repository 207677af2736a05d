//! Making elements of our own: named `billfold-…`, with everything inside an open shadow root.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CssStyleSheet, Document, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A host element with its shadow root. The sheet is constructed, because a page's Content-Security-Policy
/// may forbid `<style>`.
pub(crate) fn host(document: &Document, name: &str, sheet: &CssStyleSheet) -> Option<(Element, ShadowRoot)> {
    let host = document.create_element(name).ok()?;
    let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
    let sheets = js_sys::Array::of1(sheet);
    js_sys::Reflect::set(&shadow, &JsValue::from_str("adoptedStyleSheets"), &sheets).ok()?;
    Some((host, shadow))
}

/// A style sheet that any number of our elements share.
pub(crate) fn sheet(css: &str) -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(css).ok()?;
    Some(sheet)
}

/// An element inside one of ours.
pub(crate) fn element<T: wasm_bindgen::JsCast>(document: &Document, name: &str) -> Option<T> {
    document.create_element(name).ok()?.dyn_into().ok()
}

/// Shows or hides.
pub(crate) fn show(element: &HtmlElement, shown: bool) {
    element.set_hidden(!shown);
}
