//! Invoice numbers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number that an issuer gave a document: 1 to 64 letters, digits and `-_./#`, at least one a digit.
///
/// Issuers choose their own schemes (`INV-2026/0007`), so this is wide. Whether a text on a page *is* an
/// invoice number is a narrower question: [`InvoiceNumber::stripe`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceNumber(String);

impl InvoiceNumber {
    /// Any issuer's number. For texts that something else says are numbers: a column's header, a file name.
    pub fn parse(text: &str) -> Option<InvoiceNumber> {
        let text = text.trim();
        let known = |c: char| c.is_alphanumeric() || "-_./#".contains(c);
        let fits = (1..=64).contains(&text.len())
            && text.chars().all(known)
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.contains(char::is_alphanumeric);
        fits.then(|| InvoiceNumber(text.to_owned()))
    }

    /// A number of Stripe's own scheme, recognisable wherever it stands: the customer's prefix of 3 to 12
    /// upper-case letters and digits, a hyphen, and at least four digits (`6JIB6OFF-0001`, `202AFAF2-152702`).
    pub fn stripe(text: &str) -> Option<InvoiceNumber> {
        let (prefix, count) = text.split_once('-')?;
        let fits = (3..=12).contains(&prefix.len())
            && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && (4..=12).contains(&count.len())
            && count.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| InvoiceNumber(text.to_owned()))
    }

    /// The number as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for InvoiceNumber {
    type Error = &'static str;

    fn try_from(text: String) -> Result<InvoiceNumber, Self::Error> {
        InvoiceNumber::parse(&text).ok_or("not an invoice number")
    }
}

impl From<InvoiceNumber> for String {
    fn from(number: InvoiceNumber) -> String {
        number.0
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripe_numbers_are_recognised_and_little_else() {
        for text in ["62A1552B-0005", "6JIB6OFF-0001", "202AFAF2-152702"] {
            assert!(InvoiceNumber::stripe(text).is_some(), "{text}");
        }
        for text in
            ["", "Paid", "2026-05-01", "AB-0001", "ab12cd34-0001", "AB12CD34-001", "AB12CD34-00O1", "$5.00"]
        {
            assert!(InvoiceNumber::stripe(text).is_none(), "{text}");
        }
    }

    #[test]
    fn other_schemes_are_taken_where_a_header_says_so() {
        assert_eq!(InvoiceNumber::parse(" INV-2026/0007 ").unwrap().as_str(), "INV-2026/0007");
        for text in ["", "View", "..", "a b1", "<b>1</b>"] {
            assert!(InvoiceNumber::parse(text).is_none(), "{text}");
        }
    }
}
