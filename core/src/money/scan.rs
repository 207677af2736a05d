//! The search for amounts in a folded text: numbers, the marks beside them, and their signs.

use super::marks::{self, Hit, Mark};
use super::number::{self, Figures};
use super::{Currency, Money, MoneyError};
use crate::dates::find_folded;
use crate::dates::fold::{LONG_DASH, MINUS, TIGHT, WIDE, joins};
use crate::locale::Locale;
use std::ops::Range;

const SPACES: [char; 3] = [' ', TIGHT, WIDE];
const TRIANGLES: [char; 4] = ['▲', '△', '▼', '▽'];
const DASHES: [char; 3] = ['-', MINUS, LONG_DASH];

/// An amount, or what is wrong with it, and where it stands with mark, sign and brackets.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) result: Result<Money, MoneyError>,
    /// The only mark is a code that is also a word, and the number is a whole one: `VIEW ALL 36`.
    pub(super) wordy: bool,
}

/// A number with the marks that may belong to it.
struct Candidate {
    /// The figures.
    range: Range<usize>,
    left: Option<Hit>,
    right: Option<Hit>,
    /// A dash between the left mark and the figures: `$-5.00`.
    inner_dash: usize,
    /// A dash between the figures and the right mark: `5.00- €`.
    after_dash: usize,
    /// A mark beside it may as well belong to its neighbour.
    contested: bool,
}

impl Candidate {
    fn left_range(&self) -> Option<Range<usize>> {
        let end = self.range.start - self.inner_dash;
        self.left.map(|hit| end - hit.len..end)
    }

    fn right_range(&self) -> Option<Range<usize>> {
        let start = self.range.end + self.after_dash;
        self.right.map(|hit| start..start + hit.len)
    }

    /// From the first mark to the last, without outer signs and brackets.
    fn outer(&self) -> Range<usize> {
        let start = self.left_range().map_or(self.range.start, |r| r.start);
        start..self.right_range().map_or(self.range.end, |r| r.end)
    }
}

/// All amounts. Figures of dates and times, of identifiers (`E300AC26-0024`), versions and percentages are
/// none, and figures without a mark are none.
pub(super) fn amounts(text: &str, locale: &Locale) -> Vec<Found> {
    let mut candidates = candidates(text, locale);
    share_marks(text, &mut candidates);
    candidates
        .iter()
        .filter(|c| c.contested || c.left.is_some() || c.right.is_some())
        .filter_map(|c| judge(text, c, locale))
        .collect()
}

fn candidates(text: &str, locale: &Locale) -> Vec<Candidate> {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let dates = find_folded(text, locale);
    let mut dates = dates.iter().map(|(range, _)| range).peekable();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(skip) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) {
        at += skip;
        while dates.next_if(|date| date.end <= at).is_some() {}
        let limit = match dates.peek() {
            Some(date) if date.start <= at => {
                at = date.end;
                continue;
            }
            Some(date) => date.start,
            None => text.len(),
        };
        let end = at + number::extent(text.get(at..limit).unwrap_or_default());
        found.extend(candidate(text, at..end));
        at = end.max(at + 1);
    }
    found
}

/// The number with the marks beside it, unless it is a part of something else.
fn candidate(text: &str, range: Range<usize>) -> Option<Candidate> {
    let (before, run, after) = (text.get(..range.start)?, text.get(range.clone())?, text.get(range.end..)?);
    let leading_zero = run.starts_with('0') && run.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if leading_zero || before.ends_with(['.', '#', '_']) && marks::before(before).is_none() {
        return None;
    }
    let undashed = before.strip_suffix(DASHES);
    let inner = undashed.and_then(marks::before);
    let (left, inner_dash) = match (undashed, inner) {
        (Some(undashed), Some(hit)) => (Some(hit), before.len() - undashed.len()),
        _ => (marks::before(before), 0),
    };
    let after_dash = after.chars().next().filter(|c| DASHES.contains(c)).map_or(0, char::len_utf8);
    let dashed = after.get(after_dash..).and_then(marks::after).filter(|_| after_dash > 0);
    let (right, after_dash) = match dashed {
        Some(hit) if !followed_by_figure(after.get(after_dash + hit.len..)?) => (Some(hit), after_dash),
        _ => (marks::after(after), 0),
    };
    if left.is_none() {
        let mut backwards = before.chars().rev();
        let (last, further) = (backwards.next(), backwards.next());
        let within = match last {
            Some(c) if joins(c) => true,
            Some('/' | ':' | ',' | '\'') => further.is_some_and(|c| c.is_ascii_digit()),
            // `INV-123`; but of `Refund-5.00` it is only the sign that is unclear.
            Some(c) if DASHES.contains(&c) => {
                further.is_some_and(joins) && run.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        };
        if within {
            return None;
        }
    }
    if right.is_none() {
        let mut forwards = after.chars();
        let (next, further) = (forwards.next(), forwards.next());
        let goes_on = match next {
            Some(c) if joins(c) => true,
            Some('%' | '‰' | '°') => true,
            Some('/' | ':') => further.is_some_and(|c| c.is_ascii_digit()),
            _ => false,
        };
        if goes_on {
            return None;
        }
    }
    Some(Candidate { range, left, right, inner_dash, after_dash, contested: false })
}

fn followed_by_figure(rest: &str) -> bool {
    rest.trim_start_matches(SPACES).starts_with(|c: char| c.is_ascii_digit())
}

/// Gives a mark between two numbers to one of them: the nearer; else the one that has no other; else the one
/// that is printed with decimals. If all that fails it is contested, and neither amount is known.
fn share_marks(text: &str, candidates: &mut [Candidate]) {
    let with_decimals = |c: &Candidate| {
        let run = text.get(c.range.clone()).unwrap_or_default();
        run.bytes().rev().position(|b| matches!(b, b'.' | b',')).is_some_and(|decimals| decimals == 2)
    };
    for split in 1..candidates.len() {
        let (done, todo) = candidates.split_at_mut(split);
        let (Some(one), Some((two, rest))) = (done.last_mut(), todo.split_first_mut()) else { return };
        let (Some(right), Some(left)) = (one.right_range(), two.left_range()) else { continue };
        if right.end <= left.start {
            continue;
        }
        let gaps = (one.right.map_or(0, |hit| hit.gap), two.left.map_or(0, |hit| hit.gap));
        let taken = rest.first().and_then(Candidate::left_range);
        let two_has_own = two.right_range().is_some_and(|own| taken.is_none_or(|t| own.end <= t.start));
        // `$20.00 CAD 30.00`: the code may make the first one Canadian.
        let code = match two.left.map(|hit| hit.mark) {
            Some(Mark::Code(code)) => Some(code),
            _ => None,
        };
        let one_has_own =
            one.left.is_some_and(|hit| !(hit.mark.is_shared() && code.is_some_and(|c| hit.mark.may_mean(c))));
        let to_first = if gaps.0 != gaps.1 {
            Some(gaps.0 < gaps.1)
        } else if one_has_own {
            Some(false)
        } else if one.left.is_some() {
            None
        } else if two_has_own {
            Some(true)
        } else {
            let (first, second) = (with_decimals(one), with_decimals(two));
            (first != second).then_some(first)
        };
        match to_first {
            Some(true) => two.left = None,
            Some(false) => one.right = None,
            None => {
                one.contested = true;
                two.left = None;
            }
        }
        if two.left.is_none() {
            two.inner_dash = 0;
        }
        if one.right.is_none() {
            one.after_dash = 0;
        }
    }
}

fn judge(text: &str, candidate: &Candidate, locale: &Locale) -> Option<Found> {
    let (range, sign) = sign(text, candidate);
    let whole = range == (0..text.len());
    let run = text.get(candidate.range.clone())?;
    let left = candidate.left.map(|hit| hit.mark);
    let right = candidate.right.map(|hit| hit.mark);
    let wordy = match (left, right) {
        (Some(Mark::Code(code)), None) | (None, Some(Mark::Code(code))) => {
            code.is_word() && !run.contains(['.', ','])
        }
        _ => false,
    };
    let found = |result| Some(Found { range: range.clone(), result, wordy });
    if candidate.contested {
        return found(Err(MoneyError::AmbiguousSymbol));
    }
    let currency = match marks::together(left, right, locale) {
        Ok(currency) => currency,
        Err(why) => return found(Err(why)),
    };
    found(amount(run, currency, locale, whole).and_then(|figures| {
        // Yen have no decimals, yuan do, and both have this sign.
        let shared = [left, right].into_iter().flatten().all(|mark| mark.is_shared());
        if shared && figures.fraction && currency.minor_digits() == 0 {
            return Err(MoneyError::AmbiguousSymbol);
        }
        Ok(money(figures, sign?, currency))
    }))
}

/// There is no negative nothing.
fn money(figures: Figures, negative: bool, currency: Currency) -> Money {
    let value = figures.value;
    Money { amount: if negative && !value.is_zero() { -value } else { value }, currency }
}

/// The figures, where a plain space is only trusted if nothing else is in the text or the locale groups so.
fn amount(run: &str, currency: Currency, locale: &Locale, whole: bool) -> Result<Figures, MoneyError> {
    let figures = number::read(run, currency.minor_digits(), locale)?;
    if run.contains(' ') && !whole && !number::groups_by_space(locale) {
        return Err(MoneyError::AmbiguousSeparator);
    }
    Ok(figures)
}

/// Whether an amount is negative, and its place with sign and brackets.
///
/// A dash that touches the amount and nothing else is a sign, before or after it. Between words, or with
/// spaces on both sides, it may be punctuation. Brackets are accountants' minus only around the whole text.
fn sign(text: &str, candidate: &Candidate) -> (Range<usize>, Result<bool, MoneyError>) {
    let mut range = candidate.outer();
    let mut minus = usize::from(candidate.inner_dash > 0) + usize::from(candidate.after_dash > 0);
    let mut unclear = false;

    let before = text.get(..range.start).unwrap_or_default();
    let near = before.trim_end_matches(SPACES);
    let touching = near.len() == before.len();
    if let Some(dash) = near.chars().next_back().filter(|c| DASHES.contains(c)) {
        let further = near.get(..near.len() - dash.len_utf8()).unwrap_or_default();
        let first = further.is_empty();
        let is_sign = match further.chars().next_back() {
            None => true,
            Some(c) if SPACES.contains(&c) || matches!(c, '(' | '[' | ':' | ';' | '|') => {
                dash == MINUS || (touching && dash != LONG_DASH)
            }
            Some(_) => false,
        };
        if touching || dash != LONG_DASH {
            range.start = further.len();
            minus += 1;
            unclear |= !is_sign || (first && !touching && range != (0..text.len()) && dash != MINUS);
        }
    } else if touching
        && let Some(further) = before.strip_suffix('+')
        && further.chars().next_back().is_none_or(|c| SPACES.contains(&c))
    {
        range.start = further.len();
    }

    if before.ends_with(TRIANGLES) {
        // A minus in Japanese accounts, an arrow of rising or falling elsewhere.
        range.start = before.trim_end_matches(TRIANGLES).len();
        unclear = true;
    }

    let after = text.get(range.end..).unwrap_or_default();
    if let Some(rest) = after.trim_start_matches(SPACES).strip_prefix("CR")
        && !rest.starts_with(char::is_alphanumeric)
    {
        // A credit, in statements; it may belong to what follows.
        range.end = text.len() - rest.len();
        unclear = true;
    } else if let Some(dash) = after.chars().next().filter(|c| DASHES.contains(c)) {
        let further = after.get(dash.len_utf8()..).unwrap_or_default();
        range.end += dash.len_utf8();
        minus += 1;
        unclear |=
            !(further.is_empty() || further.starts_with(SPACES) || further.starts_with([')', ',', ';', '|']));
    }

    let (before, after) =
        (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    if before.ends_with('(') && after.starts_with(')') {
        range = range.start - 1..range.end + 1;
        if range == (0..text.len()) {
            minus += 1;
        } else {
            unclear |= minus == 0;
        }
    }
    let result = if unclear || minus > 1 { Err(MoneyError::AmbiguousSign) } else { Ok(minus == 1) };
    (range, result)
}

/// Whether a text is nothing but a number, with or without a sign: what is missing is only its currency.
pub(super) fn is_bare_number(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text);
    let inner = inner.trim_start_matches(DASHES).trim_start_matches('+').trim_end_matches(DASHES);
    inner.starts_with(|c: char| c.is_ascii_digit()) && number::extent(inner) == inner.len()
}

/// Reads a text that is nothing but a number, perhaps with a mark, in a currency known from elsewhere.
pub(super) fn parse_in(text: &str, currency: Currency, locale: &Locale) -> Result<Money, MoneyError> {
    let start = text.find(|c: char| c.is_ascii_digit()).ok_or(MoneyError::NotMoney)?;
    let end = start + number::extent(text.get(start..).unwrap_or_default());
    let mut candidate = candidate(text, start..end).ok_or(MoneyError::NotMoney)?;
    for hit in [&mut candidate.left, &mut candidate.right].into_iter().flatten() {
        if !hit.mark.may_mean(currency) {
            return Err(MoneyError::AmbiguousSymbol);
        }
        hit.mark = Mark::Code(currency);
    }
    let (range, sign) = sign(text, &candidate);
    if range != (0..text.len()) {
        return Err(MoneyError::NotMoney);
    }
    let figures = amount(text.get(start..end).unwrap_or_default(), currency, locale, true)?;
    Ok(money(figures, sign?, currency))
}
