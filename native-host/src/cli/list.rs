//! `list`, `show`, `open` and `quarantine`: what is in the archive.

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
        let mut records = desk.open()?.index().records()?;
        if let Some(filter) = self.filter.map(|text| text.to_lowercase()) {
            records.retain(|record| {
                let date = record.date.map(|date| date.to_string());
                [
                    record.number.as_deref(),
                    record.vendor.as_deref(),
                    date.as_deref(),
                    Some(record.path.as_str()),
                ]
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().contains(&filter))
            });
        }
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

/// What is in quarantine, and why.
pub(super) fn quarantine(desk: &mut Desk<'_>, json: bool) -> Result<(), Failure> {
    let kept = desk.open()?.index().quarantined()?;
    if json {
        let documents: Vec<Value> = kept
            .iter()
            .map(|(record, reason)| {
                let mut document = public(record);
                if let Some(fields) = document.as_object_mut() {
                    fields
                        .insert("path".into(), format!(".billfold/quarantine/{}.pdf", record.sha256).into());
                    fields.insert("code".into(), reason.code.as_str().into());
                    fields.insert("detail".into(), reason.detail.clone().into());
                }
                document
            })
            .collect();
        return desk.print_json(&documents);
    }
    for (record, reason) in &kept {
        let detail = reason.detail.as_deref().map(plain).unwrap_or_default();
        writeln!(desk.out, ".billfold/quarantine/{}.pdf\n  meant for {}", record.sha256, record.path)?;
        writeln!(desk.out, "  {} ({detail})", reason.code.sentence())?;
    }
    Ok(writeln!(desk.out, "{} in quarantine", kept.len())?)
}

/// A record without what is only ours. These keys are documented and stay.
fn public(record: &Record) -> Value {
    let mut value = serde_json::to_value(record).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("identities");
        fields.remove("schema");
    }
    value
}

fn row(record: &Record) -> Vec<String> {
    let amount =
        record.amount.map(|amount| format!("{amount} {}", record.currency.as_deref().unwrap_or_default()));
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    vec![
        record.date.map_or_else(|| "–".into(), |date| date.to_string()),
        known(&record.vendor),
        known(&record.number),
        amount.unwrap_or_else(|| "–".into()),
        known(&record.status),
        record.path.to_string(),
    ]
}
