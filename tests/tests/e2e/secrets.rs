//! What must be nowhere once a run has ended: links, their tokens and secrets, and the address of whoever pays.

use crate::turned;
use anyhow::{Context as _, Result};
use billfold_tests::browser::Browser;
use billfold_tests::stage::{RUN, Stage, play, send_all};
use billfold_tests::{Fault, FaultRule, Portal, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a failed row's button says.
const AGAIN: &str = "Failed, send again";

/// What documents print of the customer and the vendor, and no row.
const PRINTED: [&str; 4] = ["1 Example Street", "ar@vendor.example", "customer.example", "Example Street"];

/// All of IndexedDB of the extension, as text.
const DATABASES: &str = "
    const done = arguments[arguments.length - 1];
    const asked = (request) => new Promise((good, bad) => { request.onsuccess = () => good(request.result); request.onerror = bad; });
    (async () => {
        const all = {};
        for (const { name } of await indexedDB.databases()) {
            const database = await asked(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
                const objects = database.transaction(store).objectStore(store);
                all[`${name}/${store}`] = [await asked(objects.getAllKeys()), await asked(objects.getAll())];
            }
            database.close();
        }
        return JSON.stringify(all);
    })().then(done, (error) => done(`failed: ${error}`));";

/// Base64 as tokens have it: the bytes of a text at each of the three places where it may begin, without the
/// characters at either end that depend on its neighbours.
fn base64_forms(text: &str) -> Vec<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let form = |shift: usize| {
        let bytes: Vec<u8> = vec![0; shift].into_iter().chain(text.bytes()).collect();
        let groups = bytes.chunks_exact(3).skip(1).map(|group| {
            let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize]))
        });
        groups.flatten().collect()
    };
    (0..3).map(form).collect()
}

/// Everything that must not be found, with what it is.
fn secrets(stage: &Stage) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    for invoice in &stage.replica.dataset(Portal::OpenAi).invoices {
        let what = format!("the secret of {}", invoice.number);
        for form in base64_forms(&invoice.secret).into_iter().chain([invoice.secret.clone()]) {
            secrets.insert(form, what.clone());
        }
    }
    for token in ["invoice.stripe.com/i/", "pay.stripe.com/invoice/", "X-Amz-Signature", "live_"] {
        secrets.insert(token.to_owned(), "a part of every link".to_owned());
    }
    for printed in PRINTED {
        secrets.insert(printed.to_owned(), "printed in documents only".to_owned());
    }
    secrets
}

/// `%5F` is `_`.
fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                decoded.push(byte);
                rest = &after[2..];
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

fn found(secrets: &BTreeMap<String, String>, place: &str, bytes: &[u8]) -> Vec<String> {
    let texts = [
        String::from_utf8_lossy(bytes).into_owned(),
        String::from_utf8_lossy(&percent_decoded(bytes)).into_owned(),
    ];
    let there = secrets.iter().filter(|(secret, _)| texts.iter().any(|text| text.contains(secret.as_str())));
    there.map(|(secret, what)| format!("{place}: {what} ({secret})")).collect()
}

/// The same for every file below a folder.
fn found_below(secrets: &BTreeMap<String, String>, folder: &Path) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for file in tree::everything(folder) {
        // A quarantined document is a document.
        let document = fs::read(folder.join(&file))?.starts_with(b"%PDF-");
        if !document {
            all.extend(found(secrets, &file, &fs::read(folder.join(&file))?));
            all.extend(found(secrets, "a file's name", file.as_bytes()));
        }
    }
    Ok(all)
}

fn databases(browser: &Browser) -> Result<String> {
    browser.goto("chrome-extension://pohmiifgjdpepkkiakiadncoekeakjpk/manifest.json")?;
    let all = browser.block_on(browser.session().execute_async(DATABASES, Vec::new()))?;
    Ok(all.json().as_str().context("no databases")?.to_owned())
}

#[test]
fn no_link_secret_or_address_is_left_anywhere() {
    let config = turned(|knobs| {
        knobs.latency_ms = 60;
        knobs.faults = vec![
            FaultRule::always(Fault::Expired).number("HAR8J9M8-0042"),
            FaultRule::always(Fault::UnlistedHost).number("HAR8J9M8-0035"),
            FaultRule::always(Fault::UnlistedHost).number("HAR8J9M8-0035").on("invoicedata.stripe.com"),
            FaultRule::always(Fault::OtherInvoice).number("HAR8J9M8-0030"),
            FaultRule::always(Fault::Html).number("HAR8J9M8-0029"),
            FaultRule::always(Fault::TooManyRequests(1)).number("HAR8J9M8-0028").times(1),
        ];
    });
    play("secrets", config, |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        // While it goes on, the links are where they must be: else there would be nothing to look for.
        stage.wait_middle()?;
        let second = browser.block_on(browser.session().new_tab())?;
        let first = browser.block_on(browser.session().window())?;
        browser.block_on(browser.session().switch_to_window(second))?;
        let secrets = secrets(stage);
        let during = found(&secrets, "IndexedDB", databases(&browser)?.as_bytes());
        assert!(during.iter().any(|line| line.contains("the secret of")), "{during:?}");
        browser.block_on(browser.session().switch_to_window(first))?;
        assert_eq!(
            browser.wait_status(" listed = ", RUN)?,
            "36 listed = 32 filed + 1 quarantined + 3 failed"
        );
        browser.row_button("HAR8J9M8-0042", AGAIN)?.click()?;
        assert_eq!(browser.wait_status("1 listed = ", RUN)?, "1 listed = 1 failed");

        let mut all = found(&secrets, "the console", browser.console().as_bytes());
        let left = databases(&browser)?;
        assert_eq!(left, r#"{"billfold/jobs":[[],[]],"billfold/runs":[[],[]]}"#);
        all.extend(found(&secrets, "IndexedDB", left.as_bytes()));
        stage.close(browser)?;
        all.extend(found_below(&secrets, &stage.archive().join(".billfold"))?);
        all.extend(found_below(&secrets, &stage.state())?);
        // The host's log was written to, and is among what was searched.
        assert!(stage.host_log().contains(" run "), "{}", stage.host_log());
        assert!(all.is_empty(), "{all:#?}");
        Ok(())
    });
}
