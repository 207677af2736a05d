//! What a name is made of: a row's values, each clean enough to stand in a path component.

use super::{Projects, amount, clean};
use crate::kind::Kind;
use crate::legal;
use crate::number::InvoiceNumber;
use crate::protocol::{Row, Source};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

/// The names that a template may use, each with what the full dummy document says for it.
pub(super) const KNOWN: [(&str, &str); 14] = [
    ("vendor", "example-ai"),
    ("product", "example-api"),
    ("project", "project-nova"),
    ("organisation", "Nova Labs"),
    ("portal", "example"),
    ("date", "2026-04-12"),
    ("year", "2026"),
    ("month", "04"),
    ("day", "12"),
    ("amount", "$500"),
    ("amount_plain", "500.00-USD"),
    ("currency", "USD"),
    ("number", "AB12CD34-0007"),
    ("kind", "invoice"),
];

/// The values of one row by the names that a template uses. What is unknown is absent.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    values: BTreeMap<&'static str, String>,
    organisation: Option<String>,
}

impl Parts {
    pub(super) fn new(source: &Source, row: &Row, projects: &Projects) -> Parts {
        let mut parts = Parts { values: BTreeMap::new(), organisation: source.organisation.clone() };
        let vendor = source.vendor.as_deref().map(vendor_slug).unwrap_or_default();
        let product = source.product.as_deref().map(slug).filter(|slug| !slug.is_empty());
        parts.put("product", product.unwrap_or_else(|| vendor.clone()));
        parts.put("vendor", vendor);
        parts.put("organisation", clean::value(source.organisation.as_deref().unwrap_or_default()));
        parts.put("portal", slug(&source.portal));
        if let Some(date) = row.date {
            parts.put_date(date);
        }
        if let Some(money) = &row.amount {
            parts.put("amount", amount::short(money));
            parts.put("amount_plain", amount::plain(money));
            parts.put("currency", money.currency.into());
        }
        parts.with_number(row.number.as_ref().map(InvoiceNumber::as_str), projects)
    }

    /// Every part known: what templates are validated against.
    pub(super) fn dummy() -> Parts {
        Parts { values: KNOWN.map(|(name, text)| (name, text.to_owned())).into(), organisation: None }
    }

    /// The same, with a number that was learned later, and the project that it may decide. A number that is
    /// there already stays.
    pub(super) fn with_number(&self, number: Option<&str>, projects: &Projects) -> Parts {
        let mut parts = self.clone();
        if parts.number().is_none() {
            parts.put("number", clean::value(number.unwrap_or_default()));
        }
        let project = projects.find(parts.organisation.as_deref(), parts.number()).map(clean::value);
        parts.put("project", project.unwrap_or_default().replace(' ', "-"));
        parts
    }

    pub(super) fn with_kind(&self, kind: Kind) -> BTreeMap<&'static str, String> {
        let mut values = self.values.clone();
        values.insert("kind", kind.as_str().to_owned());
        values
    }

    pub(super) fn number(&self) -> Option<&str> {
        self.values.get("number").map(String::as_str)
    }

    pub(super) fn project(&self) -> Option<&str> {
        self.values.get("project").map(String::as_str)
    }

    pub(super) fn product(&self) -> Option<&str> {
        self.values.get("product").map(String::as_str)
    }

    fn put_date(&mut self, date: NaiveDate) {
        self.put("date", date.to_string());
        self.put("year", format!("{:04}", date.year()));
        self.put("month", format!("{:02}", date.month()));
        self.put("day", format!("{:02}", date.day()));
    }

    fn put(&mut self, name: &'static str, text: String) {
        if text.is_empty() {
            self.values.remove(name);
        } else {
            self.values.insert(name, text);
        }
    }
}

/// An issuer's name as a folder: `OpenAI, L.L.C.` is `openai`, `Example AI, Inc.` is `example-ai`.
pub fn vendor_slug(name: &str) -> String {
    let clean = clean::value(name);
    let mut words: Vec<&str> = clean.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    while let [first, .., last] = words.as_slice() {
        // `(Ireland)` and the like say where the form holds.
        if !legal::is_form(last) || slug(first).is_empty() {
            break;
        }
        words.pop();
    }
    slug(&words.join(" "))
}

/// Lower-case letters and digits of any script, with single hyphens between.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in clean::value(text).chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_mark(c) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
    }
    // A letter in lower case may part from its mark, and what was left out may have kept marks apart.
    slug.trim_end_matches('-').nfc().collect()
}

/// Marks that belong to the letter before them and have no composed form.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_as_folders() {
        for (name, folder) in [
            ("OpenAI", "openai"),
            ("OpenAI, L.L.C.", "openai"),
            ("OpenAI OpCo, LLC", "openai-opco"),
            ("Example AI, Inc.", "example-ai"),
            ("OpenRouter, Inc", "openrouter"),
            ("Amazon.com, Inc.", "amazon-com"),
            ("Müller & Söhne GmbH & Co. KG", "müller-söhne-gmbh"),
            ("Inc", "inc"),
            ("株式会社サンプル", "株式会社サンプル"),
            ("Mother's  Own\u{a0}Ltd", "mothers-own"),
            ("../../etc", "etc"),
            ("...", ""),
            ("{{ 7*7 }}", "7-7"),
        ] {
            assert_eq!(vendor_slug(name), folder, "{name}");
        }
    }

    /// Found by fuzzing: an issuer is told by this, so it must not depend on how often it was made.
    #[test]
    fn a_folder_of_a_folder_is_the_same() {
        for name in [" İİ\u{331}", "w'\u{344}\u{344}\u{34a}\u{35a}v"] {
            let folder = vendor_slug(name);
            assert_eq!(vendor_slug(&folder), folder);
        }
    }
}
