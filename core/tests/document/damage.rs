//! A page of which something is missing gives the fields of the whole page or nothing, never others.

use super::drawn::page;
use super::samples::ALL;
use billfold_core::document::{Cell, Document, Page, Row, read};
use billfold_core::kind::Kind;
use proptest::prelude::*;
use serde_json::Value;

/// Texts that go on in the next row: without that, a part of them is what there is.
const TEXTS: [&str; 9] =
    ["description", "name", "memo", "customer", "vendor", "reverse_charge", "method", "value", "id"];
/// What is said about the reading itself.
const ABOUT: [&str; 4] = ["reading", "source", "problems", "evidence"];

/// The first field of a damaged document that the whole one does not have.
fn differs(key: &str, whole: &Value, damaged: &Value) -> Option<String> {
    match (whole, damaged) {
        (_, Value::Null) => None,
        (Value::Object(whole), Value::Object(damaged)) => damaged
            .iter()
            .filter(|(key, _)| !ABOUT.contains(&key.as_str()))
            .find_map(|(key, value)| differs(key, &whole[key], value)),
        // What is left of a list is in its order.
        (Value::Array(whole), Value::Array(damaged)) => {
            let mut rest = whole.iter();
            let missing = damaged.iter().find(|one| !rest.any(|other| differs(key, other, one).is_none()));
            missing.map(|one| format!("{key}: {one}"))
        }
        (Value::String(whole), Value::String(damaged)) if TEXTS.contains(&key) => {
            let mut words = whole.split_whitespace();
            let part = damaged.split_whitespace().all(|word| words.any(|other| other == word));
            (!part).then(|| format!("{key}: {damaged:?} of {whole:?}"))
        }
        (whole, damaged) if whole == damaged => None,
        (whole, damaged) => Some(format!("{key}: {damaged} for {whole}")),
    }
}

fn json(document: &Document) -> Value {
    serde_json::to_value(document).unwrap()
}

fn check(whole: &Document, damaged: &[Page], what: &str) {
    let mut found = read(damaged, &[]);
    if found.kind == Kind::NotAnInvoice || (found.kind, whole.kind) == (Kind::Invoice, Kind::TaxInvoice) {
        found.kind = whole.kind;
    }
    let difference = differs("", &json(whole), &json(&found));
    assert_eq!(difference, None, "{what}\n{damaged:#?}");
}

#[test]
fn whole_pages_are_read_whole() {
    for text in ALL {
        let found = read(&[page(text)], &[]);
        assert!(found.total.is_some() && !found.lines.is_empty(), "{text}\n{found:#?}");
        assert!(found.problems.is_empty(), "{text}\n{:?}", found.problems);
    }
}

#[test]
fn without_a_row() {
    for text in ALL {
        let whole = page(text);
        let document = read(std::slice::from_ref(&whole), &[]);
        for at in 0..whole.rows.len() {
            let mut damaged = whole.clone();
            let row = damaged.rows.remove(at);
            check(&document, &[damaged], &format!("without {row:?}"));
        }
    }
}

#[test]
fn without_a_cell() {
    for text in ALL {
        let whole = page(text);
        let document = read(std::slice::from_ref(&whole), &[]);
        for at in 0..whole.rows.len() {
            for cell in 0..whole.rows[at].cells.len() {
                let mut damaged = whole.clone();
                let cell = damaged.rows[at].cells.remove(cell);
                check(&document, &[damaged], &format!("without {cell:?}"));
            }
        }
    }
}

#[test]
fn cut_off() {
    for text in ALL {
        let whole = page(text);
        let document = read(std::slice::from_ref(&whole), &[]);
        for at in 0..whole.rows.len() {
            let (mut head, mut foot) = (whole.clone(), whole.clone());
            foot.rows = head.rows.split_off(at);
            check(&document, &[head], &format!("up to row {at}"));
            // What is left of a credit note may be all but what says that it is one.
            if document.kind != Kind::CreditNote {
                check(&document, &[foot], &format!("from row {at}"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn without_several_rows(sample in 0..ALL.len(), gone in prop::collection::vec(any::<prop::sample::Index>(), 2..9)) {
        let mut damaged = page(ALL[sample]);
        let document = read(std::slice::from_ref(&damaged), &[]);
        let title = damaged.rows[0].clone();
        for at in gone {
            damaged.rows.remove(at.index(damaged.rows.len()));
        }
        // Without its title a receipt or a credit note may have lost all that says what it is.
        let is_invoice = matches!(document.kind, Kind::Invoice | Kind::TaxInvoice);
        prop_assume!(is_invoice || damaged.rows[0] == title);
        check(&document, &[damaged], "without several rows");
    }

    /// Every value is proved by a cell that is there.
    #[test]
    fn any_cells(cells in prop::collection::vec((0..60_u8, 0..90_u8, word()), 0..60)) {
        let mut page = Page { width: 612.0, height: 792.0, rows: Vec::new() };
        let mut cells = cells;
        cells.sort_by_key(|(row, column, _)| (*row, *column));
        for (row, column, text) in cells {
            let (y, x) = (40.0 + 12.0 * f32::from(row), 6.0 * f32::from(column));
            let cell = Cell { right: x + 6.0 * text.chars().count() as f32, text, x, size: 9.0, bold: false };
            match page.rows.last_mut().filter(|row| row.y == y) {
                Some(row) => row.cells.push(cell),
                None => page.rows.push(Row { y, cells: vec![cell], turns: 0 }),
            }
        }
        let document = read(std::slice::from_ref(&page), &[]);
        for found in &document.evidence {
            let there = page.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.text == found.text);
            prop_assert!(there, "{found:?}");
        }
        proved(&document)?;
    }
}

/// Words of documents and words of nothing.
fn word() -> impl Strategy<Value = String> {
    let words =
        ALL.iter().flat_map(|text| text.split("  ")).map(|text| text.trim_matches([' ', '#', '*', '\n']));
    let mut words: Vec<String> = words.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    words.sort();
    words.dedup();
    prop_oneof![4 => prop::sample::select(words), 1 => "\\PC{1,12}"]
}

/// The values that one cell must say: each has evidence, and the evidence has its characters.
fn proved(document: &Document) -> Result<(), TestCaseError> {
    let plain = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let texts = [
        ("number", document.number.clone()),
        ("receipt_number", document.receipt_number.clone()),
        ("vendor", document.vendor.clone()),
        ("customer", document.customer.clone()),
        ("purchase_order", document.purchase_order.clone()),
        ("subtotal", document.subtotal.map(|amount| amount.to_string())),
        ("total", document.total.map(|amount| amount.to_string())),
        ("amount_due", document.amount_due.map(|amount| amount.to_string())),
        ("amount_paid", document.amount_paid.map(|amount| amount.to_string())),
    ];
    for (field, value) in texts {
        let Some(value) = value else { continue };
        let mut evidence = document.evidence.iter().filter(|found| found.field == field);
        prop_assert!(
            evidence.any(|found| plain(&found.text).contains(&plain(&value))),
            "{field} {value} {document:#?}"
        );
    }
    Ok(())
}
