//! What is there already: from folders, ZIPs and mail into the archive, once, with the originals untouched.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Desk, Paper, billfold, paper, pdf, row, run_id};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

fn numbered(number: &'static str, date: &'static str) -> Paper {
    Paper { number, date, ..paper() }
}

fn receipt() -> Paper {
    let receipt_number = Some("2260-2349");
    Paper { title: "Receipt", date: "January 9, 2026", receipt_number, ..paper() }
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn mail(text: &str, attached: &[(&str, Vec<u8>)]) -> String {
    let mut mail = format!(
        "From: billing@example.com\nSubject: Your invoice\nDate: Sun, 12 Apr 2026 10:00:00 +0200\n\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n\
         --B\nContent-Type: text/plain\n\n{text}\n"
    );
    for (name, bytes) in attached {
        mail += &format!(
            "--B\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\
             Content-Disposition: attachment; filename=\"{name}\"\n\n{}\n",
            STANDARD.encode(bytes)
        );
    }
    mail + "--B--\n"
}

/// Everything below a folder, with its bytes and times.
fn everything(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.path() {
            path if path.is_dir() => found.extend(everything(&path)),
            path => found.push((
                path.clone(),
                fs::read(&path).unwrap(),
                fs::metadata(&path).unwrap().modified().unwrap(),
            )),
        }
    }
    found.sort();
    found
}

/// A folder as people have them.
fn downloads(desk: &Desk) -> std::path::PathBuf {
    let folder = desk.path("Downloads");
    write(&folder, "0-receipt.pdf", receipt().pdf());
    write(&folder, "Invoice-AB12CD34-0000.pdf", paper().pdf());
    write(&folder, "2025/Invoice-AB12CD34-0000 (1).pdf", paper().pdf());
    write(&folder, "2025/twin.pdf", numbered("AB12CD34-0001", "January 1, 2026").pdf());
    write(&folder, "scan.pdf", pdf(1));
    write(&folder, "torn.pdf", &paper().pdf()[..900]);
    write(
        &folder,
        "odd.pdf",
        Paper { total: Some("1.00"), ..numbered("AB12CD34-0003", "May 1, 2026") }.pdf(),
    );
    write(&folder, "notes.txt", "milk");
    write(
        &folder,
        "all.zip",
        zipped(&[
            ("x/Invoice.pdf", numbered("AB12CD34-0004", "June 1, 2026").pdf()),
            ("x/readme.txt", b"hello".to_vec()),
            (
                "mail.eml",
                mail("", &[("a.pdf", numbered("AB12CD34-0005", "June 2, 2026").pdf())]).into_bytes(),
            ),
        ]),
    );
    folder
}

const NAMES: [&str; 5] = [
    "openai/2026/2026-01-01_openai_project-nova_$500_AB12CD34-0000.pdf",
    "openai/2026/2026-01-01_openai_project-nova_$500_AB12CD34-0000_receipt.pdf",
    "openai/2026/2026-01-01_openai_project-nova_$500_AB12CD34-0001.pdf",
    "openai/2026/2026-06-01_openai_project-nova_$500.pdf",
    "openai/2026/2026-06-02_openai_project-nova_$500.pdf",
];

const SUM: &str = "9 files = 5 filed + 1 already had + 1 not an invoice + 1 quarantined + 1 unreadable";

#[test]
fn a_folder_is_imported_once_and_stays_as_it_is() {
    let desk = Desk::new();
    let folder = downloads(&desk);
    let before = everything(&folder);
    let dry = billfold(&desk, &["import", "--dry-run", "Downloads"]);
    let dry =
        dry.expect(1, "9 files = 5 to be filed + 1 already had + 1 not an invoice + 1 to be quarantined");
    NAMES.iter().for_each(|name| assert!(dry.out.contains(&format!("-> {name}\n")), "{name}\n{}", dry.scene));
    assert!(desk.documents().is_empty(), "{}", dry.scene);
    assert!(!desk.archive().join(".billfold/runs/runs.jsonl").exists(), "{}", dry.scene);

    let done =
        billfold(&desk, &["import", "Downloads"]).expect(1, SUM).expect(1, "1 other files were left alone");
    for said in [
        "Downloads/scan.pdf\n  stays where it is: it has no text",
        "Downloads/torn.pdf\n  stays where it is: The end of this PDF is missing.",
        "Downloads/odd.pdf\n  The document's own figures do not agree",
    ] {
        assert!(done.out.contains(said), "{said}\n{}", done.scene);
    }
    assert!(done.err.is_empty(), "nobody watches, so nothing moves: {}", done.scene);
    assert_eq!(desk.documents(), NAMES, "{}", desk.scene());
    assert_eq!(everything(&folder), before, "the originals are untouched");
    let list = billfold(&desk, &["list", "--json"]).json();
    assert_eq!((&list[0]["portal"], &list[0]["run"].as_str().unwrap().len()), (&"import".into(), &32));
    assert_eq!(list[0]["file_name"], "Invoice-AB12CD34-0000 (1).pdf");

    // Again, and everything is there.
    let again = billfold(&desk, &["import", "--json", "Downloads", "Downloads/scan.pdf"]).json();
    assert_eq!(
        (&again["filed"], &again["already_had"], &again["quarantined"]),
        (&0.into(), &6.into(), &1.into())
    );
    assert_eq!(again["files"][0]["outcome"], "already-had", "{again:#}");
    assert_eq!(again["files"][0]["path"], NAMES[1], "{again:#}");
    assert_eq!(again["files"][1]["path"], NAMES[0], "{again:#}");
    assert_eq!(desk.documents().len(), 5);
    billfold(&desk, &["runs"]).expect(
        0,
        "import  9 listed = 5 filed + 1 already had + 1 without document + 1 quarantined + 1 failed",
    );
    billfold(&desk, &["runs"]).expect(0, "Downloads/odd.pdf: The document's own figures");
    billfold(&desk, &["verify", "--runs"]).expect(0, "");
    billfold(&desk, &["verify"]).expect(0, "5 documents, all as filed");
}

#[test]
fn a_changed_invoice_is_a_second_version_and_a_dry_run_knows() {
    let desk = Desk::new();
    fs::write(desk.path("a.pdf"), paper().pdf()).unwrap();
    fs::write(desk.path("b.pdf"), Paper { amount: "600.00", ..paper() }.pdf()).unwrap();
    fs::write(desk.path("c.pdf"), [paper().pdf(), b"\n".to_vec()].concat()).unwrap();
    let files = ["a.pdf", "b.pdf", "c.pdf"];
    let second = "openai/2026/2026-01-01_openai_project-nova_$600_v2.pdf";
    billfold(&desk, &[&["import", "--dry-run"], &files[..]].concat())
        .expect(0, "3 files = 2 to be filed + 1 already had")
        .expect(0, second);
    billfold(&desk, &[&["import"], &files[..]].concat()).expect(0, "3 files = 2 filed + 1 already had");
    assert_eq!(desk.documents().last().unwrap(), second, "{}", desk.scene());
    billfold(&desk, &[&["import"], &files[..]].concat()).expect(0, "3 files = 3 already had");
    assert_eq!(desk.documents().len(), 2);
}

#[test]
fn mail_brings_attachments_and_names_links() {
    let desk = Desk::new();
    let link = |token: &str| format!("https://invoice.stripe.com/i/acct_1ABCDEFGH/live_{token}?s=em");
    let text = format!(
        "Pay: {}\nhttps://58.email.stripe.com/CL0/https:%2F%2Fpay.stripe.com%2Freceipts%2Fpayment%2FCAcaFwoV%2Fpdf/1/0/x\n\
         and again {}",
        link("abcdefghijkl"),
        link("abcdefghijkl")
    );
    let first =
        mail(&text, &[("Invoice-AB12CD34-0000.pdf", paper().pdf()), ("logo.png", b"\x89PNG".to_vec())]);
    let second = mail("nothing", &[("b.pdf", numbered("AB12CD34-0001", "May 1, 2026").pdf())]);
    let separator = "From a@example.com Mon Jan  5 10:00:00 2026\n";
    fs::write(desk.path("all.mbox"), format!("{separator}{first}\n{separator}{second}")).unwrap();
    fs::write(desk.path("one.eml"), &first).unwrap();
    let done =
        billfold(&desk, &["import", "all.mbox", "one.eml"]).expect(0, "3 files = 2 filed + 1 already had");
    for said in [
        "to be fetched by a click: 2 links\n",
        &link("abcdefghijkl"),
        "https://pay.stripe.com/receipts/payment/CAcaFwoV?s=em (all.mbox: message at 44: 2026-04-12, Your invoice)",
        "2 other files were left alone",
    ] {
        assert!(done.out.contains(said), "{said}\n{}", done.scene);
    }
    // A link is a credential: it is on the screen, and in no file of ours.
    for (path, bytes, _) in everything(&desk.archive()).into_iter().chain(everything(&desk.path("state"))) {
        assert!(!bytes.windows(16).any(|part| part == b"live_abcdefghijk"), "{}", path.display());
    }
}

#[test]
fn what_a_page_lists_later_is_known_by_its_link() {
    let desk = Desk::new();
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let token = STANDARD_NO_PAD.encode(format!("acct_1ABCDEFGH,_secret{:026},123456789", 0));
    let link =
        format!("\n% /URI (https://invoice.stripe.com/i/acct_1ABCDEFGH/live_{token}0200abcdefgh?s=pd)\n");
    let bytes = [paper().pdf(), link.into_bytes()].concat();
    fs::write(desk.path("a.pdf"), &bytes).unwrap();
    billfold(&desk, &["import", "a.pdf"]).expect(0, "1 file = 1 filed");
    let (fetch, _) = desk.connect().hello().begin(&run_id(1), &[row(0)]);
    assert!(fetch.is_empty(), "{}", desk.scene());
    // And the other way round.
    let desk = Desk::new();
    desk.connect().hello().whole_run(&run_id(1), &[row(0)], std::slice::from_ref(&bytes));
    fs::write(desk.path("a.pdf"), &bytes).unwrap();
    billfold(&desk, &["import", "a.pdf"]).expect(0, "1 file = 1 already had");
}

#[test]
fn a_vendor_that_a_person_names_wins() {
    let desk = Desk::new();
    fs::write(desk.path("a.pdf"), paper().pdf()).unwrap();
    billfold(&desk, &["import", "--vendor", "Example AI", "a.pdf"]).expect(0, "1 file = 1 filed");
    assert_eq!(desk.documents(), ["example-ai/2026/2026-01-01_example-ai_project-nova_$500.pdf"]);
    let list = billfold(&desk, &["list", "--json"]).json();
    assert_eq!((&list[0]["vendor"], &list[0]["entity"]), (&"Example AI".into(), &"OpenAI OpCo, LLC".into()));
}

#[test]
fn what_cannot_be_imported_is_said_and_nothing_leaves_its_bounds() {
    let desk = Desk::new();
    billfold(&desk, &["import"]).fails(2, "PATH");
    billfold(&desk, &["import", "nowhere"]).fails(1, "nowhere: ");
    let archive = desk.archive();
    billfold(&desk, &["import", archive.to_str().unwrap()]).fails(1, "lies in the archive");
    fs::write(desk.path("letter.txt"), "Dear all").unwrap();
    billfold(&desk, &["import", "letter.txt"])
        .expect(1, "not a PDF, a ZIP, mail or a receipt page")
        .expect(1, "1 file = 1 unreadable");
    // The archive lies in the folder that is imported, and links lead out of it.
    fs::write(desk.path("a.pdf"), paper().pdf()).unwrap();
    #[cfg(unix)]
    {
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "b.pdf", numbered("AB12CD34-0001", "May 1, 2026").pdf());
        std::os::unix::fs::symlink(outside.path(), desk.path("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("b.pdf"), desk.path("b.pdf")).unwrap();
        std::os::unix::fs::symlink(desk.folder.path(), desk.path("around")).unwrap();
        let folder = desk.folder.path().to_str().unwrap().to_owned();
        billfold(&desk, &["import", &folder]).expect(0, "1 file = 1 filed");
        billfold(&desk, &["import", &folder]).expect(0, "1 file = 1 already had");
    }
    let bomb = zipped(&[("a.pdf", vec![0; 40 << 20])]);
    fs::write(desk.path("bomb.zip"), bomb).unwrap();
    billfold(&desk, &["import", "bomb.zip"]).expect(1, "unpacks to far more than documents do");
    fs::write(desk.path("torn.zip"), &zipped(&[("a.pdf", paper().pdf())])[..100]).unwrap();
    billfold(&desk, &["import", "torn.zip"]).expect(1, "This ZIP is damaged");
}

/// Killed at any moment, and given again: every document once.
#[cfg(unix)]
#[test]
fn a_killed_import_that_is_given_again_leaves_every_document_once() {
    let papers: Vec<(String, Vec<u8>)> = (0..40)
        .map(|n| {
            let number: &'static str = Box::leak(format!("AB12CD34-{n:04}").into_boxed_str());
            (format!("{n}.pdf"), numbered(number, "May 1, 2026").pdf())
        })
        .collect();
    let mut killed = 0;
    for wanted in [1, 9, 39] {
        let desk = Desk::new();
        papers.iter().for_each(|(name, bytes)| write(&desk.path("in"), name, bytes));
        let mut child = desk.command(&["import", "in"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        // The moment is an event in the archive, not a time.
        while child.try_wait().unwrap().is_none() {
            if desk.documents().len() >= wanted {
                child.kill().unwrap();
                killed += 1;
                break;
            }
            std::thread::yield_now();
        }
        child.wait().unwrap();
        billfold(&desk, &["import", "in"]).expect(0, "40 files = ");
        let documents = desk.documents();
        assert_eq!(documents.len(), 40, "{}", desk.scene());
        let mut contents: Vec<Vec<u8>> = documents.iter().map(|path| desk.read(path)).collect();
        contents.sort();
        let mut expected: Vec<Vec<u8>> = papers.iter().map(|(_, bytes)| bytes.clone()).collect();
        expected.sort();
        assert!(contents == expected, "{}", desk.scene());
        billfold(&desk, &["verify"]).expect(0, "40 documents, all as filed");
        assert_eq!(fs::read_dir(desk.archive().join(".billfold/staging")).unwrap().count(), 0);
    }
    assert!(killed > 0, "the test has lost its point");
}
