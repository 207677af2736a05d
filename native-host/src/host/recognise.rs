//! Whether the archive has a document already. The order of identity: the row's key, then issuer, kind and
//! number, then the bytes.
//!
//! The issuer may make a PDF anew, so other bytes alone are no other document. Another total is: the issuer
//! changed the invoice, and both versions are kept.

use super::check::{self, Checked};
use super::run::{Item, Run, key_is_fleeting};
use crate::archive::{self, Had, Reason, Record, Trouble, Writer};
use billfold_core::filing::Kind;
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

/// What the archive has yet to learn: a document, and another identity that it is known by.
pub(super) type Lesson = (String, String);

/// What the archive knows of a document before it is here. [`Known::Changed`]: it has to be looked at.
pub(super) fn item(writer: &mut Writer, run: &Run, item: Item) -> Result<Known, Trouble> {
    let (Some(row), Some(identity)) = (run.row(item.row), run.identity(item)) else { return Ok(Known::New) };
    if let Some(had) = writer.index().by_identity(identity)? {
        if let Some(Reason { code, .. }) = &had.quarantined {
            let detail = had.quarantined.as_ref().and_then(Reason::detail);
            let kept = Outcome::Quarantined { code: *code, detail };
            return Ok(if is_by(&had, run) { Known::Has(kept) } else { Known::New });
        }
        return had_under_key(writer, run, (row, identity), &had);
    }
    if key_is_fleeting(row)
        && let Some(number) = &row.number
        && let Known::Has(had) = by_number(writer, run, row, number.as_str(), &Checked::nothing(item.part))?.0
    {
        return Ok(Known::Has(had));
    }
    Ok(Known::New)
}

/// What the archive knows of a document that is here, and what it is to learn of it.
pub(super) fn document(
    writer: &mut Writer,
    run: &Run,
    item: Item,
    sha256: &str,
    checked: &Checked,
) -> Result<(Known, Vec<Lesson>), Trouble> {
    let (Some(row), Some(identity)) = (run.row(item.row), run.identity(item)) else {
        return Ok((Known::New, Vec::new()));
    };
    let has = || Known::Has(Outcome::AlreadyHad);
    if let Some(had) = writer.index().by_identity(identity)? {
        match &had.quarantined {
            None => match had_under_key(writer, run, (row, identity), &had)? {
                // The page says something new of the same document, or of one that was made anew.
                Known::Changed(record) if record.sha256 == sha256 || totals_agree(&record, checked) => {
                    return Ok((has(), vec![(record.sha256.clone(), total_identity(identity, row))]));
                }
                Known::New => {}
                // It may be the version before: that one is filed under the key no more.
                Known::Changed(record) => {
                    let earlier = match &checked.number {
                        Some(number) => by_number(writer, run, row, number, checked)?.1,
                        None => None,
                    };
                    let earlier = match writer.index().filed(sha256)? {
                        Some(same) if writer.is_there(&same)? => Some(same),
                        _ => earlier,
                    };
                    return Ok(match earlier {
                        Some(earlier) => (has(), vec![(earlier.sha256, total_identity(identity, row))]),
                        None => (Known::Changed(record), Vec::new()),
                    });
                }
                known => return Ok((known, Vec::new())),
            },
            Some(reason) if had.sha256 == sha256 && checked.misfit.is_some() => {
                let (code, detail) = (reason.code, reason.detail());
                return Ok((Known::Has(Outcome::Quarantined { code, detail }), Vec::new()));
            }
            Some(_) => {}
        }
    }
    if checked.misfit.is_some() {
        return Ok((Known::New, Vec::new()));
    }
    let (known, same) = match &checked.number {
        Some(number) => by_number(writer, run, row, number, checked)?,
        None => (Known::New, None),
    };
    let same_bytes = writer.index().filed(sha256)?;
    let same = match same_bytes {
        Some(record) if writer.is_there(&record)? => Some(record),
        _ => same,
    };
    let Some(record) = same else { return Ok((known, Vec::new())) };
    let mut lessons = vec![(record.sha256.clone(), identity.to_owned())];
    if total_differs(&record, row) {
        lessons.push((record.sha256, total_identity(identity, row)));
    }
    Ok((has(), lessons))
}

/// A document that was filed under the row's key.
fn had_under_key(
    writer: &mut Writer,
    run: &Run,
    (row, identity): (&Row, &str),
    had: &Had,
) -> Result<Known, Trouble> {
    let Some(record) = writer.index().filed(&had.sha256)? else { return Ok(Known::New) };
    if !writer.is_there(&record)? {
        return Ok(Known::New);
    }
    if total_differs(&record, row) && writer.index().by_identity(&total_identity(identity, row))?.is_none() {
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
    checked: &Checked,
) -> Result<(Known, Option<Record>), Trouble> {
    let mut last = None;
    for issuer in checked.issuers(run.begin.source.vendor.as_deref()) {
        for kind in same_series(checked.kind()) {
            for record in writer.index().by_number(&issuer, kind.as_str(), number)? {
                // One invoice that was paid in parts has a receipt for each.
                let receipts = record.receipt_number().zip(checked.receipt_number());
                let is_other_receipt = receipts.is_some_and(|(ours, theirs)| ours != theirs);
                if is_other_receipt || !writer.is_there(&record)? {
                    continue;
                }
                if is_same(&record, row, checked) {
                    return Ok((Known::Has(Outcome::AlreadyHad), Some(record)));
                }
                last = Some(record);
            }
        }
    }
    Ok((last.map_or(Known::New, |record| Known::Changed(Box::new(record))), None))
}

/// Whether a document with a filed one's number is that one, made anew.
fn is_same(record: &Record, row: &Row, checked: &Checked) -> bool {
    match has_totals(record, checked) {
        true => totals_agree(record, checked) && !issued_differ(record, checked),
        false => !total_differs(record, row) && !date_differs(record, row),
    }
}

/// What would be known of a document if those of before were filed, for a look ahead.
pub(super) fn among(before: &[Record], row: &Row, sha256: &str, checked: &Checked) -> Known {
    let key = archive::identity(&row.key);
    if before.iter().any(|record| record.sha256 == sha256) {
        return Known::Has(Outcome::AlreadyHad);
    }
    let bears_number = |record: &&Record| {
        let receipts = record.receipt_number().zip(checked.receipt_number());
        checked.number.is_some()
            && record.number == checked.number
            && same_series(checked.kind()).contains(&record.kind)
            && record.issuer().is_some_and(|issuer| checked.issuers(None).contains(&issuer))
            && receipts.is_none_or(|(ours, theirs)| ours == theirs)
    };
    let is_known_by = |record: &&Record| record.identities.contains(&key) || bears_number(record);
    let mut last = None;
    for record in before.iter().filter(is_known_by) {
        if is_same(record, row, checked) {
            return Known::Has(Outcome::AlreadyHad);
        }
        last = Some(record);
    }
    last.map_or(Known::New, |record| Known::Changed(Box::new(record.clone())))
}

/// The documents of an invoice that lie beside it are named after it: where it lies.
pub(super) fn invoice_of(
    writer: &Writer,
    issuers: &[String],
    number: &str,
) -> Result<Option<Record>, Trouble> {
    for issuer in issuers {
        let mut found = writer.index().by_number(issuer, Kind::Invoice.as_str(), number)?;
        if let Some(last) = found.pop() {
            return Ok(Some(last));
        }
    }
    Ok(None)
}

/// Kinds that share one series of numbers: what calls itself a tax invoice now may not have been read before.
fn same_series(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Invoice | Kind::TaxInvoice => &[Kind::Invoice, Kind::TaxInvoice],
        Kind::Receipt => &[Kind::Receipt],
        Kind::CreditNote => &[Kind::CreditNote],
        Kind::Refund => &[Kind::Refund],
        Kind::UsageReport => &[Kind::UsageReport],
        Kind::NotAnInvoice => &[],
    }
}

/// Filed by this very run: its receipt was lost, and the row sent again.
pub(super) fn is_by(had: &Had, run: &Run) -> bool {
    had.first && had.run == run.begin.run.as_str()
}

/// Both were read, and say what they come to.
fn has_totals(record: &Record, checked: &Checked) -> bool {
    let total = |read: Option<&billfold_core::document::Document>| read.and_then(check::amount).is_some();
    total(record.read.as_deref()) && total(checked.read.as_deref())
}

/// Both were read, and come to the same.
fn totals_agree(record: &Record, checked: &Checked) -> bool {
    let ours = record.read.as_deref().and_then(check::amount);
    let theirs = checked.read.as_deref().and_then(check::amount);
    ours.zip(theirs).is_some_and(|(ours, theirs)| ours == theirs)
}

/// Both say when they were issued, and it is another day.
fn issued_differ(record: &Record, checked: &Checked) -> bool {
    let ours = record.read.as_deref().and_then(check::date);
    let theirs = checked.read.as_deref().and_then(check::date);
    ours.zip(theirs).is_some_and(|(ours, theirs)| ours != theirs)
}

/// The page shows a total that the document has nowhere. What it shows under another currency is another total.
fn total_differs(record: &Record, row: &Row) -> bool {
    let is_known = record.amount.is_some() && record.currency.is_some();
    row.amount.is_some_and(|money| is_known && !record.comes_to(&money))
}

/// Local time against the issuer's time is a day at most.
fn date_differs(record: &Record, row: &Row) -> bool {
    record.date.zip(row.date).is_some_and(|(ours, theirs)| (ours - theirs).num_days().abs() > 1)
}

/// What a document together with its row's total is known by.
pub(super) fn total_identity(identity: &str, row: &Row) -> String {
    let total = row.amount.map(|money| (money.amount, String::from(money.currency)));
    let total = total.as_ref().map(|(amount, currency)| (*amount, currency.as_str()));
    archive::total_identity(identity, total)
}
