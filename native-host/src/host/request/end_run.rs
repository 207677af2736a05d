//! `end-run`: the equation closes, or the run stays open.

use crate::host::run::{Item, Run};
use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, Failure, Outcome, Part, Reply, RunId, TEXT_LIMIT};

pub(in crate::host) fn end_run(
    session: &mut Session,
    run: &RunId,
    failures: Vec<Failure>,
    without_receipt: &[u32],
) -> Result<Reply, Refusal> {
    session.look_again(run)?;
    let open = session.run(run)?;
    for Failure { row, part, code, detail } in failures {
        let item = Item { row, part };
        if !open.asked.contains(&row) {
            return Err(Code::UnknownRow.into());
        }
        let detail = detail.map(|detail| detail.chars().take(TEXT_LIMIT).collect());
        let outcome = Outcome::Failed { code, detail };
        let receipt = Item { row, part: Part::Receipt };
        // What is filed is filed, whatever became of its receipt.
        if !is_settled(open, item) {
            open.ended(item, outcome);
        } else if open.wants(receipt) && open.end(receipt).is_none() {
            // The browser did not know that it is, and has not asked for the issuer's receipt.
            open.ended(receipt, outcome);
        }
    }
    for row in without_receipt {
        if !open.asked.contains(row) {
            return Err(Code::UnknownRow.into());
        }
        let item = Item { row: *row, part: Part::Receipt };
        if !is_settled(open, item) {
            open.ended(item, Outcome::WithoutDocument);
        }
    }
    let unaccounted = open.unaccounted();
    if unaccounted > 0 {
        return Err(Refusal::new(Code::RunOpen, format!("{unaccounted} rows")));
    }
    let mut certificate = open.certificate();
    let sum = certificate.rows.sum;
    let receipts = certificate.receipts.iter().flat_map(|receipts| &receipts.filed);
    let filed = certificate.rows.filed.iter().chain(receipts).filter_map(|row| row.identity.clone());
    let filed: Vec<String> = filed.collect();
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

/// It has come to an end that nothing on the browser's side can change.
fn is_settled(run: &Run, item: Item) -> bool {
    run.end(item).is_some_and(|end| !matches!(end, Outcome::Failed { .. }))
}
