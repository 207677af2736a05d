//! The columns of a table, by their headings.

use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};

/// A column, as wide as its heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// What its heading is a label for.
    pub(super) holds: Label,
    pub(super) x: f32,
    right: f32,
}

/// The headings, in one row or two.
pub(super) struct Headings {
    pub(super) row: usize,
    /// Two where the headings have lines of different heights.
    pub(super) rows: usize,
    pub(super) columns: Vec<Column>,
}

impl<'a> Reader<'a> {
    /// The row of headings at or after a row: a description, an amount, and one of the others.
    pub(super) fn headings(&self, from: usize) -> Option<Headings> {
        (from..self.sheet.rows.len()).find_map(|at| self.headings_at(at))
    }

    pub(super) fn headings_at(&self, at: usize) -> Option<Headings> {
        let row = self.row(at)?;
        if let Some(columns) = self.columns(&row.items) {
            return Some(Headings { row: at, rows: 1, columns });
        }
        let next = self.row(at + 1)?;
        let size = row.items.first()?.cell.size;
        if next.page != row.page || next.y - row.y > 2.0 * size {
            return None;
        }
        let columns = self.columns(row.items.iter().chain(&next.items))?;
        Some(Headings { row: at, rows: 2, columns })
    }

    fn columns<'i>(&self, items: impl IntoIterator<Item = &'i Item<'i>>) -> Option<Vec<Column>> {
        const HEADINGS: [Label; 6] = [
            Label::Position,
            Label::Description,
            Label::Quantity,
            Label::UnitPrice,
            Label::Tax,
            Label::Amount,
        ];
        let mut columns: Vec<Column> = Vec::new();
        for item in items {
            let fits = |label: &&Label| {
                self.is(**label, item) && columns.iter().all(|column| column.holds != **label)
            };
            if let Some(holds) = HEADINGS.iter().find(fits) {
                columns.push(Column { holds: *holds, x: item.cell.x, right: item.cell.right });
            }
        }
        let has = |holds| columns.iter().any(|column| column.holds == holds);
        (columns.len() >= 3 && has(Label::Description) && has(Label::Amount)).then_some(columns)
    }

    /// The cells of a row with their columns. Of two figures in one column it is not known which belongs there.
    pub(super) fn place(&self, row: &'a Row<'a>, columns: &[Column]) -> Vec<(Label, &'a Item<'a>)> {
        let placed: Vec<(Label, &'a Item<'a>)> =
            row.items.iter().map(|item| (self.column_of(item, columns), item)).collect();
        let times = |holds: Label| placed.iter().filter(|(other, _)| *other == holds).count();
        let sure = |holds| matches!(holds, Label::Description | Label::Tax) || times(holds) == 1;
        placed.iter().copied().filter(|(holds, _)| sure(*holds)).collect()
    }

    /// The column that a cell stands in: the one whose heading it overlaps most, else the one whose right edge
    /// is nearest, because figures are set flush right.
    fn column_of(&self, item: &Item<'_>, columns: &[Column]) -> Label {
        let (x, right) = (item.cell.x, item.cell.right);
        let description = columns.iter().find(|column| column.holds == Label::Description);
        if description.is_some_and(|description| right < description.x) {
            return Label::Position;
        }
        if description.is_some_and(|column| x <= column.x + 40.0) {
            return Label::Description;
        }
        let overlap = |column: &Column| right.min(column.right) - x.max(column.x);
        let best = columns.iter().max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
        if let Some(best) = best.filter(|best| overlap(best) > 0.0) {
            return best.holds;
        }
        let distance = |column: &Column| (right - column.right).abs().min((x - column.x).abs());
        let nearest = columns.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map_or(Label::Description, |column| column.holds)
    }
}
