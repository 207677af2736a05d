//! The words that Stripe prints, a second copy of what `core` knows: one table per language.
//!
//! A language that nobody has seen printed says `tried: false`; its words are what Stripe would plausibly use.

mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod nl;
mod pt;
mod sv;

use super::paper::Currency;

/// The words and the ways of writing of one language. `{}` in them is where a value goes.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is the word for its name")]
pub struct Labels {
    /// BCP 47.
    pub code: &'static str,
    /// Real documents in it have been seen.
    pub tried: bool,
    pub invoice: &'static str,
    pub receipt: &'static str,
    pub credit_note: &'static str,
    pub refund: &'static str,
    pub invoice_number: &'static str,
    pub receipt_number: &'static str,
    pub credit_note_number: &'static str,
    pub date_of_issue: &'static str,
    pub invoice_date: &'static str,
    pub date_due: &'static str,
    pub date_paid: &'static str,
    pub date_refunded: &'static str,
    pub purchase_order: &'static str,
    pub bill_to: &'static str,
    pub ship_to: &'static str,
    /// Amount, then date.
    pub due: &'static str,
    /// Amount, then date.
    pub paid: &'static str,
    /// Date.
    pub marked_paid: &'static str,
    /// Amount, then date.
    pub refunded: &'static str,
    pub pay_online: &'static str,
    pub description: &'static str,
    pub quantity: &'static str,
    pub unit_price: &'static str,
    pub tax: &'static str,
    pub amount: &'static str,
    pub excluding_tax: &'static str,
    pub subtotal: &'static str,
    pub total_excluding_tax: &'static str,
    /// Value-added tax, short: `VAT`.
    pub vat: &'static str,
    /// Rate, then base.
    pub tax_on: &'static str,
    /// Rate, then base; the tax is in the price.
    pub tax_included: &'static str,
    /// Rate, then base; the same in the table's narrow column.
    pub tax_included_short: &'static str,
    pub total: &'static str,
    pub applied_balance: &'static str,
    pub amount_paid: &'static str,
    pub amount_due: &'static str,
    pub amount_refunded: &'static str,
    pub reverse_charge: &'static str,
    /// Percentage.
    pub percent_off: &'static str,
    /// Page, then pages.
    pub page: &'static str,
    pub payment_history: &'static str,
    pub payment_method: &'static str,
    pub date: &'static str,
    pub months: [&'static str; 12],
    pub short_months: [&'static str; 12],
    /// `{d}`, `{m}` and `{y}`.
    pub long_date: &'static str,
    /// `{d}`, `{m}` and `{y}`.
    pub short_date: &'static str,
    /// The same without a year, where the language leaves it away from a period's first day.
    pub short_date_without_year: Option<&'static str>,
    pub decimal_point: &'static str,
    pub group: &'static str,
    /// Digits before the point from which on thousands are parted.
    pub group_from: usize,
    /// `{s}` symbol and `{a}` amount; a minus stands before all of it.
    pub money: &'static str,
    /// `{}` the number.
    pub percent: &'static str,
    /// Usd, Eur, Gbp, Jpy, Cad, Sek.
    pub symbols: [&'static str; 6],
    /// "Monthly plan", "seat", "API usage" in this language: descriptions that real vendors leave in English too.
    pub products: [&'static str; 4],
    /// What a metered tier is called: a price per unit, a flat fee.
    pub tiers: [&'static str; 2],
}

/// All of them, those that were seen in real documents first.
pub const ALL: [&Labels; 9] = [
    &en::LABELS,
    &es::LABELS,
    &de::LABELS,
    &fr::LABELS,
    &it::LABELS,
    &nl::LABELS,
    &sv::LABELS,
    &pt::LABELS,
    &ja::LABELS,
];

/// The language with this code.
pub fn of(code: &str) -> &'static Labels {
    ALL.into_iter().find(|labels| labels.code == code).unwrap_or_else(|| panic!("no labels for {code}"))
}

impl Labels {
    /// `$`, `US$`, `kr`.
    pub fn symbol(&self, currency: Currency) -> &'static str {
        self.symbols[currency as usize]
    }
}
