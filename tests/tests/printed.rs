//! Documents that Chromium prints: they carry the link, and the replica serves them instead of its own.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod client;

use billfold_tests::{Config, DataSet, Portal, Replica, Spec, browser, pdf, printed};

const COUNT: usize = 5;

#[tokio::test]
async fn five_documents_by_chromium() {
    let data = DataSet::generate(&Spec::new(Portal::OpenAi));
    let dir = printed::default_dir();
    let chromium = browser::chromium().unwrap();
    printed::print(&chromium, &data, COUNT, &dir).unwrap();

    let replica = Replica::start(Config { pages: false, printed: Some(dir), ..Config::default() });
    for invoice in &data.invoices[..COUNT] {
        let bytes = replica.document(invoice);
        assert!(bytes.starts_with(b"%PDF-") && bytes.windows(4).any(|w| w == b"Skia"), "not Chromium's");
        let link = format!("/URI ({})", pdf::embedded_link(invoice));
        assert!(bytes.windows(link.len()).any(|w| w == link.as_bytes()), "{} lacks {link}", invoice.number);
        assert_ne!(bytes, pdf::render(&data, invoice));

        let path = format!("/document/open-ai/{}", invoice.index);
        assert_eq!(client::control(&replica, "GET", &path, "").await.unwrap().bytes(), &bytes);
    }
    assert_eq!(replica.document(&data.invoices[COUNT]), pdf::render(&data, &data.invoices[COUNT]));

    replica.update(|knobs| knobs.printed = false);
    assert_eq!(replica.document(&data.invoices[0]), pdf::render(&data, &data.invoices[0]));
}
