//! The pages as one list of rows, with what readers ask of it.

use super::fields::{Evidence, Sure};
use super::languages::{LANGUAGES, Label, Labels, Language, labels_of};
use super::text::{Cell, Page};
use super::words::{after_label, fold};

/// All upright text, in reading order.
pub(super) struct Sheet<'a> {
    pub(super) rows: Vec<Row<'a>>,
}

/// One row of a page.
pub(super) struct Row<'a> {
    /// From 1.
    pub(super) page: u32,
    pub(super) y: f32,
    pub(super) items: Vec<Item<'a>>,
}

/// One cell, with its text folded.
pub(super) struct Item<'a> {
    pub(super) cell: &'a Cell,
    pub(super) folded: String,
    /// What all of its text is a label for.
    pub(super) labels: Labels,
    pub(super) page: u32,
    pub(super) y: f32,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(pages: &'a [Page]) -> Sheet<'a> {
        let mut rows = Vec::new();
        for (number, page) in (1..).zip(pages) {
            // A page that is turned as a whole has no upright rows; then all of it counts.
            let turned = page.rows.iter().all(|row| row.turns != 0);
            for row in page.rows.iter().filter(|row| turned || row.turns == 0) {
                let cells = row.cells.iter().filter(|cell| !is_mark(&cell.text));
                let items: Vec<Item<'a>> = cells
                    .map(|cell| Item {
                        cell,
                        folded: fold(&cell.text),
                        labels: Labels::default(),
                        page: number,
                        y: row.y,
                    })
                    .collect();
                if !items.is_empty() {
                    rows.push(Row { page: number, y: row.y, items });
                }
            }
        }
        Sheet { rows }
    }

    /// Looks up which cells are labels of a language, once for all.
    pub(super) fn find_labels(&mut self, language: &Language) {
        for item in self.rows.iter_mut().flat_map(|row| &mut row.items) {
            // `FACTUUR.` is one as well, where no spelling has the full stop.
            let labels = match labels_of(&item.folded) {
                [] => labels_of(item.folded.trim_end_matches('.')),
                labels => labels,
            };
            for (place, label) in labels {
                if LANGUAGES.get(*place).is_some_and(|other| other.tag == language.tag) {
                    item.labels.add(*label);
                }
            }
        }
    }
}

/// A foot-note's mark, which belongs to nothing that is read: `[1]`, `*`.
fn is_mark(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    text == "*" || inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()))
}

impl Item<'_> {
    pub(super) fn text(&self) -> &str {
        &self.cell.text
    }

    /// What follows a label in this cell.
    pub(super) fn after(&self, language: &Language, label: Label) -> Option<&str> {
        after_label(language, label, self.text(), &self.folded)
    }

    /// What proves a value that this cell says.
    pub(super) fn evidence(&self, field: impl Into<String>, sure: Sure) -> Evidence {
        let Cell { text, x, right, size, .. } = self.cell;
        Evidence {
            field: field.into(),
            page: self.page,
            place: [*x, self.y - 0.8 * size, *right, self.y + 0.25 * size],
            text: text.clone(),
            sure,
        }
    }
}
