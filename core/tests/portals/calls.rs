//! Every look at a live page crosses from WebAssembly to the browser, so a scan may not look often, and never
//! more than in proportion to the page.

use billfold_core::locale::Locale;
use billfold_core::portals::{HtmlNode, Node, Portal};
use std::cell::Cell;
use std::rc::Rc;

/// A node that counts what it is asked, and what it answers with.
#[derive(Clone)]
struct Counted {
    node: HtmlNode,
    calls: Rc<Cell<usize>>,
}

impl Counted {
    fn with(&self, node: HtmlNode) -> Counted {
        self.count(1);
        Counted { node, calls: Rc::clone(&self.calls) }
    }

    fn count(&self, calls: usize) {
        self.calls.set(self.calls.get() + calls);
    }
}

impl Node for Counted {
    fn select(&self, css: &str) -> Vec<Counted> {
        self.count(1);
        self.node.select(css).into_iter().map(|node| self.with(node)).collect()
    }
    fn name(&self) -> String {
        self.count(1);
        self.node.name()
    }
    fn attribute(&self, name: &str) -> Option<String> {
        self.count(1);
        self.node.attribute(name)
    }
    fn text(&self) -> String {
        self.count(1);
        self.node.text()
    }
    fn pieces(&self) -> Vec<String> {
        self.count(1);
        let pieces = self.node.pieces();
        self.count(pieces.len());
        pieces
    }
    fn parent(&self) -> Option<Counted> {
        self.node.parent().map(|node| self.with(node))
    }
    fn next_sibling(&self) -> Option<Counted> {
        self.node.next_sibling().map(|node| self.with(node))
    }
    fn children(&self) -> Vec<Counted> {
        self.count(1);
        self.node.children().into_iter().map(|node| self.with(node)).collect()
    }
    fn contains(&self, other: &Counted) -> bool {
        self.count(1);
        self.node.contains(&other.node)
    }
}

fn calls(address: &str, html: &str, rows: usize) -> usize {
    let page = Counted { node: HtmlNode::parse(html), calls: Rc::default() };
    let listing = Portal::find(address).unwrap().scan(&page, &Locale::parse("en-GB")).run();
    assert_eq!(listing.rows.len(), rows);
    assert!(listing.rows.iter().all(|found| found.row.amount.is_some() && found.row.date.is_some()));
    page.calls.get()
}

fn link(n: usize) -> String {
    format!("https://invoice.stripe.com/i/acct_1TESTplatform000/live_{n:08}TESTTESTTEST")
}

#[test]
fn few_for_each_row_and_none_the_more_for_more_rows() {
    let table = |rows: usize, number: bool| {
        let (th, td) = if number { ("<th>Invoice</th>", "<td>AB12CD34-0007</td>") } else { ("", "") };
        let row = |n: usize| {
            format!(
                "<tr>{td}<td>Paid</td><td>$5.00</td><td>1 May 2026, 12:00</td><td><a href='{}'>View</a></td></tr>",
                link(n)
            )
        };
        let rows: String = (0..rows).map(row).collect();
        format!(
            "<table><thead><tr>{th}<th>Status</th><th>Amount</th><th>Created</th><th></th></tr></thead><tbody>{rows}</tbody></table>"
        )
    };
    let generation_a = |rows: usize| {
        let row = |n: usize| {
            format!(
                "<div><a href='{}'><span>1 May 2026</span></a></div><div>$5.00</div><div>Paid</div><div>Plan</div>",
                link(n)
            )
        };
        format!("<div>{}</div>", (0..rows).map(row).collect::<String>())
    };
    let generation_b = |rows: usize, id: &str| {
        let row = |n: usize| {
            format!("<a href='{}'><div{id}><p>1 May 2026</p><p>$5.00</p><p>Paid</p></div></a>", link(n))
        };
        format!("<div>{}</div>", (0..rows).map(row).collect::<String>())
    };
    let openai = "https://platform.openai.com/account/billing/history";
    let stripe = "https://billing.stripe.com/p/session/x";
    let id = " data-testid='billing-portal-invoice-row'";
    type Page<'a> = Box<dyn Fn(usize) -> String + 'a>;
    let pages: [(&str, &str, usize, Page<'_>); 5] = [
        ("table", openai, 28, Box::new(|rows| table(rows, true))),
        ("table without numbers", openai, 26, Box::new(|rows| table(rows, false))),
        ("generation A", stripe, 60, Box::new(generation_a)),
        ("generation B", stripe, 30, Box::new(|rows| generation_b(rows, id))),
        ("generation B without ids", stripe, 40, Box::new(|rows| generation_b(rows, ""))),
    ];
    for (name, address, most, page) in pages {
        let (some, more) = (calls(address, &page(200), 200), calls(address, &page(400), 400));
        let each = (more - some) as f64 / 200.0;
        println!("{name}: {each} calls for each row");
        assert!(each <= most as f64, "{name}: {each} calls for each row");
        assert!(more <= 2 * some, "{name}: {some} calls for 200 rows, {more} for 400");
    }
}
