//! What must outlive the worker: runs that are not closed, and their rows that are not ended. In IndexedDB.
//!
//! A bearer link is in here from the click until its row ends, and nowhere else.

use crate::pages::Audience;
use billfold_browser::{from_js, to_js};
use billfold_core::protocol::{BeginRun, Failure, Part, Rest, RowKey, RunId};
use idb::{
    Database, DatabaseEvent as _, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query, Transaction,
    TransactionMode,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use wasm_bindgen::JsValue;

const RUNS: &str = "runs";
const JOBS: &str = "jobs";

/// A run that is not closed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredRun {
    pub(crate) begin: BeginRun,
    /// Milliseconds since 1970: runs are worked off in the order of their clicks.
    pub(crate) clicked: f64,
    /// The person has stopped it.
    pub(crate) cancelled: bool,
    /// It waits for a person.
    #[serde(default)]
    pub(crate) paused: Option<Pause>,
}

/// Since when a run waits for a person, and what for.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) rest: Rest,
    /// Milliseconds since 1970.
    pub(crate) since: f64,
}

impl StoredRun {
    /// Whom it concerns.
    pub(crate) fn audience(&self) -> Audience {
        let asked = self.begin.asked.iter();
        let rows = asked.filter_map(|row| self.key(*row)).collect();
        Audience { rows, page: self.begin.source.page.clone() }
    }

    /// A row's key.
    pub(crate) fn key(&self, row: u32) -> Option<RowKey> {
        self.begin.rows.get(usize::try_from(row).ok()?).map(|row| row.key.clone())
    }
}

/// A row that is asked for: waiting with its link, or failed without. One whose documents are all filed is not kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) row: u32,
    pub(crate) link: Option<String>,
    pub(crate) failed: Option<Failure>,
    /// What it waits for: its invoice comes first.
    #[serde(default)]
    pub(crate) part: Part,
    /// Its invoice is filed, and has no receipt.
    #[serde(default)]
    pub(crate) without_receipt: bool,
}

impl Job {
    /// A row that waits for its invoice.
    pub(crate) fn new(row: u32, link: Option<String>) -> Job {
        Job { row, link, failed: None, part: Part::Invoice, without_receipt: false }
    }

    fn is_open(&self) -> bool {
        self.failed.is_none() && !self.without_receipt
    }

    /// Is it still to be fetched?
    pub(crate) fn waits(&self) -> bool {
        self.is_open() && self.link.is_some()
    }
}

/// The database, open.
pub(crate) struct Store(Database);

type Result<T> = std::result::Result<T, String>;

fn said(error: idb::Error) -> String {
    error.to_string()
}

fn job_key(run: &RunId, row: u32) -> JsValue {
    JsValue::from_str(&format!("{run}/{row:08}"))
}

fn jobs_of(run: &RunId) -> Result<KeyRange> {
    let bound = |end: &str| JsValue::from_str(&format!("{run}{end}"));
    KeyRange::bound(&bound("/"), &bound("0"), None, None).map_err(said)
}

impl Store {
    pub(crate) async fn open() -> Result<Store> {
        let mut request =
            Factory::new().and_then(|factory| factory.open("billfold", Some(1))).map_err(said)?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                for name in [RUNS, JOBS] {
                    let _ = database.create_object_store(name, ObjectStoreParams::new());
                }
            }
        });
        request.await.map(Store).map_err(said)
    }

    fn write(&self) -> Result<(Transaction, ObjectStore, ObjectStore)> {
        let transaction = self.0.transaction(&[RUNS, JOBS], TransactionMode::ReadWrite).map_err(said)?;
        let runs = transaction.object_store(RUNS).map_err(said)?;
        let jobs = transaction.object_store(JOBS).map_err(said)?;
        Ok((transaction, runs, jobs))
    }

    /// Remembers a run with all its jobs: all of it or nothing. A run that is remembered stays as it is.
    pub(crate) async fn add(&self, run: StoredRun, new: Vec<Job>) -> Result<()> {
        let (transaction, runs, jobs) = self.write()?;
        let id = run.begin.run.clone();
        let key = JsValue::from_str(id.as_str());
        let known = runs.get(key.clone()).map_err(said)?.await.map_err(said)?;
        if known.is_none() {
            runs.put(&to_js(&run)?, Some(&key)).map_err(said)?;
            for job in new {
                jobs.put(&to_js(&job)?, Some(&job_key(&id, job.row))).map_err(said)?;
            }
        }
        transaction.await.map_err(said).map(drop)
    }

    /// All open runs, oldest click first.
    pub(crate) async fn runs(&self) -> Result<Vec<StoredRun>> {
        let transaction = self.0.transaction(&[RUNS], TransactionMode::ReadOnly).map_err(said)?;
        let all = transaction.object_store(RUNS).and_then(|runs| runs.get_all(None, None)).map_err(said)?;
        let mut runs: Vec<StoredRun> =
            all.await.map_err(said)?.into_iter().filter_map(|value| from_js(value).ok()).collect();
        runs.sort_by(|left, right| left.clicked.total_cmp(&right.clicked));
        Ok(runs)
    }

    /// A run's jobs, in the page's order.
    pub(crate) async fn jobs(&self, run: &RunId) -> Result<Vec<Job>> {
        let transaction = self.0.transaction(&[JOBS], TransactionMode::ReadOnly).map_err(said)?;
        let range = Query::KeyRange(jobs_of(run)?);
        let all =
            transaction.object_store(JOBS).and_then(|jobs| jobs.get_all(Some(range), None)).map_err(said)?;
        Ok(all.await.map_err(said)?.into_iter().filter_map(|value| from_js(value).ok()).collect())
    }

    /// Remembers that rows' invoices are filed, and that they wait for their receipts.
    pub(crate) async fn invoice_ended(&self, run: &RunId, rows: &[u32]) -> Result<()> {
        self.change_jobs(run, rows, |job| job.part = Part::Receipt).await
    }

    /// Remembers that a row has no receipt, and forgets its link.
    pub(crate) async fn without_receipt(&self, run: &RunId, row: u32) -> Result<()> {
        let change = |job: &mut Job| (job.link, job.without_receipt) = (None, true);
        self.change_jobs(run, &[row], change).await
    }

    async fn change_jobs(&self, run: &RunId, rows: &[u32], change: impl Fn(&mut Job)) -> Result<()> {
        let (transaction, _, jobs) = self.write()?;
        for row in rows {
            let key = job_key(run, *row);
            let Some(known) = jobs.get(key.clone()).map_err(said)?.await.map_err(said)? else { continue };
            let mut job: Job = from_js(known)?;
            change(&mut job);
            jobs.put(&to_js(&job)?, Some(&key)).map_err(said)?;
        }
        transaction.await.map_err(said).map(drop)
    }

    /// Forgets the jobs of rows that have come to a good end, and with them the links.
    pub(crate) async fn ended(&self, run: &RunId, rows: &[u32]) -> Result<()> {
        let (transaction, _, jobs) = self.write()?;
        for row in rows {
            jobs.delete(job_key(run, *row)).map_err(said)?;
        }
        transaction.await.map_err(said).map(drop)
    }

    /// Remembers that a row's document failed, and forgets its link.
    pub(crate) async fn failed(&self, run: &RunId, failure: &Failure) -> Result<()> {
        let (transaction, _, jobs) = self.write()?;
        let job = Job { failed: Some(failure.clone()), part: failure.part, ..Job::new(failure.row, None) };
        jobs.put(&to_js(&job)?, Some(&job_key(run, failure.row))).map_err(said)?;
        transaction.await.map_err(said).map(drop)
    }

    /// Changes what is remembered of a run. One that has closed in the meantime stays closed.
    pub(crate) async fn change(&self, run: &RunId, change: impl FnOnce(&mut StoredRun)) -> Result<()> {
        let (transaction, runs, _) = self.write()?;
        let key = JsValue::from_str(run.as_str());
        if let Some(known) = runs.get(key.clone()).map_err(said)?.await.map_err(said)? {
            let mut run: StoredRun = from_js(known)?;
            change(&mut run);
            runs.put(&to_js(&run)?, Some(&key)).map_err(said)?;
        }
        transaction.await.map_err(said).map(drop)
    }

    /// Gives rows that wait other links, where they are other ones. Says how many are.
    pub(crate) async fn renew(&self, run: &RunId, links: &HashMap<u32, &str>) -> Result<usize> {
        let (transaction, _, jobs) = self.write()?;
        let mut renewed = 0;
        for (row, link) in links {
            let key = job_key(run, *row);
            let Some(known) = jobs.get(key.clone()).map_err(said)?.await.map_err(said)? else { continue };
            let job: Job = from_js(known)?;
            if job.is_open() && job.link.as_deref() != Some(*link) {
                let job = Job { link: Some((*link).to_owned()), ..job };
                jobs.put(&to_js(&job)?, Some(&key)).map_err(said)?;
                renewed += 1;
            }
        }
        transaction.await.map_err(said)?;
        Ok(renewed)
    }

    /// Forgets a run that is closed.
    pub(crate) async fn close(&self, run: &RunId) -> Result<()> {
        let (transaction, runs, jobs) = self.write()?;
        runs.delete(JsValue::from_str(run.as_str())).map_err(said)?;
        jobs.delete(Query::KeyRange(jobs_of(run)?)).map_err(said)?;
        transaction.await.map_err(said).map(drop)
    }
}
