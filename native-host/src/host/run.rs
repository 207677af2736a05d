//! A run, from its announcement to its certificate.

use crate::archive::{Certificate, Named, Reach, identity};
use billfold_core::filing::FilingPlan;
use billfold_core::protocol::{BeginRun, Code, Outcome, Row, RowKey, Sum};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;
use tempfile::NamedTempFile;

/// An open run.
pub(crate) struct Run {
    pub(super) begin: BeginRun,
    pub(super) asked: BTreeSet<u32>,
    pub(super) plan: FilingPlan,
    /// What the rows' keys are known by in the archive.
    pub(super) identities: Vec<String>,
    pub(super) outcomes: BTreeMap<u32, Outcome>,
    pub(super) transfers: BTreeMap<u32, Transfer>,
    /// Filed documents by what their own link said: equal to the row's, or not.
    pub(super) links_equal: u32,
    pub(super) links_differ: u32,
    /// The rows that were filed, by what the archive knows them by.
    filed: HashMap<String, u32>,
    /// Its rows are files on this machine.
    pub(super) import: Option<Imported>,
}

/// What is known of files that no page lists.
pub(crate) struct Imported {
    /// As a person knows the files, in the rows' order.
    pub(crate) names: Vec<String>,
    /// Who issued all of them: a person says so.
    pub(crate) vendor: Option<String>,
}

/// A document on its way in.
pub(crate) struct Transfer {
    pub(super) staged: NamedTempFile,
    pub(super) hasher: Sha256,
    pub(super) size: u32,
    pub(super) next: u32,
    pub(super) file_name: Option<String>,
    pub(super) begun: Instant,
}

/// The Stripe account in a key, and the secret, or the whole token where that could not be taken apart.
pub(super) fn stripe_key(key: &RowKey) -> Option<(&str, &str)> {
    key.as_str().strip_prefix("stripe:")?.split_once('/')
}

/// Whether a row's key changes with every listing, because its token could not be taken apart. Only then
/// does the issuer's number decide.
pub(super) fn key_is_fleeting(row: &Row) -> bool {
    stripe_key(&row.key).is_some_and(|(_, secret)| !secret.starts_with('_'))
}

/// A row as a person would name it.
pub(super) fn name(row: &Row) -> String {
    if let Some(number) = &row.number {
        return number.to_string();
    }
    let date = row.date.map(|date| date.to_string());
    let amount = row.amount.map(|money| format!("{} {}", money.amount, String::from(money.currency)));
    let known: Vec<String> = date.into_iter().chain(amount).collect();
    if known.is_empty() { "unnamed".into() } else { known.join(" ") }
}

impl Run {
    /// A run of which nothing has become yet.
    pub(crate) fn new(begin: BeginRun, asked: BTreeSet<u32>, plan: FilingPlan) -> Run {
        Run {
            identities: begin.rows.iter().map(|row| identity(&row.key)).collect(),
            begin,
            asked,
            plan,
            outcomes: BTreeMap::new(),
            transfers: BTreeMap::new(),
            links_equal: 0,
            links_differ: 0,
            filed: HashMap::new(),
            import: None,
        }
    }

    /// The same, of files whose ends are known in part.
    pub(crate) fn of_files(self, import: Imported, outcomes: BTreeMap<u32, Outcome>) -> Run {
        Run { import: Some(import), outcomes, ..self }
    }

    /// A row's document was filed just now.
    pub(super) fn note_filed(&mut self, row: u32) {
        if let Some(identity) = self.identity(row).map(str::to_owned) {
            self.filed.entry(identity).or_insert(row);
        }
    }

    /// The end of a row whose document this run has filed: as this row's, or before as another's.
    pub(super) fn recognised(&self, row: u32, outcome: Outcome) -> Outcome {
        let first = self.identity(row).and_then(|identity| self.filed.get(identity));
        match outcome {
            Outcome::Filed if first.is_some_and(|first| *first != row) => Outcome::AlreadyHad,
            outcome => outcome,
        }
    }

    /// Who a person says has issued everything.
    pub(super) fn vendor_said(&self) -> Option<&str> {
        self.import.as_ref()?.vendor.as_deref()
    }

    /// A row as a person would name it.
    fn called(&self, row: u32) -> String {
        let imported = self.import.as_ref().zip(usize::try_from(row).ok());
        let file = imported.and_then(|(import, at)| import.names.get(at).cloned());
        file.or_else(|| self.row(row).map(name)).unwrap_or_default()
    }

    pub(super) fn row(&self, row: u32) -> Option<&Row> {
        self.begin.rows.get(usize::try_from(row).ok()?)
    }

    /// What a row's key is known by in the archive.
    pub(super) fn identity(&self, row: u32) -> Option<&str> {
        self.identities.get(usize::try_from(row).ok()?).map(String::as_str)
    }

    /// Rows that were asked for and have not come to an end.
    pub(super) fn unaccounted(&self) -> usize {
        self.asked.iter().filter(|row| !self.outcomes.contains_key(row)).count()
    }

    pub(super) fn sum(&self) -> Sum {
        self.outcomes.values().collect()
    }

    /// The run's line in the log of runs.
    pub(super) fn certificate(&self) -> Certificate {
        let dates = || self.begin.rows.iter().filter_map(|row| row.date);
        let mut certificate = Certificate {
            schema: 1,
            prev: String::new(),
            at: crate::archive::now(),
            run: self.begin.run.to_string(),
            source: self.begin.source.clone(),
            reach: Reach {
                rows: u32::try_from(self.begin.rows.len()).unwrap_or(u32::MAX),
                from: dates().min(),
                to: dates().max(),
            },
            sum: self.sum(),
            filed: Vec::new(),
            already_had: Vec::new(),
            without_document: Vec::new(),
            quarantined: Vec::new(),
            failed: Vec::new(),
            warnings: self.warnings(),
        };
        for (&row, outcome) in &self.outcomes {
            let name = self.called(row);
            let identity = self.identity(row).map(Into::into);
            let mut named = Named { row, name, identity, code: None, detail: None };
            let mut because = |code: &Code, detail: &Option<String>| {
                (named.code, named.detail) = (Some(*code), detail.clone());
            };
            let term = match outcome {
                Outcome::Filed => &mut certificate.filed,
                Outcome::AlreadyHad => &mut certificate.already_had,
                Outcome::WithoutDocument => &mut certificate.without_document,
                Outcome::Quarantined { code, detail } => {
                    because(code, detail);
                    &mut certificate.quarantined
                }
                Outcome::Failed { code, detail } => {
                    because(code, detail);
                    &mut certificate.failed
                }
            };
            term.push(named);
        }
        certificate
    }

    /// One document with another link than its row's is a note. Most of a run is a sign that something is
    /// systematically off.
    fn warnings(&self) -> Vec<String> {
        let (equal, differ) = (self.links_equal, self.links_differ);
        let most = differ > equal && differ > 1;
        let links = most
            .then(|| format!("{differ} of {} documents embed another link than their row's", equal + differ));
        let more = "the page offered more rows, but did not list them".to_owned();
        links.into_iter().chain((!self.begin.complete).then_some(more)).collect()
    }
}
