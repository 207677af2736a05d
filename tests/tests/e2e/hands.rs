//! Who may press a button: a person with mouse or keyboard, never the page.

use crate::{OPENAI_36, PAY, slow};
use billfold_tests::stage::{ARCHIVED, RUN, SEND_ALL, SEND_ONE, play, send_all};
use billfold_tests::{Config, Portal};
use thirtyfour::{Key, TypingData};

/// The name of the focused button, also of one inside an open shadow root.
const FOCUSED: &str = "
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.textContent ?? '';";

#[test]
fn the_keyboard_reaches_the_toolbar() {
    play("keyboard", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        browser.wait_status("36 invoices listed", RUN)?;
        let press = |key: Key| {
            let keys = browser.session().action_chain().send_keys(TypingData::from(key));
            browser.block_on(keys.perform())
        };
        browser.wait("the focus on the toolbar's button", RUN, |browser| {
            press(Key::Tab)?;
            Ok((browser.run(FOCUSED)? == SEND_ALL).then_some(()))
        })?;
        press(Key::Enter)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}

/// Everything that a page's own script can do to a button, with how many it has done it to.
const BY_SCRIPT: &str = "
    const hosts = [...document.querySelectorAll('billfold-toolbar, billfold-button')];
    const buttons = hosts.flatMap((host) => [...host.shadowRoot.querySelectorAll('button')]);
    for (const button of buttons) {
        button.click();
        for (const type of ['pointerdown', 'mousedown', 'mouseup', 'pointerup', 'click'])
            button.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
        button.focus();
        for (const type of ['keydown', 'keypress', 'keyup'])
            button.dispatchEvent(new KeyboardEvent(type, { key: 'Enter', code: 'Enter', bubbles: true, composed: true }));
    }
    return buttons.length;";

#[test]
fn a_click_by_the_pages_script_does_nothing() {
    play("untrusted", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        let (mine, other) = ("HAR8J9M8-0035", "HAR8J9M8-0043");
        browser.row_button(mine, SEND_ONE)?;
        let buttons = browser.run(BY_SCRIPT)?;
        assert!(buttons.as_u64() > Some(2), "{buttons}");
        // What a person asks for afterwards happens, and nothing else has.
        browser.row_button(mine, SEND_ONE)?.click()?;
        browser.row_button(mine, ARCHIVED)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "1 listed = 1 filed");
        assert_eq!(stage.asked(PAY), [mine]);
        browser.row_button(other, SEND_ONE)?;
        stage.expect_part(OPENAI_36, Portal::OpenAi, &[mine])?;
        assert_eq!(stage.certificates()?, ["1 listed = 1 filed"]);
        Ok(())
    });
}

#[test]
fn stop_ends_the_run_with_every_row_accounted_for_and_a_second_run_does_the_rest() {
    play("stop", slow(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        send_all(&browser, 36)?;
        // Some are filed, most are not.
        browser.wait_status(" of 36 filed", RUN)?;
        browser.toolbar_button("Stop")?.click()?;
        let sum = browser.wait_status("36 listed = ", RUN)?;
        let failed = stage.failed()?;
        assert!(
            !failed.is_empty() && failed.iter().all(|(_, code)| code == "cancelled"),
            "{sum}: {failed:?}"
        );
        let filed = format!("36 listed = {} filed + {} failed", 36 - failed.len(), failed.len());
        assert_eq!(sum, filed);

        browser.toolbar_button(SEND_ALL)?.click()?;
        let again = format!("36 listed = {} filed + {} already had", failed.len(), 36 - failed.len());
        assert_eq!(browser.wait_status("already had", RUN)?, again);
        stage.expect_tree(OPENAI_36, Portal::OpenAi)
    });
}
