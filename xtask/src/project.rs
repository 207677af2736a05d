//! Where things are: the repository, cargo's target directory, `dist/`.

use crate::process;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that everything in the workspace carries.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The repository's folders.
pub(crate) struct Project {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever the person has put it.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and `build.target-dir` are honoured.
    pub(crate) fn find() -> Result<Project> {
        // At run time by `cargo run`, so that a repository that was moved is found where it is now.
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let metadata = process::output(
            cargo()
                .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
                .arg(Path::new(&here).join("Cargo.toml")),
        )?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let folder = |key: &str| {
            metadata.get(key).and_then(|value| value.as_str()).map(PathBuf::from).with_context(|| {
                format!(
                    "`cargo metadata` gives no `{key}`; this repository needs the cargo of Rust 1.92 or later"
                )
            })
        };
        Ok(Project { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// What ships.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// What `build` makes on the way: modules, glue, npm packages, stamps.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// A path as a person would name it: below the repository if it is there.
    pub(crate) fn show(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// Cargo as it was called, without the variables that `cargo run` sets for xtask's own package: a build script
/// that watches one of them would run again after every change between `cargo build` and `cargo xtask`.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_CRATE_NAME"
        {
            command.env_remove(&name);
        }
    }
    command
}
