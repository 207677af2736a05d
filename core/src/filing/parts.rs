//! What a name is made of: a row's values, each clean enough to stand in a path component.

use super::{Document, Projects, Says, amount, clean};
use crate::kind::Kind;
use crate::legal;
use crate::money::Money;
use crate::number::InvoiceNumber;
use crate::protocol::{Row, Source};
use crate::vendors;
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
    /// What is bought is not known: the vendor's name stands for it.
    sells_one_thing: bool,
}

impl Parts {
    pub(super) fn new(source: &Source, row: &Row, projects: &Projects) -> Parts {
        let product = source.product.as_deref().map(slug).filter(|slug| !slug.is_empty());
        let mut parts = Parts {
            values: BTreeMap::new(),
            organisation: source.organisation.clone(),
            sells_one_thing: product.is_none(),
        };
        parts.put("product", product.unwrap_or_default());
        parts.put_vendor(source.vendor.as_deref().map(vendor_slug).unwrap_or_default());
        parts.put("organisation", clean::value(source.organisation.as_deref().unwrap_or_default()));
        parts.put("portal", slug(&source.portal));
        if let Some(date) = row.date {
            parts.put_date(date);
        }
        if let Some(money) = &row.amount {
            parts.put_amount(money);
        }
        let number = row.number.as_ref().map(InvoiceNumber::as_str);
        parts.with(&Document { number, ..Document::default() }, projects)
    }

    /// Every part known: what templates are validated against.
    pub(super) fn dummy() -> Parts {
        let values = KNOWN.map(|(name, text)| (name, text.to_owned())).into();
        Parts { values, ..Parts::default() }
    }

    /// The same, with what was learned from the document, and the project that it may decide. A number that is
    /// there already stays.
    pub(super) fn with(&self, document: &Document<'_>, projects: &Projects) -> Parts {
        let mut parts = self.clone();
        if parts.number().is_none() {
            parts.put("number", clean::value(document.number.unwrap_or_default()));
        }
        let Says { vendor, customer, date, amount } = document.says;
        if let Some(vendor) = vendor.map(vendor_slug).filter(|slug| !slug.is_empty()) {
            parts.put_vendor(vendor);
        }
        if let Some(date) = date {
            parts.put_date(date);
        }
        if let Some(money) = &amount {
            parts.put_amount(money);
        }
        let by = |organisation: Option<&str>| projects.find(organisation, parts.number()).map(clean::value);
        let project = by(parts.organisation.as_deref()).or_else(|| by(customer));
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

    fn put_vendor(&mut self, slug: String) {
        if self.sells_one_thing {
            self.put("product", slug.clone());
        }
        self.put("vendor", slug);
    }

    fn put_amount(&mut self, money: &Money) {
        self.put("amount", amount::short(money));
        self.put("amount_plain", amount::plain(money));
        self.put("currency", money.currency.into());
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

/// An issuer's name as a folder: `Example AI, Inc.` is `example-ai`, and every company of a known brand is that
/// brand: `OpenAI OpCo, LLC` is `openai`.
pub fn vendor_slug(name: &str) -> String {
    let clean = clean::value(vendors::brand(name).unwrap_or(name));
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
            ("OpenAI OpCo, LLC", "openai"),
            ("OpenAI Ireland Limited", "openai"),
            ("Open Example OpCo, LLC", "open-example-opco"),
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
