//! One click, every document.

use crate::OPENAI_36;
use billfold_tests::stage::{RUN, SEND_ALL, play};
use billfold_tests::{Config, Portal};

#[test]
fn one_click_files_36_invoices_from_openai() {
    play("openai-36", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        browser.toolbar_button(SEND_ALL)?.click()?;
        let sum = browser.wait_status(" listed = ", RUN)?;
        assert_eq!(sum, "36 listed = 36 filed");
        stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
        assert_eq!(stage.certificates()?, ["36 listed = 36 filed"]);
        assert_eq!(stage.replica.reports(), []);
        Ok(())
    });
}
