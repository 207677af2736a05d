//! One click, every document; and one row alone.

use crate::{BILLING_STRIPE_47, OPENAI_36, PAY, PAY_OPENAI_47, turned};
use anyhow::Result;
use billfold_tests::net_log::NetLog;
use billfold_tests::server::{Generation, STORAGE};
use billfold_tests::stage::{ARCHIVED, RUN, SEND_ONE, Stage, play, send_all};
use billfold_tests::{Config, Portal};

#[test]
fn one_click_files_36_invoices_from_openai_and_a_second_run_fetches_nothing() {
    play("openai-36", Config::default(), |stage| {
        let mut setup = stage.setup()?;
        let net_log = NetLog::of(&mut setup);
        let browser = stage.start_with(&setup)?;
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.replica.reports(), []);
        let log = stage.replica.log();
        assert!(log.iter().all(|entry| entry.host == "platform.openai.com" || !entry.cookie));

        // The links of this listing are new ones, and the worker that knew the old ones has no queue.
        stage.replica.clear_log();
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        browser.wait_status("36 invoices listed, 36 in the archive", RUN)?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 already had");
        assert_eq!(stage.asked(PAY).len() + stage.asked(STORAGE).len(), 0);
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.certificates()?, ["36 listed = 36 filed", "36 listed = 36 already had"]);

        // Nobody was asked who need not be: not by the extension, and by the page only its own server.
        stage.close(browser)?;
        let mut requests = net_log.requests()?;
        assert!(requests.remove("https platform.openai.com").is_some());
        let documents = [PAY, STORAGE].map(|host| (format!("chrome-extension {host}"), 36));
        assert_eq!(requests, documents.into());
        Ok(())
    });
}

#[test]
fn one_row_sent_alone_is_filed_alone() {
    play("one-row", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        // One of the two that would share a name: it is told apart even when it comes alone.
        let number = "HAR8J9M8-0040";
        browser.row_button(number, SEND_ONE)?.click()?;
        browser.row_button(number, ARCHIVED)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "1 listed = 1 filed");
        stage.expect_part(OPENAI_36, Portal::OpenAi, &[number])?;
        assert_eq!((stage.asked(PAY), stage.asked(STORAGE)), (vec![number.into()], vec![number.into()]));
        assert_eq!(browser.buttons(ARCHIVED)?.len(), 1);
        browser.row_button("HAR8J9M8-0042", SEND_ONE)?;
        assert_eq!(stage.certificates()?, ["1 listed = 1 filed"]);
        Ok(())
    });
}

/// Three rows are there at first; the others come by "View more".
fn all_47(stage: &Stage, portal: Portal, tree: &str) -> Result<()> {
    let browser = stage.open(portal)?;
    send_all(&browser, 3)?;
    assert_eq!(browser.wait_status(" listed = ", RUN)?, "47 listed = 47 filed");
    stage.expect_tree(tree, portal)?;
    assert_eq!(stage.certificates()?, ["47 listed = 47 filed"]);
    assert_eq!(stage.replica.reports(), []);
    Ok(())
}

#[test]
fn a_portal_of_today_lists_and_files_47() {
    let config = turned(|knobs| knobs.generation = Generation::B);
    play("billing-stripe-b", config, |stage| all_47(stage, Portal::Stripe, BILLING_STRIPE_47));
}

#[test]
fn a_portal_of_2024_lists_and_files_47() {
    let config = turned(|knobs| knobs.generation = Generation::A);
    play("billing-stripe-a", config, |stage| all_47(stage, Portal::Stripe, BILLING_STRIPE_47));
}

#[test]
fn chatgpts_portal_lists_and_files_47() {
    play("pay-openai", Config::default(), |stage| all_47(stage, Portal::ChatGpt, PAY_OPENAI_47));
}
