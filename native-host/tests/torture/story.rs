//! The run that is played again and again: what the page lists, what the extension sends, and what has to be
//! in the archive in the end.

use crate::common::{self, Client, Desk, row, run_id};
use billfold_core::protocol::{Code, Failure, Outcome, Part, Reply, Request, Row, RunId, Sum};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;

const TWINS: std::ops::Range<u32> = 6..9;
const WITHOUT_DOCUMENT: u32 = 9;
const FOREIGN: u32 = 10;
const SAME_BYTES: u32 = 11;
const HAD_BEFORE: u32 = 12;
const CUT_OFF: u32 = 13;
const NAME_TAKEN: u32 = 14;
const NAME_TAKEN_LATE: u32 = 15;
const LONG: u32 = 16;
const ROWS: u32 = 17;

/// A long document comes in parts of this size. Each is written at once, however large it is, so that larger ones
/// would take longer and show nothing more.
const PART: usize = 8 << 10;

/// Bytes of files that are nobody's but the person's.
pub const MINE: &[u8] = b"mine";

#[derive(Clone, Debug)]
pub struct Story {
    pub rows: Vec<Row>,
    documents: Vec<Vec<u8>>,
    in_flight: usize,
    /// Nothing is in the archive yet, not even its own folders.
    pub is_first: bool,
}

impl Story {
    pub fn new(in_flight: usize, is_first: bool) -> Story {
        let mut rows: Vec<Row> = (0..ROWS).map(row).collect();
        let mut documents: Vec<Vec<u8>> = (0..ROWS).map(small).collect();
        for twin in TWINS {
            let first = row(TWINS.start);
            let at = twin as usize;
            (rows[at].date, rows[at].amount) = (first.date, first.amount);
        }
        rows[TWINS.end as usize - 1].number = None;
        rows[WITHOUT_DOCUMENT as usize].document = false;
        documents[FOREIGN as usize]
            .extend(b"/URI (https://invoice.stripe.com/i/acct_2OTHER/live_abcdefghijkl?s=pd)");
        documents[SAME_BYTES as usize] = documents[0].clone();
        documents[LONG as usize].resize(PART + 1, b'x');
        Story { rows, documents, in_flight, is_first }
    }

    /// Without the rows whose end depends on another row's. When one of those fails, its bytes may be filed
    /// under the other, and that is right.
    pub fn independent(self) -> Story {
        let mut rows = self.rows;
        rows[SAME_BYTES as usize].document = false;
        Story { rows, ..self }
    }

    /// What was there before the run.
    pub fn prepare(&self, desk: &Desk) {
        if !self.is_first {
            place(desk, NAME_TAKEN);
            let mut client = desk.start().hello();
            let (had, bytes) = (HAD_BEFORE as usize, &self.documents[HAD_BEFORE as usize]);
            let sum = client.whole_run(&run_id(9), &self.rows[had..=had], std::slice::from_ref(bytes));
            assert_eq!(sum.filed, 1, "{}", desk.scene());
            client.hang_up();
        }
    }

    /// Every file of the person's, of which some come only during the run.
    pub fn place_all(&self, desk: &Desk) {
        place(desk, NAME_TAKEN);
        place(desk, NAME_TAKEN_LATE);
    }

    /// What has to be there in the end: every document under its name.
    pub fn truth(&self) -> BTreeMap<String, Vec<u8>> {
        let mut truth = BTreeMap::from([NAME_TAKEN, NAME_TAKEN_LATE].map(|row| (name(row), MINE.to_vec())));
        for (at, row) in (0u32..).zip(&self.rows) {
            let hash = || billfold_host::archive::hex(&Sha256::digest(&self.documents[at as usize]));
            let name = match at {
                SAME_BYTES | FOREIGN | CUT_OFF => continue,
                _ if !row.document => continue,
                NAME_TAKEN | NAME_TAKEN_LATE => numbered(at, &number(at)),
                _ if TWINS.contains(&at) && row.number.is_none() => numbered(TWINS.start, &hash()[..8]),
                _ if TWINS.contains(&at) => numbered(TWINS.start, &number(at)),
                _ => name(at),
            };
            truth.insert(name, self.documents[at as usize].clone());
        }
        truth
    }

    /// How many of this run's documents are in an archive, under whatever name.
    pub fn documents_in(&self, desk: &Desk) -> u32 {
        let mut documents: Vec<Vec<u8>> = self.truth().into_values().collect();
        documents.retain(|bytes| *bytes != MINE);
        if !self.is_first {
            documents.retain(|bytes| *bytes != self.documents[HAD_BEFORE as usize]);
        }
        let there = desk.documents().into_iter().filter(|path| documents.contains(&desk.read(path)));
        there.count() as u32
    }

    pub fn quarantined(&self) -> &[u8] {
        &self.documents[FOREIGN as usize]
    }

    pub fn document(&self, row: u32) -> &[u8] {
        &self.documents[row as usize]
    }

    pub fn sum(&self) -> Sum {
        let without_document = self.rows.iter().filter(|row| !row.document).count() as u32;
        let already_had = u32::from(self.rows[SAME_BYTES as usize].document) + u32::from(!self.is_first);
        let filed = ROWS - without_document - already_had - 2;
        Sum { filed, already_had, without_document, quarantined: 1, failed: 1 }
    }

    /// Plays the extension's part until the run's certificate. An error: the host is gone.
    pub fn play(&self, client: &mut Client, desk: &Desk, run: &RunId) -> io::Result<End> {
        let fetch = match self.begin(client, run)? {
            Reply::Plan { fetch, .. } => fetch,
            Reply::Error { code, .. } => return Ok(End { codes: vec![code], sum: None }),
            other => panic!("{other:?}"),
        };
        let mut codes = Vec::new();
        let mut failed = Vec::new();
        for group in fetch.chunks(self.in_flight) {
            let mut asked = Vec::new();
            for &row in group {
                if row == NAME_TAKEN || row == NAME_TAKEN_LATE {
                    place(desk, row);
                }
                asked.push((row, self.post(client, run, row)?));
            }
            for (row, ids) in asked {
                let mut refused = None;
                for id in ids {
                    match client.wait(id)? {
                        Reply::Receipt { outcome: Outcome::Failed { code, .. }, .. } if row != CUT_OFF => {
                            codes.push(code);
                        }
                        Reply::Receipt { .. } | Reply::Ready { .. } => {}
                        Reply::Error { code, .. } => refused = refused.or(Some(code)),
                        other => panic!("{other:?}"),
                    }
                }
                failed.extend(refused.map(|code| (row, code)));
            }
        }
        codes.extend(failed.iter().map(|(_, code)| *code));
        let failed = failed
            .into_iter()
            .map(|(row, code)| Failure { row, part: Part::Invoice, code, detail: None })
            .collect();
        let id = client.post(Request::EndRun { run: run.clone(), failed, without_receipt: vec![] })?;
        match client.wait(id)? {
            Reply::Certificate { sum, .. } => Ok(End { codes, sum: Some(sum) }),
            Reply::Error { code, .. } => {
                codes.push(code);
                Ok(End { codes, sum: None })
            }
            other => panic!("{other:?}"),
        }
    }

    /// Greets and announces, which opens the archive.
    pub fn begin(&self, client: &mut Client, run: &RunId) -> io::Result<Reply> {
        let hello = Request::Hello { protocol: billfold_core::protocol::PROTOCOL, extension: "1.2.3".into() };
        let id = client.post(hello)?;
        client.wait(id)?;
        let id = client.post(common::begin(run, &self.rows))?;
        client.wait(id)
    }

    /// Sends a row's document without waiting, so that several share a batch; the asks to be answered.
    fn post(&self, client: &mut Client, run: &RunId, row: u32) -> io::Result<Vec<u32>> {
        let bytes = &self.documents[row as usize];
        let mut asks = vec![client.post(Request::BeginDocument {
            run: run.clone(),
            row,
            part: Part::Invoice,
            file_name: None,
        })?];
        let sent = if row == CUT_OFF { &bytes[..bytes.len() / 2] } else { bytes };
        for (seq, part) in (0..).zip(sent.chunks(PART)) {
            asks.push(client.post(Request::Chunk(common::chunk(run, row, seq, part)))?);
        }
        asks.push(client.post(common::end(run, row, bytes))?);
        Ok(asks)
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct End {
    /// Everything that was refused or failed, but for what the story wants so.
    pub codes: Vec<Code>,
    pub sum: Option<Sum>,
}

/// A document of a few kilobytes.
fn small(n: u32) -> Vec<u8> {
    common::pdf_with(n, "", &vec![b'.'; 2_000])
}

fn number(row: u32) -> String {
    format!("AB12CD34-{row:04}")
}

fn name(n: u32) -> String {
    let row = row(n);
    let (date, amount) = (row.date.unwrap(), row.amount.unwrap().amount);
    format!("openai/2026/{date}_openai-api_project-nova_${amount}.pdf")
}

fn numbered(n: u32, end: &str) -> String {
    name(n).replace(".pdf", &format!("_{end}.pdf"))
}

/// Puts a file of the person's where a document would have gone.
fn place(desk: &Desk, row: u32) {
    let path = desk.archive().join(name(row));
    if !path.exists() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, MINE).unwrap();
    }
}
