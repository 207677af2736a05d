//! `wasm/probe`, for tests and benchmarks: through the same steps as the content module, into `target/probe`.

use super::{module, npm, script};
use crate::project::Project;
use anyhow::Result;
use std::path::PathBuf;

/// Builds `probe.js` and `probe-wasm.js` and returns their folder.
pub(crate) fn probe(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("probe");
    let npm = npm::tools(project)?;
    let modules = module::compile(project, &["probe"])?;
    // Bound for a bundler in both cases: the other kind of glue starts the module, here the content script.
    let bound = module::bind_bundler(project, &modules, "probe")?;
    let code = script::shrink(project, &npm, &bound, &project.work().join("probe"))?;
    let as_script = script::to_javascript(project, &npm, &bound)?;
    let as_wasm = module::Module { code, ..bound };
    let from = "wasm/probe/js";
    script::bundle(project, &npm, from, "probe", &[&as_script], &[], &folder)?;
    script::bundle(project, &npm, from, "probe-wasm", &[&as_wasm], &[], &folder)?;
    Ok(folder)
}
