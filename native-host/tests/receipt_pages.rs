//! What receipts name and the archive lacks: said at an import, of mail, of saved pages and of PDFs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Desk, Done, Paper, billfold, paper, pdf_with};
use std::fs;

const INVOICE_LINK: &str = "https://invoice.stripe.com/i/acct_1ABCDEFGH/live_abcdefghijkl?s=em";
const RECEIPT_LINK: &str = "https://dashboard.stripe.com/receipts/invoices/CAcaFwoVYWNjdF8x?s=em";

/// A receipt page: words apart, and mail's invisible characters between.
fn page(cells: &[&str]) -> String {
    let word = |word: &str| format!("<span>{word}</span>&shy;\u{34f} ");
    let cell = |cell: &&str| format!("<tr><td>{}</td></tr>", cell.split(' ').map(word).collect::<String>());
    let cells: String = cells.iter().map(cell).collect();
    format!(
        "<html lang=\"en\"><body><table>{cells}</table>\
         <a href=\"https://pay.stripe.com/invoice/acct_1ABCDEFGH/live_abcdefghijkl/pdf?s=em\">Download invoice</a>\
         <a href=\"https://dashboard.stripe.com/receipts/invoices/CAcaFwoVYWNjdF8x/pdf?s=em\">Download receipt</a>"
    )
}

/// Of a refund for which there is a credit note.
fn credited() -> String {
    page(&[
        "Refund from Example",
        "€75.00",
        "Refunded on November 24, 2023",
        "Receipt number",
        "3762-0091",
        "Invoice number",
        "50CAA332-0004",
        "(50CAA332-0004-CN-01) 25 seats",
        "Credited total",
        "-€75.00",
    ])
}

/// Of one for which there is none.
fn refunded() -> String {
    page(&[
        "$348.99",
        "Refunded on January 8, 2025",
        "Receipt number",
        "3364-2064",
        "Invoice number",
        "62A1552B-0005",
        "Total refunded without credit note",
        "$348.99",
    ])
}

fn mail(html: &str, attached: &[Vec<u8>]) -> String {
    let mut mail = format!(
        "From: billing@example.com\nSubject: Your refund\nDate: Sun, 12 Apr 2026 10:00:00 +0200\n\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n\
         --B\nContent-Type: multipart/alternative; boundary=C\n\n\
         --C\nContent-Type: text/plain\n\nYour refund\n\
         --C\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{}\n--C--\n",
        STANDARD.encode(html)
    );
    for bytes in attached {
        mail += &format!(
            "--B\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\
             Content-Disposition: attachment; filename=\"a.pdf\"\n\n{}\n",
            STANDARD.encode(bytes)
        );
    }
    mail + "--B--\n"
}

/// A page of labels and values, a headline, one line and its totals.
fn drawn(title: &str, head: &[(&str, &str)], headline: &str, money: &str, last: &str) -> Vec<u8> {
    let mut page = String::new();
    let mut put = |font: &str, size: u32, x: u32, y: u32, text: &str| {
        page.push_str(&format!("BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"));
    };
    put("F2", 18, 30, 790, title);
    for (at, (label, value)) in (0u32..).zip(head) {
        put("F1", 9, 30, 758 - 14 * at, label);
        put("F1", 9, 140, 758 - 14 * at, value);
    }
    for (at, line) in (0u32..).zip(["Example Labs, Inc.", "1 Example Street", "United States"]) {
        put("F1", 9, 30, 680 - 14 * at, line);
    }
    put("F2", 13, 30, 584, headline);
    for (x, text) in [(30, "Description"), (330, "Qty"), (420, "Unit price"), (520, "Amount")] {
        put("F1", 8, x, 520, text);
    }
    for (x, text) in [(30, "Seats"), (330, "1"), (420, money), (520, money)] {
        put("F1", 9, x, 494, text);
    }
    for (at, label) in (0u32..).zip(["Subtotal", "Total", last]) {
        put("F1", 9, 300, 456 - 18 * at, label);
        put("F1", 9, 520, 456 - 18 * at, money);
    }
    pdf_with(0, &page, b"")
}

fn credit_note() -> Vec<u8> {
    let head = [
        ("Credit note number", "50CAA332-0004-CN-01"),
        ("Invoice number", "50CAA332-0004"),
        ("Date of issue", "November 24, 2023"),
    ];
    drawn("Credit note", &head, "$75.00 USD refunded on November 24, 2023", "$75.00", "Amount refunded")
}

fn refund() -> Vec<u8> {
    let head = [
        ("Invoice number", "62A1552B-0005"),
        ("Receipt number", "3364-2064"),
        ("Date refunded", "January 8, 2025"),
    ];
    drawn("Refund", &head, "$348.99 USD refunded on January 8, 2025", "$348.99", "Amount refunded")
}

const MISSING: &str = "Receipt 3762-0091 for invoice 50CAA332-0004 names credit note 50CAA332-0004-CN-01 of 75.00 EUR: not in the archive";
const THERE: &str = "Receipt 3762-0091 for invoice 50CAA332-0004 names credit note 50CAA332-0004-CN-01 of 75.00 EUR: in the archive";
const REFUND: &str = "Receipt 3364-2064 for invoice 62A1552B-0005 names a refund of 348.99 USD on 2025-01-08: not in the archive";

/// The lines about what is named.
fn named(ran: &Done) -> Vec<&str> {
    ran.out.lines().filter(|line| line.contains(" names ")).collect()
}

#[test]
fn a_mail_and_a_saved_page_name_what_the_archive_lacks() {
    let desk = Desk::new();
    fs::write(desk.path("one.eml"), mail(&credited(), &[])).unwrap();
    fs::create_dir(desk.path("pages")).unwrap();
    fs::write(desk.path("pages/Refund.html"), refunded()).unwrap();
    fs::write(desk.path("pages/news.html"), "<p>Nothing of ours").unwrap();
    for arguments in [&["import", "--dry-run"][..], &["import"]] {
        let done = billfold(&desk, &[arguments, &["one.eml", "pages", "pages/Refund.html"]].concat());
        let done = done.expect(0, "0 files = 0 filed").expect(0, "1 other files were left alone");
        assert_eq!(
            named(&done),
            [
                format!("{MISSING} (one.eml: 2026-04-12, Your refund)"),
                format!("{REFUND} (pages/Refund.html)")
            ],
            "{}",
            done.scene
        );
        assert!(done.out.contains("to be fetched by a click: 2 links"), "{}", done.scene);
        for link in [INVOICE_LINK, RECEIPT_LINK] {
            let line = format!("  {link} (one.eml: 2026-04-12, Your refund)\n");
            assert!(done.out.contains(&line), "{}", done.scene);
        }
    }
    assert!(desk.documents().is_empty());

    let json = billfold(&desk, &["import", "--json", "pages/Refund.html", "one.eml"]).json();
    assert_eq!(
        json["named"],
        serde_json::json!([
            {
                "kind": "refund", "number": null, "invoice": "62A1552B-0005", "receipt": "3364-2064",
                "amount": "348.99", "currency": "USD", "refunded": "2025-01-08", "in_archive": false,
                "mail": "Refund.html", "subject": null, "date": null,
            },
            {
                "kind": "credit-note", "number": "50CAA332-0004-CN-01", "invoice": "50CAA332-0004",
                "receipt": "3762-0091", "amount": "75.00", "currency": "EUR", "refunded": null,
                "in_archive": false, "mail": "one.eml", "subject": "Your refund", "date": "2026-04-12",
            },
        ])
    );
    assert_eq!(json["links"].as_array().unwrap().len(), 2, "{json:#}");
    assert_eq!(json["links"][0]["mail"], "Refund.html", "{json:#}");
}

#[test]
fn what_is_there_is_said_to_be_there() {
    let desk = Desk::new();
    fs::write(desk.path("one.eml"), mail(&credited(), &[credit_note()])).unwrap();
    fs::write(desk.path("two.htm"), refunded()).unwrap();
    // What would be filed is there as well as what is.
    for (arguments, sum) in [
        (&["import", "--dry-run"][..], "1 file = 1 to be filed"),
        (&["import"], "1 file = 1 filed"),
        (&["import"], "1 file = 1 already had"),
    ] {
        let done = billfold(&desk, &[arguments, &["one.eml", "two.htm"]].concat()).expect(0, sum);
        assert_eq!(
            named(&done),
            [format!("{THERE} (one.eml: 2026-04-12, Your refund)"), format!("{REFUND} (two.htm)")],
            "{}",
            done.scene
        );
    }
    let list = billfold(&desk, &["list", "--json"]).json();
    assert_eq!(
        (&list[0]["kind"], &list[0]["number"]),
        (&"credit-note".into(), &"50CAA332-0004-CN-01".into())
    );
    fs::write(desk.path("refund.pdf"), refund()).unwrap();
    billfold(&desk, &["import", "refund.pdf"]).expect(0, "1 file = 1 filed");
    let done = billfold(&desk, &["import", "two.htm"]);
    assert_eq!(named(&done), [format!("{} (two.htm)", REFUND.replace("not in", "in"))], "{}", done.scene);
    // Another refund of the same invoice is another.
    fs::write(desk.path("three.html"), refunded().replace("3364-2064", "3364-9999")).unwrap();
    let done = billfold(&desk, &["import", "three.html"]);
    assert!(
        named(&done)[0].contains("Receipt 3364-9999") && named(&done)[0].contains("not in"),
        "{}",
        done.scene
    );
}

/// An invoice bears the number of its refund, and is none.
#[test]
fn an_invoice_is_neither_its_refund_nor_its_credit_note() {
    let desk = Desk::new();
    let invoice = Paper { number: "62A1552B-0005", ..paper() };
    let odd = Paper { number: "50CAA332-0004-CN-01", ..paper() };
    fs::write(desk.path("a.pdf"), invoice.pdf()).unwrap();
    fs::write(desk.path("b.pdf"), odd.pdf()).unwrap();
    fs::write(desk.path("c.html"), refunded()).unwrap();
    fs::write(desk.path("d.html"), credited()).unwrap();
    let done =
        billfold(&desk, &["import", "a.pdf", "b.pdf", "c.html", "d.html"]).expect(0, "2 files = 2 filed");
    assert_eq!(named(&done), [format!("{REFUND} (c.html)"), format!("{MISSING} (d.html)")], "{}", done.scene);
}

#[test]
fn a_pdf_may_name_a_credit_note_too() {
    let desk = Desk::new();
    let receipt = Paper {
        title: "Receipt",
        receipt_number: Some("2260-2349"),
        line: "(AB12CD34-0000-CN-01) 25 seats",
        ..paper()
    };
    fs::write(desk.path("a.pdf"), receipt.pdf()).unwrap();
    let done = billfold(&desk, &["import", "a.pdf"]).expect(0, "1 file = 1 filed");
    assert_eq!(
        named(&done),
        [
            "Receipt 2260-2349 for invoice AB12CD34-0000 names credit note AB12CD34-0000-CN-01: not in the archive (a.pdf)"
        ],
        "{}",
        done.scene
    );
}

/// In a ZIP, in a mailbox, attached; each is named once for each receipt that names it.
#[test]
fn receipts_lie_in_each_other() {
    let desk = Desk::new();
    let separator = "From a@example.com Mon Jan  5 10:00:00 2026\n";
    let mailbox = format!("{separator}{}\n{separator}{}", mail(&credited(), &[]), mail(&credited(), &[]));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in
        [("in/all.mbox", mailbox), ("in/page.html", refunded()), ("in/news.html", "<p>".into())]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes.as_bytes()).unwrap();
    }
    fs::write(desk.path("a.zip"), zip.finish().unwrap().into_inner()).unwrap();
    let done = billfold(&desk, &["import", "a.zip"]).expect(0, "0 files = 0 filed");
    assert_eq!(
        named(&done),
        [
            format!("{MISSING} (a.zip: in/all.mbox: message at 44: 2026-04-12, Your refund)"),
            format!("{REFUND} (a.zip: in/page.html)")
        ],
        "{}",
        done.scene
    );
}

#[test]
fn a_page_that_is_no_receipt_is_said_to_be_none_and_harms_nobody() {
    let desk = Desk::new();
    fs::write(desk.path("news.html"), "<p>Nothing of ours").unwrap();
    fs::write(desk.path("empty.html"), "").unwrap();
    for file in ["news.html", "empty.html"] {
        billfold(&desk, &["import", file]).expect(1, "not a PDF, a ZIP, mail or a receipt page");
    }
    let deep = format!("{}{}", "<b a=1><table><tr><td>".repeat(40_000), credited());
    fs::write(desk.path("deep.html"), deep).unwrap();
    assert_eq!(named(&billfold(&desk, &["import", "deep.html"])), [format!("{MISSING} (deep.html)")]);
    fs::write(desk.path("long.html"), format!("{}{}", "x ".repeat(5_000_000), credited())).unwrap();
    billfold(&desk, &["import", "long.html"]).expect(1, "1 file = 1 unreadable");
    // What stands in a page reaches the terminal as text alone.
    let wild = credited().replace("75.00", "75.00\u{1b}[2J").replace("3762-0091", "3762-0091\u{1b}[2J");
    fs::write(desk.path("wild.html"), wild).unwrap();
    let done = billfold(&desk, &["import", "wild.html"]);
    assert!(!done.out.contains('\u{1b}'), "{}", done.scene);
}
