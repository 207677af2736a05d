//! What the parts of the extension weigh as a store or a browser would pack them.

use super::figure::Figure;
use crate::process;
use crate::project::Project;
use anyhow::{Context as _, Result};
use std::process::{Command, Stdio};

/// File of `dist/chrome`, and its goal in kB.
const PARTS: [(&str, Option<f64>); 5] = [
    ("content.wasm", Some(150.0)),
    ("content.js", Some(200.0)),
    ("content-wasm.js", None),
    ("background.wasm", None),
    ("background.js", None),
];

/// Compresses each part as `gzip -9` does.
pub(super) fn measure(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    for (name, goal) in PARTS {
        let path = project.dist().join("chrome").join(name);
        let mut command = Command::new("gzip");
        command.args(["-9", "--no-name", "--stdout"]).arg(&path);
        let output = command.stdin(Stdio::null()).output().context("`gzip` cannot be started")?;
        anyhow::ensure!(output.status.success(), "`gzip` cannot read {}", project.show(&path));
        let kilobytes = output.stdout.len() as f64 / 1000.0;
        let raw = path.metadata()?.len().div_ceil(1000);
        let what = format!("{name}, gzipped ({raw} kB as it is)");
        take(Figure::plain(&format!("size.{name}"), &what, kilobytes, "kB", goal));
    }
    process::say("", "1 kB is 1,000 bytes");
    Ok(())
}
