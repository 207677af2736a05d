//! The service worker's death, with no driver and no debugger attached: a debugger would keep it alive.

use crate::{OPENAI_36, PAY, slow};
use billfold_tests::Portal;
use billfold_tests::process::{below, is_extension, kill_below};
use billfold_tests::stage::{play, send_all};

#[test]
fn a_worker_that_is_killed_is_woken_and_goes_on() {
    play("worker-killed", slow(), |stage| {
        let mut setup = stage.setup()?;
        setup.detach = true;
        let browser = stage.start_with(&setup)?;
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        send_all(&browser, 36)?;
        let alone = stage.let_go(browser)?;
        stage.wait_middle()?;
        let killed = kill_below(alone.pid(), "the extension's process", is_extension)?;
        let asked = stage.asked(PAY).len();

        assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        // Another process went on: it asked for what the first had not brought home, and started its own host.
        let now = below(alone.pid(), "the extension's process", is_extension)?;
        assert_ne!(now, Some(killed));
        assert!(stage.asked(PAY).len() > asked);
        let hosts = stage.host_log().lines().filter(|line| line.contains(" hello from extension ")).count();
        assert!(hosts >= 2, "{}", stage.host_log());
        Ok(())
    });
}
