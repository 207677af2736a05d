//! Names and templates: no path leaves the archive, none says what it is not, all are legal on every system, and
//! a plan never names a document as another one is named.
#![no_main]

use billfold_core::filing::{
    ArchivePath, Document, Filed, Kind, PRESETS, Project, Projects, Template, fold, plan, rename, vendor_slug,
};
use billfold_fuzz::{AnyRow, AnySource, within_limits};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};
use std::collections::HashSet;
use std::path::{Component, Path};

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Path(&'a str),
    Run(Run),
}

#[derive(Arbitrary, Debug)]
struct Run {
    template: AnyTemplate,
    source: AnySource,
    rows: Vec<AnyRow>,
    projects: Vec<(Option<String>, Option<String>, String)>,
    /// Names of strangers' files, by whether the n-th name that is asked for is taken.
    strangers: u8,
    /// Which rows' documents come, with what is known of each then.
    arrivals: Vec<(u8, u8, Option<String>, u8)>,
    /// What the archive's owner prefers later.
    later: AnyTemplate,
}

#[derive(Arbitrary, Debug)]
enum AnyTemplate {
    Preset(u8),
    Own(String),
}

impl AnyTemplate {
    fn parse(&self) -> Option<Template> {
        let text = match self {
            AnyTemplate::Preset(at) => PRESETS[usize::from(*at) % PRESETS.len()].0,
            AnyTemplate::Own(text) => text,
        };
        within_limits("a template", || Template::parse(text)).ok()
    }
}

fuzz_target!(|input: Input<'_>| {
    match input {
        Input::Path(text) => {
            let folded = within_limits("folding", || fold(text));
            assert_eq!(fold(&folded), folded, "{text:?}");
            let slug = within_limits("a vendor", || vendor_slug(text));
            if !slug.is_empty() && slug.len() < 200 {
                assert_eq!(vendor_slug(&slug), slug, "{text:?}");
            }
            if let Ok(path) = within_limits("a path", || ArchivePath::parse(text)) {
                assert_eq!(path.as_str(), text);
                stays_inside(&path);
            }
        }
        Input::Run(run) => names(run),
    }
});

fn names(run: Run) {
    let Some(template) = run.template.parse() else { return };
    let source = run.source.0;
    let rows: Vec<_> = run.rows.into_iter().take(8).map(|row| row.0).collect();
    let entries = run.projects.into_iter().take(3);
    let projects = Projects::new(
        entries
            .map(|(organisation, number_prefix, name)| Project { organisation, number_prefix, name })
            .collect(),
    );
    let plan = within_limits("a plan", || plan(&template, &source, &rows, &projects));

    let mut taken = HashSet::new();
    let mut filed = Vec::new();
    for (at, (row, kind, number, version)) in run.arrivals.iter().take(8).enumerate() {
        let row = usize::from(*row) % rows.len().max(1);
        let kind = [Kind::Invoice, Kind::Receipt, Kind::CreditNote][usize::from(*kind) % 3];
        let sha256 = format!("{at:064x}");
        let document = Document {
            kind,
            number: number.as_deref(),
            sha256: &sha256,
            version: u32::from(*version),
            ..Document::default()
        };
        let path = within_limits("a name", || {
            let asked = std::cell::Cell::new(0);
            plan.name(row, &document, |path| {
                asked.set(asked.get() + 1);
                let stranger = asked.get() <= 8 && run.strangers >> (asked.get() - 1) & 1 == 1;
                stranger || taken.contains(&path.folded())
            })
        });
        let Some(path) = path else {
            assert!(rows.is_empty() || matches!(run.template, AnyTemplate::Own(_)), "there is always a name");
            continue;
        };
        stays_inside(&path);
        assert!(path.as_str().ends_with(".pdf"), "{path}");
        assert!(taken.insert(path.folded()), "{path} is another document's");
        assert!(path.components().all(|name| !name.starts_with('-')), "{path} reads as an option");
        if let AnyTemplate::Preset(_) = run.template {
            assert!(path.components().count() <= 3, "a value has chosen a folder: {path}");
            assert!(path.components().all(|name| !name.starts_with('.')), "{path} is hidden");
        }
        let version = document.version;
        filed.push((path, row, kind, number.clone(), sha256, version));
    }

    let Some(later) = run.later.parse() else { return };
    let filed: Vec<Filed<'_>> = filed
        .iter()
        .filter_map(|(path, row, kind, number, sha256, version)| {
            let document = Document {
                kind: *kind,
                number: number.as_deref(),
                sha256,
                version: *version,
                ..Document::default()
            };
            Some(Filed { path, source: source.clone(), row: rows.get(*row)?.clone(), document })
        })
        .collect();
    let moves = within_limits("a renaming", || rename(&later, &projects, &filed, |_| false));
    assert_eq!(moves.len(), filed.len());
    let mut after = HashSet::new();
    for (filed, new) in filed.iter().zip(&moves) {
        let place = new.as_ref().unwrap_or(filed.path);
        stays_inside(place);
        assert!(after.insert(place.folded()), "{place} is given twice");
    }
}

/// Judged by rules of its own, not by the parser's.
fn stays_inside(path: &ArchivePath) {
    let text = path.as_str();
    assert_eq!(ArchivePath::parse(text).as_ref(), Ok(path), "{text:?}");
    let plain = |component: Component<'_>| matches!(component, Component::Normal(_));
    assert!(!text.is_empty() && Path::new(text).components().all(plain), "{text:?} leaves the archive");
    assert_eq!(Path::new(text).components().count(), text.split('/').count(), "{text:?}");
    assert!(!fold(text).starts_with(".billfold/") && fold(text) != ".billfold", "{text:?}");
    for name in text.split('/') {
        assert!(name != "." && name != ".." && !name.is_empty(), "{text:?} climbs");
        assert!(name.len() <= 255, "{name:?} is too long");
        assert!(!name.contains(['\\', ':', '*', '?', '"', '<', '>', '|']), "{name:?}");
        assert!(!name.contains(char::is_control), "{name:?}");
        let bidi = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
        assert!(!name.contains(bidi), "{name:?} reads as another name");
        assert!(!name.ends_with(['.', ' ']), "{name:?} loses its end on Windows");
        let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        assert!(!["con", "prn", "aux", "nul"].contains(&stem.as_str()), "{name:?} is a device");
        let numbered = ["com", "lpt"].iter().find_map(|device| stem.strip_prefix(device));
        assert!(!numbered.is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit()), "{name:?}");
    }
}
