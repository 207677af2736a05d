//! What documents say, from their bytes to their names, records and lists.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Code, Outcome, Row, Sum};
use common::{Desk, Paper, billfold, paper, pdf, row, run_id};

/// A row as pages list it: little of it known.
fn sparse() -> Row {
    Row { number: None, amount: None, ..row(0) }
}

fn one(desk: &Desk, row: Row, bytes: &[u8]) -> Outcome {
    let mut client = desk.connect().hello();
    client.begin(&run_id(1), &[row]);
    client.document(&run_id(1), 0, bytes)
}

#[test]
fn the_document_names_itself_and_is_kept_with_what_it_says() {
    let desk = Desk::new();
    let bytes = paper().pdf();
    assert_eq!(one(&desk, sparse(), &bytes), Outcome::Filed, "{}", desk.scene());
    assert_eq!(desk.documents(), ["openai/2026/2026-01-01_openai-api_project-nova_$500.pdf"]);
    let listed = billfold(&desk, &["list", "--json"]).json();
    for (key, value) in [
        ("number", "AB12CD34-0000"),
        ("amount", "500.00"),
        ("currency", "USD"),
        ("vendor", "OpenAI"),
        ("entity", "OpenAI OpCo, LLC"),
        ("total", "500.00"),
        ("due", "2026-01-01"),
    ] {
        assert_eq!(listed[0][key], value, "{listed:#}");
    }
    assert!(listed[0]["tax"].is_null() && listed[0]["pair"].is_null(), "{listed:#}");
    let shown = billfold(&desk, &["show", "--json", "AB12CD34-0000"]).json();
    assert_eq!(shown["read"]["customer"], "Nova Labs", "{shown:#}");
    assert_eq!(shown["read"]["lines"][0]["amount"], "500.00");
    assert!(shown["read"].get("evidence").is_none() && shown["read"].get("link").is_none());
    // Rebuilt from what lies in the archive.
    std::fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
    billfold(&desk, &["reindex"]).expect(0, "1 documents");
    assert_eq!(billfold(&desk, &["show", "--json", "AB12CD34-0000"]).json(), shown);
    billfold(&desk, &["verify"]).expect(0, "all as filed");
}

#[test]
fn what_contradicts_the_row_or_itself_is_kept_apart() {
    let odd = Paper { total: Some("501.00"), ..paper() };
    let detail = |text: &str| Some(text.to_owned());
    for (paper, row, code, said) in [
        (
            Paper { number: "AB12CD34-0009", ..paper() },
            row(0),
            Code::OtherNumber,
            detail("row: AB12CD34-0000, document: AB12CD34-0009"),
        ),
        (
            Paper { amount: "400.00", ..paper() },
            row(0),
            Code::OtherAmount,
            detail("row: 500 USD, document: 400.00 total, 400.00 due"),
        ),
        (
            Paper { date: "March 1, 2026", ..paper() },
            sparse(),
            Code::OtherDate,
            detail("row: 2026-01-01, document: 2026-03-01"),
        ),
    ] {
        let desk = Desk::new();
        let outcome = one(&desk, row, &paper.pdf());
        assert_eq!(outcome, Outcome::Quarantined { code, detail: said }, "{}", desk.scene());
        assert!(desk.documents().is_empty());
    }
    let desk = Desk::new();
    let outcome = one(&desk, sparse(), &odd.pdf());
    assert!(matches!(outcome, Outcome::Quarantined { code: Code::DoubtfulDocument, .. }), "{outcome:?}");
    // The row's own values stand in quarantine, and a person may file it as the row's.
    let sha256 = billfold(&desk, &["quarantine", "--json"]).json()[0]["sha256"].as_str().unwrap().to_owned();
    billfold(&desk, &["quarantine", "accept", &sha256]).expect(0, "filed: openai/2026/2026-01-01");
    let cut = [&paper().pdf()[..900], b""].concat();
    let outcome = one(&Desk::new(), row(0), &cut);
    assert!(matches!(outcome, Outcome::Quarantined { code: Code::DamagedDocument, .. }), "{outcome:?}");
}

#[test]
fn a_blank_page_is_filed_by_its_row_and_says_so() {
    let desk = Desk::new();
    assert_eq!(one(&desk, row(0), &pdf(0)), Outcome::Filed);
    let listed = billfold(&desk, &["list", "--json"]).json();
    assert_eq!(listed[0]["notes"], serde_json::json!(["no-text"]), "{listed:#}");
}

#[test]
fn one_that_was_made_anew_is_the_same_and_one_that_was_changed_is_another() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    client.whole_run(&run_id(1), &[sparse()], &[paper().pdf()]);
    let listed = |n: u32| Row { key: row(n).key, ..sparse() };
    // Other bytes, the same content, another key.
    let anew = [paper().pdf(), b"\n".to_vec()].concat();
    assert_eq!(client.whole_run(&run_id(2), &[listed(7)], &[anew]), Sum { already_had: 1, ..Sum::default() });
    let changed = Paper { amount: "600.00", ..paper() }.pdf();
    assert_eq!(client.whole_run(&run_id(3), &[listed(8)], &[changed]), Sum { filed: 1, ..Sum::default() });
    assert!(desk.documents()[1].ends_with("_$600_v2.pdf"), "{}", desk.scene());
}

#[test]
fn a_second_run_costs_nothing_whichever_of_its_amounts_the_page_shows() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    client.whole_run(&run_id(1), &[row(0)], &[paper().pdf()]);
    let (fetch, _) = client.begin(&run_id(2), &[row(0)]);
    assert!(fetch.is_empty(), "500 and 500.00 are one amount");
}

#[test]
fn a_receipt_lies_beside_its_invoice_and_is_listed_with_it() {
    let desk = Desk::new();
    let receipt =
        Paper { title: "Receipt", date: "January 9, 2027", receipt_number: Some("2260-2349"), ..paper() };
    let listed = |n: u32, date: &str| Row { key: row(n).key, date: date.parse().ok(), ..sparse() };
    let rows = [listed(1, "2026-01-01"), listed(2, "2027-01-09")];
    let sum = desk.connect().hello().whole_run(&run_id(1), &rows, &[paper().pdf(), receipt.pdf()]);
    assert_eq!(sum.filed, 2, "{}", desk.scene());
    let names = [
        "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf",
        "openai/2026/2026-01-01_openai-api_project-nova_$500_receipt.pdf",
    ];
    assert_eq!(desk.documents(), names, "{}", desk.scene());
    let list = billfold(&desk, &["list"]).expect(0, "invoice + receipt").expect(0, "2 documents");
    assert_eq!(list.out.lines().count(), 3, "{}", list.scene);
    let json = billfold(&desk, &["list", "--json"]).json();
    assert_eq!((&json[0]["kind"], &json[1]["kind"]), (&"invoice".into(), &"receipt".into()));
    assert_eq!((&json[0]["pair"], &json[1]["pair"]), (&json[1]["sha256"], &json[0]["sha256"]));
    assert_eq!(json[1]["receipt_number"], "2260-2349");
    billfold(&desk, &["rename", "--dry-run"]).expect(0, "0 documents would be renamed");
    billfold(&desk, &["rename", "--template", "{{ number }}.pdf"]).expect(0, "2 documents renamed");
    assert_eq!(desk.documents(), ["AB12CD34-0000.pdf", "AB12CD34-0000_receipt.pdf"]);
}

#[test]
fn a_record_without_what_was_read_is_a_record() {
    let desk = Desk::filed();
    let records = desk.archive().join(".billfold/records");
    let file = std::fs::read_dir(&records).unwrap().next().unwrap().unwrap().path();
    let mut record: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(record.as_object_mut().unwrap().remove("read").is_some_and(|read| !read.is_null()));
    std::fs::write(&file, serde_json::to_string_pretty(&record).unwrap()).unwrap();
    std::fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
    billfold(&desk, &["reindex"]).expect(0, "3 of them were unknown");
    billfold(&desk, &["list"]).expect(0, "3 documents");
    billfold(&desk, &["verify"]).expect(0, "all as filed");
    let changed = |path: std::path::PathBuf| path.extension().is_some_and(|end| end == "changed");
    assert!(!std::fs::read_dir(&records).unwrap().any(|file| changed(file.unwrap().path())));
}
