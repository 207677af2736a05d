//! The token in a hosted invoice's address, and the identity inside it.

use super::Account;
use crate::protocol::RowKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// Seconds are counted from 2021-01-01T00:00:00Z.
const EPOCH: i64 = 1_609_459_200;

/// The bearer token of a link. Anyone who has it can read the invoice: never logged, never stored.
///
/// Invoice tokens are `live_` or `test_`, then base64 without padding of
/// `acct_…,_secret,<seconds since 2021>`, then `0200` and eight more characters. Portal tokens have no
/// seconds and `0100`. A new token is minted at every listing; account and secret stay.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

/// What a token holds.
struct Anatomy {
    account: String,
    secret: String,
    seconds: Option<i64>,
}

impl Token {
    /// A token by its shape alone: `live_…`, `test_…`, or `invst_…` as of 2020.
    pub fn parse(text: &str) -> Option<Token> {
        let body = ["live_", "test_", "invst_"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
        let fits = (8..=400).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Token(text.to_owned()))
    }

    /// The token itself, for building an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn anatomy(&self) -> Option<Anatomy> {
        let body = self.0.strip_prefix("live_").or_else(|| self.0.strip_prefix("test_"))?;
        // The last twelve characters are a version and a checksum; all of it is ASCII by `parse`.
        let (encoded, tail) = body.split_at_checked(body.len().checked_sub(12)?)?;
        let timed = match tail.get(..4)? {
            "0200" => true,
            "0100" => false,
            _ => return None,
        };
        let text = String::from_utf8(STANDARD_NO_PAD.decode(encoded).ok()?).ok()?;
        let mut parts = text.split(',');
        let account = parts.next()?.to_owned();
        let secret = parts.next()?.to_owned();
        let seconds = match (timed, parts.next()) {
            (true, Some(digits)) => Some(digits.parse().ok()?),
            (false, None) => None,
            _ => return None,
        };
        let secret_fits = secret.len() >= 16
            && secret.strip_prefix('_').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric()));
        (secret_fits && parts.next().is_none()).then_some(Anatomy { account, secret, seconds })
    }

    /// Account, secret and the seconds of its issue, where it can be decoded.
    pub(crate) fn parts(&self) -> Option<(String, String, Option<i64>)> {
        self.anatomy().map(|anatomy| (anatomy.account, anatomy.secret, anatomy.seconds))
    }

    /// When the link was issued, where the token tells.
    pub fn issued(&self) -> Option<DateTime<Utc>> {
        let seconds = TimeDelta::try_seconds(self.anatomy()?.seconds?)?;
        DateTime::from_timestamp(EPOCH, 0)?.checked_add_signed(seconds)
    }
}

/// Never the token: one that ends up in a log by accident says nothing.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Which invoice a link leads to: the same under every token that was ever minted for it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    account: Account,
    /// The secret, or the whole token where it could not be decoded.
    secret: String,
}

impl Identity {
    pub(super) fn of(account: &Account, token: &Token) -> Identity {
        let decoded = token.anatomy().filter(|anatomy| anatomy.account == account.as_str());
        let secret = decoded.map_or_else(|| token.0.clone(), |anatomy| anatomy.secret);
        Identity { account: account.clone(), secret }
    }

    /// The issuer's Stripe account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The identity as a row's key.
    pub fn key(&self) -> RowKey {
        RowKey::new(format!("stripe:{}/{}", self.account.as_str(), self.secret))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, …)", self.account.as_str())
    }
}
