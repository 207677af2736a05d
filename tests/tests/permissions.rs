//! What the extension as it ships may do: exactly this, and each of it explained to people.

#![allow(missing_docs, clippy::panic, clippy::unwrap_used, reason = "a test")]

use billfold_tests::stage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

const README: &str = include_str!("../../README.md");

fn manifest() -> Value {
    let path = stage::dist().unwrap().join("chrome/manifest.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_manifest_asks_for_exactly_this() {
    let manifest = manifest();
    assert_eq!(manifest["permissions"], json!(["alarms", "nativeMessaging", "scripting", "webRequest"]));
    assert_eq!(
        manifest["host_permissions"],
        json!([
            "https://platform.openai.com/*",
            "https://invoice.stripe.com/*",
            "https://pay.stripe.com/*",
            "https://files.stripe.com/*",
            "https://invoicedata.stripe.com/*",
            "https://stripe-upload-api.s3.us-west-1.amazonaws.com/*",
            "https://billing.stripe.com/*",
            "https://pay.openai.com/*"
        ])
    );
    let pages = ["https://platform.openai.com/*", "https://billing.stripe.com/*", "https://pay.openai.com/*"];
    let scripts = json!([{ "js": ["loader.js"], "matches": pages, "run_at": "document_idle" }]);
    assert_eq!(manifest["content_scripts"], scripts);
    // Nothing that sites or other extensions could see or speak to, and nothing that is asked for later.
    let known = [
        "action",
        "background",
        "content_scripts",
        "content_security_policy",
        "description",
        "host_permissions",
        "icons",
        "incognito",
        "key",
        "manifest_version",
        "minimum_chrome_version",
        "name",
        "permissions",
        "version",
    ];
    let fields: Vec<&str> = manifest.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, known);
}

/// The first column of the table of permissions: hosts and API permissions, none twice.
fn explained() -> BTreeSet<String> {
    let section = README.split("## What the extension may do, and why").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut all = BTreeSet::new();
    for row in rows {
        let [_, names, why, _] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        assert!(why.trim().len() > 20, "{row}");
        for name in names.split(',').map(|name| name.trim().trim_matches('`').to_owned()) {
            assert!(all.insert(name.clone()), "{name} twice");
        }
    }
    all
}

#[test]
fn the_readme_explains_every_permission_and_no_other() {
    let manifest = manifest();
    let list =
        |key: &str| manifest[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let host = |pattern: String| {
        pattern.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/*")).unwrap().to_owned()
    };
    let asked: BTreeSet<String> = list("permissions").chain(list("host_permissions").map(host)).collect();
    assert_eq!(explained(), asked);
}
