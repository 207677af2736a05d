//! What drives the queue: one run at a time, from the oldest click to the newest, until none is left.

use crate::host::Host;
use crate::inject::Policies;
use crate::pages::{Audience, Pages};
use crate::rests::{FIRST, LONGEST, Rests};
use crate::session::{Session, Stop};
use crate::store::{Job, Pause, Store, StoredRun};
use billfold_browser::{Port, alarm_every, alarms_clear, set_badge};
use billfold_core::pace::Pace;
use billfold_core::portals;
use billfold_core::protocol::{
    BeginRun, Code, Outcome, Part, Reply, Request, Rest, Row, RowKey, RowState, RunId, Source, Sum,
    ToBackground, ToContent,
};
use billfold_core::stripe::InvoiceLink;
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;

/// Wakes a worker that was killed with work in its queue.
const ALARM: &str = "queue";

/// Hosts that may die on one run before it is given up.
const HOSTS: u32 = 5;

/// The service worker.
#[derive(Default)]
pub(crate) struct Engine {
    pub(crate) pages: Pages,
    pub(crate) policies: Policies,
    driving: Cell<bool>,
    /// Something was added since the queue was last read.
    stirred: Cell<bool>,
    host: RefCell<Option<Rc<Host>>>,
    looking: Cell<u32>,
    cancelled: RefCell<HashSet<RunId>>,
    /// Runs whose page has become a sign-in page.
    signed_out: RefCell<HashSet<RunId>>,
    rests: Rests,
    /// What was last said of each open run, for a page that comes late.
    news: RefCell<HashMap<RunId, ToContent>>,
    /// Towards Stripe, over all runs: a server that wants rest wants it of the next run as well.
    pub(crate) pace: RefCell<Pace>,
}

impl Engine {
    /// Sees to it that the queue is being worked off.
    pub(crate) fn kick(self: &Rc<Engine>) {
        self.stirred.set(true);
        if !self.driving.replace(true) {
            let engine = Rc::clone(self);
            spawn_local(async move {
                while engine.stirred.replace(false) {
                    if let Ok(store) = Store::open().await {
                        engine.drive(&Rc::new(store)).await;
                    }
                }
                engine.driving.set(false);
                engine.close_host_if_idle();
            });
        }
    }

    pub(crate) fn heard(self: &Rc<Engine>, port: &Port, message: ToBackground) {
        match message {
            ToBackground::Listed { source, from, rows, last } => {
                self.pages.listed(port, &rows, from == 0);
                let (engine, port) = (Rc::clone(self), port.clone());
                spawn_local(async move {
                    // A run that stands still has let its host go: its page's rows are looked at when it goes on.
                    if !engine.greet(&port, last).await {
                        engine.look(source, rows).await;
                    }
                });
            }
            ToBackground::SignedOut { source } => {
                self.pages.signed_out(port, source.page.clone());
                let engine = Rc::clone(self);
                spawn_local(async move { engine.signed_out(&source).await });
            }
            ToBackground::Links { links } => {
                let (engine, port) = (Rc::clone(self), port.clone());
                spawn_local(async move { engine.renew(&port, &links).await });
            }
            ToBackground::Send { run, source, rows, asked, complete, links } => {
                self.pages.listed(port, &rows, true);
                let begin = BeginRun { run, source, rows, asked, complete, receipts: true };
                let (engine, port) = (Rc::clone(self), port.clone());
                spawn_local(async move {
                    let run = begin.run.clone();
                    let lost = asked_rows(&begin);
                    let answer = match enqueue(begin, links).await {
                        Ok(()) => ToContent::Queued { run },
                        Err(_) => {
                            engine.show_failed(&lost, Code::Internal);
                            ToContent::Trouble { code: Code::Internal, detail: None }
                        }
                    };
                    let _ = port.post(&answer);
                    engine.kick();
                });
            }
            ToBackground::Scrub { html } => {
                if let Some(salt) = random() {
                    let _ = port.post(&ToContent::Scrubbed { html: portals::scrub(&html, salt) });
                }
            }
            ToBackground::Cancel => {
                let (engine, port) = (Rc::clone(self), port.clone());
                spawn_local(async move { engine.cancel(&port).await });
            }
        }
    }

    pub(crate) fn is_cancelled(&self, run: &RunId) -> bool {
        self.cancelled.borrow().contains(run)
    }

    pub(crate) fn is_signed_out(&self, run: &RunId) -> bool {
        self.signed_out.borrow().contains(run)
    }

    /// Tells the pages that a run concerns, and those that come later.
    pub(crate) fn tell(&self, run: &RunId, audience: &Audience, message: ToContent) {
        self.pages.tell(audience, &message);
        self.news.borrow_mut().insert(run.clone(), message);
    }

    /// Tells a page that has listed all its rows how the open runs over them stand. Those that wait for fresh links
    /// ask it for its own. True: one of them stands still.
    async fn greet(&self, port: &Port, all: bool) -> bool {
        let Ok(store) = Store::open().await else { return false };
        let mut resting = false;
        for run in store.runs().await.unwrap_or_default() {
            if !self.pages.concerns(port, &run.audience()) {
                continue;
            }
            let news = self.news.borrow().get(&run.begin.run).cloned();
            let rest = run.paused.map(|pause| ToContent::Resting { rest: pause.rest });
            let news = rest.or(news);
            resting |= matches!(news, Some(ToContent::Resting { .. }));
            if run.paused.is_none() {
                self.signed_out.borrow_mut().remove(&run.begin.run);
            }
            if !all {
                continue;
            }
            let waiting = self.waiting(&store, &run).await;
            if !run.cancelled {
                let states = waiting.iter().map(|(key, part)| (key.clone(), while_waiting(*part)));
                self.pages.states(&states.collect::<Vec<_>>());
            }
            if let Some(news) = news {
                let _ = port.post(&news);
            }
            if run.paused.is_some() {
                self.pages.renew_all(&keys(waiting), &run.audience());
            }
        }
        resting
    }

    /// The rows of a run that wait for their documents, and for which.
    async fn waiting(&self, store: &Store, run: &StoredRun) -> Vec<(RowKey, Part)> {
        let jobs = store.jobs(&run.begin.run).await.unwrap_or_default();
        let waiting = jobs.iter().filter(|job| job.waits());
        waiting.filter_map(|job| Some((run.key(job.row)?, job.part))).collect()
    }

    /// A page has become a sign-in page: the runs over its rows have to wait, unless another page lists them.
    async fn signed_out(self: &Rc<Engine>, source: &Source) {
        let Ok(store) = Store::open().await else { return };
        for run in store.runs().await.unwrap_or_default() {
            let audience = run.audience();
            let theirs = run.begin.source.portal == source.portal && audience.page == source.page;
            if theirs && !run.cancelled && !self.pages.list_now(&audience.rows) {
                if let Some(pause) = run.paused {
                    self.pages.tell(&audience, &ToContent::Resting { rest: pause.rest });
                }
                self.signed_out.borrow_mut().insert(run.begin.run);
            }
        }
        self.kick();
    }

    /// A page has said which links it lists now: runs that have waited for them go on.
    async fn renew(self: &Rc<Engine>, port: &Port, links: &[(RowKey, String)]) {
        let Ok(store) = Store::open().await else { return };
        let theirs = |(key, link): &&(RowKey, String)| {
            InvoiceLink::parse(link).is_some_and(|link| link.identity().key() == *key)
        };
        let links: HashMap<&RowKey, &str> =
            links.iter().filter(theirs).map(|(key, link)| (key, link.as_str())).collect();
        for run in store.runs().await.unwrap_or_default() {
            if links.is_empty() || !self.pages.concerns(port, &run.audience()) {
                continue;
            }
            let rows = (0..).zip(&run.begin.rows);
            let links = rows.filter_map(|(at, row)| Some((at, *links.get(&row.key)?))).collect();
            let renewed = store.renew(&run.begin.run, &links).await.unwrap_or_default();
            // Whoever has signed in again may see the same links.
            let signed_in = run.paused.is_some_and(|pause| pause.rest == Rest::SignedOut);
            if run.paused.is_some() && (renewed > 0 || signed_in) {
                let _ = store.change(&run.begin.run, |run| run.paused = None).await;
                self.signed_out.borrow_mut().remove(&run.begin.run);
            }
        }
        self.kick();
    }

    /// Tells the pages which of their rows the archive holds. Without a host nothing is known, and nothing is
    /// said: the person has not asked for anything yet.
    async fn look(self: &Rc<Engine>, source: Source, rows: Vec<Row>) {
        self.looking.set(self.looking.get() + 1);
        if let Ok(host) = self.host().await {
            let keys: Vec<RowKey> = rows.iter().map(|row| row.key.clone()).collect();
            if let Ok(Reply::Seen { had }) = host.ask(&Request::Look { source, rows }).await {
                let had = had.iter().filter_map(|at| keys.get(usize::try_from(*at).ok()?));
                let states: Vec<_> =
                    had.map(|key| (key.clone(), RowState::Ended(Outcome::AlreadyHad))).collect();
                self.pages.states(&states);
            }
        }
        self.looking.set(self.looking.get() - 1);
        self.close_host_if_idle();
    }

    /// Stops the runs that concern this page.
    async fn cancel(self: &Rc<Engine>, port: &Port) {
        let Ok(store) = Store::open().await else { return };
        let runs = store.runs().await.unwrap_or_default();
        for run in runs.into_iter().filter(|run| self.pages.concerns(port, &run.audience())) {
            let _ = store.change(&run.begin.run, |run| run.cancelled = true).await;
            self.rests.forget(&run.begin.run);
            self.cancelled.borrow_mut().insert(run.begin.run);
        }
        self.kick();
    }

    /// Works off what is in the queue now. What cannot be worked off stays in it.
    async fn drive(self: &Rc<Engine>, store: &Rc<Store>) {
        loop {
            let Ok(runs) = store.runs().await else { return };
            let now = js_sys::Date::now();
            let Some(run) = runs.iter().find(|run| self.rests.until(run) <= now) else {
                self.sleep(&runs, now);
                return;
            };
            alarm_every(ALARM, 0.5);
            if run.cancelled {
                self.cancelled.borrow_mut().insert(run.begin.run.clone());
            }
            if self.carry_out(store, run).await {
                self.forget(&run.begin.run);
            }
        }
    }

    /// Nothing can be done now. What waits for a person is gone on with when a page says so; what waits for time,
    /// by a timer, or by the alarm where this worker dies first.
    fn sleep(self: &Rc<Engine>, runs: &[StoredRun], now: f64) {
        set_badge(if runs.is_empty() { "" } else { "!" });
        let next = runs.iter().map(|run| self.rests.until(run)).fold(f64::INFINITY, f64::min);
        if next.is_finite() {
            alarm_every(ALARM, 0.5);
            let engine = Rc::clone(self);
            spawn_local(async move {
                // In range: the longest rest is a minute. A float has no better way to an integer.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                TimeoutFuture::new((next - now).ceil() as u32).await;
                engine.kick();
            });
        } else {
            let _ = alarms_clear(ALARM);
        }
    }

    /// Works a run off. False: it is still in the queue.
    async fn carry_out(self: &Rc<Engine>, store: &Rc<Store>, run: &StoredRun) -> bool {
        let id = &run.begin.run;
        let end = match self.is_signed_out(id) && !run.cancelled {
            true => Err(Stop::Rest(Rest::SignedOut)),
            false => self.work(store, run).await,
        };
        let audience = run.audience();
        match end {
            Ok(sum) => {
                let open = sum.quarantined + sum.failed > 0;
                self.pages.tell(&audience, &ToContent::Finished { line: sum.to_string(), open });
            }
            Err(Stop::Rest(rest)) => {
                self.rest(store, run, &audience, rest).await;
                return false;
            }
            // A drive that is not mounted yet: with nobody there to be told, it is tried again.
            Err(Stop::Trouble(_)) if !self.pages.any(&audience) => {
                self.rests.begin(id, LONGEST);
                return false;
            }
            Err(Stop::Trouble(code)) => {
                // No certificate, so nothing may look done: what is not filed can be sent again.
                self.show_open_failed(store, run, code).await;
                self.pages.tell(&audience, &ToContent::Trouble { code, detail: None });
            }
        }
        let closed = store.close(id).await.is_ok();
        if !closed {
            self.rests.begin(id, LONGEST);
        }
        closed
    }

    /// Works a run off with a host, and with another one where that dies.
    async fn work(self: &Rc<Engine>, store: &Rc<Store>, run: &StoredRun) -> Result<Sum, Stop> {
        let mut died = 0;
        loop {
            let worked = match self.host().await {
                Ok(host) => {
                    let session = Session::new(self, store, &host, run);
                    let worked = session.work().await;
                    if session.has_filed() {
                        self.rests.forget(&run.begin.run);
                    }
                    if worked == Err(Stop::Trouble(Code::HostGone)) {
                        host.close();
                    }
                    worked
                }
                Err(code) => Err(code.into()),
            };
            match worked {
                // Once there was a host; one that is being replaced is missing for a moment.
                Err(Stop::Trouble(Code::HostGone)) if died < HOSTS => died += 1,
                Err(Stop::Trouble(Code::HostMissing)) if died > 0 && died < HOSTS => died += 1,
                end => return end,
            }
            TimeoutFuture::new(200 << died).await;
        }
    }

    /// A run stands still. Its rows stay in the queue with their links.
    async fn rest(&self, store: &Store, run: &StoredRun, audience: &Audience, rest: Rest) {
        let id = &run.begin.run;
        self.rests.begin(id, FIRST);
        if rest != Rest::ArchiveLocked {
            let pause = Pause { rest, since: js_sys::Date::now() };
            let _ = store.change(id, |run| run.paused = Some(pause)).await;
        } else if self.is_cancelled(id) {
            // Its certificate has to wait, the person has not.
            self.show_open_failed(store, run, Code::Cancelled).await;
            let stopped = ToContent::Trouble { code: Code::ArchiveLocked, detail: None };
            if self.news.borrow().get(id) != Some(&stopped) {
                self.tell(id, audience, stopped);
            }
            return;
        }
        self.tell(id, audience, ToContent::Resting { rest });
        if rest != Rest::ArchiveLocked {
            // A page may list fresh ones already.
            self.pages.renew_all(&keys(self.waiting(store, run).await), audience);
        }
    }

    fn forget(&self, run: &RunId) {
        self.cancelled.borrow_mut().remove(run);
        self.signed_out.borrow_mut().remove(run);
        self.news.borrow_mut().remove(run);
        self.rests.forget(run);
    }

    async fn show_open_failed(&self, store: &Store, run: &StoredRun, code: Code) {
        let open = store.jobs(&run.begin.run).await.unwrap_or_default();
        // A row whose receipt is missing is in the archive all the same.
        let open = open.iter().filter(|job| job.failed.is_none() && job.part.is_invoice());
        let rows = open.map(|job| job.row);
        self.show_failed(&rows_of(&run.begin, rows), code);
    }

    fn show_failed(&self, rows: &[RowKey], code: Code) {
        let state = RowState::Ended(Outcome::Failed { code, detail: None });
        let states: Vec<_> = rows.iter().map(|key| (key.clone(), state.clone())).collect();
        self.pages.states(&states);
    }

    /// The host, started if need be.
    async fn host(&self) -> Result<Rc<Host>, Code> {
        let running = self.host.borrow().clone().filter(|host| host.is_alive());
        if let Some(host) = running {
            return Ok(host);
        }
        let host = Host::start().await?;
        // Two may have started one at the same time: the first stays.
        let first = self.host.borrow().clone().filter(|host| host.is_alive());
        match first {
            Some(first) => {
                host.close();
                Ok(first)
            }
            None => {
                *self.host.borrow_mut() = Some(Rc::clone(&host));
                Ok(host)
            }
        }
    }

    /// An open port keeps the worker alive and a process running: neither without need.
    fn close_host_if_idle(&self) {
        if !self.driving.get()
            && self.looking.get() == 0
            && let Some(host) = self.host.borrow_mut().take()
        {
            host.close();
        }
    }
}

/// The keys of those of a run's rows that have a document.
fn rows_of(begin: &BeginRun, rows: impl Iterator<Item = u32>) -> Vec<RowKey> {
    let row = |at: u32| begin.rows.get(usize::try_from(at).ok()?).filter(|row| row.document);
    rows.filter_map(row).map(|row| row.key.clone()).collect()
}

fn keys(waiting: Vec<(RowKey, Part)>) -> Vec<RowKey> {
    waiting.into_iter().map(|(key, _)| key).collect()
}

/// What a page shows of a row that waits for a document. One that waits for its receipt is filed already.
fn while_waiting(part: Part) -> RowState {
    match part {
        Part::Invoice => RowState::Queued,
        Part::Receipt => RowState::Ended(Outcome::AlreadyHad),
    }
}

fn asked_rows(begin: &BeginRun) -> Vec<RowKey> {
    rows_of(begin, begin.asked.iter().copied())
}

/// Remembers a run before anything is done about it. One that is sent again is the same run.
async fn enqueue(begin: BeginRun, links: Vec<Option<String>>) -> Result<(), String> {
    let jobs = begin.asked.iter().zip(links).map(|(row, link)| Job::new(*row, link)).collect();
    let run = StoredRun { begin, clicked: js_sys::Date::now(), cancelled: false, paused: None };
    Store::open().await?.add(run, jobs).await
}

fn random() -> Option<[u8; 16]> {
    let worker: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let mut bytes = [0_u8; 16];
    worker.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
