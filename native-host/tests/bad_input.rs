//! Whatever comes in: a clear error, nothing lost, and the next message is answered.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use base64::Engine;
use billfold_core::protocol::{
    BeginRun, CHUNK_BYTES, Chunk, Code, DOCUMENT_BYTES, Failure, Outcome, PROTOCOL, Part, Reply, Request,
    RowKey,
};
use common::{Client, Desk, begin, chunk, end, pdf, row, rows, run_id, source};

#[track_caller]
fn code(reply: &Reply) -> Code {
    match reply {
        Reply::Error { code, message } => {
            assert!(message.starts_with(code.sentence()), "{message}");
            *code
        }
        other => panic!("{other:?}"),
    }
}

/// A client with a run of three rows under way.
fn running(desk: &Desk) -> Client {
    let mut client = desk.connect().hello();
    client.begin(&run_id(1), &rows(3));
    client
}

/// After whatever happened, a document can still be filed.
#[track_caller]
fn goes_on(client: &mut Client, desk: &Desk) {
    let before = desk.documents().len();
    assert_eq!(client.document(&run_id(1), 2, &pdf(2)), Outcome::Filed, "{}", desk.scene());
    assert_eq!(desk.documents().len(), before + 1, "{}", desk.scene());
    let staged = std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count();
    assert_eq!(staged, 0, "nothing is left in staging\n{}", desk.scene());
}

#[test]
fn messages_that_are_none() {
    let desk = Desk::new();
    let mut client = running(&desk);
    for (body, id, expected) in [
        (&b""[..], None, Code::MessageUnreadable),
        (b"{", None, Code::MessageUnreadable),
        (b"\xff\xfe", None, Code::MessageUnreadable),
        (b"[]", None, Code::MessageUnreadable),
        (b"{\"id\":7,\"ask\":{\"format-disk\":{}}}", Some(7), Code::MessageUnreadable),
        (
            b"{\"id\":8,\"ask\":{\"end-run\":{\"run\":\"../..\",\"failed\":[]}}}",
            Some(8),
            Code::MessageUnreadable,
        ),
        (b"{\"id\":-1,\"ask\":{}}", None, Code::MessageUnreadable),
    ] {
        client.write_raw(body).unwrap();
        let answer = client.read_raw().unwrap();
        assert_eq!((answer.id, code(&answer.answer)), (id, expected), "{}", String::from_utf8_lossy(body));
    }
    client.write_raw(&vec![b' '; 64 * 1024 * 1024 + 1]).unwrap();
    assert_eq!(code(&client.read_raw().unwrap().answer), Code::MessageTooLong);
    goes_on(&mut client, &desk);
}

/// Any bytes, and any of our own messages with a few of their bytes changed, get one answer each.
#[test]
fn mangled_messages_get_one_answer_each() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let bytes = pdf(0);
    let asks = [
        Request::Hello { protocol: PROTOCOL, extension: "1".into() },
        Request::Look { source: source(), rows: rows(2) },
        begin(&run_id(1), &rows(3)),
        Request::BeginDocument {
            run: run_id(1),
            row: 0,
            part: Part::Invoice,
            file_name: Some("Invoice-AB12CD34-0000.pdf".into()),
        },
        Request::Chunk(chunk(&run_id(1), 0, 0, &bytes[..60])),
        end(&run_id(1), 0, &bytes[..60]),
        Request::EndRun { run: run_id(1), failed: vec![], without_receipt: vec![] },
    ];
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut draw = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    for _ in 0..3_000 {
        let ask = billfold_core::protocol::Ask { id: 1_000_000, ask: asks[draw(asks.len())].clone() };
        let mut body = serde_json::to_vec(&ask).unwrap();
        for _ in 0..draw(4) {
            let at = draw(body.len());
            match draw(4) {
                0 => body[at] = draw(256) as u8,
                1 => body.truncate(at.max(1)),
                2 => body.insert(at, b"{}[]\",:0-9.e"[draw(12)]),
                _ => drop(body.remove(at)),
            }
            if body.is_empty() {
                body.push(b' ');
            }
        }
        client.write_raw(&body).unwrap();
        client.read_raw().unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&body)));
    }
    client.begin(&run_id(1), &rows(3));
    assert!(matches!(client.document(&run_id(1), 2, &pdf(2)), Outcome::Filed | Outcome::AlreadyHad));
}

#[test]
fn a_parsers_error_does_not_repeat_what_it_read() {
    let mut client = Desk::new().connect();
    client.write_raw(b"{\"id\":1,\"ask\":{\"live_SECRETSECRET\":1}}").unwrap();
    let answer = client.read_raw().unwrap();
    assert!(!format!("{answer:?}").contains("SECRET"), "{answer:?}");
}

#[test]
fn another_version_or_none() {
    let mut client = Desk::new().connect();
    assert_eq!(code(&client.ask(Request::Look { source: source(), rows: vec![] })), Code::NoHello);
    let newer = Request::Hello { protocol: PROTOCOL + 1, extension: "\u{1b}[31m".into() };
    assert_eq!(code(&client.ask(newer)), Code::ProtocolVersion);
    assert_eq!(code(&client.ask(Request::Look { source: source(), rows: vec![] })), Code::NoHello);
    client.hello();
}

#[test]
fn parts_out_of_order_end_the_document_and_only_it() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let run = run_id(1);
    let start = |client: &mut Client| {
        let file_name = None;
        client.ask(Request::BeginDocument { run: run_id(1), row: 0, part: Part::Invoice, file_name });
    };
    for parts in [&[1u32][..], &[0, 0], &[0, 2], &[u32::MAX]] {
        start(&mut client);
        let replies: Vec<Reply> =
            parts.iter().map(|seq| client.ask(Request::Chunk(chunk(&run, 0, *seq, b"%PDF-")))).collect();
        assert_eq!(code(replies.last().unwrap()), Code::ChunkOutOfOrder, "{parts:?}");
        assert_eq!(code(&client.ask(end(&run, 0, b"%PDF-%PDF-"))), Code::UnknownRow, "{parts:?}");
    }
    // Begun again, it starts from nothing.
    start(&mut client);
    client.ask(Request::Chunk(chunk(&run, 0, 0, b"garbage")));
    assert_eq!(client.document(&run, 0, &pdf(0)), Outcome::Filed);
    goes_on(&mut client, &desk);
}

#[test]
fn parts_that_are_none() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let run = run_id(1);
    let long = base64::engine::general_purpose::STANDARD.encode(vec![0; CHUNK_BYTES + 3]);
    for (data, expected) in [
        ("not base64!", Code::MessageUnreadable),
        ("JVBERi0", Code::MessageUnreadable),
        (long.as_str(), Code::MessageTooLong),
    ] {
        client.ask(Request::BeginDocument { run: run.clone(), row: 0, part: Part::Invoice, file_name: None });
        let part = Chunk { run: run.clone(), row: 0, part: Part::Invoice, seq: 0, data: data.into() };
        assert_eq!(code(&client.ask(Request::Chunk(part))), expected);
    }
    goes_on(&mut client, &desk);
}

#[test]
fn bytes_that_are_not_those_announced() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let run = run_id(1);
    let whole = pdf(0);
    for (sent, announced, expected) in [
        (&whole[..100], &whole[..], Code::Truncated),
        (&whole[..], &whole[..100], Code::BytesDiffer),
        (&whole[..], &pdf(1)[..], Code::BytesDiffer),
    ] {
        client.ask(Request::BeginDocument { run: run.clone(), row: 0, part: Part::Invoice, file_name: None });
        client.ask(Request::Chunk(chunk(&run, 0, 0, sent)));
        let reply = client.ask(end(&run, 0, announced));
        // As a receipt, since it is the end of the row's document.
        let Reply::Receipt { outcome: Outcome::Failed { code, .. }, .. } = reply else { panic!("{reply:?}") };
        assert_eq!(code, expected);
    }
    goes_on(&mut client, &desk);
}

#[test]
fn documents_that_are_none() {
    let desk = Desk::new();
    let mut client = running(&desk);
    for (bytes, expected) in [
        (&b""[..], Code::EmptyDocument),
        (b"<!doctype html><title>Log in</title>", Code::NotAPdf),
        (
            b"<!doctype html><title>This link expired</title><script src=https://js.stripe.com>",
            Code::LinkExpired,
        ),
        (b"MZ\x90\x00", Code::NotAPdf),
    ] {
        let outcome = client.document(&run_id(1), 0, bytes);
        assert_eq!(outcome, Outcome::Failed { code: expected, detail: None });
    }
    assert!(desk.documents().is_empty(), "{}", desk.scene());
    goes_on(&mut client, &desk);
}

#[test]
fn a_document_without_end_is_stopped() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let run = run_id(1);
    client.ask(Request::BeginDocument { run: run.clone(), row: 0, part: Part::Invoice, file_name: None });
    let part = vec![b' '; CHUNK_BYTES];
    let limit = DOCUMENT_BYTES as usize / CHUNK_BYTES;
    for seq in 0..limit {
        let reply = client.ask(Request::Chunk(chunk(&run, 0, seq as u32, &part)));
        assert!(matches!(reply, Reply::Ready { .. }), "{reply:?}");
    }
    assert_eq!(code(&client.ask(Request::Chunk(chunk(&run, 0, limit as u32, b"x")))), Code::TooLarge);
    goes_on(&mut client, &desk);
}

#[test]
fn runs_and_rows_that_nobody_announced() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let mut bare = rows(2);
    bare[1].document = false;
    let asked = BeginRun {
        run: run_id(2),
        source: source(),
        rows: bare,
        asked: vec![0, 1],
        complete: true,
        receipts: false,
    };
    client.ask(Request::BeginRun(asked));
    let document =
        |run, row| Request::BeginDocument { run: run_id(run), row, part: Part::Invoice, file_name: None };
    assert_eq!(code(&client.ask(document(9, 0))), Code::UnknownRun);
    assert_eq!(code(&client.ask(document(1, 3))), Code::UnknownRow);
    assert_eq!(code(&client.ask(document(2, 1))), Code::UnknownRow, "it has no document");
    assert_eq!(
        code(&client.ask(Request::Chunk(chunk(&run_id(1), 0, 0, b"")))),
        Code::UnknownRow,
        "not begun"
    );
    assert_eq!(code(&client.ask(end(&run_id(1), 0, b""))), Code::UnknownRow);
    let stray = BeginRun {
        run: run_id(3),
        source: source(),
        rows: rows(2),
        asked: vec![2],
        complete: true,
        receipts: false,
    };
    assert_eq!(code(&client.ask(Request::BeginRun(stray))), Code::UnknownRow);
    let failed = vec![Failure { row: 3, part: Part::Invoice, code: Code::Network, detail: None }];
    assert_eq!(
        code(&client.ask(Request::EndRun { run: run_id(1), failed, without_receipt: vec![] })),
        Code::UnknownRow
    );
    goes_on(&mut client, &desk);
}

#[test]
fn names_made_of_dots_and_worse_stay_in_the_archive() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    let mut hostile = source();
    for text in
        ["..", "../../etc", "/etc/passwd", ".billfold", "C:\\x", "a\u{0}b", "{{ 7*7 }}", "con", "\u{202e}fdp"]
    {
        hostile.vendor = Some(text.into());
        hostile.product = Some(text.into());
        hostile.organisation = Some(text.into());
        hostile.portal = text.into();
        let mut named = row(0);
        named.key = RowKey::new(text);
        let begin = BeginRun {
            run: run_id(1),
            source: hostile.clone(),
            rows: vec![named],
            asked: vec![0],
            complete: true,
            receipts: false,
        };
        let reply = client.ask(Request::BeginRun(begin));
        assert!(matches!(&reply, Reply::Plan { fetch, .. } if fetch == &[0]), "{reply:?}");
        let file_name = Some(text.to_owned());
        client.ask(Request::BeginDocument { run: run_id(1), row: 0, part: Part::Invoice, file_name });
        let bytes = common::pdf_with(0, "", text.as_bytes());
        client.ask(Request::Chunk(chunk(&run_id(1), 0, 0, &bytes)));
        let reply = client.ask(end(&run_id(1), 0, &bytes));
        assert!(
            matches!(reply, Reply::Receipt { outcome: Outcome::Filed, .. }),
            "{reply:?}\n{}",
            desk.scene()
        );
    }
    let around: Vec<_> =
        std::fs::read_dir(desk.folder.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(
        around.iter().all(|name| ["Invoices", "config.toml", "state"].iter().any(|n| name == n)),
        "{around:?}"
    );
    let documents = desk.documents();
    assert_eq!(documents.len(), 9, "{}", desk.scene());
    assert!(documents.iter().all(|path| path.split('/').count() <= 3), "{documents:?}");
}

#[test]
fn too_much_is_refused_before_it_is_kept() {
    let desk = Desk::new();
    let mut client = running(&desk);
    let many = vec![row(0); 16_001];
    assert_eq!(code(&client.ask(begin(&run_id(2), &many))), Code::MessageTooLong);
    let mut long = row(0);
    long.description = Some("x".repeat(501));
    assert_eq!(code(&client.ask(begin(&run_id(2), &[long]))), Code::MessageTooLong);
    goes_on(&mut client, &desk);
    // The most rows that are taken, all settled: the answer still fits into what a browser takes.
    let most: Vec<_> =
        (0..16_000).map(|_| billfold_core::protocol::Row { document: false, ..row(0) }).collect();
    let (fetch, settled) = client.begin(&run_id(3), &most);
    assert_eq!((fetch.len(), settled.len()), (0, 16_000));
}

#[test]
fn what_is_wrong_with_the_archive_is_said_by_its_code() {
    let desk = Desk::new();
    let mut client = desk.connect().hello();
    std::fs::remove_dir(desk.archive()).unwrap();
    assert_eq!(code(&client.ask(begin(&run_id(1), &rows(1)))), Code::ArchiveUnavailable);
    let look = Request::Look { source: source(), rows: rows(1) };
    assert_eq!(code(&client.ask(look)), Code::ArchiveUnavailable);
    assert!(!desk.archive().exists(), "a drive that is not mounted does not become a new archive");
    desk.config("archive = ");
    assert_eq!(code(&client.ask(begin(&run_id(1), &rows(1)))), Code::ConfigUnreadable);
    desk.config("");
    std::fs::create_dir(desk.archive()).unwrap();
    assert_eq!(client.begin(&run_id(1), &rows(1)).0, [0]);
}

#[test]
fn a_stranger_is_told_so_and_the_host_ends() {
    let desk = Desk::new();
    let mut command = desk.command(&["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"]);
    let output = command.stdin(std::process::Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("caller-not-allowed"), "{output:?}");
    let _ = desk.start().hello().hang_up();
}

#[test]
fn the_host_ends_with_its_input_and_files_what_it_has_whole() {
    let desk = Desk::new();
    let mut client = desk.start().hello();
    client.begin(&run_id(1), &rows(2));
    client.post_document(&run_id(1), 0, &pdf(0)).unwrap();
    client.ask(Request::BeginDocument { run: run_id(1), row: 1, part: Part::Invoice, file_name: None });
    assert_eq!(client.hang_up(), "exit status: 0", "{}", desk.scene());
    assert_eq!(desk.documents().len(), 1, "{}", desk.scene());
    assert_eq!(std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count(), 0);
}
