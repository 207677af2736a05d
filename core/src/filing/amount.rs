//! Amounts as they stand in file names: `$500` and `500.00-CAD`.

use crate::money::{Currency, Money};

/// The symbols that stand for one currency only in a file name.
const SYMBOLS: [(Currency, char); 4] =
    [(Currency::USD, '$'), (Currency::EUR, '€'), (Currency::GBP, '£'), (Currency::JPY, '¥')];

/// `$500`, `$12.50`, `500.00-CAD`: for people.
pub(super) fn short(money: &Money) -> String {
    let Some((_, symbol)) = SYMBOLS.iter().find(|(known, _)| *known == money.currency) else {
        return plain(money);
    };
    let sign = if money.amount.is_sign_negative() && !money.amount.is_zero() { "-" } else { "" };
    let positive = Money { amount: money.amount.abs(), currency: money.currency };
    let is_whole = positive.amount.fract().is_zero();
    let digits = if is_whole { positive.amount.trunc().to_string() } else { decimals(&positive) };
    format!("{sign}{symbol}{digits}")
}

/// `500.00-USD`: for shells and spreadsheets.
pub(super) fn plain(money: &Money) -> String {
    format!("{}-{}", decimals(money), money.currency.code())
}

/// At least the currency's own decimals, and never fewer than the amount has.
fn decimals(money: &Money) -> String {
    let exact = money.amount.normalize();
    let digits = exact.scale().max(money.currency.minor_digits());
    let digits = usize::try_from(digits).unwrap_or_default();
    format!("{exact:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        let currency = Currency::parse(currency).unwrap();
        Money { amount: amount.parse().unwrap(), currency }
    }

    #[test]
    fn symbols_for_four_currencies_and_codes_for_all() {
        for (amount, currency, name, shell) in [
            ("500.00", "USD", "$500", "500.00-USD"),
            ("12.5", "USD", "$12.50", "12.50-USD"),
            ("0.00", "USD", "$0", "0.00-USD"),
            ("-5.00", "USD", "-$5", "-5.00-USD"),
            ("1234.56", "EUR", "€1234.56", "1234.56-EUR"),
            ("20", "GBP", "£20", "20.00-GBP"),
            ("2000", "JPY", "¥2000", "2000-JPY"),
            ("500", "CAD", "500.00-CAD", "500.00-CAD"),
            ("0.00123", "USD", "$0.00123", "0.00123-USD"),
            ("2000", "KRW", "2000-KRW", "2000-KRW"),
        ] {
            assert_eq!(short(&money(amount, currency)), name);
            assert_eq!(plain(&money(amount, currency)), shell);
        }
    }
}
