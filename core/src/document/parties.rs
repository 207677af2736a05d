//! Who issued a document and who is billed: the columns of names and addresses under the head.

use super::fields::{Sure, TaxId};
use super::languages::{LANGUAGES, Label};
use super::reader::Reader;
use super::sheet::Item;
use super::values;
use super::words::readable;
use std::ops::Range;

/// How far left of its column's edge a cell may begin, in points.
const SLACK: f32 = 3.0;

/// How far below its label a name may stand, in ems: the next line, not the one after that. Where the line with
/// the name is missing, the first line of the address is none.
const NEXT_LINE: f32 = 2.2;

/// Where the parties' columns begin.
pub(super) struct Parties {
    /// The first of their rows.
    pub(super) row: usize,
    /// The row with "Bill to".
    label_row: usize,
    customer: f32,
    /// The left edges of all columns, from left to right.
    edges: Vec<f32>,
}

impl<'a> Reader<'a> {
    /// The columns, by their label "Bill to". Rows of the left column may stand a few points higher.
    pub(super) fn parties(&self, left: f32, rows: Range<usize>) -> Option<Parties> {
        let (label_row, label) = rows.clone().find_map(|at| {
            let items = &self.row(at)?.items;
            Some((at, items.iter().find(|item| self.is(Label::BillTo, item))?))
        })?;
        let mut edges = vec![label.cell.x];
        let others = self.row(label_row)?.items.iter().filter(|item| self.is(Label::ShipTo, item));
        edges.extend(others.map(|item| item.cell.x));
        if label.cell.x - left > SLACK {
            edges.push(left);
        }
        edges.sort_by(f32::total_cmp);
        let near = |at: &usize| {
            let row = self.row(*at);
            row.is_some_and(|row| {
                label.y - row.y <= 1.3 * label.cell.size
                    && row.items.first().is_some_and(|item| (item.cell.x - left).abs() <= SLACK)
                    && row.items.len() == 1
            })
        };
        let above = label_row.checked_sub(1).filter(|at| rows.contains(at) && near(at));
        Some(Parties { row: above.unwrap_or(label_row), label_row, customer: label.cell.x, edges })
    }

    /// Names and tax numbers of both.
    pub(super) fn read_parties(&mut self, parties: &Parties, left: f32, rows: Range<usize>, right: f32) {
        let sheet = self.sheet;
        let (mut vendor, mut customer): (Vec<&Item<'_>>, Vec<&Item<'_>>) = (Vec::new(), Vec::new());
        for at in rows {
            let Some(row) = sheet.rows.get(at) else { break };
            for (cell, item) in row.items.iter().enumerate() {
                self.mark_used(at, cell);
                if self.is(Label::BillTo, item) || self.is(Label::ShipTo, item) {
                    continue;
                }
                let edge = parties.edges.iter().rev().find(|edge| item.cell.x >= **edge - SLACK);
                let is = |column: f32| edge.is_some_and(|edge| (edge - column).abs() < 0.1);
                if is(parties.customer) && at > parties.label_row {
                    customer.push(item);
                } else if is(left) && left < parties.customer {
                    vendor.push(item);
                }
            }
        }
        let next_edge =
            |of: f32| parties.edges.iter().copied().find(|edge| *edge > of + SLACK).unwrap_or(right);
        let label_y = sheet.rows.get(parties.label_row).map_or(0.0, |row| row.y);
        let beside = |item: &Item<'_>| item.y - label_y <= 0.5 * item.cell.size;
        let below = |item: &Item<'_>| item.y - label_y <= NEXT_LINE * item.cell.size;
        let vendor_name = self.name(&vendor, next_edge(left)).filter(|(_, item)| beside(item));
        if let Some((name, item)) = vendor_name {
            self.document.vendor = Some(name);
            self.note("vendor", item, Sure::Placed);
        }
        // "Sold through Link, LLC" is the seller's name in law, all of it.
        let seller = vendor.iter().find(|item| item.after(self.language, Label::SoldThrough).is_some());
        if let Some(item) = seller
            && let Some(name) = readable(item.text())
        {
            self.document.vendor = Some(name);
            self.document.evidence.retain(|found| found.field != "vendor");
            self.note("vendor", item, Sure::Labelled);
        }
        let customer_name = self.name(&customer, next_edge(parties.customer));
        if let Some((name, item)) = customer_name.filter(|(_, item)| below(item)) {
            self.document.customer = Some(name);
            self.note("customer", item, Sure::Labelled);
        }
        self.document.vendor_tax_ids = self.tax_ids(&vendor, "vendor_tax_ids");
        self.document.customer_tax_ids = self.tax_ids(&customer, "customer_tax_ids");
    }

    /// The first line of a party. One that goes on in bold is a name of several lines; one that fills its
    /// column may go on as well, and where the type does not tell, the name is not known.
    fn name<'i>(&self, lines: &[&'i Item<'i>], column_end: f32) -> Option<(String, &'i Item<'i>)> {
        let first = lines.first()?;
        let rest = lines.get(1..).unwrap_or_default();
        let type_tells = first.cell.bold && lines.iter().any(|line| !line.cell.bold);
        if type_tells {
            let more = rest.iter().take_while(|line| line.cell.bold);
            let words: Vec<&str> = std::iter::once(first).chain(more).map(|line| line.text()).collect();
            return Some((readable(&words.join(" "))?, first));
        }
        let fills = rest.first().is_some_and(|next| {
            let letters = next.text().chars().count().max(1);
            let word = next.text().split_whitespace().next().map_or(0, |word| word.chars().count()) + 1;
            let width = (next.cell.right - next.cell.x) / letters as f32 * word as f32;
            first.cell.right + width > column_end
        });
        if fills { None } else { Some((readable(first.text())?, *first)) }
    }

    fn tax_ids(&mut self, lines: &[&Item<'_>], field: &str) -> Vec<TaxId> {
        let english = LANGUAGES.first().copied().unwrap_or(self.language);
        let mut found = Vec::new();
        for item in lines {
            if let Some(tax_id) = values::tax_id(item.text(), self.language, english) {
                self.note(format!("{field}[{}]", found.len()), item, Sure::Labelled);
                found.push(tax_id);
            }
        }
        found
    }
}
