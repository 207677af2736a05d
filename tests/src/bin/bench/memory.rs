//! The most memory that the host and the extension's process have had, where the system tells (`VmHWM`).

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Peaks in kB, kept beyond the processes' ends.
#[derive(Default)]
pub(crate) struct Peaks {
    pub(crate) host: u64,
    pub(crate) extension: u64,
}

impl Peaks {
    /// Looks at what descends from a browser.
    pub(crate) fn look(&mut self, browser: u32, host: &Path) {
        let parents: HashMap<u32, u32> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
                Some((pid, parent(pid)?))
            })
            .collect();
        for pid in parents.keys() {
            let mut above = std::iter::successors(parents.get(pid), |pid| parents.get(pid));
            if !above.any(|pid| *pid == browser) {
                continue;
            }
            let is_host = fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|program| program == host);
            let command = || fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mark = b"--extension-process";
            if is_host {
                self.host = self.host.max(peak(*pid));
            } else if command().windows(mark.len()).any(|part| part == mark) {
                self.extension = self.extension.max(peak(*pid));
            }
        }
    }
}

fn parent(pid: u32) -> Option<u32> {
    // The name before it may hold anything, brackets and spaces too.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
}

fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    line.and_then(|kilobytes| kilobytes.parse().ok()).unwrap_or_default()
}
