//! `cargo xtask launch`: the built extension and host for real use, in a browser profile of their own.

use crate::process::{self, say};
use crate::project::Project;
use crate::{build, chromium};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The page that most people come for. The person can go to any other from there.
const PAGE: &str = "https://platform.openai.com/settings/organization/billing/history";

/// Builds, registers the host, opens the page, and leaves the rest to the person.
pub(crate) fn launch(project: &Project) -> Result<()> {
    if !chromium::has_display() {
        bail!("there is no display to open a browser on; `cargo xtask demo` needs none");
    }
    let browser = chromium::for_a_person()?;
    build::all(project)?;
    let profile = data_folder()?.join("browser");
    std::fs::create_dir_all(&profile).with_context(|| format!("{} cannot be made", profile.display()))?;
    let host = project.dist().join("bin").join(format!("billfold{}", std::env::consts::EXE_SUFFIX));
    let settings = process::output(Command::new(&host).args(["config", "show", "--json"]))?;
    let settings: serde_json::Value = serde_json::from_str(&settings).context("`billfold config show`")?;
    if settings.get("archive").is_none_or(serde_json::Value::is_null) {
        bail!(
            "no archive folder is set; choose one, then launch again: {} config archive ~/Invoices",
            project.show(&host)
        );
    }
    say("register", &format!("the host for {}", profile.display()));
    let mut install = Command::new(&host);
    process::run(install.args(["install", "--browser", browser.name, "--user-data-dir"]).arg(&profile))?;
    let extension = project.dist().join("chrome");
    let mut command = Command::new(&browser.program);
    command
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(["--no-first-run", "--no-default-browser-check"]);
    if browser.loads_extensions {
        command.arg(format!("--load-extension={}", extension.display()));
    } else {
        say(
            "by hand",
            "this browser loads no extension from a command line: open chrome://extensions, turn on",
        );
        say(
            "",
            &format!("\"Developer mode\", choose \"Load unpacked\" and the folder {}", extension.display()),
        );
    }
    if process::is_root() {
        // Chromium refuses to run as root with its sandbox.
        command.arg("--no-sandbox");
    }
    command.arg(PAGE).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().with_context(|| format!("{} cannot be started", browser.program.display()))?;
    say("opened", PAGE);
    say("", "sign in there; the button \"Send all to archive\" appears at the bottom of the page");
    Ok(())
}

/// The platform's folder for what a program keeps for a person.
fn data_folder() -> Result<PathBuf> {
    let home =
        std::env::home_dir().context("this account has no home folder to keep a browser profile in")?;
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    Ok(if cfg!(target_os = "macos") {
        home.join("Library/Application Support/Billfold")
    } else if cfg!(windows) {
        named("LOCALAPPDATA").unwrap_or(home).join("Billfold")
    } else {
        named("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share")).join("billfold")
    })
}
