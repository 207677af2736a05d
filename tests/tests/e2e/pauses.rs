//! Runs that stand still, say so, and go on.

use crate::{OPENAI_36, PAY, PAY_OPENAI_47, slow};
use anyhow::Result;
use billfold_tests::browser::Browser;
use billfold_tests::process::{below, is_host};
use billfold_tests::stage::{RUN, SEND_ALL, Stage, play, send_all, wait};
use billfold_tests::{Config, Fault, FaultRule, Portal};
use std::rc::Rc;

const SIGNED_OUT: &str = "Signed out: sign in again, and the run goes on";
const NO_GOOD: &str = "The links are no longer good: sign in again or reload this page, and the run goes on";
const LOCKED: &str = "Another Billfold is writing to this archive: waiting";

/// The host has gone, and with it the archive's lock.
fn wait_no_host(browser: &Browser) -> Result<()> {
    wait("the end of the host", RUN, || {
        Ok(below(browser.pid(), "the host", is_host)?.is_none().then_some(()))
    })
}

/// A run that has stopped in its middle because nobody is signed in any more. Stripe takes no link either.
fn signed_out_in_the_middle(stage: &Stage, portal: Portal, listed: usize) -> Result<Rc<Browser>> {
    let browser = stage.open(portal)?;
    send_all(&browser, listed)?;
    stage.wait_middle()?;
    stage.replica.update(|knobs| {
        knobs.signed_out = true;
        knobs.faults = vec![FaultRule::always(Fault::Expired)];
    });
    assert_eq!(browser.wait_status("Signed out", RUN)?, SIGNED_OUT);
    wait_no_host(&browser)?;
    assert_eq!(stage.certificates()?, [""; 0]);
    Ok(browser)
}

fn signs_in(stage: &Stage) {
    stage.replica.update(|knobs| {
        knobs.signed_out = false;
        knobs.faults.clear();
    });
}

#[test]
fn a_run_whose_page_is_signed_out_goes_on_after_signing_in() {
    play("signed-out", slow(), |stage| {
        let browser = signed_out_in_the_middle(stage, Portal::OpenAi, 36)?;
        let asked = stage.asked(PAY).len();
        // A page that comes later is told as well.
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        assert_eq!(browser.wait_status("Signed out", RUN)?, SIGNED_OUT);
        assert_eq!(stage.asked(PAY).len(), asked, "asked for more while signed out");
        signs_in(stage);
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.certificates()?, ["36 listed = 36 filed"]);
        Ok(())
    });
}

/// The portal's page loads anew, says that its session is over, and later lists three rows of the 47.
#[test]
fn a_portals_run_goes_on_in_another_session_of_the_portal() {
    play("session-over", slow(), |stage| {
        let browser = signed_out_in_the_middle(stage, Portal::ChatGpt, 3)?;
        signs_in(stage);
        browser.goto(&stage.replica.address(Portal::ChatGpt))?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "47 listed = 47 filed");
        stage.expect_tree(PAY_OPENAI_47, Portal::ChatGpt)
    });
}

#[test]
fn stop_ends_a_run_that_waits_for_somebody_to_sign_in() {
    play("signed-out-stop", slow(), |stage| {
        let browser = signed_out_in_the_middle(stage, Portal::OpenAi, 36)?;
        browser.toolbar_button("Stop")?.click()?;
        let sum = browser.wait_status("36 listed = ", RUN)?;
        let failed = stage.failed()?;
        assert!(!failed.is_empty() && failed.iter().all(|(_, code)| code == "cancelled"), "{failed:?}");
        assert_eq!(sum, format!("36 listed = {} filed + {} failed", 36 - failed.len(), failed.len()));

        signs_in(stage);
        send_all(&browser, 36)?;
        let again = format!("36 listed = {} filed + {} already had", failed.len(), 36 - failed.len());
        assert_eq!(browser.wait_status("already had", RUN)?, again);
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}

/// A page that has been open for too long: its links are refused, and it has fresh ones once it lists anew.
#[test]
fn links_that_have_expired_are_replaced_by_those_of_the_next_listing() {
    play("links-renewed", slow(), |stage| {
        let (newest, oldest) = ("HAR8J9M8-0043", "HAR8J9M8-0008");
        // One is refused once. The page has a fresh link for it before the run comes to its end.
        stage
            .replica
            .update(|knobs| knobs.faults = vec![FaultRule::always(Fault::Expired).number(newest).times(1)]);
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        stage.wait_middle()?;
        stage.replica.command("rerender", "");
        // From now on all are refused.
        stage.replica.update(|knobs| knobs.faults = vec![FaultRule::always(Fault::Expired)]);
        assert_eq!(browser.wait_status("no longer good", RUN)?, NO_GOOD);
        wait_no_host(&browser)?;
        let log = stage.replica.log();
        let refused = log.iter().filter(|entry| entry.fault.as_deref() == Some("expired")).count();
        // Eight are enough to see it, and no more than eight were under way by then.
        assert!(refused <= 17, "{refused} links were tried in vain");
        assert!(!stage.asked(PAY).iter().any(|number| number == oldest));

        stage.replica.update(|knobs| knobs.faults.clear());
        stage.replica.command("rerender", "");
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}

#[test]
fn a_run_waits_for_another_writer_and_can_be_stopped_meanwhile() {
    play("archive-locked", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        let other = stage.other_writer()?;
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status("Another", RUN)?, LOCKED);
        // It tries again.
        let refused = || stage.host_log().matches("archive-locked").count();
        wait("another try", RUN, || Ok((refused() > 1).then_some(())))?;
        browser.toolbar_button("Stop")?.click()?;
        browser.row_button("HAR8J9M8-0043", "Failed, send again")?;
        assert_eq!(stage.certificates()?, [""; 0]);
        other.end()?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 failed");

        let other = stage.other_writer()?;
        browser.toolbar_button(SEND_ALL)?.click()?;
        assert_eq!(browser.wait_status("Another", RUN)?, LOCKED);
        other.end()?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}

/// A page that is loaded in the middle of a run shows how far it is before the next row ends.
#[test]
fn a_page_that_is_loaded_anew_shows_the_run_and_can_stop_it() {
    play("reloaded", slow(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        stage.wait_middle()?;
        // Nothing ends from now on.
        stage.replica.update(|knobs| knobs.documents_ms = 8_000);
        wait("everything to stand still", RUN, || {
            let log = stage.replica.log();
            let still = log.iter().filter(|entry| entry.number.is_some() && entry.status == 0).count();
            Ok((still > 0 && stage.filed()?.len() + still == stage.asked(PAY).len()).then_some(()))
        })?;
        let filed = stage.filed()?.len();
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        assert_eq!(browser.wait_status(" filed", RUN)?, format!("{filed} of 36 filed"));
        // Buttons come when their rows come near the viewport.
        browser.run("document.querySelector('tbody tr:last-child').scrollIntoView();")?;
        browser.row_button("HAR8J9M8-0001", "Queued")?;
        browser.toolbar_button("Stop")?.click()?;
        let sum = browser.wait_status("36 listed = ", RUN)?;
        assert!(sum.ends_with(&format!(" + {} failed", stage.failed()?.len())), "{sum}");
        Ok(())
    });
}
