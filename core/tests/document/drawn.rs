//! Pages typed as text.

use billfold_core::document::{Cell, Page, Row};

const COLUMN: f32 = 6.0;
const PITCH: f32 = 13.0;

/// A page of one size of type. `*` before a cell makes it bold, `#` bold and large.
pub(crate) fn page(text: &str) -> Page {
    let row = |(at, line): (usize, &str)| Row { y: 40.0 + PITCH * at as f32, cells: cells(line), turns: 0 };
    let rows: Vec<Row> = text.lines().enumerate().map(row).filter(|row| !row.cells.is_empty()).collect();
    Page { width: 612.0, height: 792.0, rows }
}

fn cells(line: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let columns: Vec<char> = line.chars().collect();
    let mut at = 0;
    while at < columns.len() {
        if columns[at] == ' ' {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < columns.len()
            && !(columns[end] == ' ' && columns.get(end + 1).is_none_or(|next| *next == ' '))
        {
            end += 1;
        }
        let text: String = columns[at..end].iter().collect();
        let (text, bold, size) = match text.strip_prefix('#') {
            Some(text) => (text, true, 16.0),
            None => match text.strip_prefix('*') {
                Some(text) => (text, true, 9.0),
                None => (text.as_str(), false, 9.0),
            },
        };
        cells.push(Cell {
            text: text.to_owned(),
            x: COLUMN * at as f32,
            right: COLUMN * end as f32,
            size,
            bold,
        });
        at = end;
    }
    cells
}
