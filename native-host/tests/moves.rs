//! Documents that get other names, by us or by hand, and an archive that is put right.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{Desk, billfold, pdf, rows, run_id};
use std::fs;

const NUMBERS: [&str; 3] = ["AB12CD34-0000.pdf", "AB12CD34-0001.pdf", "AB12CD34-0002.pdf"];

fn by_number<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["rename", "--template", "{{ number }}.pdf"], more].concat()
}

#[test]
fn a_renaming_is_shown_done_and_taken_back() {
    let desk = Desk::filed();
    let before = desk.documents();
    billfold(&desk, &["rename"]).expect(0, "0 documents renamed");
    billfold(&desk, &by_number(&["--dry-run"]))
        .expect(0, "-> AB12CD34-0002.pdf\n3 documents would be renamed");
    assert_eq!(desk.documents(), before);
    billfold(&desk, &by_number(&[])).expect(0, "3 documents renamed; `billfold rename --undo` takes it back");
    assert_eq!(desk.documents(), NUMBERS);
    assert_eq!(desk.read(NUMBERS[1]), pdf(1));
    assert!(!desk.archive().join("openai").exists(), "no empty folders are left");
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
    let (fetch, _) = desk.connect().hello().begin(&run_id(2), &rows(3));
    assert!(fetch.is_empty());
    billfold(&desk, &["reindex"]).expect(0, "3 documents");
    billfold(&desk, &["rename", "--undo"]).expect(0, "3 documents renamed");
    assert_eq!(desk.documents(), before);
    billfold(&desk, &["rename", "--undo"]).expect(0, "0 documents renamed");
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
}

#[test]
fn renamings_are_taken_back_one_after_the_other() {
    let desk = Desk::filed();
    let before = desk.documents();
    billfold(&desk, &by_number(&[])).expect(0, "3 documents renamed");
    billfold(&desk, &["rename", "--template", "accounting"]).expect(0, "3 documents renamed");
    billfold(&desk, &["rename", "--undo"]).expect(0, "3 documents renamed");
    assert_eq!(desk.documents(), NUMBERS);
    billfold(&desk, &["rename", "--undo"]).expect(0, "3 documents renamed");
    assert_eq!(desk.documents(), before);
}

#[test]
fn a_strangers_file_is_never_overwritten() {
    let desk = Desk::filed();
    fs::write(desk.archive().join("ab12cd34-0001.PDF"), "mine").unwrap();
    billfold(&desk, &by_number(&[])).expect(0, "3 documents renamed");
    let documents = desk.documents();
    assert_eq!(desk.read("ab12cd34-0001.PDF"), b"mine");
    assert!(documents.iter().any(|path| path.starts_with("AB12CD34-0001_")), "{documents:?}");
}

#[test]
fn names_can_be_exchanged() {
    let desk = Desk::filed();
    billfold(&desk, &by_number(&[])).expect(0, "3 documents renamed");
    // Each document gets the name that another one bears.
    let rotated = "{% if number == 'AB12CD34-0000' %}AB12CD34-0001{% elif number == 'AB12CD34-0001' %}AB12CD34-0002\
                   {% else %}AB12CD34-0000{% endif %}.pdf";
    billfold(&desk, &["rename", "--template", rotated]).expect(0, "3 documents renamed");
    assert_eq!(desk.documents(), NUMBERS);
    assert_eq!((desk.read(NUMBERS[0]), desk.read(NUMBERS[2])), (pdf(2), pdf(1)));
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
    billfold(&desk, &["rename", "--undo"]).expect(0, "3 documents renamed");
    assert_eq!(desk.read(NUMBERS[0]), pdf(0));
}

#[test]
fn what_was_moved_by_hand_is_found_and_known_by_its_new_place() {
    let desk = Desk::filed();
    let names = desk.documents();
    let path = |name: &str| desk.archive().join(name);
    fs::create_dir(path("2026 taxes")).unwrap();
    fs::rename(path(&names[0]), path("2026 taxes/January.pdf")).unwrap();
    fs::copy(path(&names[1]), path("a copy.pdf")).unwrap();
    fs::write(path("mine.pdf"), "%PDF-").unwrap();
    let found = billfold(&desk, &["verify", "--json"]);
    assert_eq!(found.code, 1, "{}", found.scene);
    let found = found.json();
    assert_eq!(found["problems"].as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(
        (&found["problems"][0]["what"], &found["problems"][0]["path"]),
        (&"moved".into(), &names[0].clone().into())
    );
    assert_eq!(found["copies"], serde_json::json!([{"path": "a copy.pdf", "of": names[1]}]));
    assert_eq!(found["unknown_files"], serde_json::json!(["mine.pdf"]));
    billfold(&desk, &["verify", "--repair"])
        .expect(0, "the document lies at 2026 taxes/January.pdf now, put right\n");
    billfold(&desk, &["show", "AB12CD34-0000"]).expect(0, "2026 taxes/January.pdf");
    assert_eq!(desk.documents().len(), 5, "nothing was taken away");
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
}

#[test]
fn a_repair_adds_and_takes_nothing() {
    let desk = Desk::filed();
    let records = desk.archive().join(".billfold/records");
    let record = fs::read_dir(&records).unwrap().next().unwrap().unwrap().path();
    let changed = fs::read_to_string(&record).unwrap().replace("USD", "EUR");
    fs::write(&record, &changed).unwrap();
    billfold(&desk, &["verify"]).expect(1, "its record is missing or was changed");
    billfold(&desk, &["verify", "--repair"]).expect(0, "3 documents, all as filed");
    assert_eq!(fs::read_to_string(record.with_extension("json.changed")).unwrap(), changed);
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
    // What was kept beside is no record.
    let before = billfold(&desk, &["list", "--json"]).out;
    fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
    billfold(&desk, &["reindex"]).expect(0, "3 of them were unknown to the journal");
    assert_eq!(billfold(&desk, &["list", "--json"]).out, before);
    fs::remove_file(desk.archive().join(&desk.documents()[0])).unwrap();
    billfold(&desk, &["verify", "--repair"]).expect(1, "the document is not there any more");
}

#[test]
fn an_index_that_is_made_anew_is_the_same() {
    let desk = Desk::filed();
    let mut foreign = pdf(4);
    foreign.extend(b"(https://invoice.stripe.com/i/acct_2OTHER/live_abcdefghijkl?s=pd)");
    let mut rejected = pdf(5);
    rejected.extend(b"(https://invoice.stripe.com/i/acct_2OTHER/live_abcdefghijkl?s=pd)");
    let documents: Vec<_> = (0..4).map(pdf).chain([foreign, rejected]).collect();
    desk.connect().hello().whole_run(&run_id(2), &rows(6), &documents);
    billfold(&desk, &["quarantine", "accept", "AB12CD34-0004"]).expect(0, "filed");
    billfold(&desk, &["quarantine", "reject", "AB12CD34-0005"]).expect(0, "rejected");
    billfold(&desk, &by_number(&[])).expect(0, "5 documents renamed");
    let everything = || {
        [&["list", "--json"][..], &["quarantine", "list", "--all", "--json"], &["runs", "--json"]]
            .map(|arguments| billfold(&desk, arguments).expect(0, "[").out)
    };
    let before = everything();
    fs::remove_dir_all(desk.path("state")).unwrap();
    assert_eq!(everything(), before, "from the journal");
    billfold(&desk, &["reindex"]).expect(0, "5 documents, 0 in quarantine");
    assert_eq!(everything(), before, "rebuilt");
    fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
    let reindexed = billfold(&desk, &["reindex"]).expect(0, "6 of them were unknown to the journal");
    reindexed.expect(0, "5 documents, 0 in quarantine");
    assert_eq!(everything(), before, "without a journal, decisions included");
    billfold(&desk, &["verify"]).expect(0, "5 documents, all as filed");
    let (fetch, _) = desk.connect().hello().begin(&run_id(3), &rows(6));
    assert_eq!(fetch, [5], "only what was rejected is looked at again");
}
