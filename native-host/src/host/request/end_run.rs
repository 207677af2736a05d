//! `end-run`: the equation closes, or the run stays open.

use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, Failure, Outcome, Reply, RunId, TEXT_LIMIT};

pub(in crate::host) fn end_run(
    session: &mut Session,
    run: &RunId,
    failures: Vec<Failure>,
) -> Result<Reply, Refusal> {
    session.look_again(run)?;
    let is_failed = |end: &Outcome| matches!(end, Outcome::Failed { .. });
    let open = session.run(run)?;
    for Failure { row, code, detail } in failures {
        if !open.asked.contains(&row) {
            return Err(Code::UnknownRow.into());
        }
        // What is filed is filed, whatever became of its receipt.
        let is_settled = open.outcomes.get(&row).is_some_and(|end| !is_failed(end));
        if !is_settled {
            let detail = detail.map(|detail| detail.chars().take(TEXT_LIMIT).collect());
            open.outcomes.insert(row, Outcome::Failed { code, detail });
        }
    }
    let unaccounted = open.unaccounted();
    if unaccounted > 0 {
        return Err(Refusal::new(Code::RunOpen, format!("{unaccounted} rows")));
    }
    let mut certificate = open.certificate();
    let sum = certificate.sum;
    let filed: Vec<String> = certificate.filed.iter().filter_map(|row| row.identity.clone()).collect();
    let changed = session.writer()?.changed_by_vendor(&filed).map_err(|trouble| session.refuse(&trouble))?;
    certificate.warnings.extend(changed);
    let writer = session.writer()?;
    let said_before = writer.index().run(run.as_str()).map(|end| end.is_some_and(|end| end.sum == sum));
    let certified = said_before.and_then(|said| if said { Ok(()) } else { writer.certify(certificate) });
    certified.map_err(|trouble| session.refuse(&trouble))?;
    let barriers = session.writer()?.barriers();
    session.log.line(format_args!("run {run} ended: {sum}; {barriers} barriers"));
    session.close_run(run);
    Ok(Reply::Certificate { run: run.clone(), sum })
}
