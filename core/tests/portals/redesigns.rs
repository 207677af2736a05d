//! Pages in shapes that nobody has seen: every invoice is found, and what is read of it is right or absent.

use super::pages;
use std::collections::BTreeMap;

/// How often a field was read right, left out, or read wrong.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    right: u32,
    absent: u32,
    wrong: u32,
}

impl Tally {
    fn count(&mut self, is: Option<String>, truth: &str) -> bool {
        let truth = Some(truth).filter(|truth| *truth != "-");
        match (is.as_deref(), truth) {
            (None, Some(_)) => self.absent += 1,
            (is, truth) if is == truth => self.right += 1,
            _ => self.wrong += 1,
        }
        self.wrong == 0
    }
}

#[test]
fn right_or_absent_and_every_identity() {
    let truth = std::fs::read_to_string(pages::folder().join("redesigns.tsv")).unwrap();
    let mut rows: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for line in truth.lines().skip(1) {
        let (file, fields) = line.split_once('\t').unwrap();
        rows.entry(file).or_default().push(fields.split('\t').collect());
    }
    let invented = pages::billing().filter(|(page, _)| page.file.contains("INVENTED"));
    let invented: Vec<_> = invented.collect();
    assert_eq!(invented.len(), rows.len());
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (page, address) in &invented {
        let truth = &rows[page.file.as_str()];
        let (_, listing) = pages::read(&page.html, address, &page.reader);
        assert_eq!(listing.rows.len(), truth.len(), "{}", page.file);
        for (found, truth) in listing.rows.iter().zip(truth) {
            let [secret, date, amount, currency, number, status] = truth[..] else { panic!("{truth:?}") };
            let row = &found.row;
            assert_eq!(row.document, secret != "-", "{}", page.file);
            assert!(!row.document || row.key.as_str().ends_with(&format!("/{secret}")), "{}", page.file);
            for (field, is, truth) in [
                ("date", row.date.map(|date| date.to_string()), date),
                ("amount", row.amount.map(|money| money.amount.to_string()), amount),
                ("currency", row.amount.map(|money| money.currency.to_string()), currency),
                ("number", row.number.as_ref().map(ToString::to_string), number),
                ("status", row.status.clone(), status),
            ] {
                let right = tallies.entry(field).or_default().count(is.clone(), truth);
                assert!(right, "{}: {field} of {secret} is {is:?}, not {truth}", page.file);
            }
        }
    }
    // All that these pages say is read today. Less is no mistake, but should be a decision.
    for (field, tally) in &tallies {
        assert_eq!(tally, &Tally { right: 12, absent: 0, wrong: 0 }, "{field}");
    }
}
