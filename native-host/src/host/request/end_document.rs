//! `end-document`: all bytes were sent. The batch that it joins answers it.

use crate::archive::hex;
use crate::host::ingest::Pending;
use crate::host::run::Item;
use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, RunId};
use sha2::Digest;

pub(in crate::host) fn end_document(
    session: &mut Session,
    id: u32,
    run: &RunId,
    item: Item,
    size: u32,
    sha256: &str,
) -> Result<(), Refusal> {
    let Some(transfer) = session.run(run)?.transfers.remove(&item) else {
        return Err(Code::UnknownRow.into());
    };
    let arrived = hex(&transfer.hasher.clone().finalize());
    let flaw = if transfer.size < size {
        Some(Code::Truncated)
    } else if transfer.size != size || arrived != sha256 {
        Some(Code::BytesDiffer)
    } else {
        None
    };
    let barrier = session.writer()?.start_sync(&transfer.staged);
    let (run, sha256) = (run.clone(), arrived);
    session.pending.push(Pending { id, run, item, transfer, sha256, flaw, barrier, looked: None });
    Ok(())
}
