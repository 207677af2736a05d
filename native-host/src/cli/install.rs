//! `install` and `uninstall`: the manifest in each browser's folder, at user level only.

use super::browsers::Browser;
use super::{Desk, Failure, because, manifest};
use crate::files;
use clap::{Args, ValueEnum};
use std::fs;
use std::io;
use std::path::PathBuf;

/// Which browsers.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// This browser, whether it was ever started or not
    #[arg(long, value_enum, value_name = "NAME")]
    pub(super) browser: Option<Browser>,
    /// A profile of its own (the browser's --user-data-dir)
    #[arg(long, value_name = "DIR")]
    pub(super) user_data_dir: Option<PathBuf>,
}

/// A browser and the file that registers the host with it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) browser: Browser,
    pub(super) file: PathBuf,
}

impl Target {
    /// The named browser, or all that have been started on this machine.
    pub(super) fn places(&self, desk: &Desk<'_>) -> Result<Vec<Place>, Failure> {
        if cfg!(windows) {
            return because("registering with browsers on Windows is not there yet");
        }
        let place = |browser: Browser, user_data: PathBuf| {
            let user_data = std::path::absolute(&user_data).unwrap_or(user_data);
            Place { browser, file: browser.manifests(&user_data).join(manifest::file_name()) }
        };
        if let Some(folder) = &self.user_data_dir {
            return Ok(vec![place(self.browser.unwrap_or(Browser::Chromium), folder.clone())]);
        }
        let all = Browser::value_variants().iter().copied();
        let places: Vec<Place> = all
            .filter(|browser| self.browser.is_none_or(|named| named == *browser))
            .filter_map(|browser| Some((browser, browser.user_data(desk.env)?)))
            .filter(|(_, folder)| self.browser.is_some() || folder.is_dir())
            .map(|(browser, folder)| place(browser, folder))
            .collect();
        if places.is_empty() {
            let names: Vec<String> = Browser::value_variants().iter().map(|browser| browser.name()).collect();
            return because(format!(
                "no browser was found for this user. Name one with --browser: {}.",
                names.join(", ")
            ));
        }
        Ok(places)
    }
}

/// Registers this very program.
pub(super) fn install(desk: &mut Desk<'_>, target: &Target) -> Result<(), Failure> {
    let program = match fs::canonicalize(desk.program) {
        Ok(program) => program,
        Err(error) => return because(format!("cannot find this program's own file: {error}")),
    };
    for Place { browser, file } in target.places(desk)? {
        let name = browser.name();
        let text = match manifest::text(browser.family(), &program) {
            Ok(text) => text,
            Err(why) => return because(format!("no manifest was written for {name}: {why}")),
        };
        if let Err(error) = files::replace(&file, &text) {
            return because(format!("cannot write {}: {error}", file.display()));
        }
        writeln!(desk.out, "Registered with {name}: {}", file.display())?;
    }
    if desk.config().is_ok_and(|config| config.archive.is_none()) {
        writeln!(desk.out, "Next: choose the archive's folder with `billfold config archive DIR`.")?;
    }
    Ok(())
}

/// Takes back what `install` wrote. The archive and the config stay.
pub(super) fn uninstall(desk: &mut Desk<'_>, target: &Target) -> Result<(), Failure> {
    for Place { browser, file } in target.places(desk)? {
        let name = browser.name();
        match fs::remove_file(&file) {
            Ok(()) => writeln!(desk.out, "Removed from {name}: {}", file.display())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                writeln!(desk.out, "Was not registered with {name}.")?;
            }
            Err(error) => return because(format!("cannot remove {}: {error}", file.display())),
        }
    }
    Ok(())
}
