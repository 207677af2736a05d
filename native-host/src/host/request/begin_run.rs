//! `begin-run`: the whole run at once; what is settled already, and what is to be fetched.

use super::check_limits;
use crate::archive::Trouble;
use crate::host::recognise::{self, Known};
use crate::host::run::Run;
use crate::host::session::{Refusal, Session};
use billfold_core::filing;
use billfold_core::protocol::{BeginRun, Code, Outcome, Reply, Settled};
use std::collections::{BTreeSet, HashSet};

pub(in crate::host) fn begin_run(session: &mut Session, begin: BeginRun) -> Result<Reply, Refusal> {
    check_limits(&begin.source, &begin.rows)?;
    let asked: BTreeSet<u32> = begin.asked.iter().copied().collect();
    if asked.last().is_some_and(|last| usize::try_from(*last).is_ok_and(|last| last >= begin.rows.len())) {
        return Err(Code::UnknownRow.into());
    }
    let config = session.open_writer()?;
    let plan = filing::plan(&config.template, &begin.source, &begin.rows, &config.projects);
    let run = Run::new(begin, asked, plan);
    let name = run.begin.run.clone();
    let (fetch, settled) = announce(session, run)?;
    Ok(Reply::Plan { run: name, fetch, settled })
}

/// Opens a run: what is to be fetched, and what is settled.
pub(in crate::host) fn announce(
    session: &mut Session,
    mut run: Run,
) -> Result<(Vec<u32>, Vec<Settled>), Refusal> {
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
    session.log.line(format_args!(
        "run {} on {}: {} rows, {} asked for, {} to fetch",
        run.begin.run,
        run.begin.source.portal.escape_debug(),
        run.begin.rows.len(),
        run.asked.len(),
        fetch.len()
    ));
    let settled =
        run.outcomes.iter().map(|(&row, outcome)| Settled { row, outcome: outcome.clone() }).collect();
    session.add_run(run);
    Ok((fetch, settled))
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
    let is_first = run.identity(at).is_some_and(|identity| seen.insert(identity));
    Ok(match recognise::row(writer, run, at)? {
        Known::Has(Outcome::Filed) if !is_first => Some(Outcome::AlreadyHad),
        Known::Has(outcome) => Some(outcome),
        Known::New | Known::Changed(_) => None,
    })
}
