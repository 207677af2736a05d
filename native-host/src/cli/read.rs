//! `read`: what documents say, without filing anything.

use super::table::{self, plain};
use super::{Desk, Failure, Json, because};
use crate::reader::{Reader, Unreadable};
use billfold_core::document::{Document, Line};
use clap::Args;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Options of `read`.
#[derive(Debug, Args)]
pub(super) struct Read {
    /// The PDFs
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    json: Json,
}

impl Read {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let reader = Reader::of_this_process();
        let mut answers = Vec::new();
        let mut all_well = true;
        for file in &self.files {
            let bytes = match bytes(file) {
                Ok(bytes) => bytes,
                Err(error) => return because(format!("{} cannot be opened ({error})", file.display())),
            };
            let read = reader.read_bytes(&bytes);
            all_well &= read.as_ref().is_ok_and(|document| document.problems.is_empty());
            if self.json.json {
                answers.push(as_json(file, &read));
            } else {
                print(desk, file, &read, self.files.len() > 1)?;
            }
        }
        match answers.as_slice() {
            [] => {}
            [one] => desk.print_json(one)?,
            several => desk.print_json(&several)?,
        }
        if all_well { Ok(()) } else { Err(Failure::Short) }
    }
}

/// A file's bytes, and one more than is read of it, where there are so many.
fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(crate::reader::MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn as_json(file: &Path, read: &Result<Document, Unreadable>) -> Value {
    let mut value = match read {
        Ok(document) => serde_json::to_value(document).unwrap_or_default(),
        Err(_) => json!({}),
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("file".into(), file.to_string_lossy().into());
        fields.insert("unreadable".into(), read.as_ref().err().map(|reason| reason.code()).into());
    }
    value
}

fn print(
    desk: &mut Desk<'_>,
    file: &Path,
    read: &Result<Document, Unreadable>,
    named: bool,
) -> Result<(), Failure> {
    if named {
        writeln!(desk.out, "{}", plain(&file.to_string_lossy()))?;
    }
    match read {
        Ok(document) => print_document(desk, document)?,
        Err(reason) => writeln!(desk.err, "billfold: {}: {reason}", plain(&file.to_string_lossy()))?,
    }
    if named {
        writeln!(desk.out)?;
    }
    Ok(())
}

/// Each value beside its key, the lines as a table, what does not hold last.
fn print_document(desk: &mut Desk<'_>, document: &Document) -> Result<(), Failure> {
    let value = serde_json::to_value(document).unwrap_or_default();
    for (key, value) in value.as_object().into_iter().flatten() {
        if matches!(key.as_str(), "lines" | "problems" | "evidence") {
            continue;
        }
        for text in texts(value) {
            let label = key.replace('_', " ");
            writeln!(desk.out, "{label:<20} {}", plain(&text))?;
        }
    }
    if !document.lines.is_empty() {
        writeln!(desk.out)?;
        let rows: Vec<Vec<String>> = document.lines.iter().map(row).collect();
        let headings = ["DESCRIPTION", "PERIOD", "QUANTITY", "UNIT PRICE", "TAX", "AMOUNT"];
        table::print(desk.out, &headings, &["QUANTITY", "UNIT PRICE", "TAX", "AMOUNT"], &rows)?;
    }
    for problem in &document.problems {
        writeln!(desk.out, "\n{}: {}", plain(&problem.code), plain(&problem.sentence))?;
    }
    Ok(())
}

/// A value's lines: one for each item of a list, none for what is absent.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        Value::Array(items) => items.iter().map(|item| texts(item).join(", ")).collect(),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| match (key.as_str(), value) {
                (_, Value::Null | Value::Bool(false)) => None,
                (_, Value::Bool(true)) => Some(key.replace('_', " ")),
                ("name" | "id" | "method" | "from" | "value", value) => Some(texts(value).join(" ")),
                (key, value) => Some(format!("{} {}", key.replace('_', " "), texts(value).join(" "))),
            };
            vec![fields.iter().filter_map(field).collect::<Vec<_>>().join(", ")]
        }
        other => vec![other.to_string()],
    }
}

fn row(line: &Line) -> Vec<String> {
    let known = |number: Option<rust_decimal::Decimal>| number.map_or_else(String::new, |n| n.to_string());
    let indent = if line.nested { "  " } else { "" };
    vec![
        format!("{indent}{}", line.description),
        line.period.map_or_else(String::new, |period| format!("{} – {}", period.from, period.to)),
        known(line.quantity),
        known(line.unit_price),
        line.tax_rate.map_or_else(String::new, |rate| format!("{rate}%")),
        known(line.amount),
    ]
}
