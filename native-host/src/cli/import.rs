//! `import`: what is there already, in folders, in ZIPs and in mail.

use super::table::plain;
use super::{Desk, Failure, Json, because};
use crate::host::Session;
use crate::import::{End, FoundLink, Imports, Order, Origin, Progress, Report, import};
use crate::log::Log;
use crate::reader::Reader;
use clap::Args;
use serde_json::{Value, json};
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;

/// Options of `import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// PDFs, folders, ZIPs, messages (.eml), mailboxes (.mbox) and saved receipt pages (.html)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Who issued all of it, instead of what the documents say
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    #[command(flatten)]
    json: Json,
}

impl Import {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let log = Log::open(desk.env, Box::new(std::io::sink()));
        let session = Session::new(desk.env.clone(), log).in_archive(desk.archive.clone());
        let order = Order { asked: self.paths, vendor: self.vendor, dry_run: self.dry_run };
        let mut terminal = std::io::stderr();
        let watched: Option<&mut (dyn Write + Send)> =
            if terminal.is_terminal() { Some(&mut terminal) } else { None };
        let progress = Progress::on(watched);
        let report = import(session, &order, &Reader::of_this_process(), &progress).or_else(because)?;
        let sum = Sum::of(&report);
        if self.json.json {
            desk.print_json(&as_json(&report, &sum))?;
        } else {
            print(desk, &report, &sum, self.dry_run)?;
        }
        if sum.quarantined + sum.unreadable + sum.failed > 0 { Err(Failure::Short) } else { Ok(()) }
    }
}

/// Every file is in one term.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    filed: usize,
    already_had: usize,
    not_invoices: usize,
    quarantined: usize,
    unreadable: usize,
    failed: usize,
}

impl Sum {
    fn of(report: &Report) -> Sum {
        let mut sum = Sum::default();
        for file in &report.files {
            *match file.end {
                End::Filed => &mut sum.filed,
                End::AlreadyHad => &mut sum.already_had,
                End::NotAnInvoice(_) => &mut sum.not_invoices,
                End::Quarantined(..) => &mut sum.quarantined,
                End::Unreadable(_) => &mut sum.unreadable,
                End::Failed(..) => &mut sum.failed,
            } += 1;
        }
        sum
    }

    /// `3,000 files = 2,950 filed + 50 already had`.
    fn equation(&self, dry_run: bool) -> String {
        let terms = [
            (self.filed, if dry_run { "to be filed" } else { "filed" }),
            (self.already_had, "already had"),
            (self.not_invoices, if self.not_invoices == 1 { "not an invoice" } else { "not invoices" }),
            (self.quarantined, if dry_run { "to be quarantined" } else { "quarantined" }),
            (self.unreadable, "unreadable"),
            (self.failed, "failed"),
        ];
        let all: usize = terms.iter().map(|(count, _)| count).sum();
        let shown: Vec<String> = terms
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{} {name}", grouped(*count)))
            .collect();
        let files = if all == 1 { "file" } else { "files" };
        let shown = if shown.is_empty() { "0 filed".to_owned() } else { shown.join(" + ") };
        format!("{} {files} = {shown}", grouped(all))
    }
}

/// `3,000`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn print(desk: &mut Desk<'_>, report: &Report, sum: &Sum, dry_run: bool) -> Result<(), Failure> {
    for file in &report.files {
        let name = plain(&file.file);
        match (&file.end, said(file)) {
            (End::Filed, _) if dry_run => {
                writeln!(desk.out, "{name}\n  -> {}", plain(file.path.as_deref().unwrap_or_default()))?;
            }
            (End::Filed | End::AlreadyHad, _) => {}
            (_, said) => writeln!(desk.out, "{name}\n  {}", plain(&said))?,
        }
    }
    if !report.links.is_empty() {
        writeln!(desk.out, "to be fetched by a click: {} links", grouped(report.links.len()))?;
        for FoundLink { link, origin } in &report.links {
            writeln!(desk.out, "  {} ({})", plain(&link.address), stands_in(origin))?;
        }
    }
    for named in &report.named {
        writeln!(desk.out, "{} ({})", plain(&named.to_string()), stands_in(&named.origin))?;
    }
    if report.others > 0 {
        writeln!(desk.out, "{} other files were left alone", grouped(report.others as usize))?;
    }
    Ok(writeln!(desk.out, "{}", sum.equation(dry_run))?)
}

/// `all.mbox: message at 44: 2026-04-12, Your receipt`.
fn stands_in(Origin { name, subject, date }: &Origin) -> String {
    let about: Vec<&str> = date.iter().chain(subject).map(String::as_str).collect();
    let about = if about.is_empty() { String::new() } else { format!(": {}", about.join(", ")) };
    plain(&format!("{name}{about}"))
}

/// What there is to say of a file, besides where it is.
fn said(file: &Imports) -> String {
    match &file.end {
        End::Filed | End::AlreadyHad => String::new(),
        End::NotAnInvoice(why) => format!("stays where it is: {why}"),
        End::Unreadable(why) => format!("stays where it is: {why}"),
        End::Quarantined(code, detail) | End::Failed(code, detail) => {
            let detail = detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            format!("{}{detail}", code.sentence())
        }
    }
}

fn as_json(report: &Report, sum: &Sum) -> Value {
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| {
            let (outcome, code) = match &file.end {
                End::Filed => ("filed", None),
                End::AlreadyHad => ("already-had", None),
                End::NotAnInvoice(_) => ("not-an-invoice", None),
                End::Quarantined(code, _) => ("quarantined", Some(code.as_str())),
                End::Unreadable(why) => ("unreadable", Some(why.code)),
                End::Failed(code, _) => ("failed", Some(code.as_str())),
            };
            let sentence = Some(said(file)).filter(|said| !said.is_empty());
            json!({
                "file": file.file,
                "outcome": outcome,
                "path": file.path,
                "sha256": file.sha256,
                "code": code,
                "sentence": sentence,
            })
        })
        .collect();
    let links: Vec<Value> = report
        .links
        .iter()
        .map(|FoundLink { link, origin: Origin { name, subject, date } }| {
            let what = link.target.as_str();
            json!({ "link": link.address, "kind": what, "mail": name, "subject": subject, "date": date })
        })
        .collect();
    let named: Vec<Value> = report
        .named
        .iter()
        .map(|named| {
            let Origin { name, subject, date } = &named.origin;
            json!({
                "kind": named.kind.as_str(),
                "number": named.number,
                "invoice": named.invoice,
                "receipt": named.receipt,
                "amount": named.amount.map(|money| money.amount),
                "currency": named.amount.map(|money| money.currency),
                "refunded": named.refunded,
                "in_archive": named.in_archive,
                "mail": name,
                "subject": subject,
                "date": date,
            })
        })
        .collect();
    json!({
        "run": report.run.as_ref().map(|run| run.as_str()),
        "filed": sum.filed,
        "already_had": sum.already_had,
        "not_invoices": sum.not_invoices,
        "quarantined": sum.quarantined,
        "unreadable": sum.unreadable,
        "failed": sum.failed,
        "other_files": report.others,
        "files": files,
        "links": links,
        "named": named,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_reads_as_an_equation() {
        let sum =
            Sum { filed: 2_950, already_had: 40, not_invoices: 6, quarantined: 3, unreadable: 1, failed: 0 };
        assert_eq!(
            sum.equation(false),
            "3,000 files = 2,950 filed + 40 already had + 6 not invoices + 3 quarantined + 1 unreadable"
        );
        assert_eq!(Sum::default().equation(false), "0 files = 0 filed");
        let one = Sum { filed: 1, ..Sum::default() };
        assert_eq!(one.equation(true), "1 file = 1 to be filed");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
