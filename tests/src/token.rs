//! The tokens in hosted-invoice links: written and read, a second time and independently of `billfold-core`.
//!
//! Anatomy, as decoded from public links: `live_`, then base64 without padding of account, secret and the
//! seconds since 2021, joined by commas, then `0200` and eight characters of checksum. A customer portal's
//! own token has no time and ends in `0100` and eight characters.

use crate::random::{ALPHANUMERIC, Random, fnv};

/// 2021-01-01T00:00:00Z, where the issue times start.
pub const EPOCH: i64 = 1_609_459_200;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// `acct_` and 16 characters.
    pub account: String,
    /// `_` and 31 characters.
    pub secret: String,
    /// Unix seconds at which this link was issued. Absent in a portal's token.
    pub issued: Option<i64>,
}

/// The token of a hosted invoice link, issued at `issued` (Unix seconds).
pub fn invoice(account: &str, secret: &str, issued: i64) -> String {
    let text = format!("{account},{secret},{}", issued - EPOCH);
    format!("live_{}0200{}", encode(text.as_bytes()), checksum(&text))
}

/// The token of a customer portal's address.
pub fn portal(account: &str, secret: &str) -> String {
    let text = format!("{account},{secret}");
    format!("live_{}0100{}", encode(text.as_bytes()), checksum(&text))
}

/// Reads a token of either kind.
pub fn decode(token: &str) -> Option<Parts> {
    let rest = token.strip_prefix("live_").or_else(|| token.strip_prefix("test_"))?;
    let (payload, tail) = rest.split_at_checked(rest.len().checked_sub(12)?)?;
    let text = String::from_utf8(decode_base64(payload)?).ok()?;
    let mut fields = text.split(',');
    let account = fields.next().filter(|a| a.starts_with("acct_"))?.to_owned();
    let secret = fields.next().filter(|s| s.starts_with('_'))?.to_owned();
    let issued = match (&tail[..4], fields.next()) {
        ("0200", Some(seconds)) => Some(seconds.parse::<i64>().ok()? + EPOCH),
        ("0100", None) => None,
        _ => return None,
    };
    fields.next().is_none().then_some(Parts { account, secret, issued })
}

// How the real checksum is made is not known; that it depends on the text is.
fn checksum(text: &str) -> String {
    Random::new(fnv(text.as_bytes())).text(ALPHANUMERIC, 8)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(BASE64[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut word, mut bits) = (0u32, 0);
    for byte in text.bytes() {
        let value = BASE64.iter().position(|b| *b == byte)?;
        word = word << 6 | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits & 255) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../fixtures/tokens.tsv");

    #[test]
    fn agrees_with_the_vectors_up_to_the_checksum() {
        let mut seen = 0;
        for line in VECTORS.lines().skip(1) {
            let [kind, account, secret, issued, token, url] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("a vector has six columns: {line}")
            };
            let issued = chrono::DateTime::parse_from_rfc3339(issued).ok().map(|time| time.timestamp());
            let written = match kind {
                "invoice" => invoice(account, secret, issued.unwrap()),
                "portal" => portal(account, secret),
                _ => {
                    assert_eq!(decode(token), None, "{kind}");
                    continue;
                }
            };
            assert_eq!(written[..written.len() - 8], token[..token.len() - 8]);
            assert_eq!(written.len(), token.len());
            assert!(written["live_".len()..].bytes().all(|b| b.is_ascii_alphanumeric()), "{written}");
            let parts = Parts { account: account.to_owned(), secret: secret.to_owned(), issued };
            assert_eq!(decode(token).unwrap(), parts);
            assert_eq!(decode(&written).unwrap(), parts);
            assert!(url.contains(token));
            seen += 1;
        }
        assert_eq!(seen, 5);
    }

    #[test]
    fn refuses_what_is_not_a_token() {
        for bad in [
            "",
            "live_",
            "live_0200",
            "live_YWJj0200TESTchk0",
            "invst_0123456789ABCDEFGHIJ",
            "live_é0200TESTchk0",
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
