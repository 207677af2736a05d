//! The table of lines, by what stands in its columns.

use super::columns::{Column, Headings};
use super::draft::{Draft, only, part_texts, settle, with_figures};
use super::fields::{Line, Sure};
use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;

/// Further right than this, a description belongs to the line above.
const INDENT: f32 = 4.0;

impl<'a> Reader<'a> {
    /// Reads the lines of all pages, and says where the totals begin.
    pub(super) fn read_lines(&mut self, headings: Headings) -> usize {
        let sheet = self.sheet;
        let Headings { row: first, rows, mut columns } = headings;
        (first..first + rows).for_each(|row| self.mark_row_used(row));
        let mut heading_rows = first + rows;
        let mut drafts: Vec<Draft<'a>> = Vec::new();
        let mut end = sheet.rows.len();
        for (at, row) in sheet.rows.iter().enumerate().skip(first + rows) {
            if let Some(again) = self.headings_at(at) {
                columns = again.columns;
                heading_rows = at + again.rows;
            }
            if at < heading_rows {
                self.mark_row_used(at);
                continue;
            }
            if self.is_page_foot(row) {
                self.mark_row_used(at);
                continue;
            }
            if row.items.iter().all(|item| self.is(Label::HeadingNote, item)) {
                self.mark_row_used(at);
                continue;
            }
            if self.is_total(row, &columns) || self.ends_table(row) {
                end = at;
                break;
            }
            self.read_line_row(row, &columns, &mut drafts);
            self.mark_row_used(at);
        }
        self.finish_lines(with_figures(part_texts(drafts)));
        end
    }

    /// Whether the totals begin with this row: one of their labels right of the descriptions, with a value.
    fn is_total(&self, row: &Row<'_>, columns: &[Column]) -> bool {
        const TOTALS: [Label; 6] = [
            Label::Subtotal,
            Label::TotalExcludingTax,
            Label::Total,
            Label::AmountDue,
            Label::AmountPaid,
            Label::AmountRefunded,
        ];
        let Some(item) = row.items.first() else { return false };
        let value = row.items.get(1).is_some_and(|value| self.amount(value.text()).is_some());
        let description = columns.iter().find(|column| column.holds == Label::Description);
        let right_of = description.is_none_or(|column| item.cell.x > column.x + 5.0 * INDENT);
        let says = TOTALS.iter().any(|label| self.is(*label, item));
        // At the left edge only the surest of them count.
        let surely = [Label::Subtotal, Label::TotalExcludingTax, Label::AmountDue, Label::Total]
            .iter()
            .any(|label| self.is(*label, item));
        // `VAT 20%` and an amount, without a quantity or a price.
        let tax = item.text().contains('%') && self.is_tax(&item.folded);
        value && row.items.len() == 2 && ((says && (right_of || surely)) || tax)
    }

    fn ends_table(&self, row: &Row<'_>) -> bool {
        row.items.first().is_some_and(|item| self.is(Label::PaymentHistory, item))
    }

    fn read_line_row(&self, row: &'a Row<'a>, columns: &[Column], drafts: &mut Vec<Draft<'a>>) {
        let placed = self.place(row, columns);
        let description =
            placed.iter().find(|(holds, _)| *holds == Label::Description).map(|(_, item)| *item);
        let edge =
            columns.iter().find(|column| column.holds == Label::Description).map_or(0.0, |column| column.x);
        let figures = placed.iter().any(|(holds, item)| {
            matches!(holds, Label::Quantity | Label::UnitPrice | Label::Amount)
                && item.text().bytes().any(|b| b.is_ascii_digit())
        });
        let apart = drafts.last().is_none_or(|last| {
            let size = row.items.first().map_or(9.0, |item| item.cell.size);
            last.last_page != row.page || row.y - last.last_y > 2.0 * size
        });
        let is_period = |item: &Item<'_>| values::period(item.text(), &self.locale).is_some();
        // A line's period is its last text: what follows is another line, or the head of a tiered price.
        let ended = drafts.last().is_some_and(|last| last.line.period.is_some());
        let apart = apart || (ended && description.is_some_and(|item| !is_period(item)));
        let begins = match description {
            Some(_) => figures || apart,
            None => false,
        };
        if begins {
            let nested = description.is_some_and(|item| item.cell.x > edge + INDENT);
            if nested {
                let head = drafts.last_mut().and_then(Draft::split_head);
                drafts.extend(head);
            }
            let line = Line { nested, ..Line::default() };
            let only_period = description.is_some_and(is_period);
            drafts.push(Draft { line, only_period, ..Draft::at((row.page, row.y)) });
        }
        let Some(draft) = drafts.last_mut() else { return };
        if !begins && description.is_some_and(|item| !is_period(item)) {
            draft.text_gap = draft.text_gap.max(row.y - draft.last_y);
        }
        draft.last_y = row.y;
        draft.last_page = row.page;
        for (holds, item) in placed {
            self.take(draft, holds, item);
        }
    }

    fn take(&self, draft: &mut Draft<'a>, holds: Label, item: &'a Item<'a>) {
        let line = &mut draft.line;
        let text = item.text();
        let field = match holds {
            Label::Description => {
                if let Some(period) = values::period(text, &self.locale)
                    && line.period.is_none()
                    && line.description.is_some()
                {
                    line.period = Some(period);
                    draft.items.push(("period", item));
                    return;
                }
                draft.texts.push(item);
                line.description = Some(match line.description.take() {
                    Some(before) => format!("{before} {text}"),
                    None => text.to_owned(),
                });
                "description"
            }
            Label::Quantity if draft.quantities.is_empty() => {
                draft.quantities = values::figures(text, false, &self.locale);
                "quantity"
            }
            Label::UnitPrice if draft.unit_prices.is_empty() => {
                draft.unit_prices = values::figures(text, true, &self.locale);
                "unit_price"
            }
            Label::Tax => {
                let Some((rate, _)) = values::percent(text, &self.locale) else { return };
                draft.tax_rates.push(rate);
                "tax_rate"
            }
            Label::Amount if line.amount.is_none() => {
                line.amount = self.amount(text);
                "amount"
            }
            _ => return,
        };
        if draft.items.iter().all(|(known, _)| *known != field) {
            draft.items.push((field, item));
        }
    }

    fn finish_lines(&mut self, drafts: Vec<Draft<'a>>) {
        for draft in drafts {
            let index = self.document.lines.len();
            let Draft { mut line, quantities, unit_prices, tax_rates, items, .. } = draft;
            settle(&mut line, &quantities, &unit_prices);
            line.tax_rate = only(&tax_rates);
            line.description = line.description.as_deref().and_then(values::mend);
            for (field, item) in items {
                let known = match field {
                    "description" => line.description.is_some(),
                    "quantity" => line.quantity.is_some(),
                    "unit_price" => line.unit_price.is_some(),
                    "tax_rate" => line.tax_rate.is_some(),
                    "amount" => line.amount.is_some(),
                    _ => true,
                };
                if known {
                    self.note(format!("lines[{index}].{field}"), item, Sure::Labelled);
                }
            }
            self.document.lines.push(line);
        }
    }
}
