//! The loop that makes a page list all its rows: "View more" until it is gone or nothing more comes.

use super::Node;

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<N> {
    /// Click this, wait until the page lists more rows or a few seconds have passed, and ask again.
    Click(N),
    /// The page lists all that it will.
    Done(Reach),
}

/// How far back the page was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing offers more rows.
    Everything,
    /// Something still offers more rows, but clicking it brought none, twice.
    Stuck,
}

/// Clicks without a new row after which the loop gives up. A click right after load may do nothing.
const STILL: u32 = 2;

/// Where the loop stands.
#[derive(Clone, Debug)]
pub struct Expansion {
    selector: &'static str,
    rows: Option<usize>,
    still: u32,
}

impl Expansion {
    pub(super) fn new(selector: &'static str) -> Expansion {
        Expansion { selector, rows: None, still: 0 }
    }

    /// `rows`: how many the page lists now.
    pub fn next<N: Node>(&mut self, page: &N, rows: usize) -> Step<N> {
        self.still = if self.rows == Some(rows) { self.still + 1 } else { 0 };
        self.rows = Some(rows);
        if self.selector.is_empty() {
            return Step::Done(Reach::Everything);
        }
        match page.select(self.selector).into_iter().next() {
            None => Step::Done(Reach::Everything),
            Some(_) if self.still >= STILL => Step::Done(Reach::Stuck),
            Some(button) => Step::Click(button),
        }
    }
}
