//! `begin-document`: the bytes of one row follow.

use crate::host::run::Transfer;
use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, Reply, RunId, TEXT_LIMIT};
use sha2::{Digest, Sha256};

/// Documents on their way in at once, over all runs. The extension sends at most eight.
const TRANSFERS: usize = 64;

pub(in crate::host) fn begin_document(
    session: &mut Session,
    run: RunId,
    row: u32,
    file_name: Option<String>,
) -> Result<Reply, Refusal> {
    let open: usize = session.runs.iter().map(|run| run.transfers.len()).sum();
    let known = session.run(&run)?;
    if !known.asked.contains(&row) || known.row(row).is_none_or(|row| !row.document) {
        return Err(Code::UnknownRow.into());
    }
    // Begun again, it starts from nothing.
    let was_open = known.transfers.remove(&row).is_some();
    if open >= TRANSFERS && !was_open {
        return Err(Refusal::new(Code::Internal, format!("more than {TRANSFERS} documents at once")));
    }
    let staged = session.writer()?.stage().map_err(|trouble| session.refuse(&trouble))?;
    let file_name = file_name.map(|name| name.chars().filter(|c| !c.is_control()).take(TEXT_LIMIT).collect());
    let transfer = Transfer { staged, hasher: Sha256::new(), size: 0, next: 0, file_name };
    session.run(&run)?.transfers.insert(row, transfer);
    Ok(Reply::Ready { run, row, next: 0 })
}
