//! Whether the archive has a document already. The order of identity: the row's key, then issuer, kind and
//! number, then the bytes.
//!
//! The issuer may make a PDF anew, so other bytes alone are no other document. Another total is: the issuer
//! changed the invoice, and both versions are kept.

use super::check::Checked;
use super::run::{Run, key_is_fleeting};
use crate::archive::{Had, Reason, Record, Trouble, Writer, identity};
use billfold_core::filing::{Kind, vendor_slug};
use billfold_core::protocol::{Outcome, Row};

/// The document says that its issuer changed it.
pub(super) const VENDOR_CHANGED: &str = "vendor-changed";

/// What the archive knows of a document.
#[derive(Debug)]
pub(super) enum Known {
    /// Nothing.
    New,
    /// It has it.
    Has(Outcome),
    /// It has it with other totals: the last version.
    Changed(Box<Record>),
}

/// What the archive knows of a row before its document is here. [`Known::Changed`]: it has to be looked at.
pub(super) fn row(writer: &mut Writer, run: &Run, at: u32) -> Result<Known, Trouble> {
    let (Some(row), Some(identity)) = (run.row(at), run.identity(at)) else { return Ok(Known::New) };
    if let Some(had) = writer.index().by_identity(identity)? {
        if let Some(Reason { code, .. }) = &had.quarantined {
            let detail = had.quarantined.as_ref().and_then(Reason::detail);
            let kept = Outcome::Quarantined { code: *code, detail };
            return Ok(if is_by(&had, run) { Known::Has(kept) } else { Known::New });
        }
        return had_under_key(writer, run, row, &had);
    }
    if key_is_fleeting(row)
        && let Some(number) = &row.number
        && let Known::Has(had) = by_number(writer, run, row, number.as_str())?.0
    {
        return Ok(Known::Has(had));
    }
    Ok(Known::New)
}

/// What the archive knows of a document that is here.
pub(super) fn document(
    writer: &mut Writer,
    run: &Run,
    at: u32,
    sha256: &str,
    checked: &Checked,
) -> Result<Known, Trouble> {
    let (Some(row), Some(identity)) = (run.row(at), run.identity(at)) else { return Ok(Known::New) };
    if let Some(had) = writer.index().by_identity(identity)? {
        match &had.quarantined {
            None => match had_under_key(writer, run, row, &had)? {
                // The same bytes, so the issuer's page says something new of the same document.
                Known::Changed(record) if record.sha256 == sha256 => {
                    writer.add_identity(sha256, &total_identity(row))?;
                    return Ok(Known::Has(Outcome::AlreadyHad));
                }
                Known::New => {}
                known => return Ok(known),
            },
            Some(reason) if had.sha256 == sha256 && checked.misfit.is_some() => {
                let (code, detail) = (reason.code, reason.detail());
                return Ok(Known::Has(Outcome::Quarantined { code, detail }));
            }
            Some(_) => {}
        }
    }
    if checked.misfit.is_some() {
        return Ok(Known::New);
    }
    let (known, same) = match &checked.number {
        Some(number) => by_number(writer, run, row, number)?,
        None => (Known::New, None),
    };
    let same_bytes = writer.index().filed(sha256)?;
    let same = match same_bytes {
        Some(record) if writer.is_there(&record)? => Some(record),
        _ => same,
    };
    match same {
        Some(record) => {
            writer.add_identity(&record.sha256, identity)?;
            if total_differs(&record, row) {
                writer.add_identity(&record.sha256, &total_identity(row))?;
            }
            Ok(Known::Has(Outcome::AlreadyHad))
        }
        None => Ok(known),
    }
}

/// A document that was filed under the row's key.
fn had_under_key(writer: &mut Writer, run: &Run, row: &Row, had: &Had) -> Result<Known, Trouble> {
    let Some(record) = writer.index().filed(&had.sha256)? else { return Ok(Known::New) };
    if !writer.is_there(&record)? {
        return Ok(Known::New);
    }
    if total_differs(&record, row) && writer.index().by_identity(&total_identity(row))?.is_none() {
        return Ok(Known::Changed(Box::new(record)));
    }
    Ok(Known::Has(if is_by(had, run) { Outcome::Filed } else { Outcome::AlreadyHad }))
}

/// What was filed with a number by the run's issuer, and the one of it that is the row's.
fn by_number(
    writer: &mut Writer,
    run: &Run,
    row: &Row,
    number: &str,
) -> Result<(Known, Option<Record>), Trouble> {
    let issuer = run.begin.source.vendor.as_deref().map(vendor_slug).filter(|slug| !slug.is_empty());
    let Some(issuer) = issuer else { return Ok((Known::New, None)) };
    let mut last = None;
    for record in writer.index().by_number(&issuer, Kind::Invoice.as_str(), number)? {
        if !writer.is_there(&record)? {
            continue;
        }
        if !total_differs(&record, row) && !date_differs(&record, row) {
            return Ok((Known::Has(Outcome::AlreadyHad), Some(record)));
        }
        last = Some(record);
    }
    Ok((last.map_or(Known::New, |record| Known::Changed(Box::new(record))), None))
}

/// Filed by this very run: its receipt was lost, and the row sent again.
pub(super) fn is_by(had: &Had, run: &Run) -> bool {
    had.first && had.run == run.begin.run.as_str()
}

/// Both know the total, and it is another one. What a page shows under another currency is another total.
fn total_differs(record: &Record, row: &Row) -> bool {
    let theirs = row.amount.map(|money| (money.amount, String::from(money.currency)));
    let ours = record.amount.zip(record.currency.clone());
    ours.zip(theirs).is_some_and(|(ours, theirs)| ours != theirs)
}

/// Local time against the issuer's time is a day at most.
fn date_differs(record: &Record, row: &Row) -> bool {
    record.date.zip(row.date).is_some_and(|(ours, theirs)| (ours - theirs).num_days().abs() > 1)
}

/// What a row's key together with its total is known by.
pub(super) fn total_identity(row: &Row) -> String {
    let total = row.amount.map(|money| (money.amount, String::from(money.currency)));
    let total = total.as_ref().map(|(amount, currency)| (*amount, currency.as_str()));
    crate::archive::total_identity(&identity(&row.key), total)
}
