//! What filed documents would be called by another template: who keeps a name, who gets which.
//!
//! Pure: nothing is moved here. A document that bears a name which the template could have given it stays
//! where it is, so that the same template renames nothing.

use super::parts::Parts;
use super::{ArchivePath, Document, Kind, Projects, Template, names, vendor_slug};
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
    let invoices = invoices(filed);
    let documents: Vec<Document<'_>> = filed
        .iter()
        .zip(&invoices)
        .map(|(one, invoice)| Document {
            invoice: invoice.and_then(|at| Some(filed.get(at)?.path)),
            ..one.document
        })
        .collect();
    let all: Vec<(&Filed<'_>, Document<'_>, Parts)> = filed
        .iter()
        .zip(documents)
        .map(|(filed, document)| {
            let parts = Parts::new(&filed.source, &filed.row, projects).with(&document, projects);
            (filed, document, parts)
        })
        .collect();
    let mut bearers: HashMap<String, u32> = HashMap::new();
    let best: Vec<String> = all
        .iter()
        .map(|(_, document, parts)| {
            let best = names(template, parts, false, document).next();
            best.map(|path| path.folded()).unwrap_or_default()
        })
        .collect();
    for name in &best {
        *bearers.entry(name.clone()).or_default() += 1;
    }
    // Never so many ways to tell it apart that looking through them all would cost something.
    let stays: Vec<bool> = all
        .iter()
        .map(|(filed, document, parts)| {
            names(template, parts, false, document).take(5).any(|path| path == *filed.path)
        })
        .collect();
    // A receipt goes where its invoice goes.
    let stays: Vec<bool> = invoices
        .iter()
        .zip(&stays)
        .map(|(invoice, own)| {
            *own && (template.names_kind() || !invoice.is_some_and(|at| leaves(&stays, at)))
        })
        .collect();
    let paths = |staying: bool| {
        let those = all.iter().zip(&stays).filter(move |(_, stays)| **stays == staying);
        those.map(|((filed, ..), _)| filed.path.folded())
    };
    let mut taken: HashSet<String> = paths(true).collect();
    // Its own place is free to a document that leaves it, and to every other.
    let leaving: HashSet<String> = paths(false).collect();
    let mut places: Vec<Option<ArchivePath>> = vec![None; all.len()];
    let with_invoice = |wanted: bool| {
        invoices.iter().enumerate().filter(move |(_, invoice)| invoice.is_some() == wanted).map(|(at, _)| at)
    };
    for at in with_invoice(false).chain(with_invoice(true)) {
        let (Some((filed, document, parts)), Some(best)) = (all.get(at), best.get(at)) else { continue };
        if !leaves(&stays, at) {
            continue;
        }
        let invoice = invoices.get(at).copied().flatten().and_then(|at| places.get(at)?.as_ref());
        let document = Document { invoice: invoice.or(document.invoice), ..*document };
        let shared = bearers.get(best).is_some_and(|bearers| *bearers > 1);
        let place = names(template, parts, shared, &document).find(|path| {
            let folded = path.folded();
            !taken.contains(&folded) && (leaving.contains(&folded) || !foreign(path))
        });
        let place = place.filter(|place| place != filed.path);
        if let Some(place) = &place {
            taken.insert(place.folded());
        }
        if let Some(slot) = places.get_mut(at) {
            *slot = place;
        }
    }
    places
}

fn leaves(stays: &[bool], at: usize) -> bool {
    stays.get(at) == Some(&false)
}

/// For each receipt, which of the documents is its invoice.
fn invoices(filed: &[Filed<'_>]) -> Vec<Option<usize>> {
    let key = |filed: &Filed<'_>| {
        let vendor = filed.source.vendor.as_deref().map(vendor_slug).unwrap_or_default();
        Some((vendor, filed.document.number?.to_owned()))
    };
    let of = |kind: Kind| filed.iter().enumerate().filter(move |(_, filed)| filed.document.kind == kind);
    let mut found = vec![None; filed.len()];
    // Few archives hold receipts, and none of them need wait for this.
    if of(Kind::Receipt).next().is_none() {
        return found;
    }
    let known: HashMap<(String, String), usize> =
        of(Kind::Invoice).filter_map(|(at, filed)| Some((key(filed)?, at))).collect();
    for (at, receipt) in of(Kind::Receipt) {
        if let Some(slot) = found.get_mut(at) {
            *slot = key(receipt).and_then(|key| known.get(&key).copied());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::plan;
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
        Document { sha256: SHA[at], version: 1, ..Document::default() }
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

    #[test]
    fn a_receipt_goes_where_its_invoice_goes() {
        let rows = rows();
        let of = |at: usize, kind, path: &str| {
            let path = Box::leak(Box::new(ArchivePath::parse(path).unwrap()));
            let number = Some(["N-1", "N-2", "N-3"][at]);
            // Paid on another day than it was issued.
            let row = Row { date: rows[if kind == Kind::Receipt { 2 } else { at }].date, ..rows[at].clone() };
            Filed { path, source: source(), row, document: Document { kind, number, ..document(at) } }
        };
        let filed = [
            of(0, Kind::Receipt, "2026-04-12_N-1_receipt.pdf"),
            of(0, Kind::Invoice, "2026-04-12_N-1.pdf"),
            of(1, Kind::Receipt, "2026-04-13_N-2_receipt.pdf"),
        ];
        let renamed = |template: &Template| {
            let places = rename(template, &Projects::default(), &filed, |_| false);
            places.into_iter().map(|path| path.map(String::from)).collect::<Vec<_>>()
        };
        assert_eq!(renamed(&template("{{ date }}_{{ number }}.pdf")), [None, None, None]);
        let path = |text: &str| Some(text.to_owned());
        assert_eq!(
            renamed(&template("{{ month }}/{{ day }} {{ number }}.pdf")),
            [path("04/12 N-1_receipt.pdf"), path("04/12 N-1.pdf"), path("04/13 N-2_receipt.pdf")]
        );
        // Who puts the kind into names decides where receipts lie.
        assert_eq!(
            renamed(&template("{{ kind }}/{{ day }}.pdf")),
            [path("receipt/13_N-1.pdf"), path("invoice/12.pdf"), path("receipt/13_N-2.pdf")]
        );
    }
}
