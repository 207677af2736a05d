//! Every pair of a row and a document that agree, differ, or say nothing of each other.

use super::*;
use billfold_core::document::Problem;
use billfold_core::money::Currency;
use billfold_core::number::InvoiceNumber;
use billfold_core::stripe::InvoiceLink;

const KEY: &str = "stripe:acct_1ABCDEFGH/_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn row(number: Option<&str>) -> Row {
    Row {
        key: RowKey::new(KEY),
        document: true,
        number: number.and_then(InvoiceNumber::parse),
        amount: None,
        date: None,
        status: None,
        description: None,
    }
}

fn priced(amount: &str, currency: Currency) -> Row {
    Row { amount: Some(Money { amount: amount.parse().unwrap(), currency }), ..row(None) }
}

fn dated(date: &str) -> Row {
    Row { date: date.parse().ok(), ..row(None) }
}

fn invoice() -> Document {
    Document {
        reading: Reading::Whole,
        number: Some("AB12CD34-0007".into()),
        issued: "2026-04-12".parse().ok(),
        due: "2026-04-26".parse().ok(),
        currency: Some(Currency::USD),
        total: Some("20.00".parse().unwrap()),
        amount_due: Some("5.00".parse().unwrap()),
        vendor: Some("OpenAI OpCo, LLC".into()),
        ..Document::default()
    }
}

fn check(
    read: Option<Result<Document, Unreadable>>,
    link: Option<RowKey>,
    row: &Row,
    file_name: Option<&str>,
) -> Checked {
    super::check(read, link, row, Part::Invoice, file_name)
}

fn checked(document: Document, row: &Row) -> Checked {
    check(Some(Ok(document)), None, row, None)
}

fn unread(row: &Row, file_name: Option<&str>) -> Checked {
    check(None, None, row, file_name)
}

fn misfit(checked: &Checked) -> (Code, String) {
    let reason = checked.misfit.clone().unwrap_or_else(|| panic!("it fits: {checked:?}"));
    (reason.code, reason.detail().unwrap())
}

#[test]
fn a_receipt_is_one_of_its_invoice_and_may_be_of_another_day() {
    let receipt = Document {
        kind: Kind::Receipt,
        issued: None,
        due: None,
        paid: "2026-06-30".parse().ok(),
        amount_due: None,
        amount_paid: Some("20.00".parse().unwrap()),
        receipt_number: Some("2260-2349".into()),
        ..invoice()
    };
    let of = |document: &Document, row: &Row| {
        super::check(Some(Ok(document.clone())), None, row, Part::Receipt, Some("Receipt-2260-2349.pdf"))
    };
    let numbered = Row { date: "2026-04-12".parse().ok(), ..row(Some("AB12CD34-0007")) };
    let fits = of(&receipt, &numbered);
    assert_eq!((fits.misfit.as_ref(), fits.notes.as_slice()), (None, [].as_slice()));
    assert_eq!(fits.kind(), Kind::Receipt);
    // Without its number the day is all that tells it from another one.
    assert_eq!(misfit(&of(&receipt, &dated("2026-04-12"))).0, Code::OtherDate);
    assert_eq!(misfit(&of(&receipt, &row(Some("AB12CD34-0008")))).0, Code::OtherNumber);
    assert_eq!(misfit(&of(&receipt, &priced("30.00", Currency::USD))).0, Code::OtherAmount);
    let (code, detail) = misfit(&of(&invoice(), &numbered));
    assert_eq!((code, detail.as_str()), (Code::NotAnInvoice, "row: receipt, document: invoice"));
    // One that nobody could read is still what was asked for.
    let unread = super::check(None, None, &numbered, Part::Receipt, None);
    assert_eq!((unread.kind(), unread.misfit), (Kind::Receipt, None));
}

#[test]
fn only_a_pdf_is_a_document() {
    for (bytes, code) in [
        (&b""[..], Code::EmptyDocument),
        (b"<!DOCTYPE html><title>This link expired</title>", Code::LinkExpired),
        (b"\n<html><script src='https://js.stripe.com/v3'>", Code::LinkExpired),
        (b"<html>Log in to the hotel's network", Code::NotAPdf),
        (b"{\"error\": \"stripe\"}", Code::NotAPdf),
        (b"<html>How to read %PDF-1.4", Code::NotAPdf),
    ] {
        assert_eq!(sniff(bytes), Err(code), "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(sniff(b"%PDF-1.4"), Ok(()));
    assert_eq!(sniff(b"\xef\xbb\xbf%PDF-1.4"), Ok(()));
}

#[test]
fn the_number_comes_from_the_document_the_row_or_the_file_and_must_be_one() {
    let listed = row(Some("AB12CD34-0007"));
    assert_eq!(unread(&listed, None).number.as_deref(), Some("AB12CD34-0007"));
    assert_eq!(unread(&listed, Some("Invoice-AB12CD34-0007.pdf")).misfit, None);
    let other = unread(&listed, Some("Invoice-AB12CD34-0008.pdf"));
    assert_eq!(misfit(&other), (Code::OtherNumber, "row: AB12CD34-0007, document: AB12CD34-0008".into()));
    let named = unread(&row(None), Some("Invoice-AB12CD34-0008.pdf"));
    assert_eq!((named.number.as_deref(), named.misfit), (Some("AB12CD34-0008"), None));
    assert_eq!(unread(&listed, Some("../..")).misfit, None);

    let spelled = |number: &str| Document { number: Some(number.into()), ..invoice() };
    for number in ["AB12CD34-0007", "ab12cd34-0007", "AB12CD34\u{2011}0007", "AB12CD34 -0007"] {
        assert_eq!(checked(spelled(number), &listed).misfit, None, "{number}");
    }
    let other = checked(spelled("AB12CD34-0008"), &listed);
    assert_eq!(misfit(&other), (Code::OtherNumber, "row: AB12CD34-0007, document: AB12CD34-0008".into()));
    let other = check(Some(Ok(invoice())), None, &row(None), Some("Invoice-AB12CD34-0008.pdf"));
    assert_eq!(misfit(&other).0, Code::OtherNumber, "what the file is called against what it says");
    let plain = checked(invoice(), &row(None));
    assert_eq!((plain.number.as_deref(), plain.misfit), (Some("AB12CD34-0007"), None));
}

#[test]
fn the_documents_own_link_proves_or_refutes() {
    let link = |account: &str, token: &str| {
        let link = format!("https://invoice.stripe.com/i/{account}/{token}?s=pd");
        InvoiceLink::parse(&link).unwrap().identity().key()
    };
    let token = |secret: char, seconds: u32| {
        use base64::Engine;
        let text = format!("acct_1ABCDEFGH,_{},{seconds}", secret.to_string().repeat(31));
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
        format!("live_{text}0200abcdefgh")
    };
    let account = "acct_1ABCDEFGH";
    let ours = row(None);
    assert!(!key_is_fleeting(&ours));
    let undecoded = Row { key: link(account, "live_abcdefghijkl"), ..row(None) };
    assert!(key_is_fleeting(&undecoded));
    let checked = |key: RowKey| check(None, Some(key), &ours, None);
    assert_eq!(checked(link(account, &token('a', 987_654_321))).notes, [NOT_READ, LINK_EQUAL]);
    let differs = checked(link(account, &token('b', 123_456_789)));
    assert_eq!(
        (differs.notes.as_slice(), &differs.misfit),
        (&[NOT_READ, LINK_DIFFERS].map(String::from)[..], &None)
    );
    assert!(differs.other_key.is_some());
    let foreign = checked(link("acct_2OTHER", "live_abcdefghijkl"));
    assert_eq!(misfit(&foreign), (Code::OtherAccount, "row: acct_1ABCDEFGH, document: acct_2OTHER".into()));
    // A link that only the reader has found, in a packed part.
    let packed = Document { link: Some(RowKey::new(KEY)), ..invoice() };
    let found = check(Some(Ok(packed)), None, &ours, None);
    assert_eq!(found.notes, [LINK_EQUAL]);
    assert_eq!(found.read.unwrap().link, None, "it is a secret");
}

#[test]
fn the_rows_amount_is_one_of_the_documents() {
    for amount in ["20", "20.00", "5.00"] {
        assert_eq!(checked(invoice(), &priced(amount, Currency::USD)).misfit, None, "{amount}");
    }
    let other = checked(invoice(), &priced("15", Currency::USD));
    assert_eq!(misfit(&other), (Code::OtherAmount, "row: 15 USD, document: 20.00 total, 5.00 due".into()));
    let other = checked(invoice(), &priced("20", Currency::EUR));
    assert_eq!(misfit(&other), (Code::OtherCurrency, "row: 20 EUR, document: USD".into()));
    let paid = Document { amount_paid: "15".parse().ok(), ..invoice() };
    assert_eq!(checked(paid, &priced("15", Currency::USD)).misfit, None);
    // What is absent never contradicts.
    let silent = Document { total: None, ..invoice() };
    assert_eq!(checked(silent, &priced("15", Currency::USD)).misfit, None);
    let silent = Document { currency: None, ..invoice() };
    assert_eq!(checked(silent, &priced("20", Currency::EUR)).misfit, None);
    // A page shows money that goes back with a minus, the document without.
    let credit = Document { kind: Kind::CreditNote, ..invoice() };
    assert_eq!(checked(credit, &priced("-20", Currency::USD)).misfit, None);
    assert_eq!(misfit(&checked(invoice(), &priced("-20", Currency::USD))).0, Code::OtherAmount);
}

#[test]
fn another_day_is_a_note_where_something_else_proves_the_document() {
    for date in ["2026-04-11", "2026-04-13", "2026-04-26", "2026-04-27"] {
        let near = checked(invoice(), &dated(date));
        assert_eq!((near.misfit, near.notes), (None, vec![]), "{date}");
    }
    let far = checked(invoice(), &dated("2026-03-12"));
    assert_eq!(misfit(&far), (Code::OtherDate, "row: 2026-03-12, document: 2026-04-12".into()));
    let numbered = Row { number: InvoiceNumber::parse("AB12CD34-0007"), ..dated("2026-03-12") };
    let proven = checked(invoice(), &numbered);
    assert_eq!((proven.misfit, proven.notes), (None, vec![DATE_DIFFERS.to_owned()]));
    let linked = check(Some(Ok(invoice())), Some(RowKey::new(KEY)), &dated("2026-03-12"), None);
    assert_eq!((linked.misfit, linked.notes.len()), (None, 2));
    let silent = Document { issued: None, due: None, ..invoice() };
    assert_eq!(checked(silent, &dated("2026-03-12")).misfit, None);
}

#[test]
fn what_does_not_add_up_is_not_booked_unseen() {
    let doubtful = |field: &str| {
        let fields = vec!["memo".into(), field.into()];
        let problem = Problem { code: "x".into(), fields, sentence: "It is 1, and it is 2.".into() };
        checked(Document { problems: vec![problem], ..invoice() }, &row(None))
    };
    for field in ["total", "lines[2].amount", "taxes[0].rate", "number", "vendor", "kind"] {
        let expected = (Code::DoubtfulDocument, "document: It is 1, and it is 2.".to_owned());
        assert_eq!(misfit(&doubtful(field)), expected, "{field}");
    }
    for field in ["due", "customer", "discounts", "totally"] {
        assert_eq!(doubtful(field).misfit, None, "{field}");
    }
}

#[test]
fn one_that_is_not_understood_is_no_wrong_one() {
    let nothing = |reading| Document { kind: Kind::NotAnInvoice, reading, ..Document::default() };
    let scan = checked(nothing(Reading::NoText), &dated("2026-04-12"));
    assert_eq!((scan.misfit, scan.notes), (None, vec![NO_TEXT.to_owned()]));
    let numbered = row(Some("AB12CD34-0007"));
    let unknown =
        check(Some(Ok(nothing(Reading::InPart))), None, &numbered, Some("Invoice-AB12CD34-0007.pdf"));
    assert_eq!((unknown.kind(), unknown.misfit), (Kind::Invoice, None));
    assert_eq!(unknown.notes, [UNKNOWN_LAYOUT]);
    // Nothing shows that it is the row's.
    let unknown = checked(nothing(Reading::InPart), &numbered);
    assert_eq!(misfit(&unknown), (Code::NotAnInvoice, "row: AB12CD34-0007, document: not an invoice".into()));
    let part = checked(Document { reading: Reading::InPart, total: None, ..invoice() }, &row(None));
    assert_eq!((part.misfit, part.notes), (None, vec![IN_PART.to_owned()]));
}

#[test]
fn a_reader_that_fails_costs_no_document_and_a_broken_one_is_kept_apart() {
    for (reason, note) in [
        (Unreadable::PasswordProtected, PASSWORD),
        (Unreadable::TooLarge, NOT_READ),
        (Unreadable::TooMuch, NOT_READ),
        (Unreadable::GaveUp, NOT_READ),
        (Unreadable::ChildFailed, NOT_READ),
    ] {
        let filed = check(Some(Err(reason)), None, &row(Some("N-1")), None);
        assert_eq!((filed.misfit, filed.notes), (None, vec![note.to_owned()]), "{reason:?}");
        assert_eq!(filed.number.as_deref(), Some("N-1"));
    }
    for reason in [Unreadable::Damaged, Unreadable::Truncated, Unreadable::NotAPdf] {
        let broken = check(Some(Err(reason)), None, &row(None), None);
        assert_eq!(misfit(&broken), (Code::DamagedDocument, format!("document: {}", reason.sentence())));
    }
}

#[test]
fn what_it_is_filed_by() {
    let of = |kind| Document {
        kind,
        paid: "2026-05-01".parse().ok(),
        refunded: "2026-06-01".parse().ok(),
        amount_paid: "15".parse().ok(),
        amount_refunded: "7".parse().ok(),
        ..invoice()
    };
    for (kind, day, money) in [
        (Kind::Invoice, "2026-04-12", "20.00"),
        (Kind::TaxInvoice, "2026-04-12", "20.00"),
        (Kind::Receipt, "2026-05-01", "15"),
        (Kind::CreditNote, "2026-04-12", "-20.00"),
        (Kind::Refund, "2026-06-01", "-7"),
    ] {
        assert_eq!(date(&of(kind)), day.parse().ok(), "{kind:?}");
        assert_eq!(amount(&of(kind)).unwrap().amount, money.parse().unwrap(), "{kind:?}");
    }
    let fits = checked(invoice(), &row(None));
    assert_eq!(fits.says().date, invoice().issued);
    // One that does not fit is filed as its row's, if a person says so.
    let other = checked(invoice(), &row(Some("N-1")));
    assert_eq!((other.says().date, other.vendor(Some("Page"))), (None, Some("Page".into())));
}

#[test]
fn the_vendor_is_one_for_row_and_document() {
    let by = |vendor: Option<&str>, page| {
        let checked = checked(Document { vendor: vendor.map(Into::into), ..invoice() }, &row(None));
        (checked.vendor(page), checked.issuers(page))
    };
    let is = |vendor: &str, issuers: &[&str]| {
        (Some(vendor.to_owned()), issuers.iter().map(|issuer| (*issuer).to_owned()).collect())
    };
    assert_eq!(by(Some("OpenAI OpCo, LLC"), Some("OpenAI")), is("OpenAI", &["openai"]));
    assert_eq!(by(Some("OpenAI, LLC"), None), is("OpenAI", &["openai"]));
    assert_eq!(by(Some("Example AI, Inc."), Some("Example AI")), is("Example AI, Inc.", &["example-ai"]));
    assert_eq!(by(Some("Sample Ltd"), Some("Example")), is("Sample Ltd", &["sample", "example"]));
    assert_eq!(by(Some("Link, LLC"), Some("Example")), is("Example", &["example"]));
    assert_eq!(by(Some("Link, LLC"), None), is("Link, LLC", &["link"]));
    assert_eq!(by(None, Some("Example")), is("Example", &["example"]));
    assert_eq!(by(None, None), (None, vec![]));
}
