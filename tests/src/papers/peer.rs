//! The same documents read by `invoice2data`, and the time of `billfold read` against `pdftotext`.
//!
//! The peer is given the best that templates without code can say of Stripe's layout, in the languages that have been seen
//! printed; an expert may get more out of it. Documents in other languages and layouts are left out: without a template
//! it answers nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::compare::{Report, compare};
use super::reading;
use super::set::{Family, Fixture};

/// What both can read.
const FIELDS: [&str; 8] = ["number", "issued", "due", "currency", "subtotal", "tax", "total", "amount_due"];

/// Languages that have a template.
const TEMPLATES: [&str; 4] = ["en", "es", "de", "fr"];

/// Figures as `cargo xtask bench` takes them. `python` has `invoice2data` and `dateparser`.
pub fn figures(python: &Path, billfold: &Path, fixtures: &[Fixture], dir: &Path) -> io::Result<Vec<Value>> {
    let with_template = |fixture: &&Fixture| {
        let truth = fixture.truth();
        fixture.family() == Family::Stripe && TEMPLATES.iter().any(|language| truth["language"] == *language)
    };
    let fixtures: Vec<&Fixture> = fixtures.iter().filter(with_template).collect();
    let files: Vec<PathBuf> =
        fixtures.iter().map(|fixture| dir.join(format!("{}.pdf", fixture.name))).collect();
    let truths: Vec<Value> = fixtures.iter().map(|fixture| common(&fixture.truth())).collect();
    let ours: Vec<Value> = reading::read(billfold, &files)?.iter().map(common).collect();
    let mut figures = Vec::new();
    let mut count = |key: &str, who: &str, read: &[Value]| {
        let mut report = Report::default();
        for ((fixture, truth), read) in fixtures.iter().zip(&truths).zip(read) {
            report.add(&fixture.name, compare(truth, read));
        }
        figures.extend(counts(key, who, &report, key == "ours"));
    };
    count("ours", "billfold read", &ours);
    for (which, who) in
        [("own", "invoice2data, own Stripe templates"), ("built-in", "invoice2data, built-in templates")]
    {
        count(which, who, &peer(python, which, &files)?);
    }
    let (ours, theirs) = times(billfold, &files)?;
    figures.push(json!({
        "key": "read.ratio", "what": "read, one process per file, against pdftotext -layout",
        "value": ours / theirs, "unit": "x", "goal": 1.0, "ours_ms": ours, "peer_ms": theirs, "runs": files.len(),
    }));
    Ok(figures)
}

/// The fields that both can read, with all taxes in one.
fn common(document: &Value) -> Value {
    let taxes = document["taxes"].as_array().into_iter().flatten();
    let amounts: Vec<Decimal> = taxes.filter_map(|tax| tax["amount"].as_str()?.parse().ok()).collect();
    let mut fields: Map<String, Value> =
        FIELDS.iter().filter_map(|key| Some(((*key).to_owned(), document.get(*key)?.clone()))).collect();
    if !amounts.is_empty() {
        fields.insert("tax".to_owned(), json!({"amount": amounts.iter().sum::<Decimal>()}));
    } else if document.get("taxes").is_some() {
        fields.insert("tax".to_owned(), Value::Null);
    }
    // A receipt's day is the day of payment, to a reader that knows one day.
    if fields.get("issued").is_some_and(Value::is_null) {
        fields.remove("issued");
    }
    Value::Object(fields)
}

fn counts(key: &str, who: &str, report: &Report, ours: bool) -> Vec<Value> {
    use super::compare::Verdict;
    let wrong = report.count(Verdict::Wrong) + report.count(Verdict::Invented);
    let figure = |name: &str, value: usize, goal: Option<u32>| {
        json!({
            "key": format!("read.{key}.{name}"),
            "what": format!("{who}: {name} of {}", report.listed),
            "value": value, "unit": "", "goal": goal,
        })
    };
    vec![
        figure("right", report.right, None),
        figure("wrong", wrong, ours.then_some(0)),
        figure("absent", report.count(Verdict::Absent), None),
    ]
}

/// One line of JSON per file from the script that lies beside the templates.
fn peer(python: &Path, which: &str, files: &[PathBuf]) -> io::Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/invoice2data/read.py");
    let output = Command::new(python).arg(script).arg(which).args(files).stdin(Stdio::null()).output()?;
    let lines = String::from_utf8_lossy(&output.stdout);
    let read: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    if read.len() != files.len() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(read.into_iter().map(written).collect())
}

/// The peer's numbers as text, its tax where ours is.
fn written(mut read: Value) -> Value {
    let fields: BTreeMap<String, Value> = read
        .as_object_mut()
        .into_iter()
        .flatten()
        .map(|(key, value)| match (key.as_str(), &value) {
            ("tax", _) => (key.clone(), json!({"amount": value.to_string()})),
            (_, Value::Number(number)) => (key.clone(), number.to_string().into()),
            _ => (key.clone(), value.clone()),
        })
        .collect();
    json!(fields)
}

/// Medians of one process per file, each after the other: ours and `pdftotext`.
fn times(billfold: &Path, files: &[PathBuf]) -> io::Result<(f64, f64)> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let timed = |command: &mut Command| {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        command.status()?;
        Ok::<f64, io::Error>(began.elapsed().as_secs_f64() * 1000.0)
    };
    for file in files {
        let mut command = Command::new(billfold);
        command.env("BILLFOLD_CONFIG", "/nonexistent").args(["read", "--json"]).arg(file);
        ours.push(timed(&mut command)?);
        theirs.push(timed(Command::new("pdftotext").arg("-layout").arg(file).arg("-"))?);
    }
    Ok((median(ours), median(theirs)))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
