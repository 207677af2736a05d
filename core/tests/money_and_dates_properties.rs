//! What is printed is read back the same, in every locale's own form, and no text makes the parsers panic.

#![allow(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use billfold_core::locale::Locale;
use billfold_core::money::{self, Currency, Money, MoneyError};
use billfold_core::{dates, dates::DateError};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

/// Locale, thousands mark, decimal mark, how `#` and the mark are put together, the negative form of all.
const FORMS: &[(&str, &str, &str, &str, &str)] = &[
    ("en-US", ",", ".", "¤#", "-@"),
    ("en-US", ",", ".", "¤#", "(@)"),
    ("en-GB", ",", ".", "¤#", "-@"),
    ("ja", ",", ".", "¤#", "-@"),
    ("de", ".", ",", "#\u{a0}¤", "-@"),
    ("de", ".", ",", "# ¤", "−@"),
    ("fr", "\u{202f}", ",", "#\u{a0}¤", "-@"),
    ("fr", " ", ",", "# ¤", "(@)"),
    ("de-CH", "’", ".", "¤ #", "-@"),
    ("de-AT", "\u{a0}", ",", "¤\u{a0}#", "-@"),
    ("en-US", ",", ".", "# ¤", "@-"),
];

const CODES: &[(&str, &str)] = &[
    ("USD", "US$"),
    ("USD", "USD"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("CHF", "CHF"),
    ("KWD", "KWD"),
    ("INR", "₹"),
    ("CAD", "CA$"),
];

fn group(figures: &str, mark: &str) -> String {
    let mut out = String::new();
    for (n, figure) in figures.chars().enumerate() {
        if n > 0 && (figures.len() - n).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(figure);
    }
    out
}

fn print(money: Money, mark: &str, form: (&str, &str, &str, &str, &str)) -> String {
    let (_, thousands, decimal, shape, negative) = form;
    let plain = money.amount.abs().to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut figures = group(whole, thousands);
    if !fraction.is_empty() {
        figures = figures + decimal + fraction;
    }
    let amount = shape.replace('#', &figures).replace('¤', mark);
    if money.amount.is_sign_negative() { negative.replace('@', &amount) } else { amount }
}

fn any_locale() -> impl Strategy<Value = Locale> {
    let tags = ["", "en", "en-US", "en-GB", "en-CA", "de", "de-CH", "fr", "ja", "zh-CN", "sv", "es-MX", "ko"];
    prop::sample::select(tags.map(Locale::parse).to_vec())
}

/// Texts that are nearly dates and amounts.
fn near_misses() -> impl Strategy<Value = String> {
    let pieces = [
        "1",
        "12",
        "20",
        "234",
        "2026",
        "05",
        "0",
        "000",
        ".",
        ",",
        "'",
        "’",
        " ",
        "\u{a0}",
        "\u{202f}",
        "\n",
        "-",
        "−",
        "—",
        "/",
        ":",
        "(",
        ")",
        "+",
        "$",
        "US$",
        "€",
        "¥",
        "円",
        "kr",
        "kr.",
        "USD",
        "CAD",
        "KWD",
        "ALL",
        "Feb",
        "févr.",
        "Mai",
        "mar",
        "März",
        "年",
        "月",
        "日",
        "木曜日",
        "(金)",
        "at",
        "um",
        "à",
        "T",
        "Z",
        "PM",
        "p.m.",
        "午後",
        "GMT+1",
        "h",
        "min",
        "s",
        "de",
        "CA",
        "US",
        "%",
        "#",
        "A",
        "é",
        "\u{301}",
        "２",
        "，",
        "￥",
        "٣",
        "𝟚",
        "🎉",
        "\u{200f}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|parts| parts.concat())
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (2000_i32..2100, 1_u32..=366).prop_filter_map("a day of the year", |(y, n)| NaiveDate::from_yo_opt(y, n))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn amounts_come_back(
        units in prop_oneof![-200_000_i64..200_000, -9_000_000_000_000_i64..9_000_000_000_000],
        code in prop::sample::select(CODES),
        form in prop::sample::select(FORMS),
    ) {
        let money = Money::from_minor(units, Currency::parse(code.0).unwrap());
        let locale = Locale::parse(form.0);
        let text = print(money, code.1, form);
        prop_assert_eq!(Money::parse(&text, &locale), Ok(money), "{:?}", text);
        let row = format!("E300AC26-0024 Feb 12, 2026\n{text} Paid");
        if text.contains('(') {
            prop_assert_eq!(money::find(&row, &locale), [Err(MoneyError::AmbiguousSign)], "{:?}", row);
        } else {
            prop_assert_eq!(money::find(&row, &locale), [Ok(money)], "{:?}", row);
        }
    }

    #[test]
    fn displayed_amounts_come_back_anywhere(units in any::<i64>(), locale in any_locale()) {
        let money = Money::from_minor(units, Currency::EUR);
        prop_assert_eq!(Money::parse(&money.to_string(), &locale), Ok(money));
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn days_come_back(day in any_day()) {
        let (y, m, d) = (day.year(), day.month(), day.day());
        let short = y % 100;
        for (locale, text) in [
            ("", format!("{y}-{m:02}-{d:02}")),
            ("", format!("{y}年{m}月{d}日")),
            ("ja", format!("{y}/{m:02}/{d:02}")),
            ("en-US", format!("{m}/{d}/{short:02}, 6:05\u{202f}PM")),
            ("en-US", format!("{m}/{d}/{y}")),
            ("en-GB", format!("{d:02}/{m:02}/{y}, 18:05")),
            ("de", format!("{d:02}.{m:02}.{short:02}")),
            ("de", format!("{d}.{m}.{y}")),
            ("fr", format!("{d:02}/{m:02}/{y} 18:05")),
        ] {
            prop_assert_eq!(dates::parse(&text, &Locale::parse(locale)), Ok(day), "{:?}", text);
            let row = format!("Paid {text} $20.00");
            prop_assert_eq!(dates::find(&row, &Locale::parse(locale)), [Ok(day)], "{:?}", row);
        }
        let unknown = dates::parse(&format!("{d:02}/{m:02}/{y}"), &Locale::UNKNOWN);
        let certain = d > 12 || d == m;
        prop_assert_eq!(unknown, if certain { Ok(day) } else { Err(DateError::Ambiguous) });
    }

    #[test]
    fn nothing_panics_and_both_ways_agree(text in prop_oneof![near_misses(), any::<String>()], locale in any_locale()) {
        let (date, dates) = (dates::parse(&text, &locale), dates::find(&text, &locale));
        // A weekday before a date may itself look like the beginning of one, so only its presence is sure.
        if let Ok(day) = date {
            prop_assert!(dates.contains(&Ok(day)), "{:?}: {:?} {:?}", text, date, dates);
        }
        let (amount, amounts) = (Money::parse(&text, &locale), money::find(&text, &locale));
        if let Ok(money) = amount && !["ALL", "CAD"].contains(&money.currency.code()) {
            prop_assert_eq!(amounts, [Ok(money)], "{:?}", text);
        }
        let _ = Money::parse_in(&text, Currency::EUR, &locale);
    }
}

/// A page can be anything; a long one must not take quadratic time.
#[test]
fn long_texts_end_soon() {
    let long = |piece: &str| piece.repeat(20_000 / piece.len());
    for text in [
        "支払", "a", "1", "1 234 ", "$", "$1 ", "1/", "Feb 1 ", "-", "CAD", "▲", "1 EUR ", "é", "2026年",
        "A $ ",
    ] {
        let text = long(text);
        for tag in ["", "fr"] {
            let locale = Locale::parse(tag);
            let _ = (dates::parse(&text, &locale), dates::find(&text, &locale));
            let _ = (Money::parse(&text, &locale), money::find(&text, &locale));
        }
    }
}
