//! Stripe's own layout: title, label and value rows, columns of addresses, headline, table, totals, notes.

use super::checks;
use super::fields::{Document, Layout};
use super::languages::Label;
use super::reader::Reader;

/// Reads a document in this layout, or says that it is another one.
pub(super) fn read(mut reader: Reader<'_>) -> Option<Document> {
    let sheet = reader.sheet;
    let title = reader.title()?;
    let left = sheet.rows.get(title.row)?.items.get(title.cell)?.cell.x;
    let headings = reader.headings(title.row + 1)?;
    let parties = reader.parties(left, title.row + 1..headings.row)?;
    let headline = reader.headline(parties.row);
    // Number first, as in all that Stripe renders.
    let first = sheet.rows.get(title.row + 1..parties.row)?.first()?;
    let numbers = [Label::InvoiceNumber, Label::ReceiptNumber, Label::CreditNoteNumber];
    if !numbers.iter().any(|label| reader.labelled(first, 0, *label).is_some()) {
        return None;
    }

    reader.document.kind = title.kind;
    reader.document.source = Some(Layout::Stripe);
    reader.mark_row_used(title.row);
    reader.read_head(title, title.row + 1..parties.row);
    reader.document.number.as_ref()?;
    let parties_end = headline.as_ref().map_or(headings.row, |headline| headline.row.min(headings.row));
    let right = sheet.rows.iter().flat_map(|row| &row.items).map(|item| item.cell.right).fold(0.0, f32::max);
    reader.read_parties(&parties, left, parties.row..parties_end, right);
    if let Some(headline) = &headline {
        reader.read_headline(headline);
    }
    reader.read_notes(parties_end..headings.row);
    let totals = reader.read_lines(headings);
    let after = reader.read_totals(totals);
    let after = reader.read_payments(after).max(after);
    reader.read_notes(after..sheet.rows.len());
    // Without a headline the parties' addresses and a memo below them cannot be told apart.
    if headline.is_none() {
        reader.document.memo = None;
    }
    reader.check_feet();
    Some(checks::finish(reader.document, headline.map(|headline| headline.amount)))
}
