//! The scrubbed copy scans as its page does, and says nothing of what the page says.

use super::pages;
use billfold_core::portals::scrub;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What must be the same in page and copy: everything but the values.
fn shape(html: &str, address: &str, reader: &str) -> String {
    let (source, listing) = pages::read(html, address, reader);
    let mut out = format!(
        "{:?} {:?} {:?} {:?}\n",
        source.vendor.is_some(),
        source.organisation.is_some(),
        listing.found,
        listing.absence
    );
    for found in &listing.rows {
        let row = &found.row;
        let present = [
            row.document,
            row.number.is_some(),
            row.amount.is_some(),
            row.date.is_some(),
            row.description.is_some(),
        ];
        out += &format!(
            "{present:?} {:?} {:?}\n",
            row.status.is_some(),
            row.amount.map(|amount| amount.currency)
        );
    }
    for problem in &listing.problems {
        out += format!("{problem:?}").split("text").next().unwrap();
    }
    out
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_owned)
        .collect()
}

/// Texts and attributes with what a reader could learn from them: not the structure.
fn private_words(html: &str) -> BTreeSet<String> {
    let page = free_text(html);
    let kept = [
        // Words over columns, of badges, of dates, of addresses.
        "Invoice",
        "invoice",
        "invoices",
        "Status",
        "Amount",
        "Created",
        "Date",
        "Description",
        "Paid",
        "Void",
        "Open",
        "Failed",
        "paid",
        "https",
        "stripe",
        "com",
        "pay",
        "billing",
        "openai",
        "settings",
        "profile",
        "organization",
        "overview",
        "pdf",
        "receipts",
        "session",
        "live",
        "acct",
        "email",
        "history",
        "account",
        // The vendor block's own.
        "quot",
        "portal",
        "branding",
        "business",
        "name",
    ];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"];
    let others = [
        "1er",
        "Billing",
        "Credits",
        "Payée",
        "Échec",
        "date",
        "facture",
        "avr",
        "janvier",
        "juin",
        "mai",
        "mars",
        "Mai",
        "April",
        "März",
        "Juni",
        "TVA",
        "TAX",
        "Rechnung",
        "Rechnungen",
        "Ausstellungsdatum",
        "Fällig",
        "Zeitraum",
        "Netto",
        "MwSt",
        "Gesamt",
        "Bezahlt",
        "Überfällig",
        "Erstattet",
        "ステータス",
        "請求書",
        "発行日",
        "支払い",
        "未払い",
        "下書き",
        "erstellt",
    ];
    let mut words = words(&page);
    words.retain(|word| !others.contains(&word.as_str()) && !word.contains(['年', '月']));
    words.retain(|word| !kept.contains(&word.as_str()) && !months.contains(&word.as_str()));
    words
}

/// Everything between tags, and the values of attributes but class, role, test id and the like.
fn free_text(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        out += text;
        out.push(' ');
        for attribute in
            ["href=\"", "title=\"", "aria-label=\"", "alt=\"", "value=\"", "placeholder=\"", "data-id=\""]
        {
            for value in tag.split(attribute).skip(1) {
                out += value.split('"').next().unwrap();
                out.push(' ');
            }
        }
    }
    out
}

#[test]
fn nothing_private_survives() {
    for (page, _) in pages::billing() {
        let copy = scrub(&page.html, [7; 16]);
        let left = words(&free_text(&copy));
        let survivors: Vec<String> =
            private_words(&page.html).into_iter().filter(|word| left.contains(word)).collect();
        assert!(survivors.is_empty(), "{}: {survivors:?}\n{copy}", page.file);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_copy_scans_as_its_page(salt in any::<[u8; 16]>()) {
        for (page, address) in pages::billing() {
            let copy = scrub(&page.html, salt);
            prop_assert_eq!(
                shape(&copy, &address, &page.reader),
                shape(&page.html, &address, &page.reader),
                "{}\n{}", page.file, copy
            );
        }
    }

    #[test]
    fn any_text_is_scrubbed_without_a_panic(html in "[ -~é<>&/=\"'年日円１]{0,200}", salt in any::<[u8; 16]>()) {
        let copy = scrub(&html, salt);
        prop_assert!(copy.len() < 20 * html.len() + 200);
    }
}

/// All the places where a page may hide something. Whatever is in `SECRETS` is private.
const NASTY: &str = r##"<!-- Jane Doe <jane.doe@acme-corp.com> --><!doctype html>
<html lang="de"><head><base href="https://acme-corp.com/"><meta name="user" content="Jane Doe">
<style>.a{background:url(https://acme-corp.com/Doe)}</style><script>window.token="sess-SECRETSECRET1234"</script>
<script type="application/json" id="preloaded_json">{"session_api_key":"ek_live_SECRET","portal_branding":{"business_name":"Acme \"Corp\" GmbH & Co"}}</script>
</head><body data-user="Jane Doe" onclick="alert('Jane')" class="⚙ org-9f8e7d6c5b4a rs0"><billfold-toolbar>Jane</billfold-toolbar>
<template><b>Jane</b></template><noscript>Jane</noscript>
<button id="select-trigger-radix-:r1:" aria-haspopup="dialog">Acme Straßenbau GmbH</button>
<svg aria-hidden="true" viewBox="0 0 8412 8412"><title>Jane</title></svg><svg class="Jane"/>
<img src="https://acme-corp.com/jane.png" alt="Portrait of Jane"><input value="Jane" placeholder='jane.doe@acme-corp.com'>
<textarea>Jane</textarea><a href="mailto:jane.doe@acme-corp.com">mail</a><a href=/org/acme-corp/7741?user=Jane#Doe>org</a>
<a href="https://acme-corp.com/settings/profile?x=Jane">x</a><a href="javascript:Jane()">y</a>
<p title="Jane Doe" data-testid="row-in_1QabcdEFGHijkl99">Kunde 774193 · acct_1QsecretAccount99 · 株式会社秘密 · ヒミツ株式会社 · Ｊａｎｅ</p>
<p>Rechnung CUST4711-0815 vom 17.05.2026, 1.234,56&nbsp;€, ID INV-2026/0815, IBAN DE44 5001 0517 5407 3249 31</p>
<p aria-label="Jane&#32;&#x44;oe &unknown; 5 < 7">unclosed <b title="Jane
"##;

const SECRETS: &[&str] = &[
    "Jane",
    "jane",
    "Doe",
    "acme",
    "Acme",
    "Straßenbau",
    "SECRET",
    "sess-",
    "ek_live",
    "8412",
    "7741",
    "774193",
    "1Qabcd",
    "secretAccount",
    "9f8e7d6c5b4a",
    "秘密",
    "ヒミツ",
    "株式",
    "Ｊａｎｅ",
    "CUST4711",
    "0815",
    "1.234,56",
    "17.05.2026",
    "5001",
    "5407",
    "INV-",
    "billfold",
    "onclick",
    "viewBox",
    "Kunde",
];

#[test]
fn nothing_hides() {
    for salt in 0..20 {
        let copy = scrub(NASTY, [salt; 16]);
        for secret in SECRETS {
            assert!(!copy.contains(secret), "{secret} is in\n{copy}");
        }
    }
}

/// Found by fuzzing: where a quote or an escape is missing, words of a text stand where names do.
#[test]
fn names_of_elements_and_attributes_hide_nothing() {
    for (html, secret) in [
        (r#"<p title="of "Larkspur" Analytics">x</p>"#, "larkspur"),
        ("<div <!-- for Larkspur 774193 -->", "larkspur"),
        ("<div <!-- for Larkspur 774193 -->", "774193"),
        ("Ada Larkspur <ada.larkspur@example.com>", "ada"),
        ("<larkspur-analytics>x</larkspur-analytics>", "larkspur"),
        ("<b data-larkspur7741=x>", "7741"),
    ] {
        let copy = scrub(html, [5; 16]).to_lowercase();
        assert!(!copy.contains(secret), "{html} became {copy}");
    }
}

/// Found by fuzzing: each of these took time or memory as the square of its length.
#[test]
fn long_texts_are_copied_soon() {
    for piece in ["a1-", "a-", "&", "ア", "1,", "abc ", "&#x;", "1 "] {
        let html = piece.repeat(150_000 / piece.len());
        let copy = scrub(&html, [6; 16]);
        assert!(copy.len() >= html.len() && copy.len() < 6 * html.len(), "{piece}");
    }
}

#[test]
fn structure_words_and_shapes_stay() {
    let copy = scrub(NASTY, [1; 16]);
    for kept in [
        "<!doctype html>",
        "<html lang=\"de\">",
        "id=\"select-trigger-radix-:r1:\" aria-haspopup=\"dialog\"",
        "Rechnung",
        "class=\"⚙ org-",
        " rs0\"",
        "<svg aria-hidden=\"true\"></svg>",
        "\u{a0}€",
        "data-testid=\"row-in_",
        "&lt;",
        "business_name",
        "<textarea></textarea>",
        "href=\"#\"",
    ] {
        assert!(copy.contains(kept), "{kept} is not in\n{copy}");
    }
}

#[test]
fn the_same_word_gets_the_same_word_and_another_salt_another() {
    let html = "<p>Acme paid Acme</p><p title=Acme>";
    let copy = scrub(html, [3; 16]);
    let acme = &copy[3..7];
    assert_eq!(copy, format!("<p>{acme} paid {acme}</p><p title=\"{acme}\">"));
    assert_ne!(copy, scrub(html, [4; 16]));
    assert_eq!(copy, scrub(html, [3; 16]));
}

#[test]
fn dates_amounts_and_times_keep_their_shape() {
    use billfold_core::{dates, locale::Locale, money::Money};
    for (text, tag) in [
        ("25 May 2026, 18:36", "en-GB"),
        ("May 25, 2026, 6:36\u{202f}PM", "en-US"),
        ("1. Feb. 2026", "de"),
        ("25.05.26", "de"),
        ("29 févr. 2024 à 18 h 05", "fr"),
        ("1er mai 2026", "fr"),
        ("2026年5月31日 18時45分", "ja"),
        ("２０２６年５月３１日", "ja"),
        ("2026-05-01T18:05:09Z", "en"),
        ("03/04/2026", "en-GB"),
        ("31/01/2026", "en-GB"),
    ] {
        for salt in 0..40 {
            let copy = scrub(text, [salt; 16]);
            assert!(dates::parse(&copy, &Locale::parse(tag)).is_ok(), "{text}: {copy}");
            assert_ne!(copy, text);
        }
    }
    for (text, tag) in [
        ("$1,234.56", "en-US"),
        ("US$20", "en-GB"),
        ("15,00 $US", "fr"),
        ("€12,99", "de"),
        ("12,99\u{a0}€", "de"),
        ("1\u{202f}234,56 €", "fr"),
        ("1.234,56 €", "de"),
        ("¥2,000", "ja"),
        ("2026円", "ja"),
        ("２，０００円", "ja"),
        ("-$5.00", "en"),
        ("($5.00)", "en"),
        ("EUR 20.00", "en"),
        ("20.00USD", "en"),
        ("20 kr", "sv"),
        ("$0.50", "en"),
        ("$2026", "en"),
    ] {
        for salt in 0..40 {
            let copy = scrub(text, [salt; 16]);
            let locale = Locale::parse(tag);
            let (old, new) = (Money::parse(text, &locale).unwrap(), Money::parse(&copy, &locale));
            let new = new.unwrap_or_else(|error| panic!("{text}: {copy}: {error}"));
            assert_eq!(
                (old.currency, old.amount.is_sign_negative()),
                (new.currency, new.amount.is_sign_negative())
            );
            assert_ne!(copy, text);
            assert_eq!(copy.chars().count(), text.chars().count());
        }
    }
}
