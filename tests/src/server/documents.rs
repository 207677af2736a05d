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

/// A file on the storage host.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub(crate) invoice: &'a Invoice,
    /// It is not the invoice, but the receipt for it.
    pub(crate) is_receipt: bool,
}

impl Stored<'_> {
    fn name(&self) -> String {
        if self.is_receipt { self.invoice.receipt_name() } else { self.invoice.file_name.clone() }
    }

    fn bytes(&self, state: &State) -> Vec<u8> {
        if self.is_receipt { state.receipt(self.invoice) } else { state.document(self.invoice) }
    }

    /// A presigned address, with the file's name in its query as the real ones have it.
    fn address(&self, host: &str) -> String {
        let object = if self.is_receipt { self.invoice.receipt_object() } else { self.invoice.object() };
        format!(
            "https://{host}/file-api/prod/{object}?response-content-disposition=attachment%3B%20filename%3D%22{}%22\
             &response-content-type=application%2Fpdf&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=TEST\
             &X-Amz-Date=20260603T091500Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
            self.name()
        )
    }
}

/// pay.stripe.com: a redirect to the stored file.
pub(crate) fn pay(ask: &Ask, wanted: Option<Stored<'_>>) -> Answer {
    match wanted {
        Some(wanted) => redirect(&wanted.address(STORAGE)),
        None if ask.path.ends_with("/pdf") => html(EXPIRED),
        None => not_found(),
    }
}

/// invoice.stripe.com.
pub(crate) fn hosted(wanted: Option<Stored<'_>>) -> Answer {
    html(if wanted.is_some() { SHELL } else { EXPIRED })
}

/// invoicedata.stripe.com: the address of the file as JSON; null when asked too fast, and for a receipt that is none.
pub(crate) fn file_url(state: &State, wanted: Option<Stored<'_>>) -> Answer {
    let Some(wanted) = wanted else {
        return full(StatusCode::NOT_FOUND, "application/json", "{\"error\":\"not_found\"}");
    };
    let knobs = state.knobs();
    let too_fast = knobs.burst.is_some_and(|burst| {
        let mut asked = state.asked_for_file_url.lock().unwrap();
        let now = Instant::now();
        asked.retain(|time| now.duration_since(*time) < Duration::from_millis(burst.window_ms));
        asked.push(now);
        asked.len() > burst.requests
    });
    let has_none = wanted.is_receipt && knobs.unpaid.contains(&wanted.invoice.number);
    let address = (!too_fast && !has_none).then(|| wanted.address(STORAGE));
    json(&serde_json::json!({ "file_url": address }))
}

/// The storage host, and files.stripe.com, which earlier redirects named.
pub(crate) fn stored(state: &State, wanted: Option<Stored<'_>>) -> Answer {
    match wanted {
        Some(wanted) => file(wanted, wanted.bytes(state)),
        None => full(
            StatusCode::FORBIDDEN,
            "application/xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        ),
    }
}

fn file(stored: Stored<'_>, bytes: impl Into<Bytes>) -> Answer {
    let mut answer = full(StatusCode::OK, PDF, bytes);
    name(&mut answer, stored);
    answer
}

fn name(answer: &mut Answer, stored: Stored<'_>) {
    let disposition = format!("attachment; filename=\"{}\"", stored.name());
    answer.headers_mut().insert(CONTENT_DISPOSITION, disposition.parse().unwrap());
}

/// The answer when a fault strikes. `Dead` never gets here.
pub(crate) fn faulty(state: &State, ask: &Ask, wanted: Option<Stored<'_>>, fault: &Fault) -> Answer {
    let sorry = "<!doctype html><title>Error</title><h1>Something went wrong</h1>";
    match (fault, wanted) {
        (Fault::TooManyRequests(seconds), _) => {
            let mut answer =
                full(StatusCode::TOO_MANY_REQUESTS, HTML, "<!doctype html><title>Too many requests</title>");
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
            answer
        }
        (Fault::Unavailable, _) => full(StatusCode::SERVICE_UNAVAILABLE, HTML, sorry),
        (Fault::Expired, _) => html(EXPIRED),
        (Fault::Html, _) => html("<!doctype html><html><body><h1>Please sign in</h1></body></html>"),
        (Fault::Truncated, Some(wanted)) => truncated(state, wanted),
        (Fault::OtherInvoice, Some(wanted)) => {
            let other = Stored { invoice: state.neighbour(wanted.invoice), ..wanted };
            file(wanted, other.bytes(state))
        }
        (Fault::UnlistedHost, Some(wanted)) if ask.host == "pay.stripe.com" => {
            redirect(&wanted.address(UNLISTED))
        }
        (Fault::UnlistedHost, Some(wanted)) => {
            json(&serde_json::json!({ "file_url": wanted.address(UNLISTED) }))
        }
        _ => full(StatusCode::INTERNAL_SERVER_ERROR, HTML, sorry),
    }
}

/// Announces the whole, sends half, and cuts the stream (over HTTP/1 the connection).
fn truncated(state: &State, wanted: Stored<'_>) -> Answer {
    let bytes = Bytes::from(wanted.bytes(state));
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
    name(&mut answer, wanted);
    answer
}
