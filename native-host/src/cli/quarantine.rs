//! `quarantine`: the documents that did not fit their rows, and what a person decides about them.

use super::list::public;
use super::table::plain;
use super::{Desk, Failure, Json, because};
use crate::archive::{Archive, Decision, Reason, Record, Verdict, Writer};
use crate::config::Config;
use billfold_core::filing;
use clap::{Args, Subcommand};
use serde_json::Value;

/// Options of `quarantine`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Quarantine {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List what waits for a decision, and why
    List(List),
    /// Show one document: what its row says and what it says itself, side by side
    Show {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        json: Json,
    },
    /// File a document as its row's: you have looked, and it is
    Accept {
        #[command(flatten)]
        which: Which,
        /// The number to file it under, instead of the row's
        #[arg(long)]
        number: Option<String>,
        /// Why, for the journal
        #[arg(long)]
        note: Option<String>,
    },
    /// Leave a document unfiled for good: it is not its row's. Nothing is deleted
    Reject {
        #[command(flatten)]
        which: Which,
        /// Why, for the journal
        #[arg(long)]
        note: Option<String>,
    },
}

#[derive(Debug, Args)]
struct List {
    /// Also what was rejected
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Args)]
struct Which {
    /// The start of its SHA-256, or its row's number
    #[arg(value_name = "DOCUMENT")]
    name: String,
}

type Kept = (Record, Reason);

impl Quarantine {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        match self.what.unwrap_or(What::List(self.list)) {
            What::List(list) => list.run(desk),
            What::Show { which, json } => {
                let archive = desk.open()?;
                let kept = which.find(archive.index().quarantined()?)?;
                show(desk, &archive, &kept, json.json)
            }
            What::Accept { which, number, note } => accept(desk, &which, number, note),
            What::Reject { which, note } => reject(desk, &which, note),
        }
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let mut kept = desk.open()?.index().quarantined()?;
        kept.retain(|(record, _)| self.all || record.decision.is_none());
        if self.json.json {
            let documents: Vec<Value> = kept.iter().map(as_json).collect();
            return desk.print_json(&documents);
        }
        for (record, reason) in &kept {
            let short = record.sha256.get(..12).unwrap_or_default();
            writeln!(desk.out, "{short}  meant for {}", plain(record.path.as_str()))?;
            let detail = reason.detail().map(|detail| format!(" ({})", plain(&detail))).unwrap_or_default();
            writeln!(desk.out, "  {}{detail}", reason.code.sentence())?;
            if let Some(decision) = &record.decision {
                writeln!(desk.out, "  {}", decided(decision))?;
            }
        }
        Ok(writeln!(desk.out, "{} in quarantine", kept.len())?)
    }
}

impl Which {
    /// The one document that is meant.
    fn find(&self, kept: Vec<Kept>) -> Result<Kept, Failure> {
        let name = self.name.to_lowercase();
        let is_meant = |(record, _): &Kept| {
            (name.len() >= 4 && record.sha256.starts_with(&name))
                || record.number.as_deref().is_some_and(|number| number.eq_ignore_ascii_case(&name))
        };
        let mut found: Vec<Kept> = kept.into_iter().filter(is_meant).collect();
        match (found.pop(), found.len()) {
            (Some(kept), 0) => Ok(kept),
            (None, _) => because(format!("nothing in quarantine is called `{}`", plain(&self.name))),
            (Some(last), _) => {
                let names: Vec<String> =
                    found.iter().chain([&last]).map(|(record, _)| format!("\n  {}", record.sha256)).collect();
                because(format!("several are called `{}`:{}", plain(&self.name), names.concat()))
            }
        }
    }
}

fn show(desk: &mut Desk<'_>, archive: &Archive, kept: &Kept, json: bool) -> Result<(), Failure> {
    if json {
        return desk.print_json(&as_json(kept));
    }
    let (record, reason) = kept;
    let unknown = || "–".to_owned();
    let said = |value: &Option<String>| value.as_deref().map_or_else(unknown, plain);
    let rows = [
        ("sentence", reason.code.sentence().to_owned()),
        ("code", reason.code.as_str().to_owned()),
        ("row says", said(&reason.row)),
        ("document says", said(&reason.document)),
        ("file", archive.layout().place(record, true).display().to_string()),
        ("sent as", said(&record.file_name)),
        ("listed by", plain(&record.page)),
        ("row's number", said(&record.number)),
        ("row's date", record.date.map_or_else(unknown, |date| date.to_string())),
        ("row's amount", record.total()),
        ("meant for", plain(record.path.as_str())),
        ("decision", record.decision.as_ref().map_or_else(unknown, decided)),
    ];
    for (name, value) in rows {
        writeln!(desk.out, "{name:<14} {value}")?;
    }
    Ok(())
}

fn accept(
    desk: &mut Desk<'_>,
    which: &Which,
    number: Option<String>,
    note: Option<String>,
) -> Result<(), Failure> {
    let config = desk.config()?;
    let mut writer = desk.write()?;
    let (mut record, reason) = which.find(writer.index().quarantined()?)?;
    if let Some(path) = taken_by(&writer, &record)? {
        return because(format!(
            "its row has a document already, {path}. Look at both; `billfold quarantine reject` keeps this one \
             out of the archive"
        ));
    }
    let is_renumbered = number.is_some();
    record.number = number.or(record.number);
    let decision = Decision::now(Verdict::Accepted, desk.env.person(), reason, note);
    let name = |writer: &mut Writer, record: &Record| {
        if !is_renumbered && !writer.is_on_disk(&record.path) {
            return Some(record.path.clone());
        }
        let Config { template, projects, .. } = &config;
        let taken = std::cell::RefCell::new(writer);
        let plan = filing::plan(template, &record.source(), &[record.row()], projects);
        plan.name(0, &record.document(), |path| taken.borrow_mut().is_taken(path))
    };
    let path = writer.accept(record, decision, name)?;
    Ok(writeln!(desk.out, "filed: {path}")?)
}

/// Where the row's document lies, if it got another one meanwhile.
fn taken_by(writer: &Writer, record: &Record) -> Result<Option<String>, Failure> {
    let Some(identity) = record.identities.first() else { return Ok(None) };
    let had = writer.index().by_identity(identity)?.filter(|had| had.quarantined.is_none());
    let had = had.filter(|had| had.sha256 != record.sha256);
    let filed = had.map(|had| writer.index().filed(&had.sha256)).transpose()?.flatten();
    Ok(filed.map(|filed| filed.path.to_string()))
}

fn reject(desk: &mut Desk<'_>, which: &Which, note: Option<String>) -> Result<(), Failure> {
    let mut writer = desk.write()?;
    let (record, reason) = which.find(writer.index().quarantined()?)?;
    let decision = Decision::now(Verdict::Rejected, desk.env.person(), reason, note);
    writer.reject(&record, decision)?;
    let file = writer.layout().place(&record, true);
    Ok(writeln!(desk.out, "rejected; it stays at {}", file.display())?)
}

fn decided(decision: &Decision) -> String {
    let verdict = match decision.verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "rejected",
    };
    let note = decision.note.as_deref().map(|note| format!(": {}", plain(note))).unwrap_or_default();
    format!("{verdict} by {} at {}{note}", plain(&decision.by), decision.at)
}

fn as_json((record, reason): &Kept) -> Value {
    let mut document = public(record);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("path".into(), format!(".billfold/quarantine/{}.pdf", record.sha256).into());
        fields.insert("meant_for".into(), record.path.as_str().into());
        fields.insert("code".into(), reason.code.as_str().into());
        fields.insert("sentence".into(), reason.code.sentence().into());
        fields.insert("detail".into(), reason.detail().into());
        fields.insert("row_says".into(), reason.row.clone().into());
        fields.insert("document_says".into(), reason.document.clone().into());
    }
    document
}
