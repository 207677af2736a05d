//! The customer portals, billing.stripe.com and pay.openai.com: the page and the listing that it fetches.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::Generation;
use super::answer::{Answer, html, json as answer_json, not_found, unauthorized};
use super::route::Ask;
use super::shell::{self, Page};
use super::state::State;
use crate::dataset::{DataSet, Portal};
use crate::token;

pub(crate) async fn answer(state: &Arc<State>, portal: Portal, ask: Ask) -> Answer {
    let data = state.data(portal);
    let parts: Vec<&str> = ask.path.split('/').skip(1).collect();
    match parts.as_slice() {
        // Three forms of the address, oldest last.
        ["p", "session", token] | ["session", token] => page(state, data, token),
        ["p", "session"] => page(state, data, parameter(&ask.query, "secret").unwrap_or_default()),
        ["v1", "billing_portal", "sessions", id, "invoices"] if *id == session(data) => {
            tokio::time::sleep(Duration::from_millis(state.knobs().listing_ms)).await;
            if state.knobs().signed_out {
                return unauthorized();
            }
            listing(state, data, &ask.query)
        }
        _ => shell::common(state, ask).await.unwrap_or_else(not_found),
    }
}

/// The page, or the notice that the session is over.
fn page(state: &State, data: &DataSet, token: &str) -> Answer {
    let open =
        token::decode(token).is_some_and(|parts| parts.account == data.account && parts.issued.is_none());
    if !open || state.knobs().signed_out {
        return html(
            "<!doctype html><html><head><title>Billing</title></head><body><script type=\"application/json\" id=\"preloaded_json\">\
             {&quot;livemode&quot;:true,&quot;portal_session_expired&quot;:true}</script><h1>Your session has expired</h1></body></html>",
        );
    }
    if let Some(document) = state.knobs().document {
        return html(document);
    }
    let business = &data.spec.vendor;
    let preloaded = json!({
        "session_api_key": "ek_live_TESTephemeralkey",
        "portal_session_id": session(data),
        "account_id": data.account,
        "merchant": { "id": data.account },
        "livemode": true,
        "portal_session_expired": false,
        "portal_branding": { "business_name": business },
    });
    // Escaped as the real page has it, although a script element's text is never unescaped.
    let escaped = preloaded.to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let before = format!("<script type=\"application/json\" id=\"preloaded_json\">{escaped}</script>");
    let body = "<div id=\"customer_portal_page_body\"></div>";
    let config = json!({ "session": session(data), "business_name": business });
    Page { title: "Billing portal", script: "portal.js", before: &before, body }.answer(state, config)
}

fn session(data: &DataSet) -> String {
    format!("bps_1TEST{}", data.prefix)
}

/// `limit` rows after the one named by `starting_after`. Links are issued anew for each answer.
fn listing(state: &State, data: &DataSet, query: &str) -> Answer {
    let knobs = state.knobs();
    let listed = data.invoices.get(knobs.hidden..).unwrap_or_default();
    let limit = parameter(query, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(10);
    let after = parameter(query, "starting_after");
    let skip = after
        .and_then(|id| listed.iter().position(|invoice| invoice.id() == id))
        .map_or(0, |place| place + 1);
    let issued = state.next_listing();
    let rows: Vec<Value> = listed
        .iter()
        .skip(skip)
        .take(limit)
        .map(|invoice| {
            let link = invoice.has_link.then(|| invoice.hosted_link(issued, "il"));
            let link = link.map(|link| match knobs.generation {
                Generation::A => format!("{link}&locale={}", knobs.locale),
                Generation::B => link,
            });
            json!({
                "id": invoice.id(),
                "total": invoice.minor,
                "currency": invoice.currency.to_lowercase(),
                "created": invoice.created,
                "status": invoice.status,
                "description": invoice.description,
                "hosted_invoice_url": link,
            })
        })
        .collect();
    answer_json(&json!({ "object": "list", "has_more": skip + rows.len() < listed.len(), "data": rows }))
}

pub(crate) fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
