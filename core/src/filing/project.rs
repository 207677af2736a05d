//! Which of the customer's projects a row belongs to: the `[[project]]` entries of the config.

use super::{clean, path};

/// One entry: the rows it covers, and what they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The organisation that the page names, in whatever case.
    pub organisation: Option<String>,
    /// How the invoice's number begins.
    pub number_prefix: Option<String>,
    /// The project's name in file names.
    pub name: String,
}

/// All entries, in the config's order: the first that covers a row names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projects(Vec<Project>);

impl Projects {
    /// Entries in their order.
    pub fn new(entries: Vec<Project>) -> Projects {
        Projects(entries)
    }

    /// The entries in their order.
    pub fn entries(&self) -> &[Project] {
        &self.0
    }

    /// The name for a row, if any entry covers it.
    pub fn find(&self, organisation: Option<&str>, number: Option<&str>) -> Option<&str> {
        self.0.iter().find(|entry| entry.covers(organisation, number)).map(|entry| entry.name.as_str())
    }
}

impl Project {
    /// An entry that asks for nothing covers nothing; one that asks for both needs both.
    fn covers(&self, organisation: Option<&str>, number: Option<&str>) -> bool {
        let same = |text: &str| path::fold(&clean::value(text));
        let by_organisation = self
            .organisation
            .as_deref()
            .map(|wanted| organisation.is_some_and(|organisation| same(organisation) == same(wanted)));
        let by_number = self
            .number_prefix
            .as_deref()
            .map(|prefix| !prefix.is_empty() && number.is_some_and(|number| number.starts_with(prefix)));
        match (by_organisation, by_number) {
            (None, None) => false,
            (organisation, number) => organisation.unwrap_or(true) && number.unwrap_or(true),
        }
    }
}
