//! The messages as they stand on the wire: what one side writes, the other reads.

use billfold_core::locale::Locale;
use billfold_core::money::Money;
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Answer, Ask, Row, RowKey, RunId, Source};
use serde_json::json;

#[test]
fn a_run_is_named_by_32_digits() {
    let run = RunId::from_random([0xab; 16]);
    assert_eq!(run.as_str(), "ab".repeat(16));
    assert_eq!(run.to_string(), run.as_str());
    let text = serde_json::to_string(&run).unwrap();
    assert_eq!(serde_json::from_str::<RunId>(&text).unwrap(), run);
    for wrong in ["", "AB", &"AB".repeat(16), &"ab".repeat(17), &"../".repeat(11)[..32]] {
        assert!(serde_json::from_value::<RunId>(json!(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn asks_and_answers_carry_one_id() {
    let ask = Ask { id: 7, ask: "x" };
    assert_eq!(serde_json::to_value(&ask).unwrap(), json!({ "id": 7, "ask": "x" }));
    let answer: Answer<u8> = serde_json::from_value(json!({ "id": null, "answer": 3 })).unwrap();
    assert_eq!(answer, Answer { id: None, answer: 3 });
}

#[test]
fn a_row_says_what_is_known_and_no_more() {
    let empty = Row {
        key: RowKey::new("k"),
        document: true,
        number: None,
        amount: None,
        date: None,
        status: None,
        description: None,
    };
    assert_eq!(serde_json::to_value(&empty).unwrap(), json!({ "key": "k", "document": true }));
    let full = Row {
        number: InvoiceNumber::parse("AB12CD34-0007"),
        amount: Money::parse("$5.00", &Locale::parse("en")).ok(),
        date: "2026-05-01".parse().ok(),
        status: Some("Paid".to_owned()),
        ..empty
    };
    let text = serde_json::to_string(&full).unwrap();
    assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), full);
    assert!(
        text.contains(r#""amount":{"amount":"5.00","currency":"USD"}"#)
            && text.contains(r#""date":"2026-05-01""#)
    );
    // What a log might show.
    assert!(!format!("{full:?}").contains("\"k\""));
    let source: Source =
        serde_json::from_value(json!({ "portal": "openai", "page": "https://x.example/" })).unwrap();
    assert_eq!((source.vendor, source.organisation), (None, None));
}
