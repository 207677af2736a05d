//! The config file: where the archive is, how documents are named, which projects there are.
//!
//! Nothing here ever comes from a message. Unknown keys are errors: a misspelt one would be silently without
//! effect.

use crate::places::Env;
use billfold_core::filing::{Project, Projects, Template};
use serde::Deserialize;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What holds for this process.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file that was read, or would be.
    pub file: Option<PathBuf>,
    /// The archive's folder.
    pub archive: Option<PathBuf>,
    /// How documents are named.
    pub template: Template,
    /// The customer's projects.
    pub projects: Projects,
    /// What is fetched of each invoice.
    pub documents: Documents,
}

/// What is fetched of each invoice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Documents {
    /// The invoice.
    #[default]
    Invoice,
    /// The receipt for its payment as well.
    Both,
}

impl Documents {
    /// As it stands in the config file.
    pub fn as_str(self) -> &'static str {
        match self {
            Documents::Invoice => "invoice",
            Documents::Both => "both",
        }
    }
}

/// Why the config cannot be used.
#[derive(Debug)]
pub struct BadConfig {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, with its line where it has one.
    pub why: String,
}

impl fmt::Display for BadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the config file {} cannot be used: {}", self.file.display(), self.why.trim_end())
    }
}

impl std::error::Error for BadConfig {}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    archive: Option<PathBuf>,
    template: Option<String>,
    #[serde(default)]
    documents: Documents,
    #[serde(default)]
    project: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    organisation: Option<String>,
    number_prefix: Option<String>,
    name: String,
}

impl Config {
    /// Reads the config; `archive` from the command line wins over `BILLFOLD_ARCHIVE`, which wins over the
    /// file. No file is a config with nothing in it.
    pub fn load(env: &Env, archive: Option<&Path>) -> Result<Config, BadConfig> {
        let path = env.config_file();
        let text = match path.as_deref().map(|path| (path, fs::read_to_string(path))) {
            Some((path, Err(error))) if error.kind() != ErrorKind::NotFound => {
                return Err(BadConfig { file: path.to_owned(), why: error.to_string() });
            }
            Some((_, Ok(text))) => text,
            _ => String::new(),
        };
        let mut config = Config::parse(&text, env)
            .map_err(|why| BadConfig { file: path.clone().unwrap_or_default(), why })?;
        let given = archive.map(Path::to_owned).or_else(|| env.path("BILLFOLD_ARCHIVE"));
        config.archive = given.map(|path| std::path::absolute(&path).unwrap_or(path)).or(config.archive);
        config.file = path;
        Ok(config)
    }

    /// Reads a config's text.
    pub fn parse(text: &str, env: &Env) -> Result<Config, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let template = file.template.map(|text| Template::parse(&text)).transpose();
        Ok(Config {
            file: None,
            archive: file.archive.map(|path| absolute(path, env)).transpose()?,
            documents: file.documents,
            template: template.map_err(|error| error.to_string())?.unwrap_or_default(),
            projects: Projects::new(file.project.into_iter().map(project).collect::<Result<_, _>>()?),
        })
    }
}

fn absolute(path: PathBuf, env: &Env) -> Result<PathBuf, String> {
    let path = match (path.strip_prefix("~"), env.home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    };
    // Relative to what? The browser starts us wherever it likes.
    if path.is_absolute() { Ok(path) } else { Err(format!("`archive` must be absolute: {}", path.display())) }
}

fn project(entry: Entry) -> Result<Project, String> {
    if entry.organisation.is_none() && entry.number_prefix.is_none() {
        return Err(format!(
            "the [[project]] `{}` covers nothing: give it an `organisation` or a `number_prefix`",
            entry.name
        ));
    }
    Ok(Project { organisation: entry.organisation, number_prefix: entry.number_prefix, name: entry.name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_is_read_whole_or_refused_with_the_line() {
        let env = Env::of([("HOME", PathBuf::from("/home/nova"))]);
        let config = Config::parse(
            "archive = '~/Invoices'\ntemplate = 'shell-safe'\ndocuments = 'both'\n[[project]]\norganisation = 'Nova Labs'\n\
             name = 'project-nova'\n",
            &env,
        )
        .unwrap();
        assert_eq!(config.archive.as_deref(), Some(Path::new("/home/nova/Invoices")));
        assert_eq!(config.projects.find(Some("NOVA labs"), None), Some("project-nova"));
        assert_eq!(config.documents, Documents::Both);
        assert_eq!(Config::parse("", &env).unwrap().documents, Documents::Invoice);
        for documents in [Documents::Invoice, Documents::Both] {
            let text = format!("documents = '{}'", documents.as_str());
            assert_eq!(Config::parse(&text, &env).unwrap().documents, documents);
        }
        for (text, why) in [
            ("documents = 'receipts'", "line 1"),
            ("archiv = '/x'", "line 1"),
            ("archive = '/x'\n\ntemplat = 'y'", "line 3"),
            ("archive = 'x'", "must be absolute"),
            ("template = '{{ nonsense }}.pdf'", "`nonsense` is no part"),
            ("[[project]]\nname = 'x'", "covers nothing"),
            ("[[project]]\norganisation = 'x'", "name"),
            ("archive = ", "line 1"),
        ] {
            let error = Config::parse(text, &env).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn the_command_line_wins_over_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let env = |archive: &str| {
            Env::of([("BILLFOLD_CONFIG", file.clone()), ("BILLFOLD_ARCHIVE", PathBuf::from(archive))])
        };
        assert_eq!(Config::load(&env(""), None).unwrap().archive, None, "no file, no archive");
        fs::write(&file, "archive = '/file'").unwrap();
        let archive = |env: &Env, given| Config::load(env, given).unwrap().archive.unwrap();
        assert_eq!(archive(&env(""), None), Path::new("/file"));
        assert_eq!(archive(&env("/env"), None), Path::new("/env"));
        assert_eq!(archive(&env("/env"), Some(Path::new("/given"))), Path::new("/given"));
    }
}
