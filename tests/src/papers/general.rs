//! Invoices of vendors that do not bill through Stripe: other words, other places, one table of words per layout.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::canvas::{Canvas, Pieces, width, wrap};
use super::draft::{minor, round};
use super::labels;
use super::paper::{Currency, Fields, Line, Source, Tax, TaxId};
use crate::random::Random;

/// How a vendor's invoices look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// Vendor left, title and labelled values right.
    TitleRight,
    /// A letter: the recipient in the window, then the title with its number.
    Letter,
    /// Labels above their values, in boxes side by side.
    Boxes,
}

/// A vendor's words.
#[derive(Debug)]
struct Words {
    language: &'static str,
    head: Head,
    title: &'static str,
    number: &'static str,
    issued: &'static str,
    due: Option<&'static str>,
    bill_to: &'static str,
    /// Description, quantity, unit price, amount. The first column may be a running number.
    columns: [&'static str; 4],
    running: Option<&'static str>,
    /// What the sum of the lines is called, and whether that says "without tax".
    sum: (&'static str, bool),
    /// `{}` the rate; and the tax's own name.
    tax: (&'static str, &'static str),
    total: &'static str,
    /// What is left to pay, where it is said apart.
    due_amount: Option<&'static str>,
    vendor: &'static str,
    vendor_address: &'static [&'static str],
    vendor_tax_id: (&'static str, &'static str),
    customer: &'static str,
    customer_address: &'static [&'static str],
    rate: i64,
    currency: Currency,
    /// `%d.%m.%Y`.
    date: &'static str,
    /// How amounts are written: a language, and whether the symbol is there.
    amounts: (&'static str, bool),
    /// Said once where amounts have no symbol.
    all_in: Option<&'static str>,
    items: [&'static str; 4],
    numbered: &'static str,
    closing: &'static [&'static str],
}

const WORDS: [Words; 7] = [
    Words {
        language: "en",
        head: Head::TitleRight,
        title: "INVOICE",
        number: "Invoice #:",
        issued: "Invoice date:",
        due: Some("Due date:"),
        bill_to: "Bill To:",
        columns: ["Item", "Quantity", "Rate", "Total"],
        running: None,
        sum: ("Subtotal", false),
        tax: ("Sales tax ({}%)", "Sales tax"),
        total: "Total",
        due_amount: Some("Balance Due"),
        vendor: "Cobblestone Hosting LLC",
        vendor_address: &["9 Fictional Plaza", "Portland, OR 97000", "billing@cobblestone.example"],
        vendor_tax_id: ("EIN", "00-0000000"),
        customer: "Harbour & Finch Ltd",
        customer_address: &["12 Sample Lane", "Dublin 1", "Ireland"],
        rate: 8,
        currency: Currency::Usd,
        date: "%B %d, %Y",
        amounts: ("en", true),
        all_in: None,
        items: ["Dedicated server, small", "Backup storage", "Domain renewal", "Setup work"],
        numbered: "CH-",
        closing: &["Thank you for your business."],
    },
    Words {
        language: "de",
        head: Head::Letter,
        title: "Rechnung",
        number: "Rechnungsnr.:",
        issued: "Rechnungsdatum:",
        due: Some("Zahlbar bis:"),
        bill_to: "",
        columns: ["Bezeichnung", "Menge", "Einzelpreis", "Gesamtpreis"],
        running: Some("Pos."),
        sum: ("Nettobetrag", true),
        tax: ("zzgl. {} % MwSt.", "MwSt."),
        total: "Rechnungsbetrag",
        due_amount: None,
        vendor: "Kieselgrund Druckerei GmbH",
        vendor_address: &["Erfundene Straße 8", "50000 Köln"],
        vendor_tax_id: ("USt-IdNr.", "DE000000001"),
        customer: "Nordlicht Werkzeuge GmbH",
        customer_address: &["Musterweg 7", "20000 Hamburg"],
        rate: 19,
        currency: Currency::Eur,
        date: "%d.%m.%Y",
        amounts: ("de", true),
        all_in: None,
        items: ["Visitenkarten, 500 Stück", "Aufkleber", "Gestaltung nach Aufwand", "Versand"],
        numbered: "RE-2024-",
        closing: &["Vielen Dank für Ihren Auftrag.", "IBAN: DE00 0000 0000 0000 0000 00"],
    },
    Words {
        language: "fr",
        head: Head::TitleRight,
        title: "FACTURE",
        number: "Facture N° :",
        issued: "Date de facture :",
        due: Some("Date d'échéance :"),
        bill_to: "Facturé à",
        columns: ["Désignation", "Quantité", "PU HT", "Montant HT"],
        running: None,
        sum: ("Total HT", true),
        tax: ("TVA {} %", "TVA"),
        total: "Total TTC",
        due_amount: Some("Net à payer"),
        vendor: "Papeterie du Saule SAS",
        vendor_address: &["5 place Imaginaire", "31000 Toulouse"],
        vendor_tax_id: ("N° TVA", "FR00000000001"),
        customer: "Atelier Brume SARL",
        customer_address: &["3 rue de l'Exemple", "69000 Lyon"],
        rate: 20,
        currency: Currency::Eur,
        date: "%d/%m/%Y",
        amounts: ("fr", true),
        all_in: None,
        items: ["Ramettes de papier", "Carnets reliés", "Encre noire", "Livraison"],
        numbered: "F2024-",
        closing: &["Règlement à réception de la facture."],
    },
    Words {
        language: "es",
        head: Head::TitleRight,
        title: "FACTURA",
        number: "Nº de factura:",
        issued: "Fecha de factura:",
        due: None,
        bill_to: "Cliente",
        columns: ["Concepto", "Cantidad", "Precio", "Importe"],
        running: None,
        sum: ("Base imponible", true),
        tax: ("IVA {}%", "IVA"),
        total: "Total factura",
        due_amount: None,
        vendor: "Imprenta del Faro S.L.",
        vendor_address: &["Plaza Ficticia 2", "15000 A Coruña"],
        vendor_tax_id: ("NIF", "B00000001"),
        customer: "Talleres Olmo S.L.",
        customer_address: &["Calle Inventada 4", "28000 Madrid"],
        rate: 21,
        currency: Currency::Eur,
        date: "%d/%m/%Y",
        amounts: ("es", true),
        all_in: None,
        items: ["Carteles A3", "Encuadernación", "Diseño por horas", "Portes"],
        numbered: "2024/",
        closing: &[],
    },
    Words {
        language: "nl",
        head: Head::Letter,
        title: "Factuur",
        number: "Factuurnummer:",
        issued: "Factuurdatum:",
        due: Some("Vervaldatum:"),
        bill_to: "",
        columns: ["Omschrijving", "Aantal", "Prijs", "Bedrag"],
        running: None,
        sum: ("Subtotaal", false),
        tax: ("{}% btw", "btw"),
        total: "Totaal",
        due_amount: Some("Te betalen"),
        vendor: "Molenwiek Webdiensten B.V.",
        vendor_address: &["Verzonnenlaan 14", "3500 AA Utrecht"],
        vendor_tax_id: ("Btw-nummer", "NL000000001B01"),
        customer: "Zandkust B.V.",
        customer_address: &["Voorbeeldstraat 21", "1000 AA Amsterdam"],
        rate: 21,
        currency: Currency::Eur,
        date: "%d-%m-%Y",
        amounts: ("nl", true),
        all_in: None,
        items: ["Webhosting pakket", "Onderhoud", "SSL-certificaat", "Advies per uur"],
        numbered: "2024",
        closing: &["Gelieve te betalen op NL00 BANK 0000 0000 00."],
    },
    Words {
        language: "en",
        head: Head::Boxes,
        title: "Invoice",
        number: "INVOICE NUMBER",
        issued: "DATE ISSUED",
        due: Some("PAYMENT DUE"),
        bill_to: "BILLED TO",
        columns: ["Description", "Units", "Price", "Amount"],
        running: Some("#"),
        sum: ("Sub-total", false),
        tax: ("VAT @ {}%", "VAT"),
        total: "Invoice total",
        due_amount: None,
        vendor: "Pebble & Thorn Studio Ltd",
        vendor_address: &["71 Madeup Mews", "Bristol BS1 0AA", "United Kingdom"],
        vendor_tax_id: ("VAT Reg No", "GB000000001"),
        customer: "Quillmark Ltd",
        customer_address: &["44 Specimen Road", "London W1A 0AA"],
        rate: 20,
        currency: Currency::Gbp,
        date: "%d %b %Y",
        amounts: ("en", false),
        all_in: Some("All amounts in GBP"),
        items: ["Illustration, full page", "Revision round", "Licence, two years", "Courier"],
        numbered: "PT",
        closing: &["Please quote the invoice number with your payment."],
    },
    Words {
        language: "en",
        head: Head::TitleRight,
        title: "TAX INVOICE",
        number: "Invoice No.",
        issued: "Date",
        due: Some("Due"),
        bill_to: "Invoice to",
        columns: ["Details", "Qty", "Unit cost", "Line total"],
        running: None,
        sum: ("Net total", true),
        tax: ("VAT {}%", "VAT"),
        total: "Total",
        due_amount: Some("Amount due"),
        vendor: "Larkspur Analytics Ltd",
        vendor_address: &["18 Nowhere Quay", "Galway", "Ireland"],
        vendor_tax_id: ("VAT No.", "IE0000001AA"),
        customer: "Harbour & Finch Ltd",
        customer_address: &["12 Sample Lane", "Dublin 1", "Ireland"],
        rate: 23,
        currency: Currency::Eur,
        date: "%Y-%m-%d",
        amounts: ("en", true),
        all_in: None,
        items: ["Dashboard subscription", "Data import", "Training day", "Support hours"],
        numbered: "LA/",
        closing: &["Registered in Ireland."],
    },
];

/// An invoice of another vendor.
#[derive(Clone, Debug)]
pub(super) struct General {
    words: &'static Words,
    pub(super) fields: Fields,
    pieces: Pieces,
    margin: f32,
}

/// How many layouts there are.
pub(super) const LAYOUTS: usize = WORDS.len();

/// Keys that cannot be judged on these documents, because what belongs in them is a matter of taste.
pub(super) const UNJUDGED: [&str; 4] = ["memo", "custom_fields", "link", "service_period"];

impl General {
    /// The invoice of layout `layout` drawn for `seed`.
    pub(super) fn new(layout: usize, seed: u64) -> General {
        let words = &WORDS[layout % WORDS.len()];
        let mut random = Random::labelled(seed, words.vendor);
        // Later than the 12th: a day that can be taken for a month says nothing about the reader.
        let issued = NaiveDate::from_ymd_opt(2024, 1 + random.below(12) as u32, 13 + random.below(15) as u32);
        let issued = issued.expect("a day");
        let count = 1 + random.below(words.items.len() as u64) as usize;
        let lines: Vec<Line> = words.items[..count]
            .iter()
            .map(|item| {
                let quantity = Decimal::from(1 + random.below(12));
                let price = minor(150 + random.below(90_000) as i64);
                Line {
                    description: (*item).to_owned(),
                    quantity: Some(quantity),
                    unit_price: Some(price),
                    amount: Some(quantity * price),
                    ..Line::default()
                }
            })
            .collect();
        let sum: Decimal = lines.iter().filter_map(|line| line.amount).sum();
        let rate = Decimal::from(words.rate);
        let tax = round(sum * rate / Decimal::ONE_HUNDRED, words.currency);
        let (name, id) = words.vendor_tax_id;
        let total = Some(sum + tax);
        let kind = match words.title {
            "TAX INVOICE" => super::paper::Kind::TaxInvoice,
            _ => super::paper::Kind::Invoice,
        };
        let fields = Fields {
            kind,
            source: Source::General,
            language: words.language,
            vendor: words.vendor.to_owned(),
            vendor_tax_ids: vec![TaxId { name: name.to_owned(), id: id.to_owned() }],
            number: Some(format!("{}{:04}", words.numbered, 1 + random.below(9_000))),
            issued: Some(issued),
            due: words.due.map(|_| issued + Days::new(14)),
            currency: words.currency,
            lines,
            subtotal: Some(sum).filter(|_| !words.sum.1),
            total_excluding_tax: Some(sum).filter(|_| words.sum.1),
            taxes: vec![Tax {
                name: words.tax.1.to_owned(),
                rate: Some(rate),
                base: None,
                amount: tax,
                inclusive: false,
            }],
            total,
            amount_due: total.filter(|_| words.due_amount.is_some()),
            customer: words.customer.to_owned(),
            ..Fields::default()
        };
        let pieces = *random.pick(&[Pieces::Lines, Pieces::Words, Pieces::Glyphs]);
        General { words, fields, pieces, margin: 36.0 + random.below(4) as f32 * 6.0 }
    }

    /// The keys that this document says nothing certain about: what the lines come to is called either by one name or
    /// by the other.
    pub(super) fn unjudged(&self) -> &'static str {
        if self.words.sum.1 { "subtotal" } else { "total_excluding_tax" }
    }

    fn money(&self, value: Decimal) -> String {
        let (language, symbol) = self.words.amounts;
        let text = super::writing::money(labels::of(language), value, self.fields.currency);
        if symbol { text } else { text.replace(labels::of(language).symbol(self.fields.currency), "") }
    }

    fn day(&self, day: Option<NaiveDate>) -> String {
        day.expect("a day").format(self.words.date).to_string()
    }

    /// Label and value, as far as they are printed.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let words = self.words;
        let mut facts = vec![
            (words.number, self.fields.number.clone().expect("a number")),
            (words.issued, self.day(self.fields.issued)),
        ];
        facts.extend(words.due.map(|label| (label, self.day(self.fields.due))));
        facts
    }

    /// The document's bytes.
    pub(super) fn render(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(false, self.pieces);
        let y = match self.words.head {
            Head::TitleRight => self.title_right(&mut canvas),
            Head::Letter => self.letter(&mut canvas),
            Head::Boxes => self.boxes(&mut canvas),
        };
        let y = self.table(&mut canvas, y + 24.0);
        let y = self.totals(&mut canvas, y + 10.0);
        for (place, line) in self.words.closing.iter().enumerate() {
            canvas.text(self.margin, y + 36.0 + 13.0 * place as f32, 9.0, false, line);
        }
        canvas.finish()
    }

    fn block(&self, canvas: &mut Canvas, x: f32, y: f32, name: &str, lines: &[&str]) -> f32 {
        canvas.text(x, y, 9.5, true, name);
        for (place, line) in lines.iter().enumerate() {
            canvas.text(x, y + 13.0 * (place + 1) as f32, 9.0, false, line);
        }
        y + 13.0 * (lines.len() + 1) as f32
    }

    fn tax_id(&self) -> String {
        let (name, id) = self.words.vendor_tax_id;
        format!("{name}: {id}")
    }

    fn title_right(&self, canvas: &mut Canvas) -> f32 {
        let (words, left, right) = (self.words, self.margin, canvas.width - self.margin);
        let y = self.block(canvas, left, 60.0, words.vendor, words.vendor_address);
        canvas.text(left, y, 9.0, false, &self.tax_id());
        canvas.right(right, 62.0, 20.0, true, words.title);
        for (place, (label, value)) in self.facts().iter().enumerate() {
            let y = 96.0 + 14.0 * place as f32;
            canvas.text(right - 190.0, y, 9.0, true, label);
            canvas.right(right, y, 9.0, false, value);
        }
        canvas.text(left, 170.0, 9.0, true, words.bill_to);
        self.block(canvas, left, 184.0, words.customer, words.customer_address)
    }

    fn letter(&self, canvas: &mut Canvas) -> f32 {
        let (words, left) = (self.words, self.margin);
        canvas.text(left, 50.0, 15.0, true, words.vendor);
        let sender = [&[words.vendor], words.vendor_address].concat().join(" · ");
        canvas.text(left, 108.0, 6.5, false, &sender);
        let y = self.block(canvas, left, 126.0, words.customer, words.customer_address);
        for (place, (label, value)) in self.facts().iter().enumerate() {
            let y = 126.0 + 13.0 * place as f32;
            canvas.text(360.0, y, 9.0, false, label);
            canvas.text(460.0, y, 9.0, false, value);
        }
        canvas.text(left, y + 50.0, 14.0, true, words.title);
        canvas.text(left, canvas.height - 40.0, 7.0, false, &self.tax_id());
        y + 62.0
    }

    fn boxes(&self, canvas: &mut Canvas) -> f32 {
        let (words, left) = (self.words, self.margin);
        canvas.text(left, 60.0, 24.0, false, words.title);
        for (place, (label, value)) in self.facts().iter().enumerate() {
            let x = left + 150.0 * place as f32;
            canvas.text(x, 92.0, 7.0, true, label);
            canvas.text(x, 106.0, 10.0, false, value);
        }
        canvas.text(left, 140.0, 7.0, true, words.bill_to);
        canvas.text(left + 260.0, 140.0, 7.0, true, "FROM");
        self.block(canvas, left, 154.0, words.customer, words.customer_address);
        let y = self.block(canvas, left + 260.0, 154.0, words.vendor, words.vendor_address);
        canvas.text(left + 260.0, y, 9.0, false, &self.tax_id());
        if let Some(text) = words.all_in {
            canvas.text(left, y + 22.0, 8.0, false, text);
        }
        y + 28.0
    }

    fn table(&self, canvas: &mut Canvas, y: f32) -> f32 {
        let (words, right) = (self.words, canvas.width - self.margin);
        let left = self.margin + if words.running.is_some() { 30.0 } else { 0.0 };
        let edges = [right - 190.0, right - 90.0, right];
        if let Some(label) = words.running {
            canvas.text(self.margin, y, 8.5, true, label);
        }
        canvas.text(left, y, 8.5, true, words.columns[0]);
        for (label, edge) in words.columns[1..].iter().zip(edges) {
            canvas.right(edge, y, 8.5, true, label);
        }
        canvas.rule(self.margin, right, y + 5.0);
        let mut y = y + 20.0;
        for (place, line) in self.fields.lines.iter().enumerate() {
            if words.running.is_some() {
                canvas.text(self.margin, y, 9.0, false, &(place + 1).to_string());
            }
            let description = wrap(&line.description, 200.0, 9.0, false);
            for (place, part) in description.iter().enumerate() {
                canvas.text(left, y + 12.0 * place as f32, 9.0, false, part);
            }
            let values = [
                line.quantity.map(|quantity| quantity.to_string()),
                line.unit_price.map(|price| self.money(price)),
                line.amount.map(|amount| self.money(amount)),
            ];
            for (value, edge) in values.into_iter().zip(edges) {
                canvas.right(edge, y, 9.0, false, &value.unwrap_or_default());
            }
            y += 18.0 + 12.0 * (description.len() - 1) as f32;
        }
        canvas.rule(self.margin, right, y - 8.0);
        y
    }

    fn totals(&self, canvas: &mut Canvas, y: f32) -> f32 {
        let (words, right) = (self.words, canvas.width - self.margin);
        let fields = &self.fields;
        let sum = fields.subtotal.or(fields.total_excluding_tax).expect("a sum");
        let tax = words.tax.0.replace("{}", &words.rate.to_string());
        let mut rows = vec![
            (words.sum.0.to_owned(), sum),
            (tax, fields.taxes[0].amount),
            (words.total.to_owned(), fields.total.expect("a total")),
        ];
        rows.extend(words.due_amount.map(|label| (label.to_owned(), fields.total.expect("a total"))));
        let widest = rows.iter().map(|(label, _)| width(label, 9.5, true)).fold(0.0, f32::max);
        let from = right - 100.0 - widest;
        let last = rows.len() - 1;
        for (place, (label, value)) in rows.iter().enumerate() {
            let y = y + 16.0 * place as f32;
            canvas.text(from, y, 9.5, place == last, label);
            canvas.right(right, y, 9.5, place == last, &self.money(*value));
        }
        y + 16.0 * rows.len() as f32
    }
}
