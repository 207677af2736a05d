//! The headline: `$20.00 USD due April 25, 2024`. It says again what the totals and the head say.

use super::fields::{Problem, Sure};
use super::languages::Label;
use super::reader::Reader;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What a headline says.
pub(super) struct Headline {
    pub(super) row: usize,
    pub(super) amount: Decimal,
    date: NaiveDate,
    label: Label,
}

impl Reader<'_> {
    /// The first row of the first page with one amount, one day, and the words between.
    pub(super) fn headline(&self, from: usize) -> Option<Headline> {
        let rows = self.sheet.rows.iter().enumerate().skip(from).take_while(|(_, row)| row.page == 1);
        rows.filter_map(|(at, row)| self.headline_in(at, row.items.first()?)).next()
    }

    fn headline_in(&self, row: usize, item: &super::sheet::Item<'_>) -> Option<Headline> {
        const LABELS: [Label; 3] = [Label::HeadlineRefunded, Label::HeadlinePaid, Label::HeadlineDue];
        let label = *LABELS.iter().find(|label| self.language.mentions(**label, &item.folded))?;
        Some(Headline { row, amount: self.amount_in(item.text())?, date: self.date_in(item.text())?, label })
    }

    /// Takes the day. The amount is only compared, because what it stands for depends on the document.
    pub(super) fn read_headline(&mut self, headline: &Headline) {
        let sheet = self.sheet;
        let Some(item) = sheet.rows.get(headline.row).and_then(|row| row.items.first()) else { return };
        self.mark_used(headline.row, 0);
        let (place, field) = match headline.label {
            Label::HeadlineRefunded => (&mut self.document.refunded, "refunded"),
            Label::HeadlinePaid => (&mut self.document.paid, "paid"),
            _ => (&mut self.document.due, "due"),
        };
        let sure = match place {
            Some(date) if *date == headline.date => Sure::Checked,
            Some(date) => {
                let sentence = format!("The head says {date}, the headline says {}.", headline.date);
                *place = None;
                self.document.evidence.retain(|found| found.field != field);
                self.document.problems.push(Problem {
                    code: "headline-differs".to_owned(),
                    fields: vec![field.to_owned()],
                    sentence,
                });
                return;
            }
            None => Sure::Placed,
        };
        *place = Some(headline.date);
        self.note(field, item, sure);
    }
}
