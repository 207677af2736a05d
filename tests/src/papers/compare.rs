//! What a reader made of a document against what the document says, field by field.

use std::fmt;

use rust_decimal::Decimal;
use serde_json::Value;

/// How a field came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The document says it, and so does the reader.
    Right,
    /// The reader says something else.
    Wrong,
    /// The document says it, the reader says nothing.
    Absent,
    /// The reader says something, the document says nothing.
    Invented,
}

/// A field with both values.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// `lines[2].amount`.
    pub field: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What the document says.
    pub truth: Value,
    /// What the reader says.
    pub read: Value,
}

/// Amounts, quantities and rates: `20` is `20.00`.
const DECIMALS: [&str; 14] = [
    "amount",
    "amount_due",
    "amount_paid",
    "amount_refunded",
    "applied_balance",
    "base",
    "quantity",
    "rate",
    "subtotal",
    "tax_rate",
    "total",
    "total_excluding_tax",
    "unit_price",
    "price",
];

/// Judges every field that `truth` has a key for. A key that it lacks is not judged; where it says `null`,
/// nothing is the only right answer.
pub fn compare(truth: &Value, read: &Value) -> Vec<Compared> {
    let mut all = Vec::new();
    walk("", "", truth, read, &mut all);
    all
}

fn walk(path: &str, key: &str, truth: &Value, read: &Value, all: &mut Vec<Compared>) {
    match (truth, read) {
        (Value::Object(fields), _) => {
            for (key, truth) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&path, key, truth, read.get(key).unwrap_or(&Value::Null), all);
            }
        }
        (Value::Null, Value::Object(fields)) => {
            for (key, read) in fields {
                walk(&format!("{path}.{key}"), key, &Value::Null, read, all);
            }
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => {
            let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let (truths, reads) = (items(truth), items(read));
            for place in 0..truths.len().max(reads.len()) {
                let at = |items: &[Value]| items.get(place).cloned().unwrap_or(Value::Null);
                walk(&format!("{path}[{place}]"), key, &at(&truths), &at(&reads), all);
            }
        }
        // A flag is part of the thing that carries it: it counts where both have that thing.
        (Value::Null, Value::Bool(_)) | (Value::Bool(_), Value::Null) | (Value::Null, Value::Null) => {}
        _ => {
            let verdict = match (truth, read) {
                (Value::Null, _) => Verdict::Invented,
                (_, Value::Null) => Verdict::Absent,
                _ if same(key, truth, read) => Verdict::Right,
                _ => Verdict::Wrong,
            };
            all.push(Compared { field: path.to_owned(), verdict, truth: truth.clone(), read: read.clone() });
        }
    }
}

fn same(key: &str, truth: &Value, read: &Value) -> bool {
    if truth == read {
        return true;
    }
    if DECIMALS.contains(&key) {
        return matches!((decimal(truth), decimal(read)), (Some(truth), Some(read)) if truth == read);
    }
    matches!((truth.as_str(), read.as_str()), (Some(truth), Some(read)) if words(truth).eq(words(read)))
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().ok()
}

/// White space tells nothing: wrapped text is read with the breaks or without.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// What came out for many documents.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Documents.
    pub files: usize,
    /// Fields that the documents say something about.
    pub listed: usize,
    /// Of these, read as they are.
    pub right: usize,
    /// All that were not, with the file's name.
    pub others: Vec<(String, Compared)>,
}

impl Report {
    /// Counts a document.
    pub fn add(&mut self, file: &str, compared: Vec<Compared>) {
        self.files += 1;
        for field in compared {
            self.listed += usize::from(field.verdict != Verdict::Invented);
            match field.verdict {
                Verdict::Right => self.right += 1,
                _ => self.others.push((file.to_owned(), field)),
            }
        }
    }

    /// How many came out so.
    pub fn count(&self, verdict: Verdict) -> usize {
        if verdict == Verdict::Right {
            return self.right;
        }
        self.others.iter().filter(|(_, field)| field.verdict == verdict).count()
    }
}

impl Report {
    /// None wrong, none invented, at most one in a hundred absent.
    pub fn holds(&self) -> bool {
        let mistakes = self.count(Verdict::Wrong) + self.count(Verdict::Invented);
        mistakes == 0 && self.count(Verdict::Absent) * 100 <= self.listed && self.right > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} files, {} fields: {} right, {} absent, {} wrong, {} invented",
            self.files,
            self.listed,
            self.right,
            self.count(Verdict::Absent),
            self.count(Verdict::Wrong),
            self.count(Verdict::Invented),
        )?;
        for (file, Compared { field, verdict, truth, read }) in &self.others {
            let verdict = format!("{verdict:?}").to_lowercase();
            writeln!(f, "  {verdict:<9} {file}: {field}: {truth}, read {read}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, Verdict, compare};
    use serde_json::{Value, json};

    fn verdicts(truth: &Value, read: &Value) -> Vec<(String, Verdict)> {
        let mut all: Vec<_> =
            compare(truth, read).into_iter().map(|field| (field.field, field.verdict)).collect();
        // A JSON object's keys may come in any order.
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }

    #[test]
    fn a_field_is_right_wrong_absent_or_invented() {
        let truth = json!({"number": "A-0010", "due": "2025-01-02", "paid": null, "vendor": "A"});
        let read = json!({"number": "A-0010", "due": null, "paid": "2025-01-02", "vendor": "B"});
        let expected = [
            ("due", Verdict::Absent),
            ("number", Verdict::Right),
            ("paid", Verdict::Invented),
            ("vendor", Verdict::Wrong),
        ];
        assert_eq!(verdicts(&truth, &read), expected.map(|(field, verdict)| (field.to_owned(), verdict)));
    }

    #[test]
    fn amounts_are_compared_by_value_and_numbers_by_letter() {
        assert_eq!(verdicts(&json!({"total": "20.00"}), &json!({"total": 20}))[0].1, Verdict::Right);
        assert_eq!(verdicts(&json!({"total": "20.00"}), &json!({"total": "20.01"}))[0].1, Verdict::Wrong);
        assert_eq!(verdicts(&json!({"number": "0010"}), &json!({"number": "10"}))[0].1, Verdict::Wrong);
    }

    #[test]
    fn lines_that_are_missing_or_too_many_count_with_all_their_fields() {
        let line = json!({"description": "a b", "amount": "1", "unit_price": null, "nested": false});
        let (one, none) = (json!({"lines": [line]}), json!({"lines": []}));
        let fields = |verdict| {
            vec![("lines[0].amount".to_owned(), verdict), ("lines[0].description".to_owned(), verdict)]
        };
        assert_eq!(verdicts(&one, &none), fields(Verdict::Absent));
        assert_eq!(verdicts(&none, &one), fields(Verdict::Invented));
        assert_eq!(verdicts(&one, &json!({})), fields(Verdict::Absent));
    }

    #[test]
    fn a_flag_counts_where_both_have_what_it_is_about() {
        let line = |nested: bool| json!({"lines": [{"description": "a\n b", "nested": nested}]});
        let all = verdicts(&line(true), &line(false));
        assert_eq!(all[1], ("lines[0].nested".to_owned(), Verdict::Wrong));
        assert_eq!(verdicts(&line(true), &line(true)).len(), 2);
    }

    #[test]
    fn what_the_truth_does_not_list_is_not_judged() {
        assert!(compare(&json!({"number": null}), &json!({"memo": "x", "number": null})).is_empty());
    }

    #[test]
    fn a_report_counts_and_names() {
        let mut report = Report::default();
        report.add(
            "one",
            compare(&json!({"a": "1", "b": "2", "c": null}), &json!({"a": "1", "b": "3", "c": "4"})),
        );
        let text = report.to_string();
        assert!(text.starts_with("1 files, 2 fields: 1 right, 0 absent, 1 wrong, 1 invented\n"), "{text}");
        assert!(text.contains(r#"wrong     one: b: "2", read "3""#), "{text}");
    }
}
