//! Stripe's own invoice for its fees, "Tax Invoice": another layout, known from text only. Its amounts stand in two
//! currencies side by side.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::canvas::{Canvas, Pieces};
use super::draft::minor;
use super::labels;
use super::paper::Currency;
use super::writing::money;
use crate::random::{Random, UPPER_AND_DIGITS};

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Fee {
    number: String,
    issued: NaiveDate,
    customer: &'static str,
    customer_tax_id: &'static str,
    invoicing: i64,
    processing: i64,
    pieces: Pieces,
}

const VENDOR: &str = "Stripe Payments Europe, Limited";
const VENDOR_TAX_ID: &str = "IE 0000000LH";

impl Fee {
    /// The one drawn for `seed`.
    pub(super) fn new(seed: u64) -> Fee {
        let mut random = Random::labelled(seed, "fee");
        let month = 1 + random.below(11) as u32;
        Fee {
            number: format!("{}-2026-{month:02}-01", random.text(UPPER_AND_DIGITS, 8)),
            issued: NaiveDate::from_ymd_opt(2026, month + 1, 5).expect("a day"),
            customer: "Granskog AB",
            customer_tax_id: "SE000000000001",
            invoicing: 500 + random.below(9_000) as i64,
            processing: 1_000 + random.below(90_000) as i64,
            pieces: *random.pick(&[Pieces::Lines, Pieces::Words, Pieces::Glyphs]),
        }
    }

    /// What it says for certain; the rest is not judged.
    pub(super) fn truth(&self) -> Value {
        json!({
            "kind": "tax-invoice",
            "language": "en",
            "vendor": VENDOR,
            "number": self.number,
            "issued": self.issued,
            "due": null,
            "currency": "SEK",
            "total": minor(self.invoicing + self.processing),
            "amount_due": minor(0),
            "customer": self.customer,
        })
    }

    /// The document's bytes.
    pub(super) fn render(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(false, self.pieces);
        let sek = |units: i64| {
            let amount = money(labels::of("sv"), minor(units), Currency::Sek);
            amount.replace('.', "").replace(',', ".").replace('\u{a0}', " ")
        };
        let euro = |units: i64| money(labels::of("en"), minor(units * 93 / 1000), Currency::Eur);
        let month = self
            .issued
            .checked_sub_months(chrono::Months::new(1))
            .expect("a month")
            .format("%b %Y")
            .to_string();
        let total = self.invoicing + self.processing;
        canvas.text(40.0, 60.0, 18.0, true, "Tax Invoice");
        let address = [VENDOR, "One Invented Park", "Dublin 2", "Ireland"];
        for (place, line) in address.into_iter().enumerate() {
            canvas.text(40.0, 90.0 + 13.0 * place as f32, 9.0, place == 0, line);
        }
        let issued = self.issued.format("%b %-d, %Y").to_string();
        let facts = [
            ("Account Number", "acct_0000000000000000"),
            ("Invoice Number", self.number.as_str()),
            ("Invoice Date", issued.as_str()),
            ("Service Month", month.as_str()),
            ("Stripe VAT Number", VENDOR_TAX_ID),
            ("Customer VAT Number", self.customer_tax_id),
        ];
        for (place, (label, value)) in facts.into_iter().enumerate() {
            let y = 90.0 + 13.0 * place as f32;
            canvas.text(320.0, y, 9.0, true, label);
            canvas.text(440.0, y, 9.0, false, value);
        }
        let customer = ["Bill to", self.customer, "Exempelgatan 5", "Stockholm", "111 00", "SE"];
        for (place, line) in customer.into_iter().enumerate() {
            canvas.text(40.0, 190.0 + 13.0 * place as f32, 9.0, place == 0, line);
        }
        canvas.text(40.0, 286.0, 9.0, false, "Reverse Charge VAT may be applicable.");
        canvas.text(40.0, 306.0, 9.0, true, "Transfer Currency: SEK");
        let table = [
            ("", "Fee Amount".to_owned(), "VAT".to_owned()),
            ("Invoicing", String::new(), String::new()),
            ("Fees for Invoicing", sek(self.invoicing), sek(0)),
            ("Stripe Processing Fees", String::new(), String::new()),
            ("1 other payment", sek(self.processing), sek(0)),
            ("", "in SEK".to_owned(), "in EUR".to_owned()),
            ("Stripe Fees", sek(total), euro(total)),
            ("Total VAT", sek(0), euro(0)),
            ("Total", sek(total), euro(total)),
            ("Debited from your Balance", format!("–{}", sek(total)), String::new()),
            ("Amount Due", sek(0), String::new()),
            ("Total VAT in EUR", String::new(), euro(0)),
            ("Total fees in EUR", String::new(), euro(total)),
        ];
        for (place, (label, left, right)) in table.into_iter().enumerate() {
            let y = 336.0 + 17.0 * place as f32;
            let bold = left.is_empty() && right.is_empty();
            canvas.text(40.0, y, 9.0, bold, label);
            canvas.right(460.0, y, 9.0, false, &left);
            canvas.right(555.0, y, 9.0, false, &right);
        }
        canvas.text(40.0, 800.0, 8.0, false, &format!("{month} - Page 1 of 1"));
        canvas.finish()
    }
}
