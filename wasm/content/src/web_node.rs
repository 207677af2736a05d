//! [`Node`] over the live page. Converts; decides nothing.

use billfold_core::portals::{Node, TEXT_MOST};
use js_sys::JsString;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

// Texts as the browser holds them: of a cell of ten megabytes only the beginning is copied.
#[wasm_bindgen]
extern "C" {
    type Texts;

    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn text_content(this: &Texts) -> Option<JsString>;
}

fn text_of(node: &web_sys::Node) -> String {
    let Some(text) = node.unchecked_ref::<Texts>().text_content() else { return String::new() };
    if text.length() <= TEXT_MOST {
        return text.into();
    }
    text.slice(0, TEXT_MOST).into()
}

/// An element of the live page.
#[derive(Clone)]
pub struct WebNode(pub Element);

/// Only texts: `NodeFilter.SHOW_TEXT`.
const SHOW_TEXT: u32 = 4;

fn ours(element: &Element) -> bool {
    // Every one of ours has an open root, hardly any other element has, and a text across the boundary is dear.
    // Names of HTML elements are upper case here.
    element.shadow_root().is_some() && element.tag_name().starts_with("BILLFOLD-")
}

impl Node for WebNode {
    fn select(&self, css: &str) -> Vec<WebNode> {
        let Ok(list) = self.0.query_selector_all(css) else { return Vec::new() };
        // A selector finds nothing but elements.
        (0..list.length()).filter_map(|at| Some(WebNode(list.get(at)?.unchecked_into()))).collect()
    }

    fn name(&self) -> String {
        self.0.local_name()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.0.get_attribute(name)
    }

    fn text(&self) -> String {
        text_of(&self.0)
    }

    fn pieces(&self) -> Vec<String> {
        let document = self.0.owner_document();
        let walker = document
            .and_then(|document| document.create_tree_walker_with_what_to_show(&self.0, SHOW_TEXT).ok());
        let texts = std::iter::from_fn(|| Some(text_of(&walker.as_ref()?.next_node().ok()??)));
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    fn parent(&self) -> Option<WebNode> {
        self.0.parent_element().map(WebNode)
    }

    fn next_sibling(&self) -> Option<WebNode> {
        let next = std::iter::successors(self.0.next_element_sibling(), Element::next_element_sibling);
        next.into_iter().find(|element| !ours(element)).map(WebNode)
    }

    fn children(&self) -> Vec<WebNode> {
        let first = self.0.first_element_child();
        let children = std::iter::successors(first, Element::next_element_sibling);
        children.filter(|child| !ours(child)).map(WebNode).collect()
    }

    fn contains(&self, other: &WebNode) -> bool {
        self.0.contains(Some(&other.0))
    }
}
