//! Documents that did not fit their rows, and what a person decides about them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{Code, Outcome};
use common::{Desk, billfold, pdf, row, rows, run_id};

/// A document that says it is another account's.
fn foreign(n: u32) -> Vec<u8> {
    let mut bytes = pdf(n);
    bytes.extend(b"(https://invoice.stripe.com/i/acct_2OTHER/live_abcdefghijkl?s=pd)");
    bytes
}

/// One document filed, one in quarantine.
fn quarantined() -> (Desk, String) {
    let desk = Desk::new();
    let sum = desk.connect().hello().whole_run(&run_id(1), &rows(2), &[pdf(0), foreign(1)]);
    assert_eq!((sum.filed, sum.quarantined), (1, 1));
    let kept = billfold(&desk, &["quarantine", "list", "--json"]).json();
    let sha256 = kept[0]["sha256"].as_str().unwrap().to_owned();
    (desk, sha256)
}

const MEANT_FOR: &str = "openai/2026/2026-01-02_openai-api_project-nova_$501.pdf";

#[test]
fn both_values_stand_side_by_side() {
    let (desk, sha256) = quarantined();
    billfold(&desk, &["quarantine"]).expect(0, "row: acct_1ABCDEFGH, document: acct_2OTHER");
    let kept = billfold(&desk, &["quarantine", "--json"]).json();
    for (key, value) in [
        ("code", "other-account"),
        ("detail", "row: acct_1ABCDEFGH, document: acct_2OTHER"),
        ("row_says", "acct_1ABCDEFGH"),
        ("document_says", "acct_2OTHER"),
        ("meant_for", MEANT_FOR),
        ("sentence", "The document was issued by another account than the row's. It is kept in quarantine."),
    ] {
        assert_eq!(kept[0][key], value, "{kept:#}");
    }
    assert!(desk.archive().join(kept[0]["path"].as_str().unwrap()).is_file());
    let shown =
        billfold(&desk, &["quarantine", "show", &sha256[..8]]).expect(0, "row says       acct_1ABCDEFGH");
    shown.expect(0, "document says  acct_2OTHER");
    billfold(&desk, &["quarantine", "show", "nothing"]).fails(1, "nothing in quarantine is called");
    billfold(&desk, &["list"]).expect(0, "1 documents");
    billfold(&desk, &["verify"]).expect(0, "all as filed");
}

#[test]
fn accepting_files_it_and_remembers_who() {
    let (desk, sha256) = quarantined();
    let mut command = desk.command(&["quarantine", "accept", &sha256, "--note", "asked the vendor"]);
    let done = command.env("USER", "ada").env("HOSTNAME", "office").output().unwrap();
    assert_eq!(String::from_utf8(done.stdout).unwrap(), format!("filed: {MEANT_FOR}\n"), "{}", desk.scene());
    assert_eq!(desk.read(MEANT_FOR), foreign(1));
    billfold(&desk, &["quarantine", "list", "--all"]).expect(0, "0 in quarantine");
    let record = billfold(&desk, &["show", "--json", MEANT_FOR]).json();
    let decision = &record["decision"];
    assert_eq!((&decision["verdict"], &decision["by"]), (&"accepted".into(), &"ada@office".into()));
    assert_eq!(decision["reason"]["document"], "acct_2OTHER");
    assert_eq!(decision["note"], "asked the vendor");
    let journal = desk.lines(".billfold/journal/journal.jsonl");
    assert!(journal.iter().any(|line| line["record"]["decision"] == *decision), "{journal:#?}");
    billfold(&desk, &["verify"]).expect(0, "2 documents, all as filed");
    let (fetch, settled) = desk.connect().hello().begin(&run_id(2), &rows(2));
    assert_eq!((fetch, settled.len()), (vec![], 2), "the row has its document");
    assert!(
        desk.documents().len() == 2
            && !desk.archive().join(".billfold/quarantine").read_dir().unwrap().any(|_| true)
    );
}

#[test]
fn accepting_under_another_number_names_it_by_that() {
    let (desk, sha256) = quarantined();
    desk.config("template = '{{ number }}.pdf'\n");
    billfold(&desk, &["quarantine", "accept", &sha256, "--number", "ZZ99-0001"])
        .expect(0, "filed: ZZ99-0001.pdf");
    billfold(&desk, &["show", "ZZ99-0001"]).expect(0, "accepted");
}

#[test]
fn rejecting_keeps_it_and_asks_no_more() {
    let (desk, sha256) = quarantined();
    billfold(&desk, &["quarantine", "reject", &sha256[..8]]).expect(0, "rejected; it stays at");
    billfold(&desk, &["quarantine"]).expect(0, "0 in quarantine");
    billfold(&desk, &["quarantine", "list", "--all"]).expect(0, "rejected by ");
    // The next run looks whether the vendor serves the right one now.
    let mut client = desk.connect().hello();
    assert_eq!(client.begin(&run_id(2), &rows(2)).0, [1]);
    let again = client.document(&run_id(2), 1, &foreign(1));
    assert!(matches!(again, Outcome::Quarantined { code: Code::OtherAccount, .. }), "{again:?}");
    client.end(&run_id(2));
    client.hang_up();
    billfold(&desk, &["quarantine"]).expect(0, "0 in quarantine");
    // A change of mind.
    billfold(&desk, &["quarantine", "accept", &sha256]).expect(0, MEANT_FOR);
    billfold(&desk, &["verify"]).expect(0, "2 documents, all as filed");
}

#[test]
fn a_row_that_got_its_document_meanwhile_takes_no_second_one() {
    let (desk, sha256) = quarantined();
    let sum = desk.connect().hello().whole_run(&run_id(2), &rows(2), &[pdf(0), pdf(1)]);
    assert_eq!((sum.filed, sum.already_had), (1, 1), "{}", desk.scene());
    billfold(&desk, &["quarantine", "accept", &sha256]).fails(1, "its row has a document already");
}

#[test]
fn the_last_copy_in_quarantine_is_never_given_up() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let mut theirs = row(1);
    theirs.key = billfold_core::protocol::RowKey::new("stripe:acct_2OTHER/_secret");
    client.whole_run(&run_id(1), std::slice::from_ref(&theirs), &[foreign(1)]);
    client.whole_run(&run_id(2), &[row(0)], &[foreign(1)]);
    std::fs::remove_file(desk.archive().join(MEANT_FOR)).unwrap();
    let sha256 = billfold(&desk, &["quarantine", "--json"]).json()[0]["sha256"].as_str().unwrap().to_owned();
    billfold(&desk, &["quarantine", "accept", &sha256]).expect(0, "filed: ");
    let documents = desk.documents();
    assert_eq!(documents.len(), 1, "{}", desk.scene());
    assert_eq!(desk.read(&documents[0]), foreign(1));
    billfold(&desk, &["verify"]).expect(0, "1 documents, all as filed");
}

#[test]
fn bytes_that_are_filed_for_another_row_are_one_document_with_two_rows() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let mut theirs = row(1);
    theirs.key = billfold_core::protocol::RowKey::new("stripe:acct_2OTHER/_secret");
    client.whole_run(&run_id(1), &[theirs.clone()], &[foreign(1)]);
    client.whole_run(&run_id(2), &[row(0)], &[foreign(1)]);
    let sha256 = billfold(&desk, &["quarantine", "--json"]).json()[0]["sha256"].as_str().unwrap().to_owned();
    billfold(&desk, &["quarantine", "accept", &sha256]).expect(0, MEANT_FOR);
    assert_eq!(desk.documents(), [MEANT_FOR]);
    billfold(&desk, &["quarantine"]).expect(0, "0 in quarantine");
    billfold(&desk, &["verify"]).expect(0, "1 documents, all as filed");
    let (fetch, _) = desk.connect().hello().begin(&run_id(3), &[row(0), theirs]);
    assert!(fetch.is_empty(), "{}", desk.scene());
}
