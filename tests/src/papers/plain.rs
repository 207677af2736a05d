//! A sheet drawn in-process: Stripe's order with other measures and another font.

use super::canvas::{Canvas, Pieces, width, wrap};
use super::paper::Paper;
use super::sheet::{Sheet, TableRow, sheet};
use super::writing::fill;

/// Where things stand: drawn at random or fixed, it changes nothing of what is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measures {
    pub(super) margin: f32,
    /// The text's size.
    pub(super) size: f32,
    /// From one line to the next, in parts of the size.
    pub(super) leading: f32,
    /// The values of the head stand this far right of the widest label.
    pub(super) gap: f32,
    pub(super) pieces: Pieces,
}

impl Measures {
    /// The one of this number, of a few that differ in everything.
    pub(super) fn numbered(number: u64) -> Measures {
        let pieces = [Pieces::Lines, Pieces::Words, Pieces::Glyphs];
        Measures {
            margin: 32.0 + 7.0 * (number % 3) as f32,
            size: 8.5 + 0.5 * (number / 3 % 3) as f32,
            leading: 1.35 + 0.1 * (number / 9 % 2) as f32,
            gap: 12.0 + 9.0 * (number / 18 % 3) as f32,
            pieces: pieces[(number % 3) as usize],
        }
    }
}

struct Pen<'a> {
    canvas: Canvas,
    measures: Measures,
    sheet: &'a Sheet,
    y: f32,
}

/// The document's bytes.
pub(super) fn render(paper: &Paper, measures: Measures) -> Vec<u8> {
    let sheet = sheet(paper);
    let canvas = Canvas::new(paper.print.letter, measures.pieces);
    let mut pen = Pen { canvas, measures, sheet: &sheet, y: measures.margin + 14.0 };
    pen.top(paper.print.offset);
    pen.items();
    pen.totals();
    pen.notes();
    pen.feet(paper.print.labels.page);
    pen.canvas.finish()
}

impl Pen<'_> {
    fn left(&self) -> f32 {
        self.measures.margin
    }

    fn right(&self) -> f32 {
        self.canvas.width - self.measures.margin
    }

    fn line(&self) -> f32 {
        self.measures.size * self.measures.leading
    }

    /// Makes room for this many points, on a new page if need be. Is it a new one?
    fn room(&mut self, points: f32) -> bool {
        let full = self.y + points > self.canvas.height - self.measures.margin - 30.0;
        if full {
            self.canvas.new_page();
            self.y = self.measures.margin + 14.0;
        }
        full
    }

    fn top(&mut self, offset: f32) {
        let (sheet, left, size) = (self.sheet, self.left(), self.measures.size);
        self.canvas.text(left, self.y, 17.0, true, &sheet.title);
        self.y += 26.0;
        let labels = sheet.head.iter().map(|(label, _)| width(label, size, true));
        let values = left + labels.fold(0.0, f32::max) + self.measures.gap;
        for (place, (label, value)) in sheet.head.iter().enumerate() {
            self.canvas.text(left, self.y, size, place == 0, label);
            self.canvas.text(values, self.y, size, place == 0, value);
            self.y += self.line();
        }
        self.y += self.line();
        let step = (self.right() - left) / 3.0 + 8.0;
        let mut lowest = self.y;
        for (column, lines) in sheet.addresses.iter().enumerate() {
            let mut y = self.y + if column == 0 { offset } else { 0.0 };
            for (place, line) in lines.iter().enumerate() {
                for part in wrap(line, step - 14.0, size, place == 0) {
                    self.canvas.text(left + step * column as f32, y, size, place == 0, &part);
                    y += self.line();
                }
            }
            lowest = lowest.max(y);
        }
        self.y = lowest + 16.0;
        self.canvas.text(left, self.y, 13.0, true, &sheet.headline);
        self.y += 20.0;
        if let Some((name, address)) = &sheet.pay_online {
            self.canvas.text(left, self.y, size, true, name);
            self.canvas.link(left, self.y, width(name, size, true), address);
            self.y += 18.0;
        }
        self.memo(&sheet.above);
    }

    fn memo(&mut self, lines: &[String]) {
        for line in lines {
            for part in wrap(line, self.right() - self.left(), self.measures.size, false) {
                self.room(self.line());
                self.canvas.text(self.left(), self.y, self.measures.size, false, &part);
                self.y += self.line();
            }
        }
        if !lines.is_empty() {
            self.y += self.line();
        }
    }

    /// The right edges of all columns but the first.
    fn edges(&self) -> Vec<f32> {
        let steps: &[f32] =
            if self.sheet.columns.len() == 5 { &[0.54, 0.72, 0.84, 1.0] } else { &[0.58, 0.78, 1.0] };
        steps.iter().map(|part| self.left() + part * (self.right() - self.left())).collect()
    }

    fn table_head(&mut self) {
        let sheet = self.sheet;
        let size = self.measures.size - 1.5;
        let depth = sheet.columns.iter().map(Vec::len).max().unwrap_or(1);
        for (column, lines) in sheet.columns.iter().enumerate() {
            for (place, line) in lines.iter().enumerate() {
                let y = self.y + (place + depth - lines.len()) as f32 * size * 1.3;
                match column {
                    0 => self.canvas.text(self.left(), y, size, false, line),
                    _ => self.canvas.right(self.edges()[column - 1], y, size, false, line),
                }
            }
        }
        self.y += depth as f32 * size * 1.3 - 4.0;
        self.canvas.rule(self.left(), self.right(), self.y);
        self.y += 16.0;
    }

    fn items(&mut self) {
        let sheet = self.sheet;
        self.y += 10.0;
        self.room(60.0);
        self.table_head();
        for row in &sheet.rows {
            self.row(row);
        }
        self.y += 10.0;
    }

    fn row(&mut self, row: &TableRow) {
        let size = self.measures.size;
        let edges = self.edges();
        let indent = if row.nested { 12.0 } else { 0.0 };
        let widths = |column: usize| match column {
            0 => edges[0] - self.left() - 60.0,
            3 if row.cells.len() == 5 => 50.0,
            _ => f32::MAX,
        };
        let cells: Vec<Vec<String>> = row
            .cells
            .iter()
            .enumerate()
            .map(|(column, lines)| {
                lines.iter().flat_map(|line| wrap(line, widths(column), size, false)).collect()
            })
            .collect();
        let depth = cells.iter().map(Vec::len).max().unwrap_or(1) as f32;
        if self.room(depth * self.line() + 6.0) {
            self.table_head();
        }
        for (column, lines) in cells.iter().enumerate() {
            for (place, line) in lines.iter().enumerate() {
                let y = self.y + place as f32 * self.line();
                match column {
                    0 => self.canvas.text(self.left() + indent, y, size, false, line),
                    _ => self.canvas.right(edges[column - 1], y, size, false, line),
                }
            }
            if row.marked && column == 3 {
                self.canvas.text(edges[2] + 1.5, self.y - 3.0, size * 0.65, false, "[1]");
            }
        }
        self.y += depth * self.line() + 6.0;
    }

    fn totals(&mut self) {
        let sheet = self.sheet;
        let size = self.measures.size;
        let from = self.canvas.width / 2.0;
        self.room(sheet.totals.len() as f32 * (self.line() + 7.0));
        for total in &sheet.totals {
            self.canvas.rule(from, self.right(), self.y - size - 2.0);
            let values = total.values.iter().map(|value| width(value, size, total.bold)).fold(0.0, f32::max);
            let mut y = self.y;
            let label = wrap(&total.label, self.right() - from - values - 16.0, size, total.bold);
            for part in &label {
                self.canvas.text(from, y, size, total.bold, part);
                y += self.line();
            }
            if let (true, Some(last)) = (total.marked, label.last()) {
                let x = from + width(last, size, total.bold) + 1.5;
                self.canvas.text(x, y - self.line() - 3.0, size * 0.65, false, "[1]");
            }
            for (place, value) in total.values.iter().enumerate() {
                let y = self.y + place as f32 * self.line();
                self.canvas.right(self.right(), y, size, total.bold, value);
            }
            self.y += label.len().max(total.values.len()) as f32 * self.line() + 7.0;
        }
        self.y += 12.0;
    }

    fn notes(&mut self) {
        let sheet = self.sheet;
        let size = self.measures.size;
        if let Some(note) = &sheet.note {
            self.room(20.0);
            self.canvas.text(self.left(), self.y, size - 1.5, false, &format!("[1] {note}"));
            self.y += 20.0;
        }
        if let Some((title, head, rows)) = &sheet.payments {
            self.room(60.0 + rows.len() as f32 * 18.0);
            self.canvas.text(self.left(), self.y, 13.0, true, title);
            self.y += 22.0;
            let span = self.right() - self.left();
            let places = [0.0, 0.3, 0.55, 0.75].map(|part| self.left() + part * span);
            for (row, size) in std::iter::once((head, size - 1.5)).chain(rows.iter().map(|row| (row, size))) {
                for (cell, x) in row.iter().zip(places) {
                    self.canvas.text(x, self.y, size, false, cell);
                }
                self.y += 18.0;
            }
        }
        self.memo(&sheet.below);
    }

    fn feet(&mut self, page: &str) {
        let size = self.measures.size - 1.5;
        let pages = self.canvas.pages();
        let y = self.canvas.height - self.measures.margin;
        for place in 0..pages {
            if let Some(foot) = &self.sheet.foot {
                self.canvas.text_on(place, self.left(), y, size, false, foot);
            }
            let number = fill(page, &[&(place + 1).to_string(), &pages.to_string()]);
            let x = self.right() - width(&number, size, false);
            self.canvas.text_on(place, x, y, size, false, &number);
        }
    }
}
