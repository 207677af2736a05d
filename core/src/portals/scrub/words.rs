//! Other words for the words of a page, of the same shape.
//!
//! Words that a scan goes by stay: those over columns and in badges, months, marks of currencies. Dates get
//! another year (a leap year for a leap year) and another day within those whose reading cannot change.

use crate::{dates, money, portals::words as known};
use std::collections::{HashMap, HashSet};
use std::hash::Hasher as _;

/// Tries to find a word that stands for no other. There are only nine figures for one that is not zero.
const TRIES: u32 = 64;

/// What stands between the figures of one number, date or time.
const SEPARATORS: [char; 7] = ['.', ',', ':', '/', '-', '\'', '\u{2019}'];
const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2007}'];

/// Characters of dates, times and amounts in scripts without spaces.
const EAST: &str = "年月日時分秒曜火水木金土星期周週午前後上下円元원년월일";

/// What a text falls into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Figures,
    Letters,
    /// Letters of scripts without spaces.
    East,
    Other,
}

/// The words of one copy.
pub(super) struct Words {
    key: (u64, u64),
    /// What stands for what.
    map: HashMap<String, String>,
    /// What the page itself says.
    said: HashSet<String>,
    /// What stands for something already.
    taken: HashSet<String>,
    learning: bool,
    /// By how much years, days and hours are moved.
    years: u32,
    days: u32,
    hours: u32,
}

impl Words {
    pub(super) fn new(salt: [u8; 16]) -> Words {
        let (first, second) = salt.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let mut words = Words {
            key: (number(first), number(second)),
            map: HashMap::new(),
            said: HashSet::new(),
            taken: HashSet::new(),
            learning: true,
            years: 0,
            days: 0,
            hours: 0,
        };
        words.years = 4 + 4 * words.draw("years", 0, 0, 4);
        words.days = 1 + words.draw("days", 0, 0, 15);
        words.hours = 1 + words.draw("hours", 0, 0, 10);
        words
    }

    /// From now on words are replaced.
    pub(super) fn learnt(&mut self) {
        self.learning = false;
    }

    /// A number below `bound`, for the `at`-th character of the `attempt`-th word for `what`.
    fn draw(&self, what: &str, attempt: u32, at: u32, bound: u32) -> u32 {
        #[expect(
            deprecated,
            reason = "the only keyed hash of the standard library; it is SipHash and stays so"
        )]
        let mut hasher = std::hash::SipHasher::new_with_keys(self.key.0, self.key.1);
        hasher.write(what.as_bytes());
        hasher.write_u32(attempt);
        hasher.write_u32(at);
        (hasher.finish() % u64::from(bound.max(1))) as u32
    }

    /// The word for a word: of the same length, letters for letters and figures for figures.
    pub(super) fn word(&mut self, word: &str) -> String {
        self.replaced(word, "", word)
    }

    /// The word for `shape`, which after `prefix` must not make up anything that is there already.
    fn replaced(&mut self, key: &str, prefix: &str, shape: &str) -> String {
        if shape.is_empty() {
            return String::new();
        }
        if self.learning {
            self.said.insert(shape.to_owned());
            return String::new();
        }
        if let Some(found) = self.map.get(key) {
            return found.clone();
        }
        let mut made = String::new();
        for attempt in 0..TRIES {
            let mut start = true;
            made = (0..)
                .zip(shape.chars())
                .map(|(at, c)| {
                    // Leading zeros stay, and nothing else becomes one.
                    let zero = start && c == '0' && prefix.is_empty();
                    start = zero;
                    if zero {
                        c
                    } else {
                        other(c, prefix.is_empty(), |bound| self.draw(key, attempt, at, bound))
                    }
                })
                .collect();
            let whole = format!("{prefix}{made}");
            if !self.taken.contains(&whole) && !self.said.contains(&made) && !stays(&made) {
                self.taken.insert(whole);
                break;
            }
        }
        self.map.insert(key.to_owned(), made.clone());
        made
    }

    /// The text for a text.
    pub(super) fn text(&mut self, text: &str) -> String {
        let runs = runs(text);
        let mut out = String::new();
        let mut at = 0;
        // The identifier that the text is in the middle of (`AB12CD34` of `AB12CD34-0007`), and its new form.
        let mut identifier: Option<(String, String)> = None;
        while let Some((kind, run)) = runs.get(at) {
            let group = group(&runs, at);
            let whole: String = group.iter().map(|(_, run)| *run).collect();
            at += group.len().max(1);
            if matches!(kind, Kind::Figures | Kind::Letters)
                && let Some((old, new)) = identifier.clone()
                && whole.contains(|c: char| c.is_ascii_digit())
            {
                let key = format!("{old}{whole}");
                let made = self.replaced(&key, &new, &whole);
                out.push_str(&made);
                identifier = Some((key, format!("{new}{made}")));
                continue;
            }
            match kind {
                Kind::Other => {
                    if let Some((old, new)) = identifier.take().filter(|_| matches!(*run, "-" | "_" | "/")) {
                        identifier = Some((old + run, new + run));
                    }
                    out.push_str(run);
                }
                Kind::East => {
                    identifier = None;
                    if known::known(run) || run.chars().all(|c| EAST.contains(c)) {
                        out.push_str(run);
                    } else {
                        out.push_str(&self.word(run));
                    }
                }
                Kind::Figures if group.len() == 1 => {
                    at += self.figures(&runs, at - 1, &mut out) - 1;
                }
                _ if group.iter().all(|(kind, run)| *kind == Kind::Figures || stays(run)) => {
                    let mut before = "";
                    for (at, (kind, run)) in group.iter().enumerate() {
                        let next = group.get(at + 1).map_or("", |(_, run)| *run);
                        out.push_str(&match kind {
                            Kind::Figures if before == "T" || matches!(next, "h" | "Uhr") => self.hour(run),
                            Kind::Figures if [before, next].into_iter().any(money::is_mark_word) => {
                                self.amount(&[run])
                            }
                            Kind::Figures => self.day(run),
                            _ => (*run).to_owned(),
                        });
                        before = run;
                    }
                }
                _ => {
                    let made = self.word(&whole);
                    out.push_str(&made);
                    identifier = Some((whole, made));
                }
            }
        }
        out
    }

    /// Copies figures with what belongs to them, and returns how many runs that were.
    fn figures(&mut self, runs: &[(Kind, &str)], at: usize, out: &mut String) -> usize {
        let mut parts = Vec::new();
        let mut separators = Vec::new();
        let mut taken = 0;
        while let Some((Kind::Figures, part)) = runs.get(at + taken) {
            // `25T18`: the next is no number but the beginning of something else.
            parts.push(*part);
            taken += 1;
            let (Some((Kind::Other, between)), Some((Kind::Figures, next))) =
                (runs.get(at + taken), runs.get(at + taken + 1))
            else {
                break;
            };
            let mut characters = between.chars();
            let (Some(separator), None) = (characters.next(), characters.next()) else { break };
            let groups =
                SPACES.contains(&separator) && next.len() == 3 && part.len() <= 3 && !near_month(runs, at);
            if !groups && !SEPARATORS.contains(&separator) {
                break;
            }
            separators.push(separator);
            taken += 1;
        }
        if parts.len() == separators.len() {
            // The last separator belongs to nothing.
            separators.pop();
            taken -= 1;
        }
        let small = |part: &&str| part.len() <= 2 && number(part) <= 31;
        let dated = parts.len() >= 2
            && parts.iter().all(|part| small(part) || is_year(part))
            && (parts.iter().any(|part| is_year(part))
                || parts.len() == 3
                || separators.iter().any(|c| matches!(c, '/' | '-')));
        let clock = separators.contains(&':');
        let hour = runs.get(at + taken..).is_some_and(before_hours);
        let alone = parts.len() == 1 && !near_mark(runs, at, at + taken);
        let made: Vec<String> = if clock || hour {
            parts
                .iter()
                .enumerate()
                .map(|(at, part)| if at == 0 { self.hour(part) } else { self.day(part) })
                .collect()
        } else if dated || alone {
            parts.iter().map(|part| self.day(part)).collect()
        } else {
            vec![self.amount(&parts)]
        };
        if made.len() == parts.len() {
            for (at, part) in made.iter().enumerate() {
                out.push_str(part);
                out.extend(separators.get(at));
            }
        } else {
            // All figures of an amount in one; they go back between their separators.
            let figures = made.concat();
            let mut figures = figures.chars();
            for (at, part) in parts.iter().enumerate() {
                out.extend(figures.by_ref().take(part.chars().count()));
                out.extend(separators.get(at));
            }
        }
        taken
    }

    /// The figures of an amount or number without their separators. Zeros after the separator stay, so that
    /// `20.00` and `20` stay equal.
    fn amount(&mut self, parts: &[&str]) -> String {
        let (whole, fraction) = match parts {
            [whole @ .., last] if !whole.is_empty() && last.len() <= 2 => (whole.concat(), *last),
            _ => (parts.concat(), ""),
        };
        format!("{}{}", self.word(&whole), self.word(fraction))
    }

    /// A figure of a date. Days up to 12 may be months, and not every month has those after 28.
    fn day(&mut self, part: &str) -> String {
        let value = number(part);
        let moved = match value {
            _ if is_year(part) => value + self.years,
            _ if part.chars().count() > 2 => return self.word(part),
            13..=28 => 13 + (value - 13 + self.days) % 16,
            32..=59 => 32 + (value - 32 + self.days) % 28,
            0..=31 => value,
            _ => return self.word(part),
        };
        in_figures_like(moved, part)
    }

    fn hour(&self, part: &str) -> String {
        let value = number(part);
        in_figures_like(
            if (13..=23).contains(&value) { 13 + (value - 13 + self.hours) % 11 } else { value },
            part,
        )
    }

    /// The value of an attribute that holds structure, without what looks like the id of something.
    pub(super) fn structure(&mut self, value: &str) -> String {
        if value.contains('@') {
            return self.text(value);
        }
        let mut out = String::new();
        for piece in value.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let figures = word.bytes().filter(u8::is_ascii_digit).count();
            let id = (word.len() >= 10 && figures > 0) || (figures >= 4 && figures == word.len());
            if id {
                out.push_str(&self.word(word));
                out.push_str(piece.get(word.len()..).unwrap_or_default());
            } else {
                out.push_str(piece);
            }
        }
        out
    }
}

/// Does the word stay as it is?
fn stays(word: &str) -> bool {
    known::known(word) || dates::is_date_word(word) || money::is_mark_word(word)
}

fn kind(c: char) -> Kind {
    match c {
        '0'..='9' | '０'..='９' => Kind::Figures,
        '\u{300}'..='\u{36f}' => Kind::Letters,
        c if c.is_alphanumeric() => {
            if c < '\u{2e80}' || ('\u{ff21}'..='\u{ff5a}').contains(&c) {
                Kind::Letters
            } else {
                Kind::East
            }
        }
        _ => Kind::Other,
    }
}

/// The text in runs of one kind.
fn runs(text: &str) -> Vec<(Kind, &str)> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next().map(kind) {
        let end = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        let (run, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
        runs.push((first, run));
        rest = more;
    }
    runs
}

/// The letters and figures from here on that nothing divides; otherwise the one run.
fn group<'a, 'b>(runs: &'a [(Kind, &'b str)], at: usize) -> &'a [(Kind, &'b str)] {
    let rest = runs.get(at..).unwrap_or_default();
    let joined = |(kind, _): &&(Kind, &str)| matches!(kind, Kind::Figures | Kind::Letters);
    let length = rest.iter().take_while(joined).count().max(1);
    rest.get(..length).unwrap_or(rest)
}

fn figure(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        c => c.to_digit(10),
    }
}

fn number(figures: &str) -> u32 {
    figures.chars().filter_map(figure).fold(0, |sum, figure| sum.saturating_mul(10).saturating_add(figure))
}

fn is_year(part: &str) -> bool {
    part.chars().count() == 4 && (1990..2070).contains(&number(part))
}

/// A number in as many figures as the model has, in its script.
fn in_figures_like(value: u32, model: &str) -> String {
    let plain = format!("{value:0width$}", width = model.chars().count());
    if model.is_ascii() {
        return plain;
    }
    plain.chars().map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c)).collect()
}

/// `18 h 05`, `18時05分`.
fn before_hours(runs: &[(Kind, &str)]) -> bool {
    let mut runs = runs.iter().skip_while(|(_, run)| run.trim().is_empty());
    runs.next().is_some_and(|(_, run)| matches!(*run, "h" | "Uhr") || run.starts_with(['時', '시']))
}

/// Is the word before the figures a month? Then no thousands follow (`May 1 123`).
fn near_month(runs: &[(Kind, &str)], at: usize) -> bool {
    let before = runs.get(..at).unwrap_or_default().iter().rev().find(|(_, run)| !run.trim().is_empty());
    before.is_some_and(|(_, run)| dates::is_date_word(run))
}

/// Is there a currency's mark before or after?
fn near_mark(runs: &[(Kind, &str)], start: usize, end: usize) -> bool {
    let sign = |c: char| money::is_mark_word(c.encode_utf8(&mut [0; 4]));
    let before = runs.get(..start).unwrap_or_default().iter().rev().find(|(_, run)| !run.trim().is_empty());
    let after = runs.get(end..).unwrap_or_default().iter().find(|(_, run)| !run.trim().is_empty());
    let marks = |(kind, run): &(Kind, &str), last: bool| match kind {
        Kind::Letters => money::is_mark_word(run),
        _ => {
            let run = run.trim().trim_matches(['-', '\u{2212}', '(', ')']);
            (if last { run.chars().next_back() } else { run.chars().next() }).is_some_and(sign)
        }
    };
    before.is_some_and(|run| marks(run, true)) || after.is_some_and(|run| marks(run, false))
}

/// Another character of the same class.
fn other(c: char, first: bool, mut draw: impl FnMut(u32) -> u32) -> char {
    let within = |start: char, number: u32| char::from_u32(start as u32 + number).unwrap_or(c);
    match c {
        '0'..='9' if first => within('1', draw(9)),
        '0'..='9' => within('0', draw(10)),
        '０'..='９' => within('１', draw(9)),
        'ぁ'..='ん' => within('あ', draw(70)),
        'ァ'..='ヶ' => within('ア', draw(70)),
        'ー' | '々' => c,
        '\u{ac00}'..='\u{d7a3}' => within('\u{ac00}', draw(11_000)),
        c if kind(c) == Kind::East => {
            let made = within('\u{4e00}', draw(8_000));
            if EAST.contains(made) { '\u{4e01}' } else { made }
        }
        '\u{300}'..='\u{36f}' => c,
        c if c.is_uppercase() => within('A', draw(26)),
        c if c.is_alphabetic() => within('a', draw(26)),
        c => c,
    }
}
