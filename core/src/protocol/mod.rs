//! The messages between content script, service worker and native messaging host. The only definition.
//!
//! ```text
//! content  ── ToBackground ─►  background  ── Ask<Request>  ─►  host
//!          ◄── ToContent ───               ◄── Answer<Reply> ──
//! ```
//!
//! All of it is JSON. Between background and host every [`Ask`] gets exactly one [`Answer`] with the same
//! `id`; answers may come in another order than the asks. Rows are named by their index in
//! [`BeginRun::rows`], so nothing that identifies an invoice travels twice.
//!
//! Bearer links go from page to background and no further; the host gets the bytes, never an address.
//!
//! Limits: a browser accepts at most 1 MiB from a host and sends at most 64 MiB to it; a document travels in
//! chunks of at most [`CHUNK_BYTES`] before base64. No 64-bit integer crosses (see `wasm`).

mod code;
mod outcome;
mod part;
mod rest;
mod row;

pub use code::Code;
pub use outcome::{OfReceipts, Outcome, RowState, Sum};
pub use part::Part;
pub use rest::Rest;
pub use row::{Row, RowKey, Source, TEXT_LIMIT};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The version of everything in this module. Host and extension must agree on it exactly.
pub const PROTOCOL: u32 = 1;

/// The name that the host is registered under.
pub const HOST_NAME: &str = "app.billfold.host";

/// The most bytes of a document in one [`Chunk`], before base64.
pub const CHUNK_BYTES: usize = 512 * 1024;

/// The most bytes of one document.
pub const DOCUMENT_BYTES: u32 = 32 * 1024 * 1024;

/// The most rows in one slice of a listing: a message holds up the page while it is made.
pub const LISTED_ROWS: usize = 500;

/// The most rows of one run: the answer to a run that is all settled stays below a mebibyte.
pub const RUN_ROWS: usize = 16_000;

/// Names one run: 32 hexadecimal digits, drawn at random when the person clicks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

impl RunId {
    /// From sixteen random bytes.
    pub fn from_random(bytes: [u8; 16]) -> RunId {
        RunId(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RunId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<RunId, Self::Error> {
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(RunId(text))
        } else {
            Err("a run is named by 32 lower-case hexadecimal digits")
        }
    }
}

impl From<RunId> for String {
    fn from(run: RunId) -> String {
        run.0
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the background sends to the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask<T> {
    /// Repeated in the answer.
    pub id: u32,
    /// The question.
    pub ask: T,
}

/// What the host sends back. `id` is absent when the message could not be read far enough to find it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The ask that this answers.
    pub id: Option<u32>,
    /// The answer.
    pub answer: T,
}

/// Background to host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request<'a> {
    /// Always first. Answered by [`Reply::Welcome`].
    Hello {
        /// [`PROTOCOL`] of the extension.
        protocol: u32,
        /// The extension's own version, for people.
        extension: String,
    },
    /// Which of these rows are in the archive? Answered by [`Reply::Seen`].
    Look {
        /// Where the rows were listed.
        source: Source,
        /// The rows.
        rows: Vec<Row>,
    },
    /// Announces a run, whole. Also after a host or a browser died, with the same run id: what this run has
    /// filed before is then settled as filed. Answered by [`Reply::Plan`].
    BeginRun(BeginRun),
    /// The bytes of a row's document follow. Begun again, it starts from nothing. Answered by
    /// [`Reply::Ready`].
    BeginDocument {
        /// The run.
        run: RunId,
        /// The row.
        row: u32,
        /// Which of its documents.
        #[serde(default, skip_serializing_if = "Part::is_invoice")]
        part: Part,
        /// The file name that the issuer's server gave (`Invoice-AB12CD34-0007.pdf`).
        file_name: Option<String>,
    },
    /// The next bytes of a document. Answered by [`Reply::Ready`].
    #[serde(borrow)]
    Chunk(Chunk<'a>),
    /// All bytes were sent. Answered by [`Reply::Receipt`] once the document is safely filed, or never will be.
    EndDocument {
        /// The run.
        run: RunId,
        /// The row.
        row: u32,
        /// Which of its documents.
        #[serde(default, skip_serializing_if = "Part::is_invoice")]
        part: Part,
        /// Bytes in all.
        size: u32,
        /// SHA-256 of them, 64 lower-case hexadecimal digits.
        sha256: String,
    },
    /// Nothing more will come for this run. Answered by [`Reply::Certificate`], or by
    /// [`Code::RunOpen`] while a row is unaccounted for.
    EndRun {
        /// The run.
        run: RunId,
        /// The documents that came to nothing on the browser's side.
        failed: Vec<Failure>,
        /// Rows whose issuer has no receipt for them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        without_receipt: Vec<u32>,
    },
}

/// A run as it is announced: every row that the page listed, and which of them are asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginRun {
    /// The run.
    pub run: RunId,
    /// Where the rows were listed.
    pub source: Source,
    /// Every row that the page listed, asked for or not: names depend on all of them.
    pub rows: Vec<Row>,
    /// Indices into `rows`: all of them for "Send all", one for "Send to archive".
    pub asked: Vec<u32>,
    /// Did the page list all that it has? Not, when something still offers more rows and brings none.
    pub complete: bool,
    /// The extension can fetch receipts as well, if the host wants them.
    #[serde(default)]
    pub receipts: bool,
}

/// Some bytes of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chunk<'a> {
    /// The run.
    pub run: RunId,
    /// The row.
    pub row: u32,
    /// Which of its documents.
    #[serde(default, skip_serializing_if = "Part::is_invoice")]
    pub part: Part,
    /// 0, 1, 2, …
    pub seq: u32,
    /// Standard base64 with padding (RFC 4648 section 4) of at most [`CHUNK_BYTES`] bytes.
    #[serde(borrow)]
    pub data: Cow<'a, str>,
}

/// A document of a row that failed before the host had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The row.
    pub row: u32,
    /// Which of its documents.
    #[serde(default, skip_serializing_if = "Part::is_invoice")]
    pub part: Part,
    /// Why.
    pub code: Code,
    /// What helps a person: an HTTP status, a host name. Never a link.
    pub detail: Option<String>,
}

/// Host to background.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The host is there and ready to file.
    Welcome {
        /// [`PROTOCOL`] of the host.
        protocol: u32,
        /// The host's own version, for people.
        host: String,
    },
    /// Of the rows looked at, those that the archive holds, by index.
    Seen {
        /// Indices into the `rows` of the ask.
        had: Vec<u32>,
    },
    /// What remains to be fetched, and what is settled already.
    Plan {
        /// The run.
        run: RunId,
        /// Indices whose documents are wanted.
        fetch: Vec<u32>,
        /// Indices whose receipts are wanted as well, once their documents are there: these may be there already.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        receipts: Vec<u32>,
        /// What became of the other receipts that are wanted.
        #[serde(default)]
        receipts_settled: Sum,
        /// Asked-for rows that are settled: already had, without document, or filed earlier by this same run.
        settled: Vec<Settled>,
    },
    /// A document was begun, or a chunk was taken.
    Ready {
        /// The run.
        run: RunId,
        /// The row.
        row: u32,
        /// The chunk that is expected next.
        next: u32,
    },
    /// What became of a row's document.
    Receipt {
        /// The run.
        run: RunId,
        /// The row.
        row: u32,
        /// Its end.
        outcome: Outcome,
    },
    /// The run is closed and its sum is in the archive's log.
    Certificate {
        /// The run.
        run: RunId,
        /// What became of each asked-for row, counted.
        sum: Sum,
    },
    /// The ask could not be carried out. Nothing that was filed before is affected.
    Error {
        /// Which error, for programs.
        code: Code,
        /// What happened, what was kept and what to do, for people.
        message: String,
    },
}

/// A row with its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The row.
    pub row: u32,
    /// Its end.
    pub outcome: Outcome,
}

/// A content script (one billing page) to the background.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToBackground {
    /// What the page lists now, in slices. Answered by [`ToContent::States`] for the rows that are known, and by
    /// the last news of the open runs that ask for them.
    Listed {
        /// Where.
        source: Source,
        /// The listing's index of the first row in this slice. At 0 a new listing begins.
        from: u32,
        /// At most [`LISTED_ROWS`].
        rows: Vec<Row>,
        /// Was this the last slice?
        last: bool,
    },
    /// The page has turned into a sign-in page.
    SignedOut {
        /// Where.
        source: Source,
    },
    /// The links that the page has now for rows of [`ToContent::Renew`], also without being asked again.
    Links {
        /// Bearer links, as in `Send`.
        links: Vec<(RowKey, String)>,
    },
    /// A person asked for documents. Answered by [`ToContent::Queued`]; without that answer it may be sent
    /// again, with the same run.
    Send {
        /// The run, drawn when the person clicked.
        run: RunId,
        /// Where.
        source: Source,
        /// Every row that the page lists.
        rows: Vec<Row>,
        /// Indices of those asked for.
        asked: Vec<u32>,
        /// Did the page list all that it has?
        complete: bool,
        /// The hosted invoices' addresses, for the asked-for rows that have one, in the order of `asked`.
        /// They are bearer links: kept until their row ends, sent nowhere but to their own server.
        links: Vec<Option<String>>,
    },
    /// A person stopped this page's run. What is filed stays filed.
    Cancel,
    /// A person wants a copy of a page that was not understood. Answered by [`ToContent::Scrubbed`].
    Scrub {
        /// The page as it is.
        html: String,
    },
}

/// The background to a content script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToContent {
    /// Rows whose state is known or has changed.
    States {
        /// By key, because the page may have been listed anew since.
        states: Vec<(RowKey, RowState)>,
    },
    /// A run is in the queue, and will outlive whatever dies now.
    Queued {
        /// The run.
        run: RunId,
    },
    /// A run of this page goes on.
    Progress {
        /// Documents that have reached their end.
        done: u32,
        /// Documents asked for.
        of: u32,
        /// The same for people: "12 of 36 filed". Made here, because every word in a page's script weighs.
        line: String,
    },
    /// A run of this page stands still.
    Resting {
        /// Why.
        rest: Rest,
    },
    /// Links of these rows were refused. Answered by [`ToBackground::Links`] at once, and again whenever the page
    /// lists them with other links.
    Renew {
        /// The rows.
        rows: Vec<RowKey>,
        /// The run waits for rows as well that the page does not list yet: it is to list all it has.
        more: bool,
    },
    /// A run of this page has ended.
    Finished {
        /// Its certificate's sum, for people.
        line: String,
        /// Something in it is left to be looked at or sent again.
        open: bool,
    },
    /// The copy, with what is private replaced.
    Scrubbed {
        /// The page to save.
        html: String,
    },
    /// A run cannot start or go on.
    Trouble {
        /// Why.
        code: Code,
        /// What helps a person.
        detail: Option<String>,
    },
}
