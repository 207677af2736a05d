//! A page to rows, a few at a time, the same way for every portal.

use super::fields::{self, Fields, Locales};
use super::rows::{self, Extent, Link, Loose};
use super::table::{self, Table};
use super::{Field, Heading, Info, Node, Strategy};
use crate::locale::Locale;
use crate::protocol::{RUN_ROWS, Row, RowKey};
use std::collections::{BTreeMap, HashSet};

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

/// The most elements of a page that a scan looks at, whether they are rows or not. Together with [`RUN_ROWS`], the
/// most rows that it finds, this bounds its time on a page that wants to waste it; where it stops at one of them it
/// says so with [`Problem::TooManyRows`].
pub const SCAN_CANDIDATES: usize = 50_000;

/// A scan under way. Call [`Scanner::step`] until it says that it is through: a page of 10,000 rows must not
/// hold up a browser.
pub struct Scanner<N> {
    info: &'static Info,
    heading: fn(&N) -> Heading,
    page: N,
    locales: Locales,
    queue: Vec<Candidate<N>>,
    next: usize,
    /// All links, once the rows that say that they are rows have been read.
    loose: Option<Loose<N>>,
    /// How many links those rows account for.
    accounted: usize,
    table: Option<Table<N>>,
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
    /// A link that no such element accounted for, by its place among all links.
    Loose(usize),
}

impl<N: Node> Scanner<N> {
    pub(super) fn new(
        info: &'static Info,
        heading: fn(&N) -> Heading,
        page: &N,
        reader: &Locale,
    ) -> Scanner<N> {
        let html = if page.name() == "html" { vec![page.clone()] } else { page.select("html") };
        let lang = html.first().and_then(|html| html.attribute("lang")).unwrap_or_default();
        Scanner {
            info,
            heading,
            page: page.clone(),
            locales: Locales {
                page: Locale::parse(&lang),
                reader: reader.clone(),
                dates_follow_reader: info.hints.dates_follow_reader,
            },
            queue: page.select(table::ROWS).into_iter().map(Candidate::Row).collect(),
            next: 0,
            loose: None,
            accounted: 0,
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
            match self.queue.get(self.next) {
                None if self.loose.is_some() => return true,
                None => {
                    self.queue_loose();
                    continue;
                }
                Some(_) if self.rows.len() >= RUN_ROWS || self.next >= SCAN_CANDIDATES => {
                    self.problems.push(Problem::TooManyRows);
                    self.next = self.queue.len();
                    self.loose.get_or_insert_with(Loose::none);
                    return true;
                }
                Some(Candidate::Row(row)) => self.read_row(row.clone()),
                Some(Candidate::Loose(at)) => self.read_loose(*at),
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
            (true, _) if (self.heading)(&self.page).signed_out => Some(Absence::SignedOut),
            (true, _) => Some(Absence::Nothing),
        };
        Listing { rows: self.rows, problems: self.problems, found: self.found, absence }
    }

    fn read_row(&mut self, row: N) {
        // A row around other rows is a layout table's.
        if let Some(Candidate::Row(next)) = self.queue.get(self.next + 1)
            && row.contains(next)
        {
            return;
        }
        let links = rows::links(&row);
        let Some(link) = links.first() else { return self.read_linkless(&row) };
        // So is one with two invoices in it: its links are read one by one later.
        if rows::are_one(&links) {
            self.accounted += links.len();
            let link = link.clone();
            self.read_linked(&link, |scanner| {
                let fields = scanner.fields(std::slice::from_ref(&row));
                if fields.understood() {
                    return fields;
                }
                // The row may be that of a small table inside the cell of a larger one.
                let mut around = rows::ancestors(&row).filter(table::is_row);
                let outer = around.find(|outer| rows::are_one(&rows::links(outer)));
                outer.map_or(fields, |outer| scanner.fields(&[outer]))
            });
        }
    }

    fn read_loose(&mut self, at: usize) {
        let Some(loose) = &mut self.loose else { return };
        let Some(link) = loose.links().get(at).cloned() else { return };
        let extent = loose.extent(at, self.info.hints.row);
        self.read_linked(&link, |scanner| match extent {
            Extent::Row(elements) => scanner.fields(&elements),
            Extent::Open(levels) => {
                let mut understood = None;
                for level in &levels {
                    let fields = scanner.fields(std::slice::from_ref(level));
                    if fields.amount.is_some() && fields.date.is_some() {
                        return fields;
                    }
                    if understood.is_none() && fields.understood() {
                        understood = Some(fields);
                    }
                }
                understood.unwrap_or_default()
            }
        });
    }

    fn read_linked(&mut self, link: &Link<N>, read: impl FnOnce(&mut Scanner<N>) -> Fields) {
        let key = link.identity.key();
        if !self.seen.insert(key.clone()) {
            return;
        }
        let fields = read(self);
        if !fields.understood() {
            self.problems.push(Problem::NotUnderstood { row: self.rows.len() });
        }
        self.push(key, Some(link.parsed.hosted_url()), Place::After(link.node.clone()), fields);
    }

    /// A row of a table that offers no document: void, or too young to have one. Anything may be a row of a
    /// table, so it has to look like an invoice in a table of invoices.
    fn read_linkless(&mut self, row: &N) {
        if table::is_header(row) {
            return;
        }
        let Some(table) = self.table(row) else { return };
        let (named, invoices) = (table.fields() >= 2, table.has_invoices());
        if !(named || invoices) {
            return;
        }
        let fields = self.fields(std::slice::from_ref(row));
        let complete = fields.amount.is_some() && fields.date.is_some();
        let numbered = fields.number.is_some() && (named || complete);
        if !numbered && !(complete && invoices && (named || fields.status.is_some())) {
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
            let place = Place::In(table::cells(row).pop().unwrap_or_else(|| row.clone()));
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
        let first = elements.first();
        // Loose elements have no cells, and so no columns.
        let row = first.filter(|row| table::is_row(*row));
        if let Some(row) = row {
            self.table(row);
        }
        let columns = row.and(self.table.as_ref()).map_or(&[][..], |table| &table.columns);
        fields::read(elements, columns, &self.info.hints, &self.locales)
    }

    /// The table around a row.
    fn table(&mut self, row: &N) -> Option<&Table<N>> {
        if !self.table.as_ref().is_some_and(|table| table.has(row)) {
            self.table = Table::around(row);
        }
        self.table.as_ref()
    }

    /// Queues the links that no row element accounted for.
    fn queue_loose(&mut self) {
        let loose = Loose::of(&self.page, self.accounted);
        let unread = |(_, link): &(usize, &Link<N>)| !self.seen.contains(&link.identity.key());
        let unread: Vec<usize> = loose.links().iter().enumerate().filter(unread).map(|(at, _)| at).collect();
        self.queue.extend(unread.into_iter().map(Candidate::Loose));
        self.loose = Some(loose);
    }
}
