//! The live page and the page held as text are one page to an adapter: every sample, read through both.
//!
//! The samples are found, not listed, so that none is left out; each is read as every portal's, because what a
//! portal makes of another one's page must be the same too.

#![allow(missing_docs, unreachable_pub, clippy::panic, clippy::unwrap_used, reason = "a test")]

#[path = "../../wasm/probe/src/told.rs"]
mod told;

use anyhow::{Context as _, Result, ensure};
use billfold_core::locale::Locale;
use billfold_core::portals::HtmlNode;
use billfold_tests::browser::{Browser, Setup};
use billfold_tests::{page, stage};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const ADDRESSES: [&str; 3] = [
    "https://platform.openai.com/settings/organization/billing/history",
    "https://billing.stripe.com/p/session/test",
    "https://pay.openai.com/p/session/test",
];

/// Some sites print dates in the reader's locale.
const READERS: [&str; 2] = ["en-US", "de"];

/// The probe's two builds.
const BUILDS: [&str; 2] = ["probe.js", "probe-wasm.js"];

#[test]
fn both_kinds_of_node_read_every_sample_alike() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/portals");
    let samples = samples(&folder)?;
    ensure!(samples.len() >= 7, "{} holds {samples:?} only", folder.display());
    let profile = page::target_dir().join("nodes-profile");
    let _ = fs::remove_dir_all(&profile);
    // A sample's own links and pictures lead nowhere.
    let mut setup = Setup::new(stage::dist()?, &profile, "MAP * ~NOTFOUND");
    setup.register_host = false;
    setup.switches.push("--disable-extensions".to_owned());
    let browser = Browser::start(&setup)?;
    let (mut rows, mut differ) = (0, Vec::new());
    for build in BUILDS {
        let path = page::target_dir().join("probe").join(build);
        let probe = fs::read_to_string(&path)
            .with_context(|| format!("{} is not there; `cargo xtask test` makes it", path.display()))?;
        for sample in &samples {
            let text = HtmlNode::parse(&fs::read_to_string(sample)?);
            browser.goto(&format!("file://{}", sample.display()))?;
            browser.run(&probe)?;
            for address in ADDRESSES {
                for reader in READERS {
                    let live = live(&browser, address, reader)?;
                    let text = told::page(&text, address, &Locale::parse(reader));
                    let text: Value = serde_json::from_str(&text.context("no portal's address")?)?;
                    rows += text.get("rows").and_then(Value::as_array).map_or(0, Vec::len);
                    if let Some(difference) = difference("page", &text, &live) {
                        let name = sample.file_name().unwrap_or_default().display();
                        differ.push(format!("{build}: {name} as {address} for {reader}: {difference}"));
                    }
                }
            }
        }
    }
    browser.close()?;
    fs::remove_dir_all(&profile)?;
    // Nothing equals nothing: some of the samples must have been understood.
    ensure!(rows > 100, "{rows} rows in all samples");
    ensure!(differ.is_empty(), "held as text and live:\n{}", differ.join("\n"));
    Ok(())
}

/// What the probe makes of the page that is open.
fn live(browser: &Browser, address: &str, reader: &str) -> Result<Value> {
    let call = format!("return billfoldProbe.scan({}, {})", json!(address), json!(reader));
    let told = browser.run(&call)?;
    Ok(serde_json::from_str(told.as_str().context("the probe knows no such address")?)?)
}

/// Every page below a folder.
fn samples(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(samples(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            found.push(fs::canonicalize(path)?);
        }
    }
    found.sort();
    Ok(found)
}

/// The first place where two values differ, with both.
fn difference(place: &str, text: &Value, live: &Value) -> Option<String> {
    match (text, live) {
        (Value::Object(a), Value::Object(b)) => a.keys().chain(b.keys()).find_map(|key| {
            let of = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or_default();
            difference(&format!("{place}.{key}"), &of(a), &of(b))
        }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (a, b))| difference(&format!("{place}[{at}]"), a, b))
        }
        _ => (text != live).then(|| format!("{place} is {text} and {live}")),
    }
}
