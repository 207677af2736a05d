//! What all portal pages share: the document, its policy, assets, reports, and the line on which open pages
//! are told of changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::channel::Channel;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::Csp;
use super::answer::{Answer, counted, empty, full, html};
use super::route::Ask;
use super::state::{Report, State};
use crate::random::{ALPHANUMERIC, Random};

/// Under what name open pages are counted; not a host.
pub(crate) const LIVE: &str = "live";

/// A page's document, before its scripts have run.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    pub(crate) script: &'a str,
    /// Before the root, as is.
    pub(crate) before: &'a str,
    pub(crate) body: &'a str,
}

impl Page<'_> {
    pub(crate) fn answer(&self, state: &State, mut config: Value) -> Answer {
        let knobs = state.knobs();
        let nonce = nonce();
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
             img-src 'self'; base-uri 'none'; form-action 'none'"
        );
        let meta = match knobs.csp {
            Csp::Meta => format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"),
            Csp::None | Csp::Header => String::new(),
        };
        config["time_zone"] = json!(knobs.time_zone);
        config["knobs"] = json!(knobs);
        // `<` is the only character that could end the element early.
        let config = config.to_string().replace('<', "\\u003c");
        let Self { title, script, before, body } = self;
        let mut answer = html(format!(
            "<!doctype html><html lang=\"{locale}\"><head><meta charset=\"utf-8\">{meta}<title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <link rel=\"stylesheet\" nonce=\"{nonce}\" href=\"/assets/style.css\">\
             <script type=\"application/json\" id=\"replica_config\">{config}</script>\
             <script defer nonce=\"{nonce}\" src=\"/assets/{script}\"></script></head>\
             <body>{before}{body}</body></html>",
            locale = knobs.locale,
        ));
        if knobs.csp == Csp::Header {
            let value = HeaderValue::try_from(format!("{policy}; report-uri /replica/csp-report")).unwrap();
            answer.headers_mut().insert(CONTENT_SECURITY_POLICY, value);
        }
        answer
    }
}

/// Never the same twice in a process, which is all that a test can tell.
fn nonce() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    Random::new(COUNT.fetch_add(1, Ordering::Relaxed)).text(ALPHANUMERIC, 22)
}

/// The addresses that every portal's host has for the replica's own purposes.
pub(crate) async fn common(state: &Arc<State>, ask: Ask) -> Option<Answer> {
    match (ask.request.method(), ask.path.as_str()) {
        (&Method::GET, "/favicon.ico") => Some(empty()),
        (&Method::GET, "/replica/events") => Some(events(state)),
        (&Method::POST, "/replica/report") => {
            let body = ask.request.into_body().collect().await.ok()?.to_bytes();
            if let Ok(report) = serde_json::from_slice::<Report>(&body) {
                state.reports.lock().unwrap().push(report);
            }
            Some(empty())
        }
        (&Method::POST, "/replica/csp-report") => {
            let body = ask.request.into_body().collect().await.ok()?.to_bytes();
            let text = String::from_utf8_lossy(&body).into_owned();
            state.reports.lock().unwrap().push(Report {
                kind: "csp-report".to_owned(),
                text,
                path: String::new(),
            });
            Some(empty())
        }
        (&Method::GET, path) => asset(state, path.strip_prefix("/assets/")?),
        _ => None,
    }
}

fn asset(state: &State, name: &str) -> Option<Answer> {
    let kind = match name {
        "openai.js" | "portal.js" => "text/javascript; charset=utf-8",
        "style.css" => "text/css; charset=utf-8",
        _ => return None,
    };
    let path = state.config.page_dir.join(state.knobs().react.folder()).join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(full(StatusCode::OK, kind, bytes)),
        Err(error) => Some(full(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", format!("{name}: {error}"))),
    }
}

/// Server-sent events: the knobs, which may have changed while the page was loading, then changed knobs and
/// commands, until the page goes.
fn events(state: &Arc<State>) -> Answer {
    let mut live = state.live.subscribe();
    let knobs = serde_json::to_string(&state.knobs()).unwrap_or_default();
    let (mut sender, channel) = Channel::<Bytes, Infallible>::new(16);
    tokio::spawn(async move {
        let mut next = Bytes::from(format!("event: knobs\ndata: {knobs}\n\n"));
        while sender.send_data(next).await.is_ok() {
            let Ok((event, data)) = live.recv().await else { break };
            next = Bytes::from(format!("event: {event}\ndata: {data}\n\n"));
        }
    });
    let answer = full(StatusCode::OK, "text/event-stream", Bytes::new())
        .map(|_| channel.map_err(|never| match never {}).boxed_unsync());
    counted(answer, state.enter(LIVE).1)
}
