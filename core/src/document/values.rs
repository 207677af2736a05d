//! Single values out of texts: numbers, figures, percents, periods, tax numbers. Everything that cannot be told
//! apart is nothing.

use super::fields::{Period, TaxId};
use super::languages::{Label, Language};
use super::words::{fold, is_hyphen};
use crate::dates;
use crate::locale::Locale;
use crate::money;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The longest number of a document that is believed.
const LONGEST_NUMBER: usize = 40;

/// A document's number as it is written in books: Stripe hides the hyphens of its own from extractors, and
/// others print hyphens that do not break.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('#').trim_start();
    if let Some(number) = stripe_number(text) {
        return Some(number);
    }
    let number: String = text.chars().map(|c| if is_hyphen(c) { '-' } else { c }).collect();
    let known = |c: char| c.is_alphanumeric() || "-_./#".contains(c);
    let fits = (1..=LONGEST_NUMBER).contains(&number.len())
        && number.chars().all(known)
        && number.bytes().any(|b| b.is_ascii_digit())
        && number.starts_with(char::is_alphanumeric);
    fits.then_some(number)
}

/// `AB12CD34-0007` and `AB12CD34-0007-CN-01`, whatever stands for the hyphens: a space, U+0000 or U+FFFD where
/// the file hides them.
pub(super) fn stripe_number(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(|c: char| is_hyphen(c) || hides_hyphen(c)).collect();
    let figures = |part: &str, least, most| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let [prefix, count, credit @ ..] = parts.as_slice() else { return None };
    let fits = (6..=8).contains(&prefix.len())
        && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && figures(count, 3, 6)
        && match credit {
            [] => true,
            ["CN", serial] => figures(serial, 2, 3),
            _ => false,
        };
    fits.then(|| parts.join("-"))
}

/// A receipt's number, `2260-2349` or `2699-8822-5500`, whatever stands for its hyphens.
pub(super) fn receipt_number(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.trim().split(|c: char| is_hyphen(c) || hides_hyphen(c)).collect();
    let fits = (2..=3).contains(&groups.len())
        && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit()));
    if fits { Some(groups.join("-")) } else { number(text) }
}

/// What stands where a file hides a hyphen.
fn hides_hyphen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\0' | char::REPLACEMENT_CHARACTER)
}

/// A text of a known layout with its hidden punctuation put back, where its place says what it was: `VAT - Spain
/// (21% on $10.00)`, `[1] Tax to be paid`. Nothing where that is not so.
pub(super) fn mend(text: &str) -> Option<String> {
    if !text.contains(char::REPLACEMENT_CHARACTER) {
        return Some(text.to_owned());
    }
    let letters: Vec<char> = text.chars().collect();
    let mut mended = String::with_capacity(text.len());
    let mut open = false;
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let blank = |c: Option<&char>| c.is_none_or(|c| c.is_whitespace());
        mended.push(match c {
            &char::REPLACEMENT_CHARACTER
                if blank(before) && blank(after) && before.is_some() && after.is_some() =>
            {
                '-'
            }
            &char::REPLACEMENT_CHARACTER
                if !open && blank(before) && after.is_some_and(char::is_ascii_digit) =>
            {
                open = true;
                if before.is_none() { '[' } else { '(' }
            }
            &char::REPLACEMENT_CHARACTER if open && blank(after) => {
                open = false;
                if mended.starts_with('[') && !mended.contains(']') { ']' } else { ')' }
            }
            &char::REPLACEMENT_CHARACTER => return None,
            other => *other,
        });
    }
    Some(mended)
}

/// What a number may be, most likely first: `1,000` is a thousand and, where the comma marks decimals, one.
/// Currency marks around it are allowed if `marked`.
pub(super) fn figures(text: &str, marked: bool, locale: &Locale) -> Vec<Decimal> {
    let text = text.trim();
    let Some(from) = text.find(|c: char| c.is_ascii_digit()) else { return Vec::new() };
    let to = text.rfind(|c: char| c.is_ascii_digit()).map_or(from, |at| at + 1);
    let (Some(before), Some(run), Some(after)) = (text.get(..from), text.get(from..to), text.get(to..))
    else {
        return Vec::new();
    };
    let is_minus = |c: char| is_hyphen(c) || c == '\u{2212}';
    if before.contains('(') != after.contains(')') {
        return Vec::new();
    }
    let bracketed = before.starts_with('(') && after.ends_with(')');
    let negative = before.contains(is_minus) || after.contains(is_minus) || bracketed;
    let bare = |text: &str| text.replace(is_minus, "").replace(['(', ')', ' ', '\u{a0}', '\u{202f}'], "");
    let marks = [bare(before), bare(after)];
    // `$US` and the like, or a word of a currency.
    let dollars = |mark: &str| mark.len() <= 3 && mark.bytes().all(|b| b == b'$' || b.is_ascii_uppercase());
    let is_mark = |mark: &String| mark.is_empty() || (marked && (dollars(mark) || money::is_mark_word(mark)));
    if !marks.iter().all(is_mark) {
        return Vec::new();
    }
    let signed = |value: Decimal| if negative { -value } else { value };
    readings(run, locale).into_iter().map(signed).collect()
}

fn readings(run: &str, locale: &Locale) -> Vec<Decimal> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}');
    let known = |c: char| c.is_ascii_digit() || is_space(c) || matches!(c, '.' | ',');
    if !run.chars().all(known) || run.len() > 40 {
        return Vec::new();
    }
    let points = run.matches('.').count();
    let commas = run.matches(',').count();
    let last = run.rfind(['.', ',']);
    let spaced = run.contains(is_space);
    let decimal_mark = match (points, commas) {
        (0, 0) => None,
        // The last of two kinds marks decimals.
        (1.., 1..) => last.and_then(|at| run.get(at..)?.chars().next()),
        (n, 0) | (0, n) if n > 1 => None,
        _ => last.and_then(|at| run.get(at..)?.chars().next()),
    };
    let read = |mark: Option<char>| -> Option<Decimal> {
        let (whole, decimals) = match mark {
            Some(mark) => run.split_once(mark)?,
            None => (run, ""),
        };
        let grouped = |c: char| is_space(c) || (matches!(c, '.' | ',') && Some(c) != mark);
        let mut groups = whole.split(grouped);
        let first = groups.next()?;
        let mut rest = groups.peekable();
        let lone = rest.peek().is_none();
        let fits = !first.is_empty()
            && (lone || (first.len() <= 3 && !first.starts_with('0')))
            && rest.all(|group| group.len() == 3)
            && decimals.bytes().all(|b| b.is_ascii_digit());
        if !fits || (mark.is_some() && decimals.is_empty()) {
            return None;
        }
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let text = if decimals.is_empty() { whole } else { format!("{whole}.{decimals}") };
        Decimal::from_str_exact(&text).ok()
    };
    let Some(mark) = decimal_mark else { return read(None).into_iter().collect() };
    let as_decimal = read(Some(mark));
    // One separator with three figures after it may group as well.
    let as_group = if points + commas == 1 && !spaced { read(None) } else { None };
    let comma_language = !matches!(locale.language(), None | Some("en" | "ja"));
    let decimal_first = (mark == ',') == comma_language;
    let ordered = if decimal_first { [as_decimal, as_group] } else { [as_group, as_decimal] };
    ordered.into_iter().flatten().collect()
}

/// `21%`, `21 %`, `8.875 %`: the percent at the beginning of a text, and what follows it.
pub(super) fn percent<'t>(text: &'t str, locale: &Locale) -> Option<(Decimal, &'t str)> {
    let at = text.find('%')?;
    let figures = figures(text.get(..at)?, false, locale);
    // No rate has thousands.
    let rate = figures.into_iter().find(|rate| *rate < Decimal::ONE_HUNDRED)?;
    Some((rate.normalize(), text.get(at + 1..)?))
}

/// `Apr 25 – May 25, 2024`, `18 ago 2024 – 18 sept 2024`: the year once or twice.
pub(super) fn period(text: &str, locale: &Locale) -> Option<Period> {
    const BETWEEN: [&str; 13] = [
        " – ",
        " \u{fffd} ",
        " - ",
        " — ",
        " to ",
        " bis ",
        " al ",
        " au ",
        "–",
        " t/m ",
        "〜",
        " ~ ",
        " a ",
    ];
    BETWEEN.iter().find_map(|between| {
        let (from, to) = text.trim().split_once(between)?;
        let (from, to) = (from.trim(), to.trim());
        let end = dates::parse(to, locale).ok()?;
        let begin = dates::parse(from, locale).ok().or_else(|| with_year_of(from, end, locale))?;
        (begin <= end).then_some(Period { from: begin, to: end })
    })
}

/// A day whose year stands only at the end of the period.
fn with_year_of(text: &str, end: NaiveDate, locale: &Locale) -> Option<NaiveDate> {
    use chrono::Datelike as _;
    let year = end.year();
    let ways = [format!("{text}, {year}"), format!("{text} {year}"), format!("{year}年{text}")];
    ways.iter().find_map(|way| dates::parse(way, locale).ok())
}

/// `EU OSS VAT EU372041333`: a tax number with the words before it that say what it is.
pub(super) fn tax_id(text: &str, language: &Language, english: &Language) -> Option<TaxId> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_tax_word = |words: &[&str]| {
        let folded = fold(&words.join(" "));
        language.is(Label::TaxId, &folded) || english.is(Label::TaxId, &folded)
    };
    // The name ends with the longest tax word that is followed by the number.
    let end = (1..words.len().min(7))
        .rev()
        .find(|end| (1..=4.min(*end)).any(|length| words.get(end - length..*end).is_some_and(is_tax_word)))?;
    let (name, id) = words.split_at_checked(end)?;
    // Before it a country or a scheme; `Your VAT ID` and `Customer VAT` say whose it is, and are not for here.
    let short = |word: &&str| (2..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    if !(0..=end).any(|from| {
        name.get(from..).is_some_and(is_tax_word)
            && name.get(..from).is_some_and(|rest| rest.iter().all(short))
    }) {
        return None;
    }
    let id = id.join(" ");
    let plain = |c: char| c.is_ascii_alphanumeric() || " -./".contains(c) || is_hyphen(c);
    let fits = (4..=24).contains(&id.len())
        && id.chars().all(plain)
        && id.bytes().filter(u8::is_ascii_digit).count() >= 3;
    fits.then(|| TaxId { name: name.join(" ").trim_end_matches(':').to_owned(), id })
}

#[cfg(test)]
mod tests {
    use super::super::languages::LANGUAGES;
    use super::*;

    fn decimals(list: &[&str]) -> Vec<Decimal> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn numbers_with_what_hides_their_hyphen() {
        for text in
            ["AB12CD34-0010", "AB12CD34\u{0}0010", "AB12CD34\u{fffd}0010", "AB12CD34 0010", "AB12CD34‑0010"]
        {
            assert_eq!(number(text).as_deref(), Some("AB12CD34-0010"), "{text:?}");
        }
        assert_eq!(number("RCPT‑6280974‑202604‑0001").as_deref(), Some("RCPT-6280974-202604-0001"));
        assert_eq!(number("# INV-2026/0007").as_deref(), Some("INV-2026/0007"));
        for text in ["", "April 25, 2024", "AB\u{fffd}12", "none", "AB12 CD34 0010", "-5"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }

    #[test]
    fn figures_with_all_they_may_mean() {
        let read = |text, tag| figures(text, true, &Locale::parse(tag));
        for (text, tag, want) in [
            ("1", "en", &["1"][..]),
            ("1,000", "en", &["1000", "1.000"]),
            ("1,000", "es", &["1.000", "1000"]),
            ("1.000", "es", &["1000", "1.000"]),
            ("1.234,50 €", "de", &["1234.50"]),
            ("$3.7993124", "en", &["3.7993124"]),
            ("-6,91 €", "es", &["-6.91"]),
            ("(6.91)", "en", &["-6.91"]),
            ("1 234,5", "fr", &["1234.5"]),
            ("0,125", "es", &["0.125"]),
            ("1,234,567", "en", &["1234567"]),
            ("US$20.00", "en", &["20.00"]),
        ] {
            assert_eq!(read(text, tag), decimals(want), "{text} {tag}");
        }
        for text in ["", "abc", "12 items", "1,23,45", "4.5.6", "20.00 on 3", "167.23)"] {
            assert_eq!(read(text, "en"), [], "{text}");
        }
        assert_eq!(figures("$5", false, &Locale::UNKNOWN), []);
    }

    #[test]
    fn periods() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (text, tag, from, to) in [
            ("Apr 25 – May 25, 2024", "en", "2024-04-25", "2024-05-25"),
            ("Dec 24, 2024 – Jan 24, 2025", "en", "2024-12-24", "2025-01-24"),
            ("18 ago 2024 – 18 sept 2024", "es", "2024-08-18", "2024-09-18"),
            ("14 dic 2025 – 14 ene 2026", "es", "2025-12-14", "2026-01-14"),
            ("18. Jan. – 18. Feb. 2025", "de", "2025-01-18", "2025-02-18"),
        ] {
            let period = period(text, &Locale::parse(tag));
            assert_eq!(period, Some(Period { from: day(from), to: day(to) }), "{text}");
        }
        for text in ["Dec 24 – Jan 24, 2025", "Apr 25, 2024", "5 – 10", "API – usage"] {
            assert_eq!(period(text, &Locale::parse("en")), None, "{text}");
        }
    }

    #[test]
    fn tax_numbers() {
        let read = |text| tax_id(text, LANGUAGES[0], LANGUAGES[0]).map(|tax| (tax.name, tax.id));
        for (text, name, id) in [
            ("EU OSS VAT EU372041333", "EU OSS VAT", "EU372041333"),
            ("ES CIF B12345678", "ES CIF", "B12345678"),
            ("GB VAT 123 4567 89", "GB VAT", "123 4567 89"),
            ("VAT ID: SE556677889901", "VAT ID", "SE556677889901"),
        ] {
            assert_eq!(read(text), Some((name.to_owned(), id.to_owned())), "{text}");
        }
        for text in ["VAT - Sweden (25% on $10.00)", "1 Tax Street", "VAT", "Vat Lane 5", "12 Gst Road"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn percents() {
        let rate = |text, tag| percent(text, &Locale::parse(tag)).map(|(rate, _)| rate.to_string());
        assert_eq!(rate("21 % incl.", "es").as_deref(), Some("21"));
        assert_eq!(rate("8,875\u{a0}%", "es").as_deref(), Some("8.875"));
        assert_eq!(rate("8.875%", "en").as_deref(), Some("8.875"));
        assert_eq!(rate("25% on $10.00", "en").as_deref(), Some("25"));
        assert_eq!(rate("none", "en"), None);
    }
}
