//! One run, from its announcement to its certificate, with one host.

use crate::download::{self, Delivery, Fault};
use crate::engine::Engine;
use crate::host::Host;
use crate::pages::Audience;
use crate::store::{Job, Store, StoredRun};
use crate::waiting::{Ends, Waiting};
use billfold_browser::set_badge;
use billfold_core::pace::wait_before_retry;
use billfold_core::protocol::{
    Code, Failure, Outcome, Part, Reply, Request, Rest, RowState, Settled, Sum, ToContent,
};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Why a run does not come to its end now.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stop {
    /// It cannot. [`Code::HostGone`]: begin again with another host; what is filed stays filed.
    Trouble(Code),
    /// Not yet.
    Rest(Rest),
}

impl From<Code> for Stop {
    fn from(code: Code) -> Stop {
        match code {
            Code::ArchiveLocked => Stop::Rest(Rest::ArchiveLocked),
            code => Stop::Trouble(code),
        }
    }
}

/// A run under way.
pub(crate) struct Session<'a> {
    engine: &'a Engine,
    store: &'a Rc<Store>,
    host: &'a Host,
    run: &'a StoredRun,
    audience: Audience,
    sum: Cell<Sum>,
    /// Rows whose receipts are wanted as soon as their invoices are there.
    receipts: RefCell<HashSet<u32>>,
    receipts_wanted: Cell<u32>,
    sum_of_receipts: Cell<Sum>,
    /// Links refused since one was good.
    refusals: Cell<u32>,
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

/// Links refused one after the other, after which no more are tried: it is not the rows' fault.
const REFUSALS: u32 = 8;

/// The same where no row is left to try.
const LAST_REFUSALS: u32 = 3;

/// Before it is believed that there is no receipt, it is asked for again after the wait that comes after so many
/// retries: some seconds.
const ABSENCE_WAIT: u32 = 2;

/// Milliseconds that pages have to say which links they list now.
const RENEWAL: f64 = 1_000.0;

impl<'a> Session<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        store: &'a Rc<Store>,
        host: &'a Host,
        run: &'a StoredRun,
    ) -> Session<'a> {
        Session {
            engine,
            store,
            host,
            run,
            audience: run.audience(),
            sum: Cell::default(),
            receipts: RefCell::default(),
            receipts_wanted: Cell::default(),
            sum_of_receipts: Cell::default(),
            refusals: Cell::default(),
        }
    }

    /// Has a document of this run been fetched with this host?
    pub(crate) fn has_filed(&self) -> bool {
        self.sum.get().filed + self.sum_of_receipts.get().filed > 0
    }

    /// Works the run off.
    pub(crate) async fn work(&self) -> Result<Sum, Stop> {
        let begin = &self.run.begin;
        let plan = self.host.ask(&Request::BeginRun(begin.clone())).await?;
        let Reply::Plan { fetch, receipts, receipts_settled, settled, .. } = plan else {
            return Err(error_in(plan).into());
        };
        let jobs = self.store.jobs(&begin.run).await.map_err(|_| Code::Internal)?;
        let mut jobs: HashMap<u32, Job> = jobs.into_iter().map(|job| (job.row, job)).collect();
        let mut states = Vec::new();
        let receipts: HashSet<u32> = receipts.into_iter().collect();
        let (left, ended): (Vec<u32>, Vec<u32>) =
            settled.iter().map(|settled| settled.row).partition(|row| receipts.contains(row));
        for row in &ended {
            jobs.remove(row);
        }
        self.forget(ended);
        self.invoices_ended(left.clone());
        for Settled { row, outcome } in settled {
            self.count(&outcome);
            states.push((row, RowState::Ended(outcome)));
        }
        let mut ends = Ends::of(jobs.values());
        let gone = ends.items();
        let is_settled: HashSet<u32> = left.iter().copied().collect();
        let wanted = u32::try_from(receipts.len()).unwrap_or(u32::MAX);
        self.receipts_wanted.set(receipts_settled.listed().saturating_add(wanted));
        self.sum_of_receipts.set(receipts_settled);
        *self.receipts.borrow_mut() = receipts;
        self.remembered(&ends, &is_settled);
        let shown = |failure: &&Failure| failure.part.is_invoice() && !is_settled.contains(&failure.row);
        for failure in ends.failed.iter().filter(shown) {
            let (code, detail) = (failure.code, failure.detail.clone());
            let outcome = Outcome::Failed { code, detail };
            self.count(&outcome);
            states.push((failure.row, RowState::Ended(outcome)));
        }
        // In one message: a run over thousands of rows that are all there is told of at once.
        self.states(states);
        let mut waiting = VecDeque::new();
        // Of an invoice that is yet to come the receipt has its turn after it.
        let invoices = fetch.into_iter().map(|row| (row, Part::Invoice));
        let left = left.into_iter().map(|row| (row, Part::Receipt));
        for (row, part) in invoices.chain(left).filter(|item| !gone.contains(item)) {
            match jobs.remove(&row).and_then(|job| job.link) {
                Some(link) => waiting.push_back(Waiting::new(row, part, link)),
                None => ends.failed.push(self.fail((row, part), Code::Internal, None).await),
            }
        }
        self.progress();
        self.fetch_all(waiting, &mut ends).await?;
        let Ends { failed, without_receipt } = ends;
        match self.host.ask(&Request::EndRun { run: begin.run.clone(), failed, without_receipt }).await? {
            Reply::Certificate { sum, .. } => Ok(sum),
            other => Err(error_in(other).into()),
        }
    }

    /// Why no more rows are to be fetched, whatever comes.
    fn given_up(&self) -> Option<Code> {
        if self.engine.is_cancelled(&self.run.begin.run) {
            return Some(Code::Cancelled);
        }
        // It has waited for fresh links, and is here again without any.
        self.run.paused.is_some().then_some(Code::LinkExpired)
    }

    async fn fetch_all(&self, mut waiting: VecDeque<Waiting>, ends: &mut Ends) -> Result<(), Stop> {
        let pace = &self.engine.pace;
        pace.borrow_mut().begin();
        let mut refused: Vec<Waiting> = Vec::new();
        let mut under_way: UnderWay<'_> = FuturesUnordered::new();
        loop {
            if let Some(code) = self.given_up() {
                for job in waiting.drain(..).chain(refused.drain(..)) {
                    ends.failed.push(self.fail((job.row, job.part), code, None).await);
                }
            }
            let rest = self.rest();
            let now = js_sys::Date::now();
            while rest.is_none()
                && pace.borrow().has_room(now)
                && under_way.len() < DELIVERIES
                && let Some(at) = waiting.iter().position(|job| job.not_before <= now)
                && let Some(job) = waiting.remove(at)
            {
                pace.borrow_mut().started();
                self.show_under_way(&job, RowState::Fetching);
                under_way.push(Box::pin(async move {
                    let item = (job.row, job.part);
                    let fetched = download::document(self.host, &self.run.begin.run, item, &job.link).await;
                    Leg::Fetched(job, fetched)
                }));
            }
            // How long nothing more may start, should nothing end before.
            let next = waiting.iter().map(|job| job.not_before - now).fold(f64::INFINITY, f64::min);
            let pause = next.max(pace.borrow().rest(now));
            if under_way.is_empty() {
                match rest {
                    _ if waiting.is_empty() && refused.is_empty() => return Ok(()),
                    Some(rest) => return Err(Stop::Rest(rest)),
                    None if waiting.is_empty() => {
                        self.retry_or_fail(&mut refused, &mut waiting, ends).await?
                    }
                    None => sleep(pause.clamp(1.0, LOOK)).await,
                }
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
                    self.refusals.set(0);
                    let delivered = async move { Leg::Delivered(job, delivery.outcome().await) };
                    under_way.push(Box::pin(delivered));
                    continue;
                }
                // What was damaged between here and the archive may come whole the next time.
                Some(Leg::Delivered(
                    job,
                    Ok(Outcome::Failed { code: code @ (Code::BytesDiffer | Code::Truncated), .. }),
                )) => (job, Fault::passing(code)),
                Some(Leg::Delivered(job, Ok(outcome))) => {
                    waiting.extend(self.ended(job, outcome, ends).await);
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
                return Err(Code::HostGone.into());
            }
            if fault.code == Code::LinkExpired {
                self.refusals.set(self.refusals.get() + 1);
                self.show_under_way(&job, RowState::Queued);
                self.engine.pages.renew(self.run.key(job.row).as_slice());
                refused.push(job);
                continue;
            }
            if fault.absent && job.part == Part::Receipt {
                // Null is also what Stripe says when it is asked too fast.
                let wait = wait_before_retry(ABSENCE_WAIT, js_sys::Math::random());
                match wait.filter(|_| fault.again && job.absences == 0) {
                    Some(wait) => waiting.push_back(Waiting { absences: 1, ..job.again(wait) }),
                    None => {
                        let _ = self.store.without_receipt(&self.run.begin.run, job.row).await;
                        ends.without_receipt.push(job.row);
                        self.receipt_ended(&Outcome::WithoutDocument);
                    }
                }
                continue;
            }
            match wait_before_retry(job.retries, js_sys::Math::random()).filter(|_| fault.again) {
                Some(wait) => {
                    self.show_under_way(&job, RowState::Queued);
                    waiting.push_back(job.again(wait));
                }
                None => ends.failed.push(self.fail((job.row, job.part), fault.code, fault.detail).await),
            }
        }
    }

    /// Why nothing more may start.
    fn rest(&self) -> Option<Rest> {
        if self.engine.is_signed_out(&self.run.begin.run) {
            return Some(Rest::SignedOut);
        }
        (self.refusals.get() >= REFUSALS).then_some(Rest::LinksRefused)
    }

    /// Rows whose links were refused are tried again with the links that their page lists now. Where those are the
    /// same ones, a few rows have failed; but if nothing else has come for long, the run has to wait.
    async fn retry_or_fail(
        &self,
        refused: &mut Vec<Waiting>,
        waiting: &mut VecDeque<Waiting>,
        ends: &mut Ends,
    ) -> Result<(), Stop> {
        if self.renewed(refused, waiting).await {
            return Ok(());
        }
        if self.refusals.get() >= LAST_REFUSALS {
            return Err(Stop::Rest(Rest::LinksRefused));
        }
        for job in refused.drain(..) {
            ends.failed.push(self.fail((job.row, job.part), Code::LinkExpired, None).await);
        }
        Ok(())
    }

    /// Puts rows back whose pages list them with other links than those that were refused.
    async fn renewed(&self, refused: &mut Vec<Waiting>, waiting: &mut VecDeque<Waiting>) -> bool {
        sleep(RENEWAL).await;
        let jobs = self.store.jobs(&self.run.begin.run).await.unwrap_or_default();
        let links: HashMap<u32, String> =
            jobs.into_iter().filter_map(|job| Some((job.row, job.link?))).collect();
        let before = waiting.len();
        for job in std::mem::take(refused) {
            let link = links.get(&job.row).filter(|link| **link != job.link).cloned();
            match (link, wait_before_retry(job.retries, js_sys::Math::random())) {
                (Some(link), Some(wait)) => waiting.push_back(Waiting { link, ..job }.again(wait)),
                _ => refused.push(job),
            }
        }
        waiting.len() > before
    }

    /// A document has come to its end. Its row's receipt, if that is to follow.
    async fn ended(&self, job: Waiting, outcome: Outcome, ends: &mut Ends) -> Option<Waiting> {
        let Waiting { row, part, link, .. } = job;
        if let Outcome::Failed { code, detail } = outcome {
            ends.failed.push(self.fail((row, part), code, detail).await);
            return None;
        }
        if part == Part::Receipt {
            self.forget(vec![row]);
            self.receipt_ended(&outcome);
            return None;
        }
        let is_there = matches!(outcome, Outcome::Filed | Outcome::AlreadyHad);
        let has_receipt = is_there && self.receipts.borrow().contains(&row);
        if has_receipt {
            self.invoices_ended(vec![row]);
        } else {
            self.forget(vec![row]);
            self.no_receipt_wanted(row);
        }
        self.show(row, outcome);
        has_receipt.then(|| Waiting::new(row, Part::Receipt, link))
    }

    async fn fail(&self, (row, part): (u32, Part), code: Code, detail: Option<String>) -> Failure {
        let failure = Failure { row, part, code, detail: detail.clone() };
        let _ = self.store.failed(&self.run.begin.run, &failure).await;
        let outcome = Outcome::Failed { code, detail };
        if part.is_invoice() {
            self.no_receipt_wanted(row);
            self.show(row, outcome);
        } else {
            self.receipt_ended(&outcome);
        }
        failure
    }

    /// What receipts have come to with an earlier host, as far as only this side knows.
    fn remembered(&self, ends: &Ends, is_settled: &HashSet<u32>) {
        let wanted = |row: &u32| self.receipts.borrow().contains(row);
        for _ in ends.without_receipt.iter().filter(|row| wanted(row)) {
            self.count_receipt(&Outcome::WithoutDocument);
        }
        for Failure { row, part, code, .. } in ends.failed.iter().filter(|failure| wanted(&failure.row)) {
            if part.is_invoice() && !is_settled.contains(row) {
                self.no_receipt_wanted(*row);
            } else {
                self.count_receipt(&Outcome::Failed { code: *code, detail: None });
            }
        }
    }

    /// Of an invoice that is not in the archive no receipt is wanted.
    fn no_receipt_wanted(&self, row: u32) {
        if self.receipts.borrow_mut().remove(&row) {
            self.receipts_wanted.set(self.receipts_wanted.get().saturating_sub(1));
        }
    }

    /// Counts a receipt that has come to its end, and tells the page how many have.
    fn receipt_ended(&self, outcome: &Outcome) {
        self.count_receipt(outcome);
        self.progress();
    }

    fn count_receipt(&self, outcome: &Outcome) {
        let mut sum = self.sum_of_receipts.get();
        sum.add(outcome);
        self.sum_of_receipts.set(sum);
    }

    /// Nobody waits for it: the host knows as well.
    fn invoices_ended(&self, rows: Vec<u32>) {
        let (store, run) = (Rc::clone(self.store), self.run.begin.run.clone());
        spawn_local(async move {
            let _ = store.invoice_ended(&run, &rows).await;
        });
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
        self.count(&outcome);
        self.state(row, RowState::Ended(outcome));
        self.progress();
    }

    fn count(&self, outcome: &Outcome) {
        let mut sum = self.sum.get();
        sum.add(outcome);
        self.sum.set(sum);
    }

    /// The page shows how its invoices come on. What is done for a receipt changes nothing about that.
    fn show_under_way(&self, job: &Waiting, state: RowState) {
        if job.part.is_invoice() {
            self.state(job.row, state);
        }
    }

    fn state(&self, row: u32, state: RowState) {
        self.states(vec![(row, state)]);
    }

    fn states(&self, states: Vec<(u32, RowState)>) {
        let states = states.into_iter().filter_map(|(row, state)| Some((self.run.key(row)?, state)));
        self.engine.pages.states(&states.collect::<Vec<_>>());
    }

    fn progress(&self) {
        let rows = u32::try_from(self.audience.rows.len()).unwrap_or(u32::MAX);
        let (sum, receipts, wanted) =
            (self.sum.get(), self.sum_of_receipts.get(), self.receipts_wanted.get());
        let line = sum.progress(rows, (wanted > 0).then_some((&receipts, wanted)));
        let (done, of) = (sum.listed().saturating_add(receipts.listed()), rows.saturating_add(wanted));
        self.engine.tell(&self.run.begin.run, &self.audience, ToContent::Progress { done, of, line });
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
