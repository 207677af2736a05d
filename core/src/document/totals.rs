//! The totals: subtotal, discounts, taxes, what is paid and what is due.

use super::fields::{Discount, Problem, Sure, Tax};
use super::languages::{LANGUAGES, Label, contains_words};
use super::reader::Reader;
use super::sheet::Item;
use super::values;
use super::words::fold;
use rust_decimal::Decimal;

/// One line of the totals, wrapped text joined.
struct Entry<'a> {
    label: String,
    /// The label came in pieces: what stood between them is not known.
    torn: bool,
    /// The label's last line.
    last: &'a Item<'a>,
    item: &'a Item<'a>,
    value: Option<(Decimal, &'a Item<'a>)>,
}

impl Entry<'_> {
    /// Whether a row right below is the label's next line: its first word had no room before the amount.
    fn wraps(&self, next: &Item<'_>) -> bool {
        let Some((_, value)) = self.value else { return false };
        let close = next.page == self.last.page && next.y - self.last.y <= 1.5 * next.cell.size;
        let letters = next.text().chars().count().max(1) as f32;
        let word = next.text().split_whitespace().next().map_or(0, |word| word.chars().count() + 1) as f32;
        let width = (next.cell.right - next.cell.x) / letters * word;
        close && self.last.cell.right + width > value.cell.x - next.cell.size
    }
}

/// Totals that are one amount.
const PLAIN: [(Label, &str); 7] = [
    (Label::Subtotal, "subtotal"),
    (Label::TotalExcludingTax, "total_excluding_tax"),
    (Label::AmountDue, "amount_due"),
    (Label::AmountPaid, "amount_paid"),
    (Label::AmountRefunded, "amount_refunded"),
    (Label::AppliedBalance, "applied_balance"),
    (Label::Total, "total"),
];

impl<'a> Reader<'a> {
    /// Reads the totals from a row on, and says which row follows them.
    pub(super) fn read_totals(&mut self, from: usize) -> usize {
        let sheet = self.sheet;
        let Some(edge) = sheet.rows.get(from).and_then(|row| row.items.first()).map(|item| item.cell.x)
        else {
            return from;
        };
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut end = from;
        for (at, row) in sheet.rows.iter().enumerate().skip(from) {
            let Some(first) = row.items.first() else { break };
            if self.is_page_foot(row) {
                self.mark_row_used(at);
                continue;
            }
            let at_label = (first.cell.x - edge).abs() <= 3.0;
            let value = row.items.last().filter(|_| row.items.len() > 1);
            if first.cell.x < edge - 3.0 || self.is(Label::PaymentHistory, first) {
                break;
            }
            self.mark_row_used(at);
            end = at + 1;
            if !at_label {
                // An amount of its own right below the value is the same in another currency.
                continue;
            }
            let value = value.and_then(|item| Some((self.amount(item.text())?, item)));
            let open = entries.last().is_some_and(|entry| unbalanced(&entry.label) || entry.wraps(first));
            match entries.last_mut() {
                Some(last)
                    if value.is_none()
                        && (open
                            || (last.value.is_none()
                                && !self.is_plain_total(&fold(&last.label))
                                && !self.is_plain_total(&first.folded))) =>
                {
                    last.label.push(' ');
                    last.label.push_str(first.text());
                    last.last = first;
                }
                Some(last) if last.value.is_none() && unbalanced(&last.label) => {
                    last.label.push(' ');
                    last.label.push_str(first.text());
                    last.value = value;
                }
                _ => {
                    let pieces = row.items.len() - usize::from(value.is_some());
                    let label: Vec<&str> = row.items.iter().take(pieces).map(Item::text).collect();
                    let label = label.join(" ");
                    entries.push(Entry { label, torn: pieces > 1, last: first, item: first, value });
                }
            }
        }
        for entry in entries {
            self.take_total(&entry);
        }
        end
    }

    pub(super) fn is_plain_total(&self, folded: &str) -> bool {
        PLAIN.iter().any(|(label, _)| self.language.is(*label, folded))
    }

    /// A total whose label says all about it.
    pub(super) fn take_plain_total(&mut self, item: &Item<'_>, folded: &str, value: Decimal) {
        let Some((label, field)) = PLAIN.iter().find(|(label, _)| self.language.is(*label, folded)) else {
            return;
        };
        let (place, value) = match label {
            Label::Subtotal => (&mut self.document.subtotal, value),
            Label::TotalExcludingTax => (&mut self.document.total_excluding_tax, value),
            Label::AmountDue => (&mut self.document.amount_due, value),
            // Printed with a minus where it is taken off.
            Label::AmountPaid => (&mut self.document.amount_paid, value.abs()),
            Label::AmountRefunded => (&mut self.document.amount_refunded, value.abs()),
            Label::AppliedBalance => (&mut self.document.applied_balance, value),
            _ => (&mut self.document.total, value),
        };
        let doubtful = |problem: &Problem| problem.code == "printed-twice" && problem.fields == [*field];
        match *place {
            None if self.document.problems.iter().any(doubtful) => {}
            None => {
                *place = Some(value);
                self.note(*field, item, Sure::Labelled);
            }
            Some(first) if first == value => {}
            Some(first) => {
                *place = None;
                self.document.evidence.retain(|found| found.field != *field);
                self.document.problems.push(Problem {
                    code: "printed-twice".to_owned(),
                    fields: vec![(*field).to_owned()],
                    sentence: format!("It is printed twice, as {first} and as {value}."),
                });
            }
        }
    }

    fn take_total(&mut self, entry: &Entry<'_>) {
        let label = values::mend(&entry.label);
        let folded = fold(label.as_deref().unwrap_or(&entry.label));
        let Some((value, item)) = entry.value else {
            if let Some(label) = &label {
                self.take_reverse_charge(label, entry.item);
            }
            return;
        };
        if self.is_plain_total(&folded) {
            self.take_plain_total(item, &folded, value);
            return;
        }
        let off = self.language.mentions(Label::Discount, &folded) && value.is_sign_negative();
        if self.is_tax(&folded) && !off {
            let index = self.document.taxes.len();
            let mut tax = self.tax(label.as_deref(), value);
            tax.name = tax.name.filter(|_| !entry.torn);
            self.document.taxes.push(tax);
            self.note(format!("taxes[{index}]"), entry.item, Sure::Labelled);
            self.note(format!("taxes[{index}].amount"), item, Sure::Labelled);
        } else if value.is_sign_negative() && self.document.total.is_none() {
            // What is taken off below the total is a payment or a deposit.
            let index = self.document.discounts.len();
            let promotional_credit = self.language.mentions(Label::PromotionalCredit, &folded);
            let name = label.filter(|_| !entry.torn);
            self.document.discounts.push(Discount { name, amount: Some(value), promotional_credit });
            self.note(format!("discounts[{index}]"), entry.item, Sure::Labelled);
            self.note(format!("discounts[{index}].amount"), item, Sure::Labelled);
        }
    }

    /// `VAT - Sweden (25% on $10.00)`: a tax's word at the beginning.
    pub(super) fn is_tax(&self, folded: &str) -> bool {
        let begins = |spelling: &str| {
            folded.strip_prefix(spelling).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let english = LANGUAGES.first().copied().unwrap_or(self.language);
        let names = self.language.spellings(Label::TaxName).chain(english.spellings(Label::TaxName));
        names.into_iter().any(|name| begins(name) || contains_words(folded, name))
    }

    fn tax(&self, label: Option<&str>, amount: Decimal) -> Tax {
        let Some(label) = label else { return Tax { amount: Some(amount), ..Tax::default() } };
        // The last brackets with a percent hold rate and base.
        let brackets = label.rfind('(').and_then(|at| Some((label.get(..at)?, label.get(at + 1..)?)));
        let (name, inner) = match brackets {
            Some((name, inner)) if inner.contains('%') => (name.to_owned(), inner),
            _ if label.contains('%') => (without_percent(label), label),
            _ => (label.to_owned(), ""),
        };
        let inner = inner.trim_end().trim_end_matches(')');
        let read = inner
            .find(|c: char| c.is_ascii_digit())
            .and_then(|at| values::percent(inner.get(at..)?, &self.locale));
        let rest = read.map(|(_, rest)| rest).unwrap_or_default();
        let inclusive = self.language.mentions(Label::Inclusive, &fold(inner));
        // The base follows the word after the percent: `on $10.00`.
        let base = rest.find(|c: char| c.is_ascii_digit()).and_then(|_| self.base(rest));
        let name = name.trim().trim_end_matches(':');
        Tax {
            name: (!name.is_empty()).then(|| name.to_owned()),
            rate: read.map(|(rate, _)| rate),
            base,
            amount: Some(amount),
            inclusive: Some(inclusive),
        }
    }

    fn base(&self, text: &str) -> Option<Decimal> {
        self.amount_in(text).or_else(|| {
            let words = text.split_once(' ').map_or(text, |(_, rest)| rest);
            self.amount(words)
        })
    }

    pub(super) fn speaks_of_reverse_charge(&self, text: &str) -> bool {
        let english = LANGUAGES.first().copied().unwrap_or(self.language);
        let folded = fold(text);
        [self.language, english].iter().any(|it| it.mentions(Label::ReverseCharge, &folded))
    }

    /// Takes a text as the wording if it speaks of reverse charge.
    pub(super) fn take_reverse_charge(&mut self, text: &str, item: &Item<'_>) {
        // Brackets that are lost leave a text that is not what is printed.
        let whole = text.matches('(').count() == text.matches(')').count();
        if whole && self.document.reverse_charge.is_none() && self.speaks_of_reverse_charge(text) {
            self.document.reverse_charge = Some(text.to_owned());
            self.note("reverse_charge", item, Sure::Labelled);
        }
    }
}

/// `zzgl. 19 % MwSt.`, `VAT @ 20%`: what is left of a tax's name without its rate and the words around that.
/// Nothing where more figures follow.
fn without_percent(label: &str) -> String {
    const AROUND: [&str; 10] = ["zzgl.", "plus", "@", "inkl.", "incl.", "à", "at", "+", "-", "más"];
    let (before, after) = label.split_once('%').unwrap_or((label, ""));
    let named = |text: &str| {
        let words = text.split_whitespace().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
        words.filter(|word| !AROUND.contains(&word.to_lowercase().as_str())).collect::<Vec<_>>().join(" ")
    };
    match named(before) {
        name if !name.is_empty() => name,
        _ if after.contains(|c: char| c.is_ascii_digit()) => String::new(),
        _ => named(after),
    }
}

fn unbalanced(text: &str) -> bool {
    text.matches('(').count() > text.matches(')').count()
}
