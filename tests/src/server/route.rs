//! From a request to the host that answers it, with latency, faults and the log around every one of them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{COOKIE, HOST};
use hyper::{Request, StatusCode};

use super::answer::{Answer, counted, full, not_found};
use super::documents::Stored;
use super::faults::Fault;
use super::listen::Connection;
use super::state::{Entry, State};
use super::{HOSTS, STORAGE, documents, openai, portals};
use crate::dataset::Portal;

/// A request with what is already known of it.
pub(crate) struct Ask {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) request: Request<Incoming>,
}

pub(crate) async fn answer(
    state: Arc<State>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    let host = host_of(&request);
    if !HOSTS.contains(&host.as_str()) {
        return Ok(full(StatusCode::MISDIRECTED_REQUEST, "text/plain", "no such host here"));
    }
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let wanted = wanted(&state, &host, &path);
    let number = wanted.map(|wanted| wanted.invoice.number.clone());
    let fault = state.fault(&host, &path, number.as_deref());
    let (in_flight, guard) = state.enter(&host);
    let sequence = state.requests.fetch_add(1, Ordering::SeqCst) + 1;
    state.log.lock().unwrap().push(Entry {
        sequence,
        at_ms: state.since_start(),
        connection: connection.id,
        version: format!("{:?}", request.version()),
        method: request.method().to_string(),
        host: host.clone(),
        path: path.clone(),
        cookie: request.headers().contains_key(COOKIE),
        number,
        status: 0,
        fault: fault.as_ref().map(|fault| fault.name().to_owned()),
        in_flight,
    });

    let knobs = state.knobs();
    let latency = knobs.latency_ms + if wanted.is_some() { knobs.documents_ms } else { 0 };
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if fault == Some(Fault::Dead) {
        connection.kill.notify_one();
        return std::future::pending().await;
    }
    let ask = Ask { host, path, query, request };
    let answer = match fault {
        Some(fault) => documents::faulty(&state, &ask, wanted, &fault),
        None => served(&state, ask, wanted).await,
    };
    let status = answer.status().as_u16();
    if let Some(entry) = state.log.lock().unwrap().iter_mut().rfind(|entry| entry.sequence == sequence) {
        entry.status = status;
    }
    Ok(counted(answer, guard))
}

async fn served(state: &Arc<State>, ask: Ask, wanted: Option<Stored<'_>>) -> Answer {
    match ask.host.as_str() {
        "platform.openai.com" => openai::answer(state, ask).await,
        "billing.stripe.com" => portals::answer(state, Portal::Stripe, ask).await,
        "pay.openai.com" => portals::answer(state, Portal::ChatGpt, ask).await,
        "pay.stripe.com" => documents::pay(&ask, wanted),
        "invoice.stripe.com" => documents::hosted(wanted),
        "invoicedata.stripe.com" => documents::file_url(state, wanted),
        "files.stripe.com" | STORAGE => documents::stored(state, wanted),
        _ => not_found(),
    }
}

fn host_of(request: &Request<Incoming>) -> String {
    let header = || request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let authority = request.uri().host().or_else(header).unwrap_or_default();
    authority.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// The document that an address is about, on any of the hosts.
fn wanted<'a>(state: &'a State, host: &str, path: &str) -> Option<Stored<'a>> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let (account, token, is_receipt) = match (host, parts.as_slice()) {
        ("pay.stripe.com", ["invoice", account, token, "pdf"])
        | ("invoice.stripe.com", ["i", account, token])
        | ("invoicedata.stripe.com", ["invoice_pdf_file_url", account, token]) => (account, token, false),
        ("invoicedata.stripe.com", ["invoice_receipt_file_url", account, token]) => (account, token, true),
        (STORAGE | "files.stripe.com", ["file-api", "prod", object]) => return state.by_object(object),
        _ => return None,
    };
    Some(Stored { invoice: state.by_token(account, token)?, is_receipt })
}
