//! PDF text strings (ISO 32000-2, 7.9.2.2): UTF-16, UTF-8, or PDFDocEncoding. It never fails: what is no text
//! becomes U+FFFD.

/// Decodes a text string.
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Not in the standard, and written nonetheless.
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| pdf_doc(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    let text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    // An escape sequence names a language (7.9.2.2.1).
    match text.split_once('\u{1B}') {
        Some((before, rest)) => before.to_owned() + rest.split_once('\u{1B}').map_or("", |(_, after)| after),
        None => text,
    }
}

/// Annex D.2.
fn pdf_doc(byte: u8) -> char {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
        '\u{FB01}', '\u{FB02}', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
    ];
    let from = |table: &[char], first: u8| {
        byte.checked_sub(first).and_then(|place| table.get(usize::from(place))).copied()
    };
    match byte {
        0x18..=0x1F => from(&ACCENTS, 0x18).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x80..=0x9E => from(&HIGH, 0x80).unwrap_or(char::REPLACEMENT_CHARACTER),
        0xA0 => '€',
        0x7F | 0x9F | 0xAD => char::REPLACEMENT_CHARACTER,
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_encoding() {
        assert_eq!(decode(b"\xFE\xFF\0-"), "-");
        assert_eq!(decode(b"\xFE\xFF\x20\xAC\xD8\x3D\xDE\x00"), "€😀");
        assert_eq!(decode(b"\xFE\xFF\0\x1B\0e\0n\0\x1B\0-"), "-");
        assert_eq!(decode(b"\xEF\xBB\xBF\xE2\x82\xAC"), "€");
        assert_eq!(decode(b"(-) \xA0 \x85 \x93\x9E\x18"), "(-) € – \u{FB01}ž˘");
    }

    #[test]
    fn what_is_no_text_is_marked() {
        assert_eq!(decode(b"\xFE\xFF\xD8\x3D"), "\u{FFFD}");
        assert_eq!(decode(b"\xFE\xFF\0-\0"), "-", "half a unit");
        assert_eq!(decode(b"\x9F"), "\u{FFFD}");
        assert_eq!(decode(b""), "");
    }
}
