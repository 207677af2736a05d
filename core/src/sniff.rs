//! What a body of bytes is, whatever its server calls it: a PDF comes as `application/octet-stream` too, and
//! an expired link answers 200 with a page.

use crate::protocol::Code;

/// Where a reader looks for the header (ISO 32000-1, Annex H.3.4.1, implementation note 13).
const HEADER_WITHIN: usize = 1024;

/// Checks the beginning of a document: fine, or why it is none. Give it the first kilobyte, or all there is.
pub fn pdf_or_why_not(beginning: &[u8]) -> Result<(), Code> {
    let window = beginning.get(..HEADER_WITHIN).unwrap_or(beginning);
    if window.is_empty() {
        return Err(Code::EmptyDocument);
    }
    memchr::memmem::find(window, b"%PDF-").map(drop).ok_or(Code::NotAPdf)
}

/// Is it a web page? From Stripe's own host instead of a document: the link has expired.
pub fn is_page(beginning: &[u8]) -> bool {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    text.first() == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_is_known_by_its_header_alone() {
        assert_eq!(pdf_or_why_not(b"%PDF-1.4\n"), Ok(()));
        assert_eq!(pdf_or_why_not(b"\xef\xbb\xbf\r\n%PDF-1.7"), Ok(()), "readers allow some bytes before it");
        assert_eq!(pdf_or_why_not(b""), Err(Code::EmptyDocument));
        assert_eq!(pdf_or_why_not(b"PK\x03\x04"), Err(Code::NotAPdf));
        let late = [vec![b' '; 2_000], b"%PDF-1.4".to_vec()].concat();
        assert_eq!(pdf_or_why_not(&late), Err(Code::NotAPdf));
    }

    #[test]
    fn a_page_begins_with_a_tag() {
        assert!(is_page(b" \n<!doctype html><h1>This link expired"));
        assert!(is_page(b"\xef\xbb\xbf<html>"));
        assert!(!is_page(b"%PDF-1.4 <x>"));
        assert!(!is_page(b""));
    }
}
