//! The named papers: one for each trait of real documents, in each language where that makes a difference.

use rust_decimal::Decimal;

use super::draft::{Draft, Taxation, minor};
use super::labels::{self, Labels};
use super::paper::{Currency, Discount, Headline, Kind, Line, Paper, ReverseCharge};
use crate::random::Random;

/// A trait, and how a paper gets it.
type Trait = (&'static str, fn(&mut Draft));

/// Traits that are printed with other words or signs in every language.
const EVERYWHERE: [Trait; 22] = [
    ("plain", |_| {}),
    ("vat", |draft| draft.taxation = Taxation::Exclusive(vec![draft.vat()])),
    ("vat-column", |draft| {
        vat_column(draft, false);
    }),
    ("vat-included", |draft| draft.taxation = Taxation::Inclusive(vec![draft.vat()])),
    ("vat-included-column", |draft| {
        vat_column(draft, true);
        draft.print.narrow_tax_column = true;
    }),
    ("reverse-charge-note", |draft| reverse_charge(draft, ReverseCharge::FootNote)),
    ("reverse-charge-note-and-tax", |draft| reverse_charge(draft, ReverseCharge::FootNoteAndTax)),
    ("reverse-charge-totals", |draft| {
        draft.tax_ids();
        draft.taxation = Taxation::ReverseCharge;
        draft.print.reverse_charge = ReverseCharge::Totals;
    }),
    ("prorations", prorations),
    ("tiers", tiers),
    ("applied-balance", |draft| {
        draft.fields.lines[0].amount = Some(minor(2_500));
        draft.fields.lines[0].unit_price = Some(minor(2_500));
        draft.balance = minor(940);
    }),
    ("discount", |draft| draft.percent_off("WELCOME20", 20)),
    ("receipt", |draft| {
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
        draft.receipt(1);
    }),
    ("receipt-two-payments", |draft| draft.receipt(2)),
    ("credit-note", credit_note),
    ("refund", refund),
    ("thousands", |draft| {
        let name = draft.print.labels.products[3];
        draft.line(name, 250, minor(4_990));
        draft.line(name, 1_200, minor(110_050));
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
    }),
    ("purchase-order", |draft| {
        draft.fields.purchase_order = Some("PO-2024-00117".to_owned());
        draft.custom_field("Cost center", "R-114");
    }),
    ("tax-ids", |draft| {
        draft.tax_ids();
        draft.fields.vendor_tax_ids.push(tax_id("GB VAT", "GB000000000"));
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
    }),
    ("many-pages", many_pages),
    ("two-dollar-lines", |draft| {
        draft.fields.currency = Currency::Usd;
        let name = draft.print.labels.products[2];
        draft.line(name, 3, minor(1_234));
        draft.period_on_last_line();
    }),
    ("excluding-tax-heads", |draft| {
        draft.print.excluding_tax = true;
        vat_column(draft, false);
    }),
];

/// Traits that were seen on English pages, or that are the same on every page.
const ENGLISH: [Trait; 58] = [
    ("reverse-charge-memo", |draft| {
        draft.tax_ids();
        let sentence = "Services subject to the reverse-charge - VAT to be accounted for by the recipient as per \
                        Article 196 of Council Directive 2006/112/EC";
        draft.fields.memo = Some(sentence.to_owned());
        draft.fields.reverse_charge = Some(sentence.to_owned());
    }),
    ("customer-vat-id-alone", |draft| {
        draft.tax_ids();
        draft.fields.vendor_tax_ids.clear();
    }),
    ("two-taxes", |draft| {
        draft.taxation = Taxation::Exclusive(vec![
            ("New York State Tax".to_owned(), Decimal::new(4, 0)),
            ("New York City Tax".to_owned(), Decimal::new(45, 1)),
        ]);
    }),
    ("three-places-of-tax-rate", |draft| {
        draft.taxation = Taxation::Exclusive(vec![("Sales Tax".to_owned(), Decimal::new(8_875, 3))]);
    }),
    ("two-rates", two_rates),
    ("two-rates-included", |draft| {
        two_rates(draft);
        if let Taxation::Exclusive(taxes) = draft.taxation.clone() {
            draft.taxation = Taxation::Inclusive(taxes);
        }
    }),
    ("tax", |draft| draft.taxation = Taxation::Exclusive(vec![("Tax".to_owned(), 21.into())])),
    ("tax-as-line", |draft| {
        draft.fields.vendor = "Anthropic".to_owned();
        draft.line("Tax", 1, minor(387));
    }),
    ("tax-also-in-euros", |draft| {
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
        draft.print.tax_also_in = Some((Currency::Eur, Decimal::new(9_736, 4)));
    }),
    ("applied-balance-all", |draft| draft.balance = minor(1_000_000)),
    ("zero-total", |draft| draft.percent_off("Launch offer", 100)),
    ("zero-price", |draft| {
        draft.fields.lines.clear();
        draft.line("Free plan", 1, minor(0));
        draft.period_on_last_line();
    }),
    ("promotional-credit", |draft| promotional_credit(draft, "Promotional credits")),
    ("promotional-credit-and-tax", |draft| {
        promotional_credit(draft, "Promotional credit");
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
    }),
    ("discount-and-tax", |draft| {
        draft.percent_off("Annual commitment", 15);
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
    }),
    ("discount-of-an-amount", |draft| {
        let name = "Partner offer ($2.00 off)".to_owned();
        draft.fields.discounts.push(Discount { name, amount: minor(-200), promotional_credit: false });
    }),
    ("wrapped-description", |draft| {
        let long = "Invented Assistant Team plan with a workspace for several departments, billed monthly, \
                    unused seats returned at the end of the period";
        draft.line(long, 7, minor(2_500));
        draft.period_on_last_line();
    }),
    ("country-prefix", |draft| {
        draft.print.country_prefix = true;
        draft.balance = minor(40);
    }),
    ("day-first", |draft| draft.print.day_first = true),
    ("invoice-date-and-due-later", |draft| {
        draft.print.invoice_date = true;
        draft.fields.vendor = "OpenRouter, Inc".to_owned();
        draft.fields.due = draft.fields.issued.map(|day| day + chrono::Days::new(14));
        draft.fields.memo = Some("OpenRouter Invoice for #8841\nOpenRouter EIN: 00-0000000".to_owned());
        draft.print.memo_above = 1;
    }),
    ("yen", |draft| {
        draft.whole_units(Currency::Jpy);
        draft.taxation = Taxation::Exclusive(vec![("JCT".to_owned(), 10.into())]);
    }),
    ("pounds", |draft| {
        draft.fields.currency = Currency::Gbp;
        draft.taxation = Taxation::Exclusive(vec![("VAT - United Kingdom".to_owned(), 20.into())]);
    }),
    ("euros", |draft| draft.fields.currency = Currency::Eur),
    ("canadian-dollars", |draft| draft.fields.currency = Currency::Cad),
    ("kronor", |draft| draft.fields.currency = Currency::Sek),
    ("small-unit-prices", |draft| {
        draft.fields.lines.clear();
        draft.line("Tokens, input", 48_211, Decimal::new(15, 6));
        draft.line("Tokens, output", 9_102, Decimal::new(37_993_124, 7));
        draft.period_on_last_line();
    }),
    ("hard-hyphen", |draft| {
        draft.print.hard_hyphen = true;
        draft.fields.number = Some("RCPT-6280974-202604-0001".to_owned());
    }),
    ("long-number", |draft| draft.fields.number = Some("202AFAF2-152702".to_owned())),
    ("own-number-scheme", |draft| draft.fields.number = Some("INV-2025-000431".to_owned())),
    ("long-vendor", |draft| {
        draft.fields.vendor =
            "Consolidated Imaginary Instruments and Laboratory Supplies International Limited".to_owned();
    }),
    ("offset-columns", |draft| {
        draft.tax_ids();
        draft.print.offset = 3.4;
    }),
    ("ship-to", |draft| {
        let lines = ["Harbour & Finch Ltd", "Unit 9, Fictional Business Park", "Cork", "Ireland"];
        draft.print.ship_to = lines.map(str::to_owned).to_vec();
    }),
    ("marked-as-paid", |draft| {
        draft.receipt(1);
        draft.print.headline = Headline::MarkedPaid;
        draft.fields.payments.clear();
    }),
    ("receipt-of-a-balance", |draft| {
        draft.fields.lines[0].amount = Some(minor(2_500));
        draft.fields.lines[0].unit_price = Some(minor(2_500));
        draft.receipt(1);
        draft.balance = minor(500);
    }),
    ("receipt-three-parts", |draft| {
        draft.receipt(1);
        draft.fields.receipt_number = Some("2699-8822-5500".to_owned());
        draft.fields.payments[0].receipt_number = "2699-8822-5500".to_owned();
    }),
    ("receipt-many-pages", |draft| {
        many_pages(draft);
        draft.receipt(1);
    }),
    ("partial-credit-note", |draft| {
        credit_note(draft);
        draft.fields.memo = Some("Reason: two seats were never used.".to_owned());
    }),
    ("no-period", |draft| draft.fields.lines[0].period = None),
    ("no-link", |draft| draft.print.link = None),
    ("memo-above", |draft| {
        draft.fields.memo =
            Some("Please pay by transfer to the account on file.\nThank you for your trust.".to_owned());
        draft.print.memo_above = 2;
    }),
    ("memo-below", |draft| {
        draft.fields.memo =
            Some("Quillmark is a registered trade name. Questions: help@vendor.example".to_owned());
    }),
    ("english-euros-included", |draft| {
        draft.fields.currency = Currency::Eur;
        vat_column(draft, true);
    }),
    ("period-over-new-year", |draft| {
        let december = chrono::NaiveDate::from_ymd_opt(2024, 12, 24);
        draft.fields.issued = december;
        draft.fields.due = december;
        draft.print.year_twice = false;
        draft.period_on_last_line();
        draft.fields.lines.truncate(1);
        let period = draft.month();
        draft.fields.lines[0].period = Some(period);
    }),
    ("sold-through-link", |draft| {
        // The legal entity's own name: Stripe's merchant of record.
        draft.fields.vendor = "Sold through Link, LLC".to_owned();
    }),
    ("vendor-vat-in-head", |draft| draft.custom_field("OpenAI VAT", "EU000000000")),
    ("period-that-drifts", |draft| {
        let period = draft.fields.lines[0].period.as_mut().expect("a period");
        period.to = period.to - chrono::Days::new(1);
    }),
    ("description-with-amounts", |draft| {
        draft.line("Credits pack 2024 (1,000 credits at $0.05, was $80.00)", 2, minor(4_999));
        draft.line("Refill of 3 x 10% bonus", 1, minor(310));
    }),
    ("description-like-labels", |draft| {
        draft.line("Total Recall archive", 1, minor(1_500));
        draft.line("Subtotal reports, add-on", 3, minor(225));
        draft.line("Tax filing assistant", 1, minor(9_900));
        draft.line("Amount due reminders", 1, minor(700));
        draft.line("Discount finder", 1, minor(50));
    }),
    ("vendor-like-a-label", |draft| draft.fields.vendor = "Invoice Date Calendars, Inc.".to_owned()),
    ("vendor-like-a-tax", |draft| draft.fields.vendor = "Tax Helpers Total, LLC".to_owned()),
    ("customer-like-a-label", |draft| draft.fields.customer = "Amount Due Recoveries Ltd".to_owned()),
    ("memo-with-amounts", |draft| {
        draft.fields.memo = Some(
            "Your next invoice comes to $99.00 and is due December 31, 2027.\n\
             Total credits left: $12.34. Invoice number of the order: ZZZZ9999-0001."
                .to_owned(),
        );
        draft.print.memo_above = 1;
    }),
    ("memo-under-the-headline-of-a-receipt", |draft| {
        draft.receipt(1);
        draft.fields.memo = Some("Questions: help@vendor.example".to_owned());
        draft.print.memo_above = 1;
    }),
    ("quantity-of-nought", |draft| {
        draft.line("Unused seats", 0, minor(1_200));
        draft.line("Calls over the limit", 12_345, Decimal::new(2, 4));
    }),
    ("tax-with-a-long-name", |draft| {
        let name = "VAT - United Kingdom of Great Britain and Northern Ireland, standard rate".to_owned();
        draft.taxation = Taxation::Exclusive(vec![(name, 20.into())]);
    }),
    ("balance-discount-tax-and-memo", |draft| {
        draft.fields.lines[0].unit_price = Some(minor(20_000));
        draft.fields.lines[0].amount = Some(minor(20_000));
        draft.percent_off("Nonprofit", 25);
        draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
        draft.balance = minor(4_321);
        draft.fields.memo = Some("Thank you.".to_owned());
        draft.fields.purchase_order = Some("4500012345".to_owned());
    }),
    ("two-vendor-columns-and-ids", |draft| {
        draft.tax_ids();
        draft.print.offset = -2.2;
        draft.print.ship_to =
            ["Harbour & Finch Ltd", "Dock 3", "Cork", "Ireland"].map(str::to_owned).to_vec();
        draft.fields.customer_tax_ids.push(tax_id("GB VAT", "GB000000002"));
    }),
    ("twelve-lines", |draft| {
        for seat in 0..11 {
            draft.line(&format!("Additional seat, group {}", seat + 1), seat + 1, minor(1_999));
        }
    }),
];

/// Traits of one language.
const ALONE: [(&str, Trait); 3] = [
    (
        "ja",
        ("yen", |draft| {
            draft.whole_units(Currency::Jpy);
            draft.taxation = Taxation::Exclusive(vec![("消費税".to_owned(), 10.into())]);
        }),
    ),
    (
        "es",
        ("vat-of-no-country", |draft| {
            draft.taxation = Taxation::Exclusive(vec![("IVA".to_owned(), 21.into())])
        }),
    ),
    (
        "de",
        ("reverse-charge-memo", |draft| {
            let sentence = "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)";
            draft.fields.memo = Some(sentence.to_owned());
            draft.fields.reverse_charge = Some(sentence.to_owned());
        }),
    ),
];

/// All papers in Stripe's layout.
pub(super) fn stripe() -> Vec<Paper> {
    let everywhere =
        labels::ALL.into_iter().flat_map(|labels| EVERYWHERE.iter().map(move |case| (labels, case)));
    let english = ENGLISH.iter().map(|case| (labels::of("en"), case));
    let alone = ALONE.iter().map(|(code, case)| (labels::of(code), case));
    everywhere.chain(english).chain(alone).map(|(labels, case)| paper(labels, case)).collect()
}

/// A paper that no list names: the traits that go together in any number, drawn at random.
pub(super) fn random(seed: u64) -> Paper {
    let mut random = Random::labelled(seed, "random paper");
    // The base fonts have no Japanese.
    let labels = *random.pick(&labels::ALL[..8]);
    let mut draft = Draft::new(labels, seed);
    for place in 0..random.below(30) * random.below(2) {
        let name = *random.pick(&labels.products);
        // Amounts of eight digits would be drawn over the cell beside them.
        let (most, price) = if place % 7 == 6 { (40, 2_000_000) } else { (1_500, 30_000) };
        let price = minor(random.below(price) as i64);
        draft.line(name, 1 + random.below(most) as i64, price);
        if random.below(2) == 0 {
            draft.period_on_last_line();
        }
    }
    match random.below(7) {
        0 => prorations(&mut draft),
        1 => tiers(&mut draft),
        _ => {}
    }
    match random.below(8) {
        0 => draft.taxation = Taxation::Exclusive(vec![draft.vat()]),
        1 => draft.taxation = Taxation::Inclusive(vec![draft.vat()]),
        2 => vat_column(&mut draft, false),
        3 => vat_column(&mut draft, true),
        4 => {
            let places = [ReverseCharge::FootNote, ReverseCharge::FootNoteAndTax, ReverseCharge::Totals];
            reverse_charge(&mut draft, *random.pick(&places));
        }
        _ => {}
    }
    if random.below(4) == 0 {
        draft.percent_off("Launch offer", 1 + random.below(100) as i64);
    }
    if random.below(5) == 0 {
        draft.balance = minor(random.below(20_000) as i64);
    }
    if random.below(3) == 0 {
        draft.fields.memo = Some("Questions: help@vendor.example\nThank you.".to_owned());
        draft.print.memo_above = random.below(3) as usize;
    }
    if random.below(3) == 0 {
        draft.fields.purchase_order = Some(format!("PO-{}", random.below(100_000)));
    }
    match random.below(6) {
        0 => draft.receipt(1 + random.below(3) as usize),
        1 => refund(&mut draft),
        _ => {}
    }
    draft.finish(&format!("random-{seed}"))
}

fn paper(labels: &'static Labels, (name, change): &Trait) -> Paper {
    let mut draft = Draft::new(labels, crate::random::fnv(name.as_bytes()));
    change(&mut draft);
    draft.finish(&format!("{}-{name}", labels.code))
}

fn tax_id(name: &str, id: &str) -> super::paper::TaxId {
    super::paper::TaxId { name: name.to_owned(), id: id.to_owned() }
}

fn vat_column(draft: &mut Draft, inclusive: bool) {
    let (name, rate) = draft.vat();
    draft.tax_column(rate);
    let taxes = vec![(name, rate)];
    draft.taxation = if inclusive { Taxation::Inclusive(taxes) } else { Taxation::Exclusive(taxes) };
}

fn reverse_charge(draft: &mut Draft, place: ReverseCharge) {
    draft.tax_ids();
    draft.tax_column(Decimal::ZERO);
    draft.taxation = Taxation::ReverseCharge;
    draft.print.reverse_charge = place;
}

fn prorations(draft: &mut Draft) {
    let [team, pro, ..] = draft.print.labels.products;
    draft.line(team, 1, minor(-691));
    draft.period_on_last_line();
    draft.line(pro, 2, minor(4_000));
    draft.period_on_last_line();
}

/// A head without an amount, and its tiers below. Quantities have English digits on every page.
fn tiers(draft: &mut Draft) {
    let [_, _, usage, _] = draft.print.labels.products;
    let [unit, flat] = draft.print.labels.tiers;
    draft.print.english_quantity = true;
    let period = Some(draft.month());
    draft.fields.lines.push(Line { description: usage.to_owned(), period, ..Line::default() });
    draft.line(unit, 1_000, minor(2));
    draft.line(flat, 1, minor(500));
    let count = draft.fields.lines.len();
    for line in &mut draft.fields.lines[count - 2..] {
        line.nested = true;
    }
}

fn promotional_credit(draft: &mut Draft, name: &str) {
    draft.fields.discounts.push(Discount {
        name: name.to_owned(),
        amount: minor(-300),
        promotional_credit: true,
    });
}

fn two_rates(draft: &mut Draft) {
    draft.line("Printed handbook", 2, minor(1_990));
    draft.print.tax_column = true;
    for (line, rate) in draft.fields.lines.iter_mut().zip([23, 9]) {
        line.tax_rate = Some(rate.into());
    }
    draft.taxation = Taxation::Exclusive(vec![
        ("VAT - Ireland".to_owned(), 23.into()),
        ("VAT - Ireland reduced".to_owned(), 9.into()),
    ]);
}

fn credit_note(draft: &mut Draft) {
    draft.fields.kind = Kind::CreditNote;
    draft.print.headline = Headline::Refunded;
    draft.fields.due = None;
    draft.fields.refunded = draft.fields.issued;
    draft.fields.refers_to = draft.fields.number.take();
    draft.fields.number = draft.fields.refers_to.as_ref().map(|number| format!("{number}-CN-01"));
    draft.print.link = None;
    draft.taxation = Taxation::Exclusive(vec![draft.vat()]);
}

fn refund(draft: &mut Draft) {
    draft.receipt(1);
    draft.fields.payments.clear();
    draft.fields.kind = Kind::Refund;
    draft.print.headline = Headline::Refunded;
    draft.fields.refunded = draft.fields.paid.take();
    draft.fields.refers_to = draft.fields.number.clone();
}

fn many_pages(draft: &mut Draft) {
    let name = draft.print.labels.products[3];
    for place in 0..40 {
        draft.line(&format!("{name} {}", place + 1), 1 + place % 3, minor(1_000 + 7 * place));
        draft.period_on_last_line();
    }
    draft.print.full_foot = true;
}
