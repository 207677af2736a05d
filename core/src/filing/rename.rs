//! What filed documents would be called by another template: who keeps a name, who gets which.
//!
//! Pure: nothing is moved here. A document that bears a name which the template could have given it stays
//! where it is, so that the same template renames nothing.

use super::parts::Parts;
use super::{ArchivePath, Document, Projects, Template, names};
use crate::protocol::{Row, Source};
use std::collections::{HashMap, HashSet};

/// A filed document, as it was filed.
#[derive(Clone, Debug)]
pub struct Filed<'a> {
    /// Where it lies.
    pub path: &'a ArchivePath,
    /// Where and from whom it was listed.
    pub source: Source,
    /// What its row said.
    pub row: Row,
    /// What is known of it besides.
    pub document: Document<'a>,
}

/// The new place of each document, in their order; `None` where it stays.
///
/// No two documents end at one place, and none at a place that `foreign` says a file of somebody else's
/// bears. Names are compared as [`ArchivePath::folded`].
pub fn rename(
    template: &Template,
    projects: &Projects,
    filed: &[Filed<'_>],
    foreign: impl Fn(&ArchivePath) -> bool,
) -> Vec<Option<ArchivePath>> {
    let parts: Vec<Parts> = filed
        .iter()
        .map(|filed| {
            Parts::new(&filed.source, &filed.row, projects).with_number(filed.document.number, projects)
        })
        .collect();
    let mut bearers: HashMap<String, u32> = HashMap::new();
    let best: Vec<String> = filed
        .iter()
        .zip(&parts)
        .map(|(filed, parts)| {
            let best = names(template, parts, false, &filed.document).next();
            best.map(|path| path.folded()).unwrap_or_default()
        })
        .collect();
    for name in &best {
        *bearers.entry(name.clone()).or_default() += 1;
    }
    // Never so many ways to tell it apart that looking through them all would cost something.
    let could_be = |at: usize, filed: &Filed<'_>| {
        let mut ways = parts
            .get(at)
            .into_iter()
            .flat_map(|parts| names(template, parts, false, &filed.document))
            .take(5);
        ways.any(|path| path == *filed.path)
    };
    let stays: Vec<bool> = filed.iter().enumerate().map(|(at, filed)| could_be(at, filed)).collect();
    let mut taken: HashSet<String> =
        filed.iter().zip(&stays).filter(|(_, stays)| **stays).map(|(filed, _)| filed.path.folded()).collect();
    // Its own place is free to a document that leaves it, and to every other.
    let leaving: HashSet<String> = filed
        .iter()
        .zip(&stays)
        .filter(|(_, stays)| !**stays)
        .map(|(filed, _)| filed.path.folded())
        .collect();
    let mut places = Vec::new();
    for ((filed, parts), (best, stays)) in filed.iter().zip(&parts).zip(best.iter().zip(&stays)) {
        let shared = bearers.get(best).is_some_and(|bearers| *bearers > 1);
        let place = names(template, parts, shared, &filed.document).find(|path| {
            let folded = path.folded();
            !taken.contains(&folded) && (leaving.contains(&folded) || !foreign(path))
        });
        let place = place.filter(|place| !stays && place != filed.path);
        if let Some(place) = &place {
            taken.insert(place.folded());
        }
        places.push(place);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, plan};
    use super::*;
    use crate::money::{Currency, Money};
    use crate::number::InvoiceNumber;
    use crate::protocol::RowKey;

    const SHA: [&str; 3] = [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
    ];

    fn source() -> Source {
        Source {
            portal: "example".into(),
            vendor: Some("Example, Inc.".into()),
            product: None,
            organisation: None,
            page: "https://example.com/billing".into(),
        }
    }

    /// Two of the same day and amount, and one of the next day.
    fn rows() -> Vec<Row> {
        ["2026-04-12", "2026-04-12", "2026-04-13"]
            .into_iter()
            .zip(["N-1", "N-2", "N-3"])
            .map(|(date, number)| Row {
                key: RowKey::new(number),
                document: true,
                number: InvoiceNumber::parse(number),
                amount: Some(Money {
                    amount: "5".parse().unwrap(),
                    currency: Currency::parse("USD").unwrap(),
                }),
                date: Some(date.parse().unwrap()),
                status: None,
                description: None,
            })
            .collect()
    }

    fn document(at: usize) -> Document<'static> {
        Document { kind: Kind::Invoice, number: None, sha256: SHA[at], version: 1 }
    }

    /// Where they lie when they were filed together.
    fn filed_by(template: &Template) -> Vec<ArchivePath> {
        let plan = plan(template, &source(), &rows(), &Projects::default());
        (0..3).map(|at| plan.name(at, &document(at), |_| false).unwrap()).collect()
    }

    fn renamed(paths: &[ArchivePath], template: &Template, foreign: &[&str]) -> Vec<Option<String>> {
        let filed: Vec<Filed<'_>> = paths
            .iter()
            .zip(rows())
            .enumerate()
            .map(|(at, (path, row))| Filed { path, source: source(), row, document: document(at) })
            .collect();
        rename(template, &Projects::default(), &filed, |path| foreign.contains(&path.as_str()))
            .into_iter()
            .map(|path| path.map(String::from))
            .collect()
    }

    fn template(text: &str) -> Template {
        Template::parse(text).unwrap()
    }

    #[test]
    fn the_same_template_renames_nothing() {
        for text in ["default", "shell-safe", "accounting", "{{ number }}.pdf"] {
            let template = template(text);
            assert_eq!(renamed(&filed_by(&template), &template, &[]), [None, None, None], "{text}");
        }
        // The first two came in different runs, so one of them has the short name.
        let short = template("{{ date }}.pdf");
        let paths = ["2026-04-12.pdf", "2026-04-12_N-2.pdf", "2026-04-13.pdf"];
        let paths = paths.map(|path| ArchivePath::parse(path).unwrap());
        assert_eq!(renamed(&paths, &short, &[]), [None, None, None]);
    }

    #[test]
    fn another_template_tells_apart_what_would_share_a_name() {
        let paths = filed_by(&Template::default());
        let new = renamed(&paths, &template("{{ date }}.pdf"), &[]);
        let new: Vec<&str> = new.iter().map(|path| path.as_deref().unwrap()).collect();
        assert_eq!(new, ["2026-04-12_N-1.pdf", "2026-04-12_N-2.pdf", "2026-04-13.pdf"]);
    }

    #[test]
    fn a_place_is_free_when_its_bearer_leaves_it_and_not_when_it_is_a_strangers() {
        let by_number = template("{{ number }}.pdf");
        let paths = ["N-2.pdf", "N-1.pdf", "else.pdf"].map(|path| ArchivePath::parse(path).unwrap());
        let new = renamed(&paths, &by_number, &["N-1.pdf", "N-2.pdf", "else.pdf", "N-3.pdf"]);
        let new: Vec<&str> = new.iter().map(|path| path.as_deref().unwrap()).collect();
        assert_eq!(new, ["N-1.pdf", "N-2.pdf", "N-3_cccccccc.pdf"]);
    }
}
