//! One run, from its announcement to its certificate, with one host.

use crate::download::{self, Delivery, Fault};
use crate::engine::Engine;
use crate::host::Host;
use crate::store::{Job, Store, StoredRun};
use billfold_browser::set_badge;
use billfold_core::pace::wait_before_retry;
use billfold_core::protocol::{
    Code, Failure, Outcome, Reply, Request, RowKey, RowState, Settled, Sum, ToContent,
};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use gloo::timers::future::TimeoutFuture;
use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A row whose document is to be fetched.
struct Waiting {
    row: u32,
    link: String,
    retries: u32,
    not_before: f64,
}

/// A run under way.
pub(crate) struct Session<'a> {
    engine: &'a Engine,
    store: &'a Rc<Store>,
    host: &'a Host,
    run: &'a StoredRun,
    asked: Vec<RowKey>,
    done: Cell<u32>,
}

/// A document's way has two legs, and only the first is the server's business.
enum Leg {
    Fetched(Waiting, Result<Delivery, Fault>),
    Delivered(Waiting, Result<Outcome, Fault>),
}

type UnderWay<'a> = FuturesUnordered<Pin<Box<dyn Future<Output = Leg> + 'a>>>;

/// Milliseconds after which the loop looks around, whatever it waits for.
const LOOK: f64 = 2_000.0;

/// Documents that may wait for their receipts while others are fetched.
const DELIVERIES: usize = 16;

impl<'a> Session<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        store: &'a Rc<Store>,
        host: &'a Host,
        run: &'a StoredRun,
    ) -> Session<'a> {
        Session { engine, store, host, run, asked: run.asked(), done: Cell::new(0) }
    }

    /// Works the run off. [`Code::HostGone`]: begin again with another host; what is filed stays filed.
    pub(crate) async fn work(&self) -> Result<Sum, Code> {
        let begin = &self.run.begin;
        let plan = self.host.ask(&Request::BeginRun(begin.clone())).await?;
        let Reply::Plan { fetch, settled, .. } = plan else { return Err(error_in(plan)) };
        let jobs = self.store.jobs(&begin.run).await.map_err(|_| Code::Internal)?;
        let mut jobs: HashMap<u32, Job> = jobs.into_iter().map(|job| (job.row, job)).collect();
        let mut states = Vec::new();
        let ended: Vec<u32> = settled.iter().map(|settled| settled.row).collect();
        for row in &ended {
            jobs.remove(row);
        }
        self.forget(ended);
        for Settled { row, outcome } in settled {
            states.push((row, RowState::Ended(outcome)));
        }
        let mut failed: Vec<Failure> = jobs.values().filter_map(|job| job.failed.clone()).collect();
        let gone: HashSet<u32> = failed.iter().map(|failure| failure.row).collect();
        for failure in &failed {
            let (code, detail) = (failure.code, failure.detail.clone());
            states.push((failure.row, RowState::Ended(Outcome::Failed { code, detail })));
        }
        // In one message: a run over thousands of rows that are all there is told of at once.
        self.done.set(u32::try_from(states.len()).unwrap_or(u32::MAX));
        self.states(states);
        let mut waiting = VecDeque::new();
        for row in fetch.into_iter().filter(|row| !gone.contains(row)) {
            match jobs.remove(&row).and_then(|job| job.link) {
                Some(link) => waiting.push_back(Waiting { row, link, retries: 0, not_before: 0.0 }),
                None => failed.push(self.fail(row, Code::Internal, None).await),
            }
        }
        self.progress();
        self.fetch_all(waiting, &mut failed).await?;
        match self.host.ask(&Request::EndRun { run: begin.run.clone(), failed }).await? {
            Reply::Certificate { sum, .. } => Ok(sum),
            other => Err(error_in(other)),
        }
    }

    async fn fetch_all(&self, mut waiting: VecDeque<Waiting>, failed: &mut Vec<Failure>) -> Result<(), Code> {
        let pace = &self.engine.pace;
        pace.borrow_mut().begin();
        let mut under_way: UnderWay<'_> = FuturesUnordered::new();
        loop {
            if self.engine.is_cancelled(&self.run.begin.run) {
                for stopped in waiting.drain(..) {
                    failed.push(self.fail(stopped.row, Code::Cancelled, None).await);
                }
            }
            let now = js_sys::Date::now();
            while pace.borrow().has_room(now)
                && under_way.len() < DELIVERIES
                && let Some(at) = waiting.iter().position(|job| job.not_before <= now)
                && let Some(job) = waiting.remove(at)
            {
                pace.borrow_mut().started();
                self.state(job.row, RowState::Fetching);
                under_way.push(Box::pin(async move {
                    let fetched =
                        download::document(self.host, &self.run.begin.run, job.row, &job.link).await;
                    Leg::Fetched(job, fetched)
                }));
            }
            // How long nothing more may start, should nothing end before.
            let next = waiting.iter().map(|job| job.not_before - now).fold(f64::INFINITY, f64::min);
            let pause = next.max(pace.borrow().rest(now));
            if under_way.is_empty() {
                if waiting.is_empty() {
                    return Ok(());
                }
                sleep(pause.clamp(1.0, LOOK)).await;
                continue;
            }
            // A look at least every few seconds: the person may have stopped the run.
            let look = if pause > 0.0 { pause.min(LOOK) } else { LOOK };
            let leg = match select(under_way.next(), Box::pin(sleep(look))).await {
                Either::Left((leg, _)) => leg,
                Either::Right(_) => continue,
            };
            let (job, fault) = match leg {
                None => continue,
                Some(Leg::Fetched(job, Ok(delivery))) => {
                    pace.borrow_mut().succeeded();
                    let delivered = async move { Leg::Delivered(job, delivery.outcome().await) };
                    under_way.push(Box::pin(delivered));
                    continue;
                }
                Some(Leg::Delivered(job, Ok(outcome))) => {
                    self.ended(job.row, outcome, failed).await;
                    continue;
                }
                Some(Leg::Fetched(job, Err(fault))) => {
                    match fault.throttle {
                        Some(rest) => pace.borrow_mut().throttled(js_sys::Date::now(), rest),
                        None => pace.borrow_mut().failed(),
                    }
                    (job, fault)
                }
                Some(Leg::Delivered(job, Err(fault))) => (job, fault),
            };
            if fault.host_is_gone() {
                return Err(Code::HostGone);
            }
            match wait_before_retry(job.retries, js_sys::Math::random()).filter(|_| fault.again) {
                Some(wait) => {
                    self.state(job.row, RowState::Queued);
                    let not_before = js_sys::Date::now() + wait;
                    waiting.push_back(Waiting { retries: job.retries + 1, not_before, ..job });
                }
                None => failed.push(self.fail(job.row, fault.code, fault.detail).await),
            }
        }
    }

    async fn ended(&self, row: u32, outcome: Outcome, failed: &mut Vec<Failure>) {
        if let Outcome::Failed { code, detail } = outcome {
            failed.push(self.fail(row, code, detail).await);
            return;
        }
        self.forget(vec![row]);
        self.show(row, outcome);
    }

    async fn fail(&self, row: u32, code: Code, detail: Option<String>) -> Failure {
        let failure = Failure { row, code, detail: detail.clone() };
        let _ = self.store.failed(&self.run.begin.run, &failure).await;
        self.show(row, Outcome::Failed { code, detail });
        failure
    }

    /// Nobody waits for it: a job that is not forgotten is asked for again later, and the host will know it.
    fn forget(&self, rows: Vec<u32>) {
        let (store, run) = (Rc::clone(self.store), self.run.begin.run.clone());
        spawn_local(async move {
            let _ = store.ended(&run, &rows).await;
        });
    }

    /// Counts a row that has reached its end, and tells the page.
    fn show(&self, row: u32, outcome: Outcome) {
        self.done.set(self.done.get() + 1);
        self.state(row, RowState::Ended(outcome));
        self.progress();
    }

    fn state(&self, row: u32, state: RowState) {
        self.states(vec![(row, state)]);
    }

    fn states(&self, states: Vec<(u32, RowState)>) {
        let rows = &self.run.begin.rows;
        let key = |row: u32| Some(rows.get(usize::try_from(row).ok()?)?.key.clone());
        let states: Vec<_> = states.into_iter().filter_map(|(row, state)| Some((key(row)?, state))).collect();
        self.engine.pages.states(&states);
    }

    fn progress(&self) {
        let of = u32::try_from(self.asked.len()).unwrap_or(u32::MAX);
        let done = self.done.get();
        self.engine.pages.tell(&self.asked, &ToContent::Progress { done, of });
        set_badge(&of.saturating_sub(done).to_string());
    }
}

fn error_in(reply: Reply) -> Code {
    match reply {
        Reply::Error { code, .. } => code,
        _ => Code::Internal,
    }
}

async fn sleep(milliseconds: f64) {
    // In range by its callers; a float has no better way to an integer.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    TimeoutFuture::new(milliseconds.ceil() as u32).await;
}
