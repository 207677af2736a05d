//! Doing nothing twice: a step is skipped while its inputs and outputs are byte for byte what they were.
//!
//! By content and not by time: cargo, git and npm all touch files without changing them.

use crate::process;
use crate::project::Project;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// One step of the build.
pub(crate) struct Step<'a> {
    /// Names the stamp; unique.
    pub(crate) name: &'a str,
    /// What is being done, for people.
    pub(crate) what: &'a str,
    /// Files and folders that are read.
    pub(crate) inputs: &'a [PathBuf],
    /// Anything else that the result depends on: flags, versions.
    pub(crate) facts: &'a [String],
    /// Files and folders that are written.
    pub(crate) outputs: &'a [PathBuf],
}

impl Step<'_> {
    /// Runs `work` unless it would only repeat itself. Says whether it ran.
    pub(crate) fn run(&self, project: &Project, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        let stamp = project.work().join("stamps").join(self.name);
        // The steps themselves are an input, or a change to this program would change nothing.
        let steps = project.root.join("xtask/src/build");
        let before = digest(self.inputs.iter().chain([&steps]), self.facts)?;
        let now =
            |before: &str| Ok::<_, anyhow::Error>(format!("{before} {}", digest(self.outputs.iter(), &[])?));
        if fs::read_to_string(&stamp).is_ok_and(|text| now(&before).is_ok_and(|now| now == text)) {
            return Ok(false);
        }
        process::say("building", self.what);
        for output in self.outputs {
            make_parent(output)?;
        }
        work()?;
        write(&stamp, now(&before)?.as_bytes())?;
        Ok(true)
    }
}

/// Writes a file and the folders above it, unless it is already what it should be.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    make_parent(path)?;
    fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

/// Reads a file, or says which one could not be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Every file below a folder, in a fixed order; a file is itself.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        found.extend(files(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}

fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).with_context(|| format!("the folder {} cannot be made", parent.display()))
}

fn digest<'a>(paths: impl Iterator<Item = &'a PathBuf>, facts: &[String]) -> Result<String> {
    let mut hash = Sha256::new();
    for fact in facts {
        hash.update(fact.as_bytes());
        hash.update([0]);
    }
    for path in paths {
        for file in files(path)? {
            hash.update(file.to_string_lossy().as_bytes());
            hash.update([0]);
            hash.update(Sha256::digest(read(&file)?));
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
