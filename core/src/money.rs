//! Exact amounts with their currency, and how pages print them.

use crate::locale::Locale;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency that Billfold knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An exact amount in a currency. Negative for credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's major unit (dollars, not cents).
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

impl TryFrom<String> for Currency {
    type Error = &'static str;
    fn try_from(code: String) -> Result<Currency, Self::Error> {
        <[u8; 3]>::try_from(code.as_bytes()).map(Currency).map_err(|_| "not an ISO 4217 code")
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        String::from_utf8_lossy(&currency.0).into_owned()
    }
}

#[allow(dead_code)]
fn stub(_: &Locale, _: &mut fmt::Formatter<'_>) {}
