//! Where each browser looks for the manifests of native messaging hosts, for one person.
//!
//! Chromium's rule is `<user data dir>/NativeMessagingHosts`; the rest is where each keeps its user data.
//! Windows has a registry instead, which is not done yet.

use crate::places::Env;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// A browser that the host can be registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Browser {
    Chrome,
    ChromeBeta,
    ChromeDev,
    ChromeForTesting,
    Chromium,
    Edge,
    Brave,
    Vivaldi,
    Opera,
    Firefox,
}

/// Which manifest a browser reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Chromium,
    Firefox,
}

impl Browser {
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub(super) fn family(self) -> Family {
        if self == Browser::Firefox { Family::Firefox } else { Family::Chromium }
    }

    /// The folder that is there once the browser has been started.
    pub(super) fn user_data(self, env: &Env) -> Option<PathBuf> {
        let mac = env.home().map(|home| home.join("Library/Application Support"));
        // Firefox's manifests stayed behind when its profiles moved to `~/.config` (version 147).
        let (linux, macos) = match self {
            Browser::Chrome => ("google-chrome", "Google/Chrome"),
            Browser::ChromeBeta => ("google-chrome-beta", "Google/Chrome Beta"),
            Browser::ChromeDev => ("google-chrome-unstable", "Google/Chrome Dev"),
            Browser::ChromeForTesting => ("google-chrome-for-testing", "Google/ChromeForTesting"),
            Browser::Chromium => ("chromium", "Chromium"),
            Browser::Edge => ("microsoft-edge", "Microsoft Edge"),
            Browser::Brave => ("BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser"),
            Browser::Vivaldi => ("vivaldi", "Vivaldi"),
            Browser::Opera => ("opera", "com.operasoftware.Opera"),
            Browser::Firefox if cfg!(target_os = "macos") => ("", "Mozilla"),
            Browser::Firefox => return Some(env.home()?.join(".mozilla")),
        };
        if cfg!(target_os = "macos") { Some(mac?.join(macos)) } else { Some(env.config_home()?.join(linux)) }
    }

    /// The folder of manifests below a browser's user data.
    pub(super) fn manifests(self, user_data: &Path) -> PathBuf {
        let is_dotted = self == Browser::Firefox && !cfg!(target_os = "macos");
        user_data.join(if is_dotted { "native-messaging-hosts" } else { "NativeMessagingHosts" })
    }
}
