//! A run, from its announcement to its certificate.

use crate::archive::{Certificate, Named, Reach, Terms, identity, receipt_identity};
use billfold_core::filing::FilingPlan;
use billfold_core::protocol::{BeginRun, Outcome, Part, Row, RowKey};
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
    /// None: they are not wanted.
    pub(super) receipts: Option<Receipts>,
    /// They are wanted, but the extension knows of none.
    lacks_receipts: bool,
    pub(super) transfers: BTreeMap<Item, Transfer>,
    /// Filed documents by what their own link said: equal to the row's, or not.
    pub(super) links_equal: u32,
    pub(super) links_differ: u32,
    /// What was filed, by what the archive knows it by.
    filed: HashMap<String, Item>,
    /// Its rows are files on this machine.
    pub(super) import: Option<Imported>,
}

/// One document of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Item {
    pub(crate) row: u32,
    pub(crate) part: Part,
}

impl Item {
    pub(crate) fn invoice(row: u32) -> Item {
        Item { row, part: Part::Invoice }
    }
}

/// The receipts of a run.
pub(crate) struct Receipts {
    /// The rows that may have one, each invoice once.
    pub(super) of: BTreeSet<u32>,
    /// What all rows' receipts are known by in the archive.
    pub(super) identities: Vec<String>,
    pub(super) outcomes: BTreeMap<u32, Outcome>,
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
            receipts: None,
            lacks_receipts: false,
            transfers: BTreeMap::new(),
            links_equal: 0,
            links_differ: 0,
            filed: HashMap::new(),
            import: None,
        }
    }

    /// The same, with the receipts of its invoices. Only Stripe's are known to have them.
    pub(super) fn with_receipts(mut self) -> Run {
        if !self.begin.receipts {
            return Run { lacks_receipts: true, ..self };
        }
        let mut seen = BTreeSet::new();
        let mut is_first = |row: u32| self.identity(Item::invoice(row)).is_some_and(|one| seen.insert(one));
        let has_one = |row: &Row| row.document && stripe_key(&row.key).is_some();
        let of = self.asked.iter().copied();
        let of = of.filter(|row| self.row(*row).is_some_and(has_one) && is_first(*row)).collect();
        let identities = self.identities.iter().map(|invoice| receipt_identity(invoice)).collect();
        self.receipts = Some(Receipts { of, identities, outcomes: BTreeMap::new() });
        self
    }

    /// The same, of files whose ends are known in part.
    pub(crate) fn of_files(self, import: Imported, outcomes: BTreeMap<u32, Outcome>) -> Run {
        Run { import: Some(import), outcomes, ..self }
    }

    /// A row's document was filed just now.
    pub(super) fn note_filed(&mut self, item: Item) {
        if let Some(identity) = self.identity(item).map(str::to_owned) {
            self.filed.entry(identity).or_insert(item);
        }
    }

    /// The end of a row whose document this run has filed: as this row's, or before as another's.
    pub(super) fn recognised(&self, item: Item, outcome: Outcome) -> Outcome {
        let first = self.identity(item).and_then(|identity| self.filed.get(identity));
        match outcome {
            Outcome::Filed if first.is_some_and(|first| *first != item) => Outcome::AlreadyHad,
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

    /// What a document is known by in the archive.
    pub(super) fn identity(&self, item: Item) -> Option<&str> {
        let identities = match item.part {
            Part::Invoice => &self.identities,
            Part::Receipt => &self.receipts.as_ref()?.identities,
        };
        identities.get(usize::try_from(item.row).ok()?).map(String::as_str)
    }

    /// Whether a document is wanted: a receipt is as soon as its invoice is in the archive.
    pub(super) fn wants(&self, item: Item) -> bool {
        let is_there = || matches!(self.outcomes.get(&item.row), Some(Outcome::Filed | Outcome::AlreadyHad));
        match item.part {
            Part::Invoice => self.asked.contains(&item.row),
            Part::Receipt => {
                self.receipts.as_ref().is_some_and(|receipts| receipts.of.contains(&item.row)) && is_there()
            }
        }
    }

    /// What became of a document.
    pub(super) fn end(&self, item: Item) -> Option<&Outcome> {
        match item.part {
            Part::Invoice => self.outcomes.get(&item.row),
            Part::Receipt => self.receipts.as_ref()?.outcomes.get(&item.row),
        }
    }

    /// A document has come to its end.
    pub(super) fn ended(&mut self, item: Item, outcome: Outcome) {
        match item.part {
            Part::Invoice => drop(self.outcomes.insert(item.row, outcome)),
            Part::Receipt => {
                self.receipts.as_mut().map(|receipts| receipts.outcomes.insert(item.row, outcome));
            }
        }
    }

    /// Documents that have failed.
    pub(super) fn failed(&self) -> Vec<Item> {
        let receipts = self.receipts.iter().flat_map(|receipts| &receipts.outcomes);
        let all = self.outcomes.iter().map(|end| (Part::Invoice, end));
        let all = all.chain(receipts.map(|end| (Part::Receipt, end)));
        let failed = all.filter(|(_, (_, end))| matches!(end, Outcome::Failed { .. }));
        failed.map(|(part, (row, _))| Item { row: *row, part }).collect()
    }

    /// The receipts that are wanted.
    fn wanted_receipts(&self) -> impl Iterator<Item = Item> {
        let of = self.receipts.iter().flat_map(|receipts| &receipts.of);
        of.map(|row| Item { row: *row, part: Part::Receipt }).filter(|item| self.wants(*item))
    }

    /// Documents that were asked for and have not come to an end.
    pub(super) fn unaccounted(&self) -> usize {
        let rows = self.asked.iter().filter(|row| !self.outcomes.contains_key(row)).count();
        rows + self.wanted_receipts().filter(|receipt| self.end(*receipt).is_none()).count()
    }

    /// The run's line in the log of runs.
    pub(super) fn certificate(&self) -> Certificate {
        let dates = || self.begin.rows.iter().filter_map(|row| row.date);
        let mut rows = Terms::default();
        for (&row, outcome) in &self.outcomes {
            rows.add(self.named(Item::invoice(row)), outcome);
        }
        let receipts = self.receipts.as_ref().map(|_| {
            let mut receipts = Terms::default();
            for item in self.wanted_receipts() {
                self.end(item).inspect(|outcome| receipts.add(self.named(item), outcome));
            }
            receipts
        });
        Certificate {
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
            rows,
            receipts,
            warnings: self.warnings(),
        }
    }

    fn named(&self, item: Item) -> Named {
        let identity = self.identity(item).map(Into::into);
        Named { row: item.row, name: self.called(item.row), identity, code: None, detail: None }
    }

    /// One document with another link than its row's is a note. Most of a run is a sign that something is
    /// systematically off.
    fn warnings(&self) -> Vec<String> {
        let (equal, differ) = (self.links_equal, self.links_differ);
        let most = differ > equal && differ > 1;
        let links = most
            .then(|| format!("{differ} of {} documents embed another link than their row's", equal + differ));
        let more = "the page offered more rows, but did not list them".to_owned();
        let old = "receipts were not fetched: the extension is older than this helper; update it".to_owned();
        let more = (!self.begin.complete).then_some(more);
        links.into_iter().chain(more).chain(self.lacks_receipts.then_some(old)).collect()
    }
}
