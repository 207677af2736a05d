//! From messages to files: a whole conversation with a host in memory.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use billfold_core::protocol::{BeginRun, Code, Failure, Outcome, Part, Reply, Request, RowKey, Sum};
use common::{Desk, pdf, row, rows, run_id, source};

fn documents(count: u32) -> Vec<Vec<u8>> {
    (0..count).map(pdf).collect()
}

fn sum(filed: u32, already_had: u32) -> Sum {
    Sum { filed, already_had, ..Sum::default() }
}

#[test]
fn a_run_is_filed_byte_for_byte_and_certified() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let total = client.whole_run(&run_id(1), &rows(3), &documents(3));
    assert_eq!(total, sum(3, 0));
    let names = [
        "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf",
        "openai/2026/2026-01-02_openai-api_project-nova_$501.pdf",
        "openai/2026/2026-01-03_openai-api_project-nova_$502.pdf",
    ];
    assert_eq!(desk.documents(), names, "{}", desk.scene());
    assert_eq!(desk.read(names[1]), pdf(1));
    let runs = desk.lines(".billfold/runs/runs.jsonl");
    assert_eq!(runs[0]["filed"][1]["name"], "AB12CD34-0001");
    assert_eq!((&runs[0]["sum"]["filed"], &runs[0]["reach"]["rows"]), (&3.into(), &3.into()));
    assert_eq!(std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count(), 0);
}

#[test]
fn the_record_says_what_is_known_and_no_secret() {
    let desk = Desk::new();
    desk.connect().hello().whole_run(&run_id(1), &rows(1), &documents(1));
    let folder = desk.archive().join(".billfold/records");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for (key, value) in [
        ("path", "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf"),
        ("kind", "invoice"),
        ("vendor", "OpenAI"),
        ("number", "AB12CD34-0000"),
        ("date", "2026-01-01"),
        ("amount", "500"),
        ("currency", "USD"),
        ("status", "Paid"),
        ("project", "project-nova"),
    ] {
        assert_eq!(record[key], value, "{record:#}");
    }
    let everything = [desk.archive().join(".billfold"), desk.path("state")];
    for folder in everything {
        for file in walk(&folder) {
            let bytes = std::fs::read(&file).unwrap();
            let found = memchr(&bytes, b"_secret");
            assert!(!found, "{} holds a secret", file.display());
        }
    }
}

fn memchr(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|part| part == needle)
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![path],
        })
        .collect()
}

#[test]
fn a_second_run_fetches_nothing() {
    let desk = Desk::new();
    desk.connect().hello().whole_run(&run_id(1), &rows(3), &documents(3));
    let mut client = desk.connect().hello();
    let seen = client.ask(Request::Look { source: source(), rows: rows(4) });
    assert_eq!(seen, Reply::Seen { had: vec![0, 1, 2] });
    let (fetch, settled) = client.begin(&run_id(2), &rows(4));
    assert_eq!(fetch, [3]);
    assert!(settled.iter().all(|(_, end)| *end == Outcome::AlreadyHad), "{settled:?}");
    client.document(&run_id(2), 3, &pdf(3));
    assert_eq!(client.end(&run_id(2)), sum(1, 3));
    let runs = desk.lines(".billfold/runs/runs.jsonl");
    let text = String::from_utf8(desk.read(".billfold/runs/runs.jsonl")).unwrap();
    let first = text.lines().next().unwrap();
    use sha2::Digest;
    assert_eq!(runs[1]["prev"], billfold_host::archive::hex(&sha2::Sha256::digest(first)));
}

#[test]
fn a_run_that_is_announced_again_counts_what_it_filed_as_filed() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    client.begin(&run_id(1), &rows(3));
    assert_eq!(client.document(&run_id(1), 1, &pdf(1)), Outcome::Filed);
    client.hang_up();
    let mut client = desk.connect().hello();
    let (fetch, settled) = client.begin(&run_id(1), &rows(3));
    assert_eq!((fetch, settled), (vec![0, 2], vec![(1, Outcome::Filed)]));
    assert_eq!(client.document(&run_id(1), 1, &pdf(1)), Outcome::Filed, "sent again all the same");
    client.document(&run_id(1), 0, &pdf(0));
    client.document(&run_id(1), 2, &pdf(2));
    assert_eq!(client.end(&run_id(1)), sum(3, 0));
    assert_eq!(desk.documents().len(), 3, "{}", desk.scene());
    // Its certificate's reply was lost: asked again, the same answer and no second line.
    client.begin(&run_id(1), &rows(3));
    assert_eq!(client.end(&run_id(1)), sum(3, 0));
    assert_eq!(desk.lines(".billfold/runs/runs.jsonl").len(), 1);
}

#[test]
fn the_same_bytes_are_one_document_and_both_rows_are_known_by_it() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    // In one batch, and in two.
    let total = client.whole_run(&run_id(1), &rows(3), &[pdf(9), pdf(9), pdf(2)]);
    assert_eq!(total, sum(2, 1), "{}", desk.scene());
    client.begin(&run_id(2), &[row(7)]);
    assert_eq!(client.document(&run_id(2), 0, &pdf(9)), Outcome::AlreadyHad);
    assert_eq!(client.end(&run_id(2)), sum(0, 1));
    assert_eq!(desk.documents().len(), 2);
    let (fetch, settled) = client.begin(&run_id(3), &[row(0), row(1), row(7)]);
    assert_eq!((fetch.len(), settled.len()), (0, 3));
}

#[test]
fn rows_of_one_day_and_amount_are_two_invoices() {
    let desk = Desk::new();
    let twin = |n: u32| billfold_core::protocol::Row { date: row(0).date, amount: row(0).amount, ..row(n) };
    let mut unnumbered = twin(2);
    unnumbered.number = None;
    let total = desk.connect().hello().whole_run(&run_id(1), &[twin(0), twin(1), unnumbered], &documents(3));
    assert_eq!(total, sum(3, 0));
    let names = desk.documents();
    let base = "openai/2026/2026-01-01_openai-api_project-nova_$500";
    assert!(names.contains(&format!("{base}_AB12CD34-0000.pdf")), "{names:?}");
    assert!(names.contains(&format!("{base}_AB12CD34-0001.pdf")), "{names:?}");
    let hash = billfold_host::archive::hex(&<sha2::Sha256 as sha2::Digest>::digest(pdf(2)));
    assert!(names.contains(&format!("{base}_{}.pdf", &hash[..8])), "{names:?}");
}

#[test]
fn a_file_that_is_not_ours_is_never_overwritten() {
    let desk = Desk::new();
    let folder = desk.archive().join("openai/2026");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("2026-01-01_OPENAI-API_project-nova_$500.PDF"), "mine").unwrap();
    desk.connect().hello().whole_run(&run_id(1), &rows(1), &documents(1));
    let names = desk.documents();
    assert_eq!(
        names,
        [
            "openai/2026/2026-01-01_OPENAI-API_project-nova_$500.PDF",
            "openai/2026/2026-01-01_openai-api_project-nova_$500_AB12CD34-0000.pdf"
        ]
    );
    assert_eq!(desk.read(&names[0]), b"mine");
}

#[test]
fn a_file_that_appears_in_the_last_moment_is_not_overwritten_either() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    client.begin(&run_id(1), &rows(2));
    client.document(&run_id(1), 0, &pdf(0));
    // The host has looked into the folder by now.
    let mine = "openai/2026/2026-01-02_openai-api_project-nova_$501.pdf";
    std::fs::write(desk.archive().join(mine), "mine").unwrap();
    assert_eq!(client.document(&run_id(1), 1, &pdf(1)), Outcome::Filed, "{}", desk.scene());
    assert_eq!(desk.read(mine), b"mine");
    assert_eq!(desk.read("openai/2026/2026-01-02_openai-api_project-nova_$501_AB12CD34-0001.pdf"), pdf(1));
    assert_eq!(client.end(&run_id(1)), sum(2, 0));
    assert_eq!(std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count(), 0);
}

#[test]
fn one_row_alone_gets_the_name_that_it_has_among_all() {
    let desk = Desk::new();
    let twin = billfold_core::protocol::Row { date: row(0).date, amount: row(0).amount, ..row(1) };
    let mut client = desk.connect().hello();
    let begin = BeginRun {
        run: run_id(1),
        source: source(),
        rows: vec![row(0), twin],
        asked: vec![1],
        complete: true,
        receipts: false,
    };
    assert!(matches!(client.ask(Request::BeginRun(begin)), Reply::Plan { fetch, .. } if fetch == [1]));
    client.document(&run_id(1), 1, &pdf(1));
    assert_eq!(client.end(&run_id(1)), sum(1, 0));
    assert_eq!(desk.documents(), ["openai/2026/2026-01-01_openai-api_project-nova_$500_AB12CD34-0001.pdf"]);
}

#[test]
fn a_run_closes_only_when_every_row_is_accounted_for() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let mut listed = rows(3);
    listed[2].document = false;
    let (fetch, settled) = client.begin(&run_id(1), &listed);
    assert_eq!((fetch, settled), (vec![0, 1], vec![(2, Outcome::WithoutDocument)]));
    client.document(&run_id(1), 0, &pdf(0));
    let reply = client.ask(Request::EndRun { run: run_id(1), failed: vec![], without_receipt: vec![] });
    let Reply::Error { code: Code::RunOpen, message } = reply else { panic!("{reply:?}") };
    assert!(message.contains("1 rows"), "{message}");
    let failure = Failure { row: 1, part: Part::Invoice, code: Code::HttpStatus, detail: Some("503".into()) };
    let late = Failure { row: 0, part: Part::Invoice, code: Code::Network, detail: None };
    let reply =
        client.ask(Request::EndRun { run: run_id(1), failed: vec![failure, late], without_receipt: vec![] });
    let expected = Sum { filed: 1, without_document: 1, failed: 1, ..Sum::default() };
    assert_eq!(reply, Reply::Certificate { run: run_id(1), sum: expected });
    let runs = desk.lines(".billfold/runs/runs.jsonl");
    assert_eq!(
        (&runs[0]["failed"][0]["code"], &runs[0]["failed"][0]["detail"]),
        (&"http-status".into(), &"503".into())
    );
    let reply = client.ask(Request::EndRun { run: run_id(1), failed: vec![], without_receipt: vec![] });
    assert!(matches!(reply, Reply::Error { code: Code::UnknownRun, .. }), "{reply:?}");
}

#[test]
fn what_does_not_fit_its_row_goes_to_quarantine_with_both_values() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let mut foreign = pdf(0);
    foreign.extend(b"/URI (https://invoice.stripe.com/i/acct_2OTHER/live_abcdefghijkl?s=pd)");
    client.begin(&run_id(1), &rows(1));
    let outcome = client.document(&run_id(1), 0, &foreign);
    let detail = Some("row: acct_1ABCDEFGH, document: acct_2OTHER".to_owned());
    let expected = Outcome::Quarantined { code: Code::OtherAccount, detail };
    assert_eq!(outcome, expected);
    assert!(desk.documents().is_empty(), "{}", desk.scene());
    let hash = billfold_host::archive::hex(&<sha2::Sha256 as sha2::Digest>::digest(&foreign));
    assert_eq!(desk.read(&format!(".billfold/quarantine/{hash}.pdf")), foreign);
    assert!(!desk.read(&format!(".billfold/quarantine/{hash}.json")).is_empty());
    // The same run finds it settled; the next one looks again, and still keeps it out.
    client.hang_up();
    let mut client = desk.connect().hello();
    let (_, settled) = client.begin(&run_id(1), &rows(1));
    assert_eq!(settled, [(0, expected.clone())]);
    assert_eq!(client.end(&run_id(1)).quarantined, 1);
    let (fetch, _) = client.begin(&run_id(2), &rows(1));
    assert_eq!(fetch, [0]);
    assert_eq!(client.document(&run_id(2), 0, &foreign), expected);
    // And the right document is filed.
    assert_eq!(client.document(&run_id(2), 0, &pdf(0)), Outcome::Filed);
    assert_eq!(desk.documents().len(), 1);
}

/// A document whose own link leads to a row's invoice.
fn linked(n: u32) -> Vec<u8> {
    use base64::Engine as _;
    let text = format!("acct_1ABCDEFGH,_secret{n:026},123456789");
    let token = base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
    let link = format!("/URI (https://invoice.stripe.com/i/acct_1ABCDEFGH/live_{token}0200abcdefgh?s=pd)");
    [pdf(n), link.into_bytes()].concat()
}

#[test]
fn a_document_of_another_invoice_is_not_filed_under_this_ones_name() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    client.begin(&run_id(1), &rows(2));
    // The server mixes them up: row 0 gets the document of row 1, which is in the same run.
    let detail = |ours: &str, theirs: &str| Some(format!("row: {ours}, document: {theirs}"));
    let expected =
        Outcome::Quarantined { code: Code::OtherInvoice, detail: detail("AB12CD34-0000", "AB12CD34-0001") };
    assert_eq!(client.document(&run_id(1), 0, &linked(1)), expected);
    assert!(desk.documents().is_empty(), "{}", desk.scene());
    assert_eq!(client.document(&run_id(1), 1, &linked(1)), Outcome::Filed);
    let sum = client.end(&run_id(1));
    assert_eq!((sum.filed, sum.quarantined), (1, 1));
    // Also when the other one was filed by an earlier run, and the page lists it no more.
    client.begin(&run_id(2), &rows(1));
    assert_eq!(client.document(&run_id(2), 0, &linked(1)), expected);
    assert_eq!(client.document(&run_id(2), 0, &linked(0)), Outcome::Filed);
    assert_eq!(desk.documents().len(), 2, "{}", desk.scene());
}

#[test]
fn a_key_that_changes_with_every_listing_is_recognised_by_its_number() {
    let desk = Desk::new();
    let fleeting = |token: &str| billfold_core::protocol::Row {
        key: RowKey::new(format!("stripe:acct_1ABCDEFGH/live_{token}")),
        ..row(0)
    };
    let mut client = desk.connect().hello();
    client.whole_run(&run_id(1), &[fleeting("aaaaaaaa")], &documents(1));
    let (fetch, settled) = client.begin(&run_id(2), &[fleeting("bbbbbbbb")]);
    assert_eq!((fetch, settled), (vec![], vec![(0, Outcome::AlreadyHad)]));
    // With a secret of its own it is another invoice, whatever its number says.
    let (fetch, _) = client.begin(&run_id(3), &[row(0)]);
    assert_eq!(fetch, [0]);
}

#[test]
fn two_hosts_take_turns() {
    let desk = Desk::new();
    let mut first = desk.connect().hello();
    first.begin(&run_id(1), &rows(1));
    let mut second = desk.connect().hello();
    let reply = second.ask(common::begin(&run_id(2), &rows(1)));
    assert!(matches!(reply, Reply::Error { code: Code::ArchiveLocked, .. }), "{reply:?}");
    let seen = second.ask(Request::Look { source: source(), rows: rows(1) });
    assert_eq!(seen, Reply::Seen { had: vec![] }, "reading needs no turn");
    first.document(&run_id(1), 0, &pdf(0));
    first.end(&run_id(1));
    let (fetch, _) = second.begin(&run_id(2), &rows(1));
    assert!(fetch.is_empty(), "it sees what the other has filed");
}

#[test]
fn the_index_is_only_a_cache() {
    let desk = Desk::new();
    desk.connect().hello().whole_run(&run_id(1), &rows(3), &documents(3));
    let index = walk(&desk.path("state"))
        .into_iter()
        .find(|path| path.extension() == Some("sqlite".as_ref()))
        .unwrap();
    for damage in [
        "",
        "not a database at all, not even a little, for more than a hundred bytes of text, or so it seems",
    ] {
        for file in walk(&desk.path("state")) {
            std::fs::remove_file(file).unwrap();
        }
        if !damage.is_empty() {
            std::fs::write(&index, damage.repeat(50)).unwrap();
        }
        let (fetch, _) = desk.connect().hello().begin(&run_id(2), &rows(3));
        assert!(fetch.is_empty(), "with {damage:?}");
    }
    // Damaged in the middle, and built for another journal.
    let mut bytes = std::fs::read(&index).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle..].fill(0x55);
    std::fs::write(&index, bytes).unwrap();
    let (fetch, _) = desk.connect().hello().begin(&run_id(3), &rows(3));
    assert!(fetch.is_empty());
    let journal = desk.archive().join(".billfold/journal/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let hash = billfold_host::archive::hex(&<sha2::Sha256 as sha2::Digest>::digest(pdf(1)));
    let other: String =
        text.lines().filter(|line| !line.contains(&hash)).map(|line| format!("{line}\n")).collect();
    std::fs::write(&journal, other).unwrap();
    let archive = billfold_host::archive::Archive::open(&desk.archive(), Some(&desk.path("state"))).unwrap();
    let numbers: Vec<_> =
        archive.index().records().unwrap().into_iter().filter_map(|record| record.number).collect();
    assert_eq!(numbers, ["AB12CD34-0000", "AB12CD34-0002"]);
}
