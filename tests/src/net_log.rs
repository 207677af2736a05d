//! Every request that the browser began, from its own log: also those that no replica would ever see.

use crate::browser::Setup;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The log, whole once the browser has been closed.
pub struct NetLog(PathBuf);

impl NetLog {
    /// Makes a browser write it, beside its profile.
    pub fn of(setup: &mut Setup) -> NetLog {
        let path = setup.profile.with_extension("net.json");
        setup.switches.push(format!("--log-net-log={}", path.display()));
        NetLog(path)
    }

    /// Counts the requests of sites (`https HOST`) and extensions (`chrome-extension HOST`). The browser's own
    /// requests have no initiator and are left out.
    pub fn requests(&self) -> Result<BTreeMap<String, usize>> {
        let log: Value = serde_json::from_slice(&fs::read(&self.0).context("the browser wrote no log")?)?;
        let start = &log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
        let mut requests = BTreeMap::new();
        for event in log["events"].as_array().context("a log without events")? {
            let text = |key: &str| event["params"][key].as_str().unwrap_or_default();
            let Some((scheme, _)) = text("initiator").split_once("://").filter(|_| event["type"] == *start)
            else {
                continue;
            };
            let host = text("url").split('/').nth(2).unwrap_or_default();
            *requests.entry(format!("{scheme} {host}")).or_default() += 1;
        }
        Ok(requests)
    }
}
