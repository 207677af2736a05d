//! The columns of a table, by their headings.

use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Position,
    Description,
    Quantity,
    UnitPrice,
    Tax,
    Amount,
}

/// A column, as wide as its heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) holds: Holds,
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
        const HEADINGS: [(Label, Holds); 6] = [
            (Label::Position, Holds::Position),
            (Label::Description, Holds::Description),
            (Label::Quantity, Holds::Quantity),
            (Label::UnitPrice, Holds::UnitPrice),
            (Label::Tax, Holds::Tax),
            (Label::Amount, Holds::Amount),
        ];
        let mut columns: Vec<Column> = Vec::new();
        for item in items {
            let fits = |(label, holds): &&(Label, Holds)| {
                self.is(*label, item) && columns.iter().all(|column| column.holds != *holds)
            };
            if let Some((_, holds)) = HEADINGS.iter().find(fits) {
                columns.push(Column { holds: *holds, x: item.cell.x, right: item.cell.right });
            }
        }
        let has = |holds| columns.iter().any(|column| column.holds == holds);
        (columns.len() >= 3 && has(Holds::Description) && has(Holds::Amount)).then_some(columns)
    }

    /// The cells of a row with their columns. Of two figures in one column it is not known which belongs there.
    pub(super) fn place(&self, row: &'a Row<'a>, columns: &[Column]) -> Vec<(Holds, &'a Item<'a>)> {
        let placed: Vec<(Holds, &'a Item<'a>)> =
            row.items.iter().map(|item| (self.column_of(item, columns), item)).collect();
        let times = |holds: Holds| placed.iter().filter(|(other, _)| *other == holds).count();
        let sure = |holds| matches!(holds, Holds::Description | Holds::Tax) || times(holds) == 1;
        placed.iter().copied().filter(|(holds, _)| sure(*holds)).collect()
    }

    /// The column that a cell stands in: the one whose heading it overlaps most, else the one whose right edge
    /// is nearest, because figures are set flush right.
    fn column_of(&self, item: &Item<'_>, columns: &[Column]) -> Holds {
        let (x, right) = (item.cell.x, item.cell.right);
        let description = columns.iter().find(|column| column.holds == Holds::Description);
        if description.is_some_and(|description| right < description.x) {
            return Holds::Position;
        }
        if description.is_some_and(|column| x <= column.x + 40.0) {
            return Holds::Description;
        }
        let overlap = |column: &Column| right.min(column.right) - x.max(column.x);
        let best = columns.iter().max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
        if let Some(best) = best.filter(|best| overlap(best) > 0.0) {
            return best.holds;
        }
        let distance = |column: &Column| (right - column.right).abs().min((x - column.x).abs());
        let nearest = columns.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map_or(Holds::Description, |column| column.holds)
    }
}
