//! `begin-document`: the bytes of one document follow.

use crate::host::run::{Item, Run, Transfer};
use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, Reply, RunId, TEXT_LIMIT};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// Documents on their way in at once, over all runs. The extension sends at most eight.
const TRANSFERS: usize = 64;

pub(in crate::host) fn begin_document(
    session: &mut Session,
    run: RunId,
    item: Item,
    file_name: Option<String>,
) -> Result<Reply, Refusal> {
    let known = session.run(&run)?;
    if !known.wants(item) || known.row(item.row).is_none_or(|row| !row.document) {
        return Err(Code::UnknownRow.into());
    }
    // Begun again, it starts from nothing.
    known.transfers.remove(&item);
    make_room(session);
    let staged = session.writer()?.stage().map_err(|trouble| session.refuse(&trouble))?;
    let file_name = file_name.map(|name| name.chars().filter(|c| !c.is_control()).take(TEXT_LIMIT).collect());
    let begun = Instant::now();
    let transfer = Transfer { staged, hasher: Sha256::new(), size: 0, next: 0, file_name, begun };
    session.run(&run)?.transfers.insert(item, transfer);
    Ok(Reply::Ready { run, row: item.row, next: 0 })
}

/// The extension says nothing of a download that it gave up, so the oldest gives way. Were it alive after all,
/// its next chunk would be refused, and its row sent again.
fn make_room(session: &mut Session) {
    let transfers =
        |run: &Run| run.transfers.iter().map(|(item, transfer)| (transfer.begun, *item)).collect();
    let open: Vec<Vec<(Instant, Item)>> = session.runs.iter().map(transfers).collect();
    if open.iter().map(Vec::len).sum::<usize>() < TRANSFERS {
        return;
    }
    let oldest = open
        .iter()
        .enumerate()
        .flat_map(|(run, open)| open.iter().map(move |(begun, item)| (begun, run, item)));
    if let Some((_, run, item)) = oldest.min()
        && let Some(run) = session.runs.get_mut(run)
    {
        run.transfers.remove(item);
    }
}
