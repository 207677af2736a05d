//! Values known by what they look like: where one is the only one of its type in a row.
//!
//! In a row's cells first, then in its runs of text, then in the texts of its elements (a date may be spread
//! over several), and at last inside longer texts, where nothing but known words may stand beside it.

use super::fields::{Fields, Locales};
use super::node::folded;
use super::{Field, Node, Strategy, words};
use crate::dates;
use crate::dates::fold::fold;
use crate::money;
use crate::number::InvoiceNumber;
use std::ops::Range;

/// What stands between the two ends of a period.
const BETWEEN: &[&str] = &["-", "–", "—", "~", "〜", "～", "to", "bis", "au", "から"];

/// Small words beside a date or an amount that say nothing else of it, and are in no other table.
const BESIDE: &[&str] = &["vom", "du"];

/// The most bytes of a row's text that values are searched inside of, and the most elements looked at.
const SEARCHED: usize = 400;
const ELEMENTS: usize = 200;

impl Fields {
    /// Takes a value that is the only one of its type.
    fn take_only<T: PartialEq>(
        &mut self,
        field: Field,
        values: impl Iterator<Item = T>,
        slot: fn(&mut Fields) -> &mut Option<T>,
    ) {
        if !self.lacks(field) {
            return;
        }
        if let Some(value) = only(values) {
            *slot(self) = Some(value);
            self.found.push((field, Strategy::Pattern));
        }
    }

    /// Invoice numbers and statuses, which nothing else looks like.
    pub(super) fn take_words(&mut self, texts: &[String]) {
        self.take_only(Field::Number, texts.iter().filter_map(|t| InvoiceNumber::stripe(t)), |f| {
            &mut f.number
        });
        let status = texts.iter().filter(|t| words::is_status(t)).cloned();
        self.take_only(Field::Status, status, |f| &mut f.status);
        let inside = texts.iter().flat_map(|t| t.split(' ')).filter_map(InvoiceNumber::stripe);
        self.take_only(Field::Number, inside, |f| &mut f.number);
    }

    /// Amount and date where a whole text is one. Runs of text belong to what stands beside them.
    pub(super) fn take_values(&mut self, texts: &[String], are_runs: bool, locales: &Locales) {
        let beside = |at: Option<usize>| {
            at.filter(|_| are_runs).and_then(|at| texts.get(at)).map_or("", String::as_str)
        };
        let (mut amounts, mut days) = (Vec::new(), Vec::new());
        for (at, text) in texts.iter().enumerate() {
            let (before, after) = (beside(at.checked_sub(1)), beside(at.checked_add(1)));
            if let Some(amount) = locales.money(text) {
                if words::is_other(before) {
                    self.other_amounts.push(amount);
                } else if is_part(before, text, after) || self.parts.iter().any(|(part, _)| part == text) {
                    self.parts.push((text.clone(), amount));
                } else {
                    amounts.push(amount);
                }
            } else if let Some(day) = locales.date(text) {
                if words::is_other(before) || is_between(before) || is_between(after) {
                    self.other_days.push(day);
                } else {
                    days.push(day);
                }
            }
        }
        // What is known to be something else is not taken, wherever it is read again.
        amounts.retain(|amount| !self.other_amounts.contains(amount));
        days.retain(|day| !self.other_days.contains(day));
        // What may be a part of an amount takes certainty from every other reading of it.
        amounts.retain(|amount| self.parts.iter().all(|(_, part)| part == amount));
        self.take_only(Field::Amount, amounts.into_iter(), |f| &mut f.amount);
        self.take_only(Field::Date, days.into_iter(), |f| &mut f.date);
    }

    /// All of it, for elements of which no more is known. `description` is read elsewhere, and may mention
    /// amounts and dates.
    pub(super) fn take_patterns<N: Node>(&mut self, nodes: &[N], description: Option<&N>, locales: &Locales) {
        let runs = |node: &N| -> Vec<String> {
            node.pieces().iter().map(|piece| folded(piece)).filter(|piece| !piece.is_empty()).collect()
        };
        let mut pieces: Vec<String> = nodes.iter().flat_map(runs).collect();
        let said = description.map(runs).unwrap_or_default();
        if !said.is_empty()
            && let Some(at) = pieces.windows(said.len()).position(|window| window == said)
        {
            pieces.drain(at..at + said.len());
        }
        self.take_words(&pieces);
        self.take_values(&pieces, true, locales);
        if !self.lacks(Field::Amount) && !self.lacks(Field::Date) {
            return;
        }
        let inner = nodes.iter().flat_map(|node| std::iter::once(node.clone()).chain(node.select("*")));
        let texts: Vec<String> = inner
            .take(ELEMENTS)
            .filter(|node| !description.is_some_and(|description| description.contains(node)))
            .map(|node| folded(&node.text()))
            .collect();
        self.take_values(&texts, false, locales);
        self.search(&pieces, locales);
    }

    /// The one amount and the one date inside of longer texts.
    pub(super) fn search(&mut self, pieces: &[String], locales: &Locales) {
        let row = Joined::of(pieces);
        if row.text.len() > SEARCHED || pieces.iter().any(|piece| words::mentions_other(piece)) {
            return;
        }
        let amounts = money::find_folded(&row.text, locales.of_money());
        if let [(range, Ok(amount))] = amounts.as_slice()
            && self.parts.is_empty()
            && !row.divides_number(range)
            && row.stands_alone(range)
        {
            self.take_only(Field::Amount, [*amount].into_iter(), |f| &mut f.amount);
        }
        let days = dates::find_folded(&row.text, locales.of_dates());
        if let [(range, _)] = days.as_slice()
            && self.other_days.is_empty()
            && row.stands_alone(range)
        {
            let day = row.text.get(range.clone()).and_then(|text| locales.date(text));
            self.take_only(Field::Date, day.into_iter(), |f| &mut f.date);
        }
    }
}

/// The value that all of them are, if they are all the same and there is one.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

/// Runs of text in one, with where each of them is.
struct Joined {
    text: String,
    pieces: Vec<Range<usize>>,
}

impl Joined {
    fn of(pieces: &[String]) -> Joined {
        let mut joined = Joined { text: String::new(), pieces: Vec::new() };
        for piece in pieces {
            if !joined.text.is_empty() {
                joined.text.push(' ');
            }
            let start = joined.text.len();
            joined.text.push_str(&fold(piece));
            joined.pieces.push(start..joined.text.len());
        }
        joined
    }

    fn part(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Does a number go on from one run to the next, inside or at the end of what was found? Nobody knows
    /// what `1` and `234.00` side by side are.
    fn divides_number(&self, range: &Range<usize>) -> bool {
        let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'');
        self.pieces.windows(2).any(|pair| {
            let [one, two] = pair else { return false };
            let near = one.end >= range.start && two.start <= range.end + 2;
            let (one, two) = (self.part(one.clone()), self.part(two.clone()));
            near && one.ends_with(of_number) && two.starts_with(of_number) && is_fragment(one, two)
        })
    }

    /// Is there nothing beside it in its runs but words that say no more of it? `Paid on May 1, 2026`, but
    /// not `Credits, April 2026`.
    fn stands_alone(&self, range: &Range<usize>) -> bool {
        let touched = |piece: &&Range<usize>| piece.start < range.end && range.start < piece.end;
        let beside = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric()).all(|word| {
                !word.contains(char::is_alphabetic)
                    || words::known(word)
                    || dates::is_date_word(word)
                    || money::is_mark_word(word)
                    || BESIDE.contains(&word.to_lowercase().as_str())
            })
        };
        let end = |text: Option<&str>| text.is_some_and(is_between);
        let (before, after) = (self.part(0..range.start), self.part(range.end..self.text.len()));
        !end(before.split_whitespace().next_back())
            && !end(after.split_whitespace().next())
            && self.pieces.iter().filter(touched).all(|piece| {
                beside(self.part(piece.start..range.start.max(piece.start)))
                    && beside(self.part(range.end.min(piece.end)..piece.end))
            })
    }
}

fn is_between(text: &str) -> bool {
    BETWEEN.contains(&text.to_lowercase().as_str())
}

/// May `text` be only a part of an amount that goes on in a neighbouring run? `$20` and `50`; `1,` and
/// `234.00 €`.
fn is_part(before: &str, text: &str, after: &str) -> bool {
    let figure = |c: char| c.is_ascii_digit();
    (text.ends_with(figure) && is_cents(after)) || (text.starts_with(figure) && is_thousands(before))
}

/// Does one of the two look like a part of a number that the other goes on with?
fn is_fragment(one: &str, two: &str) -> bool {
    let one = one.trim_start_matches(|c: char| !c.is_ascii_digit());
    is_cents(two) || is_thousands(one) || two.starts_with(['.', ',', '\''])
}

fn is_cents(text: &str) -> bool {
    let figures = text.strip_prefix(['.', ',']).unwrap_or(text);
    (1..=2).contains(&figures.len()) && figures.bytes().all(|b| b.is_ascii_digit())
}

fn is_thousands(text: &str) -> bool {
    let figures = text.strip_suffix(['.', ',', '\'']).unwrap_or(text);
    (1..=3).contains(&figures.len()) && figures.bytes().all(|b| b.is_ascii_digit())
}
