//! The table of lines: its columns by their headings, its lines by what stands in the columns.

use super::fields::{Line, Sure};
use super::languages::Label;
use super::reader::Reader;
use super::sheet::{Item, Row};
use super::values;
use rust_decimal::Decimal;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Position,
    Description,
    Quantity,
    UnitPrice,
    Tax,
    Amount,
}

/// A column, as wide as its heading.
#[derive(Clone, Copy, Debug)]
struct Column {
    holds: Holds,
    x: f32,
    right: f32,
}

/// The headings, in one row or two.
pub(super) struct Headings {
    pub(super) row: usize,
    /// Two where the headings have lines of different heights.
    rows: usize,
    columns: Vec<Column>,
}

/// A line while its rows are read.
struct Draft<'a> {
    line: Line,
    /// All that may be its quantity or unit price; sums settle which.
    quantities: Vec<Decimal>,
    unit_prices: Vec<Decimal>,
    tax_rates: Vec<Decimal>,
    items: Vec<(&'static str, &'a Item<'a>)>,
    /// The cells of its description.
    texts: Vec<&'a Item<'a>>,
    first_y: f32,
    first_page: u32,
    last_y: f32,
    last_page: u32,
    /// The largest gap above a row that goes on with its description.
    text_gap: f32,
    /// Its first text is a period and nothing else.
    only_period: bool,
}

impl<'a> Draft<'a> {
    fn at((page, y): (u32, f32)) -> Draft<'a> {
        Draft {
            line: Line::default(),
            quantities: Vec::new(),
            unit_prices: Vec::new(),
            tax_rates: Vec::new(),
            items: Vec::new(),
            texts: Vec::new(),
            first_y: y,
            first_page: page,
            last_y: y,
            last_page: page,
            text_gap: 0.0,
            only_period: false,
        }
    }

    fn has_figures(&self) -> bool {
        self.line.amount.is_some() || !self.quantities.is_empty() || !self.unit_prices.is_empty()
    }

    /// Takes the head of a tiered price off the end of a line with figures of its own: a tier follows, so its last
    /// text is that head. If it stands as close as the text of one line does, neither description is known.
    fn split_head(&mut self) -> Option<Draft<'a>> {
        if self.line.nested || !self.has_figures() {
            return None;
        }
        let last = self.texts.pop()?;
        let Some(before) = self.texts.last() else {
            self.texts.push(last);
            return None;
        };
        let apart = last.page != before.page || last.y - before.y >= 1.7 * last.cell.size;
        let own: Vec<&str> = self.texts.iter().map(|item| item.text()).collect();
        let (own, theirs) =
            if apart { (Some(own.join(" ")), Some(last.text().to_owned())) } else { (None, None) };
        let mut head = Draft {
            last_y: self.last_y,
            last_page: self.last_page,
            texts: vec![last],
            ..Draft::at((last.page, last.y))
        };
        (self.last_y, self.text_gap) = (before.y, 0.0);
        self.line.description = own;
        head.line.description = theirs;
        head.line.period = self.line.period.take();
        head.items = self.items.extract_if(.., |(field, _)| *field == "period").collect();
        head.items.push(("description", last));
        Some(head)
    }
}

/// Further right than this, a description belongs to the line above.
const INDENT: f32 = 4.0;

impl<'a> Reader<'a> {
    /// The row of headings at or after a row: a description, an amount, and one of the others.
    pub(super) fn headings(&self, from: usize) -> Option<Headings> {
        (from..self.sheet.rows.len()).find_map(|at| self.headings_at(at))
    }

    fn headings_at(&self, at: usize) -> Option<Headings> {
        let row = self.row(at)?;
        if let Some(columns) = self.columns(&row.items) {
            return Some(Headings { row: at, rows: 1, columns });
        }
        let next = self.row(at + 1)?;
        let size = row.items.first()?.cell.size;
        if next.page != row.page || next.y - row.y > 2.0 * size {
            return None;
        }
        let columns = self.columns(row.items.iter().chain(&next.items))?;
        Some(Headings { row: at, rows: 2, columns })
    }

    fn columns<'i>(&self, items: impl IntoIterator<Item = &'i Item<'i>>) -> Option<Vec<Column>> {
        const HEADINGS: [(Label, Holds); 6] = [
            (Label::Position, Holds::Position),
            (Label::Description, Holds::Description),
            (Label::Quantity, Holds::Quantity),
            (Label::UnitPrice, Holds::UnitPrice),
            (Label::Tax, Holds::Tax),
            (Label::Amount, Holds::Amount),
        ];
        let mut columns: Vec<Column> = Vec::new();
        for item in items {
            let fits = |(label, holds): &&(Label, Holds)| {
                self.is(*label, item) && columns.iter().all(|column| column.holds != *holds)
            };
            if let Some((_, holds)) = HEADINGS.iter().find(fits) {
                columns.push(Column { holds: *holds, x: item.cell.x, right: item.cell.right });
            }
        }
        let has = |holds| columns.iter().any(|column| column.holds == holds);
        (columns.len() >= 3 && has(Holds::Description) && has(Holds::Amount)).then_some(columns)
    }

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
        let description = columns.iter().find(|column| column.holds == Holds::Description);
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
            placed.iter().find(|(holds, _)| *holds == Holds::Description).map(|(_, item)| *item);
        let edge =
            columns.iter().find(|column| column.holds == Holds::Description).map_or(0.0, |column| column.x);
        let figures = placed.iter().any(|(holds, item)| {
            matches!(holds, Holds::Quantity | Holds::UnitPrice | Holds::Amount)
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
        // Other text without a description is a total whose label is not known.
        let known = |(holds, item): &(Holds, &Item<'_>)| {
            *holds == Holds::Tax || !values::figures(item.text(), true, &self.locale).is_empty()
        };
        if description.is_none() && !placed.iter().all(known) {
            return;
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

    /// The cells of a row with their columns. Of two figures in one column it is not known which belongs there.
    fn place(&self, row: &'a Row<'a>, columns: &[Column]) -> Vec<(Holds, &'a Item<'a>)> {
        let placed: Vec<(Holds, &'a Item<'a>)> =
            row.items.iter().map(|item| (self.column_of(item, columns), item)).collect();
        let times = |holds: Holds| placed.iter().filter(|(other, _)| *other == holds).count();
        let sure = |holds| matches!(holds, Holds::Description | Holds::Tax) || times(holds) == 1;
        placed.iter().copied().filter(|(holds, _)| sure(*holds)).collect()
    }

    fn take(&self, draft: &mut Draft<'a>, holds: Holds, item: &'a Item<'a>) {
        let line = &mut draft.line;
        let text = item.text();
        let field = match holds {
            Holds::Description => {
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
            Holds::Quantity if draft.quantities.is_empty() => {
                draft.quantities = values::figures(text, false, &self.locale);
                "quantity"
            }
            Holds::UnitPrice if draft.unit_prices.is_empty() => {
                draft.unit_prices = values::figures(text, true, &self.locale);
                "unit_price"
            }
            Holds::Tax => {
                let Some((rate, _)) = values::percent(text, &self.locale) else { return };
                draft.tax_rates.push(rate);
                "tax_rate"
            }
            Holds::Amount if line.amount.is_none() => {
                line.amount = self.amount(text);
                "amount"
            }
            _ => return,
        };
        if draft.items.iter().all(|(known, _)| *known != field) {
            draft.items.push((field, item));
        }
    }

    /// The column that a cell stands in: the one whose heading it overlaps most, else the one whose right edge
    /// is nearest, because figures are set flush right.
    fn column_of(&self, item: &Item<'_>, columns: &[Column]) -> Holds {
        let (x, right) = (item.cell.x, item.cell.right);
        let description = columns.iter().find(|column| column.holds == Holds::Description);
        if description.is_some_and(|description| right < description.x) {
            return Holds::Position;
        }
        if description.is_some_and(|column| x <= column.x + 40.0) {
            return Holds::Description;
        }
        let overlap = |column: &Column| right.min(column.right) - x.max(column.x);
        let best = columns.iter().max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
        if let Some(best) = best.filter(|best| overlap(best) > 0.0) {
            return best.holds;
        }
        let distance = |column: &Column| (right - column.right).abs().min((x - column.x).abs());
        let nearest = columns.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map_or(Holds::Description, |column| column.holds)
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

/// Leaves out descriptions whose rows may belong to the line above as well as to the one below, because a row of
/// text stands as near to the one as to the other.
fn part_texts(mut drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    for at in 1..drafts.len() {
        let Some([above, below]) = drafts.get_mut(at - 1..=at) else { break };
        let gap = below.first_y - above.last_y;
        let size = below.items.first().map_or(9.0, |(_, item)| item.cell.size);
        let near = if above.has_figures() { gap <= 1.15 * above.text_gap } else { gap <= 1.8 * size };
        if above.last_page == below.first_page && near && !below.line.nested {
            above.line.description = None;
            below.line.description = None;
        }
    }
    drafts
}

/// The drafts without those that are nothing but text: headings of sections, and what is left where a row is
/// missing. The head of a tiered price is kept.
fn with_figures(drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    let followed: Vec<bool> = drafts.iter().skip(1).map(|next| next.line.nested).chain([false]).collect();
    let is_line = |draft: &Draft<'_>, followed: bool| {
        draft.has_figures() || (followed && !draft.line.nested && !draft.only_period)
    };
    drafts
        .into_iter()
        .zip(followed)
        .filter(|(draft, next)| is_line(draft, *next))
        .map(|(draft, _)| draft)
        .collect()
}

/// Quantity and unit price, where each may be read in two ways: the pair whose product is the amount, else what
/// can be read in one way only.
fn settle(line: &mut Line, quantities: &[Decimal], unit_prices: &[Decimal]) {
    if let Some(amount) = line.amount {
        let pairs =
            quantities.iter().flat_map(|quantity| unit_prices.iter().map(move |price| (*quantity, *price)));
        let mut fitting = pairs.filter(|(quantity, price)| {
            quantity.checked_mul(*price).is_some_and(|product| rounds_to(product, amount))
        });
        if let Some((quantity, price)) = fitting.next()
            && fitting.all(|other| other == (quantity, price))
        {
            (line.quantity, line.unit_price) = (Some(quantity), Some(price));
            return;
        }
    }
    (line.quantity, line.unit_price) = (only(quantities), only(unit_prices));
}

fn only(list: &[Decimal]) -> Option<Decimal> {
    match list {
        [only] => Some(*only),
        _ => None,
    }
}

/// Whether an amount is a product, rounded to the decimals that were printed.
pub(super) fn rounds_to(exact: Decimal, printed: Decimal) -> bool {
    let unit = Decimal::new(1, printed.scale());
    (exact - printed).abs() < unit
}
