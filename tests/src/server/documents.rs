//! Stripe's side of a document: the redirect, the storage host, the hosted page's shell, and all of it
//! going wrong.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::channel::Channel;
use hyper::StatusCode;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, HeaderValue, RETRY_AFTER};

use super::STORAGE;
use super::answer::{Answer, HTML, PDF, full, html, json, not_found, redirect};
use super::faults::Fault;
use super::route::Ask;
use super::state::State;
use crate::dataset::Invoice;

/// What an expired link answers, with status 200.
pub(crate) const EXPIRED: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Invoice</title></head>\
<body><div id=\"root\"><div class=\"FullPageMessage\"><h1>This link expired</h1></div></div></body></html>\n";

/// The hosted page is an application; without its scripts there is nothing in it.
const SHELL: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Invoice</title></head>\
<body><div id=\"root\" data-testid=\"hip-app-container\"></div></body></html>\n";

/// A storage host in a region that no manifest lists.
pub(crate) const UNLISTED: &str = "stripe-upload-api.s3.eu-central-1.amazonaws.com";

/// Between the last byte of a truncated body and the cut.
const QUIET: Duration = Duration::from_millis(60);

/// pay.stripe.com: a redirect to the stored file.
pub(crate) fn pay(ask: &Ask, invoice: Option<&Invoice>) -> Answer {
    match invoice {
        Some(invoice) => redirect(&stored_at(STORAGE, invoice)),
        None if ask.path.ends_with("/pdf") => html(EXPIRED),
        None => not_found(),
    }
}

/// invoice.stripe.com.
pub(crate) fn hosted(invoice: Option<&Invoice>) -> Answer {
    html(if invoice.is_some() { SHELL } else { EXPIRED })
}

/// invoicedata.stripe.com: the address of the file as JSON; null when asked too fast.
pub(crate) fn file_url(state: &State, ask: &Ask, invoice: Option<&Invoice>) -> Answer {
    let Some(invoice) = invoice.filter(|_| ask.path.starts_with("/invoice_pdf_file_url/")) else {
        return full(StatusCode::NOT_FOUND, "application/json", "{\"error\":\"not_found\"}");
    };
    let too_fast = state.knobs().burst.is_some_and(|burst| {
        let mut asked = state.asked_for_file_url.lock().unwrap();
        let now = Instant::now();
        asked.retain(|time| now.duration_since(*time) < Duration::from_millis(burst.window_ms));
        asked.push(now);
        asked.len() > burst.requests
    });
    let address = (!too_fast).then(|| stored_at(STORAGE, invoice));
    json(&serde_json::json!({ "file_url": address }))
}

/// The storage host, and files.stripe.com, which earlier redirects named.
pub(crate) fn stored(state: &State, invoice: Option<&Invoice>) -> Answer {
    match invoice {
        Some(invoice) => file(invoice, PDF, state.document(invoice)),
        None => full(
            StatusCode::FORBIDDEN,
            "application/xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        ),
    }
}

/// A presigned address, with the file's name in its query as the real ones have it.
fn stored_at(host: &str, invoice: &Invoice) -> String {
    format!(
        "https://{host}/file-api/prod/{}?response-content-disposition=attachment%3B%20filename%3D%22{}%22\
         &response-content-type=application%2Fpdf&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=TEST\
         &X-Amz-Date=20260603T091500Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
        invoice.object(),
        invoice.file_name
    )
}

fn file(invoice: &Invoice, kind: &str, bytes: impl Into<Bytes>) -> Answer {
    let mut answer = full(StatusCode::OK, kind, bytes);
    name(&mut answer, invoice);
    answer
}

fn name(answer: &mut Answer, invoice: &Invoice) {
    let disposition = format!("attachment; filename=\"{}\"", invoice.file_name);
    answer.headers_mut().insert(CONTENT_DISPOSITION, disposition.parse().unwrap());
}

/// The answer when a fault strikes. `Dead` never gets here.
pub(crate) fn faulty(state: &State, ask: &Ask, invoice: Option<&Invoice>, fault: &Fault) -> Answer {
    let sorry = "<!doctype html><title>Error</title><h1>Something went wrong</h1>";
    match (fault, invoice) {
        (Fault::TooManyRequests(seconds), _) => {
            let mut answer =
                full(StatusCode::TOO_MANY_REQUESTS, HTML, "<!doctype html><title>Too many requests</title>");
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
            answer
        }
        (Fault::Unavailable, _) => full(StatusCode::SERVICE_UNAVAILABLE, HTML, sorry),
        (Fault::Expired, _) => html(EXPIRED),
        (Fault::Html, _) => html("<!doctype html><html><body><h1>Please sign in</h1></body></html>"),
        (Fault::Truncated, Some(invoice)) => truncated(state, invoice),
        (Fault::OtherInvoice, Some(invoice)) => file(invoice, PDF, state.document(state.neighbour(invoice))),
        (Fault::UnlistedHost, Some(invoice)) if ask.host == "pay.stripe.com" => {
            redirect(&stored_at(UNLISTED, invoice))
        }
        (Fault::UnlistedHost, Some(invoice)) => {
            json(&serde_json::json!({ "file_url": stored_at(UNLISTED, invoice) }))
        }
        _ => full(StatusCode::INTERNAL_SERVER_ERROR, HTML, sorry),
    }
}

/// Announces the whole, sends half, and cuts the stream (over HTTP/1 the connection).
fn truncated(state: &State, invoice: &Invoice) -> Answer {
    let bytes = Bytes::from(state.document(invoice));
    let (mut sender, channel) = Channel::new(1);
    let half = bytes.slice(..bytes.len() / 2);
    tokio::spawn(async move {
        // Fails only when the client has gone, which is a cut stream as well.
        let _ = sender.send_data(half).await;
        // A reset discards what has not left yet: the line goes quiet before it goes dead.
        tokio::time::sleep(QUIET).await;
        sender.abort(std::io::Error::other("cut on purpose"));
    });
    let mut answer = full(StatusCode::OK, PDF, Bytes::new()).map(|_| channel.boxed_unsync());
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    name(&mut answer, invoice);
    answer
}
