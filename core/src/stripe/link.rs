//! Addresses of invoices at Stripe.

use super::{Identity, Token};
use std::fmt;

/// A Stripe account, `acct_…`: who issued an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account(String);

impl Account {
    /// `acct_` and 4 to 64 letters and digits.
    pub fn parse(text: &str) -> Option<Account> {
        let rest = text.strip_prefix("acct_")?;
        let fits = (4..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Account(text.to_owned()))
    }

    /// The account's id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link to an invoice: to its hosted page or straight to its PDF, which are one path apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InvoiceLink {
    account: Account,
    token: Token,
    /// Where the link came from (`?s=`): `ap` API, `il` portal list, `em` mail, `pd` inside the PDF.
    via: Option<String>,
}

impl InvoiceLink {
    /// Reads `https://invoice.stripe.com/i/acct_…/live_…[?s=…]` and
    /// `https://pay.stripe.com/invoice/acct_…/live_…/pdf[?s=…]`. The host must match to the letter.
    pub fn parse(href: &str) -> Option<InvoiceLink> {
        let (host, path, query) = split(href)?;
        let mut segments = path.split('/');
        let mut expect = |literal: &str| segments.next() == Some(literal);
        let hosted = match host.as_str() {
            "invoice.stripe.com" if expect("i") => true,
            "pay.stripe.com" if expect("invoice") => false,
            _ => return None,
        };
        let account = Account::parse(segments.next()?)?;
        let token = Token::parse(segments.next()?)?;
        let rest: Vec<&str> = segments.filter(|segment| !segment.is_empty()).collect();
        // invoice.stripe.com/i/…/pdf exists too; it answers HTML, but it names the same invoice.
        let known = rest == ["pdf"] || (hosted && rest.is_empty());
        known.then(|| InvoiceLink { account, token, via: via(query) })
    }

    /// Which invoice it is.
    pub fn identity(&self) -> Identity {
        Identity::of(&self.account, &self.token)
    }

    /// The link's token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The hosted page's address, rebuilt from the checked parts.
    pub fn hosted_url(&self) -> String {
        format!("https://invoice.stripe.com/i/{}/{}?s={}", self.account.0, self.token.as_str(), self.via())
    }

    /// The PDF's address. It answers with a redirect to the file; no cookie is needed.
    pub fn pdf_url(&self) -> String {
        format!(
            "https://pay.stripe.com/invoice/{}/{}/pdf?s={}",
            self.account.0,
            self.token.as_str(),
            self.via()
        )
    }

    /// Where Stripe's own page asks for the file's address: JSON with `file_url`, which is null when it is asked
    /// too fast. Undocumented.
    pub fn file_data_url(&self) -> String {
        format!(
            "https://invoicedata.stripe.com/invoice_pdf_file_url/{}/{}",
            self.account.0,
            self.token.as_str()
        )
    }

    /// The same for the file of its receipt. Null as well where there is none, as long as it is not paid.
    pub fn receipt_data_url(&self) -> String {
        format!(
            "https://invoicedata.stripe.com/invoice_receipt_file_url/{}/{}",
            self.account.0,
            self.token.as_str()
        )
    }

    /// Without `s` some links were seen to answer "Invoice not found", so there is always one.
    pub(crate) fn via(&self) -> &str {
        self.via.as_deref().unwrap_or("ap")
    }
}

/// Never the token.
impl fmt::Debug for InvoiceLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvoiceLink({}, …)", self.account.0)
    }
}

/// Host in lower case, path without its leading slash, query. Nothing but plain `https` addresses: user
/// names, ports, backslashes and anything that a browser would read in another way are refused.
fn split(href: &str) -> Option<(String, &str, &str)> {
    let href = href.trim_matches([' ', '\t', '\n', '\r']);
    let after_scheme = match href.get(..8) {
        Some(scheme) if scheme.eq_ignore_ascii_case("https://") => href.get(8..)?,
        _ => href.strip_prefix("//")?,
    };
    if !after_scheme.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return None;
    }
    let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
    let (authority, rest) = after_scheme.split_at_checked(end)?;
    let host = authority.strip_suffix(":443").unwrap_or(authority).to_ascii_lowercase();
    let rest = rest.split('#').next()?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Some((host, path.strip_prefix('/').unwrap_or(path), query))
}

fn via(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("s="))?;
    let fits = (1..=8).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| value.to_owned())
}

/// The link to its own hosted page that an invoice PDF embeds, found in the file's raw bytes.
///
/// It lay uncompressed in every invoice PDF examined. None, where there is none or where several lead to
/// different invoices: then the file does not say which one it is.
pub fn embedded_link(pdf: &[u8]) -> Option<InvoiceLink> {
    const NEEDLE: &[u8] = b"https://invoice.stripe.com/i/";
    let mut found: Option<InvoiceLink> = None;
    let mut rest = pdf;
    while let Some(at) = memchr::memmem::find(rest, NEEDLE) {
        let from = rest.get(at..)?;
        let length =
            from.iter().take(600).take_while(|b| b.is_ascii_graphic() && !b"()<>\"'\\".contains(b)).count();
        let link =
            from.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(InvoiceLink::parse);
        match (&found, link) {
            (Some(first), Some(link)) if first.identity() != link.identity() => return None,
            (None, link) => found = link,
            _ => {}
        }
        rest = from.get(NEEDLE.len()..)?;
    }
    found
}
