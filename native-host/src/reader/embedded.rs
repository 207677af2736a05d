//! What a PDF carries besides its pages: embedded XML files, and where its links lead to.

use super::text_string;
use billfold_core::document::Attachment;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as Text};

/// So many files are taken, each of at most so many bytes.
const MOST_FILES: usize = 8;
const MOST_BYTES: usize = 4 << 20;
/// How deep a name tree may be, and how many nodes of it are looked at.
const DEEPEST: usize = 16;
const MOST_NODES: usize = 1_000;
const MOST_LINKS: usize = 200;
const LONGEST_LINK: usize = 2_000;

/// Embedded XML files, each once: those named in the catalog, and those that are associated with the document
/// or one of its pages.
pub(super) fn attachments(pdf: &Pdf) -> Vec<Attachment> {
    let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return Vec::new() };
    let mut specifications = Vec::new();
    if let Some(tree) =
        catalog.get::<Dict<'_>>(b"Names").and_then(|names| names.get::<Dict<'_>>(b"EmbeddedFiles"))
    {
        in_tree(&tree, DEEPEST, &mut MOST_NODES.clone(), &mut specifications);
    }
    for owner in std::iter::once(&catalog).chain(pdf.pages().iter().map(|page| page.raw())) {
        let associated = owner.get::<Array<'_>>(b"AF");
        specifications.extend(associated.iter().flat_map(|files| files.iter::<Dict<'_>>()).take(MOST_NODES));
    }
    let mut found: Vec<Attachment> = Vec::new();
    for attachment in specifications.iter().filter_map(xml) {
        if found.len() < MOST_FILES && !found.contains(&attachment) {
            found.push(attachment);
        }
    }
    found
}

fn in_tree<'a>(node: &Dict<'a>, depth: usize, left: &mut usize, found: &mut Vec<Dict<'a>>) {
    if depth == 0 || *left == 0 {
        return;
    }
    *left -= 1;
    if let Some(names) = node.get::<Array<'a>>(b"Names") {
        found.extend(names.iter::<Object<'a>>().take(2 * MOST_NODES).filter_map(Object::into_dict));
    }
    for kid in node.get::<Array<'a>>(b"Kids").iter().flat_map(|kids| kids.iter::<Dict<'a>>()) {
        in_tree(&kid, depth - 1, left, found);
    }
}

fn xml(specification: &Dict<'_>) -> Option<Attachment> {
    let name = ["UF", "F"].iter().find_map(|key| specification.get::<Text<'_>>(key.as_bytes()))?;
    let name = text_string::decode(name.as_bytes());
    let files = specification.get::<Dict<'_>>(b"EF")?;
    let file = ["UF", "F"].iter().find_map(|key| files.get::<Stream<'_>>(key.as_bytes()))?;
    let is_xml = name.to_lowercase().ends_with(".xml");
    if !is_xml || file.raw_data().len() > MOST_BYTES {
        return None;
    }
    let bytes = file.decoded_data().ok()?.into_owned();
    (bytes.len() <= MOST_BYTES).then_some(Attachment { name, bytes })
}

/// Where the links on the pages lead to.
pub(super) fn links(pdf: &Pdf) -> Vec<String> {
    let annotations = pdf.pages().iter().filter_map(|page| page.raw().get::<Array<'_>>(b"Annots"));
    let targets = annotations.flat_map(|list| list.iter::<Dict<'_>>().take(1_000).collect::<Vec<_>>());
    targets.filter_map(|annotation| link(&annotation)).take(MOST_LINKS).collect()
}

fn link(annotation: &Dict<'_>) -> Option<String> {
    if annotation.get::<Name<'_>>(b"Subtype")?.as_str() != "Link" {
        return None;
    }
    let target = annotation.get::<Dict<'_>>(b"A")?.get::<Text<'_>>(b"URI")?;
    let target = text_string::decode(target.as_bytes());
    (target.len() <= LONGEST_LINK).then_some(target)
}
