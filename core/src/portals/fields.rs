//! One row's fields: from hints, from the table's headers, from the only value of its type.

use super::node::folded;
use super::{Hints, Node, words};
use crate::dates;
use crate::locale::Locale;
use crate::money::Money;
use crate::number::InvoiceNumber;
use crate::protocol::TEXT_LIMIT;
use chrono::NaiveDate;

/// A field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The invoice's number.
    Number,
    /// Paid, open, void.
    Status,
    /// What it comes to.
    Amount,
    /// Its day.
    Date,
    /// What it is for.
    Description,
}

/// How a field was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strategy {
    /// An attribute that the site's own tests use.
    TestId,
    /// The text over the column.
    Header,
    /// The only value of its type in the row.
    Pattern,
}

/// The locales that a page may be written in.
pub(super) struct Locales {
    /// What the page's `lang` says.
    pub page: Locale,
    /// The browser's own.
    pub reader: Locale,
}

impl Locales {
    /// Amounts follow the page; the browser's locale is asked only where the page's does not settle it.
    fn money(&self, text: &str) -> Option<Money> {
        Money::parse(text, &self.page).or_else(|_| Money::parse(text, &self.reader)).ok()
    }

    /// Dates follow the page on some sites and the browser on others, so the two must not contradict.
    fn date(&self, text: &str) -> Option<NaiveDate> {
        let (page, reader) = (dates::parse(text, &self.page).ok(), dates::parse(text, &self.reader).ok());
        match (page, reader) {
            (Some(page), Some(reader)) if page != reader => None,
            (page, reader) => page.or(reader),
        }
    }
}

/// What was read of a row.
#[derive(Default)]
pub(super) struct Fields {
    pub number: Option<InvoiceNumber>,
    pub status: Option<String>,
    pub amount: Option<Money>,
    pub date: Option<NaiveDate>,
    pub description: Option<String>,
    /// Which strategy found which field.
    pub found: Vec<(Field, Strategy)>,
    /// Fields whose place was known, with the text there that could not be read.
    pub unreadable: Vec<(Field, String)>,
}

impl Fields {
    /// Is there anything by which a person would know the row?
    pub(super) fn understood(&self) -> bool {
        self.amount.is_some() || self.date.is_some()
    }

    fn has(&self, field: Field) -> bool {
        self.found.iter().any(|(known, _)| *known == field)
    }

    /// Takes the text of a place that is known to hold `field`.
    fn take(&mut self, field: Field, strategy: Strategy, text: &str, locales: &Locales) {
        if text.is_empty() || self.has(field) {
            return;
        }
        let taken = match field {
            Field::Number => set(&mut self.number, InvoiceNumber::parse(text)),
            Field::Amount => set(&mut self.amount, locales.money(text)),
            Field::Date => set(&mut self.date, locales.date(text)),
            Field::Status => set(&mut self.status, short(text)),
            Field::Description => set(&mut self.description, short(text)),
        };
        if taken {
            self.found.push((field, strategy));
        } else {
            self.unreadable.push((field, text.chars().take(80).collect()));
        }
    }

    /// Takes a value that is the only one of its type.
    fn take_only<T: PartialEq>(
        &mut self,
        field: Field,
        values: impl Iterator<Item = T>,
        slot: fn(&mut Fields) -> &mut Option<T>,
    ) {
        if self.has(field) {
            return;
        }
        if let Some(value) = only(values) {
            *slot(self) = Some(value);
            self.found.push((field, Strategy::Pattern));
        }
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    *slot = value;
    slot.is_some()
}

fn short(text: &str) -> Option<String> {
    Some(text.chars().take(TEXT_LIMIT).collect())
}

/// The value that all of them are, if they are all the same and there is one.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

/// Reads a row that consists of these elements (one, or several neighbours). `headers` are the fields of the
/// table's columns, empty where there is no table.
pub(super) fn read<N: Node>(
    elements: &[N],
    headers: &[Option<Field>],
    hints: &Hints,
    locales: &Locales,
) -> Fields {
    let mut fields = Fields::default();
    for (field, css) in [(Field::Description, hints.description), (Field::Status, hints.status)] {
        if let Some(node) = only_node(elements, css) {
            let text = node.attribute("title").unwrap_or_else(|| node.text());
            fields.take(field, Strategy::TestId, &folded(&text), locales);
        }
    }
    let cells: Vec<String> = elements
        .iter()
        .flat_map(cells)
        .map(|cell| folded(&cell.text()))
        .filter(|text| !text.is_empty())
        .collect();
    if !headers.is_empty() {
        let all: Vec<N> = elements.iter().flat_map(self::cells).collect();
        // Cells that span several columns would shift the rest: then headers say nothing.
        if all.len() == headers.len() {
            for (cell, field) in all.iter().zip(headers) {
                if let Some(field) = field {
                    fields.take(*field, Strategy::Header, &folded(&cell.text()), locales);
                }
            }
        }
    }
    if [Field::Number, Field::Amount, Field::Date, Field::Status].into_iter().any(|field| !fields.has(field))
    {
        by_pattern(&mut fields, elements, &cells, locales);
    }
    fields
}

/// Each text of the row by what it is: first whole cells, then runs of text, then values inside longer texts.
fn by_pattern<N: Node>(fields: &mut Fields, elements: &[N], cells: &[String], locales: &Locales) {
    let pieces: Vec<String> = elements.iter().flat_map(Node::pieces).map(|piece| folded(&piece)).collect();
    for texts in [cells, &pieces] {
        fields.take_only(Field::Number, texts.iter().filter_map(|t| InvoiceNumber::stripe(t)), |f| {
            &mut f.number
        });
        fields.take_only(Field::Amount, texts.iter().filter_map(|t| locales.money(t)), |f| &mut f.amount);
        fields.take_only(Field::Date, texts.iter().filter_map(|t| locales.date(t)), |f| &mut f.date);
        let status = texts.iter().filter(|t| words::is_status(t)).cloned();
        fields.take_only(Field::Status, status, |f| &mut f.status);
    }
    let whole = pieces.join(" ");
    let numbers = whole.split(' ').filter_map(InvoiceNumber::stripe);
    fields.take_only(Field::Number, numbers, |f| &mut f.number);
}

fn only_node<N: Node>(elements: &[N], css: &str) -> Option<N> {
    if css.is_empty() {
        return None;
    }
    let mut nodes = elements.iter().flat_map(|element| element.select(css));
    let first = nodes.next()?;
    nodes.next().is_none().then_some(first)
}

/// The cells of a table row or of a row of an ARIA grid.
pub(super) fn cells<N: Node>(row: &N) -> Vec<N> {
    if row.name() == "tr" {
        return row.children();
    }
    row.select(r#"[role="cell"], [role="gridcell"], [role="rowheader"]"#)
}

/// The fields that a table's column headers name, in order. Two columns of one name name nothing.
pub(super) fn headers<N: Node>(table: &N) -> Vec<Option<Field>> {
    let header = table.select(r#"th:not([scope="row"]), [role="columnheader"]"#);
    let mut fields: Vec<Option<Field>> =
        header.iter().map(|cell| words::header(&folded(&cell.text()))).collect();
    let twice: Vec<Option<Field>> = fields
        .iter()
        .filter(|field| fields.iter().filter(|other| other == field).count() > 1)
        .copied()
        .collect();
    for field in &mut fields {
        if twice.contains(field) {
            *field = None;
        }
    }
    fields
}
