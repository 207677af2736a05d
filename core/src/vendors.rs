//! Vendors by the names that their documents bear: one brand signs as several companies, and its documents
//! belong in one folder.
//!
//! To add one: its brand as people say it, and every company name as it stands on its documents. A vendor that
//! is not listed is called by what is printed.

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// As people call it.
    pub brand: &'static str,
    /// Legal and trading names, as printed.
    pub entities: &'static [&'static str],
}

/// Every vendor that is known by more than one name.
pub const VENDORS: &[Vendor] = &[
    Vendor { brand: "Anthropic", entities: &["Anthropic, PBC"] },
    Vendor { brand: "Lovable", entities: &["Lovable Labs Incorporated"] },
    Vendor { brand: "OpenAI", entities: &["OpenAI, LLC", "OpenAI OpCo, LLC", "OpenAI Ireland Limited"] },
    Vendor { brand: "OpenRouter", entities: &["OpenRouter, Inc"] },
];

/// Companies that sell in another one's name. Who bills is not whose product it is.
pub const RESELLERS: &[&str] = &["Link, LLC", "Sold through Link, LLC"];

/// The brand behind a name on a page or a document, if it is a known one.
pub fn brand(name: &str) -> Option<&'static str> {
    let wanted = letters(name);
    let is_meant = |vendor: &&Vendor| {
        letters(vendor.brand) == wanted || vendor.entities.iter().any(|entity| letters(entity) == wanted)
    };
    VENDORS.iter().find(is_meant).map(|vendor| vendor.brand)
}

/// Whether a name is of one that sells for others.
pub fn is_reseller(name: &str) -> bool {
    let wanted = letters(name);
    RESELLERS.iter().any(|reseller| letters(reseller) == wanted)
}

/// Commas, full stops and case are set now one way, now another.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_stands_for_two() {
        let mut seen = BTreeSet::new();
        for vendor in VENDORS {
            for name in vendor.entities.iter().chain([&vendor.brand]) {
                assert!(!letters(name).is_empty() && seen.insert(letters(name)), "{name} twice");
                assert_eq!(brand(name), Some(vendor.brand), "{name}");
                assert!(!is_reseller(name), "{name}");
            }
        }
        assert!(VENDORS.is_sorted_by_key(|vendor| vendor.brand));
    }

    #[test]
    fn a_name_is_known_however_it_is_set() {
        for name in ["OpenAI, L.L.C.", "OPENAI OPCO LLC", "OpenAI  Ireland\u{a0}Limited", "openai"] {
            assert_eq!(brand(name), Some("OpenAI"), "{name}");
        }
        for name in ["", "OpenAI Consulting, LLC", "Open", "LLC", "Example AI, Inc."] {
            assert_eq!(brand(name), None, "{name}");
        }
        assert!(is_reseller("Link LLC") && !is_reseller("Linkage, LLC"));
    }
}
