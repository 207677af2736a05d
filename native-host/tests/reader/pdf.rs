//! PDFs put together by hand, object by object, so that each byte of them can be wrong on purpose.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::Write as _;

/// A file's objects, numbered from 1. The first is the catalog.
#[derive(Clone, Default)]
pub struct Pdf {
    pub objects: Vec<Vec<u8>>,
    /// More entries for the trailer.
    pub trailer: String,
}

impl Pdf {
    /// One page with this content, `/F1` Helvetica and `/F2` Helvetica-Bold.
    pub fn page(content: &str) -> Pdf {
        Pdf::page_with(content, "/MediaBox [0 0 595 842]", "")
    }

    /// With more entries for the page and its resources.
    pub fn page_with(content: &str, page: &str, resources: &str) -> Pdf {
        let mut pdf = Pdf::default();
        pdf.add("<</Type /Catalog /Pages 2 0 R>>");
        pdf.add("<</Type /Pages /Kids [3 0 R] /Count 1>>");
        pdf.add(&format!(
            "<</Type /Page /Parent 2 0 R {page} /Contents 4 0 R \
             /Resources <</Font <</F1 5 0 R /F2 6 0 R>> {resources}>>>>"
        ));
        pdf.add_stream("", content.as_bytes());
        for name in ["Helvetica", "Helvetica-Bold"] {
            pdf.add(&format!("<</Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding>>"));
        }
        pdf
    }

    /// Adds an object, and says its number.
    pub fn add(&mut self, body: &str) -> usize {
        self.add_bytes(body.as_bytes().to_vec())
    }

    pub fn add_bytes(&mut self, body: Vec<u8>) -> usize {
        self.objects.push(body);
        self.objects.len()
    }

    /// Adds a packed stream.
    pub fn add_stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let packed = pack(data);
        self.add_raw(&format!("/Filter /FlateDecode {entries}"), &packed)
    }

    /// Adds a stream as it is.
    pub fn add_raw(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut body = format!("<</Length {} {entries}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.add_bytes(body)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut places = Vec::new();
        for (index, body) in self.objects.iter().enumerate() {
            places.push(bytes.len());
            writeln!(bytes, "{} 0 obj", index + 1).unwrap();
            bytes.extend_from_slice(body);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let table = bytes.len();
        writeln!(bytes, "xref\n0 {}\n0000000000 65535 f ", places.len() + 1).unwrap();
        for place in &places {
            writeln!(bytes, "{place:010} 00000 n ").unwrap();
        }
        writeln!(
            bytes,
            "trailer\n<</Size {} /Root 1 0 R {}>>\nstartxref\n{table}\n%%EOF",
            places.len() + 1,
            self.trailer
        )
        .unwrap();
        bytes
    }
}

/// zlib, as `/FlateDecode` wants it.
pub fn pack(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Text at a place, 9 points high; `y` runs up.
pub fn text(x: f32, y: f32, text: &str) -> String {
    format!("BT /F1 9 Tf {x} {y} Td ({text}) Tj ET\n")
}

/// An invoice with the layout of Stripe's.
pub fn invoice() -> Pdf {
    let head = [
        ("Invoice number", "AB12CD34-0007"),
        ("Date of issue", "April 25, 2026"),
        ("Date due", "April 25, 2026"),
    ];
    let parties = [
        ("OpenAI, LLC", "Bill to"),
        ("1 Example Street", "Nova Labs"),
        ("Springfield, California 94000", "12 Sample Lane"),
        ("United States", "Ireland"),
    ];
    let mut content = String::from("BT /F2 18 Tf 30 790 Td (Invoice) Tj ET\n");
    let mut y = 758.0;
    for (label, value) in head {
        content += &(text(30.0, y, label) + &text(118.0, y, value));
        y -= 14.0;
    }
    y = 694.0;
    for (vendor, customer) in parties {
        content += &(text(30.0, y, vendor) + &text(230.0, y, customer));
        y -= 14.0;
    }
    content += "BT /F2 13 Tf 30 600 Td ($1,234.56 USD due April 25, 2026) Tj ET\n";
    let columns = |y, cells: [&str; 4]| {
        [30.0, 340.0, 420.0, 520.0]
            .into_iter()
            .zip(cells)
            .map(|(x, cell)| text(x, y, cell))
            .collect::<String>()
    };
    content += &columns(560.0, ["Description", "Qty", "Unit price", "Amount"]);
    content += &columns(540.0, ["API usage credit", "2", "$500.00", "$1,000.00"]);
    content += &columns(526.0, ["Team seats", "1", "$234.56", "$234.56"]);
    for (y, label, value) in [
        (490.0, "Subtotal", "$1,234.56"),
        (472.0, "Total", "$1,234.56"),
        (454.0, "Amount due", "$1,234.56 USD"),
    ] {
        content += &(text(300.0, y, label) + &text(520.0, y, value));
    }
    Pdf::page(&content)
}
