//! What a person decides about a document in quarantine. The journal remembers who decided what.

use super::{
    Committed, Decision, Entry, Incoming, Reason, Record, Trouble, Verdict, Writer, commit, recover,
};
use billfold_core::filing::ArchivePath;
use billfold_core::protocol::Code;
use std::fs;
use std::io::Write as _;

/// Names that somebody else may take in the very moment.
const TRIES: usize = 4;

impl Writer {
    /// Files a document that was in quarantine, and says where. `name` gives its place, asked again if that is
    /// taken in the moment.
    pub fn accept(
        &mut self,
        mut record: Record,
        decision: Decision,
        name: impl Fn(&mut Writer, &Record) -> Option<ArchivePath>,
    ) -> Result<ArchivePath, Trouble> {
        let kept = self.layout().place(&record, true);
        let bytes = fs::read(&kept).map_err(Trouble::at(&kept))?;
        if recover::digest(&kept, record.size).as_ref() != Some(&record.sha256) {
            let cause = format!("{} is not the document that was put there", kept.display());
            return Err(Trouble { code: Code::ArchiveUnavailable, cause });
        }
        let filed = self.index().filed(&record.sha256)?;
        let is_there = |filed: &Record| {
            let place = self.layout().place(filed, false);
            recover::digest(&place, filed.size).as_ref() == Some(&filed.sha256)
        };
        let path = match filed {
            // The same bytes are filed for another row: one document with two rows.
            Some(filed) if is_there(&filed) => {
                let total = record.amount.zip(record.currency.as_deref());
                for identity in &record.identities {
                    self.add_identity(&record.sha256, identity)?;
                    self.add_identity(&record.sha256, &super::total_identity(identity, total))?;
                }
                let sha256 = record.sha256.clone();
                self.append(vec![Entry::Decided { sha256, decision }], true)?;
                filed.path
            }
            // Filed and gone: these bytes may be the last, and become the document of both rows.
            gone => {
                record.identities.extend(gone.into_iter().flat_map(|gone| gone.identities));
                record.decision = Some(decision);
                record.filed_at = super::now();
                self.file_accepted(record.clone(), &bytes, name)?
            }
        };
        let _ = fs::remove_file(&kept);
        let _ = fs::remove_file(kept.with_extension("json"));
        Ok(path)
    }

    fn file_accepted(
        &mut self,
        mut record: Record,
        bytes: &[u8],
        name: impl Fn(&mut Writer, &Record) -> Option<ArchivePath>,
    ) -> Result<ArchivePath, Trouble> {
        for _ in 0..TRIES {
            let Some(path) = name(self, &record) else { break };
            record.path = path.clone();
            let mut staged = self.stage()?;
            staged.write_all(bytes)?;
            let barrier = Some(self.start_sync(&staged));
            let incoming = Incoming { staged, barrier, record: record.clone(), quarantine: None };
            match self.commit(vec![incoming]).pop() {
                Some(Committed::Done) => return Ok(path),
                Some(Committed::Failed(trouble)) => return Err(trouble),
                Some(Committed::Taken(_)) | None => {}
            }
        }
        Err(Trouble { code: Code::Internal, cause: "no name is free for it".into() })
    }

    /// Leaves a document in quarantine, for good unless somebody accepts it after all.
    pub fn reject(&mut self, record: &Record, decision: Decision) -> Result<(), Trouble> {
        let reason = decision.reason.clone();
        let record = Record { decision: Some(decision.clone()), ..record.clone() };
        self.append(vec![Entry::Decided { sha256: record.sha256.clone(), decision }], true)?;
        commit::write_record(self.layout(), &record, Some(&reason));
        Ok(())
    }
}

impl Decision {
    /// A person's, now.
    pub fn now(verdict: Verdict, by: String, reason: Reason, note: Option<String>) -> Decision {
        Decision { verdict, by, at: super::now(), reason, note }
    }
}
