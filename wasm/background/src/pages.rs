//! The billing pages that are open and connected.

use billfold_browser::Port;
use billfold_core::protocol::{Row, RowKey, RowState, ToContent};
use std::cell::RefCell;
use std::collections::HashSet;
use wasm_bindgen::JsCast as _;

/// One connected content script, with the rows that its page has listed. It learns of no others.
struct Page {
    port: Port,
    /// Those of before stay: a run over them may be under way while the page lists others.
    keys: HashSet<RowKey>,
    /// What it lists now.
    listed: HashSet<RowKey>,
    /// Its address without secrets, while it is a sign-in page.
    signed_out: Option<String>,
}

/// Whom a run concerns.
pub(crate) struct Audience {
    /// The rows that are asked for: pages that list one of them.
    pub(crate) rows: Vec<RowKey>,
    /// Where they were listed: pages there that have become sign-in pages.
    pub(crate) page: String,
}

impl Audience {
    fn has(&self, page: &Page) -> bool {
        page.signed_out.as_ref() == Some(&self.page) || self.rows.iter().any(|key| page.keys.contains(key))
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Pages(RefCell<Vec<Page>>);

fn same(left: &Port, right: &Port) -> bool {
    js_sys::Object::is(left.unchecked_ref(), right.unchecked_ref())
}

impl Pages {
    pub(crate) fn connected(&self, port: Port) {
        if port.name() == "page" {
            let page = Page { port, keys: HashSet::new(), listed: HashSet::new(), signed_out: None };
            self.0.borrow_mut().push(page);
        }
    }

    pub(crate) fn disconnected(&self, port: &Port) {
        self.0.borrow_mut().retain(|page| !same(&page.port, port));
    }

    fn with(&self, port: &Port, change: impl FnOnce(&mut Page)) {
        if let Some(page) = self.0.borrow_mut().iter_mut().find(|page| same(&page.port, port)) {
            change(page);
        }
    }

    /// A page lists these rows: `anew`, or after those that it has just told of.
    pub(crate) fn listed(&self, port: &Port, rows: &[Row], anew: bool) {
        self.with(port, |page| {
            if anew {
                page.listed.clear();
            }
            page.signed_out = None;
            page.listed.extend(rows.iter().map(|row| row.key.clone()));
            page.keys.extend(rows.iter().map(|row| row.key.clone()));
        });
    }

    /// A page has become a sign-in page.
    pub(crate) fn signed_out(&self, port: &Port, address: String) {
        self.with(port, |page| {
            page.listed.clear();
            page.signed_out = Some(address);
        });
    }

    /// Does a run concern this page?
    pub(crate) fn concerns(&self, port: &Port, audience: &Audience) -> bool {
        self.0.borrow().iter().any(|page| same(&page.port, port) && audience.has(page))
    }

    /// Does a run concern any page?
    pub(crate) fn any(&self, audience: &Audience) -> bool {
        self.0.borrow().iter().any(|page| audience.has(page))
    }

    /// Does any page list one of these rows now?
    pub(crate) fn list_now(&self, rows: &[RowKey]) -> bool {
        self.0.borrow().iter().any(|page| rows.iter().any(|key| page.listed.contains(key)))
    }

    /// Tells each page of those of its rows whose state has changed.
    pub(crate) fn states(&self, states: &[(RowKey, RowState)]) {
        for page in &*self.0.borrow() {
            let states: Vec<_> = states.iter().filter(|(key, _)| page.keys.contains(key)).cloned().collect();
            if !states.is_empty() {
                let _ = page.port.post(&ToContent::States { states });
            }
        }
    }

    /// Asks each page for the links that it has now for those of these rows that it lists.
    pub(crate) fn renew(&self, rows: &[RowKey]) {
        self.ask_for_links(rows, |_, listed| (!listed.is_empty()).then_some(false));
    }

    /// The same for all the rows that a run waits for; pages that it concerns are to list the others too.
    pub(crate) fn renew_all(&self, rows: &[RowKey], audience: &Audience) {
        self.ask_for_links(rows, |page, listed| {
            (audience.has(page) && !page.listed.is_empty()).then_some(listed.len() < rows.len())
        });
    }

    fn ask_for_links(&self, rows: &[RowKey], more: impl Fn(&Page, &[RowKey]) -> Option<bool>) {
        for page in &*self.0.borrow() {
            let rows: Vec<_> = rows.iter().filter(|key| page.listed.contains(key)).cloned().collect();
            if let Some(more) = more(page, &rows) {
                let _ = page.port.post(&ToContent::Renew { rows, more });
            }
        }
    }

    /// Tells each page that a run concerns.
    pub(crate) fn tell(&self, audience: &Audience, message: &ToContent) {
        for page in &*self.0.borrow() {
            if audience.has(page) {
                let _ = page.port.post(message);
            }
        }
    }
}
