//! What only a batch shows: documents that end together.

use super::session::Session;
use crate::archive::hex;
use crate::log::Log;
use crate::places::Env;
use crate::wire::Frame;
use base64::Engine;
use billfold_core::protocol::{
    Answer, Ask, BeginRun, Chunk, Outcome, PROTOCOL, Part, Reply, Request, Row, RowKey, RunId, Source,
};
use sha2::{Digest, Sha256};

fn say(session: &mut Session, answers: &mut Vec<Answer<Reply>>, id: u32, ask: Request<'_>) {
    session.take(Frame::Text(serde_json::to_string(&Ask { id, ask }).unwrap()), answers);
}

/// Files rows with these keys, bodies and file names in one batch; what became of each.
fn one_batch(documents: &[(&str, &str, Option<&str>)]) -> (Vec<Outcome>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    std::fs::create_dir(&archive).unwrap();
    let env = Env::of([
        ("BILLFOLD_CONFIG", folder.path().join("config.toml")),
        ("BILLFOLD_STATE", folder.path().join("state")),
        ("BILLFOLD_ARCHIVE", archive.clone()),
    ]);
    let (mut session, mut answers) = (Session::new(env, Log::none()), Vec::new());
    let run = RunId::from_random([1; 16]);
    let source = Source {
        portal: "openai".into(),
        vendor: Some("OpenAI".into()),
        product: None,
        organisation: None,
        page: "https://platform.openai.com/".into(),
    };
    let row = |key: &str| Row {
        key: RowKey::new(key),
        document: true,
        number: None,
        amount: None,
        date: None,
        status: None,
        description: None,
    };
    let rows: Vec<Row> = documents.iter().map(|(key, ..)| row(key)).collect();
    let asked = (0..).take(rows.len()).collect();
    say(&mut session, &mut answers, 0, Request::Hello { protocol: PROTOCOL, extension: "1".into() });
    say(
        &mut session,
        &mut answers,
        0,
        Request::BeginRun(BeginRun {
            run: run.clone(),
            source,
            rows,
            asked,
            complete: true,
            receipts: false,
        }),
    );
    for (row, (_, body, name)) in (0..).zip(documents) {
        let run = || run.clone();
        say(
            &mut session,
            &mut answers,
            0,
            Request::BeginDocument { run: run(), row, part: Part::Invoice, file_name: name.map(Into::into) },
        );
        let data = base64::engine::general_purpose::STANDARD.encode(body).into();
        say(
            &mut session,
            &mut answers,
            0,
            Request::Chunk(Chunk { run: run(), row, part: Part::Invoice, seq: 0, data }),
        );
        let (size, sha256) = (u32::try_from(body.len()).unwrap(), hex(&Sha256::digest(body)));
        say(
            &mut session,
            &mut answers,
            row + 1,
            Request::EndDocument { run: run(), row, part: Part::Invoice, size, sha256 },
        );
    }
    assert!(
        session.has_work() && answers.iter().all(|answer| answer.id == Some(0)),
        "one batch: {answers:?}"
    );
    answers.clear();
    session.settle(&mut answers);
    answers.sort_by_key(|answer| answer.id);
    let outcomes = answers
        .into_iter()
        .map(|answer| match answer.answer {
            Reply::Receipt { outcome, row, .. } if answer.id == Some(row + 1) => outcome,
            other => panic!("{other:?}"),
        })
        .collect();
    let documents = std::fs::read_dir(archive.join("openai")).unwrap().count();
    (outcomes, documents)
}

#[test]
fn twins_in_one_batch_are_one_document() {
    use Outcome::{AlreadyHad, Filed};
    let same_bytes = [("a", "%PDF-1", None), ("b", "%PDF-1", None), ("c", "%PDF-2", None)];
    assert_eq!(one_batch(&same_bytes), (vec![Filed, AlreadyHad, Filed], 2));
    let same_key = [("a", "%PDF-1", None), ("a", "%PDF-2", None)];
    let (outcomes, documents) = one_batch(&same_key);
    assert_eq!((outcomes.len(), documents), (2, 1), "{outcomes:?}");
    let named = Some("Invoice-AB12CD34-0007.pdf");
    let same_number = [("a", "%PDF-1", named), ("b", "%PDF-2", named)];
    assert_eq!(one_batch(&same_number), (vec![Filed, AlreadyHad], 1));
}

#[test]
fn one_bad_document_does_not_spoil_the_batch() {
    let (outcomes, documents) =
        one_batch(&[("a", "%PDF-1", None), ("b", "<html>", None), ("c", "%PDF-3", None)]);
    assert!(matches!(outcomes[..], [Outcome::Filed, Outcome::Failed { .. }, Outcome::Filed]), "{outcomes:?}");
    assert_eq!(documents, 2);
}
