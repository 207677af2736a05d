//! Tables and ARIA grids: what their columns hold, and which cells a row has.

use super::node::folded;
use super::words::{self, Column};
use super::{Field, Node, rows};
use std::cell::OnceCell;

/// Elements that say that they are rows.
pub(super) const ROWS: &str = r#"tr, [role="row"]"#;

const CELLS: &str = r#"[role="cell"], [role="gridcell"], [role="rowheader"]"#;
const HEADERS: &str = r#"th:not([scope="row"]), [role="columnheader"]"#;
const FIRST_ROWS: &str = r#"tr:first-child, [role="row"]:first-child"#;
const TABLES: &str = r#"table, [role="table"], [role="grid"], [role="treegrid"]"#;

/// A table that rows stand in.
pub(super) struct Table<N> {
    node: N,
    /// What each column holds, empty if nothing says so.
    pub columns: Vec<Option<Column>>,
    /// Does a row of it link to an invoice? Few tables are ever asked.
    invoices: OnceCell<bool>,
    /// Other tables are inside.
    nested: bool,
}

impl<N: Node> Table<N> {
    /// The table around a row.
    pub(super) fn around(row: &N) -> Option<Table<N>> {
        let node = rows::ancestors(row).find(is_table)?;
        let columns = columns(&node);
        let nested = !node.select(TABLES).is_empty();
        Some(Table { node, columns, invoices: OnceCell::new(), nested })
    }

    /// Is a row certainly one of this table's own?
    pub(super) fn has(&self, row: &N) -> bool {
        !self.nested && self.node.contains(row)
    }

    /// Does a row of it link to an invoice?
    pub(super) fn has_invoices(&self) -> bool {
        *self.invoices.get_or_init(|| rows::has_link(&self.node))
    }

    /// How many columns are known to hold a field.
    pub(super) fn fields(&self) -> usize {
        self.columns.iter().filter(|column| matches!(column, Some(Column::Field(_)))).count()
    }
}

/// Does an element say that it is a row?
pub(super) fn is_row<N: Node>(node: &N) -> bool {
    node.name() == "tr" || node.attribute("role").is_some_and(|role| role == "row")
}

fn is_table<N: Node>(node: &N) -> bool {
    node.name() == "table"
        || node.attribute("role").is_some_and(|role| matches!(role.as_str(), "table" | "grid" | "treegrid"))
}

/// Does a row name columns?
pub(super) fn is_header<N: Node>(row: &N) -> bool {
    row.select(HEADERS).len() > 1
}

/// The cells of a table row or of a row of an ARIA grid.
pub(super) fn cells<N: Node>(row: &N) -> Vec<N> {
    if row.name() == "tr" {
        return row.children();
    }
    row.select(CELLS)
}

/// What a table's column headers name, in order. Two columns for one field name none.
fn columns<N: Node>(table: &N) -> Vec<Option<Column>> {
    let mut header = table.select(HEADERS);
    if header.is_empty() {
        // Some write plain cells into the first row.
        let first = table.select(FIRST_ROWS).into_iter().next();
        header = first.map(|row| cells(&row)).unwrap_or_default();
    }
    let mut columns: Vec<Option<Column>> =
        header.iter().map(|cell| words::column(&folded(&cell.text()))).collect();
    let twice =
        |field: Field| columns.iter().filter(|column| **column == Some(Column::Field(field))).count() > 1;
    let doubtful: Vec<Field> = columns
        .iter()
        .filter_map(|column| match column {
            Some(Column::Field(field)) if twice(*field) => Some(*field),
            _ => None,
        })
        .collect();
    for column in &mut columns {
        if matches!(column, Some(Column::Field(field)) if doubtful.contains(field)) {
            *column = Some(Column::Other);
        }
    }
    columns
}
