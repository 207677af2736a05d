//! Addresses in the copy: known hosts and paths stay, invoices get made-up tokens of the same anatomy.

use super::words::Words;
use crate::stripe::{InvoiceLink, Token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Hosts that stay, with all below them. Others may name the customer.
const HOSTS: &[&str] = &["stripe.com", "openai.com"];

/// Parts of paths that stay.
const PATHS: &[&str] = &[
    "account",
    "billing",
    "history",
    "i",
    "invoice",
    "invoices",
    "login",
    "organization",
    "overview",
    "p",
    "pdf",
    "profile",
    "receipts",
    "session",
    "settings",
];

/// The address for the copy. Queries and fragments never survive.
pub(super) fn scrub(href: &str, words: &mut Words) -> String {
    if let Some(link) = InvoiceLink::parse(href) {
        return invoice(href, &link, words);
    }
    let end = href.find(['?', '#']).unwrap_or(href.len());
    let (address, rest) = href.split_at_checked(end).unwrap_or((href, ""));
    // What follows is learnt, so that nothing in it is made up for something else.
    words.text(rest);
    let (origin, path) = match address.split_once("//") {
        Some(("" | "http:" | "https:", rest)) => {
            let (host, path) =
                rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
            (format!("https://{}", host_of(host, words)), path)
        }
        None if !address.contains(':') => (String::new(), address),
        _ => {
            words.text(address);
            return "#".to_owned();
        }
    };
    let path: Vec<String> = path
        .split('/')
        .map(|part| if PATHS.contains(&part) { part.to_owned() } else { words.text(part) })
        .collect();
    format!("{origin}{}{}", path.join("/"), if rest.is_empty() { "" } else { "#" })
}

fn host_of(host: &str, words: &mut Words) -> String {
    let known = HOSTS.iter().any(|known| {
        let below = host.strip_suffix(known).and_then(|below| below.strip_suffix('.'));
        host == *known
            || below.is_some_and(|below| below.len() <= 12 && below.bytes().all(|b| b.is_ascii_lowercase()))
    });
    if known { host.to_owned() } else { words.text(host) }
}

fn invoice(href: &str, link: &InvoiceLink, words: &mut Words) -> String {
    let identity = link.identity();
    let account = account(identity.account().as_str(), words);
    let token = token(link.token(), words);
    let made_up = format!("https://invoice.stripe.com/i/{account}/{token}?s={}", link.via());
    let made_up = InvoiceLink::parse(&made_up);
    let direct = href.to_ascii_lowercase().contains("//pay.stripe.com/");
    made_up.map_or_else(String::new, |link| if direct { link.pdf_url() } else { link.hosted_url() })
}

fn account(account: &str, words: &mut Words) -> String {
    format!("acct_{}", words.word(account.strip_prefix("acct_").unwrap_or(account)))
}

/// The same account and secret give the same made-up ones under every token, so that one invoice stays one.
fn token(token: &Token, words: &mut Words) -> String {
    let (kind, body) = token.as_str().split_once('_').unwrap_or(("live", token.as_str()));
    let Some((issuer, secret, seconds)) = token.parts() else {
        return format!("{kind}_{}", words.word(body));
    };
    let issuer = account(&issuer, words);
    let mut text = format!("{issuer},_{}", words.word(secret.trim_start_matches('_')));
    if let Some(seconds) = seconds {
        text.push(',');
        text.push_str(&words.word(&seconds.to_string()));
    }
    // Version and checksum.
    let tail = body.get(body.len().saturating_sub(12)..).unwrap_or_default();
    let (version, checksum) = tail.split_at_checked(4).unwrap_or(("0200", tail));
    format!("{kind}_{}{version}{}", STANDARD_NO_PAD.encode(text), words.word(checksum))
}
