//! `list`, `show` and `open`: what is in the archive.

use super::pairs::Pairs;
use super::table::{self, plain};
use super::{Desk, Failure, Json, because};
use crate::archive::{Archive, Record};
use billfold_core::document::Document;
use clap::Args;
use rust_decimal::Decimal;
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
        let archive = desk.open()?;
        let records = archive.index().matching(self.filter.as_deref().unwrap_or_default())?;
        if self.json.json {
            // The other one of a pair need not match.
            let all = if self.filter.is_some() { archive.index().records()? } else { Vec::new() };
            let pairs = Pairs::among(if self.filter.is_some() { &all } else { &records });
            let documents: Vec<Value> = records.iter().map(|record| listed(record, &pairs)).collect();
            return desk.print_json(&documents);
        }
        let pairs = Pairs::among(&records);
        let alone = records.iter().filter(|record| pairs.invoice(&record.sha256).is_none());
        let rows: Vec<Vec<String>> = alone.map(|record| row(record, &pairs)).collect();
        table::print(
            desk.out,
            &["DATE", "VENDOR", "NUMBER", "KIND", "AMOUNT", "STATUS", "PATH"],
            &["AMOUNT"],
            &rows,
        )?;
        Ok(writeln!(desk.out, "{} documents", records.len())?)
    }
}

impl Show {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let archive = desk.open()?;
        let record = self.which.find(&archive)?;
        let all = archive.index().records()?;
        let mut public = listed(&record, &Pairs::among(&all));
        if let Some(fields) = public.as_object_mut().filter(|_| self.json.json) {
            fields.insert("read".into(), full(&record).get("read").cloned().unwrap_or_default());
        }
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
            writeln!(desk.out, "{key:<14} {}", plain(&text))?;
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

/// A record without what is only ours, and with what was read. These keys are documented and stay.
pub(super) fn public(record: &Record) -> Value {
    let mut value = full(record);
    let read = record.read.as_deref();
    let tax = |read: &Document| read.taxes.iter().map(|tax| tax.amount).sum::<Option<Decimal>>();
    if let Some(fields) = value.as_object_mut() {
        for key in ["identities", "schema", "read"] {
            fields.remove(key);
        }
        let text = |text: Option<String>| text.map_or(Value::Null, Value::from);
        let taxed = read.filter(|read| !read.taxes.is_empty());
        for (key, value) in [
            ("due", read.and_then(|read| read.due).map(|date| date.to_string())),
            ("total", read.and_then(|read| read.total).map(|total| total.to_string())),
            ("tax", taxed.and_then(tax).map(|tax| tax.to_string())),
            ("receipt_number", record.receipt_number().map(Into::into)),
            ("entity", read.and_then(|read| read.vendor.clone())),
        ] {
            fields.insert(key.into(), text(value));
        }
    }
    value
}

fn full(record: &Record) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

fn listed(record: &Record, pairs: &Pairs<'_>) -> Value {
    let mut value = public(record);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("pair".into(), pairs.other(&record.sha256).into());
    }
    value
}

fn kind(record: &Record, pairs: &Pairs<'_>) -> String {
    match pairs.receipts(&record.sha256) {
        0 => record.kind.as_str().into(),
        1 => format!("{} + receipt", record.kind.as_str()),
        more => format!("{} + {more} receipts", record.kind.as_str()),
    }
}

fn row(record: &Record, pairs: &Pairs<'_>) -> Vec<String> {
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    vec![
        record.date.map_or_else(|| "–".into(), |date| date.to_string()),
        known(&record.vendor),
        known(&record.number),
        kind(record, pairs),
        record.total(),
        known(&record.status),
        record.path.to_string(),
    ]
}
