//! Where a row begins and ends around a link that stands in no table.
//!
//! The largest element with no other invoice in it, if there are neighbours to tell. A flat grid, whose rows
//! are not wrapped at all (generation A of Stripe's portal), is cut into pieces of equal length. A list of one
//! has neither: there the smallest element that makes sense is the row, lest headings and prices of the rest
//! of the page are taken in.

use super::Node;
use super::node::folded;
use crate::stripe::{Identity, InvoiceLink};
use std::collections::HashMap;

/// Cheap to match; what it matches is parsed with an exact host afterwards.
const LINKS: &str = r#"a[href*="stripe.com/"]"#;

/// What stands around lists, never in a row.
const OUTSIDE: &str = "h1, h2, nav, form";

/// How far up a list of one is looked for.
const LEVELS: usize = 8;

/// A link to an invoice.
#[derive(Clone)]
pub(super) struct Link<N> {
    pub node: N,
    pub parsed: InvoiceLink,
    pub identity: Identity,
}

/// Is there a link to an invoice inside an element?
pub(super) fn has_link<N: Node>(inside: &N) -> bool {
    let is_one = |node: &N| node.attribute("href").is_some_and(|href| InvoiceLink::parse(&href).is_some());
    inside.select(LINKS).iter().any(is_one)
}

/// All links to invoices inside an element, in order.
pub(super) fn links<N: Node>(inside: &N) -> Vec<Link<N>> {
    parsed(inside.select(LINKS))
}

fn parsed<N: Node>(nodes: Vec<N>) -> Vec<Link<N>> {
    let link = |node: N| {
        let parsed = InvoiceLink::parse(&node.attribute("href")?)?;
        let identity = parsed.identity();
        Some(Link { node, parsed, identity })
    };
    nodes.into_iter().filter_map(link).collect()
}

/// Do all of them lead to one invoice?
pub(super) fn are_one<N>(links: &[Link<N>]) -> bool {
    links.windows(2).all(|pair| matches!(pair, [one, two] if one.identity == two.identity))
}

/// How far up anything is looked for. A browser's own parser nests no deeper than 512; scripts can.
const DEPTH: usize = 512;

pub(super) fn ancestors<N: Node>(node: &N) -> impl Iterator<Item = N> {
    std::iter::successors(node.parent(), Node::parent).take(DEPTH)
}

/// What belongs to a link.
pub(super) enum Extent<N> {
    /// These elements, neither more nor less.
    Row(Vec<N>),
    /// One of these, from the inside out.
    Open(Vec<N>),
}

/// All links of a page, with the rows of its flat grids as far as they are known.
pub(super) struct Loose<N> {
    links: Vec<Link<N>>,
    /// Rows of flat grids, by the link that is in them.
    tiles: HashMap<usize, Vec<N>>,
}

impl<N: Node> Loose<N> {
    /// All links of a page; none, where as many are accounted for as there are.
    pub(super) fn of(page: &N, accounted: usize) -> Loose<N> {
        let nodes = page.select(LINKS);
        if nodes.len() == accounted {
            return Loose::none();
        }
        Loose { links: parsed(nodes), tiles: HashMap::new() }
    }

    /// For a scan that has seen enough.
    pub(super) fn none() -> Loose<N> {
        Loose { links: Vec::new(), tiles: HashMap::new() }
    }

    pub(super) fn links(&self) -> &[Link<N>] {
        &self.links
    }

    /// The row around the link at an index. `hint` is the portal's own row element.
    pub(super) fn extent(&mut self, at: usize, hint: &str) -> Extent<N> {
        let Some(this) = self.links.get(at) else { return Extent::Row(Vec::new()) };
        if !hint.is_empty() {
            let hinted = this.node.select(hint);
            if hinted.len() == 1 {
                return Extent::Row(hinted);
            }
        }
        let other = |link: &&Link<N>| link.identity != this.identity;
        let before = self.links.get(..at).and_then(|links| links.iter().rev().find(other));
        let after = self.links.get(at..).and_then(|links| links.iter().find(other));
        let neighbours = [before, after].into_iter().flatten().map(|link| &link.node);
        let neighbours: Vec<&N> = neighbours.collect();
        let mut bounded = false;
        let mut levels = vec![this.node.clone()];
        for outer in ancestors(&this.node) {
            bounded = neighbours.iter().any(|other| outer.contains(other));
            if bounded || matches!(outer.name().as_str(), "body" | "main") {
                break;
            }
            levels.push(outer);
        }
        let Some(row) = levels.last().cloned() else { return Extent::Row(Vec::new()) };
        // A link far from all others may have half the page to itself.
        if !bounded || (neighbours.len() == 1 && !row.select(OUTSIDE).is_empty()) {
            levels.truncate(LEVELS);
            let inside = |level: &N| level.select(OUTSIDE).is_empty();
            let count = levels.iter().take_while(|level| inside(level)).count();
            levels.truncate(count);
            return Extent::Open(levels);
        }
        if folded(&row.text()) != folded(&this.node.text()) {
            return Extent::Row(vec![row]);
        }
        if !self.tiles.contains_key(&at) {
            self.tile(at, &row);
        }
        Extent::Row(self.tiles.get(&at).cloned().unwrap_or_else(|| vec![row]))
    }

    /// Cuts the neighbours of a cell with a link into rows. The cells of a row need not begin with the link's,
    /// and rows without a link may stand between; but if the pieces do not come out equal, only what follows
    /// a link that begins its row belongs to it.
    fn tile(&mut self, at: usize, cell: &N) {
        let Some(grid) = cell.parent() else { return };
        let cells = grid.children();
        let mut next = at;
        // Which cell holds which link.
        let mut held: Vec<(usize, usize)> = Vec::new();
        for (position, cell) in cells.iter().enumerate() {
            let first = next;
            while self.links.get(next).is_some_and(|link| cell.contains(&link.node)) {
                next += 1;
            }
            held.extend((first..next).map(|link| (position, link)));
        }
        let mut positions: Vec<usize> = held.iter().map(|(position, _)| *position).collect();
        positions.dedup();
        let gaps = positions.windows(2).filter_map(|pair| match pair {
            [one, two] => Some(two - one),
            _ => None,
        });
        let (Some(first), Some(length)) = (positions.first(), gaps.min()) else { return };
        let head = first % length;
        let equal = cells.len() % length == 0 && positions.iter().all(|position| position % length == head);
        for (position, link) in held {
            let next = positions.iter().find(|other| **other > position).copied().unwrap_or(cells.len());
            let (start, end) = match (equal, head) {
                (true, _) => (position - head, position - head + length),
                (false, 0) => (position, next.min(position + length)),
                (false, _) => (position, position + 1),
            };
            self.tiles.insert(link, cells.get(start..end).unwrap_or_default().to_vec());
        }
    }
}
