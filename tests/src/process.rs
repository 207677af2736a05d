//! The processes of a running browser, found through `/proc`, so that a test can kill one of them.

use crate::browser::kill;
use anyhow::{Context as _, Result};
use std::fs;

/// The one process below `ancestor` whose command line fits.
pub fn below(ancestor: u32, what: &str, fits: impl Fn(&str) -> bool) -> Result<Option<u32>> {
    let all = all()?;
    let mut family = vec![ancestor];
    let mut found = Vec::new();
    while let Some(parent) = family.pop() {
        for (pid, _) in all.iter().filter(|(_, of)| *of == parent) {
            family.push(*pid);
            // A process that ends meanwhile has no command line any more.
            let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            // Chromium's own children have spaces between the arguments.
            if fits(&command.replace('\0', " ")) {
                found.push(*pid);
            }
        }
    }
    anyhow::ensure!(found.len() < 2, "{what} is several processes: {found:?}");
    Ok(found.pop())
}

/// Kills a process that must be there.
pub fn kill_below(ancestor: u32, what: &str, fits: impl Fn(&str) -> bool) -> Result<u32> {
    let pid = below(ancestor, what, fits)?.with_context(|| format!("there is no process for {what}"))?;
    kill(pid);
    Ok(pid)
}

/// Is this the native host?
pub fn is_host(command: &str) -> bool {
    command.split(' ').next().is_some_and(|program| program.ends_with("/billfold"))
}

/// Is this the process in which the extension's service worker runs?
pub fn is_extension(command: &str) -> bool {
    command.split(' ').any(|argument| argument == "--extension-process")
}

/// Every process with its parent.
fn all() -> Result<Vec<(u32, u32)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc").context("these tests need /proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // `pid (name) state parent …`, and the name may hold anything.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = after_name.split_whitespace();
        let (Some(state), Some(parent)) = (fields.next(), fields.next()) else { continue };
        // Dead, but not yet asked for by its parent.
        if state != "Z"
            && let Ok(parent) = parent.parse()
        {
            all.push((pid, parent));
        }
    }
    Ok(all)
}
