//! The archive as a folder of files, against a tree that somebody has typed.
//!
//! Paths and bytes only: how names are made is the program's business, and the expected ones are literal.

use crate::{Portal, Replica};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One document of an expected tree.
#[derive(Clone, Debug)]
pub struct Line {
    /// Within the archive.
    pub path: String,
    /// The invoice whose document it is.
    pub number: String,
    /// It is not the invoice, but the receipt for it.
    pub is_receipt: bool,
}

/// Reads a tree: a path and an invoice number in each line, with a tab between them, and of a receipt that it is one.
pub fn lines(tree: &str) -> Result<Vec<Line>> {
    tree.lines()
        .map(|line| {
            let (path, number) =
                line.split_once('\t').with_context(|| format!("a tree's line without a tab: {line}"))?;
            let (number, part) = number.split_once('\t').unwrap_or((number, ""));
            ensure!(matches!(part, "" | "receipt"), "a tree's line that is no document: {line}");
            Ok(Line { path: path.to_owned(), number: number.to_owned(), is_receipt: !part.is_empty() })
        })
        .collect()
}

/// Every file below a folder, as paths within it, sorted.
pub fn everything(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(inner) = path.strip_prefix(folder) {
                found.push(inner.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// What is in an archive but for its own records.
pub fn documents(archive: &Path) -> Result<Vec<String>> {
    ensure!(archive.is_dir(), "there is no archive at {}", archive.display());
    let mut all = everything(archive);
    all.retain(|path| !path.starts_with(".billfold/"));
    Ok(all)
}

/// Compares names, then bytes.
pub fn expect(archive: &Path, lines: &[Line], replica: &Replica, portal: Portal) -> Result<()> {
    expect_all(archive, &[(portal, lines)], replica)
}

/// The same for an archive with documents from several portals.
pub fn expect_all(archive: &Path, trees: &[(Portal, &[Line])], replica: &Replica) -> Result<()> {
    let found = documents(archive)?;
    let lines: Vec<&Line> = trees.iter().flat_map(|(_, lines)| lines.iter()).collect();
    let missing: Vec<_> = lines.iter().filter(|line| !found.contains(&line.path)).collect();
    let extra: Vec<_> = found.iter().filter(|path| lines.iter().all(|line| line.path != **path)).collect();
    ensure!(
        missing.is_empty() && extra.is_empty(),
        "the archive is not the expected tree: missing {missing:#?}, not expected {extra:#?}"
    );
    ensure!(found.len() == lines.len(), "the tree names a path twice");
    for (portal, line) in
        trees.iter().flat_map(|(portal, lines)| lines.iter().map(move |line| (portal, line)))
    {
        let invoice = replica.dataset(*portal).invoices.iter().find(|invoice| invoice.number == line.number);
        let invoice = invoice.with_context(|| format!("{} is not in the data set", line.number))?;
        let bytes = fs::read(archive.join(&line.path))?;
        let served = if line.is_receipt { replica.receipt(invoice) } else { replica.document(invoice) };
        ensure!(
            bytes == served,
            "{} has {} bytes that are not those of {}",
            line.path,
            bytes.len(),
            line.number
        );
    }
    Ok(())
}

/// The log of runs, oldest first.
fn runs(archive: &Path) -> Result<Vec<Value>> {
    let log = match fs::read_to_string(archive.join(".billfold/runs/runs.jsonl")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        log => log?,
    };
    // A line that is being appended has no end yet.
    let whole = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// The failed rows of the last run: number and code.
pub fn failed(archive: &Path) -> Result<Vec<(String, String)>> {
    let last = runs(archive)?.pop().context("no run has ended")?;
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = last["failed"].as_array().context("a certificate without failed rows")?;
    Ok(rows.iter().map(|row| (text(row, "name"), text(row, "code"))).collect())
}

/// How many rows of the last run came to nothing that is filed.
pub fn not_filed(archive: &Path) -> Result<u64> {
    let last = runs(archive)?.pop().context("no run has ended")?;
    Ok(["quarantined", "failed"].iter().filter_map(|term| last["sum"][term].as_u64()).sum())
}

/// What the last run's certificate warns of.
pub fn warnings(archive: &Path) -> Result<Vec<String>> {
    let last = runs(archive)?.pop().context("no run has ended")?;
    Ok(serde_json::from_value(last["warnings"].clone())?)
}

/// The sum of each certified run, oldest first, as an equation. Each term must have as many names.
pub fn certificates(archive: &Path) -> Result<Vec<String>> {
    runs(archive)?.iter().map(|run| equation(run, "listed")).collect()
}

/// The sum over the receipts of each run that wanted them, oldest first.
pub fn receipts(archive: &Path) -> Result<Vec<String>> {
    let runs = runs(archive)?;
    let receipts = runs.iter().map(|run| &run["receipts"]).filter(|receipts| !receipts.is_null());
    receipts.map(|receipts| equation(receipts, "wanted")).collect()
}

fn equation(certificate: &Value, all: &str) -> Result<String> {
    let terms = ["filed", "already_had", "without_document", "quarantined", "failed"];
    let mut counts = Vec::new();
    for term in terms {
        let sum = certificate["sum"][term].as_u64();
        let names = certificate[term].as_array().map(|names| names.len() as u64);
        ensure!(sum.is_some() && sum == names, "{term} is {sum:?} with {names:?} names in {certificate}");
        counts.push((sum.unwrap_or_default(), term.replace('_', " ")));
    }
    let listed: u64 = counts.iter().map(|(count, _)| count).sum();
    counts.retain(|(count, _)| *count > 0);
    let terms: Vec<String> = counts.iter().map(|(count, term)| format!("{count} {term}")).collect();
    Ok(format!("{listed} {all} = {}", terms.join(" + ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn a_tree_is_exact_in_names_and_bytes() {
        let replica = Replica::start(Config { pages: false, ..Config::default() });
        let archive = crate::page::target_dir().join("e2e/a-tree-is-exact");
        let _ = fs::remove_dir_all(&archive);
        let data = replica.dataset(Portal::OpenAi);
        let tree: String =
            data.invoices[..2].iter().map(|one| format!("a/{0}.pdf\t{0}\n", one.number)).collect();
        let lines = lines(&tree).unwrap();
        let fits = || expect(&archive, &lines, &replica, Portal::OpenAi);
        for (line, invoice) in lines.iter().zip(&data.invoices) {
            assert!(fits().is_err(), "{} is missing", line.path);
            fs::create_dir_all(archive.join("a")).unwrap();
            fs::write(archive.join(&line.path), replica.document(invoice)).unwrap();
        }
        fs::create_dir_all(archive.join(".billfold")).unwrap();
        fs::write(archive.join(".billfold/lock"), "").unwrap();
        fits().unwrap();
        fs::write(archive.join("a/b.pdf"), "").unwrap();
        assert!(fits().is_err(), "one too many");
        fs::remove_file(archive.join("a/b.pdf")).unwrap();
        let mut bytes = replica.document(&data.invoices[1]);
        bytes[1_000] ^= 1;
        fs::write(archive.join(&lines[1].path), bytes).unwrap();
        assert!(fits().is_err(), "one bit");
        fs::remove_dir_all(&archive).unwrap();
    }
}
