//! A copy of the page for repair: scrubbed by the background, saved by the browser's own download, sent nowhere.

use crate::app::App;
use crate::pieces;
use billfold_core::protocol::ToBackground;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

impl App {
    /// Has the page as it is scrubbed, with nothing of ours in it. Scrubbing takes code that this module would
    /// carry into every billing page for a click that hardly anybody ever makes: so the background does it.
    pub(crate) fn scrub_copy(self: &Rc<App>) -> Result<(), JsValue> {
        let page = self.document.document_element().ok_or("the page has no elements")?;
        let copy: Element = page.clone_node_with_deep(true)?.unchecked_into();
        let ours = copy.query_selector_all("billfold-toolbar, billfold-button")?;
        for at in 0..ours.length() {
            if let Some(element) = ours.get(at).and_then(|node| node.dyn_into::<Element>().ok()) {
                element.remove();
            }
        }
        self.post(&ToBackground::Scrub { html: copy.outer_html() });
        Ok(())
    }

    /// Saves the scrubbed copy.
    pub(crate) fn save_copy(&self, html: &str) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type("text/html");
        let text = format!("<!doctype html>\n{html}");
        let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = pieces::element(&self.document, "a").ok_or("no link can be made")?;
        link.set_href(&url);
        link.set_download("billing-page-scrubbed.html");
        link.click();
        // The download has its own hold on the blob by now.
        Url::revoke_object_url(&url)
    }
}
