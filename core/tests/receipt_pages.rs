//! Receipt pages: made here in the shape of real ones, in which each word is an element of its own and mail's
//! invisible characters stand between.
#![allow(clippy::unwrap_used, reason = "test code")]

use billfold_core::stripe::{ReceiptPage, credit_notes_in};
use std::fmt::Write as _;

/// Words as such pages have them.
fn spelled(text: &str) -> String {
    let word = |word: &str| format!("<span class=\"st-Delink\">\n\t{word}\n</span>&shy;\u{34f} ");
    text.split(' ').map(word).collect()
}

/// A page of cells that follow each other.
fn page(cells: &[&str]) -> String {
    let mut page =
        "<!DOCTYPE html><html lang=\"en\"><head><title>Your refund from Example #1111-2222</title>\
                    <style>td { Receipt number 9999-9999 }</style></head><body>\
                    <td style=\"display:none !important\">Your refund \u{ad}\u{34f} &nbsp; \u{34f}</td>"
            .to_owned();
    for cell in cells {
        let _ = write!(page, "<table><tr><td><!--[if mso]>x<![endif]-->{}</td></tr></table>", spelled(cell));
    }
    page + "</body></html>"
}

const HEAD: [&str; 8] = [
    "Refund from Example Labs, Inc.",
    "€75.00",
    "Refunded on November 24, 2023",
    "Download invoice",
    "Receipt number",
    "3762-0091",
    "Invoice number",
    "50CAA332-0004",
];

fn read(more: &[&str]) -> ReceiptPage {
    ReceiptPage::read(&page(&[&HEAD[..], more].concat()))
}

/// All that is said, for a person who compares.
fn said(page: &ReceiptPage) -> String {
    let credit_notes: Vec<String> = page
        .credit_notes
        .iter()
        .map(|note| format!("{} of {} {:?}", note.number, note.invoice, note.credited.map(|c| c.to_string())))
        .collect();
    let refund = page.refund.as_ref().map(|refund| {
        let (amount, date) = (refund.amount.map(|a| a.to_string()), refund.date.map(|d| d.to_string()));
        format!("{amount:?} {date:?} {}", refund.without_credit_note)
    });
    format!(
        "{:?} {:?} {credit_notes:?} {refund:?}",
        page.invoice.as_ref().map(ToString::to_string),
        page.receipt
    )
}

#[test]
fn a_refund_with_its_credit_note() {
    let page = read(&[
        "Total",
        "€75.00",
        "Amount paid",
        "€75.00",
        "(50CAA332-0004-CN-01) 25 seat × Example Plan (at €3.00 / month)",
        "Qty -25",
        "-€75.00",
        "Credited total",
        "-€75.00",
        "Adjusted invoice total",
        "€0.00",
    ]);
    assert_eq!(
        said(&page),
        r#"Some("50CAA332-0004") Some("3762-0091") ["50CAA332-0004-CN-01 of 50CAA332-0004 Some(\"75.00 EUR\")"] Some("Some(\"75.00 EUR\") Some(\"2023-11-24\") false")"#
    );
}

#[test]
fn a_refund_without_a_credit_note() {
    let page =
        read(&["Amount paid", "€936.00", "Total refunded without credit note", "€75.00", "Questions?"]);
    assert_eq!(
        said(&page),
        r#"Some("50CAA332-0004") Some("3762-0091") [] Some("Some(\"75.00 EUR\") Some(\"2023-11-24\") true")"#
    );
    // As later receipts of the same payment have it, without the headline.
    let page = ReceiptPage::read(&page_of_later(&["Total refunded without credit note", "US$ 1,348.99"]));
    assert_eq!(
        said(&page),
        r#"Some("50CAA332-0004") Some("3762-0091") [] Some("Some(\"1348.99 USD\") None true")"#
    );
}

fn page_of_later(more: &[&str]) -> String {
    page(&[&HEAD[4..], more].concat())
}

#[test]
fn what_is_said_in_two_ways_is_absent() {
    let twice = read(&[
        "Invoice number",
        "50CAA332-0005",
        "Receipt number",
        "3762-0092",
        "€80.00",
        "Refunded on November 25, 2023",
    ]);
    assert_eq!(said(&twice), r#"None None [] None"#);
    let days = read(&["€80.00", "Refunded on November 25, 2023"]);
    assert_eq!(days.refund.unwrap(), billfold_core::stripe::Refund::default());
    // Said twice in one way, it is said.
    assert_eq!(read(&HEAD), read(&[]));
    let notes = read(&["(50CAA332-0004-CN-01) a", "(50CAA332-0004-CN-02) b", "Credited total", "-€75.00"]);
    assert_eq!(notes.credit_notes.len(), 2);
    assert!(notes.credit_notes.iter().all(|note| note.credited.is_none()), "whose total is it?");
    for (amount, read_as) in [
        ("1 175,00 €", None),
        ("Studio 54 €5.00", Some("5.00 EUR")),
        ("€1,075.00", Some("1075.00 EUR")),
        ("75.00", None),
    ] {
        let page = ReceiptPage::read(&page_of_later(&[amount, "Refunded on May 8, 2024"]));
        let refund = page.refund.unwrap();
        assert_eq!(refund.amount.map(|amount| amount.to_string()).as_deref(), read_as, "{amount}");
        assert_eq!(refund.date.unwrap().to_string(), "2024-05-08");
    }
}

#[test]
fn a_page_that_names_nothing_says_nothing() {
    let paid =
        page(&["Receipt from Example", "$20.00", "Paid April 29, 2024", "Invoice number", "AB12CD34-0010"]);
    assert_eq!(said(&ReceiptPage::read(&paid)), r#"Some("AB12CD34-0010") None [] None"#);
    for html in [
        "",
        "<",
        "Your order was refunded. €10.00 Refunded on May 8, 2024",
        "<p>Receipt number</p>",
        "<script>(50CAA332-0004-CN-01)</script><style>(50CAA332-0004-CN-01)</style><!--(50CAA332-0004-CN-01)-->",
        "<a href='(50CAA332-0004-CN-01)' title='50CAA332-0004-CN-01'>x</a>",
    ] {
        assert_eq!(ReceiptPage::read(html), ReceiptPage::default(), "{html}");
    }
}

#[test]
fn a_credit_note_is_known_by_its_number() {
    let numbers = |text: &str| -> Vec<String> {
        credit_notes_in(text).iter().map(|note| format!("{}/{}", note.number, note.invoice)).collect()
    };
    for (text, known) in [
        ("(50CAA332-0004-CN-01) 25 seats", "50CAA332-0004-CN-01/50CAA332-0004"),
        ("Gutschrift 50CAA332\u{2011}0004\u{2011}CN\u{2011}12.", "50CAA332-0004-CN-12/50CAA332-0004"),
        ("(INV/2026.7-CN-02)", "INV/2026.7-CN-02/INV/2026.7"),
    ] {
        assert_eq!(numbers(text), [known], "{text}");
    }
    let twice = "50CAA332-0004-CN-01 50CAA332-0004-CN-02 (50CAA332-0004-CN-01)";
    assert_eq!(credit_notes_in(twice).len(), 2);
    for text in [
        "INV/2026.7-CN-02",
        "50CAA332-0004-CN-1",
        "50CAA332-0004-CN-",
        "-CN-01",
        "RR1-CN-22",
        "50CAA332-0004",
        "",
    ] {
        assert!(numbers(text).is_empty(), "{text}");
    }
}

/// Depth, openings without an end, and labels without values: what stands beside them is read all the same.
#[test]
fn pages_that_mean_harm() {
    let inside = page(&HEAD);
    let known = ReceiptPage::read(&inside);
    assert!(known.refund.is_some());
    for deep in ["<div>", "<table><tr><td>", "<b a=1>", "<p><i>", "</div>", "<a href=\"x\">", "&amp;", "< "] {
        let html = format!("{}{inside}", deep.repeat(200_000 / deep.len()));
        assert_eq!(ReceiptPage::read(&html), known, "{deep}");
    }
    for word in ["Refunded on ", "Receipt number ", "<!--", "<style>", "<i x=\"", "&#", "(A-1-CN-01) ", "1 "]
    {
        let html = format!("{inside}{}", word.repeat(200_000 / word.len()));
        let read = ReceiptPage::read(&html);
        assert_eq!((&read.receipt, &read.refund), (&known.receipt, &known.refund), "{word}");
    }
    let many: String = (0..10_000).map(|n| format!("(50CAA332-{n:04}-CN-01)<br>")).collect();
    assert_eq!(ReceiptPage::read(&many).credit_notes.len(), 100);
    // Ten megabytes are no receipt.
    let long = format!("{inside}{}", "x ".repeat(5_000_000));
    assert_eq!(ReceiptPage::read(&long), ReceiptPage::default());
}
