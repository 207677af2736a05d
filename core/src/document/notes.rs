//! What stands around the fields: memos, foot-notes, the feet of pages, and the payments of a receipt.

use super::fields::{Payment, Problem, Sure};
use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;
use std::ops::Range;

impl<'a> Reader<'a> {
    /// `AB12CD34-0010 · $20.00 USD due April 25, 2024        Page 1 of 1`.
    pub(super) fn is_page_foot(&self, row: &Row<'_>) -> bool {
        row.items.iter().any(|item| self.is_page_number(&item.folded))
    }

    /// `Page 1 of 2` in any language of ours.
    fn is_page_number(&self, folded: &str) -> bool {
        let parts = |rest: &str| -> bool {
            let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
            let two = numbers.next().is_some() && numbers.next().is_some() && numbers.next().is_none();
            let between: String = rest.chars().filter(|c| !c.is_ascii_digit()).collect();
            two && self.language.spellings(Label::PageOf).any(|of| of == between.trim())
        };
        let starts =
            self.language.spellings(Label::Page).any(|page| folded.strip_prefix(page).is_some_and(parts));
        starts || (folded.ends_with("ページ") && folded.bytes().any(|b| b.is_ascii_digit()))
    }

    /// The number in the foot of a page is the document's, or one of both was read wrongly.
    pub(super) fn check_feet(&mut self) {
        let sheet = self.sheet;
        for item in sheet.rows.iter().filter_map(|row| row.items.first()) {
            let Some((text, _)) = item.text().split_once(" · ") else { continue };
            let (Some(printed), Some(number)) = (values::stripe_number(text), &self.document.number) else {
                continue;
            };
            let known = [Some(number), self.document.receipt_number.as_ref()];
            if known.into_iter().flatten().any(|known| *known == printed) {
                for found in self.document.evidence.iter_mut().filter(|found| found.field == "number") {
                    found.sure = Sure::Checked;
                }
            } else {
                self.document.problems.push(Problem {
                    code: "number-differs".to_owned(),
                    fields: vec!["number".to_owned()],
                    sentence: format!("The head says {number}, the foot of the page says {printed}."),
                });
            }
        }
        if self.document.problems.iter().any(|problem| problem.code == "number-differs") {
            self.document.number = None;
            self.document.evidence.retain(|found| found.field != "number");
        }
    }

    /// Free text in rows that nothing else has claimed: a memo, foot-notes, sentences about reverse charge.
    pub(super) fn read_notes(&mut self, rows: Range<usize>) {
        let sheet = self.sheet;
        let mut memo: Vec<String> = Vec::new();
        let mut readable = true;
        let mut first: Option<&Item<'_>> = None;
        let mut paragraph: Vec<&'a Item<'a>> = Vec::new();
        for at in rows {
            let Some(row) = sheet.rows.get(at) else { break };
            if self.is_page_foot(row) {
                self.mark_row_used(at);
                continue;
            }
            // The rows of a table whose headings are not known are no memo, and neither is what stands around them.
            let figures = row.items.last().is_some_and(|item| self.amount(item.text()).is_some());
            let free = (0..row.items.len()).any(|cell| !self.is_used(at, cell));
            readable &= !free || (row.items.len() < 3 && !(row.items.len() == 2 && figures));
            for (cell, item) in row.items.iter().enumerate() {
                let is_foot = item.text().contains(" · ")
                    && self.document.number.as_ref().is_some_and(|number| item.text().starts_with(number));
                let is_button = self.is(Label::PayOnline, item) || self.is(Label::PaymentHistory, item);
                if self.is_used(at, cell) || is_foot || is_button {
                    continue;
                }
                self.mark_used(at, cell);
                let goes_on = paragraph.last().is_some_and(|last| {
                    last.page == item.page
                        && item.y - last.y <= 1.9 * item.cell.size
                        && (item.cell.x - last.cell.x).abs() <= 3.0
                });
                if !goes_on {
                    self.take_paragraph(&paragraph);
                    paragraph.clear();
                }
                paragraph.push(item);
                let text = values::mend(item.text());
                if text.as_deref().is_some_and(|text| self.is_foot_note(text)) {
                    continue;
                }
                first = first.or(Some(item));
                readable &= text.is_some();
                memo.extend(text);
            }
        }
        self.take_paragraph(&paragraph);
        if let Some(item) = first.filter(|_| readable && !self.hides_punctuation) {
            let text = memo.join("\n");
            match &mut self.document.memo {
                Some(before) => {
                    before.push('\n');
                    before.push_str(&text);
                }
                none => *none = Some(text),
            }
            self.note("memo", item, Sure::Placed);
        }
    }

    /// A foot-note begins with its mark. Where that has lost its brackets, what it is about must tell.
    fn is_foot_note(&self, text: &str) -> bool {
        let note = without_mark(text);
        note.len() < text.len() && (text.starts_with('[') || self.speaks_of_reverse_charge(note))
    }

    fn take_paragraph(&mut self, lines: &[&Item<'_>]) {
        let Some(first) = lines.first() else { return };
        let text: Vec<&str> = lines.iter().map(|line| line.text()).collect();
        if let Some(text) = values::mend(&text.join(" ")) {
            let sentence = if self.is_foot_note(&text) { without_mark(&text) } else { &text };
            self.take_reverse_charge(sentence, first);
        }
    }

    /// The table under "Payment history". Says which row follows it.
    pub(super) fn read_payments(&mut self, from: usize) -> usize {
        const COLUMNS: [Label; 4] =
            [Label::PaymentMethod, Label::PaymentDate, Label::AmountPaid, Label::ReceiptNumber];
        let sheet = self.sheet;
        let heading = sheet
            .rows
            .iter()
            .enumerate()
            .skip(from)
            .find(|(_, row)| row.items.first().is_some_and(|item| self.is(Label::PaymentHistory, item)));
        let Some((heading, _)) = heading else { return from };
        let Some(header) = sheet.rows.get(heading + 1) else { return from };
        let columns: Vec<(Label, f32, f32)> = header
            .items
            .iter()
            .filter_map(|item| {
                let label = COLUMNS.iter().find(|label| self.is(**label, item))?;
                Some((*label, item.cell.x, item.cell.right))
            })
            .collect();
        if columns.len() < 2 || columns.len() != header.items.len() {
            return from;
        }
        let mut end = heading + 2;
        for (at, row) in sheet.rows.iter().enumerate().skip(heading + 2) {
            if self.is_page_foot(row) {
                continue;
            }
            let Some(payment) = self.payment(row, &columns) else { break };
            let index = self.document.payments.len();
            if let Some(item) = row.items.first() {
                self.note(format!("payments[{index}]"), item, Sure::Labelled);
            }
            self.document.payments.push(payment);
            self.mark_row_used(at);
            end = at + 1;
        }
        self.mark_row_used(heading);
        self.mark_row_used(heading + 1);
        end
    }

    fn payment(&self, row: &Row<'_>, columns: &[(Label, f32, f32)]) -> Option<Payment> {
        let mut payment = Payment::default();
        for column in columns {
            let (label, ..) = column;
            let in_column = |item: &&Item<'_>| {
                let overlap =
                    |column: &(Label, f32, f32)| item.cell.right.min(column.2) - item.cell.x.max(column.1);
                let best = columns.iter().max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
                best.is_some_and(|best| best.0 == *label)
            };
            let items: Vec<&str> = row.items.iter().filter(in_column).map(Item::text).collect();
            match (label, items.as_slice()) {
                (_, []) => {}
                (Label::PaymentMethod, [only]) => {
                    payment.method = values::mend(only).filter(|_| !self.hides_punctuation);
                }
                (Label::PaymentDate, [only]) => payment.date = self.date(only),
                (Label::AmountPaid, [only]) => payment.amount = self.amount(only),
                (Label::ReceiptNumber, parts) => {
                    payment.receipt_number = values::receipt_number(&parts.join(" "));
                }
                _ => {}
            }
        }
        (payment.date.is_some() || payment.amount.is_some()).then_some(payment)
    }
}

/// The text behind a foot-note's mark, brackets there or lost: `[1] Tax to be paid on reverse charge basis`.
fn without_mark(text: &str) -> &str {
    let number = |mark: &str| (1..=2).contains(&mark.len()) && mark.bytes().all(|b| b.is_ascii_digit());
    match text.split_once(' ') {
        Some((mark, note)) if number(mark.trim_start_matches('[').trim_end_matches(']')) => note.trim_start(),
        _ => text,
    }
}
