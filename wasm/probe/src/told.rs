//! All that an adapter makes of a page, as JSON, over any kind of node: what is told alike was found alike.
//!
//! A test reads the same samples through its own copy of this file, so it uses nothing but `core`.

use billfold_core::locale::Locale;
use billfold_core::portals::{Found, Node, Place, Portal, Step};
use serde_json::{Value, json};

/// Nothing where `address` is no billing page's.
pub(crate) fn page<N: Node>(root: &N, address: &str, reader: &Locale) -> Option<String> {
    let portal = Portal::find(address)?;
    let listing = portal.scan(root, reader).run();
    let more = match portal.expansion().next(root, listing.rows.len()) {
        Step::Click(node) => element(&node),
        Step::Done(reach) => format!("{reach:?}").into(),
    };
    let told = json!({
        "source": portal.source(root, address),
        "rows": listing.rows.iter().map(row).collect::<Vec<_>>(),
        "problems": listing.problems.iter().map(|problem| format!("{problem:?}")).collect::<Vec<_>>(),
        "found": listing.found.iter().map(|found| format!("{found:?}")).collect::<Vec<_>>(),
        "absence": listing.absence.map(|absence| format!("{absence:?}")),
        "more": more,
    });
    Some(told.to_string())
}

fn row<N: Node>(found: &Found<N>) -> Value {
    let (place, node) = match &found.place {
        Place::After(node) => ("after", node),
        Place::In(node) => ("in", node),
    };
    json!({ "row": found.row, "link": found.link, "place": [place, element(node)] })
}

/// Which element of the page: its name and its text, and how many elements it stands in.
fn element<N: Node>(node: &N) -> Value {
    let depth = std::iter::successors(node.parent(), Node::parent).count();
    json!([node.name(), node.text(), depth])
}
