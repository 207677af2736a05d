//! Documents whose truth is known: do they have the traits of real ones, and are they read as they are?

#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test; what was read is worth seeing"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use billfold_tests::papers::compare::Report;
use billfold_tests::papers::{self, Fixture, reading};
use billfold_tests::stage;
use lopdf::{Document, Object};
use rust_decimal::Decimal;
use serde_json::Value;

/// So many random documents; `BILLFOLD_SEED` names the first.
const RANDOM: u64 = 100;

/// The few documents that lie in the repository.
fn sample() -> (PathBuf, Vec<Fixture>) {
    let dir = papers::sample_dir();
    let names: BTreeSet<String> = fs::read_dir(&dir)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".pdf").map(str::to_owned))
        .collect();
    let fixtures: Vec<Fixture> =
        papers::fixtures().into_iter().filter(|fixture| names.contains(&fixture.name)).collect();
    assert_eq!(fixtures.len(), names.len(), "documents without a description: {names:?}");
    assert!(fixtures.len() >= 12);
    (dir, fixtures)
}

fn document(dir: &std::path::Path, fixture: &Fixture) -> Document {
    Document::load(dir.join(format!("{}.pdf", fixture.name))).unwrap()
}

/// All pages' content, inflated.
fn content(document: &Document) -> String {
    let pages = document.get_pages().into_values().flat_map(|page| document.get_page_content(page));
    String::from_utf8_lossy(&pages.collect::<Vec<u8>>()).into_owned()
}

/// What all fonts say of a glyph.
fn said(document: &Document, glyph: &str) -> Vec<String> {
    let streams = document.objects.values().filter_map(|object| object.as_dict().ok());
    let maps = streams.filter_map(|font| font.get(b"ToUnicode").and_then(Object::as_reference).ok());
    maps.filter_map(|id| {
        let map = document.get_object(id).ok()?.as_stream().ok()?.decompressed_content().ok()?;
        let line = format!("<{glyph}> ");
        String::from_utf8_lossy(&map).lines().find_map(|found| found.strip_prefix(&line).map(str::to_owned))
    })
    .collect()
}

#[test]
fn the_sample_hides_hyphens_as_real_files_do() {
    let (dir, fixtures) = sample();
    let hiding: Vec<&Fixture> = fixtures.iter().filter(|fixture| fixture.hides_punctuation()).collect();
    assert!(hiding.len() >= 6);
    for fixture in hiding {
        let document = document(&dir, fixture);
        let content: String =
            content(&document).split_whitespace().collect::<Vec<_>>().concat().to_lowercase();
        let span = "/span<</actualtext<feff002d>>>bdc<055e>tjemc";
        assert!(content.contains(span), "{}: no span of a hyphen", fixture.name);
        let said = said(&document, "055E");
        assert!(!said.is_empty() && said.iter().all(|text| text == "<0000>"), "{}: {said:?}", fixture.name);
        let longest =
            content.split("tj").filter_map(|part| part.rsplit_once('<')).map(|(_, text)| text.len()).max();
        assert_eq!(longest, Some("055e>".len()), "{}: one glyph per operator", fixture.name);
    }
}

#[test]
fn the_sample_has_files_as_chromium_prints_them_and_files_that_lost_their_spans() {
    let (dir, fixtures) = sample();
    let texts: Vec<(String, &Fixture)> =
        fixtures.iter().map(|fixture| (content(&document(&dir, fixture)), fixture)).collect();
    let native =
        texts.iter().find(|(text, _)| text.contains("/ActualText(-)") || text.contains("/ActualText (-)"));
    let (_, native) = native.expect("a literal string for a hyphen");
    assert!(!native.hides_punctuation());
    let (text, _) =
        texts.iter().find(|(_, fixture)| fixture.name.ends_with("spans-lost")).expect("one without");
    assert!(!text.contains("ActualText") && text.to_lowercase().contains("<055e>"), "{text}");
}

#[test]
fn both_generations_of_the_renderer_are_told_as_they_tell_themselves() {
    let (dir, fixtures) = sample();
    let mut seen = BTreeSet::new();
    for (fixture, generation) in fixtures.iter().filter_map(|fixture| Some((fixture, fixture.generation()?)))
    {
        let document = document(&dir, fixture);
        let info = document.trailer.get(b"Info").and_then(Object::as_reference).unwrap();
        let info = document.get_dictionary(info).unwrap();
        let expected: Option<&[u8]> = (generation == 1).then_some(b"Skia/PDF m96");
        assert_eq!(info.get(b"Producer").and_then(Object::as_str).ok(), expected, "{}", fixture.name);
        assert_eq!(info.has(b"Creator"), generation == 1, "{}", fixture.name);
        seen.insert(generation);
    }
    assert_eq!(seen, BTreeSet::from([1, 2]));
}

#[test]
fn the_sample_says_what_its_descriptions_say() {
    let (dir, fixtures) = sample();
    for fixture in fixtures {
        let kept = fs::read_to_string(dir.join(format!("{}.json", fixture.name))).unwrap();
        let kept: Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept, fixture.truth(), "{}: print the sample anew", fixture.name);
    }
}

#[test]
fn there_are_enough_and_they_differ() {
    let all = papers::fixtures();
    let drawn = all.iter().filter(|fixture| fixture.draw().is_some()).count();
    assert!(all.len() >= 300 && drawn * 3 >= all.len(), "{drawn} of {}", all.len());
    let names: BTreeSet<&str> = all.iter().map(|fixture| fixture.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    let different = |key: &str| all.iter().map(|f| f.truth()[key].to_string()).collect::<BTreeSet<String>>();
    assert_eq!(different("language").len(), 9);
    assert_eq!(different("kind").len(), 5);
    assert!(different("currency").len() >= 6);
    let resaved = all.iter().filter(|f| f.name.ends_with("-ghostscript") || f.name.ends_with("-cairo"));
    assert!(resaved.count() >= 20);
}

#[test]
fn the_sums_of_every_description_agree() {
    let random = (0..1_000).map(papers::random);
    for fixture in papers::fixtures().into_iter().chain(random) {
        let truth = fixture.truth();
        let amount = |value: &Value| value.as_str().map_or(Decimal::ZERO, |text| text.parse().unwrap());
        let sum = |key: &str| -> Decimal {
            truth[key].as_array().into_iter().flatten().map(|item| amount(&item["amount"])).sum()
        };
        if truth.get("lines").is_none() {
            continue;
        }
        let taxes = truth["taxes"].as_array().unwrap();
        let added: Decimal =
            taxes.iter().filter(|tax| tax["inclusive"] == false).map(|tax| amount(&tax["amount"])).sum();
        let total = amount(&truth["total"]);
        assert_eq!(sum("lines") + sum("discounts") + added, total, "{}", fixture.name);
        if !truth["subtotal"].is_null() {
            assert_eq!(sum("lines"), amount(&truth["subtotal"]), "{}", fixture.name);
        }
        for tax in taxes.iter().filter(|tax| !tax["base"].is_null()) {
            let exact = amount(&tax["base"]) * amount(&tax["rate"]) / Decimal::ONE_HUNDRED;
            let off = (exact - amount(&tax["amount"])).abs();
            let unit = if truth["currency"] == "JPY" { Decimal::ONE } else { Decimal::new(1, 2) };
            assert!(off <= unit, "{}: {tax}", fixture.name);
        }
        let left = total + amount(&truth["applied_balance"]) - amount(&truth["amount_paid"]);
        if truth["amount_due"].is_string() {
            assert_eq!(left, amount(&truth["amount_due"]), "{}", fixture.name);
        }
        if truth["payments"].as_array().is_some_and(|payments| !payments.is_empty()) {
            assert_eq!(sum("payments"), amount(&truth["amount_paid"]), "{}", fixture.name);
        }
    }
}

#[test]
fn the_same_description_is_drawn_to_the_same_bytes() {
    for fixture in papers::drawn() {
        assert_eq!(fixture.draw(), fixture.draw(), "{}", fixture.name);
        assert!(fixture.draw().unwrap().starts_with(b"%PDF-"), "{}", fixture.name);
    }
}

/// Reads documents and fails with all that came out otherwise.
fn reads(fixtures: &[Fixture], dir: &std::path::Path) {
    let billfold = stage::dist().unwrap().join("bin/billfold");
    let report = reading::check(&billfold, fixtures, dir).unwrap();
    println!("{report}");
    assert!(report.holds(), "{report}");
}

fn draw(fixtures: &[Fixture], name: &str) -> PathBuf {
    let dir = billfold_tests::page::target_dir().join(name);
    fs::create_dir_all(&dir).unwrap();
    for fixture in fixtures {
        fs::write(dir.join(format!("{}.pdf", fixture.name)), fixture.draw().unwrap()).unwrap();
    }
    dir
}

#[test]
fn the_sample_is_read_as_it_is() {
    let (dir, fixtures) = sample();
    reads(&fixtures, &dir);
}

#[test]
fn documents_that_another_renderer_drew_are_read_as_they_are() {
    let drawn = papers::drawn();
    reads(&drawn, &draw(&drawn, "papers-drawn"));
}

#[test]
fn random_documents_are_read_as_they_are() {
    let first: u64 = std::env::var("BILLFOLD_SEED").map_or(0, |seed| seed.parse().unwrap());
    println!("BILLFOLD_SEED={first}");
    let random = (first..first + RANDOM).map(papers::random);
    let random: Vec<Fixture> = random.collect();
    reads(&random, &draw(&random, "papers-random"));
}

#[test]
fn one_wrong_field_or_too_many_absent_ones_fall_short() {
    let truth =
        serde_json::json!({"lines": (0..200).map(|n| serde_json::json!({"amount": n})).collect::<Vec<_>>()});
    let judged = |read: &Value| {
        let mut report = Report::default();
        report.add("one", papers::compare::compare(&truth, read));
        report.holds()
    };
    let mut too_many = truth.clone();
    too_many["lines"].as_array_mut().unwrap().push(truth["lines"][0].clone());
    let with = |changes: &[(usize, Value)]| {
        let mut read = truth.clone();
        changes.iter().for_each(|(place, value)| read["lines"][*place]["amount"] = value.clone());
        read
    };
    assert!(judged(&truth));
    assert!(judged(&with(&[(3, Value::Null), (5, Value::Null)])));
    assert!(!judged(&with(&[(3, Value::Null), (5, Value::Null), (7, Value::Null)])));
    assert!(!judged(&with(&[(3, 4.into())])));
    assert!(!judged(&too_many));
}
