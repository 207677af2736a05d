//! SECURITY.md names the test that holds each promise, and the test is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fs;
use std::path::Path;

#[test]
fn every_promise_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ") && !line.contains("held by")).collect();
    assert!(rows.len() > 10, "the table is gone");
    for row in rows {
        let mut named = 0;
        for test in row.split('`').filter(|text| text.contains(".rs::")) {
            let (file, name) = test.split_once("::").unwrap();
            let text = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(
                text.contains(&format!("#[test]\nfn {name}()"))
                    || text.contains(&format!("#[test]\n    fn {name}()")),
                "{test} is not there"
            );
            named += 1;
        }
        assert!(named > 0, "no test holds this: {row}");
    }
}
