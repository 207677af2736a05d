//! A paper in the making: lines and taxes go in, sums that agree with one another come out.

use chrono::{Days, Months, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use sha2::{Digest as _, Sha256};

use super::labels::Labels;
use super::paper::{
    Currency, CustomField, Discount, Fields, Headline, Kind, Line, Paper, Payment, Period, Print,
    ReverseCharge, Source, Tax, TaxId,
};
use crate::random::{ALPHANUMERIC, Random, UPPER_AND_DIGITS};
use crate::token;

/// How tax comes into the sums.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Taxation {
    None,
    /// Name and percent, each on all lines or on those of its rate where lines have one.
    Exclusive(Vec<(String, Decimal)>),
    /// The same, contained in the prices.
    Inclusive(Vec<(String, Decimal)>),
    /// The customer owes it.
    ReverseCharge,
}

/// A paper in the making.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) random: Random,
    pub(super) fields: Fields,
    pub(super) print: Print,
    pub(super) taxation: Taxation,
    /// The balance that the customer had, positive.
    pub(super) balance: Decimal,
}

/// `20.00`
pub(super) fn minor(units: i64) -> Decimal {
    Decimal::new(units, 2)
}

/// Half away from nought, as invoices round.
pub(super) fn round(value: Decimal, currency: Currency) -> Decimal {
    value.round_dp_with_strategy(currency.places(), RoundingStrategy::MidpointAwayFromZero)
}

struct World {
    code: &'static str,
    customer: &'static str,
    address: &'static [&'static str],
    country: &'static str,
    rate: i64,
    tax_id: (&'static str, &'static str),
}

/// Invented customers, one per language.
const WORLD: [World; 9] = [
    World {
        code: "en",
        customer: "Harbour & Finch Ltd",
        address: &[
            "12 Sample Lane",
            "Dublin 1",
            "Ireland",
            "+353 1 555 0100",
            "accounts@harbour-finch.example",
        ],
        country: "Ireland",
        rate: 23,
        tax_id: ("IE VAT", "IE0000000AA"),
    },
    World {
        code: "es",
        customer: "Talleres Olmo S.L.",
        address: &["Calle Inventada 4, 2º B", "28000 Madrid", "España", "facturas@talleres-olmo.example"],
        country: "España",
        rate: 21,
        tax_id: ("ES VAT", "ESB00000000"),
    },
    World {
        code: "de",
        customer: "Nordlicht Werkzeuge GmbH",
        address: &["Musterweg 7", "20000 Hamburg", "Deutschland", "buchhaltung@nordlicht-werkzeuge.example"],
        country: "Deutschland",
        rate: 19,
        tax_id: ("DE VAT", "DE000000000"),
    },
    World {
        code: "fr",
        customer: "Atelier Brume SARL",
        address: &["3 rue de l'Exemple", "69000 Lyon", "France", "compta@atelier-brume.example"],
        country: "France",
        rate: 20,
        tax_id: ("FR VAT", "FR00000000000"),
    },
    World {
        code: "it",
        customer: "Officine Lanterna S.r.l.",
        address: &["Via dell'Esempio 9", "16100 Genova GE", "Italia", "fatture@officine-lanterna.example"],
        country: "Italia",
        rate: 22,
        tax_id: ("IT VAT", "IT00000000000"),
    },
    World {
        code: "nl",
        customer: "Zandkust B.V.",
        address: &["Voorbeeldstraat 21", "1000 AA Amsterdam", "Nederland", "administratie@zandkust.example"],
        country: "Nederland",
        rate: 21,
        tax_id: ("NL VAT", "NL000000000B00"),
    },
    World {
        code: "sv",
        customer: "Granskog AB",
        address: &["Exempelgatan 5", "111 00 Stockholm", "Sverige", "faktura@granskog.example"],
        country: "Sverige",
        rate: 25,
        tax_id: ("SE VAT", "SE000000000001"),
    },
    World {
        code: "pt",
        customer: "Pedra Clara Lda.",
        address: &["Rua do Exemplo 30", "1000-000 Lisboa", "Portugal", "contas@pedra-clara.example"],
        country: "Portugal",
        rate: 23,
        tax_id: ("PT VAT", "PT000000000"),
    },
    World {
        code: "ja",
        customer: "架空商事株式会社",
        address: &["港区芝公園 1-2-3", "東京都 105-0000", "日本", "keiri@kakuu.example"],
        country: "日本",
        rate: 10,
        tax_id: ("JP TRN", "T0000000000000"),
    },
];

/// Invented vendors, and a few real names that a reader may know, at invented addresses.
const VENDORS: [(&str, &[&str]); 7] = [
    (
        "OpenAI, LLC",
        &["1 Example Street", "San Francisco, California 94000", "United States", "ar@vendor.example"],
    ),
    ("Fernleaf Software, Inc.", &["200 Placeholder Ave", "Suite 5", "Austin, Texas 78000", "United States"]),
    (
        "Anthropic",
        &["2 Example Street", "San Francisco, California 94001", "United States", "+1 415-555-0100"],
    ),
    ("Blaukiesel GmbH", &["Beispielallee 3", "10000 Berlin", "Germany", "rechnung@blaukiesel.example"]),
    (
        "OpenRouter, Inc",
        &["3 Example Street", "New York, New York 10000", "United States", "ap@router.example"],
    ),
    ("Konvolut OÜ", &["Näidise 8", "10000 Tallinn", "Estonia", "billing@konvolut.example"]),
    ("Quillmark Ltd", &["44 Specimen Road", "London W1A 0AA", "United Kingdom", "+44 20 7946 0000"]),
];

impl Draft {
    /// One line, no tax, due on the day of issue: what most are like.
    pub(super) fn new(labels: &'static Labels, seed: u64) -> Draft {
        let mut random = Random::labelled(seed, labels.code);
        let world = world(labels.code);
        let (vendor, address) = *random.pick(&VENDORS);
        let issued = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a day") + Days::new(random.below(1300));
        let prefix = random.text(UPPER_AND_DIGITS, 8);
        let number = format!("{prefix}-{:04}", 1 + random.below(300));
        let euro = labels.code != "en" && labels.code != "ja" && random.below(3) > 0;
        let currency = if euro { Currency::Eur } else { Currency::Usd };
        let link = link(&mut random, issued);
        let fields = Fields {
            source: Source::Stripe,
            language: labels.code,
            vendor: vendor.to_owned(),
            number: Some(number),
            issued: Some(issued),
            due: Some(issued),
            currency,
            customer: world.customer.to_owned(),
            ..Fields::default()
        };
        let print = Print {
            labels,
            letter: random.below(2) == 0,
            vendor_address: owned(address),
            customer_address: owned(world.address),
            ship_to: Vec::new(),
            offset: 0.0,
            country_prefix: false,
            day_first: false,
            invoice_date: false,
            year_twice: random.below(3) == 0,
            plain_space: random.below(4) == 0,
            hard_hyphen: false,
            english_quantity: false,
            excluding_tax: false,
            headline: Headline::Due,
            reverse_charge: ReverseCharge::Memo,
            tax_column: false,
            narrow_tax_column: false,
            tax_also_in: None,
            memo_above: 0,
            full_foot: random.below(2) == 0,
            link: Some(link),
        };
        let mut draft = Draft { random, fields, print, taxation: Taxation::None, balance: Decimal::ZERO };
        let product = draft.random.below(2) as usize;
        let price = minor(500 + 50 * draft.random.below(600) as i64);
        draft.line(labels.products[product], 1, price);
        draft.period_on_last_line();
        draft
    }

    /// Adds a line.
    pub(super) fn line(&mut self, description: &str, quantity: i64, unit_price: Decimal) {
        self.fields.lines.push(Line {
            description: description.to_owned(),
            quantity: Some(quantity.into()),
            unit_price: Some(unit_price),
            amount: Some(round(unit_price * Decimal::from(quantity), self.fields.currency)),
            ..Line::default()
        });
    }

    /// A month from the day of issue.
    pub(super) fn month(&self) -> Period {
        let from = self.fields.issued.expect("a day");
        Period { from, to: from + Months::new(1) }
    }

    /// Gives the last line a month's period.
    pub(super) fn period_on_last_line(&mut self) {
        let period = self.month();
        self.fields.lines.last_mut().expect("a line").period = Some(period);
    }

    /// The value-added tax of the customer's country, by the name that totals print.
    pub(super) fn vat(&self) -> (String, Decimal) {
        let world = world(self.print.labels.code);
        (format!("{} - {}", self.print.labels.vat, world.country), world.rate.into())
    }

    /// Tax numbers of both.
    pub(super) fn tax_ids(&mut self) {
        let (name, id) = world(self.print.labels.code).tax_id;
        self.fields.customer_tax_ids.push(TaxId { name: name.to_owned(), id: id.to_owned() });
        self.fields
            .vendor_tax_ids
            .push(TaxId { name: "EU OSS VAT".to_owned(), id: "EU000000000".to_owned() });
    }

    /// A rate for each line, printed in a column.
    pub(super) fn tax_column(&mut self, rate: Decimal) {
        self.print.tax_column = true;
        for line in &mut self.fields.lines {
            line.tax_rate = line.amount.map(|_| rate);
        }
    }

    /// All of it is paid, on this many days.
    pub(super) fn receipt(&mut self, payments: usize) {
        self.fields.kind = Kind::Receipt;
        self.print.headline = Headline::Paid;
        self.print.link = None;
        let due = self.fields.due.take().expect("a day");
        self.fields.issued = None;
        let digits = |random: &mut Random| format!("{:04}", 1000 + random.below(9000));
        for place in 0..payments {
            let receipt_number = format!("{}-{}", digits(&mut self.random), digits(&mut self.random));
            self.fields.payments.push(Payment {
                method: (*self.random.pick(&["Visa - 4242", "Mastercard - 4444", "SEPA - 3000"])).to_owned(),
                date: due + Days::new(9 * place as u64),
                amount: Decimal::ZERO,
                receipt_number,
            });
        }
        // The history lists the newest first.
        self.fields.payments.reverse();
        self.fields.receipt_number =
            self.fields.payments.first().map(|payment| payment.receipt_number.clone());
        self.fields.paid = self.fields.payments.first().map(|payment| payment.date);
    }

    /// A labelled value of the head.
    pub(super) fn custom_field(&mut self, name: &str, value: &str) {
        self.fields.custom_fields.push(CustomField { name: name.to_owned(), value: value.to_owned() });
    }

    /// Takes a percentage of the lines' sum off.
    pub(super) fn percent_off(&mut self, name: &str, percent: i64) {
        let rate = self.print.percent(percent.into());
        let name = format!("{name} {}", super::writing::fill(self.print.labels.percent_off, &[&rate]));
        let amount = -round(self.sum() * Decimal::from(percent) / Decimal::ONE_HUNDRED, self.fields.currency);
        self.fields.discounts.push(Discount { name, amount, promotional_credit: false });
    }

    /// What the lines come to.
    pub(super) fn sum(&self) -> Decimal {
        self.fields.lines.iter().filter_map(|line| line.amount).sum()
    }

    /// In a currency without decimals.
    pub(super) fn whole_units(&mut self, currency: Currency) {
        self.fields.currency = currency;
        for line in &mut self.fields.lines {
            let scale = |amount: Decimal| (amount * Decimal::ONE_HUNDRED).round_dp(0).normalize();
            line.unit_price = line.unit_price.map(scale);
            line.amount = line.amount.map(scale);
        }
    }

    /// Does the sums.
    pub(super) fn finish(mut self, name: &str) -> Paper {
        let currency = self.fields.currency;
        let subtotal = self.sum();
        let discount: Decimal = self.fields.discounts.iter().map(|discount| discount.amount).sum();
        let sum = subtotal + discount;
        let total = self.tax(sum);
        let fields = &mut self.fields;
        fields.subtotal = Some(subtotal);
        fields.total = Some(total);
        if self.taxation != Taxation::None {
            let inclusive: Decimal = fields.taxes.iter().filter(|t| t.inclusive).map(|t| t.amount).sum();
            fields.total_excluding_tax = Some(sum - inclusive);
        }
        let mut left = total;
        if !self.balance.is_zero() {
            let applied = self.balance.min(total);
            fields.applied_balance = Some(-applied);
            left -= applied;
        }
        match fields.kind {
            Kind::Receipt => {
                fields.amount_paid = Some(left);
                share(&mut fields.payments, left, currency);
            }
            Kind::CreditNote | Kind::Refund => fields.amount_refunded = Some(left),
            _ => fields.amount_due = Some(left - fields.amount_paid.unwrap_or_default()),
        }
        let lines = fields.lines.iter().filter(|line| !line.nested);
        let periods: Option<Vec<Period>> = lines.map(|line| line.period).collect();
        fields.service_period = periods.and_then(|periods| {
            let from = periods.iter().map(|period| period.from).min()?;
            let to = periods.iter().map(|period| period.to).max()?;
            Some(Period { from, to })
        });
        fields.link = self.print.link.as_deref().map(key);
        Paper { name: name.to_owned(), fields: self.fields, print: self.print }
    }

    /// The taxes on `sum`, and the total.
    fn tax(&mut self, sum: Decimal) -> Decimal {
        let currency = self.fields.currency;
        let base =
            |rate: Decimal, fields: &Fields| match fields.lines.iter().any(|line| line.tax_rate.is_some()) {
                true => {
                    let lines = fields.lines.iter().filter(|line| line.tax_rate == Some(rate));
                    lines.filter_map(|line| line.amount).sum::<Decimal>() + sum - self.sum()
                }
                false => sum,
            };
        let (taxes, inclusive) = match &self.taxation {
            Taxation::None => return sum,
            Taxation::ReverseCharge => {
                let sentence = self.print.labels.reverse_charge.to_owned();
                let (name, _) = self.vat();
                if self.print.reverse_charge == ReverseCharge::FootNoteAndTax {
                    self.fields.taxes.push(Tax {
                        name,
                        rate: Some(Decimal::ZERO),
                        base: Some(sum),
                        amount: Decimal::ZERO,
                        inclusive: false,
                    });
                }
                self.fields.reverse_charge.get_or_insert(sentence);
                return sum;
            }
            Taxation::Exclusive(taxes) => (taxes, false),
            Taxation::Inclusive(taxes) => (taxes, true),
        };
        let all: Vec<Tax> = taxes
            .iter()
            .map(|(name, rate)| {
                let base = base(*rate, &self.fields);
                let share = rate / Decimal::ONE_HUNDRED;
                let share = if inclusive { share / (Decimal::ONE + share) } else { share };
                let amount = round(base * share, currency);
                let base = if inclusive { base - amount } else { base };
                Tax { name: name.clone(), rate: Some(*rate), base: Some(base), amount, inclusive }
            })
            .collect();
        let added: Decimal = all.iter().filter(|tax| !tax.inclusive).map(|tax| tax.amount).sum();
        self.fields.taxes.extend(all);
        sum + added
    }
}

/// Parts what was paid among the payments; the first gets what is left.
fn share(payments: &mut [Payment], paid: Decimal, currency: Currency) {
    let Some(count) = std::num::NonZeroUsize::new(payments.len()) else { return };
    let each = round(paid / Decimal::from(count.get()), currency);
    for payment in payments.iter_mut() {
        payment.amount = each;
    }
    payments[0].amount = paid - each * Decimal::from(count.get() - 1);
}

fn world(code: &str) -> &'static World {
    WORLD.iter().find(|world| world.code == code).unwrap_or(&WORLD[0])
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn link(random: &mut Random, issued: NaiveDate) -> String {
    let account = format!("acct_{}", random.text(ALPHANUMERIC, 16));
    let secret = format!("_{}", random.text(ALPHANUMERIC, 31));
    let seconds = issued.and_hms_opt(12, 0, 0).expect("noon").and_utc().timestamp();
    format!("https://invoice.stripe.com/i/{account}/{}?s=pd", token::invoice(&account, &secret, seconds))
}

/// What the host calls the invoice behind a link: a hash, because the link's secret opens it.
fn key(link: &str) -> String {
    let token = link.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a token");
    let parts = token::decode(token).expect("a token that says what it is");
    let hash = Sha256::digest(format!("billfold identity\nstripe:{}/{}", parts.account, parts.secret));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
