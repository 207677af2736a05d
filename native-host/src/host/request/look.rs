//! `look`: which rows are in the archive? Reads only, and needs no lock.

use super::check_limits;
use crate::archive::identity;
use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Reply, Row, Source};

pub(in crate::host) fn look(session: &mut Session, source: &Source, rows: &[Row]) -> Result<Reply, Refusal> {
    check_limits(source, rows)?;
    let opened = match session.writer {
        None => Some(session.reader()?),
        Some(_) => None,
    };
    let index = match (&opened, &session.writer) {
        (Some(archive), _) => archive.index(),
        (None, Some(writer)) => writer.index(),
        (None, None) => return Ok(Reply::Seen { had: Vec::new() }),
    };
    let mut had = Vec::new();
    let mut trouble = None;
    for (at, row) in (0u32..).zip(rows) {
        match index.by_identity(&identity(&row.key)) {
            Ok(Some(document)) if document.quarantined.is_none() => had.push(at),
            Ok(_) => {}
            Err(error) => trouble = Some(error),
        }
    }
    match trouble {
        None => Ok(Reply::Seen { had }),
        Some(trouble) => Err(session.refuse(&trouble)),
    }
}
