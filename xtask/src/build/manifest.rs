//! The extension's manifest: the template in `manifest/`, and what is derived.

use crate::project::{Project, VERSION};
use crate::stamp;
use anyhow::{Context as _, Result};
use billfold_core::portals;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where the extension may read and fetch.
#[derive(Default)]
pub(crate) struct Sites {
    /// Hosts of documents and pages.
    hosts: Vec<&'static str>,
    /// Hosts whose pages get the loader.
    page_hosts: Vec<&'static str>,
    /// How the addresses of billing pages begin.
    pub(crate) pages: Vec<String>,
}

/// What the registry says, each host once and in its order.
pub(crate) fn sites() -> Sites {
    let mut sites = Sites::default();
    for portal in portals::infos() {
        for address in portal.addresses {
            add(&mut sites.page_hosts, address.host);
            add(&mut sites.hosts, address.host);
            sites.pages.extend(address.paths.iter().map(|path| format!("https://{}{path}", address.host)));
        }
        portal.document_hosts.iter().for_each(|host| add(&mut sites.hosts, host));
    }
    sites
}

fn add(hosts: &mut Vec<&'static str>, host: &'static str) {
    if !hosts.contains(&host) {
        hosts.push(host);
    }
}

/// Writes Chromium's manifest and returns the file.
pub(crate) fn chrome(project: &Project, sites: &Sites, to: &Path) -> Result<PathBuf> {
    let folder = project.root.join("manifest");
    let mut manifest: Value = serde_json::from_slice(&stamp::read(&folder.join("chrome.json"))?)
        .context("manifest/chrome.json is not JSON")?;
    let key =
        String::from_utf8(stamp::read(&folder.join("key.txt"))?).context("manifest/key.txt is not text")?;
    let patterns = |hosts: &[&str]| hosts.iter().map(|host| format!("https://{host}/*")).collect::<Vec<_>>();
    let derived = json!({
        "version": VERSION,
        "key": key.split_whitespace().collect::<String>(),
        "host_permissions": patterns(&sites.hosts),
        "content_scripts": [{
            "matches": patterns(&sites.page_hosts),
            "js": ["loader.js"],
            "run_at": "document_idle",
        }],
    });
    let fields = manifest.as_object_mut().context("manifest/chrome.json is not an object")?;
    fields.extend(derived.as_object().cloned().unwrap_or_default());
    let path = to.join("manifest.json");
    stamp::write(&path, format!("{manifest:#}\n").as_bytes())?;
    Ok(path)
}
