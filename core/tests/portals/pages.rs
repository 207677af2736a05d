//! The sample pages and what is read of them, as text. Shared with the example that prints goldens.

use billfold_core::locale::Locale;
use billfold_core::portals::{Absence, HtmlNode, Listing, Place, Portal, Problem};
use billfold_core::protocol::Source;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A sample with the address it stands for and the locale of its reader.
pub(crate) struct Page {
    pub(crate) file: String,
    /// None: no billing page, and no portal may take it for one.
    pub(crate) address: Option<String>,
    pub(crate) reader: String,
    pub(crate) html: String,
}

impl Page {
    pub(crate) fn golden_file(&self) -> String {
        self.file.replace(".html", ".golden.json")
    }
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/portals")
}

/// Every page in the folder. One that `pages.tsv` does not list is an error, and so is the reverse.
pub(crate) fn all() -> Vec<Page> {
    let table = std::fs::read_to_string(folder().join("pages.tsv")).expect("pages.tsv");
    let mut pages: Vec<Page> = table
        .lines()
        .skip(1)
        .map(|line| {
            let [file, address, reader] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let html = std::fs::read_to_string(folder().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
            let address = Some(address.to_owned()).filter(|address| address != "-");
            Page { file: file.to_owned(), address, reader: reader.to_owned(), html }
        })
        .collect();
    pages.sort_by(|one, two| one.file.cmp(&two.file));
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder of samples")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| name.ends_with(".html"))
        .collect();
    files.sort();
    let listed: Vec<String> = pages.iter().map(|page| page.file.clone()).collect();
    assert_eq!(listed, files, "pages.tsv and the folder differ");
    pages
}

/// Those that a portal reads.
pub(crate) fn billing() -> impl Iterator<Item = (Page, String)> {
    all().into_iter().filter_map(|page| page.address.clone().map(|address| (page, address)))
}

/// Source and rows of a page.
pub(crate) fn read(html: &str, address: &str, reader: &str) -> (Source, Listing<HtmlNode>) {
    let page = HtmlNode::parse(html);
    let portal = Portal::find(address).unwrap_or_else(|| panic!("no portal takes {address}"));
    (portal.source(&page, address), portal.scan(&page, &Locale::parse(reader)).run())
}

/// What a golden holds.
pub(crate) fn golden(html: &str, address: &str, reader: &str) -> String {
    let (source, listing) = read(html, address, reader);
    let rows: Vec<Value> = listing
        .rows
        .iter()
        .map(|found| {
            let mut row = serde_json::to_value(&found.row).expect("a row");
            row["link"] = json!(found.link);
            row["place"] = json!(match found.place {
                Place::After(_) => "after",
                Place::In(_) => "in",
            });
            row
        })
        .collect();
    let found: serde_json::Map<String, Value> = listing
        .found
        .iter()
        .map(|((field, strategy), count)| (format!("{field:?} by {strategy:?}"), json!(count)))
        .collect();
    let mut golden = json!({
        "source": source,
        "rows": rows,
        "problems": listing.problems.iter().map(problem).collect::<Vec<_>>(),
        "found": found,
        "absence": listing.absence.map(|absence: Absence| format!("{absence:?}")),
    });
    // Whether serde_json keeps the order of keys depends on what else is built with it.
    golden.sort_all_objects();
    serde_json::to_string_pretty(&golden).expect("JSON") + "\n"
}

fn problem(problem: &Problem) -> Value {
    match problem {
        Problem::Unreadable { row, field, text } => {
            json!({ "unreadable": format!("{field:?}"), "row": row, "text": text })
        }
        Problem::NotUnderstood { row } => json!({ "not understood": row }),
        Problem::TooManyRows => json!("too many rows"),
    }
}
