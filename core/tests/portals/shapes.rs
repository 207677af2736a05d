//! Small pages, each with one thing that is odd. What is read is right or absent.

use super::pages;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use billfold_core::locale::Locale;
use billfold_core::portals::{Absence, HtmlNode, Node as _, Place, Portal, Problem, Reach, Step};
use billfold_core::protocol::RUN_ROWS;

const OPENAI: &str = "https://platform.openai.com/settings/organization/billing/history";
const STRIPE: &str = "https://billing.stripe.com/p/session/live_TESTbearer";

/// The hosted address of invoice `n`, under the `minted`-th token.
fn minted(n: u32, minted: u32) -> String {
    let inside = format!("acct_1TESTplatform000,_S{n:04}abcdefghijklmnopqrstuvwxyz,{}", 171_000_000 + minted);
    format!(
        "https://invoice.stripe.com/i/acct_1TESTplatform000/live_{}0200TESTchk0?s=ap",
        STANDARD_NO_PAD.encode(inside)
    )
}

/// A link to invoice `n`.
fn view(n: u32) -> String {
    format!(r#"<a href="{}">View</a>"#, minted(n, 0))
}

/// The rows of a page, one line each: date, amount, number, status, description, `-` where there is none. A
/// row without a document begins with `!`.
fn rows_of(html: &str, address: &str, reader: &str) -> Vec<String> {
    let (_, listing) = pages::read(html, address, reader);
    let rows = listing.rows.iter().map(|found| {
        let row = &found.row;
        let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        format!(
            "{}{} {} {} {} {}",
            if row.document { "" } else { "!" },
            or(row.date.map(|date| date.to_string())),
            or(row.amount.map(|amount| amount.to_string().replace(' ', ""))),
            or(row.number.as_ref().map(ToString::to_string)),
            or(row.status.clone()),
            or(row.description.clone())
        )
    });
    rows.collect()
}

fn body(lang: &str, inside: &str) -> String {
    format!("<!doctype html><html lang=\"{lang}\"><body>{inside}</body></html>")
}

#[track_caller]
fn openai(inside: &str, rows: &[&str]) {
    assert_eq!(rows_of(&body("en", inside), OPENAI, "en-GB"), rows, "{inside}");
}

#[track_caller]
fn stripe(lang: &str, inside: &str, rows: &[&str]) {
    assert_eq!(rows_of(&body(lang, inside), STRIPE, lang), rows, "{inside}");
}

#[test]
fn a_table_without_numbers_without_class_without_header() {
    let row = |n: u32, day: u32| {
        format!("<tr><td>Paid</td><td>$12.10</td><td>{day} May 2026, 18:36</td><td>{}</td></tr>", view(n))
    };
    let want = ["2026-05-25 12.10USD - Paid -", "2026-05-24 12.10USD - Paid -"];
    openai(&format!("<table>{}{}</table>", row(1, 25), row(2, 24)), &want);
    let header = "<thead><tr><th>Status</th><th>Amount</th><th>Created</th><th></th></tr></thead>";
    openai(&format!("<table>{header}<tbody>{}{}</tbody></table>", row(1, 25), row(2, 24)), &want);
}

#[test]
fn an_aria_grid() {
    let row = |n: u32, link: &str| {
        format!(
            r#"<div role="row"><div role="rowheader">AB12CD34-000{n}</div><div role="gridcell"><i>Paid</i></div>
            <div role="cell">$5.00</div><div role="gridcell">03/04/2026</div><div role="gridcell">{link}</div></div>"#
        )
    };
    let header = r#"<div role="row"><span role="columnheader">Invoice</span><span role="columnheader">Status</span>
        <span role="columnheader">Amount</span><span role="columnheader">Created</span><span role="columnheader"></span></div>"#;
    let want = ["2026-04-03 5.00USD AB12CD34-0002 Paid -", "!2026-04-03 5.00USD AB12CD34-0001 Paid -"];
    for role in ["grid", "table", "treegrid"] {
        for header in [header, ""] {
            openai(&format!(r#"<div role="{role}">{header}{}{}</div>"#, row(2, &view(2)), row(1, "")), &want);
        }
    }
}

#[test]
fn a_first_row_of_plain_cells_is_a_header() {
    let table = format!(
        "<table><tr><td>Rechnung:</td><td>Steuer</td><td>Betrag</td><td>Erstellt</td><td></td></tr>\
         <tr><td>RE/2026/7</td><td>$1.00</td><td>$5.00</td><td>1.4.2026</td><td>{}</td></tr></table>",
        view(1)
    );
    openai(&table, &["2026-04-01 5.00USD RE/2026/7 - -"]);
    let grid = format!(
        r#"<div role="grid"><div role="row"><b role="cell">Date</b><b role="cell">Tax</b><b role="cell">Amount</b></div>
        <div role="row"><b role="cell">1 May 2026</b><b role="cell">$1.00</b><b role="cell">$5.00 {}</b></div></div>"#,
        view(1)
    );
    // The link's own text stands in the cell, so the amount there cannot be read, and the tax is none.
    openai(&grid, &["2026-05-01 - - - -"]);
}

#[test]
fn a_header_of_a_row_is_no_header_of_a_column() {
    let table = format!(
        "<table><tr><th>Invoice</th><th>Tax</th><th>Amount</th><th></th></tr>\
         <tr><th scope=\"row\">RE/7</th><td>$1.00</td><td>$5.00</td><td>{}</td></tr></table>",
        view(1)
    );
    openai(&table, &["- 5.00USD RE/7 - -"]);
}

#[test]
fn neither_tax_nor_a_due_date_is_ever_taken() {
    let header = "<tr><th>Date</th><th>Due date</th><th>Tax</th><th>Amount</th><th></th></tr>";
    let row = |date: &str, due: &str, tax: &str, amount: &str| {
        let row = format!("<td>{date}</td><td>{due}</td><td>{tax}</td><td>{amount}</td><td>{}</td>", view(1));
        format!("<table>{header}<tr>{row}</tr></table>")
    };
    openai(&row("1 May 2026", "15 May 2026", "$1.00", "$20.00"), &["2026-05-01 20.00USD - - -"]);
    openai(&row("soon", "15 May 2026", "$1.00", "some"), &["- - - - -"]);
    openai(&row("", "15 May 2026", "$1.00", ""), &["- - - - -"]);
    // Two columns of one name: neither, and no other.
    let twice = row("1 May 2026", "2 May 2026", "$1.00", "$20.00").replace("<th>Tax", "<th>Total");
    openai(&twice, &["2026-05-01 - - - -"]);
    // Labels in the row itself.
    let list = |inside: &str| format!("<ul><li>{inside} {}</li><li>{}</li></ul>", view(1), view(2));
    let labelled = "<b>Due</b> <i>15 May 2026</i> <b>Tax:</b> <i>$1.00</i>";
    openai(&list(labelled), &["- - - - -", "- - - - -"]);
    openai(
        &list(&format!("{labelled} <p>1 May 2026</p><p>$20.00</p>")),
        &["2026-05-01 20.00USD - - -", "- - - - -"],
    );
    openai(&list("Due on 15 May 2026, tax $1.00"), &["- - - - -", "- - - - -"]);
}

#[test]
fn a_date_is_no_number_even_under_that_header() {
    let table = format!(
        "<table><tr><th>Invoice</th><th>Amount</th><th></th></tr><tr><td>2026-05-01</td><td>$5.00</td><td>{}</td></tr></table>",
        view(1)
    );
    openai(&table, &["- 5.00USD - - -"]);
    let (_, listing) = pages::read(&body("en", &table), OPENAI, "en");
    assert!(
        matches!(listing.problems.as_slice(), [Problem::Unreadable { row: 0, text, .. }] if text == "2026-05-01")
    );
}

#[test]
fn a_service_period_is_no_date() {
    let table = |date: &str, period: &str| {
        format!("<table><tr><td>{date}</td><td>{period}</td><td>$5.00</td><td>{}</td></tr></table>", view(1))
    };
    openai(&table("1 May 2026", "1 Apr 2026 – 30 Apr 2026"), &["2026-05-01 5.00USD - - -"]);
    openai(&table("", "1 Apr 2026 – 30 Apr 2026"), &["- 5.00USD - - -"]);
    openai(&table("", "Apr 1 – Apr 30, 2026"), &["- 5.00USD - - -"]);
    openai(&table("", "<b>1 Apr 2026</b> – <b>30 Apr 2026</b>"), &["- 5.00USD - - -"]);
    openai(&table("1 May 2026", "<b>1 Apr 2026</b> bis <b>30 Apr 2026</b>"), &["2026-05-01 5.00USD - - -"]);
    let list = |inside: &str| format!("<ul><li>{inside} {}</li><li>{}</li></ul>", view(1), view(2));
    openai(
        &list("<b>1 Apr 2026</b> – <b>30 Apr 2026</b> <i>1 May 2026</i>"),
        &["2026-05-01 - - - -", "- - - - -"],
    );
    openai(&list("<b>1 Apr 2026</b> – <b>30 Apr 2026</b>"), &["- - - - -", "- - - - -"]);
    for between in ["~", "〜", "～", "to", "bis", "au", "から", "-", "—"] {
        openai(&list(&format!("<b>1 Apr</b> {between} <b>30 Apr 2026</b>")), &["- - - - -", "- - - - -"]);
    }
}

#[test]
fn a_description_may_say_anything() {
    let row = |n: u32, date: &str, amount: &str| {
        format!(
            r#"<a href="{}"><div data-testid="billing-portal-invoice-row"><p>{date}</p><p>{amount}</p>
            <div data-testid="billing-portal-invoice-description" title="Credits $20, April 2026 until May 1, 2026">Credits <b>$20</b> May 1, 2026</div>
            </div></a>"#,
            minted(n, 0)
        )
    };
    let said = "Credits $20, April 2026 until May 1, 2026";
    let page = format!("<div>{}{}</div>", row(1, "12 Feb 2026", "US$30.00"), row(2, "?", "?"));
    stripe("en-GB", &page, &[&format!("2026-02-12 30.00USD - - {said}"), &format!("- - - - {said}")]);
    // Without test ids, and with the values missing: nothing is taken out of a sentence.
    let list = format!(
        "<ul><li>Credits $20, April 2026 {}</li><li>Usage for May 1, 2026 {}</li></ul>",
        view(1),
        view(2)
    );
    stripe("en-GB", &list, &["- - - - -", "- - - - -"]);
}

#[test]
fn values_spread_over_elements() {
    let list = |inside: &str| format!("<ul><li><div>{inside}</div>{}</li><li>{}</li></ul>", view(1), view(2));
    let row = |lang: &str, inside: &str, want: &str| stripe(lang, &list(inside), &[want, "- - - - -"]);
    row(
        "en-GB",
        "<p><b>12</b> <b>Feb</b> <b>2026</b></p><p><i>US</i><i>$20</i><i>.00</i></p>",
        "2026-02-12 20.00USD - - -",
    );
    row(
        "de",
        "<p><b>1.</b> <b>Feb.</b> <b>2026</b></p><p><i>12,99</i> <i>€</i></p>",
        "2026-02-01 12.99EUR - - -",
    );
    row(
        "ja",
        "<p><b>2026</b><b>年</b><b>5</b><b>月</b><b>1</b><b>日</b></p><p><i>¥</i><i>2,000</i></p>",
        "2026-05-01 2000JPY - - -",
    );
    // No element holds the whole of it, but the row does.
    row(
        "en-GB",
        "<b>12</b> <b>Feb</b> <b>2026</b> <i>US$20.00</i> <u>Paid</u>",
        "2026-02-12 20.00USD - Paid -",
    );
    row("en-GB", "12 Feb 2026  US$20.00  Paid", "2026-02-12 20.00USD - - -");
    row("en-GB", "Paid on <time>12 Feb</time> 2026", "- - - - -");
    row("de", "Rechnung vom 12. Feb. 2026", "2026-02-12 - - - -");
    row("fr", "Facture du 12 févr. 2026", "2026-02-12 - - - -");
    row("en-GB", "Issued on 12 Feb 2026", "2026-02-12 - - - -");
    row("en-GB", "Date: 12 Feb 2026. Total of $5.00", "2026-02-12 5.00USD - - -");
}

#[test]
fn parts_of_amounts_are_not_amounts() {
    let list = |inside: &str| format!("<ul><li>{inside}{}</li><li>{}</li></ul>", view(1), view(2));
    for inside in [
        "<p>$20<sup>50</sup></p>",
        "<b>$20</b> <sup>50</sup>",
        "<b>$20</b><sup>.50</sup>",
        "<b>1,</b><b>234.00 €</b>",
        "<b>1</b> <b>234.00 €</b>",
        "<b>$1,</b> <b>234.00</b>",
        "Seat <b>5</b> <b>234 €</b>",
    ] {
        let rows = rows_of(&body("en-GB", &list(inside)), STRIPE, "en-GB");
        let right = ["- 20.50USD - - -", "- 1234.00EUR - - -"];
        assert!(rows[0] == "- - - - -" || right.contains(&rows[0].as_str()), "{inside}: {}", rows[0]);
    }
    for header in ["<th>Amount</th><th></th>", "<th>Price</th><th></th>"] {
        let table = |cell: &str| {
            format!("<table><tr>{header}</tr><tr><td>{cell}</td><td>{}</td></tr></table>", view(1))
        };
        openai(&table("$20<sup>50</sup>"), &["- - - - -"]);
        openai(&table("<i>$</i><b>20.50</b>"), &["- 20.50USD - - -"]);
    }
}

#[test]
fn generation_a_in_all_its_forms() {
    let cells = |n: u32, day: u32, first: bool| {
        let link = format!(
            r#"<div><a href="{}" data-testid="hip-link"><span>{day} Jul 2024</span></a></div>"#,
            minted(n, 0)
        );
        let (status, amount) = (
            r#"<div><span data-testid="invoice-status-badge-positive">Paid</span></div>"#,
            format!("<div>${day}.00</div>"),
        );
        if first {
            format!("{link}{amount}{status}<div>Plan</div>")
        } else {
            format!("{amount}{status}{link}<div>Plan</div>")
        }
    };
    let void = "<div><div>9 Jul 2024</div></div><div>$9.00</div><div><span data-testid=\"invoice-status-badge-negative\">Void</span></div><div>Plan</div>";
    let row = |day: u32| format!("2024-07-{day} {day}.00USD - Paid -");
    let (one, two, three) = (row(25), row(24), row(23));
    let grid = |inside: String| {
        format!(
            "<div><span>Invoice history</span></div><div>{inside}</div><p>Plan: $99.00 from 9 May 2020</p>"
        )
    };
    for first in [true, false] {
        let all = |n: u32| cells(n, 26 - n, first);
        stripe("en-GB", &grid([all(1), all(2), all(3)].concat()), &[&one, &two, &three]);
        // A row without a link between them, and one at the end.
        stripe(
            "en-GB",
            &grid([all(1), all(2), void.into(), all(3), void.into()].concat()),
            &[&one, &two, &three],
        );
        // Four cells of headers.
        let header = "<div>Date</div><div>Amount</div><div>Status</div><div>Description</div>";
        stripe("en-GB", &grid([header.into(), all(1), all(2)].concat()), &[&one, &two]);
        // Only one: no neighbour to stop at.
        stripe("en-GB", &grid(all(1)), &[&one]);
    }
    // Something else stands in the grid: what begins with its link is still cut right, other rows are not.
    let more = "<button data-testid=\"view-more-button\">View more</button>";
    stripe("en-GB", &grid([cells(1, 25, true), cells(2, 24, true), more.into()].concat()), &[&one, &two]);
    let odd = grid([cells(1, 25, false), cells(2, 24, false), more.into()].concat());
    stripe("en-GB", &odd, &["2024-07-25 - - - -", "2024-07-24 - - - -"]);
}

#[test]
fn generation_b_without_some_of_its_test_ids() {
    let row = |n: u32, day: u32, row: &str| {
        format!(
            r#"<a href="{}"><div{row}><div><span>{day} Feb 2026</span></div><div><span>US${day}.00</span></div><div><span>Paid</span></div></div></a>"#,
            minted(n, 0)
        )
    };
    let id = r#" data-testid="billing-portal-invoice-row""#;
    let want =
        ["2026-02-12 12.00USD - Paid -", "2026-02-13 13.00USD - Paid -", "2026-02-14 14.00USD - Paid -"];
    let page = |ids: [&str; 3], end: &str| {
        format!(
            "<h2>Invoice history</h2><div>{}{}{}{end}</div><p>$99.00</p>",
            row(1, 12, ids[0]),
            row(2, 13, ids[1]),
            row(3, 14, ids[2])
        )
    };
    for ids in [[id, id, id], [id, "", id], ["", "", ""], ["", id, id]] {
        for end in ["", "<button>View more</button>", "<p>9 May 2020</p>"] {
            stripe("en-GB", &page(ids, end), &want);
        }
    }
    for id in [id, ""] {
        stripe(
            "en-GB",
            &format!("<main><h2>Since 9 May 2020</h2><div>{}</div><p>$99.00</p></main>", row(1, 12, id)),
            &want[..1],
        );
    }
}

#[test]
fn a_list_of_one_takes_nothing_of_the_page() {
    let page = |row: &str| {
        format!(
            "<nav>1 Jan 2020</nav><div><h2>Plan $99.00, renews 9 May 2020</h2><div><div>{row}</div><button>View more</button></div></div>"
        )
    };
    stripe(
        "en-GB",
        &page(&format!("<div><p>1 May 2026</p><p>$5.00</p><p>{}</p></div>", view(1))),
        &["2026-05-01 5.00USD - - -"],
    );
    stripe(
        "en-GB",
        &page(&format!("<div><p>1 May 2026</p><p>{}</p></div>", view(1))),
        &["2026-05-01 - - - -"],
    );
    stripe("en-GB", &page(&format!("<div><p>{}</p></div>", view(1))), &["- - - - -"]);
    // Nothing is looked for beyond what stands around lists.
    let row = format!("<p>1 May 2026 <i>soon</i> {}</p>", view(1));
    for around in ["h1", "h2", "nav", "form"] {
        stripe("en-GB", &format!("<div>{row}<{around}>$99.00</{around}></div>"), &["2026-05-01 - - - -"]);
    }
    stripe("en-GB", &format!("{row}<p>$99.00</p>"), &["2026-05-01 - - - -"]);
    stripe("en-GB", &format!("<main>{row}<p>$99.00</p></main>"), &["2026-05-01 - - - -"]);
    // The portal's own row element is the row, however little there is in it.
    let own = format!(
        r#"<div><div><a href="{}"><div data-testid="billing-portal-invoice-row"><p>1 May 2026</p><p>soon</p></div></a></div><p>$99.00</p></div>"#,
        minted(1, 0)
    );
    stripe("en-GB", &own, &["2026-05-01 - - - -"]);
    // One far from the others has half the page to itself.
    let far = format!(
        "<div><p>Pay <b>$7.00</b> {}</p></div><div><h2>Since 9 May 2020</h2><p>$5.00 {}</p></div>",
        view(1),
        view(2)
    );
    stripe("en-GB", &far, &["- 7.00USD - - -", "- 5.00USD - - -"]);
}

#[test]
fn several_links_in_a_row() {
    let receipt =
        r#"<a href="https://pay.stripe.com/receipts/invoices/VEVTVF9SRUNFSVBU/pdf?s=em">Receipt</a>"#;
    let download = |n: u32| {
        let direct = minted(n, 1).replace("https://invoice.stripe.com/i/", "https://pay.stripe.com/invoice/");
        format!(r#"<a href="{}">Download</a>"#, direct.replace("?s=ap", "/pdf?s=ap"))
    };
    let want = ["2026-05-01 5.00USD - - -", "2026-05-02 5.00USD - - -"];
    let links = |n: u32| format!("{}{}{receipt}{}", view(n), download(n), view(n));
    let table = format!(
        "<table><tr><td>1 May 2026</td><td>$5.00</td><td>{}</td></tr><tr><td>2 May 2026</td><td>$5.00</td><td>{}</td></tr></table>",
        links(1),
        links(2)
    );
    stripe("en-GB", &table, &want);
    let list = format!(
        "<ul><li><b>1 May 2026</b><b>$5.00</b>{}</li><li><b>2 May 2026</b><b>$5.00</b>{}</li></ul>",
        links(1),
        links(2)
    );
    stripe("en-GB", &list, &want);
    // The button goes beside the first of them.
    let (_, listing) = pages::read(&body("en", &list), STRIPE, "en");
    assert!(
        listing.rows.iter().all(|found| matches!(&found.place, Place::After(link) if link.text() == "View"))
    );
    // Listed twice, under two tokens: once.
    let again = format!(
        r#"<ul><li><b>1 May 2026</b><b>$5.00</b>{}</li><li><b>2 May 2026</b><b>$5.00</b>{}</li><li><b>1 May 2026</b><b>$5.00</b><a href="{}">View</a></li></ul>"#,
        view(1),
        view(2),
        minted(1, 9)
    );
    stripe("en-GB", &again, &want);
}

#[test]
fn tables_inside_of_tables() {
    let inner = format!(
        "<table><tr><th>Date</th><th>Amount</th><th></th></tr><tr><td>1 May 2026</td><td>$5.00</td><td>{}</td></tr>\
         <tr><td>2 May 2026</td><td>$6.00</td><td></td></tr></table>",
        view(1)
    );
    let layout = format!(
        "<table><tr><td>Plan</td><td>$99.00</td></tr><tr><td>{inner}</td></tr><tr><td>Since</td><td>9 May 2020</td></tr></table>"
    );
    openai(&layout, &["2026-05-01 5.00USD - - -", "!2026-05-02 6.00USD - - -"]);
    // The outer one's headers are not the inner one's.
    for (table, row, th, td) in [
        ("table", "tr", "th", "td"),
        ("div role=table", "p role=row", "b role=columnheader", "i role=cell"),
        ("div role=grid", "p role=row", "b role=columnheader", "i role=cell"),
        ("div role=treegrid", "p role=row", "b role=columnheader", "i role=cell"),
    ] {
        let end = |tag: &str| tag.split(' ').next().unwrap().to_owned();
        let cell = |tag: &str, text: &str| format!("<{tag}>{text}</{}>", end(tag));
        let line = |tag: &str, texts: [&str; 3]| cell(row, &texts.map(|text| cell(tag, text)).concat());
        let lines = line(th, ["Tax", "Amount", ""]) + &line(td, ["$1.00", "$5.00", &view(1)]);
        let inner = cell(table, &lines);
        let outer = format!(
            "<table><tr><th>Plan</th><th>Price</th></tr><tr><td>Pro</td><td>$99.00</td></tr><tr><td>{inner}</td></tr></table>"
        );
        openai(&outer, &["- 5.00USD - - -"]);
    }
    // A widget of its own inside a cell.
    let widget = format!(
        "<table><tr><td>1 May 2026</td><td>$5.00</td><td><table><tr><td>{}</td></tr></table></td></tr></table>",
        view(1)
    );
    openai(&widget, &["2026-05-01 5.00USD - - -"]);
    let beside = format!(
        "<table><tr><td>1 May 2026<table><tr><td>x</td></tr></table></td><td>$5.00</td><td>{}</td></tr></table>",
        view(1)
    );
    let rows = rows_of(&body("en", &beside), OPENAI, "en-GB");
    assert!(rows == ["2026-05-01 5.00USD - - -"] || rows == ["- 5.00USD - - -"], "{rows:?}");
    // Two cards in one row.
    let cards = format!(
        "<table><tr><td><p>1 May 2026</p><p>$5.00</p>{}</td><td><p>2 May 2026</p><p>$6.00</p>{}</td></tr></table>",
        view(1),
        view(2)
    );
    openai(&cards, &["2026-05-01 5.00USD - - -", "2026-05-02 6.00USD - - -"]);
}

#[test]
fn rows_without_a_link_have_to_look_like_invoices() {
    let header = "<tr><th>Invoice</th><th>Status</th><th>Amount</th><th>Created</th></tr>";
    let void = "<tr><td>AB12CD34-0003</td><td>Void</td><td>$5.00</td><td>1 Mar 2026</td></tr>";
    openai(&format!("<table>{header}{void}{void}</table>"), &["!2026-03-01 5.00USD AB12CD34-0003 Void -"]);
    // Without numbers two of the same day and amount are two, but only where there are invoices.
    let bare = "<tr><td>$5.00</td><td>1 Mar 2026</td></tr>";
    let payments = format!("<table><tr><th>Amount</th><th>Created</th></tr>{bare}{bare}</table>");
    openai(&payments, &[]);
    let linked = format!("<tr><td>$6.00 </td><td>2 Mar 2026</td><td>{}</td></tr>", view(1));
    let both = "!2026-03-01 5.00USD - - -";
    let table = format!("<table><tr><th>Amount</th><th>Created</th></tr>{bare}{bare}{linked}</table>");
    openai(&table, &[both, both, "2026-03-02 6.00USD - - -"]);
    let (_, listing) = pages::read(&body("en", &table), OPENAI, "en");
    assert_ne!(listing.rows[0].row.key, listing.rows[1].row.key);
    assert!(matches!(&listing.rows[0].place, Place::In(cell) if cell.text() == "1 Mar 2026"));
    // A sum, a line of another table, a header.
    let sum = "<tr><td>Total</td><td></td><td>$10.00</td><td></td></tr>";
    openai(&format!("<table>{header}{sum}{header}</table>"), &[]);
    openai(&format!("<table>{}</table>", bare), &[]);
    // Nothing names the columns: then the status must say it, too.
    let told = "<tr><td>$5.00</td><td>1 Mar 2026</td><td>Void</td></tr>";
    openai(
        &format!("<table>{told}{bare}{linked}</table>"),
        &["!2026-03-01 5.00USD - Void -", "2026-03-02 6.00USD - - -"],
    );
}

#[test]
fn each_language_settles_its_own_amounts() {
    let page = |text: &str| {
        format!("<table><tr><td>2026-05-01</td><td>{text}</td><td>{}</td></tr></table>", view(1))
    };
    let amount = |lang: &str, reader: &str, text: &str| {
        rows_of(&body(lang, &page(text)), STRIPE, reader)[0].split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(amount("de", "en-US", "1.234 €"), "1234.00EUR");
    assert_eq!(amount("", "de", "1.234 €"), "1234.00EUR");
    // The page's language leaves this open; the reader's must not settle it.
    assert_eq!(amount("en", "de", "1.234 KWD"), amount("en", "en", "1.234 KWD"));
    assert_eq!(amount("fr-CA", "en-US", "$5.00"), "-");
    assert_eq!(amount("en", "en-CA", "$5.00"), "5.00USD");
    assert_eq!(amount("", "en-CA", "$5.00"), "-");
}

#[test]
fn dates_follow_the_reader_where_the_portal_does() {
    let page = |lang: &str, text: &str| {
        body(lang, &format!("<table><tr><td>{text}</td><td>$5.00</td><td>{}</td></tr></table>", view(1)))
    };
    let date = |address: &str, lang: &str, reader: &str| {
        rows_of(&page(lang, "03/04/2026"), address, reader)[0].split(' ').next().unwrap().to_owned()
    };
    assert_eq!(date(OPENAI, "en", "en-GB"), "2026-04-03");
    assert_eq!(date(OPENAI, "en", "en-US"), "2026-03-04");
    assert_eq!(date(OPENAI, "en", "en-CA"), "-");
    assert_eq!(date(OPENAI, "en-US", "en-GB"), "-", "two readings");
    assert_eq!(date(OPENAI, "en-US", "en-CA"), "-", "the reader's, who leaves it open");
    assert_eq!(date(STRIPE, "en", "en-GB"), "-", "the page's, which leaves it open");
    assert_eq!(date(STRIPE, "en-GB", "en"), "2026-04-03");
    assert_eq!(date(STRIPE, "en-GB", "en-US"), "-", "two readings");
    assert_eq!(date(STRIPE, "", "en-GB"), "2026-04-03");
}

#[test]
fn absences_are_told_apart() {
    let absence = |address: &str, inside: &str| pages::read(&body("en", inside), address, "en").1.absence;
    assert_eq!(absence(OPENAI, ""), Some(Absence::Nothing));
    let session = |expired: bool| {
        let json = format!("{{&quot;portal_session_expired&quot;:{expired}}}");
        absence(STRIPE, &format!(r#"<script type="application/json" id="preloaded_json">{json}</script>"#))
    };
    assert_eq!((session(true), session(false)), (Some(Absence::SignedOut), Some(Absence::Nothing)));
    assert_eq!(absence(OPENAI, r#"<a class="onb-homepage-link">Home</a>"#), Some(Absence::SignedOut));
    assert_eq!(
        absence(OPENAI, r#"<button data-color="primary" data-variant="soft">Log in</button>"#),
        Some(Absence::SignedOut)
    );
    let both =
        r#"<a href="/settings/profile">Me</a><button data-color="primary" data-variant="soft">Add</button>"#;
    assert_eq!(absence(OPENAI, both), Some(Absence::Nothing));
    assert_eq!(absence(STRIPE, r#"<div data-testid="empty-state">None</div>"#), Some(Absence::Empty));
    let links = format!("<ul><li>{}</li><li>{}</li></ul>", view(1), view(2));
    assert_eq!(absence(OPENAI, &links), Some(Absence::LayoutChanged { links: 2 }));
    let (_, listing) = pages::read(&body("en", &links), OPENAI, "en");
    assert_eq!(listing.problems, [Problem::NotUnderstood { row: 0 }, Problem::NotUnderstood { row: 1 }]);
}

#[test]
fn who_and_for_whom() {
    let page = |inside: &str| pages::read(&body("en", inside), OPENAI, "en").0;
    let switcher =
        |id: &str, name: &str| format!(r#"<button id="{id}" aria-haspopup="dialog"> {name} </button>"#);
    let one = page(&switcher("select-trigger-radix-:r7:", "Example\u{a0} GmbH"));
    assert_eq!(
        (one.organisation.as_deref(), one.vendor.as_deref(), one.product.as_deref()),
        (Some("Example GmbH"), Some("OpenAI"), Some("openai-api"))
    );
    assert_eq!(page(&switcher("radix-:r7:", "Example")).organisation, None);
    assert_eq!(page(r#"<button id="select-trigger-radix-:r7:">Example</button>"#).organisation, None);
    let two = switcher("select-trigger-radix-:r7:", "A") + &switcher("select-trigger-radix-:r8:", "B");
    assert_eq!(page(&two).organisation, None);
    let vendor = |json: &str| {
        let block = format!(r#"<script type="application/json" id="preloaded_json">{json}</script>"#);
        let portal = |address| pages::read(&body("en", &block), address, "en").0;
        (portal(STRIPE).vendor, portal("https://pay.openai.com/p/session/live_x").vendor)
    };
    let openai = Some("OpenAI".to_owned());
    assert_eq!(
        vendor(r#"{"portal_branding":{"business_name":"A &amp; B"}}"#),
        (Some("A & B".into()), openai.clone())
    );
    assert_eq!(
        vendor(
            "{&quot;portal_branding&quot;:{&quot;business_name&quot;:&quot;O&#39;B&#x27;s &lt;1&gt;&quot;}}"
        ),
        (Some("O'B's <1>".into()), openai.clone())
    );
    assert_eq!(vendor("{"), (None, openai.clone()));
    assert_eq!(vendor(r#"{"portal_branding":{"business_name":" "}}"#), (None, openai));
    // The address is a bearer secret.
    assert_eq!(pages::read("", STRIPE, "en").0.page, "https://billing.stripe.com/p/session");
}

#[test]
fn more_is_asked_for_until_nothing_more_comes() {
    let portal = Portal::<HtmlNode>::find(STRIPE).unwrap();
    let page =
        HtmlNode::parse(r#"<button>x</button><button data-testid="view-more-button">View more</button>"#);
    let without = HtmlNode::parse(r#"<a data-testid="view-more-button">View more</a><button>x</button>"#);
    let mut loop_ = portal.expansion();
    for rows in [3, 3, 13, 13] {
        assert!(
            matches!(loop_.next(&page, rows), Step::Click(button) if button.text() == "View more"),
            "{rows}"
        );
    }
    assert!(matches!(loop_.next(&page, 13), Step::Done(Reach::Stuck)));
    assert!(matches!(portal.expansion().next(&without, 3), Step::Done(Reach::Everything)));
    let openai = Portal::<HtmlNode>::find(OPENAI).unwrap();
    assert!(matches!(openai.expansion().next(&page, 3), Step::Done(Reach::Everything)));
}

#[test]
fn our_own_elements_are_not_there() {
    let page = HtmlNode::parse("<p>1</p><billfold-toolbar>x</billfold-toolbar><b>2</b>");
    let body = page.select("body").remove(0);
    let names: Vec<String> = body.children().iter().map(HtmlNode::name).collect();
    assert_eq!(names, ["p", "b"]);
    assert_eq!(body.children()[0].next_sibling().unwrap().name(), "b");
    assert!(page.select("billfold-toolbar").is_empty() && page.select("[[").is_empty());
    assert!(
        body.contains(&body.children()[1]) && !body.children()[1].contains(&body) && body.contains(&body)
    );
    assert!(!body.contains(&HtmlNode::parse("<p>")));
}

#[test]
fn a_page_may_be_read_in_slices_and_has_an_end() {
    let rows: String =
        (0..40).map(|n| format!("<li><b>1 May 2026</b><b>$5.00</b>{}</li>", view(n))).collect();
    let page = HtmlNode::parse(&body("en", &format!("<ul>{rows}</ul>")));
    let portal = Portal::find(STRIPE).unwrap();
    let mut scanner = portal.scan(&page, &Locale::parse("en"));
    let mut slices = 1;
    while !scanner.step(7) {
        slices += 1;
    }
    assert!(slices >= 6);
    assert!(scanner.step(7));
    assert_eq!(scanner.finish().rows.len(), 40);
    let many: String = (0..20_010)
        .map(|n| format!("<tr><td>2026-05-01</td><td>$5.00</td><td>AB12CD34-{n:05}</td></tr>"))
        .collect();
    let table = format!("<table><tr><th>Date</th><th>Amount</th><th>Invoice</th></tr>{many}</table>");
    let (_, listing) = pages::read(&table, OPENAI, "en");
    assert_eq!((listing.rows.len(), listing.problems), (RUN_ROWS, vec![Problem::TooManyRows]));
}
