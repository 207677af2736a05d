//! Dates: what is read as a day has its figures in the text, no locale reads another day than no locale does,
//! and a day that is printed is read back.
#![no_main]

use billfold_core::dates;
use billfold_core::locale::Locale;
use billfold_fuzz::{locale_and_text, within_limits};
use chrono::Datelike;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (locale, text) = locale_and_text(data);
    let whole = within_limits("a date", || dates::parse(&text, &locale));
    let found = within_limits("dates in a text", || dates::find(&text, &locale));
    for day in whole.iter().chain(found.iter().flatten()) {
        assert!((1900..2200).contains(&day.year()), "{text:?} was read as {day}");
        assert_eq!(dates::parse(&day.to_string(), &locale), Ok(*day));
        let numbers: Vec<u32> = numbers(&text).collect();
        assert!(numbers.contains(&day.day()), "{text:?} was read as {day}");
    }
    if let Ok(day) = whole {
        assert!(found.contains(&Ok(day)), "{text:?}: {day} {found:?}");
        if let Ok(certain) = dates::parse(&text, &Locale::UNKNOWN) {
            assert_eq!(certain, day, "{text:?}");
        }
    }
});

/// The runs of figures in a text as numbers, full-width ones included.
fn numbers(text: &str) -> impl Iterator<Item = u32> {
    let plain: String = text
        .chars()
        .filter(|c| {
            !matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
        })
        .filter(|c| !c.is_control() || c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            c => c,
        })
        .collect();
    let runs: Vec<u32> =
        plain.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).collect();
    // `20260501` is a run of its own.
    let packed: Vec<u32> = runs.iter().filter(|run| **run > 9_999_999).map(|run| run % 100).collect();
    runs.into_iter().chain(packed)
}
