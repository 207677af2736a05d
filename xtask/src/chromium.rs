//! Finding a browser, and installing one for the tests.

use crate::apt;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Debian's own binary. `/usr/bin/chromium` is a script that adds switches of its own.
const DEBIAN: &str = "/usr/lib/chromium/chromium";

/// A browser to open for a person.
pub(crate) struct Found {
    /// The program.
    pub(crate) program: PathBuf,
    /// What `billfold install --browser` calls it.
    pub(crate) name: &'static str,
    /// Whether it loads an unpacked extension from the command line. Branded Chrome stopped in version 137.
    pub(crate) loads_extensions: bool,
}

/// Chromium and its driver, as the end-to-end tests and the demo drive them.
pub(crate) fn for_tests() -> Result<()> {
    let missing: Vec<&str> =
        [("chromium", Path::new(DEBIAN).exists()), ("chromium-driver", on_path("chromedriver").is_some())]
            .into_iter()
            .filter_map(|(package, present)| (!present).then_some(package))
            .collect();
    let own = std::env::var_os("BILLFOLD_CHROMIUM").is_some();
    if missing.is_empty() || (own && on_path("chromedriver").is_some()) {
        return Ok(());
    }
    apt::install(&missing, "a browser and its driver")
}

/// A browser for a person: one that loads the extension by itself if there is one.
pub(crate) fn for_a_person() -> Result<Found> {
    let chromium = |program: PathBuf| Found { program, name: "chromium", loads_extensions: true };
    if Path::new(DEBIAN).exists() {
        return Ok(chromium(DEBIAN.into()));
    }
    let chromiums = ["chromium", "chromium-browser", "Chromium"].map(on_path);
    let mac = |app: &str| {
        Some(PathBuf::from(format!("/Applications/{app}.app/Contents/MacOS/{app}"))).filter(|p| p.exists())
    };
    if let Some(program) = chromiums.into_iter().flatten().next().or_else(|| mac("Chromium")) {
        return Ok(chromium(program));
    }
    let chromes = ["google-chrome", "google-chrome-stable", "chrome"].map(on_path);
    if let Some(program) = chromes.into_iter().flatten().next().or_else(|| mac("Google Chrome")) {
        return Ok(Found { program, name: "chrome", loads_extensions: false });
    }
    bail!("neither Chromium nor Chrome is installed; on Debian: `apt-get install chromium`")
}

/// Can a window be opened here?
pub(crate) fn has_display() -> bool {
    let displays = ["DISPLAY", "WAYLAND_DISPLAY"];
    !cfg!(target_os = "linux") || displays.iter().any(|name| std::env::var_os(name).is_some())
}

/// Where a program on the path is.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}
