//! A plan never overwrites, and what crosses to the host comes back as it was: for any rows.
#![cfg(feature = "filing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of a test are a test")]

use billfold_core::filing::{ArchivePath, Document, Kind, PRESETS, Projects, Template, plan};
use billfold_core::money::{Currency, Money};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Ask, BeginRun, Request, Row, RowKey, RunId, Source};
use billfold_core::stripe::InvoiceLink;
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::HashSet;

/// Few values, so that many rows would share a name.
fn any_row() -> impl Strategy<Value = Row> {
    let number = prop::option::of(prop::sample::select(vec!["N-1", "n-1", "-1", "AB12CD34-0007"]));
    let text = prop::option::of(".{0,12}");
    (0..9u32, any::<bool>(), number, prop::option::of(-3..3i64), prop::option::of(1..4u32), text).prop_map(
        |(key, document, number, amount, day, status)| Row {
            key: RowKey::new(format!("k{key}")),
            document,
            number: number.and_then(InvoiceNumber::parse),
            amount: amount.map(|cents| Money::from_minor(cents * 50, Currency::USD)),
            date: day.and_then(|day| NaiveDate::from_ymd_opt(2026, 5, day)),
            status,
            description: None,
        },
    )
}

fn any_source() -> impl Strategy<Value = Source> {
    let text = || prop::option::of(prop_oneof![".{0,12}", "[aA]{1,3}", Just("../ß".to_owned())]);
    (text(), text(), text()).prop_map(|(vendor, product, organisation)| Source {
        portal: "openai".into(),
        vendor,
        product,
        organisation,
        page: "https://platform.openai.com/".into(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_never_overwrites(
        source in any_source(),
        rows in prop::collection::vec(any_row(), 1..8),
        preset in prop::sample::select(PRESETS.map(|(name, _)| name).to_vec()),
        order in prop::collection::vec((0..8usize, prop::option::of("[nN]-[12]"), any::<bool>()), 1..12),
        strangers in any::<u16>(),
    ) {
        let template = Template::parse(preset).unwrap();
        let plan = plan(&template, &source, &rows, &Projects::default());
        let mut taken = HashSet::new();
        for (at, (row, number, receipt)) in order.iter().enumerate() {
            let kind = if *receipt { Kind::Receipt } else { Kind::Invoice };
            let sha256 = format!("{at:08x}").repeat(8);
            let document = Document { kind, number: number.as_deref(), sha256: &sha256, version: 1, ..Document::default() };
            // Some names are strangers' files.
            let asked = std::cell::Cell::new(0u32);
            let path = plan.name(row % rows.len(), &document, |path: &ArchivePath| {
                asked.set(asked.get() + 1);
                strangers.checked_shr(asked.get() + 1).is_some_and(|bits| bits & 1 == 1)
                    || taken.contains(&path.folded())
            });
            let path = path.expect("there is always a name");
            prop_assert_eq!(ArchivePath::parse(path.as_str()), Ok(path.clone()));
            prop_assert!(taken.insert(path.folded()), "{} is another document's", path);
        }
    }

    #[test]
    fn a_run_comes_back(source in any_source(), rows in prop::collection::vec(any_row(), 0..8), run: [u8; 16]) {
        let asked = (0..rows.len() as u32).collect();
        let begin = BeginRun { run: RunId::from_random(run), source, rows, asked, complete: true, receipts: false };
        let ask = Ask { id: 7, ask: Request::BeginRun(begin) };
        let text = serde_json::to_string(&ask).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ask<Request<'_>>>(&text).unwrap(), ask);
    }

    #[test]
    fn a_link_comes_back(account in "acct_[A-Za-z0-9]{4,20}", token in "(live|test|invst)_[A-Za-z0-9]{8,60}") {
        let link = InvoiceLink::parse(&format!("https://invoice.stripe.com/i/{account}/{token}")).unwrap();
        for address in [link.hosted_url(), link.pdf_url()] {
            let again = InvoiceLink::parse(&address).unwrap();
            prop_assert_eq!(again.identity().key(), link.identity().key());
            prop_assert_eq!(again.token().as_str(), token.as_str());
        }
    }
}
