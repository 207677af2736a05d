//! The file name that Stripe's storage gives a document, and the number in it.

use crate::number::InvoiceNumber;

/// The file name in the address that a PDF link redirects to: the storage host is told its
/// `Content-Disposition` in the query, so the name is known before any byte.
pub fn file_name_in_url(url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("response-content-disposition="))?;
    file_name_in_disposition(&percent_decoded(value)?)
}

/// `attachment; filename="Invoice-AB12CD34-0007.pdf"` → `Invoice-AB12CD34-0007.pdf` (RFC 6266, quoted or bare).
fn file_name_in_disposition(value: &str) -> Option<String> {
    let after = value.split_once("filename=")?.1;
    let name = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => after.split(';').next()?.trim(),
    };
    let plain = !name.is_empty()
        && name.len() <= 200
        && !name.contains(['/', '\\'])
        && !name.contains(char::is_control);
    plain.then(|| name.to_owned())
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The invoice number in `Invoice-AB12CD34-0007.pdf`, also in the `… (1).pdf` that a browser makes of a
/// repeat. A receipt's file name holds the receipt's number, not the invoice's, so it has none.
pub fn number_in_file_name(name: &str) -> Option<InvoiceNumber> {
    let stem = name.strip_prefix("Invoice-")?.strip_suffix(".pdf")?;
    let stem = stem.split([' ', '(']).next()?;
    InvoiceNumber::parse(stem)
}
