//! What is measured without a browser: by the host's own `host_bench`.

use super::figure::Figure;
use crate::process::{self, say};
use crate::project::{self, Project};
use crate::{apt, chromium, stamp};
use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Documents of one run of the ingest.
const DOCUMENTS: u32 = 1_000;

/// Documents of one import.
const IMPORTED: u32 = 3_000;

/// Documents of the archive that is very large.
const ARCHIVE: u32 = 100_000;

/// Documents of the run that is traced, which is slow.
const TRACED: u32 = 200;

/// How often `host_bench` measures an ingest or an import, and a start.
const RUNS: (u32, u32) = (3, 21);

/// Filing against the least that reading and a safe copy cost.
pub(super) fn ingest(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    let report = Report(run(project, "ingest", &project.dist().join("bin/billfold"), &[DOCUMENTS])?);
    let (ours, peer) = (report.number("ingest_ms")?, report.apart()?);
    let what = "ingest, 8 in flight, against read; copy + SHA-256 + fsync";
    take(Figure::ratio("ingest.ratio", what, ours, peer, RUNS.0, Some(1.5)));
    let each = ours / f64::from(DOCUMENTS);
    take(Figure::plain("ingest.each", "ingest, time of one document", each, "ms", None));
    if let Some(peak) = report.0.get("peak_kb").and_then(serde_json::Value::as_f64) {
        let what = "ingest, the host's memory at its peak";
        take(Figure::plain("ingest.memory", what, peak * 1.024, "kB", None));
    }
    let counted = report.number("barriers_per_document")?;
    let what = "ingest, barriers for one document, by the host's count";
    take(Figure::plain("ingest.barriers", what, counted, "", None));
    match traced(project) {
        Ok(fsyncs) => {
            let what = "ingest, fsync and fdatasync for one document, traced";
            take(Figure::plain("ingest.fsyncs", what, fsyncs, "", None));
        }
        Err(error) => say("", &format!("not traced: {error:#}")),
    }
    Ok(())
}

/// Importing many documents, against what has to be done with them, done apart.
pub(super) fn import(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    let report = Report(run(project, "import", &project.dist().join("bin/billfold"), &[IMPORTED])?);
    let what = "import of 3,000, against read; copy + SHA-256 + fsync";
    take(Figure::ratio(
        "import.ratio",
        what,
        report.number("import_ms")?,
        report.apart()?,
        RUNS.0,
        Some(1.5),
    ));
    let each = report.number("import_ms")? / f64::from(IMPORTED);
    take(Figure::plain("import.each", "import, time of one document", each, "ms", None));
    let (peak, few) = (report.number("peak_kb")?, report.number("peak_of_a_tenth_kb")?);
    take(Figure::plain("import.peak", "import of 3,000, memory at its peak", peak * 1.024, "kB", None));
    let what = "import, memory at its peak, 3,000 against 300";
    take(Figure::plain("import.memory", what, peak / few, "x", Some(1.1)));
    Ok(())
}

/// The start alone; an ingest of one document is the least that `host_bench` does.
pub(super) fn start(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    let report = Report(run(project, "ingest", &project.dist().join("bin/billfold"), &[1])?);
    let (ours, peer) = (report.number("start_to_first_reply_ms")?, report.number("bin_true_ms")?);
    let what = "host, start to first reply, against starting /bin/true";
    take(Figure::ratio("start.ratio", what, ours, peer, RUNS.1, None));
    Ok(())
}

/// An archive of very many documents.
pub(super) fn scale(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    for (program, package) in [("sqlite3", "sqlite3"), ("openssl", "openssl")] {
        if chromium::on_path(program).is_none() {
            apt::install(&[package], program)?;
        }
    }
    let host = project.dist().join("bin/billfold");
    let report = Report(run(project, "scale", &host, &[ARCHIVE])?);
    let mut ratio = |key: &str, what: &str, ours: &str, peer: &str, runs, goal| -> Result<()> {
        take(Figure::ratio(key, what, report.number(ours)?, report.number(peer)?, runs, goal));
        Ok(())
    };
    let what = "100,000 documents: the next thousand against a first";
    ratio("scale.ingest", what, "next_thousand_ms", "first_thousand_ms", 4, Some(1.2))?;
    for name in ["month", "number"] {
        let what = format!("100,000 documents: `list` of a {name} against sqlite3");
        let (ours, peer) = (format!("list_{name}_ms"), format!("sqlite3_{name}_ms"));
        ratio(&format!("scale.list.{name}"), &what, &ours, &peer, 5, Some(3.0))?;
    }
    let what = "100,000 documents: `verify` against openssl dgst, xargs -P2";
    ratio("scale.verify", what, "verify_ms", "openssl_ms", 5, Some(1.3))?;
    for (key, what) in [("first_peak_kb", "at the first thousand"), ("next_peak_kb", "at the next")] {
        let what = format!("100,000 documents: the host's memory {what}");
        take(Figure::plain(&format!("scale.{key}"), &what, report.number(key)? * 1.024, "kB", None));
    }
    Ok(())
}

/// What `host_bench` printed.
struct Report(serde_json::Value);

impl Report {
    fn number(&self, key: &str) -> Result<f64> {
        let value = self.0.get(key).and_then(serde_json::Value::as_f64);
        value.with_context(|| format!("`host_bench` does not say `{key}`"))
    }

    /// What the peer does first, and what it does then.
    fn apart(&self) -> Result<f64> {
        Ok(self.number("read_ms")? + self.number("copy_sha256_fsync_ms")?)
    }
}

fn run(project: &Project, what: &str, host: &Path, numbers: &[u32]) -> Result<serde_json::Value> {
    say("cargo", &format!("host_bench {what} {numbers:?} (release)"));
    // On the disk that builds lie on; a temporary folder is often memory, where fsync is free.
    let folder = folder(project)?;
    let mut command = Command::new(built(project)?);
    command.arg(what).arg(host).arg(&folder).args(numbers.iter().map(u32::to_string));
    let printed = process::output(&mut command)?;
    serde_json::from_str(printed.trim()).context("`host_bench` printed something that is not JSON")
}

/// `host_bench`, as it is now.
pub(super) fn built(project: &Project) -> Result<PathBuf> {
    let build =
        ["build", "--quiet", "--release", "--package", "billfold-native-host", "--example", "host_bench"];
    process::run(project::cargo().args(build).current_dir(&project.root))?;
    Ok(project.target.join("release/examples/host_bench"))
}

fn folder(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

/// Lets the system count, under the host alone: a script stands for it.
fn traced(project: &Project) -> Result<f64> {
    if chromium::on_path("strace").is_none() {
        apt::install(&["strace"], "strace, which counts what the host asks of the disk")?;
    }
    let folder = folder(project)?;
    let counts = folder.join("strace");
    if counts.exists() {
        fs::remove_dir_all(&counts)?;
    }
    fs::create_dir_all(&counts)?;
    let script = folder.join("traced-host");
    let host = project.dist().join("bin/billfold");
    let text = format!(
        "#!/bin/sh\nexec strace -f -c -e trace=fsync,fdatasync -o '{}'/$$ '{}' \"$@\"\n",
        counts.display(),
        host.display()
    );
    stamp::write(&script, text.as_bytes())?;
    executable(&script)?;
    run(project, "ingest", &script, &[TRACED])?;
    let all =
        stamp::files(&counts)?.into_iter().map(|file| Ok(calls(&String::from_utf8(stamp::read(&file)?)?)));
    // The other processes are starts that file nothing.
    let most = all.collect::<Result<Vec<u32>>>()?.into_iter().max().unwrap_or_default();
    anyhow::ensure!(most > 0, "strace counted nothing; may this system trace processes?");
    Ok(f64::from(most) / f64::from(TRACED))
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<()> {
    anyhow::bail!("strace is there on Linux only")
}

/// The calls in a table of `strace -c`.
fn calls(table: &str) -> u32 {
    let rows = table.lines().filter(|line| line.ends_with("sync"));
    rows.filter_map(|line| line.split_whitespace().nth(3)?.parse::<u32>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::calls;

    #[test]
    fn reads_a_table_of_calls() {
        let table = "% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 94.90    0.000093           9        10           fsync
  5.10    0.000005           1         5           fdatasync
------ ----------- ----------- --------- --------- ----------------
100.00    0.000098           6        15           total
";
        assert_eq!(calls(table), 15);
    }
}
