//! The marks that make a number an amount: ISO codes and symbols, as tables, and which currency each means
//! under which locale. No numbers in here.
//!
//! Symbols are CLDR's, in the long (`US$`, `$US`) and narrow (`$`, `kr`) forms. Adding one is a line.

use super::{Currency, MoneyError};
use crate::dates::fold::{TIGHT, WIDE, joins};
use crate::dates::words::{is_tag, words};
use crate::locale::Locale;

/// What is printed; the currency it means where nothing else is said, empty if none; and what it means
/// elsewhere, as `language-REGION`, `REGION` or `language` `=` code, asked in that order. `?` says that it is
/// used there for this currency too, so that it proves neither.
pub(super) struct Symbol(&'static str, &'static str, &'static str);

const SYMBOLS: &[Symbol] = &[
    // Bare dollars are US dollars but where the region has its own, or where Spanish is all that is known.
    Symbol(
        "$",
        "USD",
        "es-ES=USD es-US=USD es=MXN? AG=XCD? AI=XCD? AR=ARS? AU=AUD? BB=BBD? BM=BMD? BN=BND? BS=BSD? BZ=BZD? \
         CA=CAD? CK=NZD? CL=CLP? CO=COP? CU=CUP? CV=CVE? DM=XCD? DO=DOP? FJ=FJD? GD=XCD? GY=GYD? HK=HKD? JM=JMD? \
         KI=AUD? KN=XCD? KY=KYD? LC=XCD? LR=LRD? MO=MOP? MS=XCD? MX=MXN? NA=NAD? NI=NIO? NR=AUD? NU=NZD? NZ=NZD? \
         SB=SBD? SG=SGD? SR=SRD? TK=NZD? TT=TTD? TV=AUD? TW=TWD? UY=UYU? VC=XCD?",
    ),
    Symbol("US$", "USD", ""),
    Symbol("CA$", "CAD", ""),
    Symbol("A$", "AUD", ""),
    Symbol("AU$", "AUD", ""),
    Symbol("NZ$", "NZD", ""),
    Symbol("HK$", "HKD", ""),
    Symbol("S$", "SGD", ""),
    Symbol("SG$", "SGD", ""),
    Symbol("R$", "BRL", ""),
    Symbol("MX$", "MXN", ""),
    Symbol("NT$", "TWD", ""),
    Symbol("EC$", "XCD", ""),
    // Canadians write it, CLDR prints it for them in Dutch and for Nicaragua everywhere.
    Symbol("C$", "", "CA=CAD NI=NIO nl=CAD"),
    Symbol("€", "EUR", ""),
    Symbol("£", "GBP", "EG=EGP? FK=FKP? GI=GIP? LB=LBP? SD=SDG? SH=SHP? SS=SSP? SY=SYP?"),
    Symbol("£GB", "GBP", ""),
    Symbol("¥", "JPY", "zh-CN=CNY zh-SG=CNY CN=CNY? HK=CNY? MO=CNY? TW=CNY? zh=CNY"),
    Symbol("JP¥", "JPY", ""),
    Symbol("CN¥", "CNY", ""),
    Symbol("円", "JPY", ""),
    Symbol("元", "", "TW=TWD HK=HKD? MO=MOP? ja=CNY zh=CNY"),
    Symbol("₩", "KRW", "KP=KPW?"),
    Symbol("원", "KRW", ""),
    Symbol("₹", "INR", ""),
    Symbol("Rs", "", "IN=INR LK=LKR MU=MUR NP=NPR PK=PKR SC=SCR"),
    Symbol("Rs.", "", "IN=INR LK=LKR MU=MUR NP=NPR PK=PKR SC=SCR"),
    Symbol("kr", "", "SE=SEK NO=NOK DK=DKK FO=DKK GL=DKK IS=ISK sv=SEK nb=NOK nn=NOK no=NOK da=DKK is=ISK"),
    Symbol("kr.", "", "SE=SEK NO=NOK DK=DKK FO=DKK GL=DKK IS=ISK sv=SEK nb=NOK nn=NOK no=NOK da=DKK is=ISK"),
    Symbol("zł", "PLN", ""),
    Symbol("Kč", "CZK", ""),
    Symbol("Ft", "HUF", ""),
    Symbol("lei", "", "RO=RON MD=MDL ro=RON"),
    Symbol("лв.", "BGN", ""),
    Symbol("₺", "TRY", ""),
    Symbol("₽", "RUB", ""),
    Symbol("₴", "UAH", ""),
    Symbol("₸", "KZT", ""),
    Symbol("₾", "GEL", ""),
    Symbol("₼", "AZN", ""),
    Symbol("₪", "ILS", ""),
    Symbol("₫", "VND", ""),
    Symbol("₱", "PHP", ""),
    Symbol("฿", "THB", ""),
    Symbol("₦", "NGN", ""),
    Symbol("₡", "CRC", ""),
    Symbol("₲", "PYG", ""),
    Symbol("৳", "BDT", ""),
    Symbol("RM", "MYR", ""),
    Symbol("Rp", "IDR", ""),
];

/// One mark as found beside a number.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Code(Currency),
    Symbol(&'static Symbol),
    /// A symbol with letters before or after it that no table knows: `Z$`.
    Unknown,
}

/// A mark, how long it is in bytes with the space between it and the number, and how wide that space is.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) mark: Mark,
    pub(super) len: usize,
    /// 0 none, 1 a space, 2 a wide one.
    pub(super) gap: u8,
}

impl Symbol {
    /// Tags with their codes, in bytes.
    fn meanings(&self) -> impl Iterator<Item = (&'static [u8], &'static [u8])> {
        words(self.2, b' ').filter_map(|entry| {
            let at = entry.iter().position(|b| *b == b'=')?;
            Some((entry.get(..at)?, entry.get(at + 1..)?))
        })
    }

    /// Whether the symbol is ever used for the currency.
    fn may_mean(&self, currency: Currency) -> bool {
        self.1 == currency.code()
            || self.meanings().any(|(_, code)| code.starts_with(currency.code().as_bytes()))
    }

    fn means(&self, locale: &Locale) -> Result<Currency, MoneyError> {
        let (language, region) = (locale.language().unwrap_or_default(), locale.region().unwrap_or_default());
        let rank = |tag: &[u8]| match tag {
            tag if tag == region.as_bytes() => Some(1),
            tag if tag == language.as_bytes() => Some(2),
            tag => is_tag(tag, language, region).then_some(0),
        };
        let local = self.meanings().filter_map(|(tag, code)| Some((rank(tag)?, code))).min();
        let code = local.map_or(Some(self.1), |(_, code)| std::str::from_utf8(code).ok());
        // A `?` makes the code unreadable, as it should.
        code.and_then(Currency::parse).ok_or(MoneyError::AmbiguousSymbol)
    }
}

impl Mark {
    /// Whether several currencies share the mark, so that a code beside it says more.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Mark::Symbol(Symbol(_, _, elsewhere)) if !elsewhere.is_empty())
    }

    pub(super) fn may_mean(&self, currency: Currency) -> bool {
        match self {
            Mark::Code(code) => *code == currency,
            Mark::Symbol(symbol) => symbol.may_mean(currency),
            Mark::Unknown => false,
        }
    }

    pub(super) fn means(&self, locale: &Locale) -> Result<Currency, MoneyError> {
        match self {
            Mark::Code(code) => Ok(*code),
            Mark::Symbol(symbol) => symbol.means(locale),
            Mark::Unknown => Err(MoneyError::AmbiguousSymbol),
        }
    }
}

/// What the marks on both sides of a number mean together: `$20.00 CAD` is Canadian, `€20 USD` is nothing.
pub(super) fn together(
    left: Option<Mark>,
    right: Option<Mark>,
    locale: &Locale,
) -> Result<Currency, MoneyError> {
    match (left, right) {
        (None, None) => Err(MoneyError::NoCurrency),
        (Some(mark), None) | (None, Some(mark)) => mark.means(locale),
        (Some(Mark::Code(code)), Some(other)) | (Some(other), Some(Mark::Code(code))) => {
            if other.may_mean(code) { Ok(code) } else { Err(MoneyError::AmbiguousSymbol) }
        }
        (Some(one), Some(other)) => {
            let currency = one.means(locale)?;
            if other.means(locale)? == currency { Ok(currency) } else { Err(MoneyError::AmbiguousSymbol) }
        }
    }
}

fn gap_of(c: Option<char>) -> u8 {
    match c {
        Some(' ' | TIGHT) => 1,
        Some(WIDE) => 2,
        _ => 0,
    }
}

/// Whether a mark can begin or end with the character; most numbers of a text stand beside something else.
fn may_be_mark(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '$' | '.') || !c.is_ascii())
}

/// The dollar of `US` and the like: two letters and more, because `Plan A $20` is no Australian price.
fn dollar_of(word: &str) -> Option<&'static Symbol> {
    SYMBOLS.iter().find(|symbol| word.len() >= 2 && symbol.0.strip_suffix('$') == Some(word))
}

/// The mark that ends a text, right before a number.
pub(super) fn before(text: &str) -> Option<Hit> {
    let gap = gap_of(text.chars().next_back());
    let bare = text.trim_end_matches([' ', TIGHT, WIDE]);
    if !may_be_mark(bare.chars().next_back()) {
        return None;
    }
    let found = |mark, rest: &str| Hit { mark, len: text.len() - rest.len(), gap };
    if let Some((rest, code)) = code_at_end(bare)
        && !rest.chars().next_back().is_some_and(char::is_alphabetic)
    {
        return Some(found(Mark::Code(code), rest));
    }
    // The last byte first: nearly all are refused by it.
    let last = bare.as_bytes().last();
    let fitting = |symbol: &'static Symbol| {
        (symbol.0.as_bytes().last() == last).then_some(())?;
        Some((symbol, bare.strip_suffix(symbol.0)?))
    };
    let (symbol, rest) = SYMBOLS.iter().filter_map(fitting).max_by_key(|(symbol, _)| symbol.0.len())?;
    let previous = rest.chars().next_back();
    let lettered = symbol.0.starts_with(char::is_alphabetic);
    if lettered {
        // In `PaidUS$20` the capital begins the mark; in `INVOICES$20` nothing says where it begins.
        let begins = previous.is_none_or(|p| {
            !p.is_alphabetic() || (p.is_lowercase() && symbol.0.starts_with(char::is_uppercase))
        });
        if begins || !joins_before(symbol, previous) {
            return Some(found(Mark::Symbol(symbol), rest));
        }
        return symbol.0.ends_with('$').then(|| found(Mark::Unknown, rest));
    }
    if previous.is_some_and(|p| p.is_ascii_uppercase()) {
        // `CAD$20`, or letters that say nothing known.
        return Some(match code_at_end(rest) {
            Some((rest, code))
                if Mark::Symbol(symbol).may_mean(code) && !rest.ends_with(char::is_alphabetic) =>
            {
                found(Mark::Code(code), rest)
            }
            _ => found(Mark::Unknown, rest.trim_end_matches(|c: char| c.is_ascii_uppercase())),
        });
    }
    if symbol.0 == "$" && gap_of(previous) > 0 {
        // `US $20`. In `Fresno, CA $20` the letters may be a place, so they only take certainty away.
        let words = rest.trim_end_matches([' ', TIGHT, WIDE]);
        let word = words.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        match dollar_of(word) {
            Some(Symbol("US$", ..)) => {
                let rest = words.get(..words.len() - word.len()).unwrap_or_default();
                return Some(found(Mark::Code(Currency::USD), rest));
            }
            Some(_) => return Some(found(Mark::Unknown, rest)),
            None => {}
        }
    }
    Some(found(Mark::Symbol(symbol), rest))
}

/// Whether letters before a lettered symbol make it the end of a word. Letters of scripts without spaces do
/// not.
fn joins_before(symbol: &Symbol, previous: Option<char>) -> bool {
    previous.is_some_and(joins) && symbol.0.chars().next().is_some_and(joins)
}

/// The mark that begins a text, right after a number.
pub(super) fn after(text: &str) -> Option<Hit> {
    let gap = gap_of(text.chars().next());
    let bare = text.trim_start_matches([' ', TIGHT, WIDE]);
    if !may_be_mark(bare.chars().next()) {
        return None;
    }
    let found = |mark, rest: &str| Hit { mark, len: text.len() - rest.len(), gap };
    let ends = |rest: &str| !rest.chars().next().is_some_and(|c| joins(c) && !c.is_ascii_digit());
    if let Some((code, rest)) = bare.split_at_checked(3)
        && code.bytes().all(|b| b.is_ascii_uppercase())
        && ends(rest)
        && let Some(code) = Currency::parse(code)
    {
        // `20.00 CAD$` says nothing new.
        return Some(found(Mark::Code(code), rest.strip_prefix('$').unwrap_or(rest)));
    }
    let fitting = |symbol: &'static Symbol| Some((symbol, bare.strip_prefix(symbol.0)?));
    let (symbol, rest) = SYMBOLS.iter().filter_map(fitting).max_by_key(|(symbol, _)| symbol.0.len())?;
    if symbol.0.ends_with(joins) {
        return ends(rest).then(|| found(Mark::Symbol(symbol), rest));
    }
    if symbol.0 == "$" {
        // `15,00 $US` in France, `15,00 $ US` in Canada.
        let spaced = rest.strip_prefix([' ', TIGHT]);
        let next = spaced.unwrap_or(rest);
        let (word, further) = next
            .split_at_checked(next.bytes().take_while(u8::is_ascii_uppercase).count())
            .unwrap_or_default();
        match dollar_of(word) {
            Some(dollar) if ends(further) => return Some(found(Mark::Symbol(dollar), further)),
            _ if spaced.is_none() && word.len() >= 2 => return Some(found(Mark::Unknown, further)),
            _ => {}
        }
    }
    Some(found(Mark::Symbol(symbol), rest))
}

/// Whether a word is a symbol, with or without the dollar that goes with it.
pub(super) fn is_word(word: &str) -> bool {
    let marks = |symbol: &Symbol| symbol.0 == word || symbol.0.trim_matches(['$', '.', '¥', '£']) == word;
    !word.is_empty() && SYMBOLS.iter().any(marks)
}

fn code_at_end(text: &str) -> Option<(&str, Currency)> {
    let (rest, code) = text.split_at_checked(text.len().checked_sub(3)?)?;
    code.bytes().all(|b| b.is_ascii_uppercase()).then_some(())?;
    Some((rest, Currency::parse(code)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_real_codes() {
        for (n, symbol) in SYMBOLS.iter().enumerate() {
            let codes = symbol.2.split(' ').filter_map(|entry| entry.split_once('='));
            let codes = codes.map(|(_, code)| code.trim_end_matches('?'));
            for code in codes.chain([symbol.1].into_iter().filter(|code| !code.is_empty())) {
                assert!(Currency::parse(code).is_some(), "{} {code}", symbol.0);
            }
            assert!(SYMBOLS.iter().skip(n + 1).all(|other| other.0 != symbol.0), "{} twice", symbol.0);
            assert_eq!(symbol.2.split(' ').filter(|s| !s.is_empty()).count(), symbol.meanings().count());
        }
    }

    #[test]
    fn symbols_by_locale() {
        let means = |text, tag| {
            SYMBOLS
                .iter()
                .find(|symbol| symbol.0 == text)
                .unwrap()
                .means(&Locale::parse(tag))
                .ok()
                .map(|c| c.code().to_owned())
        };
        for (text, tag, want) in [
            ("$", "", Some("USD")),
            ("$", "en-US", Some("USD")),
            ("$", "en-CA", None),
            ("$", "fr-CA", None),
            ("$", "es-MX", None),
            ("$", "es", None),
            ("$", "es-ES", Some("USD")),
            ("¥", "", Some("JPY")),
            ("¥", "zh", Some("CNY")),
            ("¥", "zh-CN", Some("CNY")),
            ("¥", "zh-TW", None),
            ("kr", "", None),
            ("kr", "sv", Some("SEK")),
            ("kr", "en-NO", Some("NOK")),
            ("£", "ar-EG", None),
        ] {
            assert_eq!(means(text, tag).as_deref(), want, "{text} under {tag:?}");
        }
    }
}
