//! A page to rows, a few at a time, the same way for every portal.

use super::fields::{self, Fields, Locales};
use super::{Field, Info, Node, Strategy};
use crate::locale::Locale;
use crate::protocol::{RUN_ROWS, Row, RowKey};
use crate::stripe::InvoiceLink;
use std::collections::{BTreeMap, HashSet};

/// Cheap to match; what it matches is parsed with an exact host afterwards.
const LINKS: &str = r#"a[href*="stripe.com/"]"#;
const ROWS: &str = r#"tr, [role="row"]"#;

/// Elements that hold many rows, so that no row reaches beyond them.
const CONTAINERS: &[&str] = &["html", "body", "main", "table", "tbody", "thead", "ul", "ol", "section"];

/// The most neighbours that one row of a flat grid takes in.
const NEIGHBOURS: usize = 12;

/// A row with its place in the page.
#[derive(Clone)]
pub struct Found<N> {
    /// What was read.
    pub row: Row,
    /// The hosted invoice's address in canonical form, a bearer link. Absent: the page offers no document.
    pub link: Option<String>,
    /// Where something that belongs to the row can stand.
    pub place: Place<N>,
}

/// A place in the page for something of ours.
#[derive(Clone)]
pub enum Place<N> {
    /// After this element (the link).
    After(N),
    /// At the end of this element (a cell of a row without a link).
    In(N),
}

/// Something that a scan could not make sense of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The place of a field is known, but not what stands there.
    Unreadable {
        /// Index of the row.
        row: usize,
        /// The field.
        field: Field,
        /// What stands there, cut to 80 characters.
        text: String,
    },
    /// A link to an invoice with nothing readable around it.
    NotUnderstood {
        /// Index of the row.
        row: usize,
    },
    /// The page lists more rows than a run takes; the rest was not scanned.
    TooManyRows,
}

/// Why a scan found no rows, or none that make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nobody is signed in.
    SignedOut,
    /// The page says that there are no invoices.
    Empty,
    /// There are links to invoices, but no row around any of them was understood.
    LayoutChanged {
        /// How many links.
        links: usize,
    },
    /// Nothing on the page looks like an invoice: it is still loading, or it is another page.
    Nothing,
}

/// All rows of a page.
pub struct Listing<N> {
    /// In the page's order, each identity once.
    pub rows: Vec<Found<N>>,
    /// What could not be made sense of.
    pub problems: Vec<Problem>,
    /// How often which strategy found which field.
    pub found: BTreeMap<(Field, Strategy), usize>,
    /// Why there is nothing to see, where that is so.
    pub absence: Option<Absence>,
}

/// A scan under way. Call [`Scanner::step`] until it says that it is through: a page of 10,000 rows must not
/// hold up a browser.
pub struct Scanner<N> {
    info: &'static Info,
    page: N,
    locales: Locales,
    queue: Vec<Candidate<N>>,
    next: usize,
    loose_queued: bool,
    table: Option<(N, Vec<Option<Field>>)>,
    seen: HashSet<RowKey>,
    rows: Vec<Found<N>>,
    understood: usize,
    linkless: usize,
    problems: Vec<Problem>,
    found: BTreeMap<(Field, Strategy), usize>,
}

/// Something that may be a row.
enum Candidate<N> {
    /// An element that says it is a row.
    Row(N),
    /// A link outside any such element, with its neighbours of other identity.
    Loose { link: N, parsed: InvoiceLink, before: Option<N>, after: Option<N> },
}

impl<N: Node> Scanner<N> {
    pub(super) fn new(info: &'static Info, page: &N, reader: &Locale) -> Scanner<N> {
        let html = if page.name() == "html" { vec![page.clone()] } else { page.select("html") };
        let lang = html.first().and_then(|html| html.attribute("lang")).unwrap_or_default();
        Scanner {
            info,
            page: page.clone(),
            locales: Locales { page: Locale::parse(&lang), reader: reader.clone() },
            queue: page.select(ROWS).into_iter().map(Candidate::Row).collect(),
            next: 0,
            loose_queued: false,
            table: None,
            seen: HashSet::new(),
            rows: Vec::new(),
            understood: 0,
            linkless: 0,
            problems: Vec::new(),
            found: BTreeMap::new(),
        }
    }

    /// Reads up to `count` more candidates. True when there are no more.
    pub fn step(&mut self, count: usize) -> bool {
        for _ in 0..count {
            if self.rows.len() >= RUN_ROWS {
                self.problems.push(Problem::TooManyRows);
                self.queue.clear();
                self.loose_queued = true;
                return true;
            }
            if self.next >= self.queue.len() {
                if self.loose_queued {
                    return true;
                }
                self.queue_loose();
                continue;
            }
            match self.queue.get(self.next) {
                Some(Candidate::Row(row)) => self.read_row(row.clone()),
                Some(Candidate::Loose { link, parsed, before, after }) => {
                    let elements = around(link, before.as_ref(), after.as_ref(), self.info.hints.row);
                    let (link, parsed) = (link.clone(), parsed.clone());
                    self.read_linked(&elements, &link, &parsed);
                }
                None => return true,
            }
            self.next += 1;
        }
        false
    }

    /// All of it in one go, for pages that nobody is looking at.
    pub fn run(mut self) -> Listing<N> {
        while !self.step(1_000) {}
        self.finish()
    }

    /// The result.
    pub fn finish(self) -> Listing<N> {
        let links = self.rows.len() - self.linkless;
        let there = |css: &str| !css.is_empty() && !self.page.select(css).is_empty();
        let hints = &self.info.hints;
        let absence = match (self.rows.is_empty(), self.understood) {
            (false, 0) => Some(Absence::LayoutChanged { links }),
            (false, _) => None,
            (true, _) if there(hints.empty) => Some(Absence::Empty),
            (true, _) if there(hints.signed_out) && !there(hints.signed_in) => Some(Absence::SignedOut),
            (true, _) => Some(Absence::Nothing),
        };
        Listing { rows: self.rows, problems: self.problems, found: self.found, absence }
    }

    fn read_row(&mut self, row: N) {
        let links = invoice_links(&row);
        let Some((link, parsed)) = links.first() else { return self.read_linkless(&row) };
        // A row with two invoices in it is a layout table's: its links are read one by one later.
        if links.iter().all(|(_, other)| other.identity() == parsed.identity()) {
            self.read_linked(&[row], link, parsed);
        }
    }

    fn read_linked(&mut self, elements: &[N], link: &N, parsed: &InvoiceLink) {
        let key = parsed.identity().key();
        if !self.seen.insert(key.clone()) {
            return;
        }
        let fields = self.fields(elements);
        if !fields.understood() {
            self.problems.push(Problem::NotUnderstood { row: self.rows.len() });
        }
        self.push(key, Some(parsed.hosted_url()), Place::After(link.clone()), fields);
    }

    /// A row of a table that offers no document: void, or too young to have one. Anything may be a row of a
    /// table, so it has to look like an invoice in a table of invoices.
    fn read_linkless(&mut self, row: &N) {
        let named = self.headers(row).iter().flatten().count();
        let is_header = row.select(r#"th:not([scope="row"]), [role="columnheader"]"#).len() > 1;
        if named < 2 || is_header {
            return;
        }
        let fields = self.fields(std::slice::from_ref(row));
        if fields.number.is_none() && !(fields.amount.is_some() && fields.date.is_some()) {
            return;
        }
        let portal = self.info.id;
        let key = match &fields.number {
            Some(number) => format!("number:{portal}/{number}"),
            None => {
                let (date, amount) = (fields.date, fields.amount);
                let same = self
                    .rows
                    .iter()
                    .filter(|r| !r.row.document && r.row.date == date && r.row.amount == amount);
                let (date, amount) = (date.map(|d| d.to_string()), amount.map(|m| m.to_string()));
                format!(
                    "row:{portal}/{}/{}/{}",
                    date.unwrap_or_default(),
                    amount.unwrap_or_default(),
                    same.count()
                )
            }
        };
        let key = RowKey::new(key);
        if self.seen.insert(key.clone()) {
            self.linkless += 1;
            let place = Place::In(fields::cells(row).pop().unwrap_or_else(|| row.clone()));
            self.push(key, None, place, fields);
        }
    }

    fn push(&mut self, key: RowKey, link: Option<String>, place: Place<N>, fields: Fields) {
        let row = self.rows.len();
        self.understood += usize::from(fields.understood());
        for found in fields.found {
            *self.found.entry(found).or_default() += 1;
        }
        let unreadable = fields.unreadable.into_iter();
        self.problems.extend(unreadable.map(|(field, text)| Problem::Unreadable { row, field, text }));
        let Fields { number, status, amount, date, description, .. } = fields;
        let row = Row { key, document: link.is_some(), number, amount, date, status, description };
        self.rows.push(Found { row, link, place });
    }

    fn fields(&mut self, elements: &[N]) -> Fields {
        if let Some(row) = elements.first() {
            self.headers(row);
        }
        let headers = self.table.as_ref().map_or(&[][..], |(_, headers)| headers);
        fields::read(elements, headers, &self.info.hints, &self.locales)
    }

    /// The fields of the columns of the table around a row; none outside a table.
    fn headers(&mut self, row: &N) -> &[Option<Field>] {
        if !self.table.as_ref().is_some_and(|(table, _)| table.contains(row)) {
            self.table = table_around(row).map(|table| {
                let headers = fields::headers(&table);
                (table, headers)
            });
        }
        self.table.as_ref().map_or(&[], |(_, headers)| headers)
    }

    /// Queues the links that no row element accounted for.
    fn queue_loose(&mut self) {
        self.loose_queued = true;
        let links = invoice_links(&self.page);
        let other = |this: &InvoiceLink, at: Option<&(N, InvoiceLink)>| {
            at.filter(|(_, that)| that.identity() != this.identity()).map(|(node, _)| node.clone())
        };
        for (at, (link, parsed)) in links.iter().enumerate() {
            if !self.seen.contains(&parsed.identity().key()) {
                let before = at.checked_sub(1).and_then(|at| other(parsed, links.get(at)));
                let after = other(parsed, links.get(at + 1));
                self.queue.push(Candidate::Loose {
                    link: link.clone(),
                    parsed: parsed.clone(),
                    before,
                    after,
                });
            }
        }
    }
}

fn invoice_links<N: Node>(inside: &N) -> Vec<(N, InvoiceLink)> {
    let links = inside.select(LINKS).into_iter();
    links.filter_map(|node| InvoiceLink::parse(&node.attribute("href")?).map(|link| (node, link))).collect()
}

fn ancestors<N: Node>(node: &N) -> impl Iterator<Item = N> {
    std::iter::successors(node.parent(), Node::parent)
}

fn table_around<N: Node>(row: &N) -> Option<N> {
    ancestors(row).find(|around| {
        around.name() == "table"
            || around
                .attribute("role")
                .is_some_and(|role| matches!(role.as_str(), "table" | "grid" | "treegrid"))
    })
}

/// The row around a link that stands in no table: the portal's own row element where it is there, else the
/// largest element with no other invoice in it. If that says no more than the link does, the rows are not
/// wrapped at all (generation A of Stripe's portal), and what follows up to the next link belongs to it.
fn around<N: Node>(link: &N, before: Option<&N>, after: Option<&N>, hint: &str) -> Vec<N> {
    if !hint.is_empty() {
        let hinted = link.select(hint);
        if hinted.len() == 1 {
            return hinted;
        }
    }
    let mut row = link.clone();
    for outer in ancestors(link) {
        let holds_other = [before, after].into_iter().flatten().any(|other| outer.contains(other));
        let many = CONTAINERS.contains(&outer.name().as_str())
            || outer.attribute("role").is_some_and(|role| role == "list");
        if holds_other || many {
            break;
        }
        row = outer;
    }
    if super::node::folded(&row.text()) != super::node::folded(&link.text()) {
        return vec![row];
    }
    let neighbours = std::iter::successors(row.next_sibling(), Node::next_sibling);
    let until = |node: &N| !after.is_some_and(|after| node.contains(after));
    std::iter::once(row.clone()).chain(neighbours.take(NEIGHBOURS).take_while(until)).collect()
}
