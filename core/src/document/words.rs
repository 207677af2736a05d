//! Texts of cells in one spelling, so that labels can be looked up, and the splitting of a label from what
//! follows it in the same cell.

use super::languages::{Label, Language};
use unicode_normalization::UnicodeNormalization as _;

/// Small letters, compatibility forms resolved (NFKC), plain hyphens and apostrophes, single spaces, no colon
/// at the end.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push(&mut out, c.to_ascii_lowercase()));
    } else {
        text.nfkc().flat_map(char::to_lowercase).for_each(|c| push(&mut out, c));
    }
    let kept = out.trim_end_matches([' ', ':']).len();
    out.truncate(kept);
    out
}

fn push(out: &mut String, c: char) {
    match c {
        c if c.is_whitespace() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        c if is_hyphen(c) => out.push('-'),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => out.push('\''),
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
        c => out.push(c),
    }
}

/// Every way to write a hyphen but the minus sign proper.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{fe63}' | '\u{ff0d}')
}

/// A text all of whose characters are known.
pub(super) fn readable(text: &str) -> Option<String> {
    (!text.contains(char::REPLACEMENT_CHARACTER)).then(|| text.trim().to_owned())
}

/// What follows a label in the same text: `Invoice number: AB12CD34-0007`. As printed, and not empty. `folded`
/// is the text's folded form.
pub(super) fn after_label<'t>(
    language: &Language,
    label: Label,
    text: &'t str,
    folded: &str,
) -> Option<&'t str> {
    language
        .spellings(label)
        .filter_map(|spelling| after(spelling, text, folded))
        .min_by_key(|rest| rest.len())
}

fn after<'t>(spelling: &str, text: &'t str, folded: &str) -> Option<&'t str> {
    let end = folded.strip_prefix(spelling)?;
    if !end.starts_with([' ', ':']) {
        return None;
    }
    // Folding keeps words words, so that the value begins with the same one.
    let words = spelling.split(' ').count();
    let mut rest = text.trim_start();
    for _ in 0..words {
        rest = rest.get(rest.find(char::is_whitespace)?..)?.trim_start();
    }
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::languages::LANGUAGES;
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(fold(" Invoice\u{a0} Number : "), "invoice number");
        assert_eq!(fold("Date d’émission"), "date d'émission");
        assert_eq!(fold("USt\u{2011}IdNr."), "ust-idnr.");
        assert_eq!(fold("ﬁnal ＴＯＴＡＬ"), "final total");
    }

    #[test]
    fn a_label_parts_from_its_value() {
        let english = LANGUAGES[0];
        let number = |text| after_label(english, Label::InvoiceNumber, text, &fold(text));
        assert_eq!(number("Invoice number: AB12CD34-0007"), Some("AB12CD34-0007"));
        assert_eq!(number("Invoice # 2026 7"), Some("2026 7"));
        assert_eq!(number("Invoice number"), None);
        assert_eq!(number("Invoice numbers 7"), None);
    }
}
