//! The extension's manifest: the template in `manifest/`, and what is derived.

use crate::project::{Project, VERSION};
use crate::stamp;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where the extension may read and fetch.
pub(crate) struct Sites {
    /// Hosts of documents and pages.
    hosts: Vec<String>,
    /// Hosts whose pages get the loader.
    page_hosts: Vec<String>,
    /// The addresses of billing pages, as `URLPattern`s over origin and path.
    pub(crate) pages: Vec<String>,
}

/// The one place in xtask that knows sites.
pub(crate) fn sites() -> Sites {
    let words = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    Sites {
        hosts: words(&[
            "platform.openai.com",
            "billing.stripe.com",
            "pay.openai.com",
            "invoice.stripe.com",
            "pay.stripe.com",
            "files.stripe.com",
            "invoicedata.stripe.com",
            "stripe-upload-api.s3.us-west-1.amazonaws.com",
        ]),
        page_hosts: words(&["platform.openai.com", "billing.stripe.com", "pay.openai.com"]),
        pages: words(&[
            "https://platform.openai.com/settings/organization/billing/history",
            "https://platform.openai.com/account/billing/history",
            "https://billing.stripe.com/p/session*",
            "https://billing.stripe.com/session/*",
            "https://pay.openai.com/p/session*",
        ]),
    }
}

/// Writes Chromium's manifest and returns the file.
pub(crate) fn chrome(project: &Project, sites: &Sites, to: &Path) -> Result<PathBuf> {
    let folder = project.root.join("manifest");
    let mut manifest: Value = serde_json::from_slice(&stamp::read(&folder.join("chrome.json"))?)
        .context("manifest/chrome.json is not JSON")?;
    let key =
        String::from_utf8(stamp::read(&folder.join("key.txt"))?).context("manifest/key.txt is not text")?;
    let patterns =
        |hosts: &[String]| hosts.iter().map(|host| format!("https://{host}/*")).collect::<Vec<_>>();
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
