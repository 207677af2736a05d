//! What an invoice, receipt or credit note says: positioned text in, typed fields out. Pure.
//!
//! The same text always gives the same fields. A field is right or absent: where a label, a place and the sums
//! do not settle what a value is, it is left out, and the reading is one in part. Nothing here opens a PDF;
//! `native-host` does, in another process.

mod checks;
mod columns;
mod companies;
mod currency;
mod draft;
mod electronic;
mod fields;
mod general;
mod head;
mod headline;
mod language;
mod languages;
mod layout;
mod notes;
mod parties;
mod reader;
mod sheet;
mod stripe;
mod table;
mod text;
mod totals;
mod values;
mod words;

pub use electronic::Attachment;
pub use fields::{
    CustomField, Discount, Document, Evidence, Layout, Line, Payment, Period, Problem, Reading, Sure, Tax,
    TaxId,
};
pub use layout::lay_out;
pub use text::{Cell, Glyph, Page, Row};

use crate::kind::Kind;
use reader::Reader;
use sheet::Sheet;

/// Reads the fields of a document from the text of its pages and the files that are embedded in it. A file that
/// is an invoice in a form for machines comes before the pages.
pub fn read(pages: &[Page], attachments: &[Attachment]) -> Document {
    let printed = read_pages(pages);
    match electronic::read(attachments) {
        Some(mut document) => {
            electronic::compare(&mut document, &printed);
            document
        }
        None => printed,
    }
}

fn read_pages(pages: &[Page]) -> Document {
    let mut sheet = Sheet::new(pages);
    if sheet.rows.is_empty() {
        return Document { kind: Kind::NotAnInvoice, reading: Reading::NoText, ..Document::default() };
    }
    let Some(language) = language::language_of(&sheet) else {
        return Document { kind: Kind::NotAnInvoice, ..Document::default() };
    };
    sheet.find_labels(language);
    let reader = Reader::new(&sheet, language);
    stripe::read(reader.clone()).unwrap_or_else(|| general::read(reader))
}
