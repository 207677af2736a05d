//! `documents = "both"`: each invoice with its receipt, through the whole line.

use crate::worker::{clicked_and_alone, extension, hosts};
use crate::{OPENAI_36, PAY, slow, turned};
use anyhow::{Context as _, Result};
use billfold_tests::browser::{Browser, kill};
use billfold_tests::process::{is_host, kill_below};
use billfold_tests::server::STORAGE;
use billfold_tests::stage::{ARCHIVED, RUN, SEND_ALL, Stage, play, send_all, wait};
use billfold_tests::{Config, Entry, Fault, FaultRule, Portal};
use std::rc::Rc;

/// Where Stripe says where a receipt is.
const DATA: &str = "invoicedata.stripe.com";

/// What the address there contains, and that of the file itself.
const RECEIPT: &str = "receipt";

/// What a failed row's button says.
const AGAIN: &str = "Failed, send again";

const BOTH: &str = "documents = \"both\"";

/// What the archive holds once all 36 rows and their receipts are filed: each beside its invoice.
fn pairs(lacking: &[&str]) -> String {
    let mut tree = String::new();
    for line in OPENAI_36.lines() {
        let (path, number) = line.split_once('\t').unwrap();
        tree.push_str(&format!("{line}\n"));
        if !lacking.contains(&number) {
            tree.push_str(&format!(
                "{}_receipt.pdf\t{number}\treceipt\n",
                path.strip_suffix(".pdf").unwrap()
            ));
        }
    }
    tree
}

/// Who was asked where a receipt is, and with what answer.
fn asked_for_receipts(stage: &Stage) -> Vec<Entry> {
    let log = stage.replica.log();
    log.into_iter().filter(|entry| entry.host == DATA && entry.path.contains(RECEIPT)).collect()
}

#[test]
fn one_click_files_36_invoices_with_their_receipts_and_a_second_run_fetches_nothing() {
    play("receipts-36", Config::default(), |stage| {
        stage.configure(BOTH)?;
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        // The page speaks of its rows.
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)?;
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed"]);
        let asked = asked_for_receipts(stage);
        assert_eq!(asked.len(), 36);
        assert!(asked.iter().all(|entry| entry.in_flight <= 8 && !entry.cookie));
        let runs = stage.billfold(&["runs", "--last"])?;
        assert!(runs.contains("36 listed = 36 filed\n  receipts: 36 wanted = 36 filed\n"), "{runs}");
        let list = stage.billfold(&["list"])?;
        assert_eq!(list.matches("invoice + receipt").count(), 36, "{list}");

        stage.replica.clear_log();
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        browser.wait_status("36 invoices listed, 36 in the archive", RUN)?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 already had");
        assert_eq!(stage.asked(PAY).len() + stage.asked(DATA).len() + stage.asked(STORAGE).len(), 0);
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed", "36 wanted = 36 already had"]);
        Ok(())
    });
}

#[test]
fn receipts_are_fetched_once_they_are_wanted_and_not_before() {
    play("receipts-later", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        assert_eq!(stage.asked(DATA).len(), 0);
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.receipts()?, [""; 0]);

        stage.configure(BOTH)?;
        stage.replica.clear_log();
        browser.toolbar_button(SEND_ALL)?.click()?;
        assert_eq!(browser.wait_status(" already had", RUN)?, "36 listed = 36 already had");
        assert_eq!(
            (stage.asked(PAY).len(), stage.asked(DATA).len(), stage.asked(STORAGE).len()),
            (0, 36, 36)
        );
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed"]);
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)
    });
}

#[test]
fn the_status_line_counts_receipts_as_well() {
    let [mixed, late] = ["HAR8J9M8-0030", "HAR8J9M8-0037"];
    let config = turned(|knobs| {
        knobs.faults = vec![
            // Of an invoice that is not in the archive no receipt is wanted.
            FaultRule::always(Fault::OtherInvoice).number(mixed),
            FaultRule::always(Fault::Unavailable).on(DATA).path(RECEIPT).number(late),
        ];
    });
    play("receipts-counted", config, |stage| {
        stage.configure(BOTH)?;
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        let counted = "35 of 36 filed, 1 quarantined, 34 of 35 receipts";
        assert_eq!(browser.wait_status(", 34 of 35 ", RUN)?, counted);
        // A page that comes later is told as well.
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        assert_eq!(browser.wait_status(", 34 of 35 ", RUN)?, counted);
        assert_eq!(stage.certificates()?, [""; 0]);
        stage.replica.update(|knobs| knobs.faults.clear());
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 35 filed + 1 quarantined");
        assert_eq!(stage.receipts()?, ["35 wanted = 35 filed"]);
        Ok(())
    });
}

#[test]
fn a_worker_that_is_killed_between_invoice_and_receipt_goes_on_with_the_receipts() {
    play("receipts-worker-killed", slow(), |stage| {
        stage.configure(BOTH)?;
        let browser = clicked_and_alone(stage)?;
        let filed = wait("receipts in the archive", RUN, || {
            Ok(Some(stage.filed()?.len()).filter(|filed| *filed >= 36 + 4))
        })?;
        assert!(filed < 36 + 30, "there was no middle: already {filed} documents");
        let killed = extension(&browser)?.context("the extension has no process")?;
        kill(killed);
        let started = hosts(stage);

        assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)?;
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed"]);
        assert_ne!(extension(&browser)?, Some(killed));
        assert!(hosts(stage) > started, "{}", stage.host_log());
        assert_eq!(stage.asked(PAY).len(), 36, "an invoice was fetched again");
        Ok(())
    });
}

#[test]
fn what_becomes_of_a_receipt_changes_nothing_about_its_invoice() {
    let [unpaid, gone, mixed, elsewhere, torn, busy] = [
        "HAR8J9M8-0042",
        "HAR8J9M8-0039",
        "HAR8J9M8-0030",
        "HAR8J9M8-0035",
        "HAR8J9M8-0038",
        "HAR8J9M8-0037",
    ];
    let config = turned(|knobs| {
        knobs.unpaid = vec![unpaid.to_owned(), gone.to_owned()];
        let rule = |fault| FaultRule::always(fault).path(RECEIPT);
        knobs.faults = vec![
            rule(Fault::OtherInvoice).number(mixed),
            rule(Fault::UnlistedHost).on(DATA).number(elsewhere),
            rule(Fault::Truncated).number(torn).times(1),
            rule(Fault::TooManyRequests(1)).on(DATA).number(busy).times(1),
            rule(Fault::Expired).on(DATA).number(busy).times(2),
        ];
    });
    play("receipts-faults", config, |stage| {
        stage.configure(BOTH)?;
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        // What becomes of its receipt changes nothing about a row.
        browser.row_button(unpaid, ARCHIVED)?;
        assert_eq!(browser.buttons(AGAIN)?.len(), 0);
        println!("{}", stage.billfold(&["runs"])?);
        let sum = "36 wanted = 31 filed + 2 without document + 1 quarantined + 2 failed";
        assert_eq!(stage.receipts()?, [sum]);
        stage.expect_tree(&pairs(&[unpaid, gone, mixed, elsewhere, busy]), Portal::OpenAi)?;
        // Null is believed the second time, and not at once.
        let log = asked_for_receipts(stage);
        let nulls: Vec<_> = log.iter().filter(|one| one.number.as_deref() == Some(unpaid)).collect();
        assert_eq!(nulls.len(), 2);
        assert!(nulls[1].at_ms >= nulls[0].at_ms + 2_000, "asked again at once");

        stage.replica.update(|knobs| {
            knobs.faults.clear();
            knobs.unpaid.clear();
        });
        stage.replica.clear_log();
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        browser.wait_status("36 invoices listed, 36 in the archive", RUN)?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 already had");
        assert_eq!((stage.asked(PAY).len(), stage.asked(DATA).len()), (0, 5));
        assert_eq!(stage.receipts()?[1], "36 wanted = 5 filed + 31 already had");
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)
    });
}

/// A run whose invoices are all filed, and which waits for fresh links for its receipts.
fn waits_for_links(stage: &Stage) -> Result<Rc<Browser>> {
    stage.configure(BOTH)?;
    let refused = FaultRule::always(Fault::Expired).on(DATA);
    stage.replica.update(|knobs| knobs.faults = vec![refused]);
    let browser = stage.open(Portal::OpenAi)?;
    send_all(&browser, 36)?;
    browser.wait_status("no longer good", RUN)?;
    stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
    assert_eq!(stage.certificates()?, [""; 0]);
    Ok(browser)
}

#[test]
fn receipts_whose_links_have_expired_come_with_those_of_the_next_listing() {
    play("receipts-renewed", slow(), |stage| {
        let browser = waits_for_links(stage)?;
        stage.replica.update(|knobs| knobs.faults.clear());
        // A page that is loaded now knows which rows are in the archive, and has other links for their receipts.
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed"]);
        assert_eq!(stage.asked(PAY).len(), 36);
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)
    });
}

#[test]
fn stop_ends_a_run_that_waits_for_receipts_and_keeps_its_invoices() {
    play("receipts-stopped", slow(), |stage| {
        let browser = waits_for_links(stage)?;
        browser.toolbar_button("Stop")?.click()?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        assert_eq!(stage.receipts()?, ["36 wanted = 36 failed"]);
        let runs = stage.billfold(&["runs", "--last", "--json"])?;
        assert_eq!(runs.matches("\"cancelled\"").count(), 36, "{runs}");
        assert_eq!(browser.buttons(AGAIN)?.len(), 0);
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}

#[test]
fn a_host_that_is_killed_between_invoice_and_receipt_loses_neither() {
    play("receipts-host-killed", slow(), |stage| {
        stage.configure(BOTH)?;
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        wait("receipts in the archive", RUN, || Ok((stage.filed()?.len() >= 36 + 4).then_some(())))?;
        kill_below(browser.pid(), "the host", is_host)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        assert_eq!(stage.receipts()?, ["36 wanted = 36 filed"]);
        assert_eq!(stage.asked(PAY).len(), 36);
        stage.expect_tree(&pairs(&[]), Portal::OpenAi)
    });
}
