//! What the content script knows, and how its parts reach each other.

use crate::button::{self, RowButton};
use crate::pieces;
use crate::toolbar::{Tone, Toolbar, Wish};
use crate::web_node::WebNode;
use billfold_browser::{Port, from_js};
use billfold_core::locale::Locale;
use billfold_core::portals::{Absence, Found, Place};
use billfold_core::protocol::{
    LISTED_ROWS, Outcome, Rest, RowKey, RowState, RunId, Source, ToBackground, ToContent,
};
use futures_channel::oneshot;
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    CssStyleSheet, Document, Element, IntersectionObserver, IntersectionObserverEntry,
    IntersectionObserverInit, MutationObserver, MutationObserverInit, MutationRecord, Window,
};

/// Pixels from which a link is taken for one around a whole row.
const ROW_WIDTH: f64 = 400.0;

/// The content script. Everything runs on the page's one thread, so borrows never outlive a turn.
pub(crate) struct App {
    pub(crate) window: Window,
    pub(crate) document: Document,
    pub(crate) reader: Locale,
    pub(crate) toolbar: Toolbar,
    sheet: CssStyleSheet,
    port: RefCell<Option<Port>>,
    viewport: RefCell<Option<IntersectionObserver>>,
    /// Anchor element → its row's key, without keeping elements alive that the site has dropped.
    anchors: js_sys::WeakMap,
    pub(crate) scanning: Cell<bool>,
    pub(crate) dirty: Cell<bool>,
    /// The page is made to list all it has, for a run that waits.
    pub(crate) expanding: Cell<bool>,
    /// Counts the listings that were told of.
    pub(crate) listing: Cell<u32>,
    /// Woken after each scan.
    pub(crate) after_scan: RefCell<Vec<oneshot::Sender<()>>>,
    pub(crate) page: RefCell<Page>,
}

/// What is known of the page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) source: Option<Source>,
    pub(crate) rows: Vec<Found<WebNode>>,
    pub(crate) index: HashMap<RowKey, usize>,
    pub(crate) absence: Option<Absence>,
    pub(crate) states: HashMap<RowKey, RowState>,
    buttons: HashMap<RowKey, RowButton>,
    /// Runs that were sent and are not known to be in the queue: sent again should the background die now.
    pub(crate) unconfirmed: Vec<(RunId, ToBackground)>,
    /// Something of ours is under way, so the status line belongs to it.
    pub(crate) running: bool,
    /// Rows whose links the background wants fresh.
    wanted: HashSet<RowKey>,
    /// Those that it was told last.
    told: Vec<(RowKey, String)>,
    /// The page has more rows than a scan takes.
    pub(crate) cut: bool,
    /// The page offers more rows than it lists.
    pub(crate) stuck: bool,
    /// The person wants it stopped before it has begun.
    pub(crate) stopped: bool,
    /// The last run's sum, to be shown until something else happens.
    pub(crate) ended: bool,
}

impl App {
    pub(crate) fn start() {
        let _ = App::build();
    }

    fn build() -> Option<()> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let reader = Locale::parse(&window.navigator().language().unwrap_or_default());
        let sheet = pieces::sheet(button::CSS)?;
        let this: Rc<RefCell<std::rc::Weak<App>>> = Rc::default();
        let wish = {
            let this = Rc::clone(&this);
            move |wish| {
                if let Some(app) = this.borrow().upgrade() {
                    app.wish(wish);
                }
            }
        };
        let toolbar = Toolbar::new(&document, wish)?;
        let app = Rc::new(App {
            window,
            document,
            reader,
            toolbar,
            sheet,
            port: RefCell::default(),
            viewport: RefCell::default(),
            anchors: js_sys::WeakMap::new(),
            scanning: Cell::new(false),
            dirty: Cell::new(false),
            expanding: Cell::new(false),
            listing: Cell::new(0),
            after_scan: RefCell::default(),
            page: RefCell::default(),
        });
        *this.borrow_mut() = Rc::downgrade(&app);
        app.watch()?;
        app.page_changed();
        // The content script lives as long as its page does.
        std::mem::forget(app);
        Some(())
    }

    /// Watches the page for changes, and rows for coming near the viewport.
    fn watch(self: &Rc<App>) -> Option<()> {
        let app = Rc::downgrade(self);
        let changed = Closure::<dyn FnMut(js_sys::Array)>::new(move |records: js_sys::Array| {
            let ours = records.iter().all(|record| record.dyn_into().is_ok_and(|record| only_ours(&record)));
            if let (Some(app), false) = (app.upgrade(), ours) {
                app.page_changed();
            }
        });
        let observer = MutationObserver::new(changed.into_js_value().unchecked_ref()).ok()?;
        let what = MutationObserverInit::new();
        what.set_subtree(true);
        what.set_child_list(true);
        what.set_character_data(true);
        what.set_attribute_filter(&js_sys::Array::of1(&"href".into()));
        observer.observe_with_options(self.document.as_ref(), &what).ok()?;

        // Sites move between their pages without loading one.
        let app = Rc::downgrade(self);
        let moved = Closure::<dyn FnMut()>::new(move || {
            if let Some(app) = app.upgrade() {
                app.page_changed();
            }
        });
        if let Ok(navigation) = js_sys::Reflect::get(&self.window, &"navigation".into())
            && let Ok(navigation) = navigation.dyn_into::<web_sys::EventTarget>()
        {
            let listener = moved.into_js_value();
            let _ =
                navigation.add_event_listener_with_callback("currententrychange", listener.unchecked_ref());
        }

        // A page that comes back out of the back/forward cache has lost its connection, and whatever was said.
        let app = Rc::downgrade(self);
        let shown = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let kept = js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy());
            if let (true, Some(app)) = (kept, app.upgrade()) {
                app.page.borrow_mut().running = false;
                app.toolbar.idle();
                app.say_idle();
                app.reconnect();
            }
        });
        let shown = shown.into_js_value();
        self.window.add_event_listener_with_callback("pageshow", shown.unchecked_ref()).ok()?;

        let app = Rc::downgrade(self);
        let near = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            if let Some(app) = app.upgrade() {
                let entries =
                    entries.iter().filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok());
                entries
                    .filter(IntersectionObserverEntry::is_intersecting)
                    .for_each(|entry| app.came_near(&entry));
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("600px");
        let viewport =
            IntersectionObserver::new_with_options(near.into_js_value().unchecked_ref(), &options).ok()?;
        *self.viewport.borrow_mut() = Some(viewport);
        Some(())
    }

    /// Sends to the background, connecting first where there is no connection, or none any more.
    pub(crate) fn post(self: &Rc<App>, message: &ToBackground) {
        for _ in 0..2 {
            if self.port.borrow().is_none() {
                *self.port.borrow_mut() = self.connect();
            }
            let port = self.port.borrow().clone();
            if port.is_some_and(|port| port.post(message).is_ok()) {
                return;
            }
            *self.port.borrow_mut() = None;
        }
        self.page.borrow_mut().running = false;
        self.toolbar.idle();
        self.toolbar.say("Billfold was updated or removed. Reload this page.", Tone::Bad);
    }

    /// Connects again, and says again what may not have been heard.
    fn reconnect(self: &Rc<App>) {
        *self.port.borrow_mut() = None;
        let unconfirmed = self.page.borrow().unconfirmed.clone();
        unconfirmed.iter().for_each(|(_, message)| self.post(message));
        let app = Rc::clone(self);
        spawn_local(async move { app.tell_listed().await });
    }

    fn connect(self: &Rc<App>) -> Option<Port> {
        let port = billfold_browser::connect("page").ok()?;
        let app = Rc::downgrade(self);
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            if let (Some(app), Ok(message)) = (app.upgrade(), from_js::<ToContent>(message)) {
                app.heard(message);
            }
        });
        port.on_message().add_listener(heard.into_js_value().unchecked_ref());
        // The background dies at its browser's pleasure. Connecting again wakes it, and it picks up its queue.
        let app = Rc::downgrade(self);
        let gone = Closure::<dyn FnMut(JsValue)>::new(move |gone: JsValue| {
            if let Some(app) = app.upgrade() {
                // The end of an old connection may be heard after there is a new one.
                let ours = app.port.borrow().as_ref().is_some_and(|port| js_sys::Object::is(port, &gone));
                if !ours {
                    return;
                }
                *app.port.borrow_mut() = None;
                // With nothing under way its rest is left to it: woken each time, it would start a host twice a minute.
                let running = app.page.borrow().running;
                if running {
                    app.reconnect();
                }
            }
        });
        port.on_disconnect().add_listener(gone.into_js_value().unchecked_ref());
        Some(port)
    }

    /// Tells the background what the page lists, in slices; it answers with what it knows of those rows.
    pub(crate) async fn tell_listed(self: &Rc<App>) {
        let Some(source) = self.page.borrow().source.clone() else { return };
        if self.page.borrow().absence == Some(Absence::SignedOut) {
            return self.post(&ToBackground::SignedOut { source });
        }
        let listing = self.listing.get();
        let mut from = 0;
        loop {
            let (rows, last) = {
                let page = self.page.borrow();
                let rest = page.rows.get(from..).unwrap_or_default();
                let rows: Vec<_> = rest.iter().take(LISTED_ROWS).map(|found| found.row.clone()).collect();
                (rows, rest.len() <= LISTED_ROWS)
            };
            if rows.is_empty() {
                return;
            }
            let (source, at) = (source.clone(), u32::try_from(from).unwrap_or(u32::MAX));
            from += rows.len();
            self.post(&ToBackground::Listed { source, from: at, rows, last });
            if last {
                return;
            }
            TimeoutFuture::new(0).await;
            // Another scan has begun to tell of another listing.
            if self.listing.get() != listing {
                return;
            }
        }
    }

    /// Sends the links that the page lists now for the rows that want fresh ones, if they are news.
    pub(crate) fn tell_links(self: &Rc<App>) {
        let mut links = Vec::new();
        {
            let mut page = self.page.borrow_mut();
            for found in page.rows.iter().filter(|found| page.wanted.contains(&found.row.key)) {
                links.extend(found.link.clone().map(|link| (found.row.key.clone(), link)));
            }
            if links == page.told {
                return;
            }
            page.told.clone_from(&links);
        }
        self.post(&ToBackground::Links { links });
    }

    fn heard(self: &Rc<App>, message: ToContent) {
        match message {
            ToContent::States { states } => {
                let mut page = self.page.borrow_mut();
                for (key, state) in states {
                    if let Some(button) = page.buttons.get(&key) {
                        button.show(true, Some(&state));
                    }
                    page.states.insert(key, state);
                }
                drop(page);
                self.say_idle();
            }
            ToContent::Queued { run } => self.page.borrow_mut().unconfirmed.retain(|(sent, _)| *sent != run),
            ToContent::Progress { done, of, line } => {
                self.page.borrow_mut().running = true;
                self.toolbar.busy(done, of);
                self.toolbar.say(&line, Tone::Plain);
            }
            ToContent::Resting { rest } => {
                self.page.borrow_mut().running = true;
                self.toolbar.busy(0, 0);
                let tone = if rest == Rest::ArchiveLocked { Tone::Plain } else { Tone::Bad };
                self.toolbar.say(rest.sentence(), tone);
            }
            ToContent::Renew { rows, more } => {
                {
                    // Asked again, all of it is news again.
                    let mut page = self.page.borrow_mut();
                    page.told.clear();
                    for key in rows {
                        page.wanted.insert(key);
                    }
                }
                self.tell_links();
                if more {
                    self.list_all();
                }
            }
            ToContent::Finished { line, open } => {
                self.end_run();
                let (cut, stuck) = (self.page.borrow().cut, self.page.borrow().stuck);
                let open = open || stuck || cut;
                let more = match (cut, stuck) {
                    (true, _) => ". The page has more rows than Billfold takes at once.",
                    (_, true) => ". The page offers more rows, but did not list them.",
                    _ => "",
                };
                self.toolbar.say(&format!("{line}{more}"), if open { Tone::Bad } else { Tone::Good });
            }
            ToContent::Scrubbed { html } => {
                let _ = self.save_copy(&html).map_err(|_| self.no_copy());
            }
            ToContent::Trouble { code, detail } => {
                self.end_run();
                let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
                self.toolbar.say(&format!("{}{detail}", code.sentence()), Tone::Bad);
            }
        }
    }

    fn no_copy(&self) {
        self.toolbar.say("The copy could not be saved. Save the page by hand and scrub it.", Tone::Bad);
    }

    pub(crate) fn end_run(&self) {
        let mut page = self.page.borrow_mut();
        page.running = false;
        page.ended = true;
        page.unconfirmed.clear();
        page.wanted.clear();
        self.toolbar.idle();
    }

    /// What the line says while nothing is under way.
    pub(crate) fn say_idle(&self) {
        let page = self.page.borrow();
        if page.running || page.ended {
            return;
        }
        let listed = page.rows.len();
        match page.absence {
            // Most pages list nothing until they have loaded: no alarm before somebody asks for something.
            Some(Absence::Nothing) => self.toolbar.say("No invoices found here yet", Tone::Plain),
            Some(absence) => self.toolbar.say(&crate::scan::why_nothing(absence), Tone::Bad),
            None => {
                let archived = |state: &&RowState| {
                    matches!(state, RowState::Ended(Outcome::Filed | Outcome::AlreadyHad))
                };
                let had = page
                    .rows
                    .iter()
                    .filter_map(|found| page.states.get(&found.row.key))
                    .filter(archived)
                    .count();
                let had = if had > 0 { format!(", {had} in the archive") } else { String::new() };
                let plural = if listed == 1 { "" } else { "s" };
                let (more, tone) = match page.cut {
                    true => (". The page has more: Billfold takes no more at once", Tone::Bad),
                    false => ("", Tone::Plain),
                };
                self.toolbar.say(&format!("{listed} invoice{plural} listed{had}{more}"), tone);
            }
        }
    }

    fn wish(self: &Rc<App>, wish: Wish) {
        match wish {
            Wish::SendAll => self.send_all(),
            Wish::Cancel => {
                self.page.borrow_mut().stopped = true;
                self.post(&ToBackground::Cancel);
            }
            Wish::SaveCopy => {
                let _ = self.scrub_copy().map_err(|_| self.no_copy());
            }
        }
    }

    /// Sees to it that a row's button is beside its link, or will be once the row comes near the viewport.
    pub(crate) fn place(&self, found: &Found<WebNode>) {
        let (Place::After(WebNode(anchor)) | Place::In(WebNode(anchor))) = &found.place;
        let key = &found.row.key;
        if let Some(button) = self.page.borrow().buttons.get(key) {
            put(&found.place, &button.host);
            return;
        }
        // A site may use one element for one row now and for another later.
        let watched = self.anchors.has(anchor);
        self.anchors.set(anchor, &JsValue::from_str(key.as_str()));
        if let (false, Some(viewport)) = (watched, &*self.viewport.borrow()) {
            viewport.observe(anchor);
        }
    }

    fn came_near(self: &Rc<App>, entry: &IntersectionObserverEntry) {
        let anchor = &entry.target();
        if let Some(viewport) = &*self.viewport.borrow() {
            viewport.unobserve(anchor);
        }
        let Some(key) = self.anchors.get(anchor).as_string().map(RowKey::new) else { return };
        self.anchors.delete(anchor);
        let mut page = self.page.borrow_mut();
        let Some(found) = page.index.get(&key).and_then(|at| page.rows.get(*at)).cloned() else { return };
        if page.buttons.contains_key(&key) {
            return;
        }
        let app = Rc::downgrade(self);
        let on_click = move |key: &RowKey| {
            if let Some(app) = app.upgrade() {
                app.send_one(key);
            }
        };
        if let Some(button) = RowButton::new(&self.document, &self.sheet, key.clone(), on_click) {
            button.show(found.row.document, page.states.get(&key));
            // A link around a whole row: the button goes to the row's end, and no row moves for it.
            if entry.bounding_client_rect().width() >= ROW_WIDTH {
                let _ = button.host.set_attribute("data-wide", "");
            }
            put(&found.place, &button.host);
            page.buttons.insert(key, button);
        }
    }

    /// Shows a row's state at once, before the background has confirmed it.
    pub(crate) fn show_state(&self, key: &RowKey, state: RowState) {
        let mut page = self.page.borrow_mut();
        if let Some(button) = page.buttons.get(key) {
            button.show(true, Some(&state));
        }
        page.states.insert(key.clone(), state);
    }

    /// Removes the buttons of rows that the page no longer lists.
    pub(crate) fn drop_strays(&self) {
        let Page { buttons, index, .. } = &mut *self.page.borrow_mut();
        buttons.retain(|key, button| {
            let listed = index.contains_key(key);
            if !listed {
                button.host.remove();
            }
            listed
        });
    }
}

/// Puts an element where it belongs, unless it is there.
fn put(place: &Place<WebNode>, host: &Element) {
    match place {
        Place::After(WebNode(link)) => {
            let there = link.next_element_sibling().is_some_and(|next| next == *host);
            if !there {
                let _ = link.after_with_node_1(host);
            }
        }
        Place::In(WebNode(cell)) => {
            let there = host.parent_element().is_some_and(|parent| parent == *cell);
            if !there {
                let _ = cell.append_child(host);
            }
        }
    }
}

/// Did this mutation do nothing but add or remove elements of ours?
fn only_ours(record: &MutationRecord) -> bool {
    let ours = |list: web_sys::NodeList| {
        (0..list.length()).filter_map(|at| list.get(at)).all(|node| node.node_name().starts_with("BILLFOLD-"))
    };
    record.type_() == "childList" && ours(record.added_nodes()) && ours(record.removed_nodes())
}
