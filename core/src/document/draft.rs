//! A line of a table while its rows are read, and what settles it.

use super::fields::Line;
use super::sheet::Item;
use rust_decimal::Decimal;

/// A line while its rows are read.
pub(super) struct Draft<'a> {
    pub(super) line: Line,
    /// All that may be its quantity or unit price; sums settle which.
    pub(super) quantities: Vec<Decimal>,
    pub(super) unit_prices: Vec<Decimal>,
    pub(super) tax_rates: Vec<Decimal>,
    pub(super) items: Vec<(&'static str, &'a Item<'a>)>,
    /// The cells of its description.
    pub(super) texts: Vec<&'a Item<'a>>,
    pub(super) first_y: f32,
    pub(super) first_page: u32,
    pub(super) last_y: f32,
    pub(super) last_page: u32,
    /// The largest gap above a row that goes on with its description.
    pub(super) text_gap: f32,
    /// Its first text is a period and nothing else.
    pub(super) only_period: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn at((page, y): (u32, f32)) -> Draft<'a> {
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

    pub(super) fn has_figures(&self) -> bool {
        self.line.amount.is_some() || !self.quantities.is_empty() || !self.unit_prices.is_empty()
    }

    /// Takes the head of a tiered price off the end of a line with figures of its own: a tier follows, so its last
    /// text is that head. If it stands as close as the text of one line does, neither description is known.
    pub(super) fn split_head(&mut self) -> Option<Draft<'a>> {
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

/// Leaves out descriptions whose rows may belong to the line above as well as to the one below, because a row of
/// text stands as near to the one as to the other.
pub(super) fn part_texts(mut drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
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
pub(super) fn with_figures(drafts: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
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
pub(super) fn settle(line: &mut Line, quantities: &[Decimal], unit_prices: &[Decimal]) {
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

pub(super) fn only(list: &[Decimal]) -> Option<Decimal> {
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
