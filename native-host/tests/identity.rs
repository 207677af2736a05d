//! Which document is which: one invoice under many tokens, one number with two totals, twins that are two.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::money::{Currency, Money};
use billfold_core::protocol::{Outcome, Row, RowKey, Sum};
use common::{Desk, billfold, pdf, row, run_id};

fn dollars(row: Row, amount: u32) -> Row {
    Row { amount: Some(Money { amount: amount.into(), currency: Currency::USD }), ..row }
}

fn under_key(row: Row, key: &str) -> Row {
    Row { key: RowKey::new(key), ..row }
}

/// A key that could not be taken apart changes with every listing.
const FLEETING: [&str; 2] = ["stripe:acct_1ABCDEFGH/live_aaaa", "stripe:acct_1ABCDEFGH/live_bbbb"];

fn filed(desk: &Desk, row: &Row, document: u32) -> Sum {
    let documents = [pdf(document)];
    desk.connect().hello().whole_run(
        &run_id(u8::try_from(document).unwrap()),
        std::slice::from_ref(row),
        &documents,
    )
}

fn one_filed() -> Sum {
    Sum { filed: 1, ..Sum::default() }
}

fn one_had() -> Sum {
    Sum { already_had: 1, ..Sum::default() }
}

#[test]
fn other_bytes_with_the_same_content_are_the_same_document() {
    for key in [FLEETING[1], "stripe:acct_1ABCDEFGH/_anothersecret"] {
        let desk = Desk::new();
        assert_eq!(filed(&desk, &under_key(row(0), FLEETING[0]), 1), one_filed());
        assert_eq!(filed(&desk, &under_key(row(0), key), 2), one_had(), "{key}\n{}", desk.scene());
        assert_eq!(desk.documents().len(), 1, "{}", desk.scene());
        let (fetch, _) = desk.connect().hello().begin(&run_id(3), &[under_key(row(0), key)]);
        assert!(fetch.is_empty(), "{key} is known from now on");
    }
}

#[test]
fn the_same_bytes_under_another_key_are_the_same_document() {
    let desk = Desk::new();
    assert_eq!(filed(&desk, &row(0), 1), one_filed());
    let mut other = under_key(row(0), "stripe:acct_1ABCDEFGH/_anothersecret");
    other.number = None;
    assert_eq!(filed(&desk, &other, 1), one_had());
    assert_eq!(desk.documents().len(), 1, "{}", desk.scene());
}

#[test]
fn the_same_number_with_another_total_is_a_second_version() {
    // By the row's key, and by the number alone.
    for (key, again) in [(None, None), (Some(FLEETING[0]), Some(FLEETING[1]))] {
        let desk = Desk::new();
        let listed = |key: Option<&str>, amount| match key {
            None => dollars(row(0), amount),
            Some(key) => under_key(dollars(row(0), amount), key),
        };
        assert_eq!(filed(&desk, &listed(key, 500), 1), one_filed());
        assert_eq!(filed(&desk, &listed(again, 600), 2), one_filed(), "{}", desk.scene());
        let names = [
            "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf",
            "openai/2026/2026-01-01_openai-api_project-nova_$600_v2.pdf",
        ];
        assert_eq!(desk.documents(), names, "{}", desk.scene());
        assert_eq!((desk.read(names[0]), desk.read(names[1])), (pdf(1), pdf(2)));
        let documents = billfold(&desk, &["list", "--json"]).json();
        assert_eq!((&documents[0]["version"], &documents[1]["version"]), (&1.into(), &2.into()));
        assert_eq!(documents[1]["replaces"], documents[0]["sha256"]);
        billfold(&desk, &["runs"]).expect(
            0,
            "AB12CD34-0000: the vendor changed this invoice (500 USD before, 600 USD now); both are kept",
        );
        // Once it is known, it is known.
        let (fetch, settled) = desk.connect().hello().begin(&run_id(3), &[listed(again, 600)]);
        assert_eq!((fetch, settled), (vec![], vec![(0, Outcome::AlreadyHad)]));
        billfold(&desk, &["verify"]).expect(0, "2 documents, all as filed");
    }
}

#[test]
fn a_new_total_on_the_page_alone_is_no_new_version() {
    let desk = Desk::new();
    assert_eq!(filed(&desk, &dollars(row(0), 500), 1), one_filed());
    // The page shows what is left to pay; the document is the same.
    assert_eq!(filed(&desk, &dollars(row(0), 0), 1), one_had());
    let (fetch, _) = desk.connect().hello().begin(&run_id(3), &[dollars(row(0), 0)]);
    assert!(fetch.is_empty(), "a total that was looked at once is not looked at again");
    assert_eq!(desk.documents().len(), 1, "{}", desk.scene());
}

#[test]
fn two_top_ups_of_one_day_are_two() {
    let desk = Desk::new();
    let mut second = under_key(row(0), "stripe:acct_1ABCDEFGH/_anothersecret");
    second.number = row(1).number;
    let rows = [row(0), second];
    let sum = desk.connect().hello().whole_run(&run_id(1), &rows, &[pdf(1), pdf(2)]);
    assert_eq!(sum, Sum { filed: 2, ..Sum::default() });
    assert_eq!(
        desk.documents(),
        [
            "openai/2026/2026-01-01_openai-api_project-nova_$500_AB12CD34-0000.pdf",
            "openai/2026/2026-01-01_openai-api_project-nova_$500_AB12CD34-0001.pdf",
        ]
    );
}

#[test]
fn what_is_gone_is_fetched_again_and_what_was_moved_is_found() {
    let desk = Desk::new();
    let rows = [row(0), row(1)];
    desk.connect().hello().whole_run(&run_id(1), &rows, &[pdf(0), pdf(1)]);
    let names = desk.documents();
    std::fs::remove_file(desk.archive().join(&names[0])).unwrap();
    std::fs::create_dir(desk.archive().join("By Hand")).unwrap();
    std::fs::rename(desk.archive().join(&names[1]), desk.archive().join("By Hand/second.pdf")).unwrap();
    let mut client = desk.connect().hello();
    let (fetch, settled) = client.begin(&run_id(2), &rows);
    assert_eq!((fetch, settled), (vec![0], vec![(1, Outcome::AlreadyHad)]), "{}", desk.scene());
    assert_eq!(client.document(&run_id(2), 0, &pdf(0)), Outcome::Filed);
    assert_eq!(client.end(&run_id(2)), Sum { filed: 1, already_had: 1, ..Sum::default() });
    client.hang_up();
    assert_eq!(desk.documents(), ["By Hand/second.pdf", names[0].as_str()]);
    billfold(&desk, &["verify"]).expect(0, "2 documents, all as filed");
    billfold(&desk, &["show", "AB12CD34-0001"]).expect(0, "By Hand/second.pdf");
}
