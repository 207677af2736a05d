//! The control endpoint: plain HTTP on loopback, JSON in and out.
//!
//! | | |
//! |---|---|
//! | `GET /` | ports, addresses, resolver rules, how many pages listen |
//! | `GET /log`, `DELETE /log` | what was asked |
//! | `GET /reports`, `DELETE /reports` | what pages complained about |
//! | `GET /knobs`, `POST /knobs` | the knobs; a body may name only some |
//! | `POST /command` | `{"name":"reorder","detail":""}` for open pages |
//! | `GET /dataset/{portal}` | the truth: `open-ai`, `stripe`, `chat-gpt` |
//! | `GET /document/{portal}/{index}` | the bytes that a document should have |

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::answer::{Answer, PDF, empty, full, json as answer_json, not_found};
use super::state::State;
use crate::dataset::Portal;

pub(crate) async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let body = match request.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return Ok(bad(&error)),
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    Ok(match (&method, parts.as_slice()) {
        (&Method::GET, [""]) => answer_json(&describe(&state)),
        (&Method::GET, ["log"]) => answer_json(&*state.log.lock().unwrap()),
        (&Method::DELETE, ["log"]) => {
            state.log.lock().unwrap().clear();
            empty()
        }
        (&Method::GET, ["reports"]) => answer_json(&*state.reports.lock().unwrap()),
        (&Method::DELETE, ["reports"]) => {
            state.reports.lock().unwrap().clear();
            empty()
        }
        (&Method::GET, ["knobs"]) => answer_json(&state.knobs()),
        (&Method::POST, ["knobs"]) => match merge(&state, &body) {
            Ok(()) => answer_json(&state.knobs()),
            Err(error) => bad(&error),
        },
        (&Method::POST, ["command"]) => match serde_json::from_slice::<Value>(&body) {
            Ok(command) => {
                let text = |key: &str| command[key].as_str().unwrap_or_default().to_owned();
                state.command(&text("name"), &text("detail"));
                empty()
            }
            Err(error) => bad(&error),
        },
        (&Method::GET, ["dataset", portal]) => match portal_of(portal) {
            Some(portal) => answer_json(state.data(portal)),
            None => not_found(),
        },
        (&Method::GET, ["document", portal, index]) => {
            let invoices = portal_of(portal).map(|portal| &state.data(portal).invoices);
            let index = index.parse::<usize>().ok();
            match invoices.zip(index).and_then(|(invoices, index)| invoices.get(index)) {
                Some(invoice) => full(StatusCode::OK, PDF, state.document(invoice)),
                None => not_found(),
            }
        }
        _ => not_found(),
    })
}

pub(crate) fn describe(state: &State) -> Value {
    let addresses: serde_json::Map<String, Value> = Portal::ALL
        .into_iter()
        .map(|portal| (json!(portal).as_str().unwrap().to_owned(), json!(state.address(portal))))
        .collect();
    json!({
        "https_port": state.https_port,
        "resolver_rules": state.resolver_rules(),
        "addresses": addresses,
        "pages": state.pages(),
        "requests": state.requests.load(std::sync::atomic::Ordering::SeqCst),
    })
}

fn merge(state: &State, body: &[u8]) -> serde_json::Result<()> {
    let changes: serde_json::Map<String, Value> = serde_json::from_slice(body)?;
    let mut knobs = serde_json::to_value(state.knobs())?;
    for (name, value) in changes {
        knobs[name] = value;
    }
    state.set_knobs(serde_json::from_value(knobs)?);
    Ok(())
}

fn portal_of(name: &str) -> Option<Portal> {
    serde_json::from_value(json!(name)).ok()
}

fn bad(error: &dyn std::error::Error) -> Answer {
    full(StatusCode::BAD_REQUEST, "text/plain", format!("{error}\n"))
}
