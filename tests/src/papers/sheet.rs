//! A paper in Stripe's order, as strings: what every renderer of that layout draws.

use super::paper::{Fields, Headline, Kind, Line, Paper, Print, ReverseCharge, TaxId};
use super::writing::fill;

/// All that is on a document, in reading order.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) title: String,
    /// Label and value.
    pub(super) head: Vec<(String, String)>,
    /// Address columns, the first line of each is bold.
    pub(super) addresses: Vec<Vec<String>>,
    pub(super) headline: String,
    /// Text and address.
    pub(super) pay_online: Option<(String, String)>,
    pub(super) above: Vec<String>,
    /// The table's columns, each with the lines of its head.
    pub(super) columns: Vec<Vec<String>>,
    pub(super) rows: Vec<TableRow>,
    pub(super) totals: Vec<Total>,
    /// A foot-note's number and what it says.
    pub(super) note: Option<String>,
    /// Title, column heads, rows.
    pub(super) payments: Option<(String, [String; 4], Vec<[String; 4]>)>,
    pub(super) below: Vec<String>,
    /// Left of the page's number.
    pub(super) foot: Option<String>,
}

/// A line of the table.
#[derive(Clone, Debug, Default)]
pub(super) struct TableRow {
    /// A cell per column; each may have several lines, which stand below one another.
    pub(super) cells: Vec<Vec<String>>,
    /// A raised `[1]` at the end of the cell for tax.
    pub(super) marked: bool,
    /// Indented.
    pub(super) nested: bool,
}

/// A line of the totals.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    pub(super) label: String,
    pub(super) marked: bool,
    /// The value, and what stands below it.
    pub(super) values: Vec<String>,
    pub(super) bold: bool,
}

/// The sheet of a paper.
pub(super) fn sheet(paper: &Paper) -> Sheet {
    let Paper { fields, print, .. } = paper;
    let labels = print.labels;
    let title = match fields.kind {
        Kind::Invoice => labels.invoice,
        Kind::Receipt => labels.receipt,
        Kind::CreditNote => labels.credit_note,
        Kind::Refund => labels.refund,
        Kind::TaxInvoice => "Tax Invoice",
    };
    let headline = headline(fields, print);
    let memo: Vec<String> = fields.memo.iter().flat_map(|memo| memo.lines()).map(str::to_owned).collect();
    let (above, below) = memo.split_at(print.memo_above.min(memo.len()));
    Sheet {
        title: title.to_owned(),
        head: head(fields, print),
        addresses: addresses(fields, print),
        pay_online: print.link.clone().map(|link| (labels.pay_online.to_owned(), link)),
        above: above.to_vec(),
        columns: columns(print),
        rows: fields.lines.iter().map(|line| row(line, fields, print)).collect(),
        totals: totals(fields, print),
        note: match print.reverse_charge {
            ReverseCharge::FootNote | ReverseCharge::FootNoteAndTax => fields.reverse_charge.clone(),
            _ => None,
        },
        payments: payments(fields, print),
        below: below.to_vec(),
        foot: print.full_foot.then(|| {
            let number = fields.number.as_deref().expect("a number");
            format!("{} · {headline}", print.document_number(number))
        }),
        headline,
    }
}

fn head(fields: &Fields, print: &Print) -> Vec<(String, String)> {
    let labels = print.labels;
    let number = |number: &Option<String>| number.as_ref().map(|number| print.document_number(number));
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| print.long_date(day));
    let issued = if print.invoice_date { labels.invoice_date } else { labels.date_of_issue };
    let numbers = match fields.kind {
        Kind::CreditNote => [
            (labels.credit_note_number, number(&fields.number)),
            (labels.invoice_number, number(&fields.refers_to)),
        ],
        _ => [
            (labels.invoice_number, number(&fields.number)),
            (labels.receipt_number, number(&fields.receipt_number)),
        ],
    };
    let dates = [
        (issued, day(fields.issued)),
        (labels.date_due, day(fields.due)),
        (labels.date_paid, day(fields.paid).filter(|_| fields.kind == Kind::Receipt)),
        (labels.date_refunded, day(fields.refunded).filter(|_| fields.kind == Kind::Refund)),
        (labels.purchase_order, fields.purchase_order.clone()),
    ];
    let custom = fields.custom_fields.iter().map(|field| (field.name.clone(), field.value.clone()));
    let known = numbers.into_iter().chain(dates);
    known.filter_map(|(label, value)| Some((label.to_owned(), value?))).chain(custom).collect()
}

fn addresses(fields: &Fields, print: &Print) -> Vec<Vec<String>> {
    let ids = |ids: &[TaxId]| ids.iter().map(|tax| format!("{} {}", tax.name, tax.id)).collect::<Vec<_>>();
    let vendor =
        [vec![fields.vendor.clone()], print.vendor_address.clone(), ids(&fields.vendor_tax_ids)].concat();
    let customer = [
        vec![print.labels.bill_to.to_owned(), fields.customer.clone()],
        print.customer_address.clone(),
        ids(&fields.customer_tax_ids),
    ];
    let mut all = vec![vendor, customer.concat()];
    if !print.ship_to.is_empty() {
        all.push([vec![print.labels.ship_to.to_owned()], print.ship_to.clone()].concat());
    }
    all
}

fn headline(fields: &Fields, print: &Print) -> String {
    let labels = print.labels;
    let amount = |amount: Option<rust_decimal::Decimal>| {
        print.money_with_code(amount.expect("an amount for the headline"), fields.currency)
    };
    let day = |day: Option<chrono::NaiveDate>| print.long_date(day.expect("a day for the headline"));
    match print.headline {
        Headline::Due => fill(labels.due, &[&amount(fields.amount_due), &day(fields.due.or(fields.issued))]),
        Headline::Paid => fill(labels.paid, &[&amount(fields.amount_paid), &day(fields.paid)]),
        Headline::MarkedPaid => fill(labels.marked_paid, &[&day(fields.paid)]),
        Headline::Refunded => {
            fill(labels.refunded, &[&amount(fields.amount_refunded), &day(fields.refunded)])
        }
    }
}

fn columns(print: &Print) -> Vec<Vec<String>> {
    let labels = print.labels;
    let one = |text: &str| vec![text.to_owned()];
    let price = |text: &str| match print.excluding_tax {
        true => vec![text.to_owned(), labels.excluding_tax.to_owned()],
        false => one(text),
    };
    let mut columns = vec![one(labels.description), one(labels.quantity), price(labels.unit_price)];
    if print.tax_column {
        columns.push(one(labels.tax));
    }
    columns.push(price(labels.amount));
    columns
}

fn row(line: &Line, fields: &Fields, print: &Print) -> TableRow {
    let money = |amount: Option<rust_decimal::Decimal>| {
        amount.map(|amount| print.money(amount, fields.currency)).into_iter().collect::<Vec<_>>()
    };
    let description = [Some(line.description.clone()), line.period.map(|period| print.period(period))]
        .into_iter()
        .flatten();
    let mut cells = vec![
        description.collect(),
        line.quantity.map(|quantity| print.quantity(quantity)).into_iter().collect(),
        money(line.unit_price),
    ];
    let foot_note = matches!(print.reverse_charge, ReverseCharge::FootNote | ReverseCharge::FootNoteAndTax);
    if print.tax_column {
        cells.push(tax_cell(line, fields, print));
    }
    cells.push(money(line.amount));
    TableRow {
        cells,
        marked: foot_note && line.tax_rate.is_some() && fields.reverse_charge.is_some(),
        nested: line.nested,
    }
}

fn tax_cell(line: &Line, fields: &Fields, print: &Print) -> Vec<String> {
    let Some(rate) = line.tax_rate else { return Vec::new() };
    let percent = print.percent(rate);
    let included = fields.taxes.iter().any(|tax| tax.inclusive && tax.rate == Some(rate));
    let Some(amount) = line.amount.filter(|_| included) else { return vec![percent] };
    let net = (amount / (rust_decimal::Decimal::ONE + rate / rust_decimal::Decimal::ONE_HUNDRED))
        .round_dp(fields.currency.places());
    let net = print.money(net, fields.currency);
    if print.narrow_tax_column {
        let template = print.labels.tax_included_short.replacen("{} ", "{}\n", 1).replace(" {}", "\n{}");
        return fill(&template, &[&percent, &net]).lines().map(str::to_owned).collect();
    }
    vec![fill(print.labels.tax_included_short, &[&percent, &net])]
}

fn totals(fields: &Fields, print: &Print) -> Vec<Total> {
    let labels = print.labels;
    let money = |amount| print.money(amount, fields.currency);
    let plain = |label: &str, amount: Option<rust_decimal::Decimal>| {
        amount.map(|amount| Total {
            label: label.to_owned(),
            values: vec![money(amount)],
            ..Total::default()
        })
    };
    let mut all: Vec<Total> = plain(labels.subtotal, fields.subtotal).into_iter().collect();
    all.extend(fields.discounts.iter().filter_map(|discount| plain(&discount.name, Some(discount.amount))));
    all.extend(plain(labels.total_excluding_tax, fields.total_excluding_tax));
    for tax in &fields.taxes {
        let template = if tax.inclusive { labels.tax_included } else { labels.tax_on };
        let rest = tax
            .rate
            .zip(tax.base)
            .map(|(rate, base)| format!(" {}", fill(template, &[&print.percent(rate), &money(base)])));
        let mut values = vec![money(tax.amount)];
        if let Some((currency, rate)) = print.tax_also_in {
            let other = (tax.amount * rate).round_dp(currency.places());
            values.push(format!("({})", print.money(other, currency)));
        }
        let marked = print.reverse_charge == ReverseCharge::FootNoteAndTax && tax.amount.is_zero();
        all.push(Total {
            label: format!("{}{}", tax.name, rest.unwrap_or_default()),
            marked,
            values,
            bold: false,
        });
    }
    if let (ReverseCharge::Totals, Some(sentence)) = (print.reverse_charge, &fields.reverse_charge) {
        all.push(Total { label: sentence.clone(), ..Total::default() });
    }
    all.extend(plain(labels.total, fields.total));
    all.extend(plain(labels.applied_balance, fields.applied_balance));
    all.extend(plain(labels.amount_paid, fields.amount_paid));
    all.extend(plain(labels.amount_refunded, fields.amount_refunded));
    all.extend(fields.amount_due.map(|due| Total {
        label: labels.amount_due.to_owned(),
        values: vec![print.money_with_code(due, fields.currency)],
        ..Total::default()
    }));
    if let Some(last) = all.last_mut() {
        last.bold = true;
    }
    all
}

fn payments(fields: &Fields, print: &Print) -> Option<(String, [String; 4], Vec<[String; 4]>)> {
    let labels = print.labels;
    let rows = fields.payments.iter().map(|payment| {
        [
            payment.method.clone(),
            print.long_date(payment.date),
            print.money(payment.amount, fields.currency),
            print.document_number(&payment.receipt_number),
        ]
    });
    let head = [labels.payment_method, labels.date, labels.amount_paid, labels.receipt_number];
    (!fields.payments.is_empty())
        .then(|| (labels.payment_history.to_owned(), head.map(str::to_owned), rows.collect()))
}
