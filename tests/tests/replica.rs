//! That the replica does what its knobs say. Everything else leans on it.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod client;

use std::time::{Duration, Instant};

use billfold_tests::server::{Burst, STORAGE};
use billfold_tests::{Config, DataSet, Fault, FaultRule, Invoice, Portal, Replica, Spec, pdf};
use client::{Got, control, fetch, get};

/// Without pages: neither npm nor a bundle is needed for documents and listings.
fn replica() -> Replica {
    Replica::start(Config { pages: false, ..Config::default() })
}

async fn listed(replica: &Replica) -> Vec<serde_json::Value> {
    let listing =
        get(replica, "https://platform.openai.com/dashboard/billing/invoices?system=api").await.unwrap();
    listing.json()["data"].as_array().unwrap().clone()
}

fn pdf_link(invoice: &Invoice) -> String {
    let hosted = invoice.hosted_link(1_780_478_100, "ap");
    hosted
        .replace("https://invoice.stripe.com/i/", "https://pay.stripe.com/invoice/")
        .replace("?s=", "/pdf?s=")
}

/// The document as a client that follows redirects gets it.
async fn document(replica: &Replica, invoice: &Invoice) -> Got {
    let first = get(replica, &pdf_link(invoice)).await.unwrap();
    match first.status {
        302 => get(replica, first.header("location")).await.unwrap(),
        _ => first,
    }
}

fn with_fault(rule: FaultRule) -> Replica {
    let replica = replica();
    replica.update(|knobs| knobs.faults = vec![rule]);
    replica
}

#[tokio::test]
async fn the_openai_line_from_listing_to_bytes() {
    let replica = replica();
    let data = replica.dataset(Portal::OpenAi);
    let rows = listed(&replica).await;
    assert_eq!(rows.len(), 36);
    for (row, invoice) in rows.iter().zip(&data.invoices) {
        assert_eq!(row["number"], invoice.number.as_str());
        assert_eq!(row["total"], invoice.minor);
    }
    let redirect = get(&replica, rows[0]["pdf_url"].as_str().unwrap()).await.unwrap();
    assert_eq!((redirect.status, redirect.version), (302, hyper::Version::HTTP_2));
    let place = redirect.header("location").to_owned();
    assert!(
        place.starts_with("https://stripe-upload-api.s3.us-west-1.amazonaws.com/file-api/prod/"),
        "{place}"
    );
    let name = format!("filename%3D%22Invoice-{}.pdf%22", data.invoices[0].number);
    assert!(place.contains(&name), "{place}");
    let file = get(&replica, &place).await.unwrap();
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("content-length"), file.bytes().len().to_string());
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"{}\"", data.invoices[0].file_name)
    );
    assert_eq!(file.bytes(), &replica.document(&data.invoices[0]));
    assert_eq!(fetch(&replica, &place, b"http/1.1").await.unwrap().version, hyper::Version::HTTP_11);

    let log = replica.log();
    let hosts: Vec<&str> = log.iter().map(|entry| entry.host.as_str()).collect();
    assert_eq!(hosts, ["platform.openai.com", "pay.stripe.com", STORAGE, STORAGE]);
    assert_eq!(log[1].number.as_deref(), Some(data.invoices[0].number.as_str()));
    assert!(log.iter().all(|entry| !entry.path.contains('?') && !entry.cookie && entry.in_flight == 1));
    assert_eq!(log.iter().map(|entry| entry.status).collect::<Vec<_>>(), [200, 302, 200, 200]);
}

#[tokio::test]
async fn a_new_listing_has_new_links_of_the_same_invoices() {
    let replica = replica();
    let (first, second) = (listed(&replica).await, listed(&replica).await);
    for (before, after) in first.iter().zip(&second) {
        assert_eq!(before["number"], after["number"]);
        assert_ne!(before["hosted_invoice_url"], after["hosted_invoice_url"]);
        let place = |row: &serde_json::Value| {
            let token =
                row["hosted_invoice_url"].as_str().unwrap().split(['/', '?']).nth(5).unwrap().to_owned();
            let parts = billfold_tests::token::decode(&token).unwrap();
            (parts.account, parts.secret)
        };
        assert_eq!(place(before), place(after));
    }
}

#[test]
fn the_same_arguments_give_the_same_set() {
    for portal in Portal::ALL {
        let spec = Spec::new(portal);
        let data = DataSet::generate(&spec);
        assert_eq!(data, DataSet::generate(&spec));
        assert_ne!(data.invoices, DataSet::generate(&spec.clone().seed(2)).invoices);
        assert!(data.invoices.is_sorted_by(|a, b| a.created >= b.created && a.number > b.number));
        let secrets: std::collections::BTreeSet<&str> =
            data.invoices.iter().map(|i| i.secret.as_str()).collect();
        assert_eq!(secrets.len(), spec.size);
        assert_eq!(data.with_document().count(), spec.size);
    }
    assert_eq!(DataSet::generate(&Spec::default().size(1)).invoices.len(), 1);
    assert_eq!(DataSet::generate(&Spec::default().size(10_000)).invoices.len(), 10_000);
    for void in [1, 3, 20] {
        let data = DataSet::generate(&Spec::default().void(void));
        assert_eq!((data.invoices.len(), data.with_document().count()), (36, 36 - void));
    }
}

/// What literal trees elsewhere were typed from.
#[test]
fn the_default_set_stands_still() {
    let data = DataSet::generate(&Spec::default());
    let rows: Vec<String> =
        data.invoices.iter().take(8).map(|i| format!("{} {} {}", i.number, i.date, i.amount)).collect();
    assert_eq!(
        rows,
        [
            "HAR8J9M8-0043 2026-05-26 12.10",
            "HAR8J9M8-0042 2026-05-25 12.10",
            "HAR8J9M8-0040 2026-05-25 12.10",
            "HAR8J9M8-0039 2026-05-25 1000.00",
            "HAR8J9M8-0038 2026-05-22 20.00",
            "HAR8J9M8-0037 2026-05-03 10.00",
            "HAR8J9M8-0035 2026-04-12 500.00",
            "HAR8J9M8-0034 2026-04-01 1234.56",
        ]
    );
}

#[tokio::test]
async fn a_portal_lists_three_and_then_ten_at_a_time() {
    let replica = replica();
    for portal in [Portal::Stripe, Portal::ChatGpt] {
        let page = get(&replica, &replica.address(portal)).await.unwrap().text();
        assert!(page.contains("&quot;business_name&quot;:&quot;Open"), "{page}");
        let session =
            page.split("&quot;portal_session_id&quot;:&quot;").nth(1).unwrap().split('&').next().unwrap();
        let base = format!("https://{}/v1/billing_portal/sessions/{session}/invoices", portal.host());
        let first = get(&replica, &format!("{base}?limit=3")).await.unwrap().json();
        let mut rows = first["data"].as_array().unwrap().clone();
        let mut more = first["has_more"].as_bool().unwrap();
        let mut clicks = 0;
        while more {
            let after = rows.last().unwrap()["id"].as_str().unwrap().to_owned();
            let next =
                get(&replica, &format!("{base}?limit=10&starting_after={after}")).await.unwrap().json();
            rows.extend(next["data"].as_array().unwrap().clone());
            more = next["has_more"].as_bool().unwrap();
            clicks += 1;
        }
        assert_eq!((rows.len(), clicks), (47, 5));
        let row = &rows[46];
        assert!(row["hosted_invoice_url"].as_str().unwrap().ends_with("?s=il"));
        assert_eq!(row["created"], replica.dataset(portal).invoices[46].created);
    }
    let stale = get(&replica, "https://billing.stripe.com/p/session/live_bm8200TESTchk0").await.unwrap();
    assert!(stale.text().contains("session has expired"));
}

#[tokio::test]
async fn the_hosted_page_is_a_shell_and_invoicedata_names_the_file() {
    let replica = replica();
    let invoice = &replica.dataset(Portal::Stripe).invoices[5];
    let shell = get(&replica, &invoice.hosted_link(1_780_000_000, "ap")).await.unwrap().text();
    assert!(shell.contains("id=\"root\"") && !shell.contains(&invoice.number), "{shell}");

    let hosted = invoice.hosted_link(1_780_000_000, "ap");
    let asked = hosted
        .replace("https://invoice.stripe.com/i/", "https://invoicedata.stripe.com/invoice_pdf_file_url/");
    let place = get(&replica, &asked).await.unwrap().json()["file_url"].as_str().unwrap().to_owned();
    assert_eq!(get(&replica, &place).await.unwrap().bytes(), &replica.document(invoice));
    let earlier = place.replace(STORAGE, "files.stripe.com");
    assert_eq!(get(&replica, &earlier).await.unwrap().bytes(), &replica.document(invoice));

    replica.update(|knobs| knobs.burst = Some(Burst { requests: 2, window_ms: 60_000 }));
    let mut nulls = Vec::new();
    for _ in 0..3 {
        nulls.push(get(&replica, &asked).await.unwrap().json()["file_url"].is_null());
    }
    assert_eq!(nulls, [false, false, true]);
}

#[tokio::test]
async fn a_link_that_nobody_issued_is_expired() {
    let replica = replica();
    let mut invoice = replica.dataset(Portal::OpenAi).invoices[0].clone();
    invoice.secret = format!("_{}", "x".repeat(31));
    let answer = get(&replica, &pdf_link(&invoice)).await.unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(answer.text().contains("This link expired"));
}

#[tokio::test]
async fn each_fault_is_what_it_says() {
    let invoice = DataSet::generate(&Spec::default()).invoices[0].clone();

    let replica = with_fault(FaultRule::always(Fault::TooManyRequests(2)).times(1));
    let answer = document(&replica, &invoice).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
    assert_eq!(document(&replica, &invoice).await.status, 200, "once for each invoice");

    let replica = with_fault(FaultRule::always(Fault::ServerError));
    assert_eq!(document(&replica, &invoice).await.status, 500);

    let replica = with_fault(FaultRule::always(Fault::Expired));
    assert!(document(&replica, &invoice).await.text().contains("This link expired"));

    for protocol in [b"h2".as_slice(), b"http/1.1"] {
        let replica = with_fault(FaultRule::always(Fault::Truncated));
        let place = get(&replica, &pdf_link(&invoice)).await.unwrap().header("location").to_owned();
        let answer = fetch(&replica, &place, protocol).await.unwrap();
        assert_eq!(answer.header("content-length"), replica.document(&invoice).len().to_string());
        assert!(answer.body.is_err(), "cut short over {}", String::from_utf8_lossy(protocol));
    }

    let replica = with_fault(FaultRule::always(Fault::Html));
    assert!(document(&replica, &invoice).await.text().contains("<html>"));

    let replica = with_fault(FaultRule::always(Fault::OtherInvoice));
    let other = &replica.dataset(Portal::OpenAi).invoices[1];
    let answer = document(&replica, &invoice).await;
    assert_eq!(answer.bytes(), &replica.document(other));
    assert!(answer.header("content-disposition").contains(&invoice.number));

    let replica = with_fault(FaultRule::always(Fault::Dead).total(1));
    assert!(get(&replica, &pdf_link(&invoice)).await.is_err());
    assert_eq!(get(&replica, &pdf_link(&invoice)).await.unwrap().status, 302, "once in all");
    let log = replica.log();
    assert_eq!((log[0].fault.as_deref(), log[1].in_flight), (Some("dead"), 1));

    let replica = with_fault(FaultRule::always(Fault::UnlistedHost));
    let place = get(&replica, &pdf_link(&invoice)).await.unwrap().header("location").to_owned();
    assert!(place.starts_with("https://stripe-upload-api.s3.eu-central-1.amazonaws.com/"), "{place}");
}

#[tokio::test]
async fn rules_pick_their_requests() {
    let data = DataSet::generate(&Spec::default());
    let hit = data.invoices[3].number.clone();
    let replica = with_fault(FaultRule::always(Fault::ServerError).number(&hit));
    for invoice in data.invoices.iter().take(5) {
        let status = get(&replica, &pdf_link(invoice)).await.unwrap().status;
        assert_eq!(status, if invoice.number == hit { 500 } else { 302 });
    }

    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let replica = with_fault(FaultRule::always(Fault::ServerError).chance(0.3, seed));
        let mut statuses = Vec::new();
        for invoice in &data.invoices {
            statuses.push(get(&replica, &pdf_link(invoice)).await.unwrap().status);
        }
        let failed = statuses.iter().filter(|status| **status == 500).count();
        assert!((3..=20).contains(&failed), "{failed} of 36 at 0.3");
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn latency_and_hidden_rows() {
    let replica = replica();
    replica.update(|knobs| {
        knobs.latency_ms = 120;
        knobs.hidden = 4;
    });
    let start = Instant::now();
    let first = listed(&replica).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
    assert_eq!((first.len(), first[0]["number"].as_str().unwrap()), (32, "HAR8J9M8-0038"));
}

#[tokio::test]
async fn the_control_endpoint_knows_and_turns_everything() {
    let replica = replica();
    let about = control(&replica, "GET", "/", "").await.unwrap().json();
    assert_eq!(about["https_port"], replica.https_port);
    assert!(about["resolver_rules"].as_str().unwrap().contains("MAP * ~NOTFOUND"));

    let knobs = r#"{"locale":"fr","faults":[{"fault":{"too-many-requests":1}},{"fault":"dead","times":2}]}"#;
    assert_eq!(control(&replica, "POST", "/knobs", knobs).await.unwrap().json()["locale"], "fr");
    assert_eq!(replica.knobs().faults.len(), 2);
    assert_eq!(control(&replica, "POST", "/knobs", r#"{"locales":"fr"}"#).await.unwrap().status, 400);
    assert_eq!(control(&replica, "GET", "/knobs", "").await.unwrap().json()["number_column"], true);

    listed(&replica).await;
    let log = control(&replica, "GET", "/log", "").await.unwrap().json();
    assert_eq!(log[0]["path"], "/dashboard/billing/invoices");
    control(&replica, "DELETE", "/log", "").await.unwrap();
    assert!(replica.log().is_empty());

    let data = control(&replica, "GET", "/dataset/open-ai", "").await.unwrap().json();
    assert_eq!(data["invoices"][6]["amount"], "500.00");
    let bytes = control(&replica, "GET", "/document/open-ai/6", "").await.unwrap();
    assert_eq!(bytes.bytes(), &replica.document(&replica.dataset(Portal::OpenAi).invoices[6]));
}

#[tokio::test]
async fn the_policy_is_strict_where_it_is_asked_for() {
    use billfold_tests::server::Csp;
    let replica = replica();
    let address = replica.address(Portal::OpenAi);
    for (csp, in_header, in_meta) in
        [(Csp::None, false, false), (Csp::Header, true, false), (Csp::Meta, false, true)]
    {
        replica.update(|knobs| knobs.csp = csp);
        let page = get(&replica, &address).await.unwrap();
        let header = page.header("content-security-policy").to_owned();
        assert_eq!(header.contains("default-src 'none'; script-src 'nonce-"), in_header, "{header}");
        assert_eq!(page.text().contains("content=\"default-src 'none'; script-src 'nonce-"), in_meta);
        assert!(!header.contains("wasm") && !header.contains("unsafe"));
    }
}

#[test]
fn stops_when_dropped() {
    let replica = replica();
    let port = replica.https_port;
    drop(replica);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn documents_are_told_apart_by_their_link() {
    let data = DataSet::generate(&Spec::default());
    let [one, other] = [&data.invoices[1], &data.invoices[2]];
    assert_eq!((one.date, one.minor), (other.date, other.minor), "two top-ups of one day");
    assert_ne!(pdf::embedded_link(one), pdf::embedded_link(other));
    assert_ne!(pdf::render(&data, one), pdf::render(&data, other));
}
