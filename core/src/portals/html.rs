//! [`Node`] over a page held as text: saved pages, pages that the background fetched, and every test.

use super::{Node, TEXT_MOST};
use ego_tree::NodeId;
use scraper::{ElementRef, Html, Selector};
use std::rc::Rc;

/// An element of a parsed page. Cloning shares the page.
#[derive(Clone)]
pub struct HtmlNode {
    page: Rc<Html>,
    id: NodeId,
}

impl HtmlNode {
    /// Parses a page as a browser would; there is no page that cannot be parsed.
    pub fn parse(html: &str) -> HtmlNode {
        let page = Html::parse_document(html);
        let id = page.root_element().id();
        HtmlNode { page: Rc::new(page), id }
    }

    fn with(&self, id: NodeId) -> HtmlNode {
        HtmlNode { page: Rc::clone(&self.page), id }
    }

    fn element(&self) -> Option<ElementRef<'_>> {
        self.page.tree.get(self.id).and_then(ElementRef::wrap)
    }

    fn own(element: &ElementRef<'_>) -> bool {
        element.value().name().starts_with("billfold-")
    }
}

/// Cuts a text where a live page's would be cut.
fn cut(text: &mut String) {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > TEXT_MOST as usize
    });
    if let Some((end, _)) = end {
        text.truncate(end);
    }
}

impl Node for HtmlNode {
    fn select(&self, css: &str) -> Vec<HtmlNode> {
        let (Some(element), Ok(selector)) = (self.element(), Selector::parse(css)) else { return Vec::new() };
        element
            .select(&selector)
            .filter(|found| !HtmlNode::own(found))
            .map(|found| self.with(found.id()))
            .collect()
    }

    fn name(&self) -> String {
        self.element().map(|element| element.value().name().to_ascii_lowercase()).unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.element()?.value().attr(name).map(str::to_owned)
    }

    fn text(&self) -> String {
        let mut text: String = self.element().map(|element| element.text().collect()).unwrap_or_default();
        cut(&mut text);
        text
    }

    fn pieces(&self) -> Vec<String> {
        let texts = self.element().into_iter().flat_map(|element| element.text());
        let mut texts: Vec<String> =
            texts.filter(|text| !text.trim().is_empty()).map(str::to_owned).collect();
        texts.iter_mut().for_each(cut);
        texts
    }

    fn parent(&self) -> Option<HtmlNode> {
        let parent = self.element()?.parent().and_then(ElementRef::wrap)?;
        Some(self.with(parent.id()))
    }

    fn next_sibling(&self) -> Option<HtmlNode> {
        let element = self.element()?;
        let next = element.next_siblings().filter_map(ElementRef::wrap).find(|next| !HtmlNode::own(next))?;
        Some(self.with(next.id()))
    }

    fn children(&self) -> Vec<HtmlNode> {
        let children = self.element().into_iter().flat_map(|element| element.child_elements());
        children.filter(|child| !HtmlNode::own(child)).map(|child| self.with(child.id())).collect()
    }

    fn contains(&self, other: &HtmlNode) -> bool {
        let Some(inner) = other.element() else { return false };
        Rc::ptr_eq(&self.page, &other.page)
            && (inner.id() == self.id || inner.ancestors().any(|around| around.id() == self.id))
    }
}
