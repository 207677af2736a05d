//! The file name that Stripe's storage gives a document, and the number in it.

use crate::number::InvoiceNumber;
use percent_encoding::percent_decode_str;

/// The file name in the address that a PDF link redirects to: the storage host is told its
/// `Content-Disposition` in the query, so the name is known before any byte.
pub fn file_name_in_url(url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("response-content-disposition="))?;
    // Storage hosts write a space of a query as a plus.
    let value = value.replace('+', " ");
    file_name_in_disposition(&percent_decode_str(&value).decode_utf8().ok()?)
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

/// The invoice number in `Invoice-AB12CD34-0007.pdf`, also in the `… (1).pdf` that a browser makes of a
/// repeat. A receipt's file name holds the receipt's number, not the invoice's, so it has none.
pub fn number_in_file_name(name: &str) -> Option<InvoiceNumber> {
    let stem = name.strip_prefix("Invoice-")?.strip_suffix(".pdf")?;
    let stem = stem.split([' ', '(']).next()?;
    InvoiceNumber::parse(stem)
}
