//! Files what is there already: PDFs in folders and ZIPs, and what came by mail.
//!
//! Everything is read first, so that all names are known before the first document is filed; then the documents
//! go the way of a run. What is not an invoice, a receipt or a credit note is the person's own and stays where
//! it is, as do the originals of all others. Links in mail are named and never followed, and so are the credit notes
//! and refunds that receipts name.

mod find;
pub mod links;
pub mod mail;
mod named;
mod place;
mod progress;
mod zip;

pub use find::{FoundLink, Origin};
pub use named::Named;
pub use place::Why;
pub use progress::Progress;

use crate::archive::{hex, identity, spread};
use crate::host::{self, File, Imported, Looked, Preview, Refused, Run, Session};
use crate::reader::Reader;
use billfold_core::document::{Document, Reading};
use billfold_core::filing::{self, Kind, vendor_slug};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{BeginRun, Code, Outcome, Row, RowKey, RunId, Source};
use find::Found;
use named::Bearer;
use place::{Opener, Place};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The portal that imported documents come from, in records and certificates.
pub const PORTAL: &str = "import";

/// What is to be imported.
#[derive(Debug)]
pub struct Order {
    /// Files and folders.
    pub asked: Vec<PathBuf>,
    /// Who issued all of it, whatever it says.
    pub vendor: Option<String>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What became of everything.
#[derive(Default)]
pub struct Report {
    /// One for each document that was found, in the order of finding.
    pub files: Vec<Imports>,
    /// Links to documents that the archive does not have.
    pub links: Vec<FoundLink>,
    /// Credit notes and refunds that receipts name.
    pub named: Vec<Named>,
    /// Files that are neither documents nor hold any.
    pub others: u32,
    /// The run, if there was anything to file.
    pub run: Option<RunId>,
}

/// One file, and its end.
#[derive(Debug)]
pub struct Imports {
    /// As the person knows it.
    pub file: String,
    /// What became of it.
    pub end: End,
    /// Where it lies now, or would.
    pub path: Option<String>,
    /// Which document that is.
    pub sha256: Option<String>,
    bearer: Option<Bearer>,
}

/// The end of a file. Each file reaches exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is in the archive now.
    Filed,
    /// It was before, or another file has the same document.
    AlreadyHad,
    /// It is something else, and stays where it is.
    NotAnInvoice(&'static str),
    /// It is kept apart, for a person to look at.
    Quarantined(Code, Option<String>),
    /// There is no document to be had from it.
    Unreadable(Why),
    /// The archive could not take it.
    Failed(Code, Option<String>),
}

/// A file that was read.
struct Read {
    sha256: String,
    size: u32,
    link: Option<RowKey>,
    document: Box<Document>,
}

/// A row's own end, known before the archive is asked.
type Early = Result<Read, End>;

/// Imports. An error is one sentence for the person, and nothing was filed.
pub fn import(
    mut session: Session,
    order: &Order,
    reader: &Reader,
    progress: &Progress<'_>,
) -> Result<Report, String> {
    let sentence = |refused: Refused| match refused.detail {
        Some(detail) => format!("{} ({detail})", refused.code.sentence()),
        None => refused.code.sentence().to_owned(),
    };
    let (_, root) = session.config().map_err(sentence)?;
    let Found { documents, links, receipts, others } = find::find(&order.asked, &root)?;
    let opener = Opener::default();
    progress.begin("reading", documents.len());
    let read: Vec<Early> = spread(&documents, readers(), |(place, why)| {
        let read = match why {
            Some(why) => Err(End::Unreadable(why.clone())),
            None => read(place, &opener, reader),
        };
        progress.step();
        read
    });
    progress.end();
    let places: Vec<Place> = documents.into_iter().map(|(place, _)| place).collect();
    let in_pages = receipts.into_iter().flat_map(named::by_page);
    let in_documents = places.iter().zip(&read).filter_map(|(place, read)| {
        read.as_ref().ok().map(|read| named::by_document(&read.document, &place.name))
    });
    let named: Vec<Named> = in_pages.chain(in_documents.flatten()).collect();
    let mut report = Report { others, ..Report::default() };
    if !places.is_empty() {
        file(&mut session, order, &places, read, &opener, progress, &mut report).map_err(sentence)?;
    }
    report.links = unknown(&mut session, links).map_err(sentence)?;
    report.named = look_up(&mut session, named, &report.files).map_err(sentence)?;
    Ok(report)
}

/// How many documents are read at a time. Reading is a processor's work.
pub fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}

fn read(place: &Place, opener: &Opener, reader: &Reader) -> Early {
    let unreadable = |why: Why| End::Unreadable(why);
    let bytes = opener.open(place).map_err(unreadable)?;
    let not_a_pdf = || unreadable(crate::reader::Unreadable::NotAPdf.into());
    let Looked { link, read } = host::look(&bytes, Some(reader)).map_err(|_| not_a_pdf())?;
    let mut document = read.ok_or_else(not_a_pdf)?.map_err(|reason| unreadable(reason.into()))?;
    let nothing = match (document.reading, document.kind) {
        (Reading::NoText, _) => Some("it has no text, as a scan has none"),
        (_, Kind::NotAnInvoice) => Some("it is not an invoice, a receipt or a credit note"),
        (_, Kind::UsageReport) => Some("it says what was used, and asks for nothing"),
        _ => None,
    };
    if let Some(why) = nothing {
        return Err(End::NotAnInvoice(why));
    }
    document.evidence = Vec::new();
    let link = link.or(document.link.take());
    let size = u32::try_from(bytes.len()).map_err(|_| unreadable(Why::TOO_LARGE))?;
    Ok(Read { sha256: hex(&Sha256::digest(&bytes)), size, link, document: Box::new(document) })
}

/// Files what was read, as a run.
fn file(
    session: &mut Session,
    order: &Order,
    places: &[Place],
    read: Vec<Early>,
    opener: &Opener,
    progress: &Progress<'_>,
    report: &mut Report,
) -> Result<(), Refused> {
    let config = session.open_writer()?;
    let source = Source {
        portal: PORTAL.into(),
        vendor: order.vendor.clone(),
        product: None,
        organisation: None,
        page: String::new(),
    };
    let rows: Vec<Row> = read.iter().map(|read| row(read.as_ref().ok(), order.vendor.as_deref())).collect();
    let named: Vec<filing::Document<'_>> =
        read.iter().map(|read| named(read.as_ref().ok(), order.vendor.as_deref())).collect();
    let plan = filing::plan_known(&config.template, &source, &rows, &named, &config.projects);
    drop(named);
    let run = new_run();
    let asked: BTreeSet<u32> = (0u32..).take(rows.len()).collect();
    let begin = BeginRun {
        run: run.clone(),
        source,
        rows,
        asked: asked.iter().copied().collect(),
        complete: true,
        receipts: false,
    };
    let names = places.iter().map(|place| place.name.clone()).collect();
    let early: BTreeMap<u32, Outcome> =
        (0u32..).zip(&read).filter_map(|(at, read)| Some((at, outcome(read.as_ref().err()?)))).collect();
    let import = Imported { names, vendor: order.vendor.clone() };
    let fetch: BTreeSet<u32> =
        session.announce(Run::new(begin, asked, plan).of_files(import, early))?.into_iter().collect();

    let mut ends: Vec<Option<End>> = Vec::new();
    let mut files: Vec<(usize, File)> = Vec::new();
    let mut hashes: Vec<Option<String>> = Vec::new();
    let bearers: Vec<Option<Bearer>> =
        read.iter().map(|read| read.as_ref().ok().map(|read| Bearer::from(&*read.document))).collect();
    for (at, (read, place)) in read.into_iter().zip(places).enumerate() {
        let row = u32::try_from(at).unwrap_or(u32::MAX);
        hashes.push(read.as_ref().ok().map(|read| read.sha256.clone()));
        match read {
            Err(end) => ends.push(Some(end)),
            Ok(Read { sha256, size, link, document }) => {
                ends.push(None);
                let name = place.own_name.as_ref().map(|name| last(name).to_owned());
                let looked = Looked { link, read: Some(Ok(*document)) };
                files.push((at, File { row, name, sha256, size, looked }));
            }
        }
    }
    // Invoices first: their receipts lie beside them.
    files.retain(|(_, file)| fetch.contains(&file.row));
    files.sort_by_key(|(_, file)| is_receipt(file));
    let mut previews: BTreeMap<u32, Preview> = BTreeMap::new();
    if order.dry_run {
        let files = files.into_iter().map(|(_, file)| file).collect();
        previews = session.preview(&run, files)?.into_iter().map(|preview| (preview.0, preview)).collect();
    } else {
        progress.begin("filing", files.len());
        for (at, file) in files {
            let Some(place) = places.get(at) else { continue };
            match opener.open(place) {
                Ok(bytes) => session.put(&run, file, &bytes)?,
                Err(why) => {
                    if let Some(end) = ends.get_mut(at) {
                        *end = Some(End::Unreadable(why));
                    }
                    session.give_up(&run, file.row)?;
                }
            }
            progress.step();
        }
        progress.end();
    }
    let outcomes = session.outcomes(&run)?;
    let known = ends.into_iter().zip(places).zip(hashes).zip(bearers);
    for (at, (((end, place), sha256), bearer)) in known.enumerate() {
        let row = u32::try_from(at).unwrap_or(u32::MAX);
        let preview = previews.remove(&row);
        let known = preview.as_ref().map(|(_, outcome, _)| outcome).or(outcomes.get(&row));
        let end = end.unwrap_or_else(|| known.map_or(End::Failed(Code::Internal, None), self::end));
        let filed = match (&end, preview) {
            (End::Filed | End::AlreadyHad, None) => session.place_of(&run, row),
            (_, preview) => preview.and_then(|(_, _, path)| Some((sha256.clone()?, path?))),
        };
        let (sha256, path) = match filed {
            Some((sha256, path)) => (Some(sha256), Some(path.to_string())),
            None => (sha256, None),
        };
        let path = path.filter(|_| !matches!(end, End::Quarantined(..)));
        report.files.push(Imports { file: place.name.clone(), end, path, sha256, bearer });
    }
    if !order.dry_run {
        session.certify(&run)?;
        report.run = Some(run);
    }
    Ok(())
}

fn is_receipt(file: &File) -> bool {
    matches!(&file.looked.read, Some(Ok(document)) if document.kind == Kind::Receipt)
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// What the archive's log says of a file that it did not get.
fn outcome(end: &End) -> Outcome {
    match end {
        End::NotAnInvoice(_) => Outcome::WithoutDocument,
        End::Unreadable(why) => {
            Outcome::Failed { code: Code::UnreadableDocument, detail: Some(why.sentence.to_string()) }
        }
        _ => Outcome::Failed { code: Code::Internal, detail: None },
    }
}

fn end(outcome: &Outcome) -> End {
    match outcome {
        Outcome::Filed => End::Filed,
        Outcome::AlreadyHad => End::AlreadyHad,
        Outcome::WithoutDocument => End::NotAnInvoice("it holds no document"),
        Outcome::Quarantined { code, detail } => End::Quarantined(*code, detail.clone()),
        Outcome::Failed { code: Code::BytesDiffer, .. } => End::Unreadable(Why::CHANGED),
        Outcome::Failed { code, detail } => End::Failed(*code, detail.clone()),
    }
}

/// A document as a page would list it.
fn row(read: Option<&Read>, vendor: Option<&str>) -> Row {
    let document = read.map(|read| &*read.document);
    let number = document.and_then(|document| document.number.as_deref());
    Row {
        key: read.map_or_else(|| RowKey::new("none"), |read| key(read, vendor)),
        document: read.is_some(),
        number: number.and_then(InvoiceNumber::parse),
        amount: document.and_then(host::amount),
        date: document.and_then(host::date),
        status: None,
        description: None,
    }
}

/// What tells a document from every other: the invoice that its own link leads to, else issuer, kind and number,
/// else its bytes. A receipt may bear its invoice's link.
fn key(read: &Read, vendor: Option<&str>) -> RowKey {
    let Document { kind, number, receipt_number, vendor: printed, .. } = &*read.document;
    let is_invoice = matches!(kind, Kind::Invoice | Kind::TaxInvoice);
    if let Some(link) = read.link.as_ref().filter(|_| is_invoice) {
        return link.clone();
    }
    let issuer = vendor.or(printed.as_deref()).map(vendor_slug).filter(|issuer| !issuer.is_empty());
    match (issuer, number) {
        (Some(issuer), Some(number)) => {
            let receipt = receipt_number.as_deref().unwrap_or_default();
            RowKey::new(format!("import:{issuer}/{}/{number}/{receipt}", kind.as_str()))
        }
        _ => RowKey::new(format!("import:{}", read.sha256)),
    }
}

fn named<'a>(read: Option<&'a Read>, vendor: Option<&'a str>) -> filing::Document<'a> {
    let Some(Read { document, sha256, .. }) = read else { return filing::Document::default() };
    let mut says = host::says(document);
    says.vendor = vendor.or(says.vendor);
    filing::Document {
        kind: document.kind,
        number: document.number.as_deref(),
        sha256,
        version: 1,
        receipt_number: document.receipt_number.as_deref(),
        says,
        invoice: None,
    }
}

/// Drawn from what does not happen twice.
fn new_run() -> RunId {
    let mut hasher = Sha256::new();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    hasher.update(now.as_nanos().to_be_bytes());
    hasher.update(std::process::id().to_be_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
    RunId::from_random(bytes)
}

/// Links to what the archive does not have, each once.
fn unknown(session: &mut Session, mut links: Vec<FoundLink>) -> Result<Vec<FoundLink>, Refused> {
    if links.is_empty() {
        return Ok(links);
    }
    let archive = session.reader()?;
    let has = |key: &RowKey| {
        let had = archive.index().by_identity(&identity(key)).ok().flatten();
        had.is_some_and(|had| had.quarantined.is_none())
    };
    let mut seen = BTreeSet::new();
    links
        .retain(|FoundLink { link, .. }| !link.key.as_ref().is_some_and(has) && seen.insert(link.leads_to()));
    Ok(links)
}

/// Whether the archive has what receipts name. In a dry run it has what would be filed.
fn look_up(session: &mut Session, named: Vec<Named>, files: &[Imports]) -> Result<Vec<Named>, Refused> {
    if named.is_empty() {
        return Ok(named);
    }
    let filed = files.iter().filter(|file| matches!(file.end, End::Filed | End::AlreadyHad));
    let mut had: Vec<Bearer> = filed.filter_map(|file| file.bearer.clone()).collect();
    let archive = session.reader()?;
    for kind in [Kind::CreditNote, Kind::Refund] {
        let records = archive.index().of_kind(kind.as_str()).map_err(|trouble| session.refuse(&trouble))?;
        had.extend(records.iter().map(Bearer::from));
    }
    Ok(named::looked_up(named, &had))
}
