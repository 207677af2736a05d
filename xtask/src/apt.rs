//! System packages: installed when running as root on Debian, named exactly when not.

use crate::process;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Installs packages, or fails with a sentence that says `why` they are needed and how to get them.
pub(crate) fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("{why}: install what Debian calls {list} with this system's package manager");
    }
    if !process::is_root() {
        bail!("{why}: run `sudo apt-get install {list}`");
    }
    process::say("installing", &format!("{list} ({why})"));
    let apt = |arguments: &[&str]| {
        process::output(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(arguments))
    };
    // A fresh machine has no package lists, or old ones that name files that are gone.
    apt(&["-q", "update"])?;
    apt(&[&["-q", "install", "--yes", "--no-install-recommends"], packages].concat())?;
    Ok(())
}
