//! `chunk`: the next bytes of a document, straight to staging.

use crate::archive::Trouble;
use crate::host::run::{Item, Transfer};
use crate::host::session::{Refusal, Session};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use billfold_core::protocol::{CHUNK_BYTES, Chunk, Code, DOCUMENT_BYTES, Reply};
use sha2::Digest;
use std::io::Write;

pub(in crate::host) fn chunk(session: &mut Session, chunk: Chunk<'_>) -> Result<Reply, Refusal> {
    let Chunk { run, row, part, seq, data } = chunk;
    let item = Item { row, part };
    let transfers = &mut session.run(&run)?.transfers;
    let Some(mut transfer) = transfers.remove(&item) else { return Err(Code::UnknownRow.into()) };
    // On any error the transfer stays removed: a document with a hole in it is never filed.
    match append(&mut transfer, seq, &data) {
        Ok(()) => {}
        Err(Stop::Refused(refusal)) => return Err(refusal),
        Err(Stop::Broken(trouble)) => return Err(session.refuse(&trouble)),
    }
    let next = transfer.next;
    session.run(&run)?.transfers.insert(item, transfer);
    Ok(Reply::Ready { run, row, next })
}

enum Stop {
    Refused(Refusal),
    Broken(Trouble),
}

impl<R: Into<Refusal>> From<R> for Stop {
    fn from(refusal: R) -> Stop {
        Stop::Refused(refusal.into())
    }
}

fn append(transfer: &mut Transfer, seq: u32, data: &str) -> Result<(), Stop> {
    if seq != transfer.next {
        let detail = format!("part {seq} came, part {} was next", transfer.next);
        return Err(Refusal::new(Code::ChunkOutOfOrder, detail).into());
    }
    if data.len() > CHUNK_BYTES.div_ceil(3) * 4 {
        return Err(
            Refusal::new(Code::MessageTooLong, format!("a part of more than {CHUNK_BYTES} bytes")).into()
        );
    }
    let bytes = STANDARD.decode(data).map_err(|_| Refusal::new(Code::MessageUnreadable, "not base64"))?;
    let size = u32::try_from(bytes.len()).ok().and_then(|more| transfer.size.checked_add(more));
    transfer.size = size.filter(|size| *size <= DOCUMENT_BYTES).ok_or(Refusal::from(Code::TooLarge))?;
    transfer.next += 1;
    transfer.hasher.update(&bytes);
    transfer.staged.write_all(&bytes).map_err(|error| Stop::Broken(error.into()))
}
