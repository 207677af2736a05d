//! platform.openai.com: the page at every settings address, and the listing that it fetches.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{Answer, html, json as answer_json, not_found, unauthorized};
use super::portals::parameter;
use super::route::Ask;
use super::shell::{self, Page};
use super::state::State;
use crate::dataset::{DataSet, Portal, Status};

pub(crate) async fn answer(state: &Arc<State>, ask: Ask) -> Answer {
    match ask.path.as_str() {
        "/" => page(state),
        path if path.starts_with("/settings") || path.starts_with("/account") => page(state),
        "/dashboard/billing/invoices" => {
            tokio::time::sleep(Duration::from_millis(state.knobs().listing_ms)).await;
            if state.knobs().signed_out {
                return unauthorized();
            }
            listing(state, &ask.query)
        }
        _ => shell::common(state, ask).await.unwrap_or_else(not_found),
    }
}

fn page(state: &State) -> Answer {
    if let Some(document) = state.knobs().document {
        return html(document);
    }
    let organisations: Vec<Value> = state
        .all(Portal::OpenAi)
        .map(|data| json!({ "id": id(data), "name": data.spec.organisation }))
        .collect();
    let config = json!({ "organisations": organisations });
    Page { title: "OpenAI API", script: "openai.js", before: "", body: "<div id=\"root\"></div>" }
        .answer(state, config)
}

/// `org-` and the number prefix, which is as unlike another organisation's as the real id.
fn id(data: &DataSet) -> String {
    format!("org-{}", data.prefix)
}

/// The shape of the JSON that the real page fetches: minor units and Unix seconds.
fn listing(state: &State, query: &str) -> Answer {
    let wanted = parameter(query, "organization");
    let Some(data) = state.all(Portal::OpenAi).find(|data| wanted.is_none_or(|wanted| wanted == id(data)))
    else {
        return not_found();
    };
    let issued = state.next_listing();
    let rows: Vec<Value> = data
        .invoices
        .iter()
        .skip(state.knobs().hidden)
        .map(|invoice| {
            let link = invoice.has_link.then(|| invoice.hosted_link(issued, "ap"));
            let paid = if invoice.status == Status::Paid { invoice.minor } else { 0 };
            json!({
                "object": "invoice",
                "id": invoice.id(),
                "number": invoice.number,
                "amount_due": invoice.minor,
                "amount_paid": paid,
                "total": invoice.minor,
                "currency": invoice.currency.to_lowercase(),
                "created": invoice.created,
                "status": invoice.status,
                "hosted_invoice_url": link,
                "pdf_url": link.as_ref().map(|link| {
                    link.replace("https://invoice.stripe.com/i/", "https://pay.stripe.com/invoice/").replace("?s=", "/pdf?s=")
                }),
            })
        })
        .collect();
    answer_json(&json!({ "object": "list", "data": rows }))
}
