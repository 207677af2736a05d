//! The language and region that a page's text is written in, as far as they are known.

/// A BCP 47 tag cut down to what parsing needs: language and region. Both may be unknown.
///
/// Parsing never fails: a tag that says nothing is an unknown locale, and an unknown locale makes the
/// ambiguous stay ambiguous.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Locale {
    /// Two or three lower-case letters (`en`), empty when unknown.
    language: String,
    /// Two upper-case letters (`GB`), empty when unknown.
    region: String,
}

impl Locale {
    /// Nothing is known.
    pub const UNKNOWN: Locale = Locale { language: String::new(), region: String::new() };

    /// Reads `en`, `en-GB`, `en_GB.UTF-8`, `zh-Hant-TW`; anything else is unknown.
    pub fn parse(tag: &str) -> Locale {
        let mut parts = tag.trim().split(['-', '_', '.']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        if !(2..=3).contains(&language.len()) || !language.bytes().all(|b| b.is_ascii_lowercase()) {
            return Locale::UNKNOWN;
        }
        let region = parts
            .find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
            .map(str::to_ascii_uppercase)
            .unwrap_or_default();
        Locale { language, region }
    }

    /// `en`, or nothing when unknown.
    pub fn language(&self) -> Option<&str> {
        Some(self.language.as_str()).filter(|s| !s.is_empty())
    }

    /// `GB`, or nothing when unknown.
    pub fn region(&self) -> Option<&str> {
        Some(self.region.as_str()).filter(|s| !s.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_language_and_region() {
        let gb = Locale::parse("en_GB.UTF-8");
        assert_eq!((gb.language(), gb.region()), (Some("en"), Some("GB")));
        let tw = Locale::parse("zh-Hant-TW");
        assert_eq!((tw.language(), tw.region()), (Some("zh"), Some("TW")));
        assert_eq!(Locale::parse("de").region(), None);
    }

    #[test]
    fn nonsense_is_unknown() {
        for tag in ["", "x", "C", "POSIX", "12", "../etc"] {
            assert_eq!(Locale::parse(tag), Locale::UNKNOWN, "{tag}");
        }
    }
}
