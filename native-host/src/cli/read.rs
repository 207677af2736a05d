//! `read`: what documents say, without filing anything.

use super::table::{self, plain};
use super::{Desk, Failure, Json, because};
use crate::archive::identity;
use crate::reader::{Reader, Unreadable};
use billfold_core::document::{CustomField, Discount, Document, Line, Payment, Period, Reading, Tax, TaxId};
use chrono::NaiveDate;
use clap::Args;
use rust_decimal::Decimal;
use serde_json::Value;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Options of `read`.
#[derive(Debug, Args)]
pub(super) struct Read {
    /// The PDFs
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    json: Json,
    /// Draw the pages with a box around each value, into FILE.explained.svg in this folder
    #[arg(long)]
    explain: bool,
    /// Where the drawing of one file goes instead
    #[arg(long, value_name = "SVG", requires = "explain")]
    output: Option<PathBuf>,
}

impl Read {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        if self.output.is_some() && self.files.len() > 1 {
            return Err(Failure::Usage("--output is for one FILE".to_owned()));
        }
        let reader = Reader::new(desk.program);
        let mut answers = Vec::new();
        let mut all_well = true;
        for file in &self.files {
            let read = match bytes(file) {
                Ok(bytes) if self.explain => self.explain(desk, &reader, file, &bytes)?,
                Ok(bytes) => reader.read_bytes(&bytes),
                Err(error) => {
                    writeln!(desk.err, "billfold: {} cannot be opened ({error})", file.display())?;
                    all_well = false;
                    continue;
                }
            };
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

    /// Reads and draws. Nothing is ever replaced by a drawing.
    fn explain(
        &self,
        desk: &mut Desk<'_>,
        reader: &Reader,
        file: &Path,
        bytes: &[u8],
    ) -> Result<Result<Document, Unreadable>, Failure> {
        let (document, picture) = match reader.explain(bytes) {
            Ok(explained) => explained,
            Err(reason) => return Ok(Err(reason)),
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let path = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{stem}.explained.svg")));
        let written = File::create_new(&path).and_then(|mut file| file.write_all(picture.as_bytes()));
        match written {
            Ok(()) => writeln!(desk.err, "billfold: drawn in {}", path.display())?,
            Err(error) => return because(format!("{} cannot be written ({error})", path.display())),
        }
        Ok(Ok(document))
    }
}

/// A file's bytes, and one more than is read of it, where there are so many.
fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(crate::reader::MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The document's keys, the file's name, and why it could not be read. The key that its link leads to holds a
/// secret: it is shown as records keep it.
fn as_json(file: &Path, read: &Result<Document, Unreadable>) -> Value {
    let mut value = serde_json::to_value(read.clone().unwrap_or_default()).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        let (document, reason) = (read.as_ref().ok(), read.as_ref().err());
        if document.is_none() {
            fields.insert("kind".into(), Value::Null);
            fields.insert("reading".into(), Value::Null);
        }
        let link = document.and_then(|document| document.link.as_ref());
        fields.insert("link".into(), link.map(identity).into());
        fields.insert("file".into(), file.to_string_lossy().into());
        fields.insert("unreadable".into(), reason.map(|reason| reason.code()).into());
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

/// Each value beside its label, the lines as a table, what does not hold last.
fn print_document(desk: &mut Desk<'_>, document: &Document) -> Result<(), Failure> {
    for (label, value) in values(document) {
        // A text of several lines stays beside its label.
        for (index, text) in value.lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            writeln!(desk.out, "{label:<20} {}", plain(text))?;
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

/// What is known, in the order of the document.
fn values(document: &Document) -> Vec<(&'static str, String)> {
    let Document { currency, .. } = document;
    let money = |amount: Decimal| match currency {
        Some(currency) => format!("{amount} {}", currency.code()),
        None => amount.to_string(),
    };
    let text = |value: &Option<String>| value.clone();
    let day = |value: Option<NaiveDate>| value.map(|day| day.to_string());
    let amount = |value: Option<Decimal>| value.map(money);
    let ids = |ids: &[TaxId]| ids.iter().map(|id| Some(format!("{} {}", id.name, id.id))).collect::<Vec<_>>();
    let mut all = Vec::new();
    let mut say = |label, values: Vec<Option<String>>| {
        all.extend(values.into_iter().flatten().map(|value| (label, value)));
    };
    let reading = match document.reading {
        Reading::Whole => "read as a whole",
        Reading::InPart => "read in part",
        Reading::NoText => "without text: a scan",
    };
    say("Kind", vec![Some(format!("{}, {reading}", document.kind.as_str()))]);
    say("Vendor", vec![text(&document.vendor)]);
    say("Vendor's tax id", ids(&document.vendor_tax_ids));
    say("Number", vec![text(&document.number)]);
    say("Receipt number", vec![text(&document.receipt_number)]);
    say("Refers to", vec![text(&document.refers_to)]);
    say("Issued", vec![day(document.issued)]);
    say("Due", vec![day(document.due)]);
    say("Paid", vec![day(document.paid)]);
    say("Refunded", vec![day(document.refunded)]);
    say("Service period", vec![document.service_period.map(days)]);
    say("Customer", vec![text(&document.customer)]);
    say("Customer's tax id", ids(&document.customer_tax_ids));
    say("Purchase order", vec![text(&document.purchase_order)]);
    let custom = |field: &CustomField| Some(format!("{}: {}", field.name, field.value));
    say("Custom field", document.custom_fields.iter().map(custom).collect());
    say("Subtotal", vec![amount(document.subtotal)]);
    let discount = |discount: &Discount| {
        Some([discount.amount.map(money), discount.name.clone()].into_iter().flatten().collect())
    };
    let discounts =
        document.discounts.iter().map(|each| discount(each).map(|parts: Vec<_>| parts.join("  ")));
    say("Discount", discounts.collect());
    say("Total without tax", vec![amount(document.total_excluding_tax)]);
    let tax = |tax: &Tax| {
        let base = tax.base.map(|base| format!("of {}", money(base)));
        let rate = tax.rate.map(|rate| format!("{}%", rate.normalize()));
        let included = (tax.inclusive == Some(true)).then(|| "included".to_owned());
        let parts = [tax.amount.map(money), tax.name.clone(), rate, base, included];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join("  "))
    };
    say("Tax", document.taxes.iter().map(tax).collect());
    say("Reverse charge", vec![text(&document.reverse_charge)]);
    say("Total", vec![amount(document.total)]);
    say("Applied balance", vec![amount(document.applied_balance)]);
    say("Amount paid", vec![amount(document.amount_paid)]);
    say("Amount due", vec![amount(document.amount_due)]);
    say("Amount refunded", vec![amount(document.amount_refunded)]);
    let payment = |payment: &Payment| {
        let parts =
            [amount(payment.amount), day(payment.date), text(&payment.method), text(&payment.receipt_number)];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join("  "))
    };
    say("Payment", document.payments.iter().map(payment).collect());
    say("Memo", vec![text(&document.memo)]);
    all
}

fn days(period: Period) -> String {
    format!("{} – {}", period.from, period.to)
}

fn row(line: &Line) -> Vec<String> {
    let known = |number: Option<Decimal>| number.map_or_else(String::new, |n| n.to_string());
    let indent = if line.nested { "  " } else { "" };
    vec![
        format!("{indent}{}", line.description.as_deref().unwrap_or("–")),
        line.period.map_or_else(String::new, days),
        known(line.quantity),
        known(line.unit_price),
        line.tax_rate.map_or_else(String::new, |rate| format!("{rate}%")),
        known(line.amount),
    ]
}
