//! Invoices in layouts that are not known: values by their labels, the table by its headings, the totals by
//! theirs. What no label, heading or sum settles is left out.

use super::checks;
use super::fields::{Document, Layout, Sure};
use super::head;
use super::languages::{LANGUAGES, Label, Labels};
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::{values, words};
use crate::kind::Kind;
use crate::legal;
use rust_decimal::Decimal;

/// A cell below another one begins within this many points of its left edge.
const SAME_EDGE: f32 = 3.0;

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

/// Where the customer's name and address stand.
#[derive(Default)]
struct Block {
    /// Row and cell.
    cells: Vec<(usize, usize)>,
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

    /// The customer: below "Bill to", or below the sender's line of a letter.
    fn read_customer(&mut self) -> Block {
        let sheet = self.sheet;
        let label = sheet.rows.iter().enumerate().find_map(|(at, row)| {
            let item = row.items.iter().find(|item| self.is(Label::BillTo, item))?;
            Some((at, item))
        });
        let start = label.or_else(|| self.sender_line());
        let Some((at, label)) = start else { return Block::default() };
        let block = self.block_below(at, label);
        let Some(first) = block.cells.first().and_then(|place| self.cell(*place)) else { return block };
        // Below the same word in a row of numbers: the customer's.
        if is_code(first.text()) {
            return Block::default();
        }
        if let Some(name) = words::readable(first.text()) {
            self.document.customer = Some(name);
            self.note("customer", first, Sure::Labelled);
        }
        let english = LANGUAGES.first().copied().unwrap_or(self.language);
        for place in &block.cells {
            let Some(item) = self.cell(*place) else { continue };
            if let Some(tax_id) = values::tax_id(item.text(), self.language, english) {
                let field = format!("customer_tax_ids[{}]", self.document.customer_tax_ids.len());
                self.note(field, item, Sure::Labelled);
                self.document.customer_tax_ids.push(tax_id);
            }
        }
        block
    }

    fn cell(&self, (row, cell): (usize, usize)) -> Option<&'a Item<'a>> {
        self.sheet.rows.get(row)?.items.get(cell)
    }

    /// `Example GmbH · Musterweg 7 · 20000 Hamburg` in small type, as it shows in a letter's window.
    fn sender_line(&self) -> Option<(usize, &'a Item<'a>)> {
        let sheet = self.sheet;
        sheet.rows.iter().enumerate().take_while(|(_, row)| row.page == 1).find_map(|(at, row)| {
            let item = row.items.first()?;
            let parts: Vec<&str> = item.text().split([',', '·', '•', '|']).collect();
            let small = item.cell.size <= 8.0 && parts.len() >= 3;
            (small && parts.first().is_some_and(|name| is_company(name.trim()))).then_some((at, item))
        })
    }

    /// The lines below a label, at its left edge, as far as they stand close together.
    fn block_below(&self, at: usize, label: &Item<'_>) -> Block {
        let mut block = Block::default();
        let mut y = label.y;
        for (row, cells) in self.sheet.rows.iter().enumerate().skip(at + 1) {
            if cells.page != label.page || cells.y - y > 2.2 * label.cell.size.max(9.0) {
                break;
            }
            let at_edge = |item: &Item<'_>| (item.cell.x - label.cell.x).abs() <= SAME_EDGE;
            if let Some(cell) = cells.items.iter().position(at_edge) {
                block.cells.push((row, cell));
                y = cells.y;
            }
        }
        block
    }

    /// The issuer: below "From", else the only company that is named outside the customer's block.
    fn read_vendor(&mut self, customer: &Block) {
        let sheet = self.sheet;
        let label = sheet.rows.iter().enumerate().find_map(|(at, row)| {
            let item = row.items.iter().find(|item| self.is(Label::From, item))?;
            Some((at, item))
        });
        let from = label
            .map(|(at, item)| self.block_below(at, item))
            .and_then(|block| self.cell(*block.cells.first()?));
        let vendor = match from {
            Some(item) => Some((item.text(), item, Sure::Labelled)),
            None => self.only_company(customer).map(|(name, item)| (name, item, Sure::Placed)),
        };
        if let Some((name, item, sure)) = vendor
            && let Some(name) = words::readable(name)
        {
            self.document.vendor = Some(name);
            self.note("vendor", item, sure);
        }
        if customer.cells.is_empty() {
            return;
        }
        let english = LANGUAGES.first().copied().unwrap_or(self.language);
        for (row, cells) in sheet.rows.iter().enumerate() {
            for (cell, item) in cells.items.iter().enumerate() {
                if customer.cells.contains(&(row, cell)) || self.is_below(customer, item) {
                    continue;
                }
                let Some(tax_id) = values::tax_id(item.text(), self.language, english) else { continue };
                if !self.document.vendor_tax_ids.contains(&tax_id) {
                    let field = format!("vendor_tax_ids[{}]", self.document.vendor_tax_ids.len());
                    self.note(field, item, Sure::Placed);
                    self.document.vendor_tax_ids.push(tax_id);
                }
            }
        }
    }

    /// Whether a cell stands below a block and may still belong to it, with an empty line between.
    fn is_below(&self, block: &Block, item: &Item<'_>) -> bool {
        let last = block.cells.last().and_then(|place| self.cell(*place));
        last.is_some_and(|last| {
            let below = item.y - last.y;
            item.page == last.page
                && (item.cell.x - last.cell.x).abs() <= SAME_EDGE
                && below > 0.0
                && below <= 15.0 * last.cell.size
        })
    }

    /// Where it is not known who the customer is, the only company may be that.
    fn only_company(&self, customer: &Block) -> Option<(&'a str, &'a Item<'a>)> {
        if customer.cells.is_empty() {
            return None;
        }
        let mut names: Vec<(&'a str, &'a Item<'a>)> = Vec::new();
        for (row, cells) in self.sheet.rows.iter().enumerate().take_while(|(_, row)| row.page == 1) {
            for (cell, item) in cells.items.iter().enumerate() {
                let name = item.text().split(['·', '•', '|']).next().unwrap_or_default().trim();
                let known = names.iter().any(|(known, _)| *known == name);
                if is_company(name) && !known && !customer.cells.contains(&(row, cell)) {
                    names.push((name, item));
                }
            }
        }
        <[_; 1]>::try_from(names).ok().map(|[only]| only)
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

/// Whether a text is a number with or without letters, as a machine gives it.
fn is_code(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.bytes().filter(u8::is_ascii_digit).count() >= 3
}

/// Whether a text is the name of a company with its legal form, and not a sentence about one.
fn is_company(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let form = words.last().is_some_and(|last| legal::is_form(last.trim_end_matches(',')));
    form && (2..=7).contains(&words.len()) && !text.contains(':') && text.starts_with(char::is_uppercase)
}
