//! What the connections share: the data, the knobs, the log, and the line to open pages.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::documents::Stored;
use super::faults::{Fault, Strikes};
use super::shell::LIVE;
use super::{Config, HOSTS, Knobs, render};
use crate::dataset::{DataSet, Invoice, Portal};
use crate::{pdf, token};

/// One request, as it arrived and as it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// From 1, in the order of arrival.
    pub sequence: u64,
    /// Milliseconds since the replica started.
    pub at_ms: u64,
    /// Which connection, from 1.
    pub connection: u64,
    /// `HTTP/2.0`.
    pub version: String,
    /// `GET`.
    pub method: String,
    /// The host that was asked.
    pub host: String,
    /// Without the query.
    pub path: String,
    /// Whether any cookie was sent. Documents must be fetched without.
    pub cookie: bool,
    /// The invoice that was asked for, by number.
    pub number: Option<String>,
    /// The status; 0 if there was none.
    pub status: u16,
    /// The fault that struck.
    pub fault: Option<String>,
    /// How many requests to this host were under way, this one included.
    pub in_flight: usize,
}

/// One complaint of a page or of the browser about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// `console.error`, `error`, `securitypolicyviolation`, `csp-report`…
    pub kind: String,
    /// What it said.
    pub text: String,
    /// The page's path.
    #[serde(default)]
    pub path: String,
}

/// A message for open pages: the event's name and its data as JSON.
pub(crate) type Message = (&'static str, String);

/// A listing's links are issued from here on, a little later for each listing: 2026-06-03T09:15:00Z.
const FIRST_LISTING: i64 = 1_780_478_100;

pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) https_port: u16,
    sets: Vec<DataSet>,
    by_identity: HashMap<(String, String), (usize, usize)>,
    /// With whether it is the receipt's.
    by_object: HashMap<String, ((usize, usize), bool)>,
    printed: HashMap<(String, String), Vec<u8>>,
    knobs: RwLock<Knobs>,
    strikes: Mutex<Strikes>,
    pub(crate) log: Mutex<Vec<Entry>>,
    pub(crate) reports: Mutex<Vec<Report>>,
    pub(crate) live: broadcast::Sender<Message>,
    pub(crate) requests: AtomicU64,
    pub(crate) connections: AtomicU64,
    listings: AtomicU64,
    in_flight: Mutex<HashMap<String, usize>>,
    pub(crate) asked_for_file_url: Mutex<Vec<Instant>>,
    started: Instant,
}

impl State {
    pub(crate) fn new(config: Config, https_port: u16) -> io::Result<Self> {
        let specs = config.openai.iter().chain([&config.stripe, &config.chatgpt]);
        let sets: Vec<DataSet> = specs.map(DataSet::generate).collect();
        let mut by_identity = HashMap::new();
        let mut by_object = HashMap::new();
        for (set, data) in sets.iter().enumerate() {
            for invoice in &data.invoices {
                by_identity.insert((invoice.account.clone(), invoice.secret.clone()), (set, invoice.index));
                by_object.insert(invoice.object(), ((set, invoice.index), false));
                by_object.insert(invoice.receipt_object(), ((set, invoice.index), true));
            }
        }
        let printed = match &config.printed {
            Some(dir) => crate::printed::read(dir)?,
            None => HashMap::new(),
        };
        let knobs = RwLock::new(config.knobs.clone());
        Ok(Self {
            config,
            https_port,
            sets,
            by_identity,
            by_object,
            printed,
            knobs,
            strikes: Mutex::default(),
            log: Mutex::default(),
            reports: Mutex::default(),
            live: broadcast::channel(256).0,
            requests: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            listings: AtomicU64::new(0),
            in_flight: Mutex::default(),
            asked_for_file_url: Mutex::default(),
            started: Instant::now(),
        })
    }

    pub(crate) fn resolver_rules(&self) -> String {
        let maps = HOSTS.map(|host| format!("MAP {host}:443 127.0.0.1:{}", self.https_port));
        format!("{}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", maps.join(", "))
    }

    pub(crate) fn address(&self, portal: Portal) -> String {
        match portal {
            Portal::OpenAi => "https://platform.openai.com/settings/organization/billing/history".to_owned(),
            Portal::Stripe | Portal::ChatGpt => {
                let account = &self.data(portal).account;
                let token = token::portal(account, "_S0099abcdefghijklmnopqrstuvwxyz");
                format!("https://{}/p/session/{token}", portal.host())
            }
        }
    }

    /// All data sets of a portal: OpenAI's has one for each organisation.
    pub(crate) fn all(&self, portal: Portal) -> impl Iterator<Item = &DataSet> {
        self.sets.iter().filter(move |data| data.spec.portal == portal)
    }

    pub(crate) fn data(&self, portal: Portal) -> &DataSet {
        self.all(portal).next().unwrap_or_else(|| panic!("the configuration has no data set for {portal:?}"))
    }

    pub(crate) fn by_token(&self, account: &str, token: &str) -> Option<&Invoice> {
        let parts = token::decode(token)?;
        let place = self.by_identity.get(&(parts.account, parts.secret))?;
        Some(self.at(*place)).filter(|invoice| invoice.account == account && invoice.has_link)
    }

    pub(crate) fn by_object(&self, object: &str) -> Option<Stored<'_>> {
        let (place, is_receipt) = self.by_object.get(object)?;
        Some(Stored { invoice: self.at(*place), is_receipt: *is_receipt })
    }

    fn at(&self, (set, index): (usize, usize)) -> &Invoice {
        &self.sets[set].invoices[index]
    }

    /// Another invoice of the same list.
    pub(crate) fn neighbour(&self, invoice: &Invoice) -> &Invoice {
        let invoices = &self.set_of(invoice).invoices;
        &invoices[(invoice.index + 1) % invoices.len()]
    }

    fn set_of(&self, invoice: &Invoice) -> &DataSet {
        let place = self.by_identity.get(&(invoice.account.clone(), invoice.secret.clone()));
        &self.sets[place.unwrap_or_else(|| panic!("{} is not of this replica", invoice.number)).0]
    }

    pub(crate) fn document(&self, invoice: &Invoice) -> Vec<u8> {
        let key = (invoice.account.clone(), invoice.number.clone());
        match self.printed.get(&key) {
            Some(bytes) if self.knobs.read().unwrap().printed => bytes.clone(),
            _ => render(self.set_of(invoice), invoice),
        }
    }

    pub(crate) fn receipt(&self, invoice: &Invoice) -> Vec<u8> {
        pdf::receipt(self.set_of(invoice), invoice)
    }

    pub(crate) fn knobs(&self) -> Knobs {
        self.knobs.read().unwrap().clone()
    }

    pub(crate) fn set_knobs(&self, knobs: Knobs) {
        let json = serde_json::to_string(&knobs).unwrap();
        *self.knobs.write().unwrap() = knobs;
        *self.strikes.lock().unwrap() = Strikes::default();
        self.tell("knobs", json);
    }

    pub(crate) fn command(&self, name: &str, detail: &str) {
        self.tell("command", serde_json::json!({ "name": name, "detail": detail }).to_string());
    }

    fn tell(&self, event: &'static str, json: String) {
        // Nobody listening is fine.
        let _ = self.live.send((event, json));
    }

    pub(crate) fn fault(&self, host: &str, path: &str, number: Option<&str>) -> Option<Fault> {
        let knobs = self.knobs.read().unwrap();
        self.strikes.lock().unwrap().draw(&knobs.faults, host, path, number)
    }

    /// When the links of a new listing are issued: never twice the same time.
    pub(crate) fn next_listing(&self) -> i64 {
        FIRST_LISTING + 37 * self.listings.fetch_add(1, Ordering::SeqCst) as i64
    }

    /// How many pages would hear a command now.
    pub(crate) fn pages(&self) -> usize {
        self.in_flight.lock().unwrap().get(LIVE).copied().unwrap_or_default()
    }

    pub(crate) fn since_start(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// Counts a request to `host` as under way until the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>, host: &str) -> (usize, InFlight) {
        let mut hosts = self.in_flight.lock().unwrap();
        let count = hosts.entry(host.to_owned()).or_default();
        *count += 1;
        (*count, InFlight { state: Arc::clone(self), host: host.to_owned() })
    }
}

/// A request that has not been answered to the end.
pub(crate) struct InFlight {
    state: Arc<State>,
    host: String,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(count) = self.state.in_flight.lock().unwrap().get_mut(&self.host) {
            *count -= 1;
        }
    }
}
