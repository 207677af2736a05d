//! Scanning the page in slices, again whenever it changes.

use crate::app::{App, Page};
use crate::web_node::WebNode;
use billfold_core::portals::{Absence, Portal, Problem};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds that changes are gathered for before a scan: a site renders in many small steps.
const GATHER: u32 = 60;

/// Milliseconds that a slice of work may take before the page gets its turn.
const SLICE: f64 = 12.0;

/// Rows between two looks at the clock.
const STRIDE: usize = 25;

impl App {
    /// The page may be another than at the last scan.
    pub(crate) fn page_changed(self: &Rc<App>) {
        self.dirty.set(true);
        if !self.scanning.replace(true) {
            let app = Rc::clone(self);
            spawn_local(async move {
                while app.dirty.get() {
                    TimeoutFuture::new(GATHER).await;
                    app.dirty.set(false);
                    app.scan().await;
                    app.after_scan.borrow_mut().drain(..).for_each(|waiting| {
                        let _ = waiting.send(());
                    });
                }
                app.scanning.set(false);
            });
        }
    }

    async fn scan(self: &Rc<App>) {
        let address = self.window.location().href().unwrap_or_default();
        let (Some(portal), Some(root)) = (Portal::find(&address), self.document.document_element()) else {
            self.leave();
            return;
        };
        let root = WebNode(root);
        let mut scanner = portal.scan(&root, &self.reader);
        let mut slice = self.slice();
        while !scanner.step(STRIDE) {
            slice = self.breathe(slice).await;
        }
        let listing = scanner.finish();
        let source = portal.source(&root, &address);
        let changed = {
            let mut page = self.page.borrow_mut();
            let same = page.source.as_ref() == Some(&source)
                && page.absence == listing.absence
                && page.rows.len() == listing.rows.len()
                && page.rows.iter().zip(&listing.rows).all(|(old, new)| old.row == new.row);
            page.source = Some(source);
            page.index =
                listing.rows.iter().enumerate().map(|(at, found)| (found.row.key.clone(), at)).collect();
            page.rows = listing.rows;
            page.absence = listing.absence;
            page.cut = listing.problems.contains(&Problem::TooManyRows);
            !same
        };
        let absence = self.page.borrow().absence;
        self.toolbar.offer_copy(matches!(absence, Some(Absence::LayoutChanged { .. })));
        self.toolbar.attach(&self.document);
        self.drop_strays();
        let mut at = 0;
        loop {
            let found = self.page.borrow().rows.get(at).cloned();
            let Some(found) = found else { break };
            self.place(&found);
            at += 1;
            if at % STRIDE == 0 {
                slice = self.breathe(slice).await;
            }
        }
        if changed {
            self.page.borrow_mut().ended = false;
            self.listing.set(self.listing.get().wrapping_add(1));
            self.tell_listed().await;
        }
        self.tell_links();
        self.say_idle();
    }

    /// The address is no billing page any more.
    fn leave(&self) {
        self.page.borrow_mut().index.clear();
        self.drop_strays();
        *self.page.borrow_mut() = Page::default();
        self.toolbar.idle();
        self.toolbar.detach();
    }

    fn slice(&self) -> f64 {
        self.window.performance().map_or(0.0, |clock| clock.now())
    }

    /// Lets the page have its turn when the slice is used up.
    async fn breathe(&self, since: f64) -> f64 {
        if self.slice() - since < SLICE {
            return since;
        }
        TimeoutFuture::new(0).await;
        self.slice()
    }
}

/// Why there is nothing to send, for people.
pub(crate) fn why_nothing(absence: Absence) -> String {
    match absence {
        Absence::SignedOut => {
            "No invoices: you are signed out. Sign in, and this page will be read again.".to_owned()
        }
        Absence::Empty => "The page says that there are no invoices yet.".to_owned(),
        Absence::LayoutChanged { links } => {
            format!(
                "{links} links to invoices, 0 rows understood: the page's layout has changed. The documents can still be sent."
            )
        }
        Absence::Nothing => {
            "No invoices found on this page. Is it still loading, or is it another organisation's?".to_owned()
        }
    }
}
