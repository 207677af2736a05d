//! The billing pages that are open and connected.

use billfold_browser::Port;
use billfold_core::protocol::{Row, RowKey, RowState, ToContent};
use std::cell::RefCell;
use std::collections::HashSet;
use wasm_bindgen::JsCast as _;

/// One connected content script, with the rows that its page has listed. It learns of no others.
struct Page {
    port: Port,
    keys: HashSet<RowKey>,
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
            self.0.borrow_mut().push(Page { port, keys: HashSet::new() });
        }
    }

    pub(crate) fn disconnected(&self, port: &Port) {
        self.0.borrow_mut().retain(|page| !same(&page.port, port));
    }

    pub(crate) fn listed(&self, port: &Port, rows: &[Row]) {
        if let Some(page) = self.0.borrow_mut().iter_mut().find(|page| same(&page.port, port)) {
            // Those of before stay: a run over them may be under way while the page lists others.
            page.keys.extend(rows.iter().map(|row| row.key.clone()));
        }
    }

    /// Does this page list one of these rows?
    pub(crate) fn lists(&self, port: &Port, rows: &[RowKey]) -> bool {
        let pages = self.0.borrow();
        let page = pages.iter().find(|page| same(&page.port, port));
        page.is_some_and(|page| rows.iter().any(|key| page.keys.contains(key)))
    }

    /// Does any page list one of these rows?
    pub(crate) fn any_lists(&self, rows: &[RowKey]) -> bool {
        self.0.borrow().iter().any(|page| rows.iter().any(|key| page.keys.contains(key)))
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

    /// Tells each page that lists one of these rows.
    pub(crate) fn tell(&self, rows: &[RowKey], message: &ToContent) {
        for page in &*self.0.borrow() {
            if rows.iter().any(|key| page.keys.contains(key)) {
                let _ = page.port.post(message);
            }
        }
    }
}
