//! A run whose rows are files on this machine: the same steps, asked for by the command line instead of by
//! messages.

use super::ingest::{About, Looked, Pending, end_of, failed, record};
use super::recognise::{self, Known};
use super::request;
use super::run::{Item, Run, Transfer};
use super::session::{Refusal, Session};
use crate::archive::{Record, hex};
use billfold_core::filing::ArchivePath;
use billfold_core::protocol::{Code, Outcome, Reply, RunId, Sum};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;
use std::time::Instant;

/// Documents that share one batch. They are all here, so there is no reason to hurry.
const BATCH: usize = 64;

/// A file with what was found in it.
pub(crate) struct File {
    pub(crate) row: u32,
    pub(crate) name: Option<String>,
    pub(crate) sha256: String,
    pub(crate) size: u32,
    pub(crate) looked: Looked,
}

/// What would become of a row, and the name that it would get.
pub(crate) type Preview = (u32, Outcome, Option<ArchivePath>);

impl Session {
    /// Opens a run: the rows whose files are wanted.
    pub(crate) fn announce(&mut self, run: Run) -> Result<Vec<u32>, Refusal> {
        Ok(request::announce(self, run)?.fetch)
    }

    /// Files one more, as soon as there are enough for a batch. Bytes that are not those that were looked into
    /// are not filed.
    pub(crate) fn put(&mut self, run: &RunId, file: File, bytes: &[u8]) -> Result<(), Refusal> {
        let File { row, name, sha256, size, looked } = file;
        if hex(&Sha256::digest(bytes)) != sha256 {
            let outcome = failed(Code::BytesDiffer);
            self.run(run)?.outcomes.insert(row, outcome);
            return Ok(());
        }
        let staged = self.writer()?.stage().and_then(|mut staged| {
            staged.write_all(bytes)?;
            Ok(staged)
        });
        let staged = match staged {
            Ok(staged) => staged,
            Err(trouble) => {
                let outcome = self.fail(&trouble);
                self.run(run)?.outcomes.insert(row, outcome);
                return Ok(());
            }
        };
        let barrier = self.writer()?.start_sync(&staged);
        let hasher = Sha256::new();
        let transfer = Transfer { staged, hasher, size, next: 0, file_name: name, begun: Instant::now() };
        let (run, looked) = (run.clone(), Some(looked));
        let item = Item::invoice(row);
        self.pending.push(Pending { id: row, run, item, transfer, sha256, flaw: None, barrier, looked });
        if self.pending.len() >= BATCH {
            self.settle(&mut Vec::new());
        }
        Ok(())
    }

    /// A file that cannot be had any more.
    pub(crate) fn give_up(&mut self, run: &RunId, row: u32) -> Result<(), Refusal> {
        self.run(run)?.outcomes.insert(row, failed(Code::UnreadableDocument));
        Ok(())
    }

    /// What has become of the rows so far.
    pub(crate) fn outcomes(&mut self, run: &RunId) -> Result<BTreeMap<u32, Outcome>, Refusal> {
        self.settle(&mut Vec::new());
        self.look_again(run)?;
        Ok(self.run(run)?.outcomes.clone())
    }

    /// Where a row's document lies, and which it is.
    pub(crate) fn place_of(&mut self, run: &RunId, row: u32) -> Option<(String, ArchivePath)> {
        let (writer, run) = self.parts(run)?;
        let had = writer.index().by_identity(run.identity(Item::invoice(row))?).ok()??;
        let record = writer.index().filed(&had.sha256).ok()??;
        Some((record.sha256, record.path))
    }

    /// Ends a run with its certificate.
    pub(crate) fn certify(&mut self, run: &RunId) -> Result<Sum, Refusal> {
        match request::end_run(self, run, Vec::new(), &[])? {
            Reply::Certificate { sum, .. } => Ok(sum),
            _ => Err(Code::Internal.into()),
        }
    }

    /// What would become of files. Nothing is written.
    pub(crate) fn preview(&mut self, run: &RunId, files: Vec<File>) -> Result<Vec<Preview>, Refusal> {
        let mut previews = Vec::new();
        let mut records: Vec<Record> = Vec::new();
        let mut names = HashSet::new();
        for File { row, name, sha256, size, looked } in files {
            let item = Item::invoice(row);
            let checked = match self.judge(run, item, looked, name.as_deref()) {
                Ok(checked) => checked,
                Err(outcome) => {
                    previews.push((row, outcome, None));
                    continue;
                }
            };
            let (writer, open) = self.parts(run).ok_or(Refusal::from(Code::UnknownRun))?;
            let identity = open.identity(item).unwrap_or_default().to_owned();
            let known = recognise::document(writer, open, item, &sha256, &checked);
            let known = match known {
                Ok((known, _)) => known,
                Err(trouble) => return Err(self.refuse(&trouble)),
            };
            let before = match known {
                Known::New if checked.misfit.is_none() => {
                    open.row(row).map_or(Known::New, |row| recognise::among(&records, row, &sha256, &checked))
                }
                known => known,
            };
            let before = match before {
                Known::Has(outcome) => {
                    previews.push((row, outcome, None));
                    continue;
                }
                Known::Changed(before) => Some(*before),
                Known::New => None,
            };
            let about = About { size, sha256, file_name: name, identity, checked: &checked, before };
            let filed: Vec<&Record> = records.iter().collect();
            let record = record(writer, open, item, about, &names, &filed);
            let place = record.as_ref().map(|record| record.path.clone());
            if let Some(record) = record.filter(|_| checked.misfit.is_none()) {
                names.insert(record.path.folded());
                records.push(record);
            }
            previews.push((row, end_of(checked.misfit), place));
        }
        Ok(previews)
    }
}
