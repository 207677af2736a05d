//! Amounts, quantities, rates and days as a document in its language prints them.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use super::labels::Labels;
use super::paper::{Currency, Period, Print};

/// `text` with each `{}` replaced by the next value.
pub(super) fn fill(text: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    text.split("{}")
        .enumerate()
        .map(|(place, part)| match place {
            0 => part.to_owned(),
            _ => format!("{}{part}", values.next().expect("a value for every place")),
        })
        .collect()
}

/// A bare number: `1.234,56`.
fn number(labels: &Labels, value: Decimal, places: u32) -> String {
    let text = format!("{:.*}", places as usize, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) && whole.len() >= labels.group_from {
            grouped.push_str(labels.group);
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}{}{fraction}", labels.decimal_point) }
}

/// `$1,234.56`, `-6,91 €`. Unit prices may have more places than the currency.
pub(super) fn money(labels: &Labels, value: Decimal, currency: Currency) -> String {
    let places = value.normalize().scale().max(currency.places());
    let text =
        labels.money.replace("{s}", labels.symbol(currency)).replace("{a}", &number(labels, value, places));
    if value.is_sign_negative() && !value.is_zero() { format!("-{text}") } else { text }
}

impl Print {
    /// The same as this document has it.
    pub(super) fn money(&self, value: Decimal, currency: Currency) -> String {
        let text = money(self.labels, value, currency);
        let text = if self.country_prefix { text.replace('$', "US$") } else { text };
        if self.plain_space { text.replace('\u{a0}', " ") } else { text }
    }

    /// With the code behind it where the symbol alone says little: `$20.00 USD`.
    pub(super) fn money_with_code(&self, value: Decimal, currency: Currency) -> String {
        let text = self.money(value, currency);
        let vague = self.labels.symbol(currency) == "$" && !self.country_prefix;
        if vague { format!("{text} {}", currency.code()) } else { text }
    }

    /// `21 %`.
    pub(super) fn percent(&self, rate: Decimal) -> String {
        let rate = rate.normalize();
        let text = self.labels.percent.replace("{}", &number(self.labels, rate, rate.scale()));
        if self.plain_space { text.replace('\u{a0}', " ") } else { text }
    }

    /// `1,000`.
    pub(super) fn quantity(&self, value: Decimal) -> String {
        let value = value.normalize();
        let labels = if self.english_quantity { super::labels::of("en") } else { self.labels };
        let sign = if value.is_sign_negative() { "-" } else { "" };
        format!("{sign}{}", number(labels, value, value.scale()))
    }

    /// `April 25, 2024`.
    pub(super) fn long_date(&self, day: NaiveDate) -> String {
        let template = if self.day_first { "{d} {m} {y}" } else { self.labels.long_date };
        date(template, day, &self.labels.months)
    }

    /// `Apr 25 – May 25, 2024`.
    pub(super) fn period(&self, period: Period) -> String {
        let months = &self.labels.short_months;
        let same_year = period.from.year() == period.to.year();
        let first = match self.labels.short_date_without_year {
            Some(template) if same_year && !self.year_twice => template,
            _ => self.labels.short_date,
        };
        format!("{} – {}", date(first, period.from, months), date(self.labels.short_date, period.to, months))
    }

    /// As it stands on the page.
    pub(super) fn document_number(&self, number: &str) -> String {
        if self.hard_hyphen { number.replace('-', "\u{2011}") } else { number.to_owned() }
    }
}

fn date(template: &str, day: NaiveDate, months: &[&str; 12]) -> String {
    template
        .replace("{d}", &day.day().to_string())
        .replace("{m}", months[day.month0() as usize])
        .replace("{y}", &day.year().to_string())
}
