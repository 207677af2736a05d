//! Pages that render again and again, and change the order of their rows.

use crate::{OPENAI_36, turned};
use anyhow::Result;
use billfold_tests::browser::Browser;
use billfold_tests::stage::{ARCHIVED, RUN, SEND_ONE, Stage, play, send_all};
use billfold_tests::{Config, Portal};

/// How often the page has listed its rows.
fn listings(stage: &Stage) -> usize {
    stage.replica.log().iter().filter(|entry| entry.path == "/dashboard/billing/invoices").count()
}

fn all_is_filed_while_the_page_renders(stage: &Stage) -> Result<()> {
    let browser = stage.open(Portal::OpenAi)?;
    send_all(&browser, 36)?;
    let before = listings(stage);
    // The sum gives way to the next listing's count, so it is read from the archive.
    assert_eq!(stage.wait_certificate()?, "36 listed = 36 filed");
    let during = listings(stage) - before;
    assert!(during >= 3, "the page has listed its rows {during} times during the run");
    stage.expect_tree(OPENAI_36, Portal::OpenAi)?;
    // New links, and perhaps new elements: the rows are the same ones still.
    browser.row_button("HAR8J9M8-0043", ARCHIVED)?;
    assert_eq!(stage.replica.reports(), []);
    Ok(())
}

#[test]
fn a_page_that_renders_every_300_ms_is_filed() {
    let config = turned(|knobs| (knobs.rerender_ms, knobs.latency_ms) = (300, 60));
    play("rerender", config, all_is_filed_while_the_page_renders);
}

#[test]
fn a_page_that_makes_its_rows_anew_every_300_ms_is_filed() {
    let config = turned(|knobs| (knobs.rerender_ms, knobs.latency_ms, knobs.remount) = (300, 60, true));
    play("remount", config, all_is_filed_while_the_page_renders);
}

/// Each row: its number, what the element after its link says, and how many buttons are in it.
const ROWS: &str = "
    const rows = [...document.querySelectorAll('tbody tr')];
    // Buttons come when their rows come near the viewport.
    window.last = !window.last;
    rows.at(window.last ? -1 : 0)?.scrollIntoView();
    return rows.map((row) => {
        const beside = row.querySelector('a[href*=\"invoice.stripe.com\"]').nextElementSibling;
        const label = beside?.shadowRoot?.querySelector('button')?.textContent ?? '';
        return [row.cells[0].textContent, label, String(row.querySelectorAll('billfold-button').length)];
    });";

/// Waits until each row has its one button, in the order of `numbers`.
fn wait_rows(browser: &Browser, numbers: &[&str], archived: &[&str]) -> Result<()> {
    let label = |number| if archived.contains(number) { ARCHIVED } else { SEND_ONE };
    let wanted: Vec<[&str; 3]> = numbers.iter().map(|number| [*number, label(number), "1"]).collect();
    let wanted = serde_json::to_value(wanted)?;
    browser
        .wait("each row with its own button", RUN, |browser| Ok((browser.run(ROWS)? == wanted).then_some(())))
}

#[test]
fn rows_that_change_their_order_keep_their_buttons() {
    play("reorder", Config::default(), |stage| {
        let browser = stage.open(Portal::OpenAi)?;
        let data = stage.replica.dataset(Portal::OpenAi);
        let mut numbers: Vec<&str> = data.invoices.iter().map(|invoice| invoice.number.as_str()).collect();
        let (first, second) = (numbers[3], numbers[30]);
        wait_rows(&browser, &numbers, &[])?;
        browser.row_button(first, SEND_ONE)?.click()?;
        browser.wait_status("1 listed = 1 filed", RUN)?;

        stage.replica.command("reorder", "");
        numbers.reverse();
        wait_rows(&browser, &numbers, &[first])?;
        // A button does what stands on it: it sends the row that it is beside now.
        browser.row_button(second, SEND_ONE)?.click()?;
        browser.row_button(second, ARCHIVED)?;
        wait_rows(&browser, &numbers, &[first, second])?;
        stage.expect_part(OPENAI_36, Portal::OpenAi, &[first, second])?;
        assert_eq!(stage.replica.reports(), []);
        Ok(())
    });
}
