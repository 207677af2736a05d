//! The bundled pages: made once, served whole. What they do in a browser is the end-to-end tests' business.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod client;

use std::fs;

use billfold_tests::server::React;
use billfold_tests::{Config, Portal, Replica, page};
use client::get;

#[tokio::test]
async fn pages_and_their_assets_are_served() {
    let replica = Replica::start(Config::default());
    for portal in Portal::ALL {
        let document = get(&replica, &replica.address(portal)).await.unwrap().text();
        let script = if portal == Portal::OpenAi { "openai.js" } else { "portal.js" };
        assert!(document.contains(script), "{document}");
        for react in [React::Development, React::Production] {
            replica.update(|knobs| knobs.react = react);
            let code = get(&replica, &format!("https://{}/assets/{script}", portal.host())).await.unwrap();
            assert_eq!((code.status, code.header("content-type")), (200, "text/javascript; charset=utf-8"));
            assert!(code.text().contains("invoices"));
        }
    }
    let older = get(&replica, "https://platform.openai.com/account/billing/history").await.unwrap();
    assert!(older.text().contains("openai.js"), "the older address shows the same page");
    assert!(replica.reports().is_empty());
}

#[test]
fn a_second_bundling_does_nothing() {
    let dir = page::default_dir();
    page::bundle(&dir).unwrap();
    let bundle = dir.join("development/openai.js");
    let before = fs::metadata(&bundle).unwrap().modified().unwrap();
    page::bundle(&dir).unwrap();
    assert_eq!(fs::metadata(&bundle).unwrap().modified().unwrap(), before);
}

#[test]
fn the_lock_names_no_registry() {
    let lock = include_str!("../page/package-lock.json");
    assert!(!lock.contains("\"resolved\"") && lock.contains("\"integrity\""));
}
