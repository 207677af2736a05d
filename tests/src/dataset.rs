//! The truth: which invoices a replica portal lists, from a seed, a size and a portal.
//!
//! The same arguments give the same invoices on every machine, because expected archive trees are literal
//! files typed from them. Nothing here may change what an existing seed gives.

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::random::{ALPHANUMERIC, Random, UPPER_AND_DIGITS, fnv};
use crate::token;

/// Which portal a data set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Portal {
    /// platform.openai.com, API billing.
    OpenAi,
    /// billing.stripe.com, the customer portal of any vendor.
    Stripe,
    /// pay.openai.com, the customer portal on a domain of its own, for ChatGPT.
    ChatGpt,
}

impl Portal {
    /// Every portal that the replica serves.
    pub const ALL: [Self; 3] = [Self::OpenAi, Self::Stripe, Self::ChatGpt];

    /// The host that its page is on.
    pub fn host(self) -> &'static str {
        match self {
            Self::OpenAi => "platform.openai.com",
            Self::Stripe => "billing.stripe.com",
            Self::ChatGpt => "pay.openai.com",
        }
    }
}

/// What a data set is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// The portal that lists it.
    pub portal: Portal,
    /// Another seed gives other numbers, secrets, dates and amounts.
    pub seed: u64,
    /// How many rows the portal lists.
    pub size: usize,
    /// How many of these are void and have no link. They are spread over the list, never at its head.
    pub void: usize,
    /// ISO 4217, upper case.
    pub currency: String,
    /// The customer's organisation, as the switcher and the bill-to block print it.
    pub organisation: String,
    /// The vendor's name, as the portal's branding and the document print it.
    pub vendor: String,
}

impl Default for Spec {
    fn default() -> Self {
        Self::new(Portal::OpenAi)
    }
}

impl Spec {
    /// The default set of a portal: 36 rows for OpenAI's page, 47 for a customer portal, all paid, all with links.
    pub fn new(portal: Portal) -> Self {
        let (size, vendor) = match portal {
            Portal::OpenAi => (36, "OpenAI, LLC"),
            Portal::Stripe => (47, "OpenRouter, Inc"),
            Portal::ChatGpt => (47, "OpenAI, LLC"),
        };
        Self {
            portal,
            seed: 1,
            size,
            void: 0,
            currency: "USD".to_owned(),
            organisation: "Larkspur Analytics".to_owned(),
            vendor: vendor.to_owned(),
        }
    }

    /// The same with another size.
    #[must_use]
    pub fn size(mut self, size: usize) -> Self {
        self.size = size;
        self
    }

    /// The same with another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same with `void` rows that have no link.
    #[must_use]
    pub fn void(mut self, void: usize) -> Self {
        self.void = void;
        self
    }
}

/// The state that a portal prints in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Paid.
    Paid,
    /// Cancelled by the vendor. Such a row has no link.
    Void,
}

/// One invoice, as it really is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// Position in the list, newest first.
    pub index: usize,
    /// `AB12CD34-0007`.
    pub number: String,
    /// The vendor's Stripe account.
    pub account: String,
    /// With the account, the invoice's identity.
    pub secret: String,
    /// Unix seconds.
    pub created: i64,
    /// The day of `created` in UTC, `2026-05-25`.
    pub date: NaiveDate,
    /// In the currency's minor unit.
    pub minor: i64,
    /// The same in decimal text without separators, `1234.56`.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
    /// Paid or void.
    pub status: Status,
    /// What was bought.
    pub description: String,
    /// Whether the row carries a link to the hosted invoice.
    pub has_link: bool,
    /// The name that the storage host gives the file.
    pub file_name: String,
}

impl Invoice {
    /// A link to the hosted page as issued at `issued` (Unix seconds). `from` is where it was issued: `ap`
    /// for the API, `il` for a portal's list, `pd` for the document itself.
    pub fn hosted_link(&self, issued: i64, from: &str) -> String {
        let token = token::invoice(&self.account, &self.secret, issued);
        format!("https://invoice.stripe.com/i/{}/{token}?s={from}", self.account)
    }

    /// Stripe's id of the invoice, which the pages' JSON carries and no page prints.
    pub fn id(&self) -> String {
        format!("in_{}", &self.object()[..24])
    }

    /// The name of its object on the storage host. It says nothing about the secret.
    pub fn object(&self) -> String {
        let mut random = Random::new(fnv(format!("{}{}", self.account, self.secret).as_bytes()));
        random.text(ALPHANUMERIC, 40)
    }

    /// The name of its receipt's object there.
    pub fn receipt_object(&self) -> String {
        format!("receipt{}", &self.object()[..33])
    }

    /// The receipt's own number, `2260-2349`.
    pub fn receipt_number(&self) -> String {
        let drawn = fnv(format!("receipt {}", self.number).as_bytes());
        format!("{:04}-{:04}", 1_000 + drawn % 9_000, drawn / 9_000 % 10_000)
    }

    /// The name that the storage host gives the receipt's file.
    pub fn receipt_name(&self) -> String {
        format!("Receipt-{}.pdf", self.receipt_number())
    }
}

/// Everything that one portal lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataSet {
    /// What it was made from.
    pub spec: Spec,
    /// The vendor's Stripe account.
    pub account: String,
    /// The part of every number before the dash.
    pub prefix: String,
    /// Newest first, as the portal lists them.
    pub invoices: Vec<Invoice>,
}

/// The newest day of every data set.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 5, 28).unwrap();
/// How far back it reaches.
const SPAN_IN_DAYS: u64 = 3 * 365;

/// Invoices that the default set of OpenAI's portal always holds, if it is large enough: the two equal
/// top-ups of one day, a thousands separator just after midnight, the example of the file-name template,
/// and the month that en-GB abbreviates to four letters.
const PINNED: [(&str, i64); 5] = [
    ("2026-05-25T18:36:04Z", 12_10),
    ("2026-05-25T15:46:51Z", 12_10),
    ("2026-04-12T09:21:37Z", 500_00),
    ("2026-04-01T00:12:09Z", 1_234_56),
    ("2023-09-01T19:44:22Z", 5_00),
];

impl DataSet {
    /// Makes the set.
    pub fn generate(spec: &Spec) -> Self {
        let label = format!("{:?}/{}", spec.portal, spec.organisation);
        let mut random = Random::labelled(spec.seed, &label);
        let prefix = random.text(UPPER_AND_DIGITS, 8);
        // ChatGPT and the API bill from one account; only the number's prefix tells them apart.
        let account = match spec.portal {
            Portal::OpenAi | Portal::ChatGpt => "acct_1TESTplatform000",
            Portal::Stripe => "acct_1TESTportal00000",
        };
        let mut drafts = drafts(spec, &mut random);
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.0));
        let numbers = numbers(spec.size, &prefix, &mut random);
        let void_every = spec.size / (spec.void + 1).max(1);
        let mut invoices = Vec::with_capacity(spec.size);
        for (index, ((created, minor, description), number)) in drafts.into_iter().zip(numbers).enumerate() {
            let void = spec.void > 0
                && index > 0
                && index % void_every.max(1) == 0
                && index / void_every.max(1) <= spec.void;
            invoices.push(Invoice {
                index,
                file_name: format!("Invoice-{number}.pdf"),
                number,
                account: account.to_owned(),
                secret: format!("_{}", random.text(ALPHANUMERIC, 31)),
                created,
                date: DateTime::from_timestamp(created, 0).unwrap().date_naive(),
                minor,
                amount: decimal(minor, &spec.currency),
                currency: spec.currency.clone(),
                status: if void { Status::Void } else { Status::Paid },
                description,
                has_link: !void,
            });
        }
        Self { spec: spec.clone(), account: account.to_owned(), prefix, invoices }
    }

    /// The invoice with this secret.
    pub fn by_secret(&self, account: &str, secret: &str) -> Option<&Invoice> {
        self.invoices.iter().find(|invoice| invoice.account == account && invoice.secret == secret)
    }

    /// The invoices that have a document.
    pub fn with_document(&self) -> impl Iterator<Item = &Invoice> {
        self.invoices.iter().filter(|invoice| invoice.has_link)
    }
}

type Draft = (i64, i64, String);

fn drafts(spec: &Spec, random: &mut Random) -> Vec<Draft> {
    match spec.portal {
        Portal::OpenAi => openai(spec, random),
        Portal::Stripe => (0..spec.size).map(|_| top_up(random, "Credits")).collect(),
        Portal::ChatGpt => subscription(spec.size, random),
    }
}

/// Mostly top-ups of round sums, and now and then a month's usage.
fn openai(spec: &Spec, random: &mut Random) -> Vec<Draft> {
    let mut all: Vec<Draft> = Vec::with_capacity(spec.size);
    for (time, minor) in PINNED.into_iter().take(spec.size) {
        let created = DateTime::parse_from_rfc3339(time).unwrap().timestamp();
        all.push((created, minor, "OpenAI API usage credit".to_owned()));
    }
    while all.len() < spec.size {
        if random.below(6) == 0 {
            let months = random.below(36);
            let first =
                LAST_DAY.with_day_one().checked_sub_months(chrono::Months::new(months as u32)).unwrap();
            let period = first.checked_sub_months(chrono::Months::new(1)).unwrap();
            let created = at(first, 3 * 3600 + random.below(3 * 3600));
            let minor = 3_17 + random.below(400_00) as i64;
            all.push((created, minor, format!("OpenAI API usage {}", period.format("%b %Y"))));
        } else {
            all.push(top_up(random, "OpenAI API usage credit"));
        }
    }
    all
}

fn top_up(random: &mut Random, description: &str) -> Draft {
    let day = LAST_DAY.checked_sub_days(Days::new(random.below(SPAN_IN_DAYS))).unwrap();
    let created = at(day, 7 * 3600 + random.below(14 * 3600));
    let minor = *random
        .pick(&[5_00, 10_00, 10_00, 12_10, 20_00, 20_00, 25_00, 50_00, 60_50, 100_00, 250_00, 1_000_00]);
    (created, minor, description.to_owned())
}

/// One a month backwards from the last day, each a few minutes off.
fn subscription(size: usize, random: &mut Random) -> Vec<Draft> {
    let months = |back: usize| LAST_DAY.checked_sub_months(chrono::Months::new(back as u32 % 120)).unwrap();
    (0..size)
        .map(|back| {
            let (minor, name) = if back % 9 == 4 {
                (200_00, "ChatGPT Pro Subscription")
            } else {
                (20_00, "ChatGPT Plus Subscription")
            };
            (at(months(back), 11 * 3600 + random.below(3600)), minor, name.to_owned())
        })
        .collect()
}

fn at(day: NaiveDate, seconds: u64) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp() + seconds as i64
}

/// Newest first, without repeats and, as in real accounts, with gaps.
fn numbers(size: usize, prefix: &str, random: &mut Random) -> Vec<String> {
    let mut serial = 0;
    let mut numbers: Vec<String> = (0..size)
        .map(|_| {
            serial += if random.below(15) == 0 { 2 } else { 1 };
            format!("{prefix}-{serial:04}")
        })
        .collect();
    numbers.reverse();
    numbers
}

/// How many minor units make a major one, as a power of ten.
pub fn decimals(currency: &str) -> u32 {
    if currency.eq_ignore_ascii_case("jpy") { 0 } else { 2 }
}

fn decimal(minor: i64, currency: &str) -> String {
    match decimals(currency) {
        0 => minor.to_string(),
        _ => format!("{}.{:02}", minor / 100, minor % 100),
    }
}

trait DayOne {
    fn with_day_one(self) -> Self;
}

impl DayOne for NaiveDate {
    fn with_day_one(self) -> Self {
        use chrono::Datelike as _;
        self.with_day(1).unwrap()
    }
}
