//! `cargo xtask bless`: writes the goldens of the sample pages anew, for a person to read the difference.

use crate::process::{self, say};
use crate::project::{self, Project};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// Writes what the portals read of every sample page now, and says which goldens that changed.
pub(crate) fn bless(project: &Project) -> Result<()> {
    let arguments =
        ["run", "--quiet", "--package", "billfold-core", "--features", "html", "--example", "portal-goldens"];
    say("cargo", &arguments.join(" "));
    let printed = process::output(project::cargo().args(arguments).current_dir(&project.root))?;
    let goldens: BTreeMap<String, String> =
        serde_json::from_str(&printed).context("the example printed something else than goldens")?;
    let folder = project.root.join("tests/fixtures/portals");
    let mut changed = 0_u32;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".golden.json") && !goldens.contains_key(&name) {
            std::fs::remove_file(&path)?;
            say("removed", &project.show(&path));
            changed += 1;
        }
    }
    for (name, text) in &goldens {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == *text) {
            continue;
        }
        std::fs::write(&path, text)?;
        say("wrote", &project.show(&path));
        changed += 1;
    }
    let all = goldens.len();
    say(
        "blessed",
        &format!("{changed} of {all} goldens changed. Read each against its page before you commit."),
    );
    Ok(())
}
