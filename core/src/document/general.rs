//! Invoices in layouts that are not known: values by their labels, the table by its headings, the totals by
//! theirs, the parties as `companies` says. What no label, heading or sum settles is left out.

use super::checks;
use super::fields::{Document, Layout};
use super::head;
use super::languages::{Label, Labels};
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;
use crate::kind::Kind;
use rust_decimal::Decimal;

/// A cell below another one begins within this many points of its left edge.
pub(super) const SAME_EDGE: f32 = 3.0;

/// Reads a document in any layout. One with neither a title nor a number is no invoice.
pub(super) fn read(mut reader: Reader<'_>) -> Document {
    let title = reader.title();
    reader.document.kind = match title {
        _ if reader.is_something_else() => Kind::NotAnInvoice,
        Some(title) => title.kind,
        None => reader.kind_without_title(),
    };
    if reader.document.kind == Kind::NotAnInvoice {
        return reader.document;
    }
    reader.document.source = Some(Layout::General);
    reader.read_labelled();
    let customer = reader.read_customer();
    reader.read_vendor(&customer);
    let from = title.map_or(0, |title| title.row);
    match reader.headings(from) {
        Some(headings) => {
            let totals = reader.read_lines(headings);
            reader.read_totals(totals);
        }
        None => reader.read_loose_totals(),
    }
    checks::finish(reader.document, None)
}

impl<'a> Reader<'a> {
    /// Every value of a label: behind it in its cell, in the next cell of its row, or right below it.
    fn values_of(&self, label: Label) -> Vec<(&'a Item<'a>, &'a str)> {
        let sheet = self.sheet;
        let mut found = Vec::new();
        for (at, row) in sheet.rows.iter().enumerate() {
            for (cell, item) in row.items.iter().enumerate() {
                if self.is(label, item) {
                    let right = row
                        .items
                        .get(cell + 1)
                        .filter(|next| next.text().bytes().any(|b| b.is_ascii_digit()));
                    let torn = right.is_some() && self.is_torn(row, cell + 1);
                    let below = || self.below(at, item).filter(|_| !torn && !is_heading(row));
                    let value = right.filter(|_| !torn).or_else(below);
                    found.extend(value.map(|value| (value, value.text())));
                } else if let Some(text) = item.after(self.language, label) {
                    found.push((item, text.trim_start_matches([':', ' '])));
                }
            }
        }
        found
    }

    /// Whether the cell behind another goes on with it: a number whose hyphens left only gaps.
    fn is_torn(&self, row: &Row<'_>, cell: usize) -> bool {
        let (Some(item), Some(next)) = (row.items.get(cell), row.items.get(cell + 1)) else { return false };
        let near = next.cell.x - item.cell.right <= 2.0 * item.cell.size;
        near && next.text().bytes().all(|b| b.is_ascii_alphanumeric())
    }

    /// Without a title its numbers say what a document is, unless it speaks of money that went the other way or
    /// has large letters that cannot be read, which may be a title.
    fn kind_without_title(&self) -> Kind {
        const OTHERS: [Label; 6] = [
            Label::CreditNote,
            Label::Refund,
            Label::HeadlineRefunded,
            Label::AmountRefunded,
            Label::HeadlinePaid,
            Label::Paid,
        ];
        let numbered = |label| !self.values_of(label).is_empty();
        let mut items = self.sheet.rows.iter().flat_map(|row| &row.items);
        let body = self.smallest_text();
        let doubtful = items.any(|item| {
            let unread = item.cell.size > 1.2 * body && item.text().contains(char::REPLACEMENT_CHARACTER);
            unread || OTHERS.iter().any(|label| self.language.mentions(*label, &item.folded))
        });
        match () {
            () if numbered(Label::CreditNoteNumber) => Kind::CreditNote,
            () if doubtful => Kind::NotAnInvoice,
            () if numbered(Label::ReceiptNumber) => Kind::Receipt,
            () if numbered(Label::InvoiceNumber) => Kind::Invoice,
            () => Kind::NotAnInvoice,
        }
    }

    /// A title of what is often taken for an invoice: a quote, a statement of account, a reminder.
    fn is_something_else(&self) -> bool {
        let body = self.smallest_text();
        let is_title = |item: &Item<'_>| item.cell.size > 1.2 * body && self.is(Label::SomethingElse, item);
        self.first_page().any(is_title)
    }

    fn first_page(&self) -> impl Iterator<Item = &'a Item<'a>> {
        self.sheet.rows.iter().take_while(|row| row.page == 1).flat_map(|row| &row.items)
    }

    /// The size of the first page's smallest text, which is never a title.
    fn smallest_text(&self) -> f32 {
        self.first_page().map(|item| item.cell.size).fold(f32::MAX, f32::min)
    }

    /// The cell right below one, at the same left edge.
    fn below(&self, at: usize, item: &Item<'_>) -> Option<&'a Item<'a>> {
        let next = self.sheet.rows.get(at + 1)?;
        let near = next.page == item.page && next.y - item.y <= 2.5 * item.cell.size.max(8.0);
        next.items.iter().find(|below| near && (below.cell.x - item.cell.x).abs() <= SAME_EDGE)
    }

    /// Numbers and days by their labels. One that is printed twice, differently, is not taken.
    fn read_labelled(&mut self) {
        for label in head::LABELS {
            let values = self.values_of(label);
            let days = matches!(label, Label::Issued | Label::Due | Label::Paid | Label::Refunded);
            let readable = |(_, text): &&(&'a Item<'a>, &'a str)| {
                if days { self.date(text).is_some() } else { values::number(text).is_some() }
            };
            let readable: Vec<_> = values.iter().filter(readable).collect();
            let same = |a: &str, b: &str| {
                if days { self.date(a) == self.date(b) } else { values::number(a) == values::number(b) }
            };
            if let Some((item, text)) = readable.first()
                && readable.iter().all(|(_, other)| same(text, other))
            {
                self.take_head_value(label, text, item);
            }
        }
    }

    /// Totals wherever their labels stand, for pages whose table is not known. Of several amounts in a row only
    /// one may be in the document's currency.
    fn read_loose_totals(&mut self) {
        let sheet = self.sheet;
        for row in &sheet.rows {
            let Some((label, rest)) = row.items.split_first() else { continue };
            let amounts: Vec<(Decimal, &Item<'_>)> =
                rest.iter().filter_map(|item| Some((self.amount(item.text())?, item))).collect();
            if let [(only, item)] = amounts.as_slice()
                && self.is_plain_total(&label.folded)
            {
                self.take_plain_total(item, &label.folded, *only);
            }
        }
    }
}

/// Whether a row heads a table: what stands below its cells belongs to the table's lines.
fn is_heading(row: &Row<'_>) -> bool {
    const HEADINGS: Labels = Labels::of(&[
        Label::Description,
        Label::Quantity,
        Label::UnitPrice,
        Label::Amount,
        Label::PaymentMethod,
        Label::AmountPaid,
    ]);
    row.items.iter().any(|item| item.labels.has_any(HEADINGS))
}
