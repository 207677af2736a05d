//! The same documents read by `invoice2data`: what it gets right, and its time against ours, both loaded once; and the
//! time of `billfold read` against `pdftotext`, both started for each file.
//!
//! The peer is given the best that templates without code can say of Stripe's layout, in the languages that have been seen
//! printed; an expert may get more out of it. Documents in other languages and layouts are left out: without a template
//! it answers nothing.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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

/// The peer's templates, and how they are called.
const PEERS: [(&str, &str); 2] =
    [("own", "invoice2data, own Stripe templates"), ("built-in", "invoice2data, built-in templates")];

/// What reads.
#[derive(Clone, Copy, Debug)]
pub struct Readers<'a> {
    /// Ours, as it ships.
    pub billfold: &'a Path,
    /// Ours, loaded once: the host's `host_bench`.
    pub host_bench: &'a Path,
    /// Has `invoice2data` and `dateparser`.
    pub python: &'a Path,
}

/// Figures as `cargo xtask bench` takes them. Each field that somebody did not get right is listed in `dir`.
pub fn figures(readers: Readers<'_>, fixtures: &[Fixture], dir: &Path) -> io::Result<Vec<Value>> {
    let with_template = |fixture: &&Fixture| {
        let truth = fixture.truth();
        fixture.family() == Family::Stripe && TEMPLATES.iter().any(|language| truth["language"] == *language)
    };
    let fixtures: Vec<&Fixture> = fixtures.iter().filter(with_template).collect();
    let files: Vec<PathBuf> =
        fixtures.iter().map(|fixture| dir.join(format!("{}.pdf", fixture.name))).collect();
    let truths: Vec<Value> = fixtures.iter().map(|fixture| common(&fixture.truth())).collect();
    let ours: Vec<Value> = reading::read(readers.billfold, &files)?.iter().map(common).collect();
    let loaded = in_process(readers, &files)?;
    let mut figures = Vec::new();
    let mut count = |key: &str, who: &str, read: &[Value]| {
        let mut report = Report::default();
        for ((fixture, truth), read) in fixtures.iter().zip(&truths).zip(read) {
            report.add(&fixture.name, compare(truth, read));
        }
        figures.extend(counts(key, who, &report, key == "ours"));
        std::fs::write(dir.join(format!("read-{key}.txt")), report.to_string())
    };
    count("ours", "billfold read", &ours)?;
    for ((key, who), peer) in PEERS.iter().zip(&loaded.peers) {
        count(key, who, &peer.read)?;
    }
    let ratio = |key: &str, what: &str, goal: f64, (ours, theirs): (f64, f64)| {
        json!({
            "key": key, "what": what, "value": ours / theirs, "unit": "x", "goal": goal,
            "ours_ms": ours, "peer_ms": theirs, "runs": files.len(),
        })
    };
    let what = "read, one process per file, against pdftotext -layout";
    figures.push(ratio("read.ratio", what, 1.0, times(readers.billfold, &files)?));
    for ((key, who), peer) in PEERS.iter().zip(&loaded.peers) {
        let (key, what) = (format!("read.{key}.ratio"), format!("read, loaded once, against {who}"));
        figures.push(ratio(&key, &what, A_THIRD, (median(&loaded.ours), median(&peer.times))));
    }
    Ok(figures)
}

/// At least three times as fast.
const A_THIRD: f64 = 0.333;

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

/// Times of ours, and what the peer made of the same files with each set of templates.
struct Loaded {
    ours: Vec<f64>,
    peers: [Peer; 2],
}

#[derive(Default)]
struct Peer {
    times: Vec<f64>,
    read: Vec<Value>,
}

/// Gives each file to all that are loaded, one after the other, each time in another order: what else the machine does
/// falls on all of them.
fn in_process(readers: Readers<'_>, files: &[PathBuf]) -> io::Result<Loaded> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/invoice2data/read.py");
    let peer =
        |(which, _): (&str, &str)| Process::start(Command::new(readers.python).arg(&script).arg(which));
    let ours = Process::start(Command::new(readers.host_bench).arg("read").arg(readers.billfold))?;
    let [own, built_in] = PEERS.map(peer);
    let mut all = [ours, own?, built_in?];
    let mut loaded = Loaded { ours: Vec::new(), peers: [Peer::default(), Peer::default()] };
    for (place, file) in files.iter().enumerate() {
        for turn in 0..all.len() {
            let who = (place + turn) % all.len();
            let mut answer = all[who].ask(file)?;
            let time = answer.as_object_mut().and_then(|answer| answer.remove("ms")?.as_f64());
            let time = time.ok_or_else(|| io::Error::other(format!("no time for {}", file.display())))?;
            match who.checked_sub(1).and_then(|peer| loaded.peers.get_mut(peer)) {
                None => loaded.ours.push(time),
                Some(peer) => {
                    peer.times.push(time);
                    peer.read.push(written(answer));
                }
            }
        }
    }
    Ok(loaded)
}

/// A program that is loaded once: it hears a path per line, and answers each with one line of JSON.
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(command: &mut Command) -> io::Result<Process> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Process { child, input, output: BufReader::new(output) }),
            _ => Err(io::Error::other("a program without pipes")),
        }
    }

    fn ask(&mut self, file: &Path) -> io::Result<Value> {
        writeln!(self.input, "{}", file.display())?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line)
            .map_err(|error| io::Error::other(format!("{error} for {}: {line}", file.display())))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is not needed any more, however it ends.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

/// Medians of one process per file, ours and `pdftotext`, which take turns in being the first.
fn times(billfold: &Path, files: &[PathBuf]) -> io::Result<(f64, f64)> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (place, file) in files.iter().enumerate() {
        let mut read = Command::new(billfold);
        read.env("BILLFOLD_CONFIG", "/nonexistent").args(["read", "--json"]).arg(file);
        let mut text = Command::new("pdftotext");
        text.arg("-layout").arg(file).arg("-");
        if place % 2 == 0 {
            ours.push(timed(&mut read)?);
            theirs.push(timed(&mut text)?);
        } else {
            theirs.push(timed(&mut text)?);
            ours.push(timed(&mut read)?);
        }
    }
    Ok((median(&ours), median(&theirs)))
}

/// Milliseconds from start to end.
fn timed(command: &mut Command) -> io::Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    command.status()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
