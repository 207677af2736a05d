//! ISO 4217 currencies: which codes exist and how many decimals each has. No symbols (see `marks`), no rates.

use super::MoneyError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency of ISO 4217, by its three-letter code.
///
/// Only codes of the active list can be held, so a value is proof that the code means something. In JSON it is
/// the code: `"USD"`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

// ISO 4217 list one, without funds, metals and test codes. Minor digits are ISO's own; CLDR's differ for a
// few (it prints no filler for HUF or IDR). Sorted, because the look-up is a binary search.
const TWO_DIGITS: &[u8] = b"AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBRLBSDBTNBWPBYNBZDCADCDFCHF\
CNYCOPCRCCUPCVECZKDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYD\
KZTLAKLBPLKRLRDLSLMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUB\
SARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUYUUZSVEDVESWSTXCDXCGYERZARZMWZWG";
const NO_DIGITS: &[u8] = b"BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXVNDVUVXAFXOFXPF";
const THREE_DIGITS: &[u8] = b"BHDIQDJODKWDLYDOMRTND";

/// Codes that are also words or names in capitals (`VIEW ALL 36`, `TRY 3 TIMES`, `AMD 7950`).
const WORDS: &[u8] = b"ALLAMDBAMBOBCOPCUPGELMADMOPPENRONSOSTOPTRY";

fn listed(list: &[u8], code: [u8; 3]) -> bool {
    let (codes, _) = list.as_chunks::<3>();
    codes.binary_search(&code).is_ok()
}

impl Currency {
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// Euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// Pound sterling.
    pub const GBP: Currency = Currency(*b"GBP");
    /// Japanese yen.
    pub const JPY: Currency = Currency(*b"JPY");

    /// Reads a code in capitals or, as Stripe's JSON writes it, in small letters. Anything that is not an
    /// active ISO 4217 code is nothing.
    pub fn parse(code: &str) -> Option<Currency> {
        let code = <[u8; 3]>::try_from(code.as_bytes()).ok()?.map(|b| b.to_ascii_uppercase());
        [TWO_DIGITS, NO_DIGITS, THREE_DIGITS]
            .into_iter()
            .any(|list| listed(list, code))
            .then_some(Currency(code))
    }

    /// The three capital letters.
    pub fn code(&self) -> &str {
        // Always ASCII letters, because only `parse` and the constants above make one.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals the currency's minor unit has (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD.
    pub fn minor_digits(&self) -> u32 {
        if listed(NO_DIGITS, self.0) {
            0
        } else if listed(THREE_DIGITS, self.0) {
            3
        } else {
            2
        }
    }

    /// Whether the code is also a word, so that a whole number beside it in running text proves nothing.
    pub(super) fn is_word(&self) -> bool {
        listed(WORDS, self.0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Currency, MoneyError> {
        Currency::parse(&code).ok_or(MoneyError::UnknownCurrency)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_disjoint() {
        let mut all = Vec::new();
        for list in [TWO_DIGITS, NO_DIGITS, THREE_DIGITS, WORDS] {
            let (codes, rest) = list.as_chunks::<3>();
            assert!(rest.is_empty() && codes.is_sorted(), "{:?}", std::str::from_utf8(list));
            all.extend_from_slice(codes);
        }
        for word in WORDS.as_chunks::<3>().0 {
            assert_eq!(all.iter().filter(|code| *code == word).count(), 2, "{word:?}");
        }
        all.truncate(all.len() - WORDS.len() / 3);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn digits_and_codes() {
        let digits = |code: &str| Currency::parse(code).map(|c| c.minor_digits());
        assert_eq!(digits("USD"), Some(2));
        assert_eq!(digits("usd"), Some(2));
        assert_eq!(digits("JPY"), Some(0));
        assert_eq!(digits("KWD"), Some(3));
        for unknown in ["", "US", "USDD", "XXX", "XAU", "DEM", "ZZZ", "U$D", "é1"] {
            assert_eq!(Currency::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn constants_are_in_the_table() {
        for c in [Currency::USD, Currency::EUR, Currency::GBP, Currency::JPY] {
            assert_eq!(Currency::parse(c.code()), Some(c));
        }
    }
}
