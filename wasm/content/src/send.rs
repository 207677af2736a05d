//! What a click sets in motion.

use crate::app::App;
use crate::scan::why_nothing;
use crate::toolbar::Tone;
use crate::web_node::WebNode;
use billfold_core::portals::{Absence, Portal, Reach, Step};
use billfold_core::protocol::{Outcome, RowKey, RowState, RunId, ToBackground};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Milliseconds that a click on "View more" may take to bring a row.
const PATIENCE: u32 = 4_000;

impl App {
    /// "Send all to archive": lists everything first, then sends it.
    pub(crate) fn send_all(self: &Rc<App>) {
        {
            let mut page = self.page.borrow_mut();
            if std::mem::replace(&mut page.running, true) {
                return;
            }
            page.stopped = false;
        }
        let app = Rc::clone(self);
        spawn_local(async move {
            let reach = app.expand().await;
            let rows = app.page.borrow().rows.len();
            if rows == 0 {
                let absence = {
                    let mut page = app.page.borrow_mut();
                    page.running = false;
                    page.ended = true;
                    page.absence.unwrap_or(Absence::Nothing)
                };
                app.toolbar.idle();
                app.toolbar.say(&why_nothing(absence), Tone::Bad);
                return;
            }
            if app.page.borrow().stopped {
                app.end_run();
                app.toolbar.say("Stopped. Nothing was sent.", Tone::Plain);
                return;
            }
            app.page.borrow_mut().stuck = reach == Reach::Stuck;
            app.send((0..rows).collect());
        });
    }

    /// Lists everything for a run that waits for rows which the page has not listed yet.
    pub(crate) fn list_all(self: &Rc<App>) {
        if !self.expanding.replace(true) {
            let app = Rc::clone(self);
            spawn_local(async move {
                app.expand().await;
                app.expanding.set(false);
            });
        }
    }

    /// "Send to archive" beside one row.
    pub(crate) fn send_one(self: &Rc<App>, key: &RowKey) {
        let at = {
            let page = self.page.borrow();
            let free = matches!(page.states.get(key), None | Some(RowState::Ended(Outcome::Failed { .. })));
            page.index.get(key).copied().filter(|_| free)
        };
        if let Some(at) = at {
            self.send(vec![at]);
        }
    }

    fn send(self: &Rc<App>, asked: Vec<usize>) {
        let mut random = [0_u8; 16];
        let drawn =
            self.window.crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random));
        let source = self.page.borrow().source.clone();
        let (Ok(_), Some(source)) = (drawn, source) else { return };
        let run = RunId::from_random(random);
        let message = {
            let mut page = self.page.borrow_mut();
            let links =
                asked.iter().map(|at| page.rows.get(*at).and_then(|found| found.link.clone())).collect();
            let rows = page.rows.iter().map(|found| found.row.clone()).collect();
            let asked = asked.iter().filter_map(|at| u32::try_from(*at).ok()).collect();
            let complete = !page.stuck && !page.cut;
            let message = ToBackground::Send { run: run.clone(), source, rows, asked, complete, links };
            page.running = true;
            page.unconfirmed.push((run, message.clone()));
            message
        };
        self.toolbar.busy(0, 0);
        for at in asked {
            let found = self.page.borrow().rows.get(at).cloned();
            if let Some(found) = found.filter(|found| found.row.document) {
                self.show_state(&found.row.key, RowState::Queued);
            }
        }
        self.post(&message);
    }

    /// Makes the page list all its rows.
    async fn expand(self: &Rc<App>) -> Reach {
        let address = self.window.location().href().unwrap_or_default();
        let (Some(portal), Some(root)) =
            (Portal::<WebNode>::find(&address), self.document.document_element())
        else {
            return Reach::Everything;
        };
        let root = WebNode(root);
        // A click may come before the site has listed anything.
        self.more_than(0).await;
        let mut expansion = portal.expansion();
        loop {
            let (rows, stopped) = {
                let page = self.page.borrow();
                (page.rows.len(), page.stopped)
            };
            if stopped {
                return Reach::Everything;
            }
            match expansion.next(&root, rows) {
                Step::Done(reach) => return reach,
                Step::Click(WebNode(node)) => {
                    self.toolbar.busy(0, 0);
                    self.toolbar.say(&format!("Listing all invoices: {rows} so far"), Tone::Plain);
                    if let Some(node) = node.dyn_ref::<HtmlElement>() {
                        node.click();
                    }
                    self.more_than(rows).await;
                }
            }
        }
    }

    /// Waits until a scan finds more than so many rows, or patience is at its end.
    async fn more_than(self: &Rc<App>, rows: usize) {
        let mut end = TimeoutFuture::new(PATIENCE);
        while self.page.borrow().rows.len() <= rows {
            let (scanned, after) = oneshot::channel();
            self.after_scan.borrow_mut().push(scanned);
            match select(after, end).await {
                Either::Left((_, rest)) => end = rest,
                Either::Right(_) => return,
            }
        }
    }
}
