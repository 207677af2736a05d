//! One row's fields: from hints, from the table's headers, from the only value of its type.

use super::node::folded;
use super::words::{self, Column};
use super::{Hints, Node, table};
use crate::dates::{self, DateError};
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
    /// Are dates printed as the browser prints them, whatever `lang` says?
    pub dates_follow_reader: bool,
}

impl Locales {
    /// Amounts are in the page's language. Where that leaves something open, the reader's would be a guess.
    pub(super) fn of_money(&self) -> &Locale {
        if self.page.language().is_some() { &self.page } else { &self.reader }
    }

    /// The locale that dates are most likely in.
    pub(super) fn of_dates(&self) -> &Locale {
        if self.dates_follow_reader || self.page.language().is_none() { &self.reader } else { &self.page }
    }

    pub(super) fn money(&self, text: &str) -> Option<Money> {
        Money::parse(text, self.of_money()).ok()
    }

    /// A date that page and reader do not read in two ways.
    pub(super) fn date(&self, text: &str) -> Option<NaiveDate> {
        let likely = self.of_dates();
        let day = dates::parse(text, likely).ok()?;
        let other = if likely == &self.page { &self.reader } else { &self.page };
        let doubted = other != likely && dates::parse(text, other).is_ok_and(|other| other != day);
        (!doubted).then_some(day)
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
    /// Fields whose place is known.
    placed: Vec<Field>,
    /// Amounts and dates that are known to be something else: tax, an end of a period.
    pub(super) other_amounts: Vec<Money>,
    pub(super) other_days: Vec<NaiveDate>,
    /// Amounts that may be parts of others.
    pub(super) parts: Vec<(String, Money)>,
}

impl Fields {
    /// Is there anything by which a person would know the row?
    pub(super) fn understood(&self) -> bool {
        self.amount.is_some() || self.date.is_some()
    }

    /// Is a field still to be found? Not where its place is known, whatever stands there.
    pub(super) fn lacks(&self, field: Field) -> bool {
        !self.placed.contains(&field) && !self.found.iter().any(|(known, _)| *known == field)
    }

    /// Takes the text of a place that is known to hold `field`.
    fn take(&mut self, field: Field, strategy: Strategy, text: &str, locales: &Locales) {
        if !self.lacks(field) {
            return;
        }
        self.placed.push(field);
        if text.is_empty() {
            return;
        }
        let taken = match field {
            Field::Number => set(&mut self.number, number(text, locales)),
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
}

/// A number of any scheme; but some write the date over which others write the number.
fn number(text: &str, locales: &Locales) -> Option<InvoiceNumber> {
    InvoiceNumber::parse(text).filter(|_| dates::parse(text, locales.of_dates()) == Err(DateError::NotADate))
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    *slot = value;
    slot.is_some()
}

fn short(text: &str) -> Option<String> {
    Some(text.chars().take(TEXT_LIMIT).collect())
}

/// Reads a row that consists of these elements (one, or several neighbours). `columns` is what the columns of
/// the table around it hold, empty where there is none.
pub(super) fn read<N: Node>(
    elements: &[N],
    columns: &[Option<Column>],
    hints: &Hints,
    locales: &Locales,
) -> Fields {
    let mut fields = Fields::default();
    let description = only_node(elements, hints.description);
    for (field, node) in
        [(Field::Description, &description), (Field::Status, &only_node(elements, hints.status))]
    {
        if let Some(node) = node {
            let text = node.attribute("title").unwrap_or_else(|| node.text());
            fields.take(field, Strategy::TestId, &folded(&text), locales);
        }
    }
    let cells: Vec<N> = elements.iter().flat_map(table::cells).collect();
    if cells.is_empty() {
        labelled(&mut fields, elements, locales);
        fields.take_patterns(elements, description.as_ref(), locales);
        return fields;
    }
    let texts: Vec<String> = cells.iter().map(|cell| cell_text(cell, locales)).collect();
    // Cells that span several columns would shift the rest: then headers say nothing.
    let named = columns.len() == cells.len();
    if named {
        for (text, column) in texts.iter().zip(columns) {
            if let Some(Column::Field(field)) = column {
                fields.take(*field, Strategy::Header, text, locales);
            }
        }
    }
    fields.take_words(&texts);
    let wanted = |fields: &Fields| fields.lacks(Field::Amount) || fields.lacks(Field::Date);
    if wanted(&fields) {
        // Not in columns that are known to hold something else.
        let free = |at: usize| !named || columns.get(at).is_none_or(Option::is_none);
        let free_texts: Vec<String> =
            texts.iter().enumerate().filter(|(at, _)| free(*at)).map(|(_, text)| text.clone()).collect();
        fields.take_values(&free_texts, false, locales);
        if wanted(&fields) {
            let free: Vec<N> =
                cells.into_iter().enumerate().filter(|(at, _)| free(*at)).map(|(_, cell)| cell).collect();
            fields.take_patterns(&free, description.as_ref(), locales);
        }
    }
    fields
}

/// A cell's text. An amount in several pieces may be two numbers that only look like one (raised cents): with a
/// space between them it is read as what it is, or not at all.
fn cell_text<N: Node>(cell: &N, locales: &Locales) -> String {
    let text = folded(&cell.text());
    if locales.money(&text).is_none() {
        return text;
    }
    folded(&cell.pieces().join(" "))
}

/// Takes what a list of terms and their descriptions says.
fn labelled<N: Node>(fields: &mut Fields, elements: &[N], locales: &Locales) {
    let labels: Vec<N> = elements.iter().flat_map(|element| element.select("dt")).collect();
    if labels.is_empty() {
        return;
    }
    let values: Vec<N> = elements.iter().flat_map(|element| element.select("dd")).collect();
    if labels.len() != values.len() {
        return;
    }
    for (label, value) in labels.iter().zip(&values) {
        if let Some(Column::Field(field)) = words::column(&folded(&label.text())) {
            fields.take(field, Strategy::Header, &folded(&value.text()), locales);
        }
    }
}

fn only_node<N: Node>(elements: &[N], css: &str) -> Option<N> {
    if css.is_empty() {
        return None;
    }
    let mut nodes = elements.iter().flat_map(|element| element.select(css));
    let first = nodes.next()?;
    nodes.next().is_none().then_some(first)
}
