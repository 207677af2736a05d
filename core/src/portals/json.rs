//! One string out of a text of JSON, found by its key at whatever depth: sites move their fields between
//! levels. A whole parser would be the larger part of what this module's only user needs it for, and the
//! content module carries it into every billing page.

/// The value of the first `"key": "…"`, unescaped (RFC 8259, section 7). Nothing, where that is no string.
pub(super) fn string_of(json: &str, key: &str) -> Option<String> {
    let quoted = format!("\"{key}\"");
    let after = json.get(json.find(&quoted)? + quoted.len()..)?.trim_start();
    let mut rest = after.strip_prefix(':')?.trim_start().strip_prefix('"')?.chars();
    let mut units = Vec::new();
    loop {
        let unit = match rest.next()? {
            '"' => return String::from_utf16(&units).ok(),
            '\\' => match rest.next()? {
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).ok()?);
                    continue;
                }
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                plain @ ('"' | '\\' | '/') => plain,
                _ => return None,
            },
            plain => plain,
        };
        units.extend_from_slice(unit.encode_utf16(&mut [0; 2]));
    }
}

#[cfg(test)]
mod tests {
    use super::string_of;

    #[test]
    fn a_string_is_found_by_its_key_and_unescaped() {
        let json = r#"{"a":1,"portal_branding" : {"business_name" : "Caf\u00e9 \"N\u00f6\" \ud83d\ude00, Inc\/\\."}}"#;
        assert_eq!(string_of(json, "business_name").unwrap(), "Café \"Nö\" 😀, Inc/\\.");
    }

    #[test]
    fn what_is_no_string_is_nothing() {
        for json in [
            "",
            r#"{"business_name": null}"#,
            r#"{"business_name": "cut"#,
            r#"{"business_name": "\ud83d"}"#,
            r#"{"business_name": "\x"}"#,
            r#"{"business_name": "\u12"}"#,
            r#"{"other_business_name": "x"}"#,
        ] {
            assert_eq!(string_of(json, "business_name"), None, "{json}");
        }
    }
}
