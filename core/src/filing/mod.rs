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
    let mut planned: Vec<Planned> =
        rows.iter().map(|row| Planned { parts: Parts::new(source, row, projects), shared: false }).collect();
    let mut bearers: HashMap<String, Vec<usize>> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    for (at, (row, entry)) in rows.iter().zip(&planned).enumerate() {
        // A row without a document takes no name, and one invoice that is listed twice shares with nobody.
        if row.document && seen.insert(&row.key) {
            let name = template.file(&entry.parts, Kind::Invoice, &[]);
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
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What it is.
    pub kind: Kind,
    /// The issuer's number, from the row or the document's file name.
    pub number: Option<&'a str>,
    /// Of its bytes: 64 digits.
    pub sha256: &'a str,
    /// 2 and more: the issuer changed an invoice that is filed already.
    pub version: u32,
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
        let parts = planned.parts.with_number(document.number, &self.projects);
        names(&self.template, &parts, planned.shared, document).find(|path| !taken(path))
    }

    /// The customer's project that a row was matched to.
    pub fn project(&self, row: usize, number: Option<&str>) -> Option<String> {
        let planned = self.rows.get(row)?;
        planned.parts.with_number(number, &self.projects).project().map(str::to_owned)
    }

    /// What the row's document is for, as it stands in names.
    pub fn product(&self, row: usize) -> Option<&str> {
        self.rows.get(row)?.parts.product()
    }
}

/// The names that a document may bear, the best first. `shared`: another document would get the same name.
fn names<'a>(
    template: &'a Template,
    parts: &'a Parts,
    shared: bool,
    document: &Document<'a>,
) -> impl Iterator<Item = ArchivePath> + use<'a> {
    let Document { kind, sha256, version, .. } = *document;
    let short: String = sha256.chars().take(8).collect();
    // A template that prints the number has told apart by it already.
    let tag = parts.number().filter(|_| !template.names_number()).unwrap_or(&short).to_owned();
    let told_apart = template.names_number() && parts.number().is_some();
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
        template.file(parts, kind, &suffixes)
    })
}

#[cfg(test)]
mod tests;
