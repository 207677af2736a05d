//! What is seen on a page is its text, and what is not seen is not.

use crate::font::with_glyphs;
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
fn a_word_that_is_cut_through_is_not_read_as_a_shorter_one() {
    let word = text(30.0, 700.0, "Total 1234.56");
    for (edge, shown) in [
        // Of a page as wide as it was, of narrower ones, and of one whose left edge is missing.
        ("/MediaBox [0 0 595 842]", "Total 1234.56"),
        ("/MediaBox [0 0 70 842]", "Total 12\u{FFFD}"),
        ("/MediaBox [0 0 54 842]", "Tota\u{FFFD}"),
        ("/MediaBox [36 0 595 842]", "\u{FFFD}tal 1234.56"),
    ] {
        assert_eq!(rows(&read(&Pdf::page_with(&word, edge, "").bytes())), [shown], "{edge}");
    }
    assert_eq!(rows_of(&format!("q 0 0 70 842 re W n {word} Q")), ["Total 12\u{FFFD}"], "by an area");
    let span = "BT /F1 9 Tf 30 700 Td (AB12) Tj /Span <</ActualText (-)>> BDC (x) Tj EMC (0007) Tj ET";
    assert_eq!(rows_of(span), ["AB12-0007"]);
    let until_there = span.replace("(0007) Tj", "");
    assert_eq!(rows_of(&format!("0 0 54 842 re W n {until_there}")), ["AB1\u{FFFD}"], "at a span");
    let apart = format!("q 0 0 70 842 re W n {} Q", text(30.0, 700.0, "Total") + &text(200.0, 700.0, "9.00"));
    assert_eq!(rows_of(&apart), ["Total"], "another cell says nothing about this one");
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

/// Readers take another font where one is missing, and then letters are missing, or stand elsewhere.
#[test]
fn a_page_draws_with_what_it_has() {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]";
    let total = text(30.0, 700.0, "Total 10.00");
    let page = |content: &str, resources: &str, entries: &str, drawn: &str| {
        let mut pdf = Pdf::page_with(content, "/MediaBox [0 0 595 842]", resources);
        pdf.add_stream(entries, drawn.as_bytes());
        Hayro.text(&pdf.bytes()).map(|text| rows(&text).concat())
    };
    let read = Ok("Total 10.00".to_owned());
    let damaged = Err(Unreadable::Damaged);
    assert_eq!(page(&total, "", "", ""), read);
    assert_eq!(page(&total.replace("F1", "F3"), "", "", ""), damaged, "a font without a name");
    assert_eq!(page("/X Do", "/XObject <</X 7 0 R>>", form, &total), read);
    assert_eq!(page("/Y Do", "/XObject <</X 7 0 R>>", form, &total), damaged, "a form without a name");
    assert_eq!(
        page("/X Do", "/XObject <</X 7 0 R>>", form, &total.replace("F1", "F3")),
        damaged,
        "a form's font"
    );
    let own = format!("{form} /Resources <</Font <</F3 5 0 R>>>>");
    assert_eq!(page("/X Do", "/XObject <</X 7 0 R>>", &own, &total.replace("F1", "F3")), read);
    assert_eq!(page(&total, "/Font <</F1 5 0 R /F2 5 0 R>>", "", ""), damaged, "one font by two names");
}

/// Documents put together from glyph to glyph stand as they are drawn; where a letter's place comes from a width
/// that is not the font's, words fall apart.
#[test]
fn widths_are_those_of_the_font() {
    let drawn = |width: u32, content: &str| {
        let mut pdf = Pdf::page_with(content, "/MediaBox [0 0 595 842]", "/Font <</C 7 0 R>>");
        let (program, map) = with_glyphs("AB12");
        pdf.add(
            "<</Type /Font /Subtype /Type0 /BaseFont /T /Encoding /Identity-H /DescendantFonts [8 0 R] /ToUnicode 11 0 R>>",
        );
        pdf.add(&format!(
            "<</Type /Font /Subtype /CIDFontType2 /BaseFont /T /CIDToGIDMap /Identity /FontDescriptor 9 0 R /DW {width} \
             /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>>>"
        ));
        pdf.add("<</Type /FontDescriptor /FontName /T /Flags 4 /FontFile2 10 0 R>>");
        pdf.add_stream("", &program);
        pdf.add_stream("", map.as_bytes());
        Hayro.text(&pdf.bytes()).map(|text| rows(&text).concat())
    };
    let together = "BT /C 10 Tf 30 700 Td <0001000200030004> Tj ET";
    assert_eq!(drawn(600, together), Ok("AB12".to_owned()));
    assert_eq!(drawn(605, together), Ok("AB12".to_owned()), "rounded");
    assert_eq!(drawn(1900, together), Err(Unreadable::Damaged));
    assert_eq!(drawn(0, together), Err(Unreadable::Damaged));
    let apart = "BT /C 10 Tf 30 700 Td <0001> Tj 6 0 Td <0002> Tj 6 0 Td <0003> Tj 6 0 Td <0004> Tj ET";
    assert_eq!(drawn(1900, apart), Ok("AB12".to_owned()), "nothing stands where it does by that width");
    assert_eq!(drawn(0, apart), Ok("AB12".to_owned()));
}

/// A part of a font cannot be had elsewhere, and another part has other letters in its places.
#[test]
fn a_part_of_a_font_is_that_of_its_name() {
    let font = |base: &str, name: &str, program: &str| {
        let total = text(30.0, 700.0, "Total 10.00").replace("F1", "T");
        let mut pdf = Pdf::page_with(&total, "/MediaBox [0 0 595 842]", "/Font <</T 7 0 R>>");
        pdf.add(&format!(
            "<</Type /Font /Subtype /TrueType /BaseFont /{base} /Encoding /WinAnsiEncoding /FontDescriptor 8 0 R>>"
        ));
        pdf.add(&format!("<</Type /FontDescriptor /FontName /{name} /Flags 32 {program}>>"));
        pdf.add_stream("", &with_glyphs("A").0);
        pdf.add_stream("", b"no font");
        Hayro.text(&pdf.bytes()).map(|_| ())
    };
    let damaged = Err(Unreadable::Damaged);
    assert_eq!(font("Helvetica", "Helvetica", ""), Ok(()));
    assert_eq!(font("ABCDEF+Arial", "ABCDEF+Arial", "/FontFile2 9 0 R"), Ok(()));
    assert_eq!(font("ABCDEF+Arial", "BBCDEF+Arial", "/FontFile2 9 0 R"), damaged);
    assert_eq!(font("ABCDEF+Arial", "ABCDEF+Arial", ""), damaged);
    assert_eq!(font("ABCDEF+Arial", "ABCDEF+Arial", "/FontFile2 10 0 R"), damaged);

    let composite = |base: &str, descendant: &str| {
        let mut pdf = Pdf::page_with("", "/MediaBox [0 0 595 842]", "/Font <</C 7 0 R>>");
        pdf.add(&format!(
            "<</Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /Identity-H /DescendantFonts [8 0 R]>>"
        ));
        pdf.add(&format!("<</Type /Font /Subtype /CIDFontType2 /BaseFont /{descendant} /CIDSystemInfo <<>> /FontDescriptor 9 0 R>>"));
        pdf.add(&format!("<</Type /FontDescriptor /FontName /{descendant} /Flags 32 /FontFile2 10 0 R>>"));
        pdf.add_stream("", &with_glyphs("A").0);
        Hayro.text(&pdf.bytes()).map(|_| ())
    };
    assert_eq!(composite("ABCDEF+Arial", "ABCDEF+Arial"), Ok(()));
    assert_eq!(composite("ABCDEF+Arial-Identity-H", "BBCDEF+Arial"), Ok(()), "as Acrobat shares them");
    assert_eq!(composite("ABCDEF+Arial", "BBCDEF+ArialBold"), damaged);
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
