//! A real Chromium with the extension as it ships, driven as a person would: by roles and accessible names.
//!
//! Blocking on purpose: a plain `#[test]` reads like what a person does. Everything is waited for by looking
//! again until it is so; nothing here sleeps for a guessed time, knows a pixel or reaches into the extension.

mod driver;
mod elements;
mod setup;

use anyhow::{Context as _, Result, bail};
use driver::Driver;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thirtyfour::WebDriver;
use tokio::runtime::Runtime;

pub use driver::kill;
pub use elements::Button;
pub use setup::{Setup, chromium};

/// For a page to load.
const LOAD: Duration = Duration::from_secs(60);

/// Between two looks at a page.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// A running browser. It ends when dropped.
pub struct Browser {
    /// Ended first, and by `Drop`, so it can be missing.
    session: Option<WebDriver>,
    driver: Driver,
    runtime: Runtime,
    pid: u32,
    profile: PathBuf,
}

impl Browser {
    /// Starts a browser on an empty page.
    pub fn start(setup: &Setup) -> Result<Browser> {
        fs::create_dir_all(&setup.profile)?;
        let profile = fs::canonicalize(&setup.profile)?;
        if setup.register_host {
            setup.install_host()?;
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let driver = Driver::start(&profile.join("chromedriver.log"), &setup.env)?;
        let capabilities = setup.capabilities(&profile)?;
        let session = runtime
            .block_on(WebDriver::new(driver.url(), capabilities))
            .with_context(|| format!("Chromium does not start; the driver said:\n{}", driver.last_lines()))?;
        let pid = session.handle().capabilities().get("goog:processID").and_then(serde_json::Value::as_u64);
        let pid = pid
            .and_then(|pid| pid.try_into().ok())
            .context("the driver does not say which process Chromium is")?;
        Ok(Browser { session: Some(session), driver, runtime, pid, profile })
    }

    /// The browser's process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The driver's session, for what is not offered here, together with [`Browser::block_on`].
    pub fn session(&self) -> &WebDriver {
        self.session.as_ref().expect("the session ends with the browser")
    }

    /// Waits for something that the session does.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Opens an address, and waits until its document has loaded.
    pub fn goto(&self, address: &str) -> Result<()> {
        // The mark goes with the page that is left, so that the two cannot be mistaken for each other.
        self.run("window.left = true;")?;
        self.block_on(self.session().goto(address)).with_context(|| format!("{address} does not open"))?;
        let loaded = "return !window.left && document.readyState === 'complete';";
        self.wait(address, LOAD, |browser| Ok(browser.run(loaded)?.as_bool().filter(|loaded| *loaded)))?;
        Ok(())
    }

    /// Runs a script in the page (in the page's own world, not the extension's) and returns what it returns.
    pub fn run(&self, script: &str) -> Result<serde_json::Value> {
        let value = self.block_on(self.session().execute(script, Vec::new()))?;
        Ok(value.json().clone())
    }

    /// Looks again until there is something to see, or fails with what was seen last.
    pub fn wait<T>(
        &self,
        what: &str,
        limit: Duration,
        mut look: impl FnMut(&Browser) -> Result<Option<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        loop {
            // A page that renders anew takes elements away between two questions: an error is not yet an end.
            let error = match look(self) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            if start.elapsed() >= limit {
                let status = self.status_text().ok().flatten();
                let status = status.as_deref().unwrap_or("there is no toolbar");
                let error = error.map(|error| format!("; {error:#}")).unwrap_or_default();
                bail!("{what}: not within {limit:?} (status line: {status}{error})");
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits until the toolbar's status line contains a text, and returns the line.
    pub fn wait_status(&self, contains: &str, limit: Duration) -> Result<String> {
        self.wait(&format!("a status line with {contains:?}"), limit, |browser| {
            Ok(browser.status_text()?.filter(|text| text.contains(contains)))
        })
    }

    /// Takes a picture of what the page shows.
    pub fn screenshot(&self, path: &Path) -> Result<()> {
        self.block_on(self.session().screenshot(path))
            .with_context(|| format!("no picture could be made at {}", path.display()))
    }

    /// What pages and the service worker wrote to their consoles.
    pub fn console(&self) -> String {
        let log = fs::read_to_string(self.profile.join("chrome_debug.log")).unwrap_or_default();
        log.lines()
            .filter(|line| line.contains(":CONSOLE:"))
            .fold(String::new(), |all, line| all + line + "\n")
    }

    /// The last lines of the driver's log.
    pub fn driver_log(&self) -> String {
        self.driver.last_lines()
    }

    /// Keeps the scene of an accident in a folder: picture, page, consoles, driver. Says what it could keep.
    pub fn keep_scene(&self, folder: &Path) -> String {
        let _ = fs::create_dir_all(folder);
        let mut kept = Vec::new();
        if self.screenshot(&folder.join("page.png")).is_ok() {
            kept.push("page.png");
        }
        let page = self.block_on(self.session().source()).unwrap_or_default();
        for (name, text) in
            [("page.html", page), ("console.log", self.console()), ("driver.log", self.driver_log())]
        {
            if fs::write(folder.join(name), text).is_ok() {
                kept.push(name);
            }
        }
        format!("{}: {}", folder.display(), kept.join(", "))
    }

    /// Ends the browser as a person does, and waits until its process is gone: the profile can be used again.
    pub fn close(mut self) -> Result<()> {
        if let Some(session) = self.session.take() {
            self.runtime.block_on(session.quit())?;
        }
        driver::wait_gone(self.pid, Duration::from_secs(20))
    }

    /// Kills the browser in the middle of whatever it does, and waits until its process is gone.
    pub fn kill(self) -> Result<()> {
        let pid = self.pid;
        drop(self);
        driver::wait_gone(pid, Duration::from_secs(20))
    }

    /// Ends the driver and leaves the browser running without any debugger (needs [`Setup::detach`]): a debugger
    /// keeps a service worker alive. The browser is killed when the returned value is dropped.
    pub fn let_go(mut self) -> Result<LetGo> {
        if let Some(session) = self.session.take() {
            session.leak().context("the session has ended already")?;
        }
        self.driver.end();
        let pid = std::mem::take(&mut self.pid);
        Ok(LetGo { pid })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Nothing to tell if it has ended already.
            let _ = session.leak();
        }
        if self.pid != 0 {
            kill(self.pid);
        }
        self.driver.end();
    }
}

/// A browser without a driver.
pub struct LetGo {
    pid: u32,
}

impl LetGo {
    /// The browser's process.
    pub fn pid(&self) -> u32 {
        self.pid
    }
}

impl Drop for LetGo {
    fn drop(&mut self) {
        kill(self.pid);
    }
}
