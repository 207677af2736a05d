//! The service worker's death, with no driver and no debugger attached: a debugger would keep it alive.

use crate::{OPENAI_36, PAY, slow};
use anyhow::{Context as _, Result};
use billfold_tests::browser::{LetGo, kill};
use billfold_tests::process::{below, is_extension, is_host};
use billfold_tests::stage::{RUN, Stage, play, send_all, wait};
use billfold_tests::{Config, Portal};

/// What the page asks for its rows.
const LISTING: &str = "/dashboard/billing/invoices";

/// A stage whose browser goes on alone after a click on "Send all to archive".
pub(crate) fn clicked_and_alone(stage: &Stage) -> Result<LetGo> {
    let mut setup = stage.setup()?;
    setup.detach = true;
    let browser = stage.start_with(&setup)?;
    browser.goto(&stage.replica.address(Portal::OpenAi))?;
    send_all(&browser, 36)?;
    stage.let_go(browser)
}

pub(crate) fn extension(browser: &LetGo) -> Result<Option<u32>> {
    below(browser.pid(), "the extension's process", is_extension)
}

/// How many hosts have been started.
pub(crate) fn hosts(stage: &Stage) -> usize {
    stage.host_log().lines().filter(|line| line.contains(" hello from extension ")).count()
}

#[test]
fn a_worker_that_is_killed_is_woken_and_goes_on() {
    play("worker-killed", slow(), |stage| {
        let browser = clicked_and_alone(stage)?;
        stage.wait_middle()?;
        let killed = extension(&browser)?.context("the extension has no process")?;
        kill(killed);
        let (asked, started) = (stage.asked(PAY).len(), hosts(stage));

        assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        // Another process went on: it asked for what the first had not brought home, and started its own host.
        assert_ne!(extension(&browser)?, Some(killed));
        assert!(stage.asked(PAY).len() > asked);
        assert!(hosts(stage) > started, "{}", stage.host_log());
        Ok(())
    });
}

/// It takes half a minute, the browser's own. Nothing is expected sooner or later than the browser does it.
#[test]
fn a_worker_without_work_is_let_die_and_not_woken() {
    play("worker-idle", Config::default(), |stage| {
        let browser = clicked_and_alone(stage)?;
        assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
        wait("the end of the host", RUN, || {
            Ok(below(browser.pid(), "the host", is_host)?.is_none().then_some(()))
        })?;
        let started = hosts(stage);
        wait("the end of the worker", RUN, || Ok(extension(&browser)?.is_none().then_some(())))?;

        // Another list, which comes late, wakes it and costs one host: whoever had woken it before would have had
        // the time to start another.
        stage.replica.update(|knobs| (knobs.listing_ms, knobs.hidden) = (3_000, 1));
        stage.replica.command("rerender", "");
        wait("another host", RUN, || {
            Ok((stage.host_log().matches("end of input").count() > started).then_some(()))
        })?;
        let listings =
            stage.replica.log().iter().filter(|entry| entry.path == LISTING && entry.status == 200).count();
        assert_eq!((listings, hosts(stage)), (2, started + 1), "{}", stage.host_log());
        Ok(())
    });
}
