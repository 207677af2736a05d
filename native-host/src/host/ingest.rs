//! From documents that have arrived to receipts: read, checked, recognised, named, filed, a batch at a time.

use super::check::{self, Checked};
use super::recognise::{self, Known, Lesson};
use super::run::{Item, Run, Transfer};
use super::session::{Refusal, Session};
use crate::archive::{Barrier, Committed, Incoming, Reason, Record, Trouble, Writer, identity, spread};
use crate::reader::{Reader, Unreadable};
use billfold_core::document;
use billfold_core::filing::{ArchivePath, Document, Kind};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Answer, Code, Outcome, Part, Reply, Row, RowKey, RunId};
use billfold_core::stripe::embedded_link;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Rounds that bring nobody to an end, because somebody takes each name in the very moment.
const ROUNDS: usize = 4;

/// Documents that are read at once, each in another process, while others are on their way to the disk.
pub const READERS: usize = 2;

/// A document whose bytes are all here.
pub(crate) struct Pending {
    pub(crate) id: u32,
    pub(crate) run: RunId,
    pub(crate) item: Item,
    pub(crate) transfer: Transfer,
    pub(crate) sha256: String,
    /// It is not what was sent.
    pub(crate) flaw: Option<Code>,
    pub(crate) barrier: Barrier,
    /// What was found in it, if somebody has looked already.
    pub(crate) looked: Option<Looked>,
}

/// What a document's bytes say, whatever its row is.
#[derive(Clone, Debug)]
pub(crate) struct Looked {
    /// Where the link in it leads to.
    pub(crate) link: Option<RowKey>,
    /// What is written in it. None: nobody reads here.
    pub(crate) read: Option<Result<document::Document, Unreadable>>,
}

/// Looks into a document: nothing but a PDF is read.
pub(crate) fn look(bytes: &[u8], reader: Option<&Reader>) -> Result<Looked, Code> {
    check::sniff(bytes)?;
    let link = embedded_link(bytes).map(|link| link.identity().key());
    Ok(Looked { link, read: reader.map(|reader| reader.read_bytes(bytes)) })
}

/// A document that could not be read back, or one that is none, or what is in it.
type Look = Result<Result<Looked, Code>, Trouble>;

fn look_into(file: &Path, reader: Option<&Reader>) -> Look {
    Ok(look(&std::fs::read(file)?, reader))
}

/// A document that is one and may be filed.
struct Candidate {
    owner: Owner,
    staged: NamedTempFile,
    barrier: Option<Barrier>,
    size: u32,
    sha256: String,
    file_name: Option<String>,
    checked: Checked,
}

/// Who waits for the receipt.
#[derive(Clone)]
struct Owner {
    id: u32,
    run: RunId,
    item: Item,
}

impl Session {
    /// Files what is pending, and answers for each.
    pub(super) fn settle(&mut self, answers: &mut Vec<Answer<Reply>>) {
        let mut ends: Vec<(Owner, Outcome)> = Vec::new();
        let mut candidates = Vec::new();
        let pending = std::mem::take(&mut self.pending);
        let pending = self.read_all(pending);
        for (pending, looked) in pending {
            let owner = Owner { id: pending.id, run: pending.run.clone(), item: pending.item };
            match self.examine(pending, looked, owner.clone()) {
                Ok(candidate) => candidates.push(candidate),
                Err(outcome) => ends.push((owner, outcome)),
            }
        }
        let mut in_vain = 0;
        while !candidates.is_empty() && in_vain < ROUNDS {
            let before = candidates.len();
            candidates = self.file(candidates, &mut ends);
            in_vain += usize::from(candidates.len() == before);
        }
        for candidate in candidates {
            ends.push((candidate.owner, failed(Code::ArchiveUnavailable)));
        }
        for (Owner { id, run, item }, outcome) in ends {
            if let Ok(open) = self.run(&run) {
                open.ended(item, outcome.clone());
            }
            answers.push(Answer { id: Some(id), answer: Reply::Receipt { run, row: item.row, outcome } });
        }
    }

    /// Looks into what nobody has looked into yet, several at a time.
    fn read_all(&self, pending: Vec<Pending>) -> Vec<(Pending, Look)> {
        let is_unread = |pending: &Pending| pending.looked.is_none() && pending.flaw.is_none();
        let files: Vec<Option<PathBuf>> = pending
            .iter()
            .map(|pending| is_unread(pending).then(|| pending.transfer.staged.path().to_owned()))
            .collect();
        let reader = self.reader_of_documents.as_ref();
        let looked = spread(&files, READERS, |file| file.as_deref().map(|file| look_into(file, reader)));
        let known = |pending: &mut Pending| {
            let nothing = Looked { link: None, read: None };
            Ok(Ok(pending.looked.take().unwrap_or(nothing)))
        };
        let each = pending.into_iter().zip(looked);
        each.map(|(mut pending, looked)| {
            let looked = looked.unwrap_or_else(|| known(&mut pending));
            (pending, looked)
        })
        .collect()
    }

    /// Checks a document against its row.
    fn examine(&mut self, pending: Pending, looked: Look, owner: Owner) -> Result<Candidate, Outcome> {
        let Pending { transfer: Transfer { staged, size, file_name, .. }, sha256, flaw, barrier, .. } =
            pending;
        if let Some(code) = flaw {
            return Err(failed(code));
        }
        let looked = looked.map_err(|trouble| self.fail(&trouble))?;
        let looked = looked.map_err(failed)?;
        let checked = self.judge(&owner.run, owner.item, looked, file_name.as_deref())?;
        Ok(Candidate { owner, staged, barrier: Some(barrier), size, sha256, file_name, checked })
    }

    /// Checks what was found in a document against its row, and against other invoices that are known.
    pub(super) fn judge(
        &mut self,
        run_id: &RunId,
        item: Item,
        looked: Looked,
        file_name: Option<&str>,
    ) -> Result<Checked, Outcome> {
        let Looked { link, read } = looked;
        let invoice = match item.part {
            Part::Invoice => None,
            Part::Receipt => self.invoice_of(run_id, item.row),
        };
        let run = self.run(run_id).map_err(|refusal| failed(refusal.code))?;
        let mut row = run.row(item.row).ok_or(failed(Code::UnknownRow))?.clone();
        if row.number.is_none() {
            row.number = invoice.and_then(|invoice| InvoiceNumber::parse(&invoice.number?));
        }
        // Servers name documents by their numbers, people by whatever they like.
        let is_telling = |name: &&str| run.import.is_none() || check::is_stripes_name(name);
        let mut checked = check::check(read, link, &row, item.part, file_name.filter(is_telling));
        let is_anothers = matches!(&checked.misfit, Some(reason) if reason.code == Code::OtherAccount);
        let other = checked.other_key.take().filter(|_| !is_anothers);
        if let Some(key) = other {
            let listed = run.begin.rows.iter().find(|other| other.key == key).map(super::run::name);
            let known = match listed {
                Some(name) => Some(name),
                None => self.filed_under(&key).map_err(|trouble| self.fail(&trouble))?,
            };
            checked.misfit = known.map(|name| check::belongs_to(name, &row)).or(checked.misfit);
        }
        if let Some(reason) = checked.not_read {
            self.log.line(format_args!("row {} of run {run_id}: not read: {reason}", item.row));
        }
        Ok(checked)
    }

    /// An error may have hidden that a document was filed.
    pub(super) fn look_again(&mut self, run: &RunId) -> Result<(), Refusal> {
        for item in self.run(run)?.failed() {
            if let Some(outcome) = self.done(run, item) {
                self.run(run)?.ended(item, outcome);
            }
        }
        Ok(())
    }

    /// The invoice of a row, filed.
    fn invoice_of(&mut self, run: &RunId, row: u32) -> Option<Record> {
        let (writer, run) = self.parts(run)?;
        invoice_of(writer, run, row)
    }

    /// How a person would name the filed invoice with a key, if there is one.
    fn filed_under(&self, key: &RowKey) -> Result<Option<String>, Trouble> {
        let Some(writer) = &self.writer else { return Ok(None) };
        let Some(had) = writer.index().by_identity(&identity(key))? else { return Ok(None) };
        let record = writer.index().filed(&had.sha256)?;
        Ok(record.map(|record| record.number.unwrap_or_else(|| record.path.to_string())))
    }

    /// One round: what is known already ends, the rest is named and committed together. What has to wait
    /// for the next round is returned.
    fn file(&mut self, candidates: Vec<Candidate>, ends: &mut Vec<(Owner, Outcome)>) -> Vec<Candidate> {
        let mut wait = Vec::new();
        let mut batch = Vec::new();
        let mut owners = Vec::new();
        let mut bytes: HashSet<String> = HashSet::new();
        let mut keys: HashSet<String> = HashSet::new();
        let mut numbers: HashSet<String> = HashSet::new();
        let mut names: HashSet<String> = HashSet::new();
        for candidate in candidates {
            if let Err(refusal) = self.writer() {
                ends.push((candidate.owner, failed(refusal.code)));
                continue;
            }
            let Some((writer, run)) = self.parts(&candidate.owner.run) else {
                ends.push((candidate.owner, failed(Code::UnknownRun)));
                continue;
            };
            let Some(identity) = run.identity(candidate.owner.item).map(str::to_owned) else {
                ends.push((candidate.owner, failed(Code::UnknownRow)));
                continue;
            };
            // Twins in one batch: the second one is recognised once the first is filed.
            let number = series(&candidate.checked);
            let is_twin = bytes.contains(&candidate.sha256)
                || keys.contains(&identity)
                || number.as_ref().is_some_and(|number| numbers.contains(number));
            if is_twin {
                wait.push(candidate);
                continue;
            }
            let (item, sha256) = (candidate.owner.item, &candidate.sha256);
            let known = recognise::document(writer, run, item, sha256, &candidate.checked);
            match known.and_then(|(known, lessons)| learn(writer, lessons).map(|()| known)) {
                Ok(Known::Has(outcome)) => ends.push((candidate.owner, run.recognised(item, outcome))),
                Ok(known) => {
                    bytes.insert(candidate.sha256.clone());
                    keys.insert(identity.clone());
                    numbers.extend(number);
                    let Candidate { owner, staged, barrier, size, sha256, file_name, checked } = candidate;
                    let before = if let Known::Changed(before) = known { Some(*before) } else { None };
                    let about = About { size, sha256, file_name, identity, checked: &checked, before };
                    let ours = batch.iter().filter(|incoming: &&Incoming| incoming.quarantine.is_none());
                    let ours: Vec<&Record> = ours.map(|incoming| &incoming.record).collect();
                    match record(writer, run, owner.item, about, &names, &ours) {
                        Some(record) => {
                            names.insert(record.path.folded());
                            let quarantine = checked.misfit.clone();
                            batch.push(Incoming { staged, barrier, record, quarantine });
                            owners.push((owner, checked));
                        }
                        None => ends.push((owner, failed(Code::Internal))),
                    }
                }
                Err(trouble) => ends.push((candidate.owner, self.fail(&trouble))),
            }
        }
        if batch.is_empty() {
            return wait;
        }
        let committed = match self.writer() {
            Ok(writer) => writer.commit(batch),
            Err(Refusal { code, .. }) => {
                ends.extend(owners.into_iter().map(|(owner, _)| (owner, failed(code))));
                return wait;
            }
        };
        let mut unclear = Vec::new();
        for ((owner, checked), end) in owners.into_iter().zip(committed) {
            match end {
                Committed::Done => {
                    self.count(&owner, &checked);
                    ends.push((owner, end_of(checked.misfit)));
                }
                Committed::Taken(incoming) => {
                    let Incoming { staged, record, .. } = *incoming;
                    let size = u32::try_from(record.size).unwrap_or(u32::MAX);
                    let (sha256, file_name) = (record.sha256, record.file_name);
                    let barrier = None;
                    wait.push(Candidate { owner, staged, barrier, size, sha256, file_name, checked });
                }
                Committed::Failed(trouble) => {
                    let outcome = self.fail(&trouble);
                    unclear.push((owner, outcome));
                }
            }
        }
        for (owner, outcome) in unclear {
            let outcome = self.done(&owner.run, owner.item).unwrap_or(outcome);
            ends.push((owner, outcome));
        }
        wait
    }

    /// What this very run has made of a document, as the archive has it.
    pub(super) fn done(&mut self, run: &RunId, item: Item) -> Option<Outcome> {
        self.writer().ok()?;
        let (writer, run) = self.parts(run)?;
        let had = writer.index().by_identity(run.identity(item)?).ok()??;
        recognise::is_by(&had, run).then(|| end_of(had.quarantined))
    }

    pub(super) fn parts(&mut self, run: &RunId) -> Option<(&mut Writer, &Run)> {
        let run = self.runs.iter().find(|open| open.begin.run == *run)?;
        Some((self.writer.as_mut()?, run))
    }

    pub(super) fn fail(&mut self, trouble: &Trouble) -> Outcome {
        failed(self.refuse(trouble).code)
    }

    fn count(&mut self, owner: &Owner, checked: &Checked) {
        if let Ok(run) = self.run(&owner.run) {
            run.note_filed(owner.item);
            run.links_equal += u32::from(checked.notes.iter().any(|note| note == check::LINK_EQUAL));
            run.links_differ += u32::from(checked.notes.iter().any(|note| note == check::LINK_DIFFERS));
        }
    }
}

pub(super) fn failed(code: Code) -> Outcome {
    Outcome::Failed { code, detail: None }
}

pub(super) fn end_of(misfit: Option<Reason>) -> Outcome {
    match misfit {
        None => Outcome::Filed,
        Some(reason) => Outcome::Quarantined { code: reason.code, detail: reason.detail() },
    }
}

/// Documents that are no twins though they bear one number: an invoice and its receipts.
fn series(checked: &Checked) -> Option<String> {
    let receipt = checked.receipt_number().unwrap_or_default();
    Some(format!("{} {receipt} {}", checked.kind().as_str(), checked.number.as_ref()?))
}

fn learn(writer: &mut Writer, lessons: Vec<Lesson>) -> Result<(), Trouble> {
    lessons.into_iter().try_for_each(|(sha256, identity)| writer.add_identity(&sha256, &identity))
}

pub(super) struct About<'a> {
    pub(super) size: u32,
    pub(super) sha256: String,
    pub(super) file_name: Option<String>,
    pub(super) identity: String,
    pub(super) checked: &'a Checked,
    /// The version that it replaces.
    pub(super) before: Option<Record>,
}

/// What will be known of a document, its place included.
pub(super) fn record(
    writer: &mut Writer,
    run: &Run,
    item: Item,
    about: About<'_>,
    names: &HashSet<String>,
    batch: &[&Record],
) -> Option<Record> {
    let row: &Row = run.row(item.row)?;
    let at = usize::try_from(item.row).ok()?;
    let About { checked, before, .. } = about;
    let source = &run.begin.source;
    let number = checked.number.as_deref();
    let its_own = match item.part {
        Part::Invoice => None,
        Part::Receipt => invoice_of(writer, run, item.row).map(|invoice| invoice.path),
    };
    let invoice = its_own.or_else(|| beside(writer, checked, source.vendor.as_deref(), batch));
    let version = before.as_ref().map_or(1, |before| before.version.saturating_add(1));
    let mut says = checked.says();
    let mut vendor = checked.vendor(source.vendor.as_deref());
    if let Some(said) = run.vendor_said() {
        says.vendor = Some(said);
        vendor = Some(said.to_owned());
    }
    let document = Document {
        kind: checked.kind(),
        number,
        sha256: &about.sha256,
        version,
        receipt_number: checked.receipt_number(),
        says,
        invoice: invoice.as_ref(),
    };
    let writer = std::cell::RefCell::new(writer);
    let is_taken = |path: &ArchivePath| names.contains(&path.folded()) || writer.borrow_mut().is_taken(path);
    // Lost from its place, it goes back there.
    let lost = writer.borrow().index().filed(&about.sha256).ok().flatten();
    let lost = lost.filter(|lost| !writer.borrow_mut().is_on_disk(&lost.path));
    let path = match &lost {
        Some(lost) => lost.path.clone(),
        None => run.plan.name(at, &document, is_taken)?,
    };
    let total = recognise::total_identity(&about.identity, row);
    let mut identities = vec![about.identity];
    identities.extend(lost.into_iter().flat_map(|lost| lost.identities));
    let mut notes = checked.notes.clone();
    if before.is_some() {
        identities.push(total);
        notes.push(recognise::VENDOR_CHANGED.into());
    }
    let mut seen = HashSet::new();
    identities.retain(|identity| seen.insert(identity.clone()));
    let amount = says.amount.or(row.amount);
    Some(Record {
        schema: crate::archive::SCHEMA,
        size: u64::from(about.size),
        path,
        kind: document.kind,
        vendor,
        product: run.plan.product(at, &document),
        project: run.plan.project(at, &document),
        organisation: source.organisation.clone().or_else(|| says.customer.map(Into::into)),
        number: number.map(Into::into),
        date: says.date.or(row.date),
        amount: amount.map(|money| money.amount),
        currency: amount.map(|money| money.currency.into()),
        status: row.status.clone(),
        description: row.description.clone(),
        identities,
        notes,
        run: run.begin.run.to_string(),
        portal: source.portal.clone(),
        page: source.page.clone(),
        filed_at: crate::archive::now(),
        file_name: about.file_name,
        version,
        replaces: before.map(|before| before.sha256),
        decision: None,
        read: checked.read.clone(),
        sha256: about.sha256,
    })
}

/// The invoice of a row, filed.
fn invoice_of(writer: &Writer, run: &Run, row: u32) -> Option<Record> {
    let had = writer.index().by_identity(run.identity(Item::invoice(row))?).ok()??;
    writer.index().filed(&had.sha256).ok()?
}

/// Where a receipt's invoice lies, or is about to.
fn beside(writer: &Writer, checked: &Checked, page: Option<&str>, batch: &[&Record]) -> Option<ArchivePath> {
    let number = checked.number.as_deref().filter(|_| checked.kind() == Kind::Receipt)?;
    let issuers = checked.issuers(page);
    let is_its_invoice = |record: &Record| {
        record.kind == Kind::Invoice
            && record.number.as_deref() == Some(number)
            && record.issuer().is_some_and(|issuer| issuers.contains(&issuer))
    };
    let filed_with = batch.iter().find(|record| is_its_invoice(record)).map(|record| record.path.clone());
    // An index that cannot answer costs the place beside it, and nothing worse.
    let filed = || recognise::invoice_of(writer, &issuers, number).ok().flatten().map(|record| record.path);
    filed_with.or_else(filed)
}
