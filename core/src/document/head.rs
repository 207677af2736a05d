//! The head of a document: its title, its numbers and days, and what else is labelled there.

use super::fields::{CustomField, Sure};
use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;
use super::words::{is_hyphen, readable};
use crate::dates;
use crate::kind::Kind;
use crate::locale::Locale;
use chrono::NaiveDate;
use std::ops::Range;

/// Titles, the most telling first.
const TITLES: [(Label, Kind); 6] = [
    (Label::CreditNote, Kind::CreditNote),
    (Label::Refund, Kind::Refund),
    (Label::Receipt, Kind::Receipt),
    (Label::UsageReport, Kind::UsageReport),
    (Label::TaxInvoice, Kind::TaxInvoice),
    (Label::Invoice, Kind::Invoice),
];

/// What is labelled in a head.
pub(super) const LABELS: [Label; 9] = [
    Label::CreditNoteNumber,
    Label::RefersTo,
    Label::InvoiceNumber,
    Label::ReceiptNumber,
    Label::Issued,
    Label::Due,
    Label::Paid,
    Label::Refunded,
    Label::PurchaseOrder,
];

/// How far apart two left edges may be that are one column, in points.
const SAME_EDGE: f32 = 3.0;

/// Where the title stands.
#[derive(Clone, Copy)]
pub(super) struct Title {
    pub(super) row: usize,
    pub(super) cell: usize,
    pub(super) kind: Kind,
}

impl<'a> Reader<'a> {
    /// The title: the largest cell of the first page that is nothing but one, the first of equals.
    pub(super) fn title(&self) -> Option<Title> {
        let mut best: Option<(f32, Title)> = None;
        for (row, cells) in self.sheet.rows.iter().enumerate().take_while(|(_, row)| row.page == 1) {
            for (cell, item) in cells.items.iter().enumerate() {
                let Some((_, kind)) = TITLES.iter().find(|(label, _)| self.is(*label, item)) else {
                    continue;
                };
                if best.is_none_or(|(size, _)| item.cell.size > size + 0.5) {
                    best = Some((item.cell.size, Title { row, cell, kind: *kind }));
                }
            }
        }
        best.map(|(_, title)| title)
    }

    /// The rows of label and value under the title.
    pub(super) fn read_head(&mut self, title: Title, rows: Range<usize>) {
        self.read_head_rows(title, rows);
        // A space may be what was left of a hyphen.
        if self.hides_punctuation {
            let spaced = |text: &str| text.contains(char::is_whitespace);
            self.document.purchase_order = self.document.purchase_order.take().filter(|text| !spaced(text));
            self.document.custom_fields.retain(|field| !spaced(&field.value));
        }
    }

    fn read_head_rows(&mut self, title: Title, rows: Range<usize>) {
        let Some(left) =
            self.row(title.row).and_then(|row| row.items.get(title.cell)).map(|item| item.cell.x)
        else {
            return;
        };
        let sheet = self.sheet;
        // Custom fields are known by where the values of the known ones stand.
        let mut value_edge = None;
        let mut last_value: Option<(usize, f32)> = None;
        for at in rows {
            let Some(row) = sheet.rows.get(at) else { break };
            let Some(item) = row.items.first() else { continue };
            if (item.cell.x - left).abs() <= SAME_EDGE && self.read_head_row(at, row) {
                self.mark_used(at, 0);
                self.mark_used(at, 1);
                value_edge = row.items.get(1).map(|value| value.cell.x).or(value_edge);
                last_value = None;
                continue;
            }
            let (Some(edge), Some(value)) = (value_edge, row.items.get(1)) else {
                self.wrapped_custom_field(at, row, value_edge, last_value);
                continue;
            };
            if (item.cell.x - left).abs() <= SAME_EDGE && (value.cell.x - edge).abs() <= SAME_EDGE {
                self.mark_used(at, 0);
                self.mark_used(at, 1);
                let name = item.text().trim_end_matches(':');
                let (Some(name), Some(text)) = (readable(name), readable(value.text())) else { continue };
                let index = self.document.custom_fields.len();
                self.document.custom_fields.push(CustomField { name, value: text });
                self.note(format!("custom_fields[{index}]"), value, Sure::Placed);
                last_value = Some((index, row.y));
            }
        }
    }

    /// A custom field's value that goes on in the next row.
    fn wrapped_custom_field(
        &mut self,
        at: usize,
        row: &Row<'a>,
        edge: Option<f32>,
        last: Option<(usize, f32)>,
    ) {
        let (Some(edge), Some((index, y)), [only]) = (edge, last, row.items.as_slice()) else { return };
        let near = row.y - y <= 1.7 * only.cell.size;
        if near
            && (only.cell.x - edge).abs() <= SAME_EDGE
            && let Some(field) = self.document.custom_fields.get_mut(index)
        {
            field.value = format!("{} {}", field.value, only.text());
            self.mark_used(at, 0);
        }
    }

    /// Whether the row's label is known. Its value is taken if it is what the label says.
    fn read_head_row(&mut self, at: usize, row: &'a Row<'a>) -> bool {
        // A label that is the whole cell comes before one that a longer label begins with.
        let exact = row.items.first().and_then(|item| LABELS.iter().find(|label| self.is(**label, item)));
        let mut labels = exact.into_iter().chain(&LABELS);
        let Some((label, found)) = labels.find_map(|label| Some((*label, self.labelled(row, 0, *label)?)))
        else {
            return false;
        };
        // A number whose hyphens left only gaps comes as several cells.
        let numbers = [Label::CreditNoteNumber, Label::RefersTo, Label::InvoiceNumber, Label::ReceiptNumber];
        if row.items.len() > 2 && numbers.contains(&label) && found.text == found.item.text() {
            let parts: Vec<&str> = row.items.iter().skip(1).map(Item::text).collect();
            let joined = parts.join(" ");
            let spaced = joined.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
            if spaced && values::receipt_number(&joined).is_some() {
                self.take_head_value(label, &joined, found.item);
                self.hides_punctuation = true;
                self.mark_row_used(at);
                return true;
            }
            // What begins like a part of one is none.
            if !found.text.contains(is_hyphen) {
                return true;
            }
        }
        if label == Label::PurchaseOrder && row.items.len() > 2 && self.hides_punctuation {
            return true;
        }
        self.take_head_value(label, found.text, found.item);
        true
    }

    /// Puts a labelled value where it belongs, unless something stands there already.
    pub(super) fn take_head_value(&mut self, label: Label, text: &str, item: &Item<'_>) {
        if matches!(label, Label::InvoiceNumber | Label::CreditNoteNumber | Label::ReceiptNumber) {
            let is_mended = |number: String| !text.contains(&number) && !text.contains(is_hyphen);
            self.hides_punctuation |= values::receipt_number(text).is_some_and(is_mended);
        }
        let (field, known) = match label {
            Label::InvoiceNumber if self.document.kind == Kind::CreditNote => {
                ("refers_to", put(&mut self.document.refers_to, values::number(text)))
            }
            Label::RefersTo => ("refers_to", put(&mut self.document.refers_to, values::number(text))),
            Label::InvoiceNumber | Label::CreditNoteNumber => {
                if self.document.kind == Kind::Refund {
                    self.document.refers_to = values::number(text);
                }
                ("number", put(&mut self.document.number, values::number(text)))
            }
            Label::ReceiptNumber => {
                ("receipt_number", put(&mut self.document.receipt_number, values::receipt_number(text)))
            }
            Label::Issued => ("issued", put(&mut self.document.issued, date(&self.locale, text))),
            Label::Due => ("due", put(&mut self.document.due, date(&self.locale, text))),
            Label::Paid => ("paid", put(&mut self.document.paid, date(&self.locale, text))),
            Label::Refunded => ("refunded", put(&mut self.document.refunded, date(&self.locale, text))),
            // In pieces it is not known what stood between them.
            Label::PurchaseOrder => {
                ("purchase_order", put(&mut self.document.purchase_order, readable(text)))
            }
            _ => return,
        };
        if known {
            self.note(field, item, Sure::Labelled);
        }
    }
}

fn date(locale: &Locale, text: &str) -> Option<NaiveDate> {
    dates::parse(text, locale).ok()
}

/// Whether a value was put into an empty place.
fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if place.is_some() || value.is_none() {
        return false;
    }
    *place = value;
    true
}
