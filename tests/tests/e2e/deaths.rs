//! Host and browser end in the middle of a run.

use crate::{OPENAI_36, slow};
use anyhow::Result;
use billfold_tests::Portal;
use billfold_tests::process::{is_host, kill_below};
use billfold_tests::stage::{RUN, Stage, play, send_all};

#[test]
fn a_host_that_is_killed_loses_nothing() {
    play("host-killed", slow(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        stage.wait_middle()?;
        kill_below(browser.pid(), "the host", is_host)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.certificates()?, ["36 listed = 36 filed"]);
        Ok(())
    });
}

/// After the restart no billing page is open and nobody clicks: the queue goes on by itself.
fn goes_on_after_a_restart(stage: &Stage) -> Result<()> {
    assert_eq!(stage.certificates()?, [""; 0]);
    let filed = stage.filed()?.len();
    assert!(filed < 36, "the run had ended already");
    let _browser = stage.start()?;
    assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
    stage.expect_tree(OPENAI_36, Portal::OpenAi)
}

#[test]
fn a_browser_that_is_killed_goes_on_when_it_starts_again() {
    play("browser-killed", slow(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        stage.wait_middle()?;
        stage.kill(browser)?;
        goes_on_after_a_restart(stage)
    });
}

#[test]
fn a_browser_that_is_closed_goes_on_when_it_starts_again() {
    play("browser-closed", slow(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        stage.wait_middle()?;
        stage.close(browser)?;
        goes_on_after_a_restart(stage)
    });
}
