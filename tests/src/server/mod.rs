//! The server: TLS with HTTP/2 on loopback, under the real host names.
//!
//! It runs on a runtime and a thread of its own, so that a plain `#[test]`, an async test and the `replica`
//! binary use it alike. It must not know anything of the extension or the host: it plays the outside world.

mod answer;
mod control;
mod documents;
mod faults;
mod knobs;
mod listen;
mod openai;
mod portals;
mod route;
mod shell;
mod state;

pub use faults::{Fault, FaultRule};
pub use knobs::{Burst, Csp, Generation, Knobs, React, Rendering};
pub use state::{Entry, Report};

use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::dataset::{DataSet, Invoice, Portal, Spec};
use crate::{page, pdf};
use state::State;

/// Every host name that the replica answers to.
pub const HOSTS: [&str; 8] = [
    "platform.openai.com",
    "billing.stripe.com",
    "pay.openai.com",
    "invoice.stripe.com",
    "pay.stripe.com",
    "invoicedata.stripe.com",
    "files.stripe.com",
    STORAGE,
];

/// Where documents lie.
pub const STORAGE: &str = "stripe-upload-api.s3.us-west-1.amazonaws.com";

/// What a replica starts with. Ports are 0 for any free one.
#[derive(Clone, Debug)]
pub struct Config {
    /// The OpenAI page's organisations, the one shown first first.
    pub openai: Vec<Spec>,
    /// The portal on billing.stripe.com.
    pub stripe: Spec,
    /// The portal on pay.openai.com.
    pub chatgpt: Spec,
    /// The knobs at the start.
    pub knobs: Knobs,
    /// The TLS port.
    pub https_port: u16,
    /// The plain control port.
    pub control_port: u16,
    /// Whether pages are needed. Without them neither npm nor a bundle is.
    pub pages: bool,
    /// Where the bundled pages lie or are to be made.
    pub page_dir: PathBuf,
    /// Documents printed by Chromium, served for the newest invoices of each set (see `printed`).
    pub printed: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let mut second = Spec::new(Portal::OpenAi).size(4);
        second.organisation = "Tidewater Labs".to_owned();
        Self {
            openai: vec![Spec::new(Portal::OpenAi), second],
            stripe: Spec::new(Portal::Stripe),
            chatgpt: Spec::new(Portal::ChatGpt),
            knobs: Knobs::default(),
            https_port: 0,
            control_port: 0,
            pages: true,
            page_dir: page::default_dir(),
            printed: None,
        }
    }
}

/// A running replica. It stops when dropped.
pub struct Replica {
    /// The port of the TLS server on 127.0.0.1.
    pub https_port: u16,
    /// The port of the plain control endpoint on 127.0.0.1.
    pub control_port: u16,
    certificate: String,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Replica {
    /// Starts a replica.
    ///
    /// # Panics
    /// If it cannot; [`Replica::try_start`] says so instead.
    pub fn start(config: Config) -> Self {
        Self::try_start(config).unwrap_or_else(|error| panic!("the replica cannot start: {error}"))
    }

    /// Starts a replica, bundling its pages first if they are wanted and not up to date.
    pub fn try_start(config: Config) -> io::Result<Self> {
        if config.pages {
            page::bundle(&config.page_dir)?;
        }
        let https = TcpListener::bind(("127.0.0.1", config.https_port))?;
        let control = TcpListener::bind(("127.0.0.1", config.control_port))?;
        let https_port = https.local_addr()?.port();
        let control_port = control.local_addr()?.port();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let identity = listen::Identity::new().map_err(io::Error::other)?;
        let certificate = identity.pem.clone();
        let state = Arc::new(State::new(config, https_port)?);
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
            runtime.spawn(listen::https(https, identity, Arc::clone(&shared)));
            runtime.spawn(listen::plain(control, shared));
            // An error means that the handle is gone, which is the same wish.
            let _ = stopped.blocking_recv();
            runtime.shutdown_background();
        })?;
        Ok(Self { https_port, control_port, certificate, state, stop: Some(stop), thread: Some(thread) })
    }

    /// The value of Chromium's `--host-resolver-rules` that leads every host here and nothing elsewhere.
    pub fn resolver_rules(&self) -> String {
        self.state.resolver_rules()
    }

    /// Ports, addresses and resolver rules as JSON: the control endpoint's `GET /`, and the
    /// control port and the certificate.
    pub fn describe(&self) -> serde_json::Value {
        let mut all = control::describe(&self.state);
        all["control_port"] = self.control_port.into();
        all["certificate"] = self.certificate.as_str().into();
        all
    }

    /// The address of a portal's billing page.
    pub fn address(&self, portal: Portal) -> String {
        self.state.address(portal)
    }

    /// The server's self-signed certificate in PEM, for clients that check.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The truth about a portal, for OpenAI's about the organisation shown first.
    pub fn dataset(&self, portal: Portal) -> &DataSet {
        self.state.data(portal)
    }

    /// The bytes of an invoice's document, as served now.
    pub fn document(&self, invoice: &Invoice) -> Vec<u8> {
        self.state.document(invoice)
    }

    /// The bytes of an invoice's receipt.
    pub fn receipt(&self, invoice: &Invoice) -> Vec<u8> {
        self.state.receipt(invoice)
    }

    /// What was asked so far, in the order of arrival.
    pub fn log(&self) -> Vec<Entry> {
        self.state.log.lock().unwrap().clone()
    }

    /// Forgets what was asked so far.
    pub fn clear_log(&self) {
        self.state.log.lock().unwrap().clear();
    }

    /// What pages and browsers complained about: console errors, React warnings, CSP violations.
    pub fn reports(&self) -> Vec<Report> {
        self.state.reports.lock().unwrap().clone()
    }

    /// Forgets the complaints so far.
    pub fn clear_reports(&self) {
        self.state.reports.lock().unwrap().clear();
    }

    /// How many pages hold a live connection, that is, would hear a command now.
    pub fn pages(&self) -> usize {
        self.state.pages()
    }

    /// The knobs as they stand.
    pub fn knobs(&self) -> Knobs {
        self.state.knobs()
    }

    /// Turns the knobs; open pages hear of it.
    pub fn set(&self, knobs: Knobs) {
        self.state.set_knobs(knobs);
    }

    /// Turns some knobs: `replica.update(|knobs| knobs.latency_ms = 80)`.
    pub fn update(&self, change: impl FnOnce(&mut Knobs)) {
        let mut knobs = self.knobs();
        change(&mut knobs);
        self.set(knobs);
    }

    /// Tells open pages to `rerender`, `reorder` or `remount` their rows, or to `navigate` to a path.
    pub fn command(&self, name: &str, detail: &str) {
        self.state.command(name, detail);
    }

    /// How many requests the server has taken since it started, cleared or not.
    pub fn requests(&self) -> u64 {
        self.state.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed; a second one in drop would only hide it.
            let _ = thread.join();
        }
    }
}

/// Also used by `state`, which knows the printed documents.
fn render(data: &DataSet, invoice: &Invoice) -> Vec<u8> {
    pdf::render(data, invoice)
}
