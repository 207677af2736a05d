//! Pages that mean harm, as text or made up as they are asked for: nothing is listed that is none, and the work is
//! bounded whatever the page's size.

use crate::pages;
use billfold_core::locale::Locale;
use billfold_core::portals::{HtmlNode, Node, Portal, Problem, SCAN_CANDIDATES, TEXT_MOST};
use billfold_core::protocol::{RUN_ROWS, TEXT_LIMIT};
use std::cell::Cell;
use std::rc::Rc;

const OPENAI: &str = "https://platform.openai.com/settings/organization/billing/history";

const PATH: &str = "acct_1TEST0000000000/live_YWNjdF8xVEVTVDAwMDAwMDAwMDAsXzAwMDAw0200abcdefgh";

#[test]
fn a_link_that_only_looks_like_one_is_none() {
    let alike = [
        "https://invoice.stripe.com.evil.test/i/PATH",
        "https://invoice.stripe.com@evil.test/i/PATH",
        "https://evil@invoice.stripe.com/i/PATH",
        "https://evil.test/invoice.stripe.com/i/PATH",
        "https://evil.test/#https://invoice.stripe.com/i/PATH",
        "https://invoice.stripe.com:8443/i/PATH",
        "https://invoice.stripe.com./i/PATH",
        "https://xinvoice.stripe.com/i/PATH",
        "https://xn--nvoice-l9a.stripe.com/i/PATH",
        "https://\u{131}nvoice.stripe.com/i/PATH",
        "https://invoice\u{2024}stripe.com/i/PATH",
        "http://invoice.stripe.com/i/PATH",
        "javascript:location='https://invoice.stripe.com/i/PATH'",
        "data:text/html,https://invoice.stripe.com/i/PATH",
        "blob:https://invoice.stripe.com/i/PATH",
        "https:\\\\invoice.stripe.com/i/PATH",
        "https://invoice.stripe.com\\@evil.test/i/PATH",
        "https://invoice.stripe.com/i/../i/PATH",
        "https://invoice.stripe.com/i/PATH/../../../receipts",
    ];
    let row = |href: &str| {
        format!(r#"<li>1 May 2026 <b>$5.00</b> <a href="{}">View</a></li>"#, href.replace("PATH", PATH))
    };
    let page =
        |hrefs: &[&str]| format!("<ul>{}</ul>", hrefs.iter().map(|href| row(href)).collect::<String>());
    for address in [OPENAI, "https://billing.stripe.com/p/session/test"] {
        let (_, listing) = pages::read(&page(&alike), address, "en");
        assert_eq!(listing.rows.iter().filter_map(|found| found.link.clone()).collect::<Vec<_>>(), [""; 0]);
        // The real one, to see that the page is one that is read.
        let (_, listing) = pages::read(&page(&["https://invoice.stripe.com/i/PATH"]), address, "en");
        assert_eq!(listing.rows.len(), 1);
    }
}

/// A table of any number of rows that are made as they are asked for, counting every question.
#[derive(Clone)]
struct Endless {
    rows: usize,
    linked: bool,
    part: Part,
    asked: Rc<Cell<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Page,
    Row(usize),
    Cell(usize, usize),
    Link(usize),
}

impl Endless {
    fn part(&self, part: Part) -> Endless {
        Endless { part, ..self.clone() }
    }

    fn count(&self) {
        self.asked.set(self.asked.get() + 1);
    }
}

impl Node for Endless {
    fn select(&self, css: &str) -> Vec<Endless> {
        self.count();
        let all = |from: usize, to: usize, make: fn(usize) -> Part| {
            (from..to).map(|at| self.part(make(at))).collect()
        };
        match self.part {
            Part::Page if css.starts_with("tr") => all(0, self.rows, Part::Row),
            Part::Page if css.starts_with("a[") && self.linked => all(0, self.rows, Part::Link),
            Part::Row(at) | Part::Cell(at, 2) if css.starts_with("a[") && self.linked => {
                all(at, at + 1, Part::Link)
            }
            _ => Vec::new(),
        }
    }

    fn name(&self) -> String {
        let name = match self.part {
            Part::Page => "html",
            Part::Row(_) => "tr",
            Part::Cell(..) => "td",
            Part::Link(_) => "a",
        };
        name.to_owned()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let Part::Link(at) = self.part else { return None };
        (name == "href").then(|| format!("https://invoice.stripe.com/i/acct_1TEST0000000000/live_{at:040}"))
    }

    fn text(&self) -> String {
        self.count();
        match self.part {
            Part::Cell(_, 0) if self.linked => "1 May 2026".to_owned(),
            Part::Cell(_, 1) if self.linked => "$5.00".to_owned(),
            _ => "x".to_owned(),
        }
    }

    fn pieces(&self) -> Vec<String> {
        vec![self.text()]
    }

    fn parent(&self) -> Option<Endless> {
        match self.part {
            Part::Page => None,
            Part::Row(_) => Some(self.part(Part::Page)),
            Part::Cell(at, _) => Some(self.part(Part::Row(at))),
            Part::Link(at) => Some(self.part(Part::Cell(at, 2))),
        }
    }

    fn next_sibling(&self) -> Option<Endless> {
        None
    }

    fn children(&self) -> Vec<Endless> {
        match self.part {
            Part::Row(at) => (0..3).map(|cell| self.part(Part::Cell(at, cell))).collect(),
            _ => Vec::new(),
        }
    }

    fn contains(&self, other: &Endless) -> bool {
        self.part == other.part
    }
}

/// What is found in a million rows, and how many questions that took for each row that may be looked at.
fn million(linked: bool) -> (usize, Vec<Problem>, usize) {
    let asked = Rc::new(Cell::new(0));
    let page = Endless { rows: 1_000_000, linked, part: Part::Page, asked: Rc::clone(&asked) };
    let listing = Portal::find(OPENAI).unwrap().scan(&page, &Locale::parse("en")).run();
    (listing.rows.len(), listing.problems, asked.get())
}

#[test]
fn of_a_million_rows_so_many_are_read_and_the_rest_is_said_to_be_there() {
    let (rows, problems, asked) = million(true);
    assert_eq!((rows, problems), (RUN_ROWS, vec![Problem::TooManyRows]));
    assert!(asked < 40 * RUN_ROWS, "{asked} questions");
    let (rows, problems, asked) = million(false);
    assert_eq!((rows, problems), (0, vec![Problem::TooManyRows]));
    assert!(asked < 40 * SCAN_CANDIDATES, "{asked} questions");
}

#[test]
fn a_cell_of_ten_megabytes_is_cut() {
    let long = "x ".repeat(5_000_000);
    let link = format!("https://invoice.stripe.com/i/{PATH}");
    let row = format!("<td>{long}<td>{long}<td>May 1, 2026<td>$5.00<td><a href=\"{link}\">View</a>");
    let table =
        format!("<table><tr><th>Description<th>Status<th>Created<th>Amount<th></tr><tr>{row}</tr></table>");
    let cell = HtmlNode::parse(&table).select("td").remove(0);
    assert_eq!(cell.text().len(), TEXT_MOST as usize);
    let (_, listing) = pages::read(&table, OPENAI, "en");
    let row = &listing.rows[0].row;
    assert_eq!(row.date.unwrap().to_string(), "2026-05-01");
    assert!(row.amount.is_some());
    assert_eq!(row.description.as_ref().unwrap().chars().count(), TEXT_LIMIT);
    assert_eq!(row.status.as_ref().unwrap().chars().count(), TEXT_LIMIT);
}

#[test]
fn a_row_100_000_levels_deep_is_read_like_any_other() {
    let link = format!("https://invoice.stripe.com/i/{PATH}");
    let row = format!("<i>May 1, 2026</i> <i>$5.00</i> <a href=\"{link}\">View</a>");
    let page = format!("{}{row}", "<span>".repeat(100_000));
    let (_, listing) = pages::read(&page, OPENAI, "en");
    assert_eq!(listing.rows.len(), 1);
    assert!(listing.rows[0].row.amount.is_some() && listing.rows[0].row.date.is_some());
}
