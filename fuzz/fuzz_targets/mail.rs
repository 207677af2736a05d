//! Messages and mailboxes, the links in them, and what receipts among them name: whatever is wrapped around a link, a
//! browser that is given it goes to Stripe, and no message lies outside its mailbox.
#![no_main]

use billfold_core::stripe::ReceiptPage;
use billfold_fuzz::within_limits;
use billfold_host::import::{links, mail};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let found = within_limits("a mailbox", || mail::messages(bytes)).expect("bytes in memory can be read");
    let mut end = 0;
    for (at, length) in found {
        assert!(at >= end && at + length <= bytes.len() as u64, "messages follow each other");
        end = at + length;
    }
    let mail = within_limits("a message", || mail::parse(bytes));
    let text = String::from_utf8_lossy(bytes);
    let links = within_limits("a text", || links::find(&text));
    for link in links.into_iter().chain(mail.into_iter().flat_map(|mail| mail.links)) {
        let opened = Url::parse(&link.address).expect("an address of ours is an address");
        let is_stripes = ["invoice.stripe.com", "pay.stripe.com", "dashboard.stripe.com"];
        assert!(opened.host_str().is_some_and(|host| is_stripes.contains(&host)), "{opened}");
        assert_eq!((opened.scheme(), opened.port(), opened.username()), ("https", None, ""), "{opened}");
        let again = links::find(&link.address);
        assert!(again.first().is_some_and(|again| again.address == link.address), "{opened}");
    }
    let ReceiptPage { credit_notes, refund, .. } =
        within_limits("a receipt page", || ReceiptPage::read(&text));
    let amounts = credit_notes.iter().filter_map(|note| note.credited);
    for amount in amounts.chain(refund.and_then(|refund| refund.amount)) {
        assert!(amount.amount >= rust_decimal::Decimal::ZERO, "{amount}");
    }
    for (at, note) in credit_notes.iter().enumerate() {
        let number = String::from(note.number.clone());
        assert!(number.starts_with(&format!("{}-CN-", String::from(note.invoice.clone()))), "{number}");
        assert!(!credit_notes[..at].contains(note), "{number} twice");
    }
});
