//! What a change to the log of runs leaves behind: each line has the SHA-256 of the one before, and the journal
//! has the SHA-256 of each line.
//!
//! This finds accidents and casual edits. It does not find somebody who rewrites the log and the journal
//! together, each line anew: see [`CANNOT_FIND`].

use super::{Certificate, Entry, Problem, Terms, Trouble, hex, journal};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;

/// What no check of the log can find, for people.
pub const CANNOT_FIND: &str = "A change by somebody who rewrites both the log of runs and the journal, every \
    later line included, cannot be found: keep a copy of the last line elsewhere if that matters.";

/// What the journal says of one line of the log.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) run: String,
    pub(super) digest: String,
}

/// The heads of the chain in the order in which they were written.
pub(super) fn heads(journal: &Path) -> Result<Vec<Head>, Trouble> {
    let lines = journal::read_certificates(journal).map_err(Trouble::at(journal))?;
    Ok(lines
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Certificate { run, head, .. } => Some(Head { run, digest: head }),
            _ => None,
        })
        .collect())
}

/// Compares the log with the journal, and with its own chain: which lines were altered, added or moved, and
/// which are missing.
pub(super) fn check(lines: &[String], heads: &[Head]) -> Vec<Problem> {
    let digests: Vec<String> = lines.iter().map(|line| hex(&Sha256::digest(line))).collect();
    let mut missing: Vec<bool> = heads.iter().map(|head| !digests.contains(&head.digest)).collect();
    let mut said = Vec::new();
    let mut last = None;
    for (at, (line, digest)) in lines.iter().zip(&digests).enumerate() {
        let certificate = serde_json::from_str::<Certificate>(line).ok();
        let name = format!("line {} of the log of runs", at + 1);
        if let Some(place) = heads.iter().position(|head| head.digest == *digest) {
            if last.is_some_and(|last| place < last) {
                said.push(format!("{name} is not where it was written"));
            }
            last = last.max(Some(place));
            if certificate.is_none_or(|certificate| !certificate.adds_up()) {
                said.push(format!("{name} does not add up"));
            }
            continue;
        }
        // The journal knows its run in other words, or has other words at its place.
        let is_its_run = |head: &Head, certificate: &Certificate| head.run == certificate.run;
        let instead = heads.iter().zip(&missing).position(|(head, missing)| {
            *missing && certificate.as_ref().is_some_and(|certificate| is_its_run(head, certificate))
        });
        let instead = instead.or(missing.get(at).is_some_and(|missing| *missing).then_some(at));
        said.push(match (instead, certificate) {
            (Some(place), _) => {
                if let Some(missing) = missing.get_mut(place) {
                    *missing = false;
                }
                let run = heads.get(place).map(|head| head.run.as_str()).unwrap_or_default();
                format!("{name} (run {run}) was altered")
            }
            (None, Some(certificate)) => {
                format!("{name} (run {}) is unknown to the journal", certificate.run)
            }
            (None, None) => format!("{name} makes no sense"),
        });
    }
    let cut_off = missing.iter().rev().take_while(|missing| **missing).count();
    let (whole, end) = heads.split_at(heads.len() - cut_off);
    for (head, _) in whole.iter().zip(&missing).filter(|(_, missing)| **missing) {
        said.push(format!("the certificate of run {} is missing from the log of runs", head.run));
    }
    if let Some(first) = end.first() {
        said.push(format!("the log of runs was cut off: {cut_off} are missing, from run {} on", first.run));
    }
    // A journal that was lost knows nothing, but the lines still know each other.
    let mut before = "";
    for (at, (line, digest)) in lines.iter().zip(&digests).enumerate() {
        let prev = serde_json::from_str::<Certificate>(line).map(|certificate| certificate.prev);
        if said.is_empty() && prev.is_ok_and(|prev| prev != before) {
            said.push(format!("line {} of the log of runs does not follow from the one before", at + 1));
        }
        before = digest;
    }
    said.into_iter().map(|sentence| Problem::new(None, "runs", sentence)).collect()
}

impl Certificate {
    /// Every term of its sums has its rows, and no row is in two.
    fn adds_up(&self) -> bool {
        self.rows.add_up() && self.receipts.as_ref().is_none_or(Terms::add_up)
    }
}

impl Terms {
    fn add_up(&self) -> bool {
        let terms = [
            (self.sum.filed, &self.filed),
            (self.sum.already_had, &self.already_had),
            (self.sum.without_document, &self.without_document),
            (self.sum.quarantined, &self.quarantined),
            (self.sum.failed, &self.failed),
        ];
        let mut seen = HashSet::new();
        terms.iter().all(|(count, rows)| u32::try_from(rows.len()) == Ok(*count))
            && terms.iter().flat_map(|(_, rows)| rows.iter()).all(|row| seen.insert(row.row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Named, Reach};
    use super::*;
    use billfold_core::protocol::{Outcome, Source};

    /// Three runs as they are written.
    fn written() -> (Vec<String>, Vec<Head>) {
        let (mut lines, mut heads) = (Vec::new(), Vec::new());
        let mut prev = String::new();
        for run in ["a", "b", "c"] {
            let named = Named { row: 0, name: "N-1".into(), identity: None, code: None, detail: None };
            let mut rows = Terms::default();
            rows.add(named, &Outcome::Filed);
            let certificate = Certificate {
                schema: 1,
                prev,
                at: "2026-04-12T10:00:00Z".into(),
                run: run.into(),
                source: Source {
                    portal: "example".into(),
                    vendor: None,
                    product: None,
                    organisation: None,
                    page: "https://example.com".into(),
                },
                reach: Reach::default(),
                receipts: Some(rows.clone()),
                rows,
                warnings: Vec::new(),
            };
            let line = serde_json::to_string(&certificate).unwrap();
            prev = hex(&Sha256::digest(&line));
            heads.push(Head { run: run.into(), digest: prev.clone() });
            lines.push(line);
        }
        (lines, heads)
    }

    fn found(change: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
        let (mut lines, heads) = written();
        change(&mut lines);
        check(&lines, &heads).into_iter().map(|problem| problem.sentence).collect()
    }

    #[test]
    fn every_kind_of_edit_is_named() {
        let none: [&str; 0] = [];
        assert_eq!(found(|_| {}), none);
        assert_eq!(
            found(|lines| lines[1] = lines[1].replace("N-1", "N-2")),
            ["line 2 of the log of runs (run b) was altered"]
        );
        assert_eq!(found(|lines| lines[1] = "{".into()), ["line 2 of the log of runs (run b) was altered"]);
        assert_eq!(
            found(|lines| drop(lines.remove(1))),
            ["the certificate of run b is missing from the log of runs"]
        );
        assert_eq!(
            found(|lines| lines.truncate(1)),
            ["the log of runs was cut off: 2 are missing, from run b on"]
        );
        assert_eq!(
            found(|lines| lines.swap(1, 2)),
            ["line 3 of the log of runs is not where it was written"]
        );
        assert_eq!(
            found(|lines| lines.push(lines[0].replace("\"a\"", "\"z\""))),
            ["line 4 of the log of runs (run z) is unknown to the journal"]
        );
        assert_eq!(found(|lines| lines.push("{".into())), ["line 4 of the log of runs makes no sense"]);
        assert_eq!(found(Vec::clear), ["the log of runs was cut off: 3 are missing, from run a on"]);
    }

    #[test]
    fn without_a_journal_the_chain_itself_is_checked() {
        let (mut lines, mut heads) = written();
        lines.remove(1);
        heads.remove(1);
        let said = check(&lines, &heads);
        assert_eq!(said[0].sentence, "line 2 of the log of runs does not follow from the one before");
    }

    #[test]
    fn a_sum_that_its_rows_do_not_bear_out_is_found_whoever_wrote_it() {
        let (mut lines, mut heads) = written();
        lines.truncate(1);
        heads.truncate(1);
        let written = lines[0].clone();
        // Once of the rows, once of the receipts.
        let (rows, receipts) = written.split_once("\"receipts\"").unwrap();
        let more = |text: &str| text.replace("\"filed\":1", "\"filed\":2");
        for line in
            [format!("{}\"receipts\"{receipts}", more(rows)), format!("{rows}\"receipts\"{}", more(receipts))]
        {
            assert_ne!(line, written);
            heads[0].digest = hex(&Sha256::digest(&line));
            lines[0] = line;
            assert_eq!(check(&lines, &heads)[0].sentence, "line 1 of the log of runs does not add up");
        }
    }
}
