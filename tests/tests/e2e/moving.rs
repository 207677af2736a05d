//! A site that moves between its pages without loading one.

use anyhow::{Context as _, Result};
use billfold_tests::browser::Browser;
use billfold_tests::stage::{RUN, SEND_ALL, SEND_ONE, play};
use billfold_tests::{Config, Portal};
use thirtyfour::By;

/// How many elements of ours are on the page.
const OURS: &str = "
    return [...document.querySelectorAll('*')].filter((element) => element.localName.startsWith('billfold')).length;";

fn ours(browser: &Browser) -> Result<u64> {
    browser.run(OURS)?.as_u64().context("a count")
}

/// Follows one of the site's own links, when it is there.
fn follow(browser: &Browser, link: &str) -> Result<()> {
    browser.wait(&format!("the link {link:?}"), RUN, |browser| {
        browser.block_on(async { browser.session().find(By::LinkText(link)).await?.click().await })?;
        Ok(Some(()))
    })
}

#[test]
fn only_billing_pages_have_anything_of_ours() {
    play("moving", Config::default(), |stage| {
        let browser = stage.start()?;
        browser.goto("https://platform.openai.com/settings/organization/billing/overview")?;
        for _ in 0..2 {
            follow(&browser, "Billing history")?;
            browser.toolbar_button(SEND_ALL)?;
            browser.row_button("HAR8J9M8-0043", SEND_ONE)?;
            follow(&browser, "Overview")?;
            browser.wait("a page without us", RUN, |browser| Ok((ours(browser)? == 0).then_some(())))?;
        }
        // All on one document.
        let documents =
            stage.replica.log().iter().filter(|entry| entry.path.starts_with("/settings")).count();
        assert_eq!(documents, 1);
        assert_eq!(stage.replica.reports(), []);
        Ok(())
    });
}

#[test]
fn a_page_that_is_no_billing_page_gets_nothing() {
    play("elsewhere", Config::default(), |stage| {
        let browser = stage.start()?;
        // A billing page first: then the worker is up, and quick enough to do something wrong.
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        browser.toolbar_button(SEND_ALL)?;
        browser.goto("https://platform.openai.com/settings/organization/billing/overview")?;
        assert_eq!(ours(&browser)?, 0);
        follow(&browser, "Payment methods")?;
        assert_eq!(ours(&browser)?, 0);
        assert_eq!(stage.replica.reports(), []);
        Ok(())
    });
}
