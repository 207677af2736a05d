//! What drives the queue: one run at a time, from the oldest click to the newest, until none is left.

use crate::host::Host;
use crate::inject::Policies;
use crate::pages::Pages;
use crate::session::Session;
use crate::store::{Job, Store, StoredRun};
use billfold_browser::{Port, alarm_every, alarms_clear, set_badge};
use billfold_core::pace::Pace;
use billfold_core::portals;
use billfold_core::protocol::{
    BeginRun, Code, Outcome, Reply, Request, Row, RowKey, RowState, RunId, Source, ToBackground, ToContent,
};
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
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
            ToBackground::Listed { source, rows } => {
                self.pages.listed(port, &rows);
                let engine = Rc::clone(self);
                spawn_local(async move { engine.look(source, rows).await });
            }
            ToBackground::Send { run, source, rows, asked, complete, links } => {
                self.pages.listed(port, &rows);
                let begin = BeginRun { run, source, rows, asked, complete };
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

    /// Stops the runs that ask for rows of this page.
    async fn cancel(&self, port: &Port) {
        let Ok(store) = Store::open().await else { return };
        let runs = store.runs().await.unwrap_or_default();
        for run in runs.into_iter().filter(|run| self.pages.lists(port, &run.asked())) {
            let _ = store.cancel(&run).await;
            self.cancelled.borrow_mut().insert(run.begin.run);
        }
    }

    /// Works off what is in the queue now. What cannot be worked off stays in it, and the alarm with it.
    async fn drive(self: &Rc<Engine>, store: &Rc<Store>) {
        loop {
            let Ok(runs) = store.runs().await else { return };
            let Some(run) = runs.into_iter().next() else { break };
            alarm_every(ALARM, 0.5);
            if run.cancelled {
                self.cancelled.borrow_mut().insert(run.begin.run.clone());
            }
            if !self.carry_out(store, &run).await {
                set_badge("!");
                return;
            }
            self.cancelled.borrow_mut().remove(&run.begin.run);
        }
        let _ = alarms_clear(ALARM);
        set_badge("");
    }

    /// Works a run off. False: it is still in the queue.
    async fn carry_out(self: &Rc<Engine>, store: &Rc<Store>, run: &StoredRun) -> bool {
        let mut died = 0;
        let end = loop {
            let worked = match self.host().await {
                Ok(host) => {
                    let worked = Session::new(self, store, &host, run).work().await;
                    if worked == Err(Code::HostGone) {
                        host.close();
                    }
                    worked
                }
                Err(code) => Err(code),
            };
            match worked {
                // Once there was a host; one that is being replaced is missing for a moment.
                Err(Code::HostGone) if died < HOSTS => died += 1,
                Err(Code::HostMissing) if died > 0 && died < HOSTS => died += 1,
                end => break end,
            }
            TimeoutFuture::new(200 << died).await;
        };
        let asked = run.asked();
        match end {
            Ok(sum) => self.pages.tell(&asked, &ToContent::Finished { sum }),
            // A drive that is not mounted yet, another writer: with nobody there to be told, it is tried again.
            Err(_) if !self.pages.any_lists(&asked) => return false,
            Err(code) => {
                // No certificate, so nothing may look done: what is not filed can be sent again.
                let open = store.jobs(&run.begin.run).await.unwrap_or_default();
                let rows = open.iter().filter(|job| job.failed.is_none()).map(|job| job.row);
                self.show_failed(&rows_of(&run.begin, rows), code);
                self.pages.tell(&asked, &ToContent::Trouble { code, detail: None });
            }
        }
        store.close(&run.begin.run).await.is_ok()
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

fn asked_rows(begin: &BeginRun) -> Vec<RowKey> {
    rows_of(begin, begin.asked.iter().copied())
}

/// Remembers a run before anything is done about it. One that is sent again is the same run.
async fn enqueue(begin: BeginRun, links: Vec<Option<String>>) -> Result<(), String> {
    let jobs =
        begin.asked.iter().zip(links).map(|(row, link)| Job { row: *row, link, failed: None }).collect();
    let run = StoredRun { begin, clicked: js_sys::Date::now(), cancelled: false };
    Store::open().await?.add(run, jobs).await
}

fn random() -> Option<[u8; 16]> {
    let worker: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let mut bytes = [0_u8; 16];
    worker.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
