//! Invoices and receipts with the layout, the size and the embedded link of Stripe's own.
//!
//! The same invoice gives the same bytes, always. What real ones do with fonts (glyph ids, hidden
//! punctuation) is not imitated here: the base fonts carry the text.

use std::sync::OnceLock;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Content, Date, Filter, Finish as _, Name, Pdf, Rect, Ref, Str};

use crate::dataset::{DataSet, Invoice, decimals};
use crate::random::Random;

/// A4, in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 595.0, y2: 842.0 };
const LEFT: f32 = 30.0;
const RIGHT: f32 = 565.0;
const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
const LOGO: Name<'static> = Name(b"Im1");

/// The document's bytes.
pub fn render(data: &DataSet, invoice: &Invoice) -> Vec<u8> {
    assemble(invoice, |sheet| Some(write(sheet, data, invoice)))
}

/// The bytes of its receipt: paid in full, on the day of issue.
pub fn receipt(data: &DataSet, invoice: &Invoice) -> Vec<u8> {
    assemble(invoice, |sheet| {
        write_receipt(sheet, data, invoice);
        None
    })
}

/// A file of one page. `write` fills it, and says where "Pay online" stands.
fn assemble(invoice: &Invoice, write: impl FnOnce(&mut Sheet) -> Option<Rect>) -> Vec<u8> {
    let mut sheet = Sheet { content: Content::new() };
    let pay_online = write(&mut sheet);
    let mut pdf = Pdf::new();
    let [catalog, pages, page, content, regular, bold, image, link, info] =
        std::array::from_fn(|index| Ref::new(index as i32 + 1));

    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut leaf = pdf.page(page);
    leaf.media_box(PAGE).parent(pages).contents(content);
    if pay_online.is_some() {
        leaf.annotations([link]);
    }
    let mut resources = leaf.resources();
    resources.fonts().pair(REGULAR, regular).pair(BOLD, bold);
    resources.x_objects().pair(LOGO, image);
    resources.finish();
    leaf.finish();
    for (id, name) in [(regular, b"Helvetica".as_slice()), (bold, b"Helvetica-Bold")] {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }

    pdf.stream(content, &compress_to_vec_zlib(&sheet.content.finish(), 6)).filter(Filter::FlateDecode);

    let logo = logo(invoice.index);
    let mut object = pdf.image_xobject(image, &logo.bytes);
    object.filter(Filter::FlateDecode);
    object.width(logo.side).height(logo.side).bits_per_component(8);
    object.color_space().device_rgb();
    object.finish();

    // An object of its own and not in an object stream: in all real documents the link can be found by a
    // search in the raw bytes.
    if let Some(place) = pay_online {
        let mut annotation = pdf.annotation(link);
        annotation.subtype(AnnotationType::Link).rect(place).border(0.0, 0.0, 0.0, None);
        let address = embedded_link(invoice);
        annotation.action().action_type(ActionType::Uri).uri(Str(address.as_bytes()));
        annotation.finish();
    }

    pdf.document_info(info).creation_date(date(invoice));
    pdf.finish()
}

/// The link to the hosted page that the document carries.
pub fn embedded_link(invoice: &Invoice) -> String {
    // Issued when the document was made; the bytes must not change, so this is the invoice's own time.
    invoice.hosted_link(invoice.created, "pd")
}

fn date(invoice: &Invoice) -> Date {
    use chrono::{Datelike as _, Timelike as _};
    let time = chrono::DateTime::from_timestamp(invoice.created, 0).unwrap();
    Date::new(time.year() as u16)
        .month(time.month() as u8)
        .day(time.day() as u8)
        .hour(time.hour() as u8)
        .minute(time.minute() as u8)
        .second(time.second() as u8)
        .utc_offset_hour(0)
}

/// Writes the text, and says where "Pay online" stands.
fn write(sheet: &mut Sheet, data: &DataSet, invoice: &Invoice) -> Rect {
    let (day, amount, precise) = values(invoice);
    let head = [("Invoice number", invoice.number.as_str()), ("Date of issue", &day), ("Date due", &day)];
    top(sheet, data, "Invoice", &head);

    sheet.text(BOLD, 13.0, LEFT, 584.0, &format!("{precise} due {day}"));
    sheet.text(BOLD, 9.0, LEFT, 560.0, "Pay online");
    let pay_online = Rect::new(LEFT, 557.0, LEFT + width("Pay online", 9.0), 569.0);

    table(sheet, invoice, &amount);
    totals(sheet, &[("Subtotal", &amount), ("Total", &amount), ("Amount due", &precise)]);
    foot(sheet, &format!("{} · {precise} due {day}", invoice.number));
    pay_online
}

fn write_receipt(sheet: &mut Sheet, data: &DataSet, invoice: &Invoice) {
    let (day, amount, precise) = values(invoice);
    let receipt_number = invoice.receipt_number();
    let numbers = [("Invoice number", invoice.number.as_str()), ("Receipt number", &receipt_number)];
    top(sheet, data, "Receipt", &[numbers[0], numbers[1], ("Date paid", &day)]);

    sheet.text(BOLD, 13.0, LEFT, 584.0, &format!("{precise} paid on {day}"));
    table(sheet, invoice, &amount);
    totals(sheet, &[("Subtotal", &amount), ("Total", &amount), ("Amount paid", &precise)]);

    sheet.text(BOLD, 11.0, LEFT, 380.0, "Payment history");
    let columns = [LEFT, 230.0, 340.0, 450.0];
    let payment = ["Visa - 4242", &day, &precise, &receipt_number];
    let heads = ["Payment method", "Date", "Amount paid", "Receipt number"];
    for (x, (head, value)) in columns.into_iter().zip(heads.into_iter().zip(payment)) {
        sheet.text(REGULAR, 8.0, x, 360.0, head);
        sheet.text(REGULAR, 9.0, x, 336.0, value);
    }
    sheet.rule(352.0);
    foot(sheet, &format!("{} · {precise} paid on {day}", invoice.number));
}

/// The day, the amount, and the amount with its currency where the symbol alone is ambiguous.
fn values(invoice: &Invoice) -> (String, String, String) {
    let day = invoice.date.format("%B %-d, %Y").to_string();
    let amount = money(invoice.minor, &invoice.currency);
    let precise = match invoice.currency.as_str() {
        "USD" => format!("{amount} USD"),
        _ => amount.clone(),
    };
    (day, amount, precise)
}

/// Title, facts and addresses.
fn top(sheet: &mut Sheet, data: &DataSet, title: &str, facts: &[(&str, &str)]) {
    let spec = &data.spec;
    sheet.text(BOLD, 18.0, LEFT, 790.0, title);
    sheet.image(RIGHT - 44.0, 768.0, 44.0);
    let mut y = 758.0;
    for (row, (label, value)) in facts.iter().enumerate() {
        let font = if row == 0 { BOLD } else { REGULAR };
        sheet.text(font, 9.0, LEFT, y, label);
        sheet.text(font, 9.0, 118.0, y, value);
        y -= 14.0;
    }
    let vendor = [
        spec.vendor.as_str(),
        "1 Example Street",
        "Springfield, California 94000",
        "United States",
        "ar@vendor.example",
    ];
    let customer = [
        "Bill to",
        spec.organisation.as_str(),
        "12 Sample Lane",
        "Dublin 1",
        "Ireland",
        "billing@customer.example",
    ];
    for (x, lines) in [(LEFT, vendor.as_slice()), (230.0, customer.as_slice())] {
        let mut y = 694.0;
        for (row, line) in lines.iter().enumerate() {
            sheet.text(if row == 0 { BOLD } else { REGULAR }, 9.0, x, y, line);
            y -= 14.0;
        }
    }
}

/// What was bought.
fn table(sheet: &mut Sheet, invoice: &Invoice, amount: &str) {
    for (x, name) in [(350.0, "Qty"), (450.0, "Unit price"), (RIGHT, "Amount")] {
        sheet.right(REGULAR, 8.0, x, 520.0, name);
    }
    sheet.text(REGULAR, 8.0, LEFT, 520.0, "Description");
    sheet.rule(512.0);
    sheet.text(REGULAR, 9.0, LEFT, 494.0, &invoice.description);
    for (x, value) in [(350.0, "1"), (450.0, amount), (RIGHT, amount)] {
        sheet.right(REGULAR, 9.0, x, 494.0, value);
    }
}

/// The last one is what it is about.
fn totals(sheet: &mut Sheet, rows: &[(&str, &str)]) {
    let mut y = 456.0;
    for (at, (label, value)) in rows.iter().enumerate() {
        let font = if at + 1 == rows.len() { BOLD } else { REGULAR };
        sheet.text(font, 9.0, 300.0, y, label);
        sheet.right(font, 9.0, RIGHT, y, value);
        y -= 18.0;
    }
}

fn foot(sheet: &mut Sheet, text: &str) {
    sheet.rule(52.0);
    sheet.text(REGULAR, 8.0, LEFT, 38.0, text);
    sheet.right(REGULAR, 8.0, RIGHT, 38.0, "Page 1 of 1");
}

/// As an English document prints it: `$1,234.56`, `¥2,000`, `CA$5.00`.
pub fn money(minor: i64, currency: &str) -> String {
    let symbol = match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "CAD" => "CA$",
        other => panic!("no symbol for {other}"),
    };
    let (major, cents) = match decimals(currency) {
        0 => (minor, String::new()),
        _ => (minor / 100, format!(".{:02}", minor % 100)),
    };
    let digits = major.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{symbol}{grouped}{cents}")
}

struct Sheet {
    content: Content,
}

impl Sheet {
    fn text(&mut self, font: Name<'_>, size: f32, x: f32, y: f32, text: &str) {
        self.content.begin_text().set_font(font, size).next_line(x, y).show(Str(&win_ansi(text))).end_text();
    }

    fn right(&mut self, font: Name<'_>, size: f32, x: f32, y: f32, text: &str) {
        self.text(font, size, x - width(text, size), y, text);
    }

    fn rule(&mut self, y: f32) {
        self.content.set_stroke_gray(0.85).set_line_width(0.5).move_to(LEFT, y).line_to(RIGHT, y).stroke();
    }

    fn image(&mut self, x: f32, y: f32, side: f32) {
        self.content.save_state().transform([side, 0.0, 0.0, side, x, y]).x_object(LOGO).restore_state();
    }
}

/// Near enough to Helvetica's advance widths to set a column of figures flush right.
fn width(text: &str, size: f32) -> f32 {
    let em = |c: char| match c {
        '.' | ',' | ' ' | 'i' | 'l' | 't' | ':' => 0.278,
        '-' => 0.333,
        'A'..='Z' => 0.69,
        _ => 0.556,
    };
    text.chars().map(em).sum::<f32>() * size
}

fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '€' => 0x80,
            '–' => 0x96,
            _ => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        })
        .collect()
}

struct Logo {
    side: i32,
    bytes: Vec<u8>,
}

/// A few sizes, so that documents differ in length as real ones do; made once, because a backfill of a
/// thousand should measure the client and not this.
fn logo(index: usize) -> &'static Logo {
    static LOGOS: OnceLock<Vec<Logo>> = OnceLock::new();
    let logos = LOGOS.get_or_init(|| [98, 100, 102, 104, 106, 108, 110, 112].into_iter().map(draw).collect());
    &logos[index % logos.len()]
}

/// A rounded tile with a gradient. Its film grain is what gives the file the weight of one with embedded fonts.
fn draw(side: i32) -> Logo {
    let mut random = Random::new(side as u64);
    let mut pixels = Vec::with_capacity((side * side * 3) as usize);
    let half = side as f32 / 2.0;
    for y in 0..side {
        for x in 0..side {
            let edge = |v: i32| ((v as f32 + 0.5 - half).abs() - half * 0.62).max(0.0);
            let outside = edge(x).hypot(edge(y)) > half * 0.38;
            let along = (x + y) as f32 / (2 * side) as f32;
            for (from, to) in [(60.0, 39.0), (109.0, 179.0), (240.0, 138.0)] {
                let value: f32 =
                    if outside { 255.0 } else { from + (to - from) * along + random.below(64) as f32 - 32.0 };
                pixels.push(value.clamp(0.0, 255.0) as u8);
            }
        }
    }
    Logo { side, bytes: compress_to_vec_zlib(&pixels, 6) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Portal, Spec};

    #[test]
    fn weighs_and_links_as_real_ones_do() {
        for portal in Portal::ALL {
            let data = DataSet::generate(&Spec::new(portal));
            for invoice in &data.invoices {
                let bytes = render(&data, invoice);
                assert_eq!(bytes, render(&data, invoice), "the same invoice, the same bytes");
                assert!((28_000..=40_000).contains(&bytes.len()), "{} bytes", bytes.len());
                assert!(bytes.starts_with(b"%PDF-1."));
                let link = format!("/URI ({})", embedded_link(invoice));
                assert_eq!(bytes.windows(link.len()).filter(|w| *w == link.as_bytes()).count(), 1);
            }
        }
    }

    #[test]
    fn prints_money() {
        assert_eq!(money(1_234_56, "USD"), "$1,234.56");
        assert_eq!(money(12_10, "EUR"), "€12.10");
        assert_eq!(money(2_000, "JPY"), "¥2,000");
        assert_eq!(money(100_000_000_00, "USD"), "$100,000,000.00");
    }
}
