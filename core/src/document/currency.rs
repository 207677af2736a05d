//! In which currency a document's amounts are.

use super::fields::{Evidence, Sure};
use super::languages::{Label, Language, contains_words};
use super::sheet::{Item, Sheet};
use crate::locale::Locale;
use crate::money::{self, Currency, Money, MoneyError};

/// Words that say that a bare dollar is another country's.
const OTHER_DOLLARS: [&str; 16] = [
    "canada",
    "australia",
    "new zealand",
    "singapore",
    "hong kong",
    "taiwan",
    "mexico",
    "abn",
    "gst",
    "hst",
    "qst",
    "pst",
    "jamaica",
    "bahamas",
    "barbados",
    "trinidad",
];

/// The currency of the amounts: the one that a code names, else the one that all symbols mean.
pub(super) fn currency_of(
    sheet: &Sheet<'_>,
    language: &Language,
    locale: &Locale,
) -> Option<(Currency, Evidence)> {
    if let Some(found) = labelled_currency(sheet, language) {
        return Some(found);
    }
    let mut coded: Vec<(Currency, &Item<'_>)> = Vec::new();
    let mut symbols: Vec<(Currency, &Item<'_>)> = Vec::new();
    let mut bare_dollar = false;
    let mut unclear: Vec<&str> = Vec::new();
    for item in sheet.rows.iter().flat_map(|row| &row.items) {
        let text = item.text();
        if text.starts_with('(') || !text.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let whole = Money::parse(text, locale);
        let code = code_in(text);
        let money = match (whole, code) {
            (Ok(money), _) => money,
            (Err(MoneyError::AmbiguousSymbol), None) => {
                unclear.push(text);
                continue;
            }
            (Err(_), Some(_)) => match money::find(text, locale).as_slice() {
                [Ok(only)] => *only,
                _ => continue,
            },
            _ => continue,
        };
        if code == Some(money.currency) {
            coded.push((money.currency, item));
        } else {
            bare_dollar |=
                text.trim_start_matches(['-', '(', '\u{2212}']).starts_with('$') || text.ends_with('$');
            symbols.push((money.currency, item));
        }
    }
    let agreed = |list: &[(Currency, &Item<'_>)]| {
        let (first, item) = list.first()?;
        let same = list.iter().all(|(currency, _)| currency == first);
        let may_be = |text: &&str| Money::parse_in(text, *first, locale) != Err(MoneyError::AmbiguousSymbol);
        let possible = unclear.iter().all(may_be) && symbols.iter().all(|(_, item)| may_be(&item.text()));
        (same && possible).then(|| (*first, item.evidence("currency", Sure::Labelled)))
    };
    if !coded.is_empty() {
        return agreed(&coded);
    }
    let elsewhere = bare_dollar
        && sheet
            .rows
            .iter()
            .flat_map(|row| &row.items)
            .any(|item| OTHER_DOLLARS.iter().any(|word| contains_words(&item.folded, word)));
    if elsewhere { None } else { agreed(&symbols) }
}

/// `Currency: SEK`, `All amounts in GBP`.
fn labelled_currency(sheet: &Sheet<'_>, language: &Language) -> Option<(Currency, Evidence)> {
    sheet.rows.iter().find_map(|row| {
        let labelled = |(cell, item): (usize, &Item<'_>)| {
            let behind =
                [Label::Currency, Label::AmountsIn].iter().find_map(|label| item.after(language, *label));
            let text = match behind {
                Some(text) => text,
                None if language.is(Label::Currency, &item.folded) => row.items.get(cell + 1)?.text(),
                None => return None,
            };
            Some((
                Currency::parse(text.trim_start_matches([':', ' ']))?,
                item.evidence("currency", Sure::Labelled),
            ))
        };
        row.items.iter().enumerate().find_map(labelled)
    })
}

/// The only ISO 4217 code among a text's words.
fn code_in(text: &str) -> Option<Currency> {
    let is_code = |word: &&str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
    let mut codes = text.split(|c: char| !c.is_alphabetic()).filter(is_code).filter_map(Currency::parse);
    let only = codes.next()?;
    codes.next().is_none().then_some(only)
}
