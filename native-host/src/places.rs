//! Where things lie on this machine: the config file, the state folder, the browsers' folders.
//!
//! The environment is read once, in `main.rs`, and handed on, so that tests bring their own.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// What this machine is called, for people.
pub fn machine() -> Option<String> {
    let named = ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let name = named.or_else(|| std::fs::read_to_string("/etc/hostname").ok())?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The environment of a process.
#[derive(Clone, Debug, Default)]
pub struct Env(HashMap<OsString, OsString>);

impl Env {
    /// This process's own.
    pub fn of_process() -> Env {
        Env(std::env::vars_os().collect())
    }

    /// Made up, for tests and benches.
    pub fn of(pairs: impl IntoIterator<Item = (&'static str, PathBuf)>) -> Env {
        Env(pairs.into_iter().map(|(name, value)| (name.into(), value.into_os_string())).collect())
    }

    /// Lets a program that we start see this environment and no other.
    pub fn give_to(&self, command: &mut std::process::Command) {
        command.env_clear().envs(&self.0);
    }

    /// A variable that holds a path. Set to nothing is not set.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(std::ffi::OsStr::new(name)).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// A variable that must be absolute to count, as the XDG base directory specification says.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        self.path(name).filter(|path| path.is_absolute())
    }

    /// Who sits at this machine, as the operating system knows them: `ada@office`.
    pub fn person(&self) -> String {
        let text = |name| self.path(name).map(|value| value.to_string_lossy().into_owned());
        let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(text);
        [user, machine()].into_iter().flatten().collect::<Vec<_>>().join("@")
    }

    /// The person's home folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.absolute(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }

    /// `~/.config` on Linux, which browsers use as well.
    pub fn config_home(&self) -> Option<PathBuf> {
        self.absolute("XDG_CONFIG_HOME").or_else(|| Some(self.home()?.join(".config")))
    }

    /// The config file: `BILLFOLD_CONFIG`, else `config.toml` in the platform's folder for such.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.path("BILLFOLD_CONFIG").or_else(|| {
            let folder = if cfg!(windows) {
                self.absolute("APPDATA")?.join("Billfold")
            } else if cfg!(target_os = "macos") {
                self.home()?.join("Library/Application Support/Billfold")
            } else {
                self.config_home()?.join("billfold")
            };
            Some(folder.join("config.toml"))
        })
    }

    /// Where caches and logs go: `BILLFOLD_STATE`, else the platform's folder for such. Never in the archive.
    pub fn state_folder(&self) -> Option<PathBuf> {
        self.path("BILLFOLD_STATE").or_else(|| {
            Some(if cfg!(windows) {
                self.absolute("LOCALAPPDATA")?.join("Billfold")
            } else if cfg!(target_os = "macos") {
                self.home()?.join("Library/Caches/Billfold")
            } else {
                let state = self.absolute("XDG_STATE_HOME");
                state.or_else(|| Some(self.home()?.join(".local/state")))?.join("billfold")
            })
        })
    }
}
