//! Whether a document is one, and whether it fits its row. Pure.

use super::run::{key_is_fleeting, name, stripe_key};
use crate::archive::Reason;
use billfold_core::protocol::{Code, Row, RowKey};
use billfold_core::sniff;
use billfold_core::stripe::{embedded_link, number_in_file_name};

/// The document's own link has the row's secret: proof that it is the row's.
pub(super) const LINK_EQUAL: &str = "link-equal";
/// Same account, another secret. That they are always equal is inferred, so it is a note and no more.
pub(super) const LINK_DIFFERS: &str = "link-differs";

/// How much of a page is searched for what it says.
const PAGE_HEAD: usize = 64 * 1024;

/// What a document says about itself, compared with its row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Checked {
    /// The issuer's number, from the row or from the file's name.
    pub(super) number: Option<String>,
    pub(super) notes: Vec<String>,
    /// Why it does not fit.
    pub(super) misfit: Option<Reason>,
    /// The key in the document's own link, where it is another than the row's.
    pub(super) other_key: Option<RowKey>,
}

/// Nothing but a PDF is filed; one that does not fit its row goes to quarantine.
pub(super) fn check(bytes: &[u8], row: &Row, file_name: Option<&str>) -> Result<Checked, Code> {
    // A page that talks of `%PDF-` is still a page.
    if sniff::is_page(bytes) {
        return Err(if is_stripes(bytes) { Code::LinkExpired } else { Code::NotAPdf });
    }
    sniff::pdf_or_why_not(bytes)?;
    let mut checked = Checked::default();
    let misfit = |code, ours: &str, theirs: &str| {
        Some(Reason { code, row: Some(ours.to_owned()), document: Some(theirs.to_owned()) })
    };
    if let (Some((account, _)), Some(link)) = (stripe_key(row), embedded_link(bytes)) {
        let theirs = link.identity();
        if theirs.account().as_str() != account {
            checked.misfit = misfit(Code::OtherAccount, account, theirs.account().as_str());
        } else if theirs.key() == row.key {
            checked.notes.push(LINK_EQUAL.into());
        } else if !key_is_fleeting(row) {
            checked.notes.push(LINK_DIFFERS.into());
            checked.other_key = Some(theirs.key());
        }
    }
    let listed = row.number.as_ref().map(ToString::to_string);
    let named = file_name.and_then(number_in_file_name).map(|number| number.to_string());
    if let (None, Some(listed), Some(named)) = (&checked.misfit, &listed, &named)
        && !listed.eq_ignore_ascii_case(named)
    {
        checked.misfit = misfit(Code::OtherNumber, listed, named);
    }
    checked.number = listed.or(named);
    Ok(checked)
}

/// A document that leads to another invoice which is known is that invoice's, whatever its row says.
pub(super) fn belongs_to(other: String, row: &Row) -> Reason {
    Reason { code: Code::OtherInvoice, row: Some(name(row)), document: Some(other) }
}

/// An expired link answers 200 with Stripe's page ("This link expired"), in the reader's language: so it is
/// known by whose page it is.
fn is_stripes(page: &[u8]) -> bool {
    let text = String::from_utf8_lossy(page.get(..PAGE_HEAD).unwrap_or(page)).to_lowercase();
    text.contains("stripe") || text.contains("expired")
}

#[cfg(test)]
mod tests {
    use super::*;
    use billfold_core::number::InvoiceNumber;
    use billfold_core::stripe::InvoiceLink;

    fn row(key: Option<RowKey>, number: Option<&str>) -> Row {
        Row {
            key: key.unwrap_or(RowKey::new("k")),
            document: true,
            number: number.and_then(InvoiceNumber::parse),
            amount: None,
            date: None,
            status: None,
            description: None,
        }
    }

    #[test]
    fn only_a_pdf_is_a_document() {
        let bare = row(None, None);
        for (bytes, code) in [
            (&b""[..], Code::EmptyDocument),
            (b"<!DOCTYPE html><title>This link expired</title>", Code::LinkExpired),
            (b"\n<html><script src='https://js.stripe.com/v3'>", Code::LinkExpired),
            (b"<html>Log in to the hotel's network", Code::NotAPdf),
            (b"{\"error\": \"stripe\"}", Code::NotAPdf),
            (b"<html>How to read %PDF-1.4", Code::NotAPdf),
        ] {
            assert_eq!(check(bytes, &bare, None), Err(code), "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(check(b"%PDF-1.4", &bare, None), Ok(Checked::default()));
        assert_eq!(check(b"\xef\xbb\xbf%PDF-1.4", &bare, None), Ok(Checked::default()));
    }

    #[test]
    fn the_number_comes_from_the_row_or_the_file_and_must_be_one() {
        let number = |row: &Row, file| check(b"%PDF-", row, file).unwrap();
        let listed = row(None, Some("AB12CD34-0007"));
        assert_eq!(number(&listed, None).number.as_deref(), Some("AB12CD34-0007"));
        assert_eq!(number(&listed, Some("Invoice-AB12CD34-0007.pdf")).misfit, None);
        let other = number(&listed, Some("Invoice-AB12CD34-0008.pdf")).misfit.unwrap();
        assert_eq!(other.code, Code::OtherNumber);
        assert_eq!(other.detail().unwrap(), "row: AB12CD34-0007, document: AB12CD34-0008");
        let named = number(&row(None, None), Some("Invoice-AB12CD34-0008.pdf"));
        assert_eq!((named.number.as_deref(), named.misfit), (Some("AB12CD34-0008"), None));
        assert_eq!(number(&listed, Some("../..")).misfit, None);
    }

    #[test]
    fn the_documents_own_link_proves_or_refutes() {
        let link = |account: &str, token: &str| format!("https://invoice.stripe.com/i/{account}/{token}");
        let token = |secret: char, seconds: u32| {
            use base64::Engine;
            let text = format!("acct_1ABCDEFGH,_{},{seconds}", secret.to_string().repeat(31));
            let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
            format!("live_{text}0200abcdefgh")
        };
        let pdf = |link: &str| format!("%PDF-1.4 /URI ({link}?s=pd)").into_bytes();
        let account = "acct_1ABCDEFGH";
        let listed = InvoiceLink::parse(&link(account, &token('a', 123_456_789))).unwrap();
        let ours = row(Some(listed.identity().key()), None);
        assert!(!key_is_fleeting(&ours));
        let undecoded = InvoiceLink::parse(&link(account, "live_abcdefghijkl")).unwrap();
        assert!(key_is_fleeting(&row(Some(undecoded.identity().key()), None)));
        let checked = |bytes: &[u8]| check(bytes, &ours, None).unwrap();
        assert_eq!(checked(&pdf(&link(account, &token('a', 987_654_321)))).notes, [LINK_EQUAL]);
        let differs = checked(&pdf(&link(account, &token('b', 123_456_789))));
        assert_eq!((differs.notes.as_slice(), differs.misfit), (&[LINK_DIFFERS.to_owned()][..], None));
        let misfit = checked(&pdf(&link("acct_2OTHER", "live_abcdefghijkl"))).misfit.unwrap();
        assert_eq!(misfit.code, Code::OtherAccount);
        assert_eq!(misfit.detail().unwrap(), "row: acct_1ABCDEFGH, document: acct_2OTHER");
        assert_eq!(checked(b"%PDF-1.4 no link"), Checked::default());
    }
}
