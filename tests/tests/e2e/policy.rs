//! Pages with and without a Content-Security-Policy: each gets the form of the content module that it allows, and
//! a site never notices that there was a choice.

use crate::{OPENAI_36, turned};
use anyhow::Result;
use billfold_tests::server::Csp;
use billfold_tests::stage::{RUN, Stage, play, send_all, wait};
use billfold_tests::{Config, Portal, Report};
use std::fs;
use std::path::PathBuf;

const FORMS: [(&str, &str); 2] = [("javascript", "content.js"), ("webassembly", "content-wasm.js")];

/// What ships, but each form of the content module says on the page that it is there.
fn marked(stage: &Stage) -> Result<PathBuf> {
    stage.altered_dist(|chrome| {
        for (form, file) in FORMS {
            let module = fs::read_to_string(chrome.join(file))?;
            let mark = format!("document.documentElement.dataset.form = {form:?};\n");
            fs::write(chrome.join(file), format!("{mark}{module}"))?;
        }
        Ok(())
    })
}

fn everything_is_filed_in(stage: &Stage, form: &str) -> Result<()> {
    let mut setup = stage.setup()?;
    setup.dist = marked(stage)?;
    let browser = stage.start_with(&setup)?;
    let address = stage.replica.address(Portal::OpenAi);
    // The first page may be quicker than the new worker, which is then in doubt and takes JavaScript.
    browser.goto(&address)?;
    browser.wait_status("36 invoices listed", RUN)?;
    browser.goto(&address)?;
    send_all(&browser, 36)?;
    assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
    assert_eq!(browser.run("return document.documentElement.dataset.form")?, form);
    stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
    assert_eq!(stage.replica.reports(), []);
    Ok(())
}

#[test]
fn a_page_without_a_policy_gets_webassembly() {
    play("policy-none", Config::default(), |stage| everything_is_filed_in(stage, "webassembly"));
}

#[test]
fn a_page_with_a_strict_policy_gets_javascript_and_sees_no_violation() {
    let config = turned(|knobs| knobs.csp = Csp::Header);
    play("policy-header", config, |stage| everything_is_filed_in(stage, "javascript"));
}

#[test]
fn a_strict_policy_in_the_document_counts_as_well() {
    let config = turned(|knobs| knobs.csp = Csp::Meta);
    play("policy-meta", config, |stage| everything_is_filed_in(stage, "javascript"));
}

/// The negative control of the tests above: WebAssembly there would have been seen.
#[test]
fn webassembly_by_force_on_a_strict_page_would_be_noticed() {
    play("policy-forced", turned(|knobs| knobs.csp = Csp::Header), |stage| {
        let mut setup = stage.setup()?;
        setup.dist = stage.altered_dist(|chrome| {
            fs::copy(chrome.join("content-wasm.js"), chrome.join("content.js"))?;
            Ok(())
        })?;
        let browser = stage.start_with(&setup)?;
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        let violation = |report: &Report| report.kind == "securitypolicyviolation";
        wait("a violation", RUN, || Ok(stage.replica.reports().into_iter().find(violation)))?;
        Ok(())
    });
}
