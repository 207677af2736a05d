//! `billfold read`, as a person and a script use it.

use crate::pdf::{Pdf, invoice, text};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Exit code, output, and what was said besides.
fn read(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_billfold"));
    let output = command.arg("read").args(arguments).env_clear().current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("whole.pdf"), invoice().bytes()).unwrap();
    std::fs::write(folder.path().join("half.pdf"), &invoice().bytes()[..900]).unwrap();
    std::fs::write(folder.path().join("scan.pdf"), Pdf::page("").bytes()).unwrap();
    folder
}

fn keys(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                found.push(key.clone());
                keys(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn prints_what_a_document_says() {
    let desk = desk();
    let (code, out, err) = read(desk.path(), &["whole.pdf"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for line in [
        "Number               AB12CD34-0007",
        "Total                1234.56 USD",
        "Issued               2026-04-25",
    ] {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
    assert!(out.contains("API usage credit"), "{out}");
}

#[test]
fn one_object_for_one_file_and_a_list_for_several() {
    let desk = desk();
    let (code, out, _) = read(desk.path(), &["--json", "whole.pdf"]);
    let one: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &one["file"], &one["number"]), (0, &"whole.pdf".into(), &"AB12CD34-0007".into()));
    assert_eq!(one["unreadable"], Value::Null);
    let (code, out, _) = read(desk.path(), &["--json", "whole.pdf", "half.pdf", "scan.pdf"]);
    let several: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 1);
    assert_eq!(several[1]["unreadable"], "truncated");
    assert_eq!((&several[1]["reading"], &several[1]["total"]), (&Value::Null, &Value::Null));
    assert_eq!((&several[2]["reading"], &several[2]["unreadable"]), (&"no-text".into(), &Value::Null));
    let own = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(own(&several[0]), own(&several[1]), "all keys are always there");

    // The README's list is the promise.
    let readme = include_str!("../../README.md");
    let promised = readme.split("## What a document says").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut found = Vec::new();
    keys(&several, &mut found);
    for key in found {
        assert!(promised.contains(&format!("`{key}`")), "`{key}` is not in the README");
    }
}

#[test]
fn says_why_there_is_nothing() {
    let desk = desk();
    let (code, out, err) = read(desk.path(), &["half.pdf"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("half.pdf: The end of this PDF is missing."), "{err}");
    let (code, _, err) = read(desk.path(), &["gone.pdf", "whole.pdf"]);
    assert!(code == 1 && err.contains("gone.pdf cannot be opened"), "{err}");
    assert_eq!(read(desk.path(), &[]).0, 2);
    assert_eq!(read(desk.path(), &["--explain", "--output", "x.svg", "whole.pdf", "half.pdf"]).0, 2);
    assert!(!desk.path().join("x.svg").exists());
}

#[test]
fn a_recognised_scan_is_no_whole_reading() {
    let desk = desk();
    let content = format!("3 Tr {}", text(30.0, 700.0, "Invoice number AB12CD34-0007"));
    std::fs::write(desk.path().join("ocr.pdf"), Pdf::page(&content).bytes()).unwrap();
    let (code, out, _) = read(desk.path(), &["--json", "ocr.pdf"]);
    let read: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &read["problems"][0]["code"]), (1, &"recognised-text".into()), "{out}");
    assert_eq!(read["reading"], "in-part");
}

#[test]
fn the_key_of_a_link_stays_secret() {
    let desk = desk();
    let address = "https://invoice.stripe.com/i/acct_1Abc/live_YWNjdF8xQWJjLF9TRUNSRVRzZWNyZXQxMjM0NTYsMTc3NzEwNDAwMA02001234abcd?s=pd";
    let mut pdf = Pdf::page_with("", "/MediaBox [0 0 595 842] /Annots [7 0 R]", "");
    pdf.add(&format!("<</Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI ({address})>>>>"));
    std::fs::write(desk.path().join("linked.pdf"), pdf.bytes()).unwrap();
    let (_, out, _) = read(desk.path(), &["--json", "linked.pdf"]);
    let read: Value = serde_json::from_str(&out).unwrap();
    let link = read["link"].as_str().unwrap();
    assert!(link.len() == 64 && link.bytes().all(|byte| byte.is_ascii_hexdigit()), "{link}");
    assert!(!out.contains("acct_1Abc"), "{out}");
}

#[test]
fn draws_what_it_read_and_replaces_nothing() {
    let desk = desk();
    let (code, _, err) = read(desk.path(), &["--explain", "whole.pdf"]);
    assert_eq!(code, 0, "{err}");
    let drawing = std::fs::read_to_string(desk.path().join("whole.explained.svg")).unwrap();
    assert!(drawing.starts_with("<svg ") && drawing.contains("number: AB12CD34-0007</title>"));
    let (code, _, err) = read(desk.path(), &["--explain", "whole.pdf"]);
    assert!(code == 1 && err.contains("whole.explained.svg cannot be written"), "{err}");
    assert_eq!(std::fs::read_to_string(desk.path().join("whole.explained.svg")).unwrap(), drawing);
    let (code, ..) = read(desk.path(), &["--explain", "--output", "mine.svg", "whole.pdf"]);
    assert!(code == 0 && desk.path().join("mine.svg").exists());
}
