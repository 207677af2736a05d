//! One spelling for the many ways to write a space, a dash, a digit or an apostrophe.
//!
//! The scanners of dates and money read folded text only, so none of them needs to know Unicode's variants.
//! Letters are left as they are.

/// A space that keeps its neighbours on one line: no-break, narrow, thin. CLDR groups thousands with these.
pub(crate) const TIGHT: char = '\u{a0}';
/// Two or more plain spaces, a tab or a line break: more likely a border between two cells than a space.
pub(crate) const WIDE: char = '\t';
/// The minus sign proper. Every other hyphen and dash becomes `-`, but for the next one.
pub(crate) const MINUS: char = '\u{2212}';
/// The long dash of prose.
pub(crate) const LONG_DASH: char = '\u{2014}';

/// Folds full-width forms, spaces, dashes and apostrophes, drops what cannot be seen, trims both ends, and
/// leaves a single space character between words.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = None;
    for c in text.chars() {
        let Some(c) = fold_char(c) else { continue };
        if matches!(c, ' ' | TIGHT | WIDE) {
            gap = Some(match (gap, c) {
                (None, c) => c,
                (Some(TIGHT), TIGHT) => TIGHT,
                (Some(TIGHT), ' ') | (Some(' '), TIGHT) => ' ',
                _ => WIDE,
            });
            continue;
        }
        if let Some(gap) = gap.take()
            && !out.is_empty()
        {
            out.push(gap);
        }
        out.push(c);
    }
    out
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        ' '..='~' => c,
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{200a}' | '\u{202f}' => TIGHT,
        // No-break and narrow spaces first, then the rest of Unicode's white space.
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => WIDE,
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => {
            return None;
        }
        '\u{2010}'..='\u{2013}' | '\u{2043}' | '\u{fe63}' => '-',
        '\u{2014}' | '\u{2015}' | '\u{fe58}' => LONG_DASH,
        '\u{207b}' | '\u{2212}' | '\u{2796}' => MINUS,
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' => '\'',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        '\u{ffe1}' => '£',
        '\u{ffe6}' => '₩',
        '\u{fe69}' => '$',
        c if c.is_whitespace() => ' ',
        c if c.is_control() => return None,
        c => c,
    })
}

/// Whether a character continues a word or number of an alphabetic script. Chinese, Japanese and Korean
/// write no spaces (`支払日2026年5月1日`), so their letters are no sign of that.
pub(crate) fn joins(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && c < '\u{2e80}' && c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(fold(" １，２３４．５０\u{202f}€ "), "1,234.50\u{a0}€");
        assert_eq!(fold("a\u{3000}b \u{a0}c\n d\te  f"), "a b c\td\te\tf");
        assert_eq!(fold("‐‑‒–-"), "-----");
        assert_eq!(fold("−\u{200e}5 — 1’234"), "−5 — 1'234");
    }
}
