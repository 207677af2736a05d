//! The figures of an amount: how far they reach, and which of their separators marks the decimals.
//!
//! The rule throughout: an amount has at most the decimals of its currency. That is what makes `€1.234` a
//! thousand and `$0.0025` an error; unit prices are not amounts.

use super::MoneyError;
use crate::dates::fold::TIGHT;
use crate::dates::words::{lists, lists_tag};
use crate::locale::Locale;
use rust_decimal::Decimal;

/// Languages by their decimal mark (CLDR).
const POINT: &str = "en ja zh ko th he hi bn ms fil";
const COMMA: &str =
    "de fr es it nl pt pl cs sk hu ro bg el hr sl da sv nb nn no fi et lv lt ru uk tr id vi ca";
/// Where a language of the second list has a point.
const POINT_TAGS: &str =
    "de-CH de-LI fr-CH it-CH es-MX es-US es-PR es-GT es-HN es-NI es-PA es-PE es-SV es-DO";
/// Where English pages follow the country's own custom, or both are seen.
const ENGLISH_ELSEWHERE: &str = "ZA AT BE CH DE DK FI NL SE SI";
/// Languages that group by spaces.
const SPACED: &str = "fr cs sk pl ru uk bg sv nb nn no fi hu et lv lt";

/// The locale's decimal mark, if it has one that its pages keep to.
fn decimal_mark(locale: &Locale) -> Option<char> {
    let (language, region) = (locale.language()?, locale.region().unwrap_or_default());
    if lists(POINT, language.as_bytes()) {
        return (language != "en" || !lists(ENGLISH_ELSEWHERE, region.as_bytes())).then_some('.');
    }
    lists(COMMA, language.as_bytes()).then(|| if lists_tag(POINT_TAGS, language, region) { '.' } else { ',' })
}

/// Whether a plain space inside a number of a longer text is a thousands mark there: elsewhere it may as well
/// part two numbers (`2 100.00`).
pub(super) fn groups_by_space(locale: &Locale) -> bool {
    locale.language().is_some_and(|language| lists(SPACED, language.as_bytes()))
}

/// How many bytes a number takes that begins `text`: figures, and separators with figures on both sides. A
/// space belongs to it only where it groups thousands.
pub(super) fn extent(text: &str) -> usize {
    let mut end = 0;
    // Figures since the last separator, and whether all before were joined by spaces.
    let mut group = 0;
    let mut spaced = false;
    let mut marked = false;
    let mut rest = text;
    loop {
        let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
        end += figures;
        group += figures;
        rest = rest.get(figures..).unwrap_or_default();
        let Some(c @ ('.' | ',' | '\'' | ' ' | TIGHT)) = rest.chars().next() else { return end };
        let next = rest.get(c.len_utf8()..).unwrap_or_default();
        let next_figures = next.bytes().take_while(u8::is_ascii_digit).count();
        let joined = if matches!(c, ' ' | TIGHT) {
            let head = if spaced { group == 3 } else { (1..=3).contains(&group) && !text.starts_with('0') };
            head && !marked && next_figures == 3
        } else {
            next_figures > 0
        };
        if !joined {
            return end;
        }
        match c {
            ' ' | TIGHT => spaced = true,
            _ => marked = true,
        }
        group = 0;
        end += c.len_utf8();
        rest = next;
    }
}

/// What the figures say, given the currency's number of decimals. Always zero or more.
pub(super) struct Figures {
    pub(super) value: Decimal,
    /// Whether a decimal mark was printed.
    pub(super) fraction: bool,
}

/// Reads what [`extent`] measured.
pub(super) fn read(run: &str, digits: u32, locale: &Locale) -> Result<Figures, MoneyError> {
    let Some((at, last)) = run.char_indices().rev().find(|(_, c)| !c.is_ascii_digit()) else {
        return exact(run, "", digits, false);
    };
    let (head, tail) =
        (run.get(..at).unwrap_or_default(), run.get(at + last.len_utf8()..).unwrap_or_default());
    let thousands = grouped(run, last);
    let inner = head.chars().find(|c| !c.is_ascii_digit());
    let decimals = matches!(last, '.' | ',')
        && match inner {
            Some(separator) => separator != last && grouped(head, separator),
            None => true,
        };
    let as_decimals = match (thousands, decimals) {
        (false, false) => return Err(MoneyError::NotMoney),
        (true, false) => false,
        (false, true) => true,
        // One separator and three figures after it.
        (true, true) => match (digits, decimal_mark(locale)) {
            // Nobody prints three decimals of a currency without any.
            (0, _) => false,
            (3, Some(mark)) => mark == last,
            (3, None) => return Err(MoneyError::AmbiguousSeparator),
            // The currency says thousands. A locale that says decimals makes it two against each other.
            (_, Some(mark)) if mark == last => return Err(MoneyError::AmbiguousSeparator),
            _ => false,
        },
    };
    if as_decimals { exact(head, tail, digits, true) } else { exact(run, "", digits, false) }
}

/// Whether all separators are this one, and stand where some locale groups: by threes, or as in India by twos
/// with three at the end. A leading zero is not grouped.
fn grouped(text: &str, separator: char) -> bool {
    let is_space = |c| matches!(c, ' ' | TIGHT);
    let same = |c: char| c == separator || (is_space(c) && is_space(separator));
    if text.starts_with('0') || text.chars().any(|c| !c.is_ascii_digit() && !same(c)) {
        return false;
    }
    let mut groups = text.split(same);
    let first = groups.next().map_or(0, str::len);
    let last = groups.next_back().map_or(0, str::len);
    let (mut threes, mut twos) = (true, separator == ',' && first <= 2);
    for group in groups {
        threes &= group.len() == 3;
        twos &= group.len() == 2;
    }
    last == 3 && ((threes && (1..=3).contains(&first)) || (twos && first > 0))
}

/// Never rounds: `Decimal`'s own parser would, beyond 28 digits. The currency's decimals count among them even
/// where they are not printed, so that what is read can be printed and read again.
fn exact(whole: &str, decimals: &str, digits: u32, fraction: bool) -> Result<Figures, MoneyError> {
    // Zeros beyond the currency's decimals say nothing (`2,000.00 JPY`).
    let kept = decimals.len().min(digits as usize);
    let (decimals, excess) = decimals.split_at_checked(kept).unwrap_or_default();
    if excess.bytes().any(|b| b != b'0') {
        return Err(MoneyError::TooPrecise);
    }
    let most = 28_u32.saturating_sub(digits - decimals.len() as u32);
    let mut mantissa: i128 = 0;
    let mut count = 0;
    for figure in whole.chars().chain(decimals.chars()).filter_map(|c| c.to_digit(10)) {
        if count > 0 || figure > 0 {
            count += 1;
        }
        if count > most {
            return Err(MoneyError::TooLarge);
        }
        mantissa = mantissa * 10 + i128::from(figure);
    }
    Decimal::try_from_i128_with_scale(mantissa, decimals.len() as u32)
        .map(|value| Figures { value, fraction })
        .map_err(|_| MoneyError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents() {
        for (text, want) in [
            ("20.00 Paid", "20.00"),
            ("1 234,56 €", "1 234,56"),
            ("1\u{a0}234\u{a0}567", "1\u{a0}234\u{a0}567"),
            ("2026 1 234,56", "2026"),
            ("12 34", "12"),
            ("20.00 100", "20.00"),
            ("1'234.50.", "1'234.50"),
            ("012 345", "012"),
            ("5\t000", "5"),
        ] {
            assert_eq!(text.get(..extent(text)), Some(want), "{text:?}");
        }
    }
}
