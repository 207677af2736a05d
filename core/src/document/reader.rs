//! What all layouts share: the sheet, the language, the currency, and the fields as they are found.

use super::currency::currency_of;
use super::fields::{Document, Sure};
use super::languages::{Label, Language};
use super::sheet::{Item, Row, Sheet};
use super::values;
use crate::dates;
use crate::locale::Locale;
use crate::money::{self, Currency, Money, MoneyError};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A document while it is read.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) language: &'static Language,
    pub(super) locale: Locale,
    pub(super) currency: Option<Currency>,
    pub(super) document: Document,
    /// Hyphens and brackets are missing from the text, as some programs leave it that save a PDF again.
    pub(super) hides_punctuation: bool,
    /// Cells whose meaning is known, by row and cell.
    used: Vec<Vec<bool>>,
}

/// A label with the cell that holds its value, and the value's text.
pub(super) struct Labelled<'a> {
    pub(super) item: &'a Item<'a>,
    pub(super) text: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>, language: &'static Language) -> Reader<'a> {
        let locale = Locale::parse(language.tag);
        let currency = currency_of(sheet, language, &locale);
        let used = sheet.rows.iter().map(|row| vec![false; row.items.len()]).collect();
        let document = Document {
            language: Some(language.tag.to_owned()),
            currency: currency.as_ref().map(|(currency, _)| *currency),
            ..Document::default()
        };
        let mut reader = Reader {
            sheet,
            language,
            locale,
            currency: document.currency,
            document,
            hides_punctuation: false,
            used,
        };
        if let Some((_, evidence)) = currency {
            reader.document.evidence.push(evidence);
        }
        reader
    }

    pub(super) fn row(&self, at: usize) -> Option<&'a Row<'a>> {
        self.sheet.rows.get(at)
    }

    pub(super) fn is(&self, label: Label, item: &Item<'_>) -> bool {
        item.labels.has(label)
    }

    /// Notes where a value was found.
    pub(super) fn note(&mut self, field: impl Into<String>, item: &Item<'_>, sure: Sure) {
        self.document.evidence.push(item.evidence(field, sure));
    }

    pub(super) fn mark_used(&mut self, row: usize, cell: usize) {
        if let Some(used) = self.used.get_mut(row).and_then(|row| row.get_mut(cell)) {
            *used = true;
        }
    }

    pub(super) fn mark_row_used(&mut self, row: usize) {
        if let Some(used) = self.used.get_mut(row) {
            used.fill(true);
        }
    }

    pub(super) fn is_used(&self, row: usize, cell: usize) -> bool {
        self.used.get(row).and_then(|row| row.get(cell)).copied().unwrap_or(true)
    }

    /// The value of a label in a row: in the same cell, or in the next one.
    pub(super) fn labelled(&self, row: &'a Row<'a>, cell: usize, label: Label) -> Option<Labelled<'a>> {
        let item = row.items.get(cell)?;
        if self.is(label, item) {
            let value = row.items.get(cell + 1)?;
            return Some(Labelled { item: value, text: value.text() });
        }
        let text = item.after(self.language, label)?;
        Some(Labelled { item, text })
    }

    /// An amount in the document's currency. One in brackets behind it, in another currency, is left aside.
    pub(super) fn amount(&self, text: &str) -> Option<Decimal> {
        let text = text.trim();
        let text = match text.find(" (") {
            Some(at) if at > 0 => text.get(..at)?,
            _ => text,
        };
        let Some(currency) = self.currency else {
            // Without a currency only figures that can be read in one way are amounts.
            let readings = values::figures(text, true, &self.locale);
            return <[Decimal; 1]>::try_from(readings).ok().map(|[only]| only);
        };
        // `196,50 $ USD`: a code behind a symbol.
        let text = text.strip_suffix(currency.code()).map_or(text, str::trim_end);
        match Money::parse_in(text, currency, &self.locale) {
            Ok(money) => Some(money.amount),
            Err(MoneyError::TooPrecise) => {
                let readings = values::figures(text, true, &self.locale);
                <[Decimal; 1]>::try_from(readings).ok().map(|[only]| only)
            }
            Err(_) => None,
        }
    }

    /// The only amount inside a longer text.
    pub(super) fn amount_in(&self, text: &str) -> Option<Decimal> {
        let mut amounts = money::find(text, &self.locale).into_iter();
        let only = amounts.next()?.ok()?;
        (amounts.next().is_none() && self.currency.is_none_or(|currency| currency == only.currency))
            .then_some(only.amount)
    }

    pub(super) fn date(&self, text: &str) -> Option<NaiveDate> {
        dates::parse(text, &self.locale).ok()
    }

    /// The only date inside a longer text.
    pub(super) fn date_in(&self, text: &str) -> Option<NaiveDate> {
        let mut dates = dates::find(text, &self.locale).into_iter();
        let only = dates.next()?.ok()?;
        dates.next().is_none().then_some(only)
    }
}
