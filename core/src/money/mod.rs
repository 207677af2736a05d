//! Exact amounts with their currency, and how pages print them.
//!
//! [`Money::parse`] reads a text that is nothing but an amount, [`find`] reads the amounts inside a longer one.
//! Both know what people see in many locales, and both refuse what cannot be told apart: there is no default
//! for a separator or a symbol that could mean two things. Nothing in here converts, rounds or adds.

mod currency;
mod marks;
mod number;
mod scan;

pub use currency::Currency;

use crate::dates::fold::fold;
use crate::locale::Locale;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::ops::Range;

/// An exact amount in a currency. Negative for credits.
///
/// Two are equal when their values are: `5 USD` and `5.00 USD` are. In JSON:
/// `{"amount":"500.00","currency":"USD"}`; an amount that a [`Decimal`] cannot hold exactly is refused, because
/// `Decimal`'s own reader would round it without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's major unit (dollars, not cents). Keeps the decimals that were printed.
    #[serde(deserialize_with = "exact_decimal")]
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

/// Why a text is not an amount that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoneyError {
    /// Not an amount, or a number grouped in a way that no locale groups.
    NotMoney,
    /// A number without a currency.
    NoCurrency,
    /// A code that ISO 4217 does not list.
    UnknownCurrency,
    /// A separator that may be the decimal mark or a thousands mark: `1.234 KWD`.
    AmbiguousSeparator,
    /// A symbol of several currencies, or one between two numbers that both may own it: `kr 20`, `3 EUR 30`.
    AmbiguousSymbol,
    /// A dash or brackets that may be a sign or punctuation: `Total-$5.00`, `€18 ($20.00)`.
    AmbiguousSign,
    /// More decimals than the currency has: `$0.0025`.
    TooPrecise,
    /// More than 28 digits, which cannot be held exactly.
    TooLarge,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MoneyError::NotMoney => "This is not an amount of money.",
            MoneyError::NoCurrency => "This number carries no currency.",
            MoneyError::UnknownCurrency => "This is not an active ISO 4217 currency code.",
            MoneyError::AmbiguousSeparator => {
                "The separator in this amount could mark decimals or thousands, and the page's language does not settle it."
            }
            MoneyError::AmbiguousSymbol => "The currency mark of this amount could mean more than one thing.",
            MoneyError::AmbiguousSign => "It cannot be told whether this amount is negative.",
            MoneyError::TooPrecise => "This amount has more decimals than its currency.",
            MoneyError::TooLarge => "This amount has more digits than can be held exactly.",
        })
    }
}

impl std::error::Error for MoneyError {}

/// Every amount inside a longer text, in order and without overlap, such as a row's text.
///
/// Only a number that carries a currency mark counts. A number of a date, a time, an identifier or a
/// percentage is none. What carries a mark but cannot be told apart is reported as an error in its place.
pub fn find(text: &str, locale: &Locale) -> Vec<Result<Money, MoneyError>> {
    find_folded(&fold(text), locale).into_iter().map(|(_, result)| result).collect()
}

/// As [`find`], in a folded text, with where each amount is.
pub(crate) fn find_folded(text: &str, locale: &Locale) -> Vec<(Range<usize>, Result<Money, MoneyError>)> {
    let found = scan::amounts(text, locale);
    found.into_iter().filter(|found| !found.wordy).map(|found| (found.range, found.result)).collect()
}

/// Whether a word marks a currency on its own or with a dollar beside it: `EUR`, `kr`, `€`, the `US` of `US$`.
pub(crate) fn is_mark_word(word: &str) -> bool {
    let code = word.bytes().all(|b| b.is_ascii_uppercase()) && Currency::parse(word).is_some();
    code || marks::is_word(word)
}

impl Money {
    /// Reads a text that is nothing but an amount with its currency.
    ///
    /// # Errors
    /// [`MoneyError`]: whatever cannot be told apart is an error, never a default.
    pub fn parse(text: &str, locale: &Locale) -> Result<Money, MoneyError> {
        let text = fold(text);
        let found = scan::amounts(&text, locale);
        match found.as_slice() {
            [only] if only.range == (0..text.len()) => only.result,
            [] if scan::is_bare_number(&text) => Err(MoneyError::NoCurrency),
            _ => Err(MoneyError::NotMoney),
        }
    }

    /// Reads a text that is nothing but a number, where the currency is known from elsewhere (a column's
    /// header, a field of its own).
    ///
    /// # Errors
    /// As [`Money::parse`]; a mark in the text that never stands for the currency is
    /// [`MoneyError::AmbiguousSymbol`].
    pub fn parse_in(text: &str, currency: Currency, locale: &Locale) -> Result<Money, MoneyError> {
        scan::parse_in(&fold(text), currency, locale)
    }

    /// From an integer of the currency's ISO 4217 minor unit (cents): `2000` USD is 20.00, `2000` JPY is 2000.
    pub fn from_minor(units: i64, currency: Currency) -> Money {
        Money { amount: Decimal::new(units, currency.minor_digits()), currency }
    }
}

impl fmt::Display for Money {
    /// `500.00 USD`: at least the currency's decimals, a point, no grouping, in every language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.amount.scale().max(self.currency.minor_digits()) as usize;
        write!(f, "{:.*} {}", decimals, self.amount, self.currency)
    }
}

fn exact_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(from)?;
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    plain
        .then(|| Decimal::from_str_exact(&text).ok())
        .flatten()
        .ok_or_else(|| serde::de::Error::custom("an amount must be a plain decimal of at most 28 digits"))
}
