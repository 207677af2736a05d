//! The shapes of a date, each read at a given place. No search, no time of day.

use super::DateError;
use super::cursor::Cursor;
use super::names::{self, CJK_MARKS, FILLERS, ORDINALS, Order};
use crate::locale::Locale;
use chrono::NaiveDate;

/// A date that was read, or why it is none to rely on, with the place after it.
pub(super) type Read<'a> = Option<(Cursor<'a>, Result<NaiveDate, DateError>)>;

/// Years outside are taken for other numbers.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2099;

/// Reads a date that begins here, with a figure or with the name of a month.
pub(super) fn date<'a>(at: Cursor<'a>, locale: &Locale) -> Read<'a> {
    if at.at_digit() {
        year_first(at).or_else(|| in_figures(at, locale)).or_else(|| day_then_name(at, locale))
    } else {
        name_then_day(at, locale)
    }
}

fn day(year: u32, month: u32, day: u32) -> Option<Result<NaiveDate, DateError>> {
    if !YEARS.contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or(DateError::NoSuchDay))
}

/// `2026-05-01`, `2026/5/1`, `2026.05.01`, `2026年5月1日`. No locale prints year, day, month.
fn year_first(mut at: Cursor<'_>) -> Read<'_> {
    let (year, _) = at.digits(4, 4)?;
    if let Some([_, of_month, of_day]) = CJK_MARKS.iter().find(|[mark, _, _]| at.eat(*mark)) {
        at.space();
        let (month, _) = at.digits(1, 2)?;
        at.eat(*of_month).then_some(())?;
        at.space();
        let (d, _) = at.digits(1, 2)?;
        at.eat(*of_day).then_some(())?;
        return Some((at, day(year, month, d)?));
    }
    let separator = ['-', '/', '.'].into_iter().find(|c| at.eat(*c))?;
    // With hyphens only ISO 8601's own two digits: `2026-5-1` is as likely a number of something.
    let min = if separator == '-' { 2 } else { 1 };
    dot_space(&mut at, separator);
    let (month, _) = at.digits(min, 2)?;
    at.eat(separator).then_some(())?;
    dot_space(&mut at, separator);
    let (d, _) = at.digits(min, 2)?;
    Some((at, day(year, month, d)?))
}

/// `1. 2. 2026`: a space may follow a point.
fn dot_space(at: &mut Cursor<'_>, separator: char) {
    if separator == '.' {
        at.space();
    }
}

/// `12/02/2026`, `2/12/26`, `12.02.26`, `12-02-2026`.
fn in_figures<'a>(mut at: Cursor<'a>, locale: &Locale) -> Read<'a> {
    let (a, a_len) = at.digits(1, 2)?;
    let separator = ['/', '.', '-'].into_iter().find(|c| at.eat(*c))?;
    dot_space(&mut at, separator);
    let (b, b_len) = at.digits(1, 2)?;
    at.eat(separator).then_some(())?;
    dot_space(&mut at, separator);
    let (year, year_len) = at.digits(2, 4)?;
    let order = names::order(locale);
    match year_len {
        4 => Some((at, four_digit_year(a, b, year, order)?)),
        // CLDR's short forms with two digits of a year have slashes, or points and two digits throughout;
        // anything else (`1.2.26`, `12-02-26`) is as likely a version or a number.
        2 if separator == '/' || (separator == '.' && a_len == 2 && b_len == 2) => {
            Some((at, two_digit_year(a, b, year, order)?))
        }
        _ => None,
    }
}

fn four_digit_year(a: u32, b: u32, year: u32, order: Order) -> Option<Result<NaiveDate, DateError>> {
    let (day_first, month_first) = (day(year, b, a), day(year, a, b));
    match (day_first, month_first) {
        (Some(only), None) | (None, Some(only)) => Some(only),
        (Some(d), Some(m)) if d == m => Some(d),
        (Some(d), Some(m)) => Some(match order {
            Order::DayFirst => d,
            Order::MonthFirst => m,
            Order::Unknown => Err(DateError::Ambiguous),
        }),
        (None, None) => None,
    }
}

/// Two digits are a year of this century, and only where the locale says that they are the year: elsewhere
/// `25/05/26` may begin with it.
fn two_digit_year(a: u32, b: u32, year: u32, order: Order) -> Option<Result<NaiveDate, DateError>> {
    let (day_first, month_first) = (day(2000 + year, b, a), day(2000 + year, a, b));
    let (wanted, other) = match order {
        Order::DayFirst => (day_first, month_first),
        Order::MonthFirst => (month_first, day_first),
        Order::Unknown => (None, day_first.or(month_first).or(day(2000 + a, b, year))),
    };
    wanted.or(other.map(|_| Err(DateError::Ambiguous)))
}

/// `12 Feb 2026`, `12. Februar 2026`, `12 de febrero de 2026`, `1er mai 2026`, `12-Feb-2026`.
fn day_then_name<'a>(mut at: Cursor<'a>, locale: &Locale) -> Read<'a> {
    let (d, _) = at.digits(1, 2)?;
    ordinal(&mut at);
    at.eat('.');
    let joined = link(&mut at);
    filler(&mut at);
    let month = at.word(|_| false)?;
    at.eat('.');
    at.eat(',');
    (link(&mut at) == joined || joined.is_none()).then_some(())?;
    filler(&mut at);
    let (year, _) = at.digits(4, 4)?;
    named(at, month, d, year, locale)
}

/// `Feb 12, 2026`, `February 12th 2026`.
fn name_then_day<'a>(mut at: Cursor<'a>, locale: &Locale) -> Read<'a> {
    let month = at.word(|_| false)?;
    at.eat('.');
    let joined = link(&mut at)?;
    let (d, _) = at.digits(1, 2)?;
    ordinal(&mut at);
    let comma = at.eat(',');
    let again = link(&mut at);
    (comma || again == Some(joined)).then_some(())?;
    let (year, _) = at.digits(4, 4)?;
    named(at, month, d, year, locale)
}

fn named<'a>(at: Cursor<'a>, month: &str, d: u32, year: u32, locale: &Locale) -> Read<'a> {
    if !YEARS.contains(&year) || !(1..=31).contains(&d) {
        return None;
    }
    Some((
        at,
        names::month(month, locale)?
            .and_then(|month| day(year, month, d).unwrap_or(Err(DateError::NoSuchDay))),
    ))
}

/// What joins the parts of a date with a name; the same on both sides.
fn link(at: &mut Cursor<'_>) -> Option<char> {
    if at.space() {
        return Some(' ');
    }
    ['-', '/'].into_iter().find(|c| at.eat(*c))
}

fn ordinal(at: &mut Cursor<'_>) {
    let mut probe = *at;
    if probe.word(|_| false).is_some_and(|word| names::is_one_of(ORDINALS, word)) {
        *at = probe;
    }
}

fn filler(at: &mut Cursor<'_>) {
    let mut probe = *at;
    if probe.word(|_| false).is_some_and(|word| names::is_one_of(FILLERS, word)) && probe.space() {
        *at = probe;
    }
}
