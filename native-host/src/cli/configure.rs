//! `config`: what holds, and where the archive is.

use super::{Desk, Failure, Json, because};
use crate::config::Config;
use crate::files;
use clap::{Args, Subcommand};
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Options of `config`.
#[derive(Debug, Args)]
pub(super) struct Configure {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Set the archive's folder, and make it if it is not there
    Archive {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Print what holds now
    Show(Json),
}

impl Configure {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        match self.action {
            Action::Archive { folder } => set_archive(desk, &folder),
            Action::Show(json) => show(desk, json.json),
        }
    }
}

fn set_archive(desk: &mut Desk<'_>, folder: &Path) -> Result<(), Failure> {
    let Some(file) = desk.env.config_file() else {
        return because("there is no place for the config file: set HOME or BILLFOLD_CONFIG");
    };
    if let Err(error) = fs::create_dir_all(folder) {
        return because(format!("cannot make {}: {error}", folder.display()));
    }
    let folder = match fs::canonicalize(folder).map(|folder| folder.to_str().map(str::to_owned)) {
        Ok(Some(folder)) => folder,
        Ok(None) => return because("the folder's path is not Unicode, which the config file cannot hold"),
        Err(error) => return because(format!("cannot read {}: {error}", folder.display())),
    };
    let old = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return because(format!("cannot read {}: {error}", file.display())),
    };
    let new = with_archive(&old, &folder);
    // A config that does not say what it should is never written.
    match Config::parse(&new, desk.env) {
        Ok(config) if config.archive.as_deref() == Some(Path::new(&folder)) => {}
        Ok(_) => {
            return because(format!(
                "set `archive` in {} by hand: it stands in a way that is not understood",
                file.display()
            ));
        }
        Err(why) => return because(format!("{} has an error; correct it first. {why}", file.display())),
    }
    if let Err(error) = files::replace(&file, &new) {
        return because(format!("cannot write {}: {error}", file.display()));
    }
    writeln!(desk.out, "The archive is {folder}.")?;
    if desk.env.path("BILLFOLD_ARCHIVE").is_some() {
        writeln!(desk.out, "But BILLFOLD_ARCHIVE is set in this environment, and wins.")?;
    }
    Ok(())
}

/// The config with one line changed or added, and every other line, comments included, as it was.
fn with_archive(old: &str, folder: &str) -> String {
    let line = format!("archive = {}", toml::Value::String(folder.to_owned()));
    let is_archive = |text: &str| {
        text.trim_start().strip_prefix("archive").is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut lines: Vec<&str> = old.lines().collect();
    let top = lines.iter().position(|text| text.trim_start().starts_with('[')).unwrap_or(lines.len());
    match lines.iter().take(top).position(|text| is_archive(text)) {
        Some(at) => {
            if let Some(slot) = lines.get_mut(at) {
                *slot = &line;
            }
        }
        None => lines.insert(0, &line),
    }
    lines.join("\n") + "\n"
}

fn show(desk: &mut Desk<'_>, json: bool) -> Result<(), Failure> {
    let config = desk.config()?;
    let example = config.template.preview().map(|path| path.to_string());
    let (file, archive) = (config.file.as_deref(), config.archive.as_deref());
    if json {
        return desk.print_json(&json!({
            "file": file, "archive": archive, "template": config.template.source(), "example": example,
            "documents": config.documents.as_str(),
            "projects": config.projects.entries().iter().map(|entry| json!({
                "name": entry.name, "organisation": entry.organisation, "number_prefix": entry.number_prefix,
            })).collect::<Vec<_>>(),
        }));
    }
    let path =
        |path: Option<&Path>| path.map_or_else(|| "not set".to_owned(), |path| path.display().to_string());
    writeln!(desk.out, "config    {}", path(file))?;
    writeln!(desk.out, "archive   {}", path(archive))?;
    writeln!(desk.out, "template  {}", config.template.source())?;
    writeln!(desk.out, "example   {}", example.unwrap_or_default())?;
    writeln!(desk.out, "documents {}", config.documents.as_str())?;
    for entry in config.projects.entries() {
        let by = entry.organisation.as_deref().map(|text| format!("organisation {text}"));
        let or = entry.number_prefix.as_deref().map(|text| format!("numbers {text}…"));
        let rules: Vec<String> = by.into_iter().chain(or).collect();
        writeln!(desk.out, "project   {} for {}", entry.name, rules.join(", "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_changes_and_the_rest_stays() {
        assert_eq!(with_archive("", "/a"), "archive = \"/a\"\n");
        let old = "# mine\narchive   = '/old'\ntemplate = 'default'\n\n[[project]]\nname = 'x'\n";
        let new = "# mine\narchive = \"/a b\"\ntemplate = 'default'\n\n[[project]]\nname = 'x'\n";
        assert_eq!(with_archive(old, "/a b"), new);
        assert_eq!(
            with_archive("[[project]]\narchive = 'x'", "/a"),
            "archive = \"/a\"\n[[project]]\narchive = 'x'\n"
        );
    }
}
