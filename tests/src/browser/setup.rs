//! How a browser is started: which binary, which switches, and the host registered with its profile.

use super::driver;
use anyhow::{Context as _, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::common::capabilities::desiredcapabilities::PageLoadStrategy;
use thirtyfour::{CapabilitiesHelper as _, ChromeCapabilities};

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
    /// Lets the browser outlive its driver, see [`super::Browser::let_go`].
    pub detach: bool,
    /// Registers the host of `dist` with the profile first.
    pub register_host: bool,
    /// More extensions than the one that is tested.
    pub extensions: Vec<PathBuf>,
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
            extensions: Vec::new(),
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

    pub(super) fn capabilities(&self, profile: &Path) -> Result<ChromeCapabilities> {
        let mut chrome = ChromeCapabilities::new();
        chrome.set_binary(&chromium()?.to_string_lossy())?;
        let extension = fs::canonicalize(self.dist.join("chrome")).with_context(|| {
            format!("{} has no extension; `cargo xtask build` makes it", self.dist.display())
        })?;
        let extensions = std::iter::once(&extension).chain(&self.extensions);
        let extensions: Vec<String> = extensions.map(|folder| folder.display().to_string()).collect();
        let mut switches = vec![
            format!("--user-data-dir={}", profile.display()),
            format!("--load-extension={}", extensions.join(",")),
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
        // The driver's own idea of when a page has loaded misses the first page now and then, and then waits for
        // a minute. `Browser::goto` waits by itself.
        chrome.set_page_load_strategy(PageLoadStrategy::None)?;
        chrome.add_experimental_option("detach", self.detach)?;
        // Else it takes the log level and the log's place away.
        chrome.add_experimental_option("excludeSwitches", ["enable-logging"])?;
        Ok(chrome)
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
