//! Who issued a document and who pays it, in layouts that are not known: by labels, and by blocks of lines.

use super::fields::Sure;
use super::general::SAME_EDGE;
use super::languages::{LANGUAGES, Label};
use super::reader::Reader;
use super::sheet::Item;
use super::{values, words};
use crate::legal;

/// Where the customer's name and address stand.
#[derive(Default)]
pub(super) struct Block {
    /// Row and cell.
    cells: Vec<(usize, usize)>,
}

impl<'a> Reader<'a> {
    /// The customer: below "Bill to", or below the sender's line of a letter.
    pub(super) fn read_customer(&mut self) -> Block {
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
    pub(super) fn read_vendor(&mut self, customer: &Block) {
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
