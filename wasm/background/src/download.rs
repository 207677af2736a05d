//! One document from its server to the host, in chunks, without ever being held whole.

use crate::host::Host;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billfold_browser::from_js;
use billfold_core::pace::LONGEST_REST;
use billfold_core::portals;
use billfold_core::protocol::{
    CHUNK_BYTES, Chunk, Code, DOCUMENT_BYTES, Outcome, Part, Reply, Request, RunId,
};
use billfold_core::sniff::{self, pdf_or_why_not};
use billfold_core::stripe::{InvoiceLink, file_name_in_url};
use futures_util::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::pin::Pin;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit, Response,
    WorkerGlobalScope,
};

/// Milliseconds without a byte after which a connection counts as dead.
const SILENCE: u32 = 60_000;

/// Chunks that may be under way to the host unacknowledged.
const WINDOW: usize = 2;

/// Why a document did not arrive.
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) detail: Option<String>,
    /// Another try may help.
    pub(crate) again: bool,
    /// The server asked for less; in milliseconds how much rest, if it said so.
    pub(crate) throttle: Option<Option<f64>>,
    /// There may be no such document at all.
    pub(crate) absent: bool,
}

impl Fault {
    fn last(code: Code) -> Fault {
        Fault { code, detail: None, again: false, throttle: None, absent: false }
    }

    pub(crate) fn passing(code: Code) -> Fault {
        Fault { again: true, ..Fault::last(code) }
    }

    /// The host has died: the row is not to blame, and goes back to the queue.
    pub(crate) fn host_is_gone(&self) -> bool {
        self.code == Code::HostGone
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Fault {
        match code {
            Code::BytesDiffer | Code::ChunkOutOfOrder => Fault::passing(code),
            _ => Fault::last(code),
        }
    }
}

/// Aborts the request when it is dropped before its end.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn within_silence(promise: js_sys::Promise) -> Result<JsValue, Fault> {
    match select(JsFuture::from(promise), TimeoutFuture::new(SILENCE)).await {
        Either::Left((Ok(value), _)) => Ok(value),
        _ => Err(Fault::passing(Code::Network)),
    }
}

/// The link is the credential: no cookie goes along, and nothing is left in the browser's cache.
async fn get(url: &str, abort: &Abort) -> Result<Response, Fault> {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&abort.0.signal()));
    let worker: WorkerGlobalScope = js_sys::global().unchecked_into();
    let response = within_silence(worker.fetch_with_str_and_init(url, &init)).await?;
    let response: Response = response.unchecked_into();
    match response.status() {
        200 => Ok(response),
        429 | 503 => {
            let rest = response.headers().get("retry-after").ok().flatten().and_then(|text| rest(&text));
            let again = rest.is_none_or(|rest| rest <= LONGEST_REST);
            Err(Fault { throttle: Some(rest), again, ..Fault::last(Code::RateLimited) })
        }
        // Stripe's own host takes the link for no good any more.
        401 | 403 | 410 if !response.redirected() => Err(Fault::last(Code::LinkExpired)),
        // The storage host's address is good for ten minutes; with the next redirect comes another one.
        403 => Err(Fault { detail: Some("HTTP 403".to_owned()), ..Fault::passing(Code::HttpStatus) }),
        status => {
            let detail = Some(format!("HTTP {status}"));
            let (again, absent) = (status >= 500, status == 404);
            Err(Fault { detail, again, absent, ..Fault::last(Code::HttpStatus) })
        }
    }
}

/// `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3).
fn rest(text: &str) -> Option<f64> {
    let seconds = text.trim().parse::<f64>().ok().map(|seconds| seconds * 1_000.0);
    let until = || Some(js_sys::Date::parse(text) - js_sys::Date::now()).filter(|rest| rest.is_finite());
    seconds.or_else(until).map(|rest| rest.max(0.0))
}

/// What `invoicedata.stripe.com` says of an invoice's file. The address is null when it is asked too fast.
#[derive(Deserialize)]
struct Stored {
    file_url: Option<String>,
}

/// An answer with a document, and whether it comes from the host where documents lie: there no link expires.
type Served = (Response, bool);

/// The response with a row's document.
async fn request(link: &InvoiceLink, part: Part, abort: &Abort) -> Result<Served, Fault> {
    match part {
        Part::Invoice => invoice(link, abort).await,
        Part::Receipt => receipt(link, abort).await,
    }
}

/// A redirect to a host that the extension may not read fails like a dead line, and does not say which host it was:
/// so then Stripe is asked by another way where the file is.
async fn invoice(link: &InvoiceLink, abort: &Abort) -> Result<Served, Fault> {
    let fault = match get(&link.pdf_url(), abort).await {
        Ok(response) => {
            let is_stored = response.redirected();
            return Ok((response, is_stored));
        }
        Err(fault) if fault.code == Code::Network => fault,
        Err(other) => return Err(other),
    };
    match file_url(&link.file_data_url(), abort).await {
        Ok(Some(url)) => stored(&url, abort).await,
        Ok(None) => Err(too_fast()),
        Err(other) if other.throttle.is_some() => Err(other),
        Err(_) => Err(fault),
    }
}

/// There is no other way to a receipt than to ask where it is.
async fn receipt(link: &InvoiceLink, abort: &Abort) -> Result<Served, Fault> {
    match file_url(&link.receipt_data_url(), abort).await? {
        Some(url) => stored(&url, abort).await,
        None => Err(Fault { absent: true, ..too_fast() }),
    }
}

fn too_fast() -> Fault {
    Fault { throttle: Some(None), ..Fault::passing(Code::RateLimited) }
}

/// Where Stripe says that a file is.
async fn file_url(address: &str, abort: &Abort) -> Result<Option<String>, Fault> {
    let broken = |_| Fault::passing(Code::Network);
    let answer = get(address, abort).await?;
    let text = within_silence(answer.text().map_err(broken)?).await?.as_string().unwrap_or_default();
    if sniff::is_page(text.as_bytes()) {
        return Err(Fault::last(Code::LinkExpired));
    }
    let stored: Stored =
        from_js(js_sys::JSON::parse(&text).map_err(broken)?).map_err(|_| broken(JsValue::NULL))?;
    Ok(stored.file_url)
}

/// The file at the address that Stripe has named.
async fn stored(url: &str, abort: &Abort) -> Result<Served, Fault> {
    if !portals::serves_documents(url) {
        let host = portals::host_of(url).map(str::to_owned);
        return Err(Fault { detail: host, ..Fault::last(Code::RedirectNotPermitted) });
    }
    match get(url, abort).await {
        Ok(response) => Ok((response, true)),
        // It is the storage host's address that has expired, not the link.
        Err(fault) if fault.code == Code::LinkExpired => Err(Fault::passing(Code::HttpStatus)),
        Err(fault) => Err(Fault { absent: false, ..fault }),
    }
}

async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, Fault> {
    let broken = |_| Fault::passing(Code::Truncated);
    let step = match select(JsFuture::from(reader.read()), TimeoutFuture::new(SILENCE)).await {
        Either::Left((step, _)) => step.map_err(broken)?,
        Either::Right(_) => return Err(Fault::passing(Code::Truncated)),
    };
    let done = js_sys::Reflect::get(&step, &"done".into()).map_err(broken)?;
    if done.is_truthy() {
        return Ok(None);
    }
    let value = js_sys::Reflect::get(&step, &"value".into()).map_err(broken)?;
    Ok(Some(js_sys::Uint8Array::new(&value).to_vec()))
}

/// Without a redirect to the file there is only Stripe's own page, which says that the link has expired.
fn expired_or(code: Code, beginning: &[u8]) -> Code {
    if sniff::is_page(beginning) { Code::LinkExpired } else { code }
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, Code>>>>;

/// The host's side of one document.
struct Sink<'a> {
    host: &'a Host,
    run: &'a RunId,
    row: u32,
    part: Part,
    seq: u32,
    unanswered: VecDeque<Answer>,
}

impl Sink<'_> {
    /// Asks, and waits only while too much is under way.
    async fn send(&mut self, request: &Request<'_>) -> Result<(), Fault> {
        self.unanswered.push_back(Box::pin(self.host.ask(request)));
        while self.unanswered.len() > WINDOW
            && let Some(answer) = self.unanswered.pop_front()
        {
            taken(answer.await?)?;
        }
        Ok(())
    }

    async fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let data = Cow::Owned(STANDARD.encode(bytes));
        let chunk = Chunk { run: self.run.clone(), row: self.row, part: self.part, seq: self.seq, data };
        self.seq += 1;
        self.send(&Request::Chunk(chunk)).await
    }
}

fn taken(reply: Reply) -> Result<(), Fault> {
    match reply {
        Reply::Error { code, .. } => Err(code.into()),
        _ => Ok(()),
    }
}

/// A document that is on its way to the archive: its server has done its part.
pub(crate) struct Delivery {
    unanswered: VecDeque<Answer>,
    receipt: Answer,
}

impl Delivery {
    /// Waits for the host's receipt.
    pub(crate) async fn outcome(self) -> Result<Outcome, Fault> {
        for answer in self.unanswered {
            taken(answer.await?)?;
        }
        match self.receipt.await? {
            Reply::Receipt { outcome, .. } => Ok(outcome),
            Reply::Error { code, .. } => Err(code.into()),
            _ => Err(Fault::last(Code::Internal)),
        }
    }
}

/// Fetches a row's document and hands it over, until its last byte is on its way to the host.
pub(crate) async fn document(
    host: &Host,
    run: &RunId,
    (row, part): (u32, Part),
    link: &str,
) -> Result<Delivery, Fault> {
    let link = InvoiceLink::parse(link).ok_or_else(|| Fault::last(Code::Internal))?;
    let abort = Abort(AbortController::new().map_err(|_| Fault::last(Code::Internal))?);
    let (response, is_stored) = request(&link, part, &abort).await?;
    let announced =
        response.headers().get("content-length").ok().flatten().and_then(|text| text.parse::<u32>().ok());
    let file_name = file_name_in_url(&response.url());
    let body = response.body().ok_or_else(|| Fault::last(Code::EmptyDocument))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();

    let mut sink = Sink { host, run, row, part, seq: 0, unanswered: VecDeque::new() };
    let mut digest = Sha256::new();
    let mut size = 0_u32;
    let mut held = Vec::new();
    let mut begun = false;
    loop {
        let piece = read(&reader).await?;
        let ended = piece.is_none();
        if let Some(piece) = piece {
            size = size.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            if size > DOCUMENT_BYTES {
                return Err(Fault::last(Code::TooLarge));
            }
            digest.update(&piece);
            held.extend_from_slice(&piece);
        }
        if !begun && (ended || held.len() >= 1_024) {
            pdf_or_why_not(&held).map_err(|code| if is_stored { code } else { expired_or(code, &held) })?;
            let file_name = file_name.clone();
            sink.send(&Request::BeginDocument { run: run.clone(), row, part, file_name }).await?;
            begun = true;
        }
        while begun && (held.len() >= CHUNK_BYTES || (ended && !held.is_empty())) {
            let rest = held.split_off(held.len().min(CHUNK_BYTES));
            sink.chunk(&std::mem::replace(&mut held, rest)).await?;
        }
        if ended {
            break;
        }
    }
    if announced.is_some_and(|announced| announced != size)
        && response.headers().get("content-encoding").ok().flatten().is_none()
    {
        return Err(Fault::passing(Code::Truncated));
    }
    let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let receipt = Box::pin(host.ask(&Request::EndDocument { run: run.clone(), row, part, size, sha256 }));
    Ok(Delivery { unanswered: sink.unanswered, receipt })
}
