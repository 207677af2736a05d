//! What may not stand in a file name on Linux, macOS or Windows, and what hides there.

use unicode_normalization::UnicodeNormalization;

/// The most bytes of one path component, everywhere but on encrypted home folders.
pub(super) const COMPONENT_BYTES: usize = 255;

/// Marks the place of a part that is unknown, between rendering and tidying. From the private-use area, and
/// cleaned out of every value.
pub(super) const HOLE: char = '\u{E000}';

/// A value as one harmless piece of a path component: no separator, nothing invisible, no white space at the
/// ends, NFC. Empty when nothing is left.
pub(super) fn value(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            HOLE => {}
            c if is_hidden(c) => {}
            c if c.is_whitespace() => {
                if !clean.ends_with(' ') {
                    clean.push(' ');
                }
            }
            c if is_reserved(c) => clean.push('-'),
            c => clean.push(c),
        }
    }
    // A name made of dots is no name.
    let trimmed = clean.trim_matches(|c: char| c == ' ' || c == '.');
    trimmed.to_owned()
}

/// A rendered component, holes and all, as a name that every system takes. Empty when nothing is left.
pub(super) fn component(rendered: &str) -> String {
    let filled = close_holes(rendered);
    let clean = value(&filled);
    match clean.chars().next() {
        // It would read as an option to a command that is given the file.
        Some('-') => format!("_{clean}"),
        _ => clean,
    }
}

/// Takes every hole out, with the separators before it; where there are none, with those after it.
fn close_holes(rendered: &str) -> String {
    let is_separator = |c: char| matches!(c, '_' | '-' | ' ');
    let mut out = String::with_capacity(rendered.len());
    let mut eat_following = false;
    for c in rendered.chars() {
        if c == HOLE {
            let kept = out.trim_end_matches(is_separator).len();
            eat_following = kept == 0;
            out.truncate(kept);
        } else if eat_following && is_separator(c) {
        } else {
            eat_following = false;
            out.push(c);
        }
    }
    out
}

/// A stem, its suffixes and an extension, within the limit: the stem gives way, the rest stays whole.
pub(super) fn file_name(stem: &str, suffixes: &[&str], extension: &str) -> Option<String> {
    let tail: String = suffixes.iter().map(|suffix| format!("_{suffix}")).collect();
    // A stem of which nothing is left is named by its suffix alone, unless that would read as an option.
    let alone = tail.strip_prefix('_').filter(|alone| stem.is_empty() && !alone.starts_with('-'));
    let tail = alone.unwrap_or(&tail);
    let room = COMPONENT_BYTES.saturating_sub(tail.len() + extension.len());
    let stem = cut(stem, room).trim_end_matches([' ', '.']);
    if stem.is_empty() && tail.is_empty() {
        return None;
    }
    Some(format!("{}{extension}", not_a_device(&format!("{stem}{tail}"))))
}

/// A folder's name within the limit.
pub(super) fn folder_name(name: &str) -> String {
    not_a_device(cut(name, COMPONENT_BYTES - 1).trim_end_matches([' ', '.']))
}

/// The longest head of at most so many bytes that ends between characters.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// `con.x` is a device on Windows whatever follows the first dot; `con_.x` is a file.
fn not_a_device(name: &str) -> String {
    let (stem, rest) = match name.find('.') {
        Some(dot) => name.split_at(dot),
        None => (name, ""),
    };
    if is_device(stem.trim_end()) { format!("{}_{rest}", stem.trim_end()) } else { name.to_owned() }
}

pub(super) fn is_device(stem: &str) -> bool {
    let upper = stem.to_uppercase();
    let numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

/// Separators and what Windows refuses.
pub(super) fn is_reserved(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Control and format characters: they change how a name reads without being seen (bidi overrides, zero
/// widths, tags), or end it early.
pub(super) fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
