//! Other words for the words of a page, of the same shape.
//!
//! Words that a scan goes by stay: those over columns and in badges, months, marks of currencies. Dates get
//! another year (a leap year for a leap year) and another day within those whose reading cannot change.

use super::shape::{
    EAST, Kind, before_hours, group, in_figures_like, is_year, near_mark, near_month, number, other, runs,
    stays,
};
use crate::{money, portals::words as known};
use std::collections::{HashMap, HashSet};
use std::hash::Hasher as _;

/// Tries to find a word that stands for no other. There are only nine figures for one that is not zero.
const TRIES: u32 = 64;

/// The most bytes of an identifier before something new begins: its every beginning is remembered.
const IDENTIFIER: usize = 100;

/// What stands between the figures of one number, date or time.
const SEPARATORS: [char; 7] = ['.', ',', ':', '/', '-', '\'', '\u{2019}'];
const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2007}'];

/// The words of one copy.
pub(super) struct Words {
    key: (u64, u64),
    /// What stands for what.
    map: HashMap<String, String>,
    /// What the page itself says.
    said: HashSet<String>,
    /// What stands for something already.
    taken: HashSet<String>,
    /// Which words stay as they are.
    stay: HashMap<String, bool>,
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
            stay: HashMap::new(),
            learning: true,
            years: 0,
            days: 0,
            hours: 0,
        };
        words.years = 4 + 4 * words.draw(words.seed("years", 0), 0, 4);
        words.days = 1 + words.draw(words.seed("days", 0), 0, 15);
        words.hours = 1 + words.draw(words.seed("hours", 0), 0, 10);
        words
    }

    /// From now on words are replaced.
    pub(super) fn learnt(&mut self) {
        self.learning = false;
    }

    /// What the characters of the `attempt`-th word for `what` are drawn from.
    fn seed(&self, what: &str, attempt: u32) -> u64 {
        #[expect(
            deprecated,
            reason = "the only keyed hash of the standard library; it is SipHash and stays so"
        )]
        let mut hasher = std::hash::SipHasher::new_with_keys(self.key.0, self.key.1);
        hasher.write(what.as_bytes());
        hasher.write_u32(attempt);
        hasher.finish()
    }

    /// A number below `bound`, for the `at`-th character of a word. A word may be as long as its page, so it is not
    /// hashed again for each of them.
    fn draw(&self, seed: u64, at: u32, bound: u32) -> u32 {
        #[expect(
            deprecated,
            reason = "the only keyed hash of the standard library; it is SipHash and stays so"
        )]
        let mut hasher = std::hash::SipHasher::new_with_keys(self.key.0, seed);
        hasher.write_u32(at);
        (hasher.finish() % u64::from(bound.max(1))) as u32
    }

    /// Does the word stay as it is? Looked up once for each word of a page.
    fn stays(&mut self, word: &str) -> bool {
        if let Some(known) = self.stay.get(word) {
            return *known;
        }
        let known = stays(word);
        self.stay.insert(word.to_owned(), known);
        known
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
            let seed = self.seed(key, attempt);
            made = (0..)
                .zip(shape.chars())
                .map(|(at, c)| {
                    // Leading zeros stay, and nothing else becomes one.
                    let zero = start && c == '0' && prefix.is_empty();
                    start = zero;
                    if zero { c } else { other(c, prefix.is_empty(), |bound| self.draw(seed, at, bound)) }
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
                    let goes_on = |(old, _): &(String, String)| {
                        matches!(*run, "-" | "_" | "/") && old.len() < IDENTIFIER
                    };
                    if let Some((old, new)) = identifier.take().filter(goes_on) {
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
                _ if group.iter().all(|(kind, run)| *kind == Kind::Figures || self.stays(run)) => {
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
