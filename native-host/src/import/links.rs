//! Stripe's links in mail, and the wrappers that mail services put around them. Everything is decoded here, in
//! this process: a wrapper is never asked for what it wraps, and no link is ever followed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use billfold_core::protocol::RowKey;
use billfold_core::stripe::{Account, InvoiceLink};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::collections::HashSet;

/// Longer addresses are nobody's link.
const LONGEST: usize = 4_096;
/// Wrappers around wrappers.
const DEEPEST: usize = 5;

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// An invoice, its page or its PDF.
    Invoice,
    /// A receipt.
    Receipt,
    /// A credit note.
    CreditNote,
}

impl Target {
    /// For programs and people.
    pub fn as_str(self) -> &'static str {
        match self {
            Target::Invoice => "invoice",
            Target::Receipt => "receipt",
            Target::CreditNote => "credit-note",
        }
    }
}

/// A link to a document, to be opened by a person. It is a credential: for the screen, never for a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The address, rebuilt from its checked parts.
    pub address: String,
    /// What it leads to.
    pub target: Target,
    /// Which invoice, where the link says so.
    pub key: Option<RowKey>,
}

impl Link {
    /// What makes two links one: the invoice that they lead to, else the address.
    pub(super) fn leads_to(&self) -> (Target, String) {
        let name = self.key.as_ref().map_or(self.address.as_str(), RowKey::as_str);
        (self.target, name.to_owned())
    }
}

/// Every link to a document in a text or a page, each once, in their order.
pub fn find(text: &str) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let mut seen = HashSet::new();
    for start in memchr::memmem::find_iter(text.as_bytes(), b"https://") {
        let rest = text.get(start..).unwrap_or_default();
        let is_end =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\'' | '`');
        let address = rest.split(is_end).next().unwrap_or_default();
        if address.len() > LONGEST {
            continue;
        }
        if let Some(link) = unwrap(&without_entities(address))
            && seen.insert(link.leads_to())
        {
            found.push(link);
        }
    }
    found
}

/// The link in an address, through all that is wrapped around it.
fn unwrap(address: &str) -> Option<Link> {
    let mut address = address.trim_end_matches(['.', ',', ';', ')', ']', '}', '|']).to_owned();
    for _ in 0..DEEPEST {
        if let Some(link) = document(&address) {
            return Some(link);
        }
        address = wrapped(&address)?;
    }
    None
}

/// The address of a document.
fn document(address: &str) -> Option<Link> {
    if let Some(link) = InvoiceLink::parse(address) {
        let key = Some(link.identity().key());
        return Some(Link { address: link.hosted_url(), target: Target::Invoice, key });
    }
    let (host, path, _) = parts(address)?;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_token = |token: &str| {
        (8..=1_024).contains(&token.len())
            && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
    };
    let (target, path) = match (host.as_str(), segments.as_slice()) {
        (
            "pay.stripe.com" | "dashboard.stripe.com",
            ["receipts", kind, token] | ["receipts", kind, token, "pdf"],
        ) if matches!(*kind, "invoices" | "payment") && is_token(token) => {
            (Target::Receipt, format!("receipts/{kind}/{token}"))
        }
        ("pay.stripe.com", ["receipts", kind, account, token])
            if *kind == "payment" && is_token(account) && is_token(token) =>
        {
            (Target::Receipt, format!("receipts/{kind}/{account}/{token}"))
        }
        ("pay.stripe.com", ["credit_notes", account, token, ..])
            if Account::parse(account).is_some() && is_token(token) =>
        {
            (Target::CreditNote, format!("credit_notes/{account}/{token}/pdf"))
        }
        _ => return None,
    };
    Some(Link { address: format!("https://{host}/{path}?s=em"), target, key: None })
}

/// What a wrapper wraps.
fn wrapped(address: &str) -> Option<String> {
    let (host, path, query) = parts(address)?;
    let parameter = |name: &str| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        percent_decoded(pair?)
    };
    let is_google = host == "google.com" || host.starts_with("www.google.");
    if is_google && path == "url" {
        return parameter("q").or_else(|| parameter("url"));
    }
    if host.ends_with(".safelinks.protection.outlook.com") {
        return parameter("url");
    }
    if matches!(host.as_str(), "urldefense.proofpoint.com" | "urldefense.com" | "urldefense.us") {
        return match path.split('/').next()? {
            "v2" => percent_decoded(&parameter("u")?.replace('-', "%").replace('_', "/")),
            "v3" => proofpoint_v3(address),
            _ => None,
        };
    }
    // Stripe counts clicks: `https://58.email.stripe.com/CL0/https:%2F%2Fpay.stripe.com%2F…/1/<id>/<signature>`.
    if host == "email.stripe.com" || host.ends_with(".email.stripe.com") {
        return percent_decoded(path.strip_prefix("CL0/")?.split('/').next()?);
    }
    None
}

/// `https://urldefense.com/v3/__https://host/path*with*stars__;Iz8!!…`: each star stands for a character of the
/// base64 behind it; two stars and a letter stand for several.
fn proofpoint_v3(address: &str) -> Option<String> {
    let rest = address.split_once("/v3/__")?.1;
    let (masked, rest) = rest.rsplit_once("__;")?;
    let encoded = rest.split('!').next()?;
    let plain = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let mut taken = plain.chars();
    let mut out = String::with_capacity(masked.len());
    let mut masked = masked.chars().peekable();
    while let Some(c) = masked.next() {
        if c != '*' {
            out.push(c);
            continue;
        }
        let count = match masked.peek() {
            Some('*') => {
                masked.next();
                run_length(masked.next()?)?
            }
            _ => 1,
        };
        for _ in 0..count {
            out.push(taken.next()?);
        }
    }
    // Services on the way make one slash of two.
    Some(match out.strip_prefix("https:/").filter(|rest| !rest.starts_with('/')) {
        Some(rest) => format!("https://{rest}"),
        None => out,
    })
}

fn run_length(letter: char) -> Option<usize> {
    let letters = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
    letters.zip(2..).find_map(|(known, count)| (known == letter).then_some(count))
}

/// Host in lower case, path without its leading slash, query.
fn parts(address: &str) -> Option<(String, &str, &str)> {
    let rest = address.strip_prefix("https://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at_checked(end)?;
    if host.contains(['@', ':', '\\']) {
        return None;
    }
    let rest = rest.split('#').next()?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Some((host.to_ascii_lowercase(), path.strip_prefix('/').unwrap_or(path), query))
}

fn percent_decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

/// In a page, `&` between parameters is written as an entity, and more so by some writers.
fn without_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&#x3D;", "="), ("&#61;", "="), ("&#x2F;", "/"), ("&#47;", "/"), ("&#38;", "&"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "acct_1ABCDEFGH";
    const INVOICE: &str = "https://invoice.stripe.com/i/acct_1ABCDEFGH/live_abcdefghijkl";

    fn addresses(text: &str) -> Vec<String> {
        find(text).into_iter().map(|link| link.address).collect()
    }

    fn encoded(address: &str) -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        address
            .bytes()
            .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    }

    #[test]
    fn links_are_found_in_text_and_in_pages_each_once() {
        let text = format!(
            "Pay here: {INVOICE}?s=em. Or ({INVOICE}?s=ap)\n<a href=\"https://pay.stripe.com/invoice/{ACCOUNT}/\
             live_abcdefghijkl/pdf?s=em&amp;x=1\">PDF</a> <a href='https://example.com/i/{ACCOUNT}/live_x'>no</a>"
        );
        assert_eq!(addresses(&text), [format!("{INVOICE}?s=em")]);
        let others = "<https://dashboard.stripe.com/receipts/invoices/CAcaFwoVYWNjdF8x_x-y/pdf?s=em>, \
                      https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8x and \
                      https://pay.stripe.com/credit_notes/acct_1ABCDEFGH/live_abcdefghijkl/pdf?s=ap";
        let found = find(others);
        let targets: Vec<Target> = found.iter().map(|link| link.target).collect();
        assert_eq!(targets, [Target::Receipt, Target::Receipt, Target::CreditNote]);
        assert_eq!(
            found[2].address,
            "https://pay.stripe.com/credit_notes/acct_1ABCDEFGH/live_abcdefghijkl/pdf?s=em"
        );
        for text in [
            "http://invoice.stripe.com/i/acct_1ABCDEFGH/live_abcdefghijkl",
            "https://invoice.stripe.com.example.com/i/acct_1ABCDEFGH/live_abcdefghijkl",
            "https://stripe.com/receipts/payment/CAcaFwoVYWNjdF8x",
            "https://pay.stripe.com:80/receipts/payment/CAcaFwoVYWNjdF8x",
            "https://a@pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8x",
            "https://www.google.com/url?q=%ZZ",
            "https://",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn wrappers_are_taken_off_here() {
        let link = format!("{INVOICE}?s=em");
        let target = encoded(&link);
        let google = format!("https://www.google.com/url?q={target}&source=gmail&ust=1&usg=x");
        let v2 = target.replace('-', "%2D").replace('_', "%5F").replace("%2F", "_").replace('%', "-");
        let wrappers = [
            google.clone(),
            format!("https://www.google.de/url?sa=t&url={target}"),
            format!("https://eur01.safelinks.protection.outlook.com/?url={target}&data=05%7C02&reserved=0"),
            format!("https://urldefense.proofpoint.com/v2/url?u={v2}&d=DwMFaQ&c=x"),
            format!("https://urldefense.com/v3/__{link}__;!!abc!def$"),
            // `?` and `_` as stars.
            format!(
                "https://urldefense.com/v3/__{}__;Xz8!!abc!def$",
                link.replace(['?', '_'], "*").replacen('*', "_", 1)
            ),
            format!("https://58.email.stripe.com/CL0/{}/1/0100018/abc=364", target.replace("%3A", ":")),
            // One in another.
            format!("https://58.email.stripe.com/CL0/{}/1/0100018/abc=364", encoded(&google)),
        ];
        for wrapper in wrappers {
            assert_eq!(
                addresses(&format!("<a href=\"{wrapper}\">")),
                std::slice::from_ref(&link),
                "{wrapper}"
            );
        }
        let mut nested = link;
        for _ in 0..DEEPEST {
            nested = format!("https://www.google.com/url?q={}", encoded(&nested));
        }
        assert!(find(&nested).is_empty(), "that deep, it is no mail service's");
    }

    #[test]
    fn several_masked_characters_in_a_row() {
        let masked = "https://urldefense.com/v3/__https://example.com/a**Bb*__;Xy4vLQ!!x!y$";
        assert_eq!(proofpoint_v3(masked).as_deref(), Some("https://example.com/a_./b-"));
        assert_eq!(proofpoint_v3("https://urldefense.com/v3/__https://x/**__;!!"), None);
        assert_eq!(
            proofpoint_v3("https://urldefense.com/v3/__https:/example.com__;!!x").as_deref(),
            Some("https://example.com")
        );
    }
}
