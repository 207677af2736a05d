//! Names for documents: which path in the archive each row's document gets.
//!
//! [`plan`] looks at a whole run, because rows that would share a name must all be told apart; the plan then
//! names one document at a time, as they arrive. Pure: what is already in the archive is asked through a
//! closure, and nothing is written. A page can choose words in a name, never a folder: every value is one
//! piece of one path component.

mod amount;
mod clean;
mod parts;
mod path;
mod project;
mod rename;
mod template;

pub use crate::kind::Kind;
pub use parts::vendor_slug;
pub use path::{ArchivePath, BadPath, fold};
pub use project::{Project, Projects};
pub use rename::{Filed, rename};
pub use template::{BadTemplate, PRESETS, Template};

use crate::money::Money;
use crate::protocol::{Row, Source};
use parts::Parts;
use std::collections::HashMap;

/// The names of one run, as far as they can be fixed before the documents are there.
#[derive(Debug)]
pub struct FilingPlan {
    template: Template,
    projects: Projects,
    rows: Vec<Planned>,
}

#[derive(Debug)]
struct Planned {
    parts: Parts,
    /// Another row of the run would get the same name.
    shared: bool,
}

/// Fixes the names of a run. `rows` are all that the page listed, asked for or not, so that one row sent
/// alone and the same row sent with all others get the same name.
pub fn plan(template: &Template, source: &Source, rows: &[Row], projects: &Projects) -> FilingPlan {
    plan_known(template, source, rows, &[], projects)
}

/// The same, where the rows' documents are known before the first of them is named: `documents` are theirs, in
/// their order.
pub fn plan_known(
    template: &Template,
    source: &Source,
    rows: &[Row],
    documents: &[Document<'_>],
    projects: &Projects,
) -> FilingPlan {
    let nothing = Document::default();
    let known = || documents.iter().chain(std::iter::repeat(&nothing));
    let parts = |(row, document)| Parts::new(source, row, projects).with(document, projects);
    let mut planned: Vec<Planned> =
        rows.iter().zip(known()).map(|row| Planned { parts: parts(row), shared: false }).collect();
    let mut bearers: HashMap<String, Vec<usize>> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    for (at, ((row, document), entry)) in rows.iter().zip(known()).zip(&planned).enumerate() {
        // A row without a document takes no name, and one invoice that is listed twice shares with nobody.
        if row.document && seen.insert(&row.key) {
            let name = template.file(&entry.parts, document.kind, &[]);
            bearers.entry(name.map(|path| path.folded()).unwrap_or_default()).or_default().push(at);
        }
    }
    for at in bearers.into_values().filter(|rows| rows.len() > 1).flatten() {
        if let Some(entry) = planned.get_mut(at) {
            entry.shared = true;
        }
    }
    FilingPlan { template: template.clone(), projects: projects.clone(), rows: planned }
}

/// What is known of a document besides its row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// What it is.
    pub kind: Kind,
    /// The issuer's number, from the row or the document's file name.
    pub number: Option<&'a str>,
    /// Of its bytes: 64 digits.
    pub sha256: &'a str,
    /// 2 and more: the issuer changed an invoice that is filed already.
    pub version: u32,
    /// A receipt's own number.
    pub receipt_number: Option<&'a str>,
    /// What it says itself, which wins over its row.
    pub says: Says<'a>,
    /// Where a receipt's invoice lies: it is filed beside it.
    pub invoice: Option<&'a ArchivePath>,
}

/// What a document says of what stands in names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Says<'a> {
    /// Who issued it.
    pub vendor: Option<&'a str>,
    /// Who is billed. It decides the project where the row's organisation does not.
    pub customer: Option<&'a str>,
    /// Its day.
    pub date: Option<chrono::NaiveDate>,
    /// What it comes to.
    pub amount: Option<Money>,
}

impl FilingPlan {
    /// Where the document of a row goes. `taken` says whether another document bears a name already. `None`
    /// when the plan has no such row.
    pub fn name(
        &self,
        row: usize,
        document: &Document<'_>,
        taken: impl Fn(&ArchivePath) -> bool,
    ) -> Option<ArchivePath> {
        let planned = self.rows.get(row)?;
        let parts = planned.parts.with(document, &self.projects);
        names(&self.template, &parts, planned.shared, document).find(|path| !taken(path))
    }

    /// The customer's project that a row's document was matched to.
    pub fn project(&self, row: usize, document: &Document<'_>) -> Option<String> {
        self.rows.get(row)?.parts.with(document, &self.projects).project().map(str::to_owned)
    }

    /// What a row's document is for, as it stands in names.
    pub fn product(&self, row: usize, document: &Document<'_>) -> Option<String> {
        self.rows.get(row)?.parts.with(document, &self.projects).product().map(str::to_owned)
    }
}

/// The names that a document may bear, the best first. `shared`: another document would get the same name.
fn names<'a>(
    template: &'a Template,
    parts: &'a Parts,
    shared: bool,
    document: &Document<'a>,
) -> impl Iterator<Item = ArchivePath> + use<'a> {
    let Document { kind, sha256, version, receipt_number, .. } = *document;
    let short: String = sha256.chars().take(8).collect();
    // Who puts the kind into names decides where receipts lie.
    let invoice = document.invoice.filter(|_| kind == Kind::Receipt && !template.names_kind());
    let own = clean::value(receipt_number.unwrap_or_default());
    let (tag, told_apart) = match invoice {
        Some(_) => (if own.is_empty() { short.clone() } else { own }, false),
        // A template that prints the number has told apart by it already.
        None => (
            parts.number().filter(|_| !template.names_number()).unwrap_or(&short).to_owned(),
            template.names_number() && parts.number().is_some(),
        ),
    };
    let shared = shared && invoice.is_none();
    let mut ways: Vec<Vec<String>> = Vec::new();
    if !shared || told_apart {
        ways.push(Vec::new());
    }
    ways.push(vec![tag.clone()]);
    if tag != short {
        ways.push(vec![tag, short]);
    }
    ways.push(vec![sha256.to_owned()]);
    // Somebody has put files under every name that we would choose. Still never overwrite.
    let numbered = (2..10_000_u32).map(|n| vec![sha256.to_owned(), n.to_string()]);
    ways.into_iter().chain(numbered).filter_map(move |way| {
        let version = (version > 1).then(|| format!("v{version}"));
        let suffixes: Vec<&str> = version.iter().chain(&way).map(String::as_str).collect();
        match invoice {
            Some(invoice) => beside(invoice, kind, &suffixes),
            None => template.file(parts, kind, &suffixes),
        }
    })
}

/// A name that sorts right after another document's, in the same folder.
fn beside(other: &ArchivePath, kind: Kind, suffixes: &[&str]) -> Option<ArchivePath> {
    let (folder, name) = other.split();
    let stem = name.get(..name.len().checked_sub(template::EXTENSION.len())?)?;
    let suffixes: Vec<&str> = [kind.as_str()].iter().chain(suffixes).copied().collect();
    let name = clean::file_name(stem, &suffixes, template::EXTENSION)?;
    ArchivePath::parse(&if folder.is_empty() { name } else { format!("{folder}/{name}") }).ok()
}

#[cfg(test)]
mod tests;
