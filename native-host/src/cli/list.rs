//! `list`, `show` and `open`: what is in the archive.

use super::table::{self, plain};
use super::{Desk, Failure, Json, because};
use crate::archive::{Archive, Record};
use clap::Args;
use serde_json::Value;
use std::process::{Command, Stdio};

/// Options of `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only documents whose number, vendor, date or path contains this
    filter: Option<String>,
    #[command(flatten)]
    json: Json,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    json: Json,
}

/// Options of `open`.
#[derive(Debug, Args)]
pub(super) struct Open {
    #[command(flatten)]
    which: Which,
}

/// One document.
#[derive(Debug, Args)]
struct Which {
    /// Its number, its path in the archive, its file name, or the start of its SHA-256
    #[arg(value_name = "DOCUMENT")]
    name: String,
}

impl List {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let records = desk.open()?.index().matching(self.filter.as_deref().unwrap_or_default())?;
        if self.json.json {
            let documents: Vec<Value> = records.iter().map(public).collect();
            return desk.print_json(&documents);
        }
        let rows: Vec<Vec<String>> = records.iter().map(row).collect();
        table::print(
            desk.out,
            &["DATE", "VENDOR", "NUMBER", "AMOUNT", "STATUS", "PATH"],
            &["AMOUNT"],
            &rows,
        )?;
        Ok(writeln!(desk.out, "{} documents", records.len())?)
    }
}

impl Show {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let record = self.which.find(&desk.open()?)?;
        let public = public(&record);
        if self.json.json {
            return desk.print_json(&public);
        }
        for (key, value) in public.as_object().into_iter().flatten() {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
                other => other.to_string(),
            };
            writeln!(desk.out, "{key:<13} {}", plain(&text))?;
        }
        Ok(())
    }
}

impl Open {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let archive = desk.open()?;
        let record = self.which.find(&archive)?;
        let path = archive.file(&record);
        if !path.is_file() {
            return because(format!("{} is gone. `billfold verify` says what else is.", path.display()));
        }
        let opener = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(windows) {
            "explorer"
        } else {
            "xdg-open"
        };
        let started = Command::new(opener)
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match started {
            // Explorer answers 1 when all is well.
            Ok(status) if status.success() || cfg!(windows) => Ok(()),
            Ok(status) => because(format!("{opener} could not open {} ({status})", path.display())),
            Err(error) => {
                because(format!("{opener} does not start ({error}). The file is {}", path.display()))
            }
        }
    }
}

impl Which {
    /// The one document that is meant.
    fn find(&self, archive: &Archive) -> Result<Record, Failure> {
        let name = self.name.as_str();
        let is_hash = name.len() >= 8 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let is_meant = |record: &Record| {
            record.number.as_deref() == Some(name)
                || record.path.as_str() == name
                || record.path.split().1 == name
                || (is_hash && record.sha256.starts_with(&name.to_lowercase()))
        };
        let mut found: Vec<Record> = archive.index().records()?.into_iter().filter(is_meant).collect();
        match (found.pop(), found.len()) {
            (Some(record), 0) => Ok(record),
            (None, _) => because(format!("no document is called `{}`", plain(name))),
            (Some(last), _) => {
                let paths: Vec<String> =
                    found.iter().chain([&last]).map(|record| format!("\n  {}", record.path)).collect();
                because(format!("several documents are called `{}`:{}", plain(name), paths.concat()))
            }
        }
    }
}

/// A record without what is only ours. These keys are documented and stay.
pub(super) fn public(record: &Record) -> Value {
    let mut value = serde_json::to_value(record).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("identities");
        fields.remove("schema");
    }
    value
}

fn row(record: &Record) -> Vec<String> {
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    vec![
        record.date.map_or_else(|| "–".into(), |date| date.to_string()),
        known(&record.vendor),
        known(&record.number),
        record.total(),
        known(&record.status),
        record.path.to_string(),
    ]
}
