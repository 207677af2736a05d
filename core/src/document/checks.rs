//! What must agree: lines with subtotal, subtotal and taxes with total, total with what is due. Values that do
//! not are taken out again, and said to be a problem.

use super::draft::rounds_to;
use super::fields::{Document, Evidence, Period, Problem, Reading, Sure};
use rust_decimal::Decimal;

/// Checks all that can be, and says how much of the document is known.
/// Of what can be many, and of what may have lost its sign, only what a sum confirms stays.
pub(super) fn finish(mut document: Document, headline: Option<Decimal>) -> Document {
    let confirmed = check(&mut document, headline);
    for field in ["lines", "discounts", "taxes", "applied_balance"] {
        if !confirmed.contains(&field) {
            withdraw(&mut document, field);
        }
    }
    let whole = document.number.is_some()
        && (document.issued.is_some() || document.paid.is_some() || document.refunded.is_some())
        && document.currency.is_some()
        && document.total.or(document.amount_paid).or(document.amount_refunded).is_some()
        && document.problems.is_empty();
    document.reading = if whole { Reading::Whole } else { Reading::InPart };
    document
}

/// One equation: what it concerns, its two sides, what it is called.
struct Equation {
    code: &'static str,
    fields: Vec<&'static str>,
    left: Decimal,
    right: Decimal,
    /// How far apart the sides may be.
    slack: Decimal,
    sentence: String,
}

/// Says what is confirmed.
fn check(document: &mut Document, headline: Option<Decimal>) -> Vec<&'static str> {
    let equations = equations(document, headline);
    let (holds, fails): (Vec<Equation>, Vec<Equation>) =
        equations.into_iter().partition(|equation| (equation.left - equation.right).abs() <= equation.slack);
    let confirmed: Vec<&'static str> =
        holds.iter().flat_map(|equation| equation.fields.iter().copied()).collect();
    for field in &confirmed {
        confirm(&mut document.evidence, field);
    }
    for equation in fails {
        for field in &equation.fields {
            if !confirmed.contains(field) {
                withdraw(document, field);
            }
        }
        document.problems.push(Problem {
            code: equation.code.to_owned(),
            fields: equation.fields.iter().map(|field| (*field).to_owned()).collect(),
            sentence: equation.sentence,
        });
    }
    check_lines(document);
    check_taxes(document);
    // The sum says that no line is missing, and no line may lack its period.
    let periods: Option<Vec<Period>> =
        document.lines.iter().filter(|line| !line.nested).map(|line| line.period).collect();
    if confirmed.contains(&"lines") {
        document.service_period = periods.and_then(|all| {
            all.into_iter().reduce(|all, one| Period { from: all.from.min(one.from), to: all.to.max(one.to) })
        });
    }
    confirmed
}

fn equations(document: &Document, headline: Option<Decimal>) -> Vec<Equation> {
    let mut all = Vec::new();
    let zero = Decimal::ZERO;
    let Document { subtotal, total, total_excluding_tax, amount_due, amount_paid, applied_balance, .. } =
        *document;
    let amounts: Option<Vec<Decimal>> = document
        .lines
        .iter()
        .enumerate()
        .filter(|(at, line)| line.amount.is_some() || !has_parts(document, *at))
        .map(|(_, line)| line.amount)
        .collect();
    if let Some(amounts) = amounts.filter(|amounts| !amounts.is_empty()) {
        all.extend(lines_equation(document, amounts.iter().sum()));
    }
    // Nothing where it is not known of one whether the prices contain it.
    let taxes: Option<Decimal> = document
        .taxes
        .iter()
        .map(|tax| tax.inclusive.and_then(|inclusive| if inclusive { Some(zero) } else { tax.amount }))
        .sum();
    let discounts: Option<Decimal> = document.discounts.iter().map(|discount| discount.amount).sum();
    if let (Some(subtotal), Some(total), Some(taxes), Some(discounts)) = (subtotal, total, taxes, discounts) {
        let sum = subtotal + discounts + taxes;
        let mut fields = vec!["subtotal", "total"];
        if !document.taxes.is_empty() {
            fields.push("taxes");
        }
        if !document.discounts.is_empty() {
            fields.push("discounts");
        }
        all.push(Equation {
            code: "total-differs",
            fields,
            left: sum,
            right: total,
            slack: zero,
            sentence: format!("Subtotal, discounts and taxes make {sum}, the total is {total}."),
        });
    }
    let every: Option<Decimal> = document.taxes.iter().map(|tax| tax.amount).sum();
    if let (Some(net), Some(total), Some(every)) = (total_excluding_tax, total, every) {
        let sum = net + every;
        all.push(Equation {
            code: "total-excluding-tax-differs",
            fields: vec!["total_excluding_tax", "total", "taxes"],
            left: sum,
            right: total,
            slack: zero,
            sentence: format!("The total excluding tax and the taxes make {sum}, the total is {total}."),
        });
    }
    if let (Some(total), Some(due)) = (total, amount_due) {
        let left = total + applied_balance.unwrap_or_default() - amount_paid.unwrap_or_default();
        let mut fields = vec!["total", "amount_due"];
        fields.extend(applied_balance.map(|_| "applied_balance"));
        fields.extend(amount_paid.map(|_| "amount_paid"));
        all.push(Equation {
            code: "amount-due-differs",
            fields,
            left,
            right: due,
            slack: zero,
            sentence: format!("Total, balance and payments leave {left}, the amount due is {due}."),
        });
    }
    // A receipt names what is paid and nothing that is due. Where it is another amount, it is a part.
    if let (Some(total), None, Some(paid)) = (total, amount_due, amount_paid)
        && total + applied_balance.unwrap_or_default() == paid
    {
        let mut fields = vec!["total", "amount_paid"];
        fields.extend(applied_balance.map(|_| "applied_balance"));
        all.push(Equation {
            code: "amount-paid-differs",
            fields,
            left: paid,
            right: paid,
            slack: zero,
            sentence: String::new(),
        });
    }
    if let Some(headline) = headline {
        let said = [
            ("amount_due", amount_due),
            ("amount_paid", amount_paid),
            ("amount_refunded", document.amount_refunded),
            ("total", total),
        ];
        let equal: Vec<&'static str> =
            said.iter().filter(|(_, value)| *value == Some(headline)).map(|(field, _)| *field).collect();
        if let Some(value) = said.iter().find_map(|(_, value)| *value) {
            all.push(Equation {
                code: "headline-differs",
                fields: if equal.is_empty() { vec!["amount_due", "total"] } else { equal.clone() },
                left: headline,
                right: if equal.is_empty() { value } else { headline },
                slack: zero,
                sentence: format!("The headline says {headline}, the totals do not."),
            });
        }
    }
    all
}

/// The lines make the subtotal, or where none is printed the total excluding tax, or the total. Prices with their
/// taxes make the total beside the others.
fn lines_equation(document: &Document, sum: Decimal) -> Option<Equation> {
    let bases = [
        ("subtotal", document.subtotal),
        ("total_excluding_tax", document.total_excluding_tax),
        ("total", document.total),
    ];
    let mut printed = bases.iter().filter_map(|(field, value)| Some((*field, (*value)?)));
    let (field, right) = printed.clone().find(|(_, value)| *value == sum).or_else(|| printed.next())?;
    let mut fields = vec!["lines"];
    // That lines leave something out says nothing against a total.
    if field != "total" || right == sum {
        fields.push(field);
    }
    Some(Equation {
        code: "lines-differ-from-subtotal",
        fields,
        left: sum,
        right,
        slack: Decimal::ZERO,
        sentence: format!("The lines add up to {sum}, the {} is {right}.", field.replace('_', " ")),
    })
}

/// Whether a line is the head of nested ones, which carry its amounts.
fn has_parts(document: &Document, at: usize) -> bool {
    document.lines.get(at + 1).is_some_and(|next| next.nested)
        && document.lines.get(at).is_some_and(|line| !line.nested)
}

/// Quantity times unit price is the amount, or one of them was read wrongly.
fn check_lines(document: &mut Document) {
    for (index, line) in document.lines.iter_mut().enumerate() {
        let (Some(quantity), Some(price), Some(amount)) = (line.quantity, line.unit_price, line.amount)
        else {
            continue;
        };
        let product = quantity.checked_mul(price);
        if product.is_some_and(|product| rounds_to(product, amount)) {
            for field in ["quantity", "unit_price", "amount"] {
                confirm(&mut document.evidence, &format!("lines[{index}].{field}"));
            }
        }
    }
}

/// Rate times base is the tax, rounded.
fn check_taxes(document: &mut Document) {
    let mut problems = Vec::new();
    for (index, tax) in document.taxes.iter_mut().enumerate() {
        let (Some(rate), Some(base), Some(amount)) = (tax.rate, tax.base, tax.amount) else { continue };
        let Some(exact) = base.checked_mul(rate).map(|product| product / Decimal::ONE_HUNDRED) else {
            continue;
        };
        // Taxes are rounded for each line, so a document of many lines may be off by as many cents.
        let slack = Decimal::new(i64::try_from(document.lines.len()).unwrap_or(1).max(1), 2);
        if (exact - amount).abs() <= slack {
            confirm(&mut document.evidence, &format!("taxes[{index}]"));
        } else {
            problems.push(Problem {
                code: "tax-differs".to_owned(),
                fields: vec![format!("taxes[{index}].rate"), format!("taxes[{index}].base")],
                sentence: format!("{rate} % of {base} is {exact}, the tax is {amount}."),
            });
            (tax.rate, tax.base) = (None, None);
        }
    }
    document.problems.extend(problems);
}

fn confirm(evidence: &mut [Evidence], field: &str) {
    let belongs =
        |known: &str| known == field || (known.starts_with(field) && known[field.len()..].starts_with('['));
    for found in evidence.iter_mut().filter(|found| belongs(&found.field)) {
        found.sure = Sure::Checked;
    }
}

fn withdraw(document: &mut Document, field: &str) {
    match field {
        "lines" => document.lines.clear(),
        "taxes" => document.taxes.clear(),
        "discounts" => document.discounts.clear(),
        "subtotal" => document.subtotal = None,
        "total" => document.total = None,
        "total_excluding_tax" => document.total_excluding_tax = None,
        "amount_due" => document.amount_due = None,
        "amount_paid" => document.amount_paid = None,
        "amount_refunded" => document.amount_refunded = None,
        "applied_balance" => document.applied_balance = None,
        _ => return,
    }
    document.evidence.retain(|found| {
        let rest = found.field.strip_prefix(field);
        !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    });
}
