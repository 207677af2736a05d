//! `begin-run`: the whole run at once; what is settled already, and what is to be fetched.

use super::check_limits;
use crate::archive::{Trouble, identity};
use crate::host::recognise::{self, Known};
use crate::host::run::Run;
use crate::host::session::{Refusal, Session};
use billfold_core::filing;
use billfold_core::protocol::{BeginRun, Code, Outcome, Reply, Settled};
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(in crate::host) fn begin_run(session: &mut Session, begin: BeginRun) -> Result<Reply, Refusal> {
    check_limits(&begin.source, &begin.rows)?;
    let asked: BTreeSet<u32> = begin.asked.iter().copied().collect();
    if asked.last().is_some_and(|last| usize::try_from(*last).is_ok_and(|last| last >= begin.rows.len())) {
        return Err(Code::UnknownRow.into());
    }
    let config = session.open_writer()?;
    let mut run = Run {
        plan: filing::plan(&config.template, &begin.source, &begin.rows, &config.projects),
        identities: begin.rows.iter().map(|row| identity(&row.key)).collect(),
        begin,
        asked,
        outcomes: BTreeMap::new(),
        transfers: BTreeMap::new(),
        links_equal: 0,
        links_differ: 0,
    };
    let mut seen = HashSet::new();
    let mut fetch = Vec::new();
    let mut outcomes = BTreeMap::new();
    for &row in &run.asked {
        match known(session, &run, row, &mut seen) {
            Ok(Some(outcome)) => {
                outcomes.insert(row, outcome);
            }
            Ok(None) => fetch.push(row),
            Err(trouble) => return Err(session.refuse(&trouble)),
        }
    }
    run.outcomes = outcomes;
    let name = run.begin.run.clone();
    session.log.line(format_args!(
        "run {name} on {}: {} rows, {} asked for, {} to fetch",
        run.begin.source.portal.escape_debug(),
        run.begin.rows.len(),
        run.asked.len(),
        fetch.len()
    ));
    let settled =
        run.outcomes.iter().map(|(&row, outcome)| Settled { row, outcome: outcome.clone() }).collect();
    session.add_run(run);
    Ok(Reply::Plan { run: name, fetch, settled })
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
