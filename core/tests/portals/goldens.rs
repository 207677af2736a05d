//! Every sample page against its golden. A golden changes by `cargo xtask bless` and by nothing else.

use super::pages;
use billfold_core::portals::{Portal, is_billing_page};
use std::collections::BTreeSet;

#[test]
fn every_page_reads_as_its_golden_says() {
    let mut wrong = Vec::new();
    for (page, address) in pages::billing() {
        let file = page.golden_file();
        let is = pages::golden(&page.html, &address, &page.reader);
        match std::fs::read_to_string(pages::folder().join(&file)) {
            Ok(should) if should == is => {}
            Ok(should) => {
                let lines: BTreeSet<&str> = should.lines().collect();
                let new: Vec<&str> = is.lines().filter(|line| !lines.contains(line)).collect();
                wrong.push(format!("{file} differs; new or changed lines:\n{}", new.join("\n")));
            }
            Err(error) => {
                wrong.push(format!("{file}: {error}. Look at what the page says, then `cargo xtask bless`."))
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_golden_has_its_page() {
    let wanted: BTreeSet<String> = pages::billing().map(|(page, _)| page.golden_file()).collect();
    let there: BTreeSet<String> = std::fs::read_dir(pages::folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".golden.json"))
        .collect();
    assert_eq!(there, wanted);
}

#[test]
fn every_sample_is_recognised_and_understood() {
    for (page, address) in pages::billing() {
        assert!(is_billing_page(&address), "{}", page.file);
        let (_, listing) = pages::read(&page.html, &address, &page.reader);
        assert!(!listing.rows.is_empty(), "{}: no rows", page.file);
        assert_eq!(listing.absence, None, "{}", page.file);
        for (at, found) in listing.rows.iter().enumerate() {
            let complete = found.row.amount.is_some() && found.row.date.is_some();
            assert!(complete || page.file.contains("INVENTED"), "{}, row {at}", page.file);
        }
    }
}

#[test]
fn every_portal_has_a_sample() {
    let pages: Vec<String> = pages::billing().map(|(_, address)| address).collect();
    for info in billfold_core::portals::infos() {
        let own = |address: &&String| {
            Portal::<billfold_core::portals::HtmlNode>::find(address)
                .is_some_and(|portal| portal.info.id == info.id)
        };
        assert!(pages.iter().any(|address| own(&address)), "{} has no sample", info.id);
    }
}
