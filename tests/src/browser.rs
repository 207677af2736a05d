//! A real Chromium with the extension as it ships, driven as a person would: by roles and accessible names.
//!
//! Blocking on purpose: a plain `#[test]` reads like what a person does. Everything is waited for by looking
//! again until it is so; nothing here sleeps for a guessed time, knows a pixel or reaches into the extension.

mod driver;
mod elements;

use anyhow::{Context as _, Result, bail};
use driver::{Driver, kill};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::{ChromeCapabilities, WebDriver};
use tokio::runtime::Runtime;

pub use elements::Button;

/// Between two looks at a page.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// How a browser is started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// `dist/`: what ships, and nothing else.
    pub dist: PathBuf,
    /// The profile's folder; made if it is not there, kept when the browser ends.
    pub profile: PathBuf,
    /// `--host-resolver-rules`, as [`crate::Replica::resolver_rules`] gives them.
    pub resolver_rules: String,
    /// For the browser, and through it for the host: `BILLFOLD_ARCHIVE`, `BILLFOLD_CONFIG`, `BILLFOLD_STATE`.
    pub env: Vec<(OsString, OsString)>,
    /// Without a window.
    pub headless: bool,
    /// Lets the browser outlive its driver, see [`Browser::let_go`].
    pub detach: bool,
    /// Registers the host of `dist` with the profile first.
    pub register_host: bool,
    /// More switches for Chromium.
    pub switches: Vec<String>,
}

impl Setup {
    /// Headless, with the host registered.
    pub fn new(
        dist: impl Into<PathBuf>,
        profile: impl Into<PathBuf>,
        resolver_rules: impl Into<String>,
    ) -> Setup {
        Setup {
            dist: dist.into(),
            profile: profile.into(),
            resolver_rules: resolver_rules.into(),
            env: Vec::new(),
            headless: true,
            detach: false,
            register_host: true,
            switches: Vec::new(),
        }
    }

    /// With a variable for the browser and the host.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Setup {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Registers the host with the profile, by the host's own command.
    pub fn install_host(&self) -> Result<()> {
        let host = self.dist.join("bin/billfold");
        let output = Command::new(&host)
            .args(["install", "--browser", "chromium", "--user-data-dir"])
            .arg(&self.profile)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .output()
            .with_context(|| format!("{} cannot be started; `cargo xtask build` makes it", host.display()))?;
        if !output.status.success() {
            bail!(
                "`billfold install` ended with {}:\n{}{}",
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    fn capabilities(&self, profile: &Path) -> Result<ChromeCapabilities> {
        let mut chrome = ChromeCapabilities::new();
        chrome.set_binary(&chromium()?.to_string_lossy())?;
        let extension = fs::canonicalize(self.dist.join("chrome")).with_context(|| {
            format!("{} has no extension; `cargo xtask build` makes it", self.dist.display())
        })?;
        let mut switches = vec![
            format!("--user-data-dir={}", profile.display()),
            format!("--load-extension={}", extension.display()),
            format!("--host-resolver-rules={}", self.resolver_rules),
            // The replica signs its own certificate. Unlike WebDriver's own setting this reaches the worker's fetch.
            "--ignore-certificate-errors".to_owned(),
            "--no-first-run".to_owned(),
            "--window-size=1280,1000".to_owned(),
            // A container's /dev/shm may be smaller than a page.
            "--disable-dev-shm-usage".to_owned(),
            // Console lines of pages and worker, into chrome_debug.log in the profile.
            "--enable-logging".to_owned(),
            "--log-level=0".to_owned(),
        ];
        if self.headless {
            switches.push("--headless=new".to_owned());
        }
        if driver::is_root() {
            // Chromium refuses to run as root with its sandbox.
            switches.push("--no-sandbox".to_owned());
        }
        for switch in switches.iter().chain(&self.switches) {
            chrome.add_arg(switch)?;
        }
        chrome.add_experimental_option("detach", self.detach)?;
        // Else it takes the log level and the log's place away.
        chrome.add_experimental_option("excludeSwitches", ["enable-logging"])?;
        Ok(chrome)
    }
}

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

    /// Opens an address.
    pub fn goto(&self, address: &str) -> Result<()> {
        self.block_on(self.session().goto(address)).with_context(|| format!("{address} does not open"))
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

/// The browser's own binary. Debian's `/usr/bin/chromium` is a script that adds switches of its own, an empty
/// `--load-extension=` among them.
pub fn chromium() -> Result<PathBuf> {
    let known = [
        "/usr/lib/chromium/chromium",
        "/usr/lib64/chromium-browser/chromium-browser",
        "/usr/bin/chromium-browser",
    ];
    let named = std::env::var_os("BILLFOLD_CHROMIUM").map(PathBuf::from);
    let mut found = named.into_iter().chain(known.map(PathBuf::from)).filter(|path| path.exists());
    found.next().context("Chromium is not installed; on Debian: `apt-get install chromium chromium-driver`")
}
