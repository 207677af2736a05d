//! The head of a document: its title, its numbers and days, and what else is labelled there.

use super::fields::{CustomField, Sure};
use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;
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
                let index = self.document.custom_fields.len();
                let name = item.text().trim_end_matches(':').to_owned();
                self.document.custom_fields.push(CustomField { name, value: value.text().to_owned() });
                self.note(format!("custom_fields[{index}]"), value, Sure::Placed);
                self.mark_used(at, 0);
                self.mark_used(at, 1);
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
        const ROWS: [Label; 9] = [
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
        let Some((label, found)) =
            ROWS.iter().find_map(|label| Some((*label, self.labelled(row, 0, *label)?)))
        else {
            return false;
        };
        // A number whose hyphen is far from its figures comes as two cells.
        let joined = match row.items.as_slice() {
            [_, first, second] if found.text == first.text() && values::number(first.text()).is_none() => {
                Some(format!("{} {}", first.text(), second.text()))
            }
            _ => None,
        };
        let text = joined.as_deref().unwrap_or(found.text);
        self.take_head_value(label, text, found.item);
        if joined.is_some() {
            self.mark_used(at, 2);
        }
        true
    }

    /// Puts a labelled value where it belongs, unless something stands there already.
    pub(super) fn take_head_value(&mut self, label: Label, text: &str, item: &Item<'_>) {
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
                ("receipt_number", put(&mut self.document.receipt_number, values::number(text)))
            }
            Label::Issued => ("issued", put(&mut self.document.issued, date(&self.locale, text))),
            Label::Due => ("due", put(&mut self.document.due, date(&self.locale, text))),
            Label::Paid => ("paid", put(&mut self.document.paid, date(&self.locale, text))),
            Label::Refunded => ("refunded", put(&mut self.document.refunded, date(&self.locale, text))),
            Label::PurchaseOrder => {
                ("purchase_order", put(&mut self.document.purchase_order, Some(text.trim().to_owned())))
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
