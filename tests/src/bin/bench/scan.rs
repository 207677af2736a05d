//! The scan alone, by both builds, against the least that a script could do to read the same rows.

use crate::{Options, ratio, replica, say};
use anyhow::{Context as _, Result, ensure};
use billfold_tests::Portal;
use billfold_tests::browser::Browser;
use serde_json::json;
use std::fs;
use std::time::Duration;

/// Rows of a page.
const SIZES: [usize; 3] = [36, 1_000, 10_000];

/// Odd, so that the median is one of them.
const RUNS: usize = 15;

/// The builds, and the most that they may take of the bare walk's time.
const BUILDS: [(&str, &str, f64); 2] = [("wasm", "probe-wasm.js", 5.0), ("js", "probe.js", 15.0)];

/// Each row's link and each cell's text. A sample is repeated until the clock, which browsers blur, can tell; before
/// the first, what is measured runs until the browser has compiled it as well as it will.
const BENCH: &str = "
    const walk = () => [...document.querySelectorAll('tr')].map((row) =>
        [row.querySelector('a')?.href, [...row.querySelectorAll('td')].map((cell) => cell.textContent)]).length - 1;
    const work = { walk };
    for (const [name, probe] of Object.entries(globalThis.billfoldProbes))
        work[name] = () => probe.scan_count(ADDRESS);
    const repeats = {};
    const run = (name, times) => {
        const start = performance.now();
        let rows;
        for (let i = 0; i < times; i++) rows = work[name]();
        return [(performance.now() - start) / times, rows];
    };
    globalThis.billfoldWarm = (name) => {
        const start = performance.now();
        let times = 0;
        while (times < 5 || performance.now() - start < 1000) { work[name](); times++; }
        repeats[name] = Math.max(1, Math.ceil(40 * times / (performance.now() - start)));
    };
    globalThis.billfoldSample = (name) => run(name, repeats[name]);";

pub(crate) fn measure(options: &Options) -> Result<()> {
    for size in SIZES {
        say(&format!("{size} rows: a walk and both builds by turns, {RUNS} times"));
        let replica = replica(size, |_| {})?;
        let mut setup = options.setup(&replica)?;
        setup.register_host = false;
        // Only the probe reads this page.
        setup.switches.push("--disable-extensions".to_owned());
        let browser = Browser::start(&setup)?;
        let address = replica.address(Portal::OpenAi);
        browser.goto(&address)?;
        browser.wait("the page's rows", Duration::from_secs(60), |browser| {
            let rows = browser.run("return document.querySelectorAll('tr').length")?;
            Ok((rows.as_u64() == u64::try_from(size + 1).ok()).then_some(()))
        })?;
        browser.run("globalThis.billfoldProbes = {}")?;
        for (name, file, _) in BUILDS {
            let path = options.probe.join(file);
            let probe =
                fs::read_to_string(&path).with_context(|| format!("{} is missing", path.display()))?;
            browser.run(&probe)?;
            browser.run(&format!("billfoldProbes.{name} = billfoldProbe"))?;
        }
        browser.run(&BENCH.replace("ADDRESS", &json!(address).to_string()))?;
        sample(&browser, size)?;
        browser.close()?;
    }
    Ok(())
}

fn sample(browser: &Browser, size: usize) -> Result<()> {
    let names = ["walk", "wasm", "js"];
    for name in names {
        browser.run(&format!("billfoldWarm({name:?})"))?;
    }
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..RUNS {
        for (name, times) in names.iter().zip(&mut times) {
            let told = browser.run(&format!("return billfoldSample({name:?})"))?;
            let (time, rows): (f64, usize) = serde_json::from_value(told)?;
            ensure!(rows == size, "{name} finds {rows} rows of {size}");
            times.push(time);
        }
    }
    let [walk, wasm, js] = times;
    for ((name, _, goal), ours) in BUILDS.into_iter().zip([wasm, js]) {
        let what = format!("scan of {size} rows by .{name}, against a bare walk");
        ratio(&format!("scan.{name}.{size}"), &what, &ours, &walk, Some(goal));
    }
    Ok(())
}
