//! What Binaryen and esbuild make of the bound modules.

use super::memory;
use super::module::Module;
use super::npm::Npm;
use crate::process;
use crate::project::Project;
use crate::stamp::{self, Step};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// What the browsers that this runs in all have (`minimum_chrome_version`), so `wasm-opt` may use it. `-Os` and `-Oz`
/// differ by 0.3 %, `-O3` by 2 %.
const SHRINK: [&str; 5] = [
    "-Oz",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
];

/// `wasm2js` knows the first edition of WebAssembly only. `-O3` came out smaller than `-O2` (184 against 188 kB gzipped)
/// and within 1 % of `-Oz`.
const TO_JAVASCRIPT: [&str; 3] = ["-O3", "--mvp-features", "--enable-mutable-globals"];

/// One classic script each: nothing is loaded later, so no site can see or block a part.
const BUNDLE: [&str; 7] = [
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=chrome140",
    "--legal-comments=none",
    "--loader:.wasm=binary",
    "--log-level=warning",
];

/// Around a script that the service worker may inject twice into one page (it cannot know what is left of an earlier
/// worker's doing): the second time nothing is even set up. The module's own mark would come after that.
const ONCE: [&str; 2] =
    ["--banner:js=if(!globalThis.billfoldScript){globalThis.billfoldScript=true;", "--footer:js=}"];

/// `wasm-opt`: the module as it ships. Returns the file.
pub(crate) fn shrink(project: &Project, npm: &Npm, module: &Module, to: &Path) -> Result<PathBuf> {
    let output = to.join(format!("{}.wasm", module.name));
    let step = Step {
        name: &format!("wasm-opt-{}", module.name),
        what: &format!("{}: wasm-opt", project.show(&output)),
        inputs: &[module.code.clone(), npm.lock.clone()],
        facts: &SHRINK.map(str::to_owned),
        outputs: std::slice::from_ref(&output),
    };
    step.run(project, || {
        let mut tool = npm.tool("binaryen/bin/wasm-opt");
        process::output(tool.args(SHRINK).arg(&module.code).arg("-o").arg(&output)).map(drop)
    })?;
    Ok(output)
}

/// `wasm2js`: the same module with its code as JavaScript.
pub(crate) fn to_javascript(project: &Project, npm: &Npm, module: &Module) -> Result<Module> {
    let output = module.code.with_extension("wasm.js");
    let folder = module.code.parent().context("a module lies in a folder")?.with_file_name("javascript");
    let code = folder.join(output.file_name().unwrap_or_default());
    let glue = folder.join(module.glue.file_name().unwrap_or_default());
    let step = Step {
        name: &format!("wasm2js-{}", module.name),
        what: &format!("{}: wasm2js", module.name),
        inputs: &[module.code.clone(), module.glue.clone(), npm.lock.clone()],
        facts: &TO_JAVASCRIPT.map(str::to_owned),
        outputs: &[code.clone(), glue.clone()],
    };
    step.run(project, || {
        // Beside the code: `wasm2js` keeps the import of the glue as the relative path that it was.
        std::fs::copy(&module.glue, &glue)?;
        let mut tool = npm.tool("binaryen/bin/wasm2js");
        process::output(tool.args(TO_JAVASCRIPT).arg(&module.code).arg("-o").arg(&code))?;
        let script =
            String::from_utf8(stamp::read(&code)?).context("wasm2js wrote something that is not text")?;
        stamp::write(&code, memory::detach_when_grown(&script)?.as_bytes())
    })?;
    Ok(Module { name: module.name, glue, code })
}

/// esbuild: `<from>/<name>.js` with its modules as one classic script. Returns the file.
///
/// A script imports `billfold:<module>/glue` and `billfold:<module>/code` (or `/wasm`, for the bytes as they are);
/// `words` are names that it uses and the JSON that stands for them.
pub(crate) fn bundle(
    project: &Project,
    npm: &Npm,
    from: &str,
    name: &str,
    modules: &[&Module],
    words: &[(&str, String)],
    to: &Path,
) -> Result<PathBuf> {
    let source = project.root.join(from).join(format!("{name}.js"));
    let output = to.join(format!("{name}.js"));
    let mut inputs = vec![source.clone(), npm.lock.clone()];
    let mut flags: Vec<String> = BUNDLE.map(str::to_owned).to_vec();
    if name.starts_with("content") {
        flags.extend(ONCE.map(str::to_owned));
    }
    for module in modules {
        inputs.push(module.glue.clone());
        flags.push(format!("--alias:billfold:{}/glue={}", module.name, module.glue.display()));
        let is = |kind: &str| module.code.extension().is_some_and(|extension| extension == kind);
        let kind = if is("js") { "code" } else { "wasm" };
        flags.push(format!("--alias:billfold:{}/{kind}={}", module.name, module.code.display()));
        inputs.push(module.code.clone());
    }
    flags.extend(words.iter().map(|(word, json)| format!("--define:{word}={json}")));
    let step = Step {
        name: &format!("esbuild-{name}"),
        what: &format!("{}: esbuild", project.show(&output)),
        inputs: &inputs,
        facts: &flags,
        outputs: std::slice::from_ref(&output),
    };
    step.run(project, || {
        let mut tool = npm.tool("esbuild/bin/esbuild");
        tool.arg(&source).args(&flags).arg(format!("--outfile={}", output.display()));
        process::output(tool.current_dir(&project.root)).map(drop)
    })?;
    Ok(output)
}
