//! A whole connection, from the first frame to the end of input, with an archive in memory: each ask gets one
//! answer, and whatever came, the archive holds what was sent whole and filed, and nothing else.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billfold_core::filing::ArchivePath;
use billfold_core::locale::Locale;
use billfold_core::money::Money;
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{
    Answer, Ask, BeginRun, Chunk, Code, Failure, Outcome, PROTOCOL, Part, Reply, Request, Row, RowKey, RunId,
    Source,
};
use billfold_fuzz::{ACCOUNT, AnyRow, AnySource, secret, within_limits};
use billfold_host::host::{Session, serve};
use billfold_host::log::Log;
use billfold_host::places::Env;
use chrono::NaiveDate;
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[derive(Arbitrary, Debug)]
enum Act {
    /// Any bytes, framed or not.
    Bytes(Vec<u8>),
    Frame(Vec<u8>),
    Hello {
        wrong: bool,
    },
    Look(AnySource, Vec<AnyRow>),
    /// A run of rows that an honest page would list, four of which would share a name.
    Usual {
        run: bool,
    },
    Begin {
        run: bool,
        source: AnySource,
        rows: Vec<AnyRow>,
        asked: Option<Vec<u8>>,
        complete: bool,
    },
    BeginDocument {
        run: bool,
        row: u8,
        file_name: Option<String>,
    },
    Chunk {
        run: bool,
        row: u8,
        seq: u8,
        body: Body,
    },
    EndDocument {
        run: bool,
        row: u8,
        body: Body,
        cut: u8,
    },
    /// One document as it should be sent.
    Document {
        run: bool,
        row: u8,
        file_name: Option<String>,
        body: Body,
    },
    EndRun {
        run: bool,
        failed: Vec<u8>,
    },
}

/// A document's bytes.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Body {
    Pdf(u8),
    /// With a link to an invoice, perhaps another one's.
    Linked(u8, u8),
    Html,
    Empty,
}

impl Body {
    fn bytes(self) -> Vec<u8> {
        match self {
            Body::Pdf(n) => format!("%PDF-1.4 document {n}\n%%EOF").into_bytes(),
            Body::Linked(n, at) => {
                let token = base64::engine::general_purpose::STANDARD_NO_PAD
                    .encode(format!("{ACCOUNT},{},1", secret(at % 6)));
                let link = format!("https://invoice.stripe.com/i/{ACCOUNT}/live_{token}0200TESTchk0?s=pd");
                format!("%PDF-1.4 document {n} ({link})\n%%EOF").into_bytes()
            }
            Body::Html => b"<!doctype html><h1>This link has expired</h1>".to_vec(),
            Body::Empty => Vec::new(),
        }
    }
}

/// What the browser sends, and what is known of it.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    /// Of every document whose end was announced.
    ended: HashSet<String>,
    next: u32,
}

impl Sent {
    fn frame(&mut self, body: &[u8]) {
        self.bytes.extend_from_slice(&u32::try_from(body.len()).unwrap_or_default().to_ne_bytes());
        self.bytes.extend_from_slice(body);
    }

    fn ask(&mut self, ask: Request<'_>) {
        self.next += 1;
        let body = serde_json::to_vec(&Ask { id: self.next, ask }).expect("an ask can be written");
        self.frame(&body);
    }

    fn document_begins(&mut self, run: bool, row: u8, file_name: Option<String>) {
        self.ask(Request::BeginDocument { run: run_id(run), row: row_of(row), part: part_of(row), file_name });
    }

    fn chunk(&mut self, run: bool, row: u8, seq: u8, body: Body) {
        let data = STANDARD.encode(body.bytes()).into();
        self.ask(Request::Chunk(Chunk { run: run_id(run), row: row_of(row), part: part_of(row), seq: seq.into(), data }));
    }

    fn document_ends(&mut self, run: bool, row: u8, body: Body, cut: u8) {
        let bytes = body.bytes();
        let size = u32::try_from(bytes.len()).unwrap_or_default().saturating_sub(cut.into());
        let sha256 = hex(&bytes);
        self.ended.insert(sha256.clone());
        self.ask(Request::EndDocument { run: run_id(run), row: row_of(row), part: part_of(row), size, sha256 });
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Bytes(bytes) => self.bytes.extend(bytes),
            Act::Frame(body) => self.frame(&body),
            Act::Hello { wrong } => {
                let protocol = if wrong { PROTOCOL + 1 } else { PROTOCOL };
                self.ask(Request::Hello { protocol, extension: "1".into() });
            }
            Act::Look(source, rows) => {
                self.ask(Request::Look { source: source.0, rows: plain(rows) });
            }
            Act::Usual { run } => {
                let rows: Vec<Row> = (0..6).map(usual).collect();
                let begin = BeginRun {
                    run: run_id(run),
                    source: openai(),
                    rows,
                    asked: (0..6).collect(),
                    complete: true,
                    receipts: true,
                };
                self.ask(Request::BeginRun(begin));
            }
            Act::Begin { run, source, rows, asked, complete } => {
                let rows = plain(rows);
                let all = 0..u32::try_from(rows.len()).unwrap_or_default();
                let asked = asked.map_or(all.collect(), |some| some.into_iter().map(u32::from).collect());
                let begin = BeginRun { run: run_id(run), source: source.0, rows, asked, complete, receipts: true };
                self.ask(Request::BeginRun(begin));
            }
            Act::BeginDocument { run, row, file_name } => self.document_begins(run, row, file_name),
            Act::Chunk { run, row, seq, body } => self.chunk(run, row, seq, body),
            Act::EndDocument { run, row, body, cut } => self.document_ends(run, row, body, cut),
            Act::Document { run, row, file_name, body } => {
                self.document_begins(run, row, file_name);
                self.chunk(run, row, 0, body);
                self.document_ends(run, row, body, 0);
            }
            Act::EndRun { run, failed } => {
                let failure = |row: u8| Failure { row: row_of(row), part: part_of(row), code: Code::Network, detail: None };
                let failed = failed.into_iter().map(failure).collect();
                self.ask(Request::EndRun { run: run_id(run), failed, without_receipt: Vec::new() });
            }
        }
    }
}

/// Few enough that what follows a run is about its rows.
fn row_of(row: u8) -> u32 {
    u32::from(row % 8)
}

fn part_of(row: u8) -> Part {
    if row < 128 { Part::Invoice } else { Part::Receipt }
}

fn openai() -> Source {
    Source {
        portal: "openai".into(),
        vendor: Some("OpenAI".into()),
        product: Some("openai-api".into()),
        organisation: None,
        page: "https://platform.openai.com/settings/organization/billing/history".into(),
    }
}

fn usual(at: u8) -> Row {
    Row {
        key: RowKey::new(format!("stripe:{ACCOUNT}/{}", secret(at))),
        document: at != 5,
        number: InvoiceNumber::parse(&format!("AB12CD34-000{at}")).filter(|_| at % 2 == 0),
        amount: Money::parse("$20.00", &Locale::parse("en")).ok(),
        date: NaiveDate::from_ymd_opt(2026, 5, if at < 4 { 1 } else { 2 }),
        status: Some("Paid".into()),
        description: None,
    }
}

fn plain(rows: Vec<AnyRow>) -> Vec<Row> {
    rows.into_iter().take(8).map(|row| row.0).collect()
}

fn run_id(second: bool) -> RunId {
    RunId::from_random([if second { 2 } else { 1 }; 16])
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder in memory with an archive in it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let desk =
            Desk(tempfile::Builder::new().prefix("billfold-fuzz-").tempdir_in(folder).expect("a folder"));
        fs::create_dir(desk.path("archive")).expect("an archive");
        fs::write(desk.path("config.toml"), "documents = 'both'\n").expect("a config");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn env(&self) -> Env {
        Env::of([
            ("BILLFOLD_CONFIG", self.path("config.toml")),
            ("BILLFOLD_STATE", self.path("state")),
            ("BILLFOLD_ARCHIVE", self.path("archive")),
        ])
    }

    /// What the host answers to all of it.
    fn answers(&self, bytes: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        let mut session = Session::new(self.env(), Log::none());
        let _ = serve(std::io::Cursor::new(bytes.to_vec()), &mut output, &mut session);
        output
    }
}

fuzz_target!(|acts: Vec<Act>| {
    let mut sent = Sent::default();
    // Nothing happens before a greeting, so most begin with one.
    if !matches!(acts.first(), Some(Act::Hello { .. } | Act::Frame(_) | Act::Bytes(_))) {
        sent.act(Act::Hello { wrong: false });
    }
    for act in acts.into_iter().take(40) {
        sent.act(act);
    }
    let (desk, output) = within_limits("a connection", || {
        let desk = Desk::new();
        let output = desk.answers(&sent.bytes);
        (desk, output)
    });
    let answers = one_each(&sent.bytes, &output);
    let text = String::from_utf8_lossy(&output);
    assert!(!text.contains("fuzzedsecret"), "a secret is in an answer: {text}");
    assert!(!text.contains("billfold-fuzz-"), "a path is in an answer: {text}");
    holds(&desk, &sent, &answers);
    // Whoever connects next finds it in order.
    let mut next = Sent::default();
    next.act(Act::Hello { wrong: false });
    let begin = BeginRun {
        run: RunId::from_random([3; 16]),
        source: openai(),
        rows: Vec::new(),
        asked: Vec::new(),
        complete: true,
        receipts: false,
    };
    next.ask(Request::BeginRun(begin));
    let output = desk.answers(&next.bytes);
    let answers = one_each(&next.bytes, &output);
    assert!(matches!(answers[..], [Reply::Welcome { .. }, Reply::Plan { .. }]), "{answers:?}");
    verifies(&desk);
});

#[derive(Deserialize)]
struct Numbered {
    id: u32,
}

/// Every frame is answered once, under its own id; the answers.
fn one_each(input: &[u8], output: &[u8]) -> Vec<Reply> {
    let mut expected: BTreeMap<Option<u32>, u32> = BTreeMap::new();
    for body in frames(input) {
        let whole = serde_json::from_slice::<Ask<Request<'_>>>(body).ok().map(|ask| ask.id);
        let id = whole.or_else(|| serde_json::from_slice::<Numbered>(body).ok().map(|ask| ask.id));
        *expected.entry(id).or_default() += 1;
    }
    let mut replies = Vec::new();
    let mut answered: BTreeMap<Option<u32>, u32> = BTreeMap::new();
    for body in frames(output) {
        let Answer { id, answer } = serde_json::from_slice(body).expect("an answer of ours");
        *answered.entry(id).or_default() += 1;
        replies.push(answer);
    }
    assert_eq!(answered, expected);
    replies
}

fn frames(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let Some((body, after)) = after.split_at_checked(u32::from_ne_bytes(*head) as usize) else { break };
        frames.push(body);
        rest = after;
    }
    frames
}

/// The documents are those that were filed, whole, under names of ours; nothing is left over.
fn holds(desk: &Desk, sent: &Sent, answers: &[Reply]) {
    let filed = answers
        .iter()
        .filter(|reply| matches!(reply, Reply::Receipt { outcome: Outcome::Filed, .. }))
        .count();
    let mut documents = 0;
    let mut hashes = HashSet::new();
    for (path, bytes) in files(&desk.path("archive")) {
        if let Some(own) = path.strip_prefix(".billfold/") {
            assert!(!own.starts_with("staging/"), "{path} is left over");
            if !bytes.starts_with(b"%PDF-") {
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("fuzzedsecret"), "a secret is in {path}: {text}");
            }
            continue;
        }
        assert_eq!(ArchivePath::parse(&path).as_ref().map(ArchivePath::as_str), Ok(path.as_str()));
        let sha256 = hex(&bytes);
        assert!(sent.ended.contains(&sha256) && bytes.starts_with(b"%PDF-"), "{path} was not sent like this");
        let record = desk.path("archive/.billfold/records").join(format!("{sha256}.json"));
        assert!(record.is_file(), "{path} has no record");
        assert!(hashes.insert(sha256), "{path} is filed twice");
        documents += 1;
    }
    assert!(documents <= filed && (documents > 0 || filed == 0), "{documents} documents, {filed} receipts");
    for entry in fs::read_dir(desk.0.path()).expect("the desk").flatten() {
        let name = entry.file_name();
        assert!(["archive", "state", "config.toml"].iter().any(|known| name == *known), "{name:?} is new");
    }
}

/// Every file below a folder, by its path with `/`.
fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((name, fs::read(&path).unwrap_or_default()));
            }
        }
    }
    found
}

/// The command line says so as well.
fn verifies(desk: &Desk) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["billfold", "verify"].map(Into::into);
    let code = billfold_host::cli::run(arguments, &desk.env(), Path::new("billfold"), &mut out, &mut err);
    let said = String::from_utf8_lossy(&[out, err].concat()).into_owned();
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS), "{said}");
}
