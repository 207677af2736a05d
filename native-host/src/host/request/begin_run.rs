//! `begin-run`: the whole run at once; what is settled already, and what is to be fetched.

use super::check_limits;
use crate::archive::Trouble;
use crate::config::Documents;
use crate::host::recognise::{self, Known};
use crate::host::run::{Item, Run};
use crate::host::session::{Refusal, Session};
use billfold_core::filing;
use billfold_core::protocol::{BeginRun, Code, Outcome, Part, Reply, Settled, Sum};
use std::collections::{BTreeSet, HashSet};

pub(in crate::host) fn begin_run(session: &mut Session, begin: BeginRun) -> Result<Reply, Refusal> {
    check_limits(&begin.source, &begin.rows)?;
    let asked: BTreeSet<u32> = begin.asked.iter().copied().collect();
    if asked.last().is_some_and(|last| usize::try_from(*last).is_ok_and(|last| last >= begin.rows.len())) {
        return Err(Code::UnknownRow.into());
    }
    let config = session.open_writer()?;
    let plan = filing::plan(&config.template, &begin.source, &begin.rows, &config.projects);
    let wants_receipts = config.documents == Documents::Both;
    let run = Run::new(begin, asked, plan);
    let run = if wants_receipts { run.with_receipts() } else { run };
    let name = run.begin.run.clone();
    let Announced { fetch, receipts, receipts_settled, settled } = announce(session, run)?;
    Ok(Reply::Plan { run: name, fetch, receipts, receipts_settled, settled })
}

/// What a run has to fetch, and what is settled.
pub(in crate::host) struct Announced {
    pub(in crate::host) fetch: Vec<u32>,
    receipts: Vec<u32>,
    receipts_settled: Sum,
    settled: Vec<Settled>,
}

/// Opens a run.
pub(in crate::host) fn announce(session: &mut Session, mut run: Run) -> Result<Announced, Refusal> {
    let mut seen = HashSet::new();
    let mut fetch = Vec::new();
    let mut outcomes = std::mem::take(&mut run.outcomes);
    for &row in run.asked.iter() {
        if outcomes.contains_key(&row) {
            continue;
        }
        match known(session, &run, row, &mut seen) {
            Ok(Some(outcome)) => {
                outcomes.insert(row, outcome);
            }
            Ok(None) => fetch.push(row),
            Err(trouble) => return Err(session.refuse(&trouble)),
        }
    }
    run.outcomes = outcomes;
    let receipts = receipts_to_fetch(session, &mut run)?;
    session.log.line(format_args!(
        "run {} on {}: {} rows, {} asked for, {} to fetch, {} receipts",
        run.begin.run,
        run.begin.source.portal.escape_debug(),
        run.begin.rows.len(),
        run.asked.len(),
        fetch.len(),
        receipts.len()
    ));
    let settled =
        run.outcomes.iter().map(|(&row, outcome)| Settled { row, outcome: outcome.clone() }).collect();
    let receipts_settled = run.receipts.iter().flat_map(|receipts| receipts.outcomes.values()).collect();
    session.add_run(run);
    Ok(Announced { fetch, receipts, receipts_settled, settled })
}

/// The rows whose receipts are not there yet.
fn receipts_to_fetch(session: &mut Session, run: &mut Run) -> Result<Vec<u32>, Refusal> {
    let of: Vec<u32> = run.receipts.iter().flat_map(|receipts| receipts.of.iter().copied()).collect();
    let mut fetch = Vec::new();
    for row in of {
        let item = Item { row, part: Part::Receipt };
        let Some(writer) = &mut session.writer else { continue };
        match recognise::item(writer, run, item) {
            Ok(Known::Has(outcome)) => run.ended(item, outcome),
            // Of an invoice that is doubted no receipt is wanted.
            Ok(_) if matches!(run.end(Item::invoice(row)), Some(Outcome::Quarantined { .. })) => {}
            Ok(_) => fetch.push(row),
            Err(trouble) => return Err(session.refuse(&trouble)),
        }
    }
    Ok(fetch)
}

/// The outcome of a row that needs no bytes.
fn known<'a>(
    session: &mut Session,
    run: &'a Run,
    at: u32,
    seen: &mut HashSet<&'a str>,
) -> Result<Option<Outcome>, Trouble> {
    let (Some(row), Some(writer)) = (run.row(at), &mut session.writer) else { return Ok(None) };
    if !row.document {
        return Ok(Some(Outcome::WithoutDocument));
    }
    // Listed twice, an invoice was filed once.
    let item = Item::invoice(at);
    let is_first = run.identity(item).is_some_and(|identity| seen.insert(identity));
    Ok(match recognise::item(writer, run, item)? {
        Known::Has(Outcome::Filed) if !is_first => Some(Outcome::AlreadyHad),
        Known::Has(outcome) => Some(outcome),
        Known::New | Known::Changed(_) => None,
    })
}
