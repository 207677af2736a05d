//! The extension on a page with many rows: does the page stay quick?

use crate::{Options, plain, replica, say};
use anyhow::{Context as _, Result};
use billfold_tests::Portal;
use billfold_tests::browser::Browser;
use billfold_tests::server::Csp;
use serde_json::Value;
use std::time::Duration;

const ROWS: usize = 10_000;

/// Rescans of a page that has settled.
const RESCANS: usize = 3;

/// For a page of this size to load, be scanned and come to rest.
const LIMIT: Duration = Duration::from_secs(120);

/// Notes every task that the browser calls long: over 50 ms, whoever's it is.
const WATCH: &str = "
    globalThis.billfoldTasks = [];
    new PerformanceObserver((list) => billfoldTasks.push(...list.getEntries()))
        .observe({ type: 'longtask', buffered: true });
    globalThis.billfoldButtons = () =>
        [...document.querySelectorAll('td *')].filter((element) => element.localName.startsWith('billfold-'));";

/// Milliseconds since the last long task ended; the clock's zero is the page's own.
const QUIET: &str = "
    return performance.now() - Math.max(0, ...billfoldTasks.map((task) => task.startTime + task.duration));";

/// A change that means nothing, and a button taken away: a scan puts it back, so its end can be seen.
const CHANGE: &str = "
    billfoldButtons()[0].remove();
    globalThis.billfoldCount = billfoldButtons().length;
    document.body.append(document.createElement('p'));
    return globalThis.billfoldChanged = performance.now();";

/// How long the scan took to put the button back, once it has.
const BACK: &str = "
    return billfoldButtons().length > billfoldCount ? performance.now() - billfoldChanged : null;";

/// The longest task since the change.
const LONGEST: &str = "
    const since = billfoldTasks.filter((task) => task.startTime + task.duration >= billfoldChanged);
    return Math.max(0, ...since.map((task) => task.duration));";

/// Rows that are in the window or at most so far from it as the extension looks ahead.
const NEAR: &str = "
    return [...document.querySelectorAll('td:last-child')].map((cell) => cell.getBoundingClientRect())
        .filter((box) => box.bottom >= -600 && box.top <= innerHeight + 600).length;";

pub(crate) fn measure(options: &Options) -> Result<()> {
    for (name, csp, policy) in
        [("wasm", Csp::None, "no policy: .wasm"), ("js", Csp::Header, "strict policy: JavaScript")]
    {
        say(&format!("{ROWS} rows, {policy}; {RESCANS} rescans"));
        let replica = replica(ROWS, |knobs| knobs.csp = csp)?;
        let browser = Browser::start(&options.setup(&replica)?)?;
        browser.goto(&replica.address(Portal::OpenAi))?;
        browser.wait_status(&format!("{ROWS} invoices listed"), LIMIT)?;
        browser.run(WATCH)?;
        rest(&browser)?;
        let buttons = number(&browser.run("return billfoldButtons().length")?)?;
        let near = number(&browser.run(NEAR)?)?;
        let what = format!("buttons among {ROWS} rows ({policy}); goal: rows near the window");
        plain(&format!("page.{name}.buttons"), &what, buttons, "", Some(near));
        let (mut longest, mut slowest) = (0.0_f64, 0.0_f64);
        for _ in 0..RESCANS {
            browser.run(CHANGE)?;
            let back = browser
                .wait("the button that was taken away", LIMIT, |browser| Ok(browser.run(BACK)?.as_f64()))?;
            rest(&browser)?;
            slowest = slowest.max(back);
            longest = longest.max(number(&browser.run(LONGEST)?)?);
        }
        let what = format!("longest task over 50 ms in a rescan of {ROWS} rows ({policy})");
        plain(&format!("page.{name}.longest-task"), &what, longest, "ms", Some(50.0));
        let what = format!("a rescan of {ROWS} rows, from change to end ({policy})");
        plain(&format!("page.{name}.rescan"), &what, slowest, "ms", None);
        browser.close()?;
    }
    Ok(())
}

/// Waits until there was no long task for a while.
fn rest(browser: &Browser) -> Result<()> {
    browser
        .wait("a page at rest", LIMIT, |browser| Ok((number(&browser.run(QUIET)?)? > 3_000.0).then_some(())))
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("the page answers {value}"))
}
