//! A place in a folded text, and the small steps that scanners take from it. No knowledge of dates.

use super::fold::{TIGHT, WIDE};

/// What is left to read. Steps that do not fit leave it where it was.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        self.eat_str(c.encode_utf8(&mut [0; 4]))
    }

    pub(super) fn eat_str(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// One folded space of any width.
    pub(super) fn space(&mut self) -> bool {
        self.eat(' ') || self.eat(TIGHT) || self.eat(WIDE)
    }

    /// A whole run of `min` to `max` digits: a longer run is no match.
    pub(super) fn digits(&mut self, min: usize, max: usize) -> Option<(u32, usize)> {
        let len = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(min..=max).contains(&len) {
            return None;
        }
        let (run, rest) = self.rest.split_at_checked(len)?;
        let value = run.parse().ok()?;
        self.rest = rest;
        Some((value, len))
    }

    /// A run of letters, and of what `also` allows; never empty.
    pub(super) fn word(&mut self, also: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphabetic() || also(c) || ('\u{300}'..='\u{36f}').contains(&c)))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        if word.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(word)
    }

    /// Whether the next character is a digit.
    pub(super) fn at_digit(&self) -> bool {
        self.rest.bytes().next().is_some_and(|b| b.is_ascii_digit())
    }
}
