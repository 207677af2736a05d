//! A desk of its own for each test: an archive, a state folder and a config, and a browser's side of the
//! conversation with a host, in memory or as a process.
#![allow(dead_code, reason = "each test program uses its own part of this")]
#![allow(unreachable_pub, reason = "shared by the test programs")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use base64::Engine;
use billfold_core::money::{Currency, Money};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{
    Answer, Ask, BeginRun, CHUNK_BYTES, Chunk, Outcome, PROTOCOL, Part, Reply, Request, Row, RowKey, RunId,
    Source, Sum,
};
use billfold_host::host::Session;
use billfold_host::log::Log;
use billfold_host::places::Env;
use billfold_host::reader::Reader;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub struct Desk {
    pub folder: TempDir,
    program: PathBuf,
}

impl Desk {
    pub fn new() -> Desk {
        // Set for tests, not for examples, which share this file and bring the program along.
        let program = option_env!("CARGO_BIN_EXE_billfold").unwrap_or("billfold");
        Desk::within(&std::env::temp_dir(), program.into())
    }

    /// A desk on a disk of its own, with a program of its own.
    pub fn within(disk: &Path, program: PathBuf) -> Desk {
        let folder = tempfile::tempdir_in(disk).unwrap();
        let desk = Desk { folder, program };
        std::fs::create_dir(desk.archive()).unwrap();
        desk.config("[[project]]\norganisation = 'Nova Labs'\nname = 'project-nova'\n");
        desk
    }

    /// Three documents in the archive.
    pub fn filed() -> Desk {
        let desk = Desk::new();
        let documents: Vec<_> = (0..3).map(pdf).collect();
        desk.connect().hello().whole_run(&run_id(1), &rows(3), &documents);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn archive(&self) -> PathBuf {
        self.path("Invoices")
    }

    pub fn config(&self, text: &str) {
        std::fs::write(self.path("config.toml"), text).unwrap();
    }

    pub fn variables(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("HOME", self.path("home")),
            ("BILLFOLD_CONFIG", self.path("config.toml")),
            ("BILLFOLD_STATE", self.path("state")),
            ("BILLFOLD_ARCHIVE", self.archive()),
        ]
    }

    /// The built binary, with this desk's surroundings and nothing else.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().envs(self.variables()).current_dir(self.folder.path());
        command
    }

    /// The documents' paths, sorted.
    pub fn documents(&self) -> Vec<String> {
        let archive = self.archive();
        let mut found = files(&archive);
        found.retain(|path| !path.starts_with(".billfold/"));
        found
    }

    /// Everything in the archive, for a failure's message.
    pub fn scene(&self) -> String {
        let log = std::fs::read_to_string(self.path("state/host.log")).unwrap_or_default();
        let files = files(&self.archive()).join("\n  ");
        format!("archive:\n  {files}\nlog:\n{log}")
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.archive().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.scene()))
    }

    /// Lines of JSON of one of the archive's own files.
    pub fn lines(&self, path: &str) -> Vec<serde_json::Value> {
        let text = String::from_utf8(self.read(path)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A host in this process.
    pub fn connect(&self) -> Client {
        let (their_input, our_output) = std::io::pipe().unwrap();
        let (our_input, mut their_output) = std::io::pipe().unwrap();
        let env = Env::of(self.variables());
        let patience = std::time::Duration::from_millis(200);
        let program = self.program.clone();
        std::thread::spawn(move || {
            let session = Session::new(env, Log::none()).with_patience(patience);
            let mut session = session.with_reader(Reader::new(program));
            billfold_host::host::serve(their_input, &mut their_output, &mut session)
        });
        Client::new(Box::new(our_input), Box::new(our_output), None)
    }

    /// A host as a browser starts it.
    pub fn start(&self) -> Client {
        let origin = format!("chrome-extension://{}/", billfold_host::caller::chromium_id());
        let mut command = self.command(&[&origin]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        Client::new(Box::new(input), Box::new(output), Some(child))
    }
}

/// What a command did, with the scene for a failure's message.
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub scene: String,
}

pub fn billfold(desk: &Desk, arguments: &[&str]) -> Done {
    let output = desk.command(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let code = output.status.code().unwrap();
    let scene = format!(
        "$ billfold {}\n-> {code}\nstdout:\n{out}\nstderr:\n{err}\n{}",
        arguments.join(" "),
        desk.scene()
    );
    Done { code, out, err, scene }
}

impl Done {
    #[track_caller]
    pub fn expect(self, code: i32, out: &str) -> Done {
        assert!(self.code == code && self.out.contains(out), "wanted {code} and {out:?}\n{}", self.scene);
        self
    }

    #[track_caller]
    pub fn fails(self, code: i32, err: &str) -> Done {
        assert!(self.code == code && self.err.contains(err), "wanted {code} and {err:?}\n{}", self.scene);
        self
    }

    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.scene))
    }
}

fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The browser's side.
pub struct Client {
    input: Box<dyn Read + Send>,
    output: Option<Box<dyn Write + Send>>,
    pub child: Option<Child>,
    next: u32,
    early: BTreeMap<u32, Reply>,
}

impl Client {
    pub fn new(input: Box<dyn Read + Send>, output: Box<dyn Write + Send>, child: Option<Child>) -> Client {
        Client { input, output: Some(output), child, next: 1, early: BTreeMap::new() }
    }

    pub fn write_raw(&mut self, body: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(body.len()).unwrap().to_ne_bytes();
        let output = self.output.as_mut().unwrap();
        output.write_all(&length)?;
        output.write_all(body)
    }

    pub fn read_raw(&mut self) -> std::io::Result<Answer<Reply>> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let mut body = vec![0; u32::from_ne_bytes(length) as usize];
        self.input.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Sends without waiting.
    pub fn post(&mut self, ask: Request<'_>) -> std::io::Result<u32> {
        let id = self.next;
        self.next += 1;
        let body = serde_json::to_vec(&Ask { id, ask }).unwrap();
        self.write_raw(&body).map(|()| id)
    }

    pub fn wait(&mut self, id: u32) -> std::io::Result<Reply> {
        loop {
            if let Some(reply) = self.early.remove(&id) {
                return Ok(reply);
            }
            let answer = self.read_raw()?;
            let known = answer.id.unwrap_or_else(|| panic!("an answer to nothing: {answer:?}"));
            assert!(self.early.insert(known, answer.answer).is_none(), "two answers to {known}");
        }
    }

    pub fn ask(&mut self, ask: Request<'_>) -> Reply {
        let id = self.post(ask).unwrap();
        self.wait(id).unwrap()
    }

    pub fn hello(mut self) -> Client {
        let reply = self.ask(Request::Hello { protocol: PROTOCOL, extension: "1.2.3".into() });
        assert!(matches!(reply, Reply::Welcome { .. }), "{reply:?}");
        self
    }

    /// Announces a run that asks for everything; the rows to fetch and the settled ones.
    pub fn begin(&mut self, run: &RunId, rows: &[Row]) -> (Vec<u32>, Vec<(u32, Outcome)>) {
        match self.ask(begin(run, rows)) {
            Reply::Plan { fetch, settled, .. } => {
                (fetch, settled.into_iter().map(|end| (end.row, end.outcome)).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    /// Sends a document whole and does not wait for its receipt.
    pub fn post_document(&mut self, run: &RunId, row: u32, bytes: &[u8]) -> std::io::Result<u32> {
        self.post_part(run, (row, Part::Invoice), None, bytes)
    }

    fn post_part(
        &mut self,
        run: &RunId,
        (row, part): (u32, Part),
        file_name: Option<String>,
        bytes: &[u8],
    ) -> std::io::Result<u32> {
        let id = self.post(Request::BeginDocument { run: run.clone(), row, part, file_name })?;
        self.wait(id)?;
        for (seq, bytes) in (0..).zip(bytes.chunks(CHUNK_BYTES)) {
            let id = self.post(Request::Chunk(Chunk { part, ..chunk(run, row, seq, bytes) }))?;
            self.wait(id)?;
        }
        self.post(end_of(run, (row, part), bytes))
    }

    pub fn document(&mut self, run: &RunId, row: u32, bytes: &[u8]) -> Outcome {
        let id = self.post_document(run, row, bytes).unwrap();
        self.outcome(id)
    }

    /// Sends the receipt of a row's invoice.
    pub fn receipt(&mut self, run: &RunId, row: u32, bytes: &[u8]) -> Outcome {
        let name = Some("Receipt-2260-2349.pdf".to_owned());
        let id = self.post_part(run, (row, Part::Receipt), name, bytes).unwrap();
        self.outcome(id)
    }

    fn outcome(&mut self, id: u32) -> Outcome {
        match self.wait(id).unwrap() {
            Reply::Receipt { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        }
    }

    pub fn end(&mut self, run: &RunId) -> Sum {
        match self.ask(Request::EndRun { run: run.clone(), failed: Vec::new(), without_receipt: vec![] }) {
            Reply::Certificate { sum, .. } => sum,
            other => panic!("{other:?}"),
        }
    }

    /// Announces, sends whatever is wanted, and ends.
    pub fn whole_run(&mut self, run: &RunId, rows: &[Row], documents: &[Vec<u8>]) -> Sum {
        let (fetch, _) = self.begin(run, rows);
        for group in fetch.chunks(8) {
            let ids: Vec<u32> = group
                .iter()
                .map(|row| self.post_document(run, *row, &documents[*row as usize]).unwrap())
                .collect();
            for id in ids {
                let reply = self.wait(id).unwrap();
                assert!(matches!(reply, Reply::Receipt { .. }), "{reply:?}");
            }
        }
        self.end(run)
    }

    /// Closes the host's input and waits for its end.
    pub fn hang_up(mut self) -> String {
        self.output = None;
        let mut rest = Vec::new();
        let _ = self.input.read_to_end(&mut rest);
        self.child.take().map(|mut child| child.wait().unwrap().to_string()).unwrap_or_default()
    }
}

pub fn run_id(n: u8) -> RunId {
    RunId::from_random([n; 16])
}

pub fn source() -> Source {
    Source {
        portal: "openai".into(),
        vendor: Some("OpenAI".into()),
        product: Some("openai-api".into()),
        organisation: Some("Nova Labs".into()),
        page: "https://platform.openai.com/settings/organization/billing/history".into(),
    }
}

/// The nth row: a day and an amount of its own.
pub fn row(n: u32) -> Row {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    Row {
        key: RowKey::new(format!("stripe:acct_1ABCDEFGH/_secret{n:026}")),
        document: true,
        number: InvoiceNumber::parse(&format!("AB12CD34-{n:04}")),
        amount: Some(Money { amount: (500 + n).into(), currency: Currency::USD }),
        date: date.checked_add_days(chrono::Days::new(u64::from(n))),
        status: Some("Paid".into()),
        description: None,
    }
}

pub fn rows(count: u32) -> Vec<Row> {
    (0..count).map(row).collect()
}

/// A document of a usual size. Its page is blank, so that it is filed by what its row says.
pub fn pdf(n: u32) -> Vec<u8> {
    let noise: Vec<u8> = (0..32_000u32).map(|at| (at.wrapping_mul(n + 7) >> 3) as u8).collect();
    pdf_with(n, "", &noise)
}

/// A document with a page of its own, and some bytes besides.
pub fn pdf_with(n: u32, page: &str, noise: &[u8]) -> Vec<u8> {
    let noise = [format!("<</Length {}>>\nstream\n", noise.len()).as_bytes(), noise, b"\nendstream"].concat();
    let page = format!("<</Length {}>>\nstream\n{page}\nendstream", page.len());
    let font = |name: &str| format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>");
    let objects: [Vec<u8>; 7] = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>"
            .to_vec(),
        page.into_bytes(),
        font("Helvetica").into_bytes(),
        font("Helvetica-Bold").into_bytes(),
        noise,
    ];
    let mut bytes = format!("%PDF-1.4\n% document {n}\n").into_bytes();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend([format!("{} 0 obj\n", at + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).into_bytes());
    places.iter().for_each(|place| bytes.extend(format!("{place:010} 00000 n \n").into_bytes()));
    let trailer = format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", places.len() + 1);
    bytes.extend(trailer.into_bytes());
    bytes
}

/// A document in Stripe's layout.
#[derive(Clone, Debug)]
pub struct Paper {
    pub title: &'static str,
    pub number: &'static str,
    pub vendor: &'static str,
    pub customer: &'static str,
    /// Of issue; a receipt's is of payment.
    pub date: &'static str,
    /// In US dollars.
    pub amount: &'static str,
    /// What the totals say, where it is another amount.
    pub total: Option<&'static str>,
    pub receipt_number: Option<&'static str>,
    /// What it is for.
    pub line: &'static str,
}

pub fn paper() -> Paper {
    Paper {
        title: "Invoice",
        number: "AB12CD34-0000",
        vendor: "OpenAI OpCo, LLC",
        customer: "Nova Labs",
        date: "January 1, 2026",
        amount: "500.00",
        total: None,
        receipt_number: None,
        line: "API usage credit",
    }
}

impl Paper {
    pub fn pdf(&self) -> Vec<u8> {
        self.pdf_with(b"")
    }

    /// With some bytes besides.
    pub fn pdf_with(&self, noise: &[u8]) -> Vec<u8> {
        let Paper { title, number, vendor, customer, date, amount, receipt_number, .. } = self;
        let is_receipt = receipt_number.is_some();
        let money = format!("${amount}");
        let total = self.total.map_or(money.clone(), |total| format!("${total}"));
        let headline =
            if is_receipt { format!("{money} paid on {date}") } else { format!("{money} USD due {date}") };
        let mut page = String::new();
        let mut put = |font: &str, size: u32, x: u32, y: u32, text: &str| {
            let text = text.replace('(', "\\(").replace(')', "\\)");
            page.push_str(&format!("BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"));
        };
        put("F2", 18, 30, 790, title);
        put("F2", 9, 30, 758, "Invoice number");
        put("F2", 9, 118, 758, number);
        let mut y = 744;
        let receipt = receipt_number.iter().map(|number| ("Receipt number", *number));
        let dates = if is_receipt {
            vec![("Date paid", *date)]
        } else {
            vec![("Date of issue", *date), ("Date due", *date)]
        };
        for (label, value) in receipt.chain(dates) {
            put("F1", 9, 30, y, label);
            put("F1", 9, 118, y, value);
            y -= 14;
        }
        for (x, lines) in
            [(30, [*vendor, "1 Example Street", "United States"]), (230, ["Bill to", *customer, "Ireland"])]
        {
            for (at, line) in (0u32..).zip(lines) {
                put(if at == 0 { "F2" } else { "F1" }, 9, x, 690 - 14 * at, line);
            }
        }
        put("F2", 13, 30, 584, &headline);
        for (x, text) in [(30, "Description"), (330, "Qty"), (420, "Unit price"), (520, "Amount")] {
            put("F1", 8, x, 520, text);
        }
        for (x, text) in [(30, self.line), (330, "1"), (420, &money), (520, &money)] {
            put("F1", 9, x, 494, text);
        }
        let last =
            if is_receipt { ("Amount paid", money.clone()) } else { ("Amount due", format!("{total} USD")) };
        for (at, (label, value)) in (0u32..).zip([("Subtotal", money.clone()), ("Total", total), last]) {
            put("F1", 9, 300, 456 - 18 * at, label);
            put("F1", 9, 520, 456 - 18 * at, &value);
        }
        pdf_with(0, &page, noise)
    }
}

pub fn begin<'a>(run: &RunId, rows: &[Row]) -> Request<'a> {
    let asked = (0..).take(rows.len()).collect();
    Request::BeginRun(BeginRun {
        run: run.clone(),
        source: source(),
        rows: rows.to_vec(),
        asked,
        complete: true,
        receipts: false,
    })
}

pub fn chunk(run: &RunId, row: u32, seq: u32, bytes: &[u8]) -> Chunk<'static> {
    let data = base64::engine::general_purpose::STANDARD.encode(bytes).into();
    Chunk { run: run.clone(), row, part: Part::Invoice, seq, data }
}

pub fn end<'a>(run: &RunId, row: u32, bytes: &[u8]) -> Request<'a> {
    end_of(run, (row, Part::Invoice), bytes)
}

fn end_of<'a>(run: &RunId, (row, part): (u32, Part), bytes: &[u8]) -> Request<'a> {
    let sha256 = billfold_host::archive::hex(&Sha256::digest(bytes));
    let size = u32::try_from(bytes.len()).unwrap();
    Request::EndDocument { run: run.clone(), row, part, size, sha256 }
}
