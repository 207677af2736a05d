//! What an adapter sees of a page.

/// An element of a page, live or held as text.
///
/// Implementations never show Billfold's own elements (their names start with `billfold-`): to an adapter
/// the page is as the site made it.
pub trait Node: Clone {
    /// Descendants that match a CSS selector, in document order. A selector that the implementation does not
    /// know matches nothing.
    fn select(&self, css: &str) -> Vec<Self>;

    /// The element's tag name, in lower case.
    fn name(&self) -> String;

    /// An attribute as written in the page.
    fn attribute(&self, name: &str) -> Option<String>;

    /// The text inside, as the page holds it: white space and all, and [`TEXT_MOST`] of it at most.
    fn text(&self) -> String;

    /// The texts inside, one for each run of text that no element boundary interrupts, in document order.
    /// Runs of white space alone are left out, and each is cut like [`Node::text`].
    fn pieces(&self) -> Vec<String>;

    /// The element around this one.
    fn parent(&self) -> Option<Self>;

    /// The next element with the same parent.
    fn next_sibling(&self) -> Option<Self>;

    /// The elements directly inside, in document order.
    fn children(&self) -> Vec<Self>;

    /// Is `other` this element or somewhere inside it?
    fn contains(&self, other: &Self) -> bool;
}

/// The most UTF-16 units of a text that leave the page: a block of JSON needs them, a row by far not.
pub const TEXT_MOST: u32 = 256 * 1024;

/// The most characters of a text that anything is read from. A cell of ten megabytes is no amount.
const TEXT_READ: usize = 2_000;

/// Folds every run of white space (also the Unicode kinds, and what e-mail HTML hides words with) to one
/// space, drops what stands around it, and cuts what is too long to be a value.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars().take(TEXT_READ) {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
        } else if !matches!(c, '\u{34f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}
