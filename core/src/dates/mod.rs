//! Days as pages print them, in the locales that Billfold knows.
//!
//! [`parse`] reads a text that is nothing but a date, [`find`] reads the dates inside a longer one. A time of
//! day, a weekday and a time zone beside the date are checked for their shape and then ignored: what is
//! returned is the day as printed. Nothing in here knows today's date.

mod cursor;
pub(crate) mod fold;
mod forms;
mod names;
mod time;
pub(crate) mod words;

use crate::locale::Locale;
use chrono::NaiveDate;
use cursor::Cursor;
use fold::{fold, joins};
use std::fmt;
use std::ops::Range;

/// Why a text is not a date that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateError {
    /// Not a date.
    NotADate,
    /// Day and month (or day and year) could be swapped, and the locale does not settle it: `03/04/2026`.
    Ambiguous,
    /// Written as a date, but the calendar has no such day: `31/02/2026`.
    NoSuchDay,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateError::NotADate => "This is not a date.",
            DateError::Ambiguous => {
                "Day and month of this date could be swapped, and the page's language does not settle it."
            }
            DateError::NoSuchDay => "The calendar has no such day.",
        })
    }
}

impl std::error::Error for DateError {}

/// Reads a text that is nothing but a date, with an optional weekday and time.
///
/// Any form of any known language is read under any locale; the locale settles the order of figures
/// (`03/04/2026`) and of names that mean two months. ISO 8601 and Japanese forms are always certain.
///
/// # Errors
/// [`DateError`]; above all [`DateError::Ambiguous`] rather than a guess.
pub fn parse(text: &str, locale: &Locale) -> Result<NaiveDate, DateError> {
    let text = fold(text);
    let start = Cursor { rest: &text };
    if let Some(result) = whole(start, locale) {
        return result;
    }
    // The weekday is looked up last, because that costs more than to see that no date follows.
    if let Some((word, at)) = word_before(start)
        && let Some(result) = whole(at, locale)
        && names::is_weekday(word)
    {
        return result;
    }
    Err(DateError::NotADate)
}

/// Whether a word is one that dates and times of day are written with, in any known language.
pub(crate) fn is_date_word(word: &str) -> bool {
    let word = word.to_lowercase();
    let tables =
        [names::BEFORE_TIME, names::HALF_DAYS, names::ORDINALS, names::FILLERS, names::ZONE_WORDS, SMALL];
    names::month(&word, &Locale::UNKNOWN).is_some()
        || names::is_weekday(&word)
        || tables.iter().any(|table| table.contains(&word.as_str()))
}

/// Marks of hours, minutes and seconds, and what ISO 8601 puts between.
const SMALL: &[&str] = &["h", "min", "s", "t", "z", "uhr", "utc", "gmt"];

/// A date, with what may follow it, up to the end.
fn whole(at: Cursor<'_>, locale: &Locale) -> Option<Result<NaiveDate, DateError>> {
    let (mut after, result) = forms::date(at, locale)?;
    time::weekday_after(&mut after);
    let before_time = after.rest;
    time::time(&mut after);
    let timed = after.rest.len() < before_time.len();
    (after.rest.is_empty() || (timed && time::is_zone(after.rest))).then_some(result)
}

/// Every date inside a longer text, in order and without overlap. Numbers that are parts of something longer
/// (`INV-2026-05-01-7`, `10.1.20.2026`) are none.
pub fn find(text: &str, locale: &Locale) -> Vec<Result<NaiveDate, DateError>> {
    find_folded(&fold(text), locale).into_iter().map(|(_, result)| result).collect()
}

/// Where the dates of a folded text are, each with its time of day, so that amounts are not looked for there.
pub(crate) fn find_folded(text: &str, locale: &Locale) -> Vec<(Range<usize>, Result<NaiveDate, DateError>)> {
    let mut found = Vec::new();
    let mut at = 0;
    // What came last, to know whether a figure or word begins here.
    let mut before: Option<char> = None;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if may_begin(c, before, text.get(..at).unwrap_or_default())
            && let Some((after, result)) = forms::date(Cursor { rest }, locale)
            && let Some(end) = finish(text, after)
        {
            found.push((at..end, result));
            before = text.get(..end).and_then(|read| read.chars().next_back());
            at = end;
            continue;
        }
        before = Some(c);
        at += c.len_utf8();
    }
    found
}

/// Whether a date can begin with `c`: not in the middle of a word, a number or an identifier.
fn may_begin(c: char, before: Option<char>, text_before: &str) -> bool {
    // No date begins with a letter of a script without spaces, whose runs of letters may be very long.
    if !joins(c) {
        return false;
    }
    match before {
        None => true,
        Some(b) if joins(b) => false,
        Some('#' | '_' | '$' | '€' | '£' | '¥') => false,
        Some('-' | '/' | '.' | ':' | ',' | '\'') => {
            let further = text_before.chars().rev().nth(1);
            !further.is_some_and(|f| f.is_ascii_digit() || (joins(f) && matches!(before, Some('-' | '/'))))
        }
        Some(_) => true,
    }
}

/// The place after a date with its weekday and time, unless something goes on that makes it part of a longer
/// number.
fn finish(text: &str, mut after: Cursor<'_>) -> Option<usize> {
    time::weekday_after(&mut after);
    time::time(&mut after);
    let mut next = after.rest.chars();
    match (next.next(), next.next()) {
        (Some(c), _) if joins(c) => None,
        (Some('-' | '/' | '.' | ':' | ',' | '\''), Some(d)) if d.is_ascii_digit() => None,
        (Some('-' | '/'), Some(d)) if joins(d) => None,
        _ => text.len().checked_sub(after.rest.len()),
    }
}

/// What may be a weekday before a date: `Thursday, `, `ven. `, `Fr., `.
fn word_before(mut at: Cursor<'_>) -> Option<(&str, Cursor<'_>)> {
    let word = at.word(|c| c == '-')?;
    at.eat('.');
    at.eat(',');
    at.space().then_some((word, at))
}
