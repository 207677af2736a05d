//! `documents = "both"`: the receipt of each invoice, beside it and as its pair.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{
    BeginRun, Code, Failure, Outcome, Part, Reply, Request, Row, RunId, Settled, Sum,
};
use common::{Client, Desk, Paper, billfold, paper, pdf_with, row, run_id, source};
use serde_json::Value;

const PROJECTS: &str = "[[project]]\norganisation = 'Nova Labs'\nname = 'project-nova'\n";

fn both(desk: Desk) -> Desk {
    desk.config(&format!("documents = 'both'\n{PROJECTS}"));
    desk
}

fn begin(run: &RunId, rows: &[Row], receipts: bool) -> Request<'static> {
    let asked = (0..).take(rows.len()).collect();
    let (run, rows) = (run.clone(), rows.to_vec());
    Request::BeginRun(BeginRun { run, source: source(), rows, asked, complete: true, receipts })
}

/// Whose documents are wanted, whose receipts, and what is settled.
type Plan = (Vec<u32>, Vec<u32>, Vec<Settled>);

fn announce(client: &mut Client, run: &RunId, rows: &[Row]) -> Plan {
    match client.ask(begin(run, rows, true)) {
        Reply::Plan { fetch, receipts, settled, .. } => (fetch, receipts, settled),
        other => panic!("{other:?}"),
    }
}

fn close(client: &mut Client, run: &RunId, failed: Vec<Failure>, without_receipt: Vec<u32>) -> Reply {
    client.ask(Request::EndRun { run: run.clone(), failed, without_receipt })
}

#[track_caller]
fn closes(client: &mut Client, run: &RunId, without_receipt: Vec<u32>, sum: Sum) {
    let reply = close(client, run, vec![], without_receipt);
    assert!(matches!(reply, Reply::Certificate { sum: said, .. } if said == sum), "{reply:?}");
}

fn settled(row: u32, outcome: Outcome) -> Settled {
    Settled { row, outcome }
}

fn sum(filed: u32, already_had: u32) -> Sum {
    Sum { filed, already_had, ..Sum::default() }
}

/// The document of the nth row.
fn of(n: u32) -> Paper {
    Paper {
        number: format!("AB12CD34-{n:04}").leak(),
        date: format!("January {}, 2026", n + 1).leak(),
        amount: format!("{}.00", 500 + n).leak(),
        ..paper()
    }
}

fn invoice(n: u32) -> Vec<u8> {
    of(n).pdf()
}

/// Paid a week later.
fn receipt(n: u32) -> Vec<u8> {
    let number = Some(&*format!("2260-{n:04}").leak());
    Paper {
        title: "Receipt",
        date: format!("January {}, 2026", n + 8).leak(),
        receipt_number: number,
        ..of(n)
    }
    .pdf()
}

/// As a customer portal lists it: without a number, under an address of its own.
fn unnumbered(n: u32) -> Row {
    Row { number: None, ..row(n) }
}

fn last_run(desk: &Desk) -> Value {
    desk.lines(".billfold/runs/runs.jsonl").pop().unwrap()
}

fn equation(desk: &Desk) -> String {
    let done = billfold(desk, &["runs", "--last"]).expect(0, "listed = ");
    done.out.lines().find(|line| line.contains("receipts: ")).unwrap_or_default().trim().to_owned()
}

const PAIR: [&str; 2] = [
    "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf",
    "openai/2026/2026-01-01_openai-api_project-nova_$500_receipt.pdf",
];

#[test]
fn a_pair_is_filed_beside_each_other_and_a_second_run_fetches_nothing() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    for (run, rows) in [(run_id(1), [unnumbered(0), row(1)]), (run_id(2), [row(0), unnumbered(1)])] {
        let (fetch, receipts, ends) = announce(&mut client, &run, &rows);
        if run == run_id(2) {
            assert_eq!((fetch, receipts), (vec![], vec![]));
            assert_eq!(ends, [0, 1].map(|row| settled(row, Outcome::AlreadyHad)));
            closes(&mut client, &run, vec![], sum(0, 2));
            continue;
        }
        assert_eq!((fetch, receipts, ends), (vec![0, 1], vec![0, 1], vec![]));
        for n in [0, 1] {
            assert_eq!(client.document(&run, n, &invoice(n)), Outcome::Filed, "{}", desk.scene());
            assert_eq!(client.receipt(&run, n, &receipt(n)), Outcome::Filed, "{}", desk.scene());
        }
        closes(&mut client, &run, vec![], sum(2, 0));
        assert_eq!(equation(&desk), "receipts: 2 wanted = 2 filed");
    }
    assert_eq!(equation(&desk), "receipts: 2 wanted = 2 already had");
    assert_eq!(desk.documents()[..2], PAIR, "{}", desk.scene());
    assert_eq!(desk.documents().len(), 4);
    assert_eq!(desk.read(PAIR[1]), receipt(0));
    let run = last_run(&desk);
    assert_eq!((&run["receipts"]["sum"]["already_had"], &run["sum"]["already_had"]), (&2.into(), &2.into()));
    // The row had no number, the invoice has.
    assert_eq!(run["receipts"]["already_had"][0]["name"], "AB12CD34-0000");
    let printed = billfold(&desk, &["runs", "--last", "--json"]).json();
    assert_eq!(printed[0], run);
    let readme = include_str!("../README.md");
    for key in [&run, &run["receipts"]].into_iter().flat_map(|object| object.as_object().unwrap().keys()) {
        assert!(readme.contains(&format!("`{key}`")), "`{key}` is not in the README");
    }

    let list = billfold(&desk, &["list", "--json"]).expect(0, "").json();
    let at = |path: &str| list.as_array().unwrap().iter().find(|one| one["path"] == path).unwrap().clone();
    let (invoice, receipt) = (at(PAIR[0]), at(PAIR[1]));
    assert_eq!((&receipt["kind"], &receipt["number"]), (&"receipt".into(), &"AB12CD34-0000".into()));
    assert_eq!((&receipt["date"], &receipt["receipt_number"]), (&"2026-01-08".into(), &"2260-0000".into()));
    // A week between issue and payment is nothing to be noted.
    assert_eq!(receipt["notes"], serde_json::json!([]));
    assert_eq!((&invoice["pair"], &receipt["pair"]), (&receipt["sha256"], &invoice["sha256"]));
    let text = billfold(&desk, &["list"]).expect(0, "invoice + receipt").out;
    assert_eq!(text.matches("invoice + receipt").count(), 2, "{text}");
    billfold(&desk, &["verify", "--runs"]).expect(0, "");
    billfold(&desk, &["verify"]).expect(0, "");
}

#[test]
fn a_run_that_begins_again_is_told_what_became_of_its_receipts() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    let told = |client: &mut Client, run| match client.ask(begin(&run_id(run), &[row(0), row(1)], true)) {
        Reply::Plan { receipts, receipts_settled, .. } => (receipts, receipts_settled),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(&mut client, 1), (vec![0, 1], Sum::default()));
    client.document(&run_id(1), 0, &invoice(0));
    client.document(&run_id(1), 1, &invoice(1));
    client.receipt(&run_id(1), 1, &receipt(1));
    assert_eq!(told(&mut client, 1), (vec![0], sum(1, 0)), "the same run");
    assert_eq!(told(&mut client, 2), (vec![0], sum(0, 1)), "the next one");
}

#[test]
fn without_the_setting_or_with_an_old_extension_nobody_asks_for_receipts() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let (fetch, receipts, _) = announce(&mut client, &run_id(1), &[row(0)]);
    assert_eq!((fetch, receipts), (vec![0], vec![]));
    client.document(&run_id(1), 0, &invoice(0));
    closes(&mut client, &run_id(1), vec![], sum(1, 0));
    assert_eq!((&last_run(&desk)["receipts"], &last_run(&desk)["warnings"]), (&Value::Null, &Value::Null));

    let desk = both(desk);
    let plan = client.ask(begin(&run_id(2), &[row(0)], false));
    assert!(matches!(&plan, Reply::Plan { receipts, .. } if receipts.is_empty()), "{plan:?}");
    closes(&mut client, &run_id(2), vec![], sum(0, 1));
    let run = last_run(&desk);
    assert_eq!(run["receipts"], Value::Null);
    assert!(run["warnings"][0].as_str().unwrap().contains("receipts were not fetched"), "{run:#}");
}

#[test]
fn an_invoice_that_is_there_already_gets_its_receipt() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    announce(&mut client, &run_id(1), &[row(0)]);
    client.document(&run_id(1), 0, &invoice(0));
    closes(&mut client, &run_id(1), vec![], sum(1, 0));
    let desk = both(desk);
    let (fetch, receipts, ends) = announce(&mut client, &run_id(2), &[unnumbered(0)]);
    assert_eq!((fetch, receipts, ends), (vec![], vec![0], vec![settled(0, Outcome::AlreadyHad)]));
    assert_eq!(client.receipt(&run_id(2), 0, &receipt(0)), Outcome::Filed);
    closes(&mut client, &run_id(2), vec![], sum(0, 1));
    assert_eq!(desk.documents(), PAIR, "{}", desk.scene());
    assert_eq!(equation(&desk), "receipts: 1 wanted = 1 filed");
}

#[test]
fn an_invoice_that_is_listed_twice_has_one_receipt() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    let (fetch, receipts, _) = announce(&mut client, &run_id(1), &[row(0), row(0)]);
    assert_eq!((fetch, receipts), (vec![0, 1], vec![0]));
    assert_eq!(client.document(&run_id(1), 0, &invoice(0)), Outcome::Filed);
    assert_eq!(client.document(&run_id(1), 1, &invoice(0)), Outcome::AlreadyHad);
    assert_eq!(client.receipt(&run_id(1), 0, &receipt(0)), Outcome::Filed);
    closes(&mut client, &run_id(1), vec![], sum(1, 1));
    assert_eq!(equation(&desk), "receipts: 1 wanted = 1 filed");
}

#[test]
fn each_receipt_that_is_wanted_comes_to_an_end_and_no_end_touches_its_invoice() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    let rows: Vec<Row> = (0..5).map(row).chain([Row { document: false, ..row(5) }]).collect();
    let (_, receipts, _) = announce(&mut client, &run_id(1), &rows);
    assert_eq!(receipts, [0, 1, 2, 3, 4]);
    for n in 0..4 {
        client.document(&run_id(1), n, &invoice(n));
    }
    client.receipt(&run_id(1), 0, &receipt(0));
    let open = close(&mut client, &run_id(1), vec![failure(4, Part::Invoice)], vec![]);
    assert!(matches!(open, Reply::Error { code: Code::RunOpen, .. }), "{open:?}");
    let failed = vec![failure(2, Part::Receipt), failure(3, Part::Receipt), failure(4, Part::Invoice)];
    let end = close(&mut client, &run_id(1), failed, vec![1]);
    let all = Sum { filed: 4, without_document: 1, failed: 1, ..Sum::default() };
    assert!(matches!(end, Reply::Certificate { sum, .. } if sum == all), "{end:?}");
    // Of the invoice that failed no receipt is wanted yet.
    assert_eq!(equation(&desk), "receipts: 4 wanted = 1 filed + 1 without receipt + 2 failed");
    let run = last_run(&desk);
    assert_eq!(run["receipts"]["without_document"][0]["name"], "AB12CD34-0001");
    assert_eq!(run["receipts"]["failed"][1]["code"], "network");
    billfold(&desk, &["runs"]).expect(0, "AB12CD34-0003: The server could not be reached.");

    // What there was not may be there now.
    let (fetch, receipts, _) = announce(&mut client, &run_id(2), &rows);
    assert_eq!((fetch, receipts), (vec![4], vec![1, 2, 3, 4]));
}

fn failure(row: u32, part: Part) -> Failure {
    Failure { row, part, code: Code::Network, detail: None }
}

#[test]
fn a_row_that_the_browser_gave_up_though_it_was_filed_lacks_its_receipt_and_nothing_else() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    announce(&mut client, &run_id(1), &[row(0)]);
    client.document(&run_id(1), 0, &invoice(0));
    let end = close(&mut client, &run_id(1), vec![failure(0, Part::Invoice)], vec![]);
    assert!(matches!(end, Reply::Certificate { sum: said, .. } if said == sum(1, 0)), "{end:?}");
    assert_eq!(equation(&desk), "receipts: 1 wanted = 1 failed");
}

#[test]
fn what_is_not_the_invoices_receipt_is_kept_out() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    // Nothing but the invoices themselves says which numbers the receipts must bear.
    let rows: Vec<Row> = (0..3).map(unnumbered).collect();
    announce(&mut client, &run_id(1), &rows);
    for n in 0..3 {
        client.document(&run_id(1), n, &invoice(n));
    }
    let code = |outcome| match outcome {
        Outcome::Quarantined { code, .. } => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(client.receipt(&run_id(1), 0, &receipt(7))), Code::OtherNumber);
    assert_eq!(code(client.receipt(&run_id(1), 1, &invoice(1))), Code::NotAnInvoice);
    let blank = pdf_with(9, "", b"unread");
    assert_eq!(client.receipt(&run_id(1), 2, &blank), Outcome::Filed);
    closes(&mut client, &run_id(1), vec![], sum(3, 0));
    assert_eq!(equation(&desk), "receipts: 3 wanted = 1 filed + 2 quarantined");
    let documents = desk.documents();
    // One that says nothing is filed by where it came from.
    assert_eq!(documents.iter().filter(|path| path.ends_with("_receipt.pdf")).count(), 1, "{documents:?}");
    assert!(
        documents[3].contains("2026-01-03") && documents[3].ends_with("$502_receipt.pdf"),
        "{documents:?}"
    );
    let kept = billfold(&desk, &["quarantine", "--json"]).json();
    assert_eq!(kept.as_array().unwrap().len(), 2, "{kept:#}");
}

#[test]
fn a_receipt_that_says_nothing_lies_beside_its_own_invoice() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    // The same day and the same amount, and no number anywhere.
    let twins = [unnumbered(0), Row { key: row(1).key, ..unnumbered(0) }];
    announce(&mut client, &run_id(1), &twins);
    for n in [0, 1] {
        assert_eq!(client.document(&run_id(1), n, &pdf_with(n, "", b"invoice")), Outcome::Filed);
        assert_eq!(client.receipt(&run_id(1), n, &pdf_with(n, "", b"receipt")), Outcome::Filed);
    }
    closes(&mut client, &run_id(1), vec![], sum(2, 0));
    let documents = desk.documents();
    let stems: Vec<&str> =
        documents.iter().filter_map(|path| path.split_once("_receipt")).map(|one| one.0).collect();
    let beside = |stem: &&str| documents.contains(&format!("{stem}.pdf"));
    assert!(stems.len() == 2 && stems.iter().all(beside), "{documents:#?}");
}

#[test]
fn a_receipt_has_its_turn_after_its_invoice() {
    let desk = both(Desk::new());
    let mut client = desk.connect().hello();
    announce(&mut client, &run_id(1), &[row(0)]);
    let early = Request::BeginDocument { run: run_id(1), row: 0, part: Part::Receipt, file_name: None };
    let refused = client.ask(early);
    assert!(matches!(refused, Reply::Error { code: Code::UnknownRow, .. }), "{refused:?}");
    let other = Desk::new();
    let mut client = other.connect().hello();
    announce(&mut client, &run_id(1), &[row(0)]);
    client.document(&run_id(1), 0, &invoice(0));
    let unwanted = Request::BeginDocument { run: run_id(1), row: 0, part: Part::Receipt, file_name: None };
    let refused = client.ask(unwanted);
    assert!(matches!(refused, Reply::Error { code: Code::UnknownRow, .. }), "{refused:?}");
}

#[test]
fn a_host_that_is_killed_between_the_two_goes_on_with_the_receipt() {
    let desk = both(Desk::new());
    let mut client = desk.start().hello();
    announce(&mut client, &run_id(1), &[row(0), row(1)]);
    for n in [0, 1] {
        client.document(&run_id(1), n, &invoice(n));
    }
    assert_eq!(client.receipt(&run_id(1), 0, &receipt(0)), Outcome::Filed);
    let mut child = client.child.take().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut client = desk.start().hello();
    let (fetch, receipts, ends) = announce(&mut client, &run_id(1), &[row(0), row(1)]);
    assert_eq!((fetch, receipts), (vec![], vec![1]));
    assert_eq!(ends, [0, 1].map(|row| settled(row, Outcome::Filed)));
    assert_eq!(client.receipt(&run_id(1), 1, &receipt(1)), Outcome::Filed);
    closes(&mut client, &run_id(1), vec![], sum(2, 0));
    assert_eq!(equation(&desk), "receipts: 2 wanted = 2 filed");
    client.hang_up();
    assert_eq!(desk.documents().len(), 4, "{}", desk.scene());
}

#[test]
fn what_holds_is_said() {
    let desk = Desk::new();
    billfold(&desk, &["config", "show"]).expect(0, "documents invoice");
    billfold(&desk, &["doctor"]).expect(1, "documents: invoices, without their receipts");
    let desk = both(desk);
    let shown = billfold(&desk, &["config", "show", "--json"]).json();
    assert_eq!(shown["documents"], "both");
    billfold(&desk, &["doctor"]).expect(1, "documents: invoices and their receipts");
}
