//! Tables held as words in one string: small in a WebAssembly module, and quick enough without a map.

/// Whether a word is one of those in a list, which spaces divide. By bytes, because `str::split` costs several
/// times as much and this runs for every row of a page.
pub(crate) fn lists(list: &str, word: &[u8]) -> bool {
    words(list, b' ').any(|entry| entry == word)
}

/// The parts of a table between two dividers, without allocating.
pub(crate) fn words(list: &str, divider: u8) -> impl Iterator<Item = &[u8]> {
    list.as_bytes().split(move |b| *b == divider)
}

/// Whether a list of `language-REGION` tags has this one.
pub(crate) fn lists_tag(list: &str, language: &str, region: &str) -> bool {
    words(list, b' ').any(|tag| is_tag(tag, language, region))
}

/// Whether a tag is `language-REGION`.
pub(crate) fn is_tag(tag: &[u8], language: &str, region: &str) -> bool {
    let rest = tag.strip_prefix(language.as_bytes()).and_then(|rest| rest.strip_prefix(b"-"));
    rest.is_some_and(|rest| rest == region.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert!(lists("de fr es", b"fr"));
        assert!(!lists("de fr es", b"f") && !lists("de fr es", b"e f") && !lists("de fr", b""));
        assert!(lists_tag("fr-CA es-US", "es", "US") && !lists_tag("fr-CA es-US", "fr", "US"));
    }
}
