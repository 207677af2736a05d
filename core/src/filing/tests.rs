//! Names as people get them.

use super::*;
use crate::money::{Currency, Money};
use crate::number::InvoiceNumber;
use crate::protocol::RowKey;

const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn source(vendor: &str, product: Option<&str>, organisation: Option<&str>) -> Source {
    Source {
        portal: "example".into(),
        vendor: Some(vendor.into()),
        product: product.map(Into::into),
        organisation: organisation.map(Into::into),
        page: "https://example.com/billing".into(),
    }
}

fn row(key: &str, date: Option<&str>, amount: Option<(&str, &str)>, number: Option<&str>) -> Row {
    Row {
        key: RowKey::new(key),
        document: true,
        number: number.map(|number| InvoiceNumber::parse(number).unwrap()),
        amount: amount.map(|(amount, currency)| Money {
            amount: amount.parse().unwrap(),
            currency: Currency::parse(currency).unwrap(),
        }),
        date: date.map(|date| date.parse().unwrap()),
        status: None,
        description: None,
    }
}

fn nova() -> Projects {
    Projects::new(vec![
        Project { organisation: Some("Nova Labs".into()), number_prefix: None, name: "project-nova".into() },
        Project { organisation: None, number_prefix: Some("ZZ99".into()), name: "Project Zeta".into() },
    ])
}

fn document(kind: Kind, number: Option<&str>) -> Document<'_> {
    Document { kind, number, sha256: SHA, version: 1, ..Document::default() }
}

fn free(_: &ArchivePath) -> bool {
    false
}

/// The name of the only row of a run.
fn only(template: &str, source: &Source, row: Row, number: Option<&str>) -> String {
    let template = Template::parse(template).unwrap();
    plan(&template, source, &[row], &nova())
        .name(0, &document(Kind::Invoice, number), free)
        .unwrap()
        .to_string()
}

#[test]
fn the_names_that_were_promised() {
    let openai = source("OpenAI", Some("openai-api"), Some("nova labs"));
    let row_a = row("a", Some("2026-04-12"), Some(("500.00", "USD")), None);
    assert_eq!(
        only("default", &openai, row_a.clone(), Some("AB12CD34-0007")),
        "openai/2026/2026-04-12_openai-api_project-nova_$500.pdf"
    );
    assert_eq!(
        only("shell-safe", &openai, row_a.clone(), None),
        "openai/2026/2026-04-12_openai-api_project-nova_500.00-USD.pdf"
    );
    assert_eq!(
        only("accounting", &openai, row_a, Some("AB12CD34-0007")),
        "2026/04/2026-04-12_openai_AB12CD34-0007_500.00-USD.pdf"
    );
    let openrouter = source("OpenRouter, Inc", None, None);
    assert_eq!(
        only("default", &openrouter, row("b", Some("2026-02-12"), Some(("20", "USD")), None), None),
        "openrouter/2026/2026-02-12_openrouter_$20.pdf"
    );
}

#[test]
fn a_number_can_decide_the_project() {
    let vendor = source("Example", None, None);
    let row = row("a", Some("2026-04-12"), Some(("5", "USD")), None);
    assert_eq!(
        only("default", &vendor, row, Some("ZZ99-0001")),
        "example/2026/2026-04-12_example_Project-Zeta_$5.pdf"
    );
}

#[test]
fn what_is_unknown_vanishes_with_one_separator() {
    let known = source("Example", None, None);
    let unknown = Source { vendor: None, ..known.clone() };
    let dated = || row("a", Some("2026-04-12"), None, None);
    assert_eq!(only("default", &known, dated(), None), "example/2026/2026-04-12_example.pdf");
    assert_eq!(
        only("default", &known, row("a", None, Some(("5", "USD")), None), None),
        "example/example_$5.pdf"
    );
    assert_eq!(only("default", &unknown, dated(), None), "2026/2026-04-12.pdf");
    assert_eq!(only("default", &unknown, row("a", None, None, None), Some("AB-1")), "AB-1.pdf");
    assert_eq!(only("default", &unknown, row("a", None, None, None), None), "01234567.pdf");
    let spaced = "{{ date }} - {{ number | upper }} - {{ product }}.pdf";
    assert_eq!(only(spaced, &known, dated(), None), "2026-04-12 - example.pdf");
    assert_eq!(only(spaced, &known, dated(), Some("ab-1")), "2026-04-12 - AB-1 - example.pdf");
}

#[test]
fn the_kind_is_said_unless_it_is_an_invoice() {
    let vendor = source("Example", None, None);
    let rows = [row("a", Some("2026-04-12"), Some(("-5", "USD")), None)];
    let plan = plan(&Template::default(), &vendor, &rows, &Projects::default());
    let name = |kind| plan.name(0, &document(kind, None), free).unwrap().to_string();
    assert_eq!(name(Kind::CreditNote), "example/2026/2026-04-12_example_-$5_credit-note.pdf");
    assert_eq!(name(Kind::Receipt), "example/2026/2026-04-12_example_-$5_receipt.pdf");
}

#[test]
fn rows_that_would_share_a_name_are_all_told_apart() {
    let vendor = source("Example", None, None);
    let day = |key, number| row(key, Some("2026-04-12"), Some(("5", "USD")), number);
    let mut without_document = day("e", None);
    without_document.document = false;
    let other_day = row("f", Some("2026-04-13"), Some(("5", "USD")), None);
    let rows = [day("a", Some("N-1")), day("b", None), day("c", None), without_document, other_day];
    let fixed = plan(&Template::default(), &vendor, &rows, &Projects::default());
    let name = |at, number| fixed.name(at, &document(Kind::Invoice, number), free).unwrap().to_string();
    assert_eq!(name(0, None), "example/2026/2026-04-12_example_$5_N-1.pdf");
    assert_eq!(name(1, Some("N-2")), "example/2026/2026-04-12_example_$5_N-2.pdf");
    assert_eq!(name(2, None), "example/2026/2026-04-12_example_$5_01234567.pdf");
    assert_eq!(name(4, Some("N-3")), "example/2026/2026-04-13_example_$5.pdf");

    let twice = [day("a", Some("N-1")), day("a", Some("N-1"))];
    let fixed = plan(&Template::default(), &vendor, &twice, &Projects::default());
    let name = fixed.name(0, &document(Kind::Invoice, None), free).unwrap().to_string();
    assert_eq!(name, "example/2026/2026-04-12_example_$5.pdf", "one invoice listed twice is one");
}

#[test]
fn a_template_with_the_number_needs_no_second_one() {
    let vendor = source("Example", None, None);
    let day = |key, number| row(key, Some("2026-04-12"), Some(("5", "USD")), number);
    let template = Template::parse("{{ date }}_{{ number }}.pdf").unwrap();
    let fixed = plan(&template, &vendor, &[day("a", None), day("b", None)], &Projects::default());
    let name = |number| fixed.name(0, &document(Kind::Invoice, number), free).unwrap().to_string();
    assert_eq!(name(Some("N-1")), "2026-04-12_N-1.pdf");
    assert_eq!(name(None), "2026-04-12_01234567.pdf");
}

#[test]
fn a_taken_name_stays_with_its_bearer() {
    let vendor = source("Example", None, None);
    let rows = [row("a", Some("2026-04-12"), Some(("5", "USD")), Some("N-1"))];
    let fixed = plan(&Template::default(), &vendor, &rows, &Projects::default());
    let name = |taken: &[&str]| {
        let is_taken = |path: &ArchivePath| taken.contains(&path.split().1);
        fixed.name(0, &document(Kind::Invoice, None), is_taken).unwrap().split().1.to_owned()
    };
    let (base, numbered) = ("2026-04-12_example_$5.pdf", "2026-04-12_example_$5_N-1.pdf");
    let hashed = "2026-04-12_example_$5_N-1_01234567.pdf";
    assert_eq!(name(&[]), base);
    assert_eq!(name(&[base]), numbered);
    assert_eq!(name(&[base, numbered]), hashed);
    let whole = format!("2026-04-12_example_$5_{SHA}.pdf");
    assert_eq!(name(&[base, numbered, hashed]), whole);
    assert_eq!(name(&[base, numbered, hashed, &whole]), format!("2026-04-12_example_$5_{SHA}_2.pdf"));
}

#[test]
fn hostile_values_stay_inside_their_place() {
    let hostile = [
        "../../../etc/passwd",
        "/absolute",
        "C:\\Windows",
        "..",
        "....",
        "a/b\\c",
        "CON",
        "nul.txt",
        "\u{202E}fdp.exe",
        "a\u{0}b",
        "line\nbreak\r",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "-rf",
        "~root",
        ".billfold",
        "trailing. . .",
        "\u{E000}",
        "e\u{301}",
        "\u{2028}",
        "*?\"<>|",
        "",
        " ",
        "\u{200B}",
        "COM1",
        "lpt9",
    ];
    let long = "ж".repeat(500);
    for template in PRESETS.map(|(name, _)| name).into_iter().chain([
        "{{ organisation }}/{{ number }}.pdf",
        "{{ project }}/{{ product }}/{{ number }}_{{ organisation }}.pdf",
    ]) {
        let template = Template::parse(template).unwrap();
        let depth = template.preview().unwrap().components().count();
        for text in hostile.into_iter().chain([long.as_str()]) {
            let mut source = source(text, Some(text), Some(text));
            source.portal = text.into();
            let projects = Projects::new(vec![Project {
                organisation: Some(text.into()),
                number_prefix: None,
                name: text.into(),
            }]);
            let rows = [row("a", None, None, None), row("b", None, None, None)];
            let fixed = plan(&template, &source, &rows, &projects);
            let path = fixed.name(0, &document(Kind::Receipt, Some(text)), free).unwrap();
            assert!(path.components().count() <= depth, "{text:?} became {path}");
            assert!(
                path.components().all(|name| name.len() <= 255 && !name.starts_with(['.', '-'])),
                "{path}"
            );
            assert_eq!(ArchivePath::parse(path.as_str()), Ok(path.clone()));
            assert!(path.as_str().ends_with(".pdf") && !path.as_str().contains("49"), "{path}");
        }
    }
}

/// Found by fuzzing: of a row of which nothing else is known, `-1` became `-1.pdf`.
#[test]
fn a_number_alone_does_not_read_as_an_option() {
    let unknown = Source { vendor: None, ..source("", None, None) };
    let rows = [row("a", None, None, None), row("b", None, None, None)];
    let fixed = plan(&Template::default(), &unknown, &rows, &Projects::default());
    let name = |number| fixed.name(0, &document(Kind::Invoice, number), free).unwrap().to_string();
    assert_eq!(name(Some("-1")), "_-1.pdf");
    assert_eq!(name(Some("N-1")), "N-1.pdf");
}

#[test]
fn a_long_name_keeps_its_number_and_extension() {
    let vendor = source(&"long ".repeat(100), None, None);
    let day = |key| row(key, Some("2026-04-12"), Some(("5", "USD")), Some("AB12CD34-0007"));
    let fixed = plan(&Template::default(), &vendor, &[day("a"), day("b")], &Projects::default());
    let path = fixed.name(0, &document(Kind::Invoice, None), free).unwrap();
    let (_, name) = path.split();
    assert!(name.len() <= 255 && name.ends_with("_AB12CD34-0007.pdf"), "{name}");
}

#[test]
fn templates_are_refused_with_a_reason() {
    for (text, why) in [
        ("{{ vendr }}.pdf", "`vendr` is no part of a name"),
        ("{{ vendor", "cannot be read"),
        ("{{ vendor }}", "must end in `.pdf`"),
        ("/{{ vendor }}.pdf", "not absolute"),
        ("../{{ vendor }}.pdf", "does not climb"),
        (".billfold/{{ vendor }}.pdf", "reserved"),
        ("{{ vendor }}/.pdf", "no name before"),
        ("{{ vendor | nosuch }}.pdf", "nosuch"),
        ("{{ vendor }}:{{ date }}.pdf", "reserved characters"),
    ] {
        let error = Template::parse(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    for (name, _) in PRESETS {
        assert!(Template::parse(name).is_ok(), "{name}");
    }
    assert_eq!(Template::default().source(), Template::parse("default").unwrap().source());
}

#[test]
fn a_second_version_says_so() {
    let vendor = source("Example", None, None);
    let rows = [row("a", Some("2026-04-12"), Some(("6", "USD")), Some("N-1"))];
    let fixed = plan(&Template::default(), &vendor, &rows, &Projects::default());
    let name = |version| {
        let document = Document { version, ..document(Kind::Invoice, None) };
        fixed.name(0, &document, free).unwrap().split().1.to_owned()
    };
    assert_eq!(name(1), "2026-04-12_example_$6.pdf");
    assert_eq!(name(2), "2026-04-12_example_$6_v2.pdf");
}

#[test]
fn what_the_document_says_wins_over_its_row() {
    let page = source("Example", None, None);
    let rows = [row("a", Some("2026-04-11"), Some(("0", "USD")), Some("N-1"))];
    let fixed = plan(&Template::default(), &page, &rows, &nova());
    let name = |says| {
        let document = Document { says, ..document(Kind::Invoice, None) };
        fixed.name(0, &document, free).unwrap().to_string()
    };
    let amount = row("", None, Some(("5", "EUR")), None).amount;
    let date = "2026-01-31".parse().ok();
    for (says, expected) in [
        (Says::default(), "example/2026/2026-04-11_example_$0.pdf"),
        (Says { date, ..Says::default() }, "example/2026/2026-01-31_example_$0.pdf"),
        (Says { amount, ..Says::default() }, "example/2026/2026-04-11_example_€5.pdf"),
        (
            Says { vendor: Some("OpenAI OpCo, LLC"), ..Says::default() },
            "openai/2026/2026-04-11_openai_$0.pdf",
        ),
        (
            Says { customer: Some("NOVA Labs"), ..Says::default() },
            "example/2026/2026-04-11_example_project-nova_$0.pdf",
        ),
    ] {
        assert_eq!(name(says), expected);
    }
    // What the portal sells is not the vendor's name.
    let page = source("Example", Some("example-api"), Some("Another"));
    let fixed = plan(&Template::default(), &page, &rows, &nova());
    let says = Says { vendor: Some("OpenAI, LLC"), customer: Some("Nova Labs"), ..Says::default() };
    let document = Document { says, ..document(Kind::Invoice, None) };
    assert_eq!(
        fixed.name(0, &document, free).unwrap().as_str(),
        "openai/2026/2026-04-11_example-api_project-nova_$0.pdf"
    );
    assert_eq!(fixed.project(0, &document).as_deref(), Some("project-nova"));
    assert_eq!(fixed.product(0, &document).as_deref(), Some("example-api"));
}

#[test]
fn a_receipt_lies_beside_its_invoice() {
    let vendor = source("Example", None, None);
    let rows = [row("a", Some("2026-01-02"), Some(("5", "USD")), Some("N-1"))];
    let invoice = ArchivePath::parse("example/2025/2025-12-30_example_$5_N-1.pdf").unwrap();
    let name = |template: &str, taken: &[&str]| {
        let fixed = plan(&Template::parse(template).unwrap(), &vendor, &rows, &Projects::default());
        let invoice = Some(&invoice);
        let document =
            Document { invoice, receipt_number: Some("2260-2349"), ..document(Kind::Receipt, None) };
        let is_taken = |path: &ArchivePath| taken.contains(&path.split().1);
        fixed.name(0, &document, is_taken).unwrap().to_string()
    };
    let first = "2025-12-30_example_$5_N-1_receipt.pdf";
    assert_eq!(name("default", &[]), format!("example/2025/{first}"));
    assert_eq!(name("default", &[first]), "example/2025/2025-12-30_example_$5_N-1_receipt_2260-2349.pdf");
    assert_eq!(name("{{ kind }}/{{ number }}.pdf", &[]), "receipt/N-1.pdf");
}

#[test]
fn known_documents_are_told_apart_before_the_first_is_named() {
    let nobody = Source { vendor: None, ..source("", None, None) };
    let day = |key, number| row(key, Some("2026-04-12"), Some(("5", "USD")), Some(number));
    let rows = [day("a", "N-1"), day("b", "N-2"), day("c", "N-3"), day("d", "N-1")];
    let of = |vendor| Says { vendor: Some(vendor), ..Says::default() };
    let documents = [
        Document { says: of("OpenAI, LLC"), ..document(Kind::Invoice, None) },
        Document { says: of("OpenAI OpCo, LLC"), ..document(Kind::Invoice, None) },
        Document { says: of("Example"), ..document(Kind::Invoice, None) },
        Document { says: of("OpenAI, LLC"), ..document(Kind::Receipt, None) },
    ];
    let fixed = plan_known(&Template::default(), &nobody, &rows, &documents, &Projects::default());
    let names: Vec<String> = documents
        .iter()
        .enumerate()
        .map(|(at, one)| fixed.name(at, one, free).unwrap().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "openai/2026/2026-04-12_openai_$5_N-1.pdf",
            "openai/2026/2026-04-12_openai_$5_N-2.pdf",
            "example/2026/2026-04-12_example_$5.pdf",
            "openai/2026/2026-04-12_openai_$5_receipt.pdf",
        ]
    );
}
