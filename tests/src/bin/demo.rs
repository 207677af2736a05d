//! `demo`: one click on a billing page of the replica, watched from outside. `cargo xtask demo` starts it.
//!
//! The archive stays in the demo's folder, so a second run has nothing new to file; the browser's profile does not.
#![allow(clippy::print_stdout, reason = "a program for people to watch")]

use anyhow::{Context as _, Result, bail};
use billfold_tests::browser::{Browser, Setup};
use billfold_tests::{Config, Portal, Replica};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// For the whole run. It takes seconds.
const LIMIT: Duration = Duration::from_secs(180);

/// What the toolbar's button is called.
const BUTTON: &str = "Send all to archive";

fn main() -> ExitCode {
    match demo() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    dist: PathBuf,
    folder: PathBuf,
    headed: bool,
}

fn options() -> Result<Options> {
    let mut options = Options { dist: "dist".into(), folder: "target/demo".into(), headed: false };
    let mut arguments = std::env::args_os().skip(1);
    while let Some(name) = arguments.next() {
        let value = |arguments: &mut dyn Iterator<Item = std::ffi::OsString>| {
            arguments.next().map(PathBuf::from).context("the argument needs a value")
        };
        match name.to_str() {
            Some("--dist") => options.dist = value(&mut arguments)?,
            Some("--folder") => options.folder = value(&mut arguments)?,
            Some("--headed") => options.headed = true,
            _ => bail!("usage: demo [--dist DIR] [--folder DIR] [--headed]"),
        }
    }
    Ok(options)
}

fn demo() -> Result<()> {
    let options = options()?;
    fs::create_dir_all(&options.folder)?;
    let folder = fs::canonicalize(&options.folder)?;
    let (archive, profile) = (folder.join("Invoices"), folder.join("profile"));
    if profile.exists() {
        fs::remove_dir_all(&profile).context("the last demo's browser profile cannot be removed")?;
    }
    fs::create_dir_all(&archive)?;

    let config = Config::default();
    // So that the names show what a project is for.
    let organisation = &config.openai.first().context("the replica has no organisation")?.organisation;
    let projects = format!("[[project]]\norganisation = {organisation:?}\nname = \"project-nova\"\n");
    fs::write(folder.join("billfold.toml"), projects)?;

    say("replica", "the billing pages of OpenAI and Stripe, with 36 invoices, on loopback");
    let replica = Replica::try_start(config).context("the replica portals cannot start")?;
    let setup = Setup {
        headless: !options.headed,
        ..Setup::new(&options.dist, &profile, replica.resolver_rules())
            .env("BILLFOLD_ARCHIVE", &archive)
            // Neither the person's own settings nor their index.
            .env("BILLFOLD_CONFIG", folder.join("billfold.toml"))
            .env("BILLFOLD_STATE", folder.join("state"))
    };
    say("chromium", "a profile of its own, with the extension and its host");
    let browser = Browser::start(&setup)?;
    let watched = watch(&browser, &replica.address(Portal::OpenAi), &folder.join("screenshot.png"));
    let sum = match watched {
        Ok(sum) => sum,
        Err(error) => {
            let scene = browser.keep_scene(&folder.join("scene"));
            return Err(error.context(format!(
                "the demo did not come to its end; what it looked like is kept in {scene}"
            )));
        }
    };
    browser.close()?;

    println!("\n{}", archive.display());
    print_tree(&archive, 1)?;
    println!("\ncertificate  {sum}\n             kept in {}", archive.join(".billfold/runs").display());
    println!("screenshot   {}", folder.join("screenshot.png").display());
    Ok(())
}

/// Opens the page, clicks, repeats what the status line says until it is the sum.
fn watch(browser: &Browser, address: &str, screenshot: &Path) -> Result<String> {
    let start = Instant::now();
    say("open", address);
    browser.goto(address)?;
    let button = browser.toolbar_button(BUTTON)?;
    say("click", &format!("\"{BUTTON}\""));
    button.click()?;
    let mut last = String::new();
    let sum = browser.wait("the run's sum in the status line", LIMIT, |browser| {
        let now = browser.status_text()?.unwrap_or_default();
        if now != last {
            say("", &now);
            last.clone_from(&now);
        }
        Ok((now.contains("listed") && now.contains('=')).then_some(now))
    })?;
    browser.screenshot(screenshot)?;
    say("done", &format!("in {:.1} s", start.elapsed().as_secs_f64()));
    Ok(sum)
}

fn print_tree(folder: &Path, depth: usize) -> Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // The archive's own records: the person's part is the documents.
        if name.starts_with('.') {
            continue;
        }
        let is_folder = path.is_dir();
        println!("{:indent$}{name}{}", "", if is_folder { "/" } else { "" }, indent = depth * 2);
        if is_folder {
            print_tree(&path, depth + 1)?;
        }
    }
    Ok(())
}

fn say(step: &str, what: &str) {
    println!("{step:>10}  {what}");
}
