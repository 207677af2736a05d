//! What is seen on a page is its text, and what is not seen is not.

use crate::pdf::{Pdf, invoice, text};
use billfold_host::reader::{Hayro, Reader, Text, TextSource as _, Unreadable};

fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_billfold"))
}

fn read(bytes: &[u8]) -> Text {
    reader().read_text(bytes).unwrap()
}

/// Each row's cells, joined with a bar.
fn rows(text: &Text) -> Vec<String> {
    let cells = |row: &billfold_core::document::Row| {
        row.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("|")
    };
    text.pages.iter().flat_map(|page| page.rows.iter().map(cells)).collect()
}

fn rows_of(content: &str) -> Vec<String> {
    rows(&read(&Pdf::page(content).bytes()))
}

#[test]
fn an_invoice_in_rows_and_cells() {
    let text = read(&invoice().bytes());
    let rows = rows(&text);
    assert_eq!(rows[..2], ["Invoice", "Invoice number|AB12CD34-0007"]);
    assert!(rows.contains(&"API usage credit|2|$500.00|$1,000.00".to_owned()), "{rows:#?}");
    assert!(rows.contains(&"Amount due|$1,234.56 USD".to_owned()));
    let page = &text.pages[0];
    assert_eq!((page.width, page.height), (595.0, 842.0));
    let title = &page.rows[0];
    assert_eq!((title.y, title.cells[0].x, title.cells[0].size), (52.0, 30.0, 18.0));
    let bold: Vec<&str> = page
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|cell| cell.bold)
        .map(|cell| cell.text.as_str())
        .collect();
    assert_eq!(bold, ["Invoice", "$1,234.56 USD due April 25, 2026"], "though the font is not embedded");
}

#[test]
fn actual_text_stands_for_its_glyphs() {
    let span = |text: &str, glyphs: &str| {
        format!("BT /F1 9 Tf 30 700 Td (AB) Tj /Span <</ActualText {text}>> BDC {glyphs} Tj EMC (CD) Tj ET")
    };
    assert_eq!(rows_of(&span("<FEFF002D>", "<00>")), ["AB-CD"]);
    assert_eq!(rows_of(&span("(-)", "<00>")), ["AB-CD"]);
    assert_eq!(rows_of(&span("<EFBBBFE28093>", "<0000>")), ["AB–CD"], "once for all its glyphs");
    assert_eq!(rows_of(&span("<FEFF>", "(x)")), ["AB CD"], "nothing at all");
    assert_eq!(rows_of(&span("(12)", "(12)")), ["AB12CD"]);
}

#[test]
fn actual_text_cannot_change_figures() {
    let content = "BT /F1 9 Tf 30 700 Td (Total ) Tj /Span <</ActualText (900.00)>> BDC (100.00) Tj EMC ET";
    assert_eq!(rows_of(content), ["Total \u{FFFD}\u{FFFD}\u{FFFD}.\u{FFFD}\u{FFFD}"]);
    let content = "BT /F1 9 Tf 30 700 Td (Total) Tj /Span <</ActualText (900)>> BDC ( ) Tj EMC ET";
    assert_eq!(rows_of(content), ["Total"]);
}

#[test]
fn text_that_nobody_sees_is_not_read() {
    let seen = text(30.0, 700.0, "Total 10.00");
    let hidden = text(30.0, 600.0, "Total 99.00");
    for (how, content) in [
        ("invisible", format!("3 Tr {hidden}")),
        ("clipping only", format!("7 Tr {hidden}")),
        ("white", format!("1 g {hidden}")),
        ("almost white", format!("0.98 0.99 1 rg {hidden}")),
        ("clipped away", format!("0 0 10 10 re W n {hidden}")),
        ("off the page", text(-200.0, 600.0, "Total 99.00")),
        ("below the page", text(30.0, -20.0, "Total 99.00")),
        ("without size", "BT /F1 0.2 Tf 30 600 Td (Total 99.00) Tj ET".to_owned()),
        ("without width", "BT /F1 9 Tf 1 Tz 30 600 Td (Total 99.00) Tj ET".to_owned()),
        ("painted over", format!("{hidden} 1 g 20 590 200 30 re f")),
        ("of the ground's colour", format!("0 0 0.5 rg 20 590 200 30 re f {hidden}")),
        ("transparent", format!("/Gs gs {hidden}")),
        ("in a hidden layer", format!("/OC /Layer BDC {hidden} EMC")),
        ("across", "BT /F1 9 Tf 0.7 0.7 -0.7 0.7 30 600 Tm (Total 99.00) Tj ET".to_owned()),
    ] {
        let mut pdf = Pdf::page_with(
            &format!("q {content} Q {seen}"),
            "/MediaBox [0 0 595 842]",
            "/ExtGState <</Gs <</ca 0>>>> /Properties <</Layer 7 0 R>>",
        );
        pdf.add("<</Type /OCG /Name (Layer)>>");
        pdf.objects[0] =
            b"<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs [7 0 R] /D <</OFF [7 0 R]>>>>>>".to_vec();
        let text = read(&pdf.bytes());
        assert_eq!(rows(&text), ["Total 10.00"], "{how}");
        assert!(!text.recognised);
    }
}

#[test]
fn text_on_a_ground_of_another_colour_is_seen() {
    let content = format!("0 0 0.5 rg 20 590 200 30 re f 1 g {}", text(30.0, 600.0, "Total 10.00"));
    assert_eq!(rows_of(&content), ["Total 10.00"]);
    let content = format!("1 g 20 590 200 30 re f 0 g {}", text(30.0, 600.0, "Total 10.00"));
    assert_eq!(rows_of(&content), ["Total 10.00"]);
}

#[test]
fn a_scan_says_so() {
    assert!(rows_of("0.5 g 20 20 400 600 re f").is_empty());
    let recognised = read(&Pdf::page(&format!("3 Tr {}", text(30.0, 700.0, "Total 10.00"))).bytes());
    assert_eq!(rows(&recognised), ["Total 10.00"]);
    assert!(recognised.recognised);
}

#[test]
fn filled_and_stroked_text_is_there_once() {
    assert_eq!(rows_of(&format!("2 Tr {}", text(30.0, 700.0, "Factuur 11.00"))), ["Factuur 11.00"]);
}

#[test]
fn turned_pages_read_as_they_are_shown() {
    let content =
        "BT /F1 9 Tf 0 1 -1 0 100 30 Tm (Total) Tj ET\nBT /F1 9 Tf 0 1 -1 0 100 300 Tm (10.00) Tj ET";
    let shown = read(&Pdf::page_with(content, "/MediaBox [0 0 595 842] /Rotate 90", "").bytes());
    assert_eq!(rows(&shown), ["Total|10.00"]);
    assert_eq!((shown.pages[0].width, shown.pages[0].height), (842.0, 595.0));
    assert_eq!((shown.pages[0].rows[0].turns, shown.pages[0].rows[0].y), (0, 100.0));
    let turned = read(&Pdf::page(content).bytes());
    assert_eq!(rows(&turned), ["Total|10.00"]);
    assert_eq!(turned.pages[0].rows[0].turns, 3);
}

#[test]
fn what_is_cut_off_the_page_is_not_read() {
    let content = text(30.0, 700.0, "Total 10.00") + &text(30.0, 100.0, "Total 99.00");
    let pdf = Pdf::page_with(&content, "/MediaBox [0 0 595 842] /CropBox [0 400 595 842]", "");
    let shown = read(&pdf.bytes());
    assert_eq!(rows(&shown), ["Total 10.00"]);
    assert_eq!(shown.pages[0].height, 442.0);
    assert_eq!(shown.pages[0].rows[0].y, 142.0);
}

#[test]
fn links_are_found() {
    let mut pdf = Pdf::page_with("", "/MediaBox [0 0 595 842] /Annots [7 0 R]", "");
    pdf.add("<</Type /Annot /Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (https://pay.example/a)>>>>");
    assert_eq!(read(&pdf.bytes()).links, ["https://pay.example/a"]);
}

#[test]
fn what_is_no_document_says_why() {
    let why = |bytes: &[u8]| reader().read_text(bytes).unwrap_err();
    assert_eq!(why(b"<html>"), Unreadable::NotAPdf);
    assert_eq!(why(b""), Unreadable::NotAPdf);
    assert_eq!(why(b"%PDF-1.4\nxref\n0 0\ntrailer\n<<>>\nstartxref\n9\n%%EOF"), Unreadable::Damaged);
    assert_eq!(why(&vec![b' '; 16 * 1024 * 1024 + 1]), Unreadable::TooLarge);
    let whole = invoice().bytes();
    assert_eq!(why(&whole[..whole.len() / 2]), Unreadable::Truncated);
    let broken = Reader::new("/nowhere/billfold");
    assert_eq!(broken.read_text(&whole).unwrap_err(), Unreadable::ChildFailed);
}

#[test]
fn embedded_xml_is_found_wherever_it_is_named() {
    let files = |catalog: &str, page: &str| {
        let mut pdf = Pdf::page_with("", &format!("/MediaBox [0 0 595 842] {page}"), "");
        pdf.objects[0] = format!("<</Type /Catalog /Pages 2 0 R {catalog}>>").into_bytes();
        pdf.add("<</Type /Filespec /F (factur-x.xml) /UF <FEFF0066002E0078006D006C> /EF <</F 8 0 R>>>>");
        pdf.add_stream("/Type /EmbeddedFile", b"<Invoice/>");
        pdf.add("<</Kids [10 0 R]>>");
        pdf.add("<</Names [(f) 7 0 R (g) 11 0 R]>>");
        pdf.add("<</Type /Filespec /F (terms.pdf) /EF <</F 8 0 R>>>>");
        let found = Hayro.text(&pdf.bytes()).unwrap().attachments;
        found.into_iter().map(|file| (file.name, String::from_utf8(file.bytes).unwrap())).collect::<Vec<_>>()
    };
    let one = [("f.xml".to_owned(), "<Invoice/>".to_owned())];
    assert_eq!(files("/Names <</EmbeddedFiles 9 0 R>>", ""), one, "in a tree");
    assert_eq!(files("/AF [7 0 R]", ""), one);
    assert_eq!(files("", "/AF [7 0 R]"), one);
    assert_eq!(files("/Names <</EmbeddedFiles 9 0 R>> /AF [7 0 R]", ""), one, "once");
    assert_eq!(files("", ""), []);
}
