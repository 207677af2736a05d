//! The built program, as people and scripts call it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{Desk, billfold, pdf, rows, run_id};
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn usage_is_two_and_help_is_zero() {
    let desk = Desk::new();
    billfold(&desk, &["--help"]).expect(0, "Exit codes");
    billfold(&desk, &["--version"]).expect(0, "billfold ");
    billfold(&desk, &[]).fails(2, "Usage");
    billfold(&desk, &["lst"]).fails(2, "unrecognized");
    billfold(&desk, &["install", "--browser", "netscape"]).fails(2, "chromium");
}

#[test]
fn a_list_for_people_and_for_scripts() {
    let desk = Desk::filed();
    let list = billfold(&desk, &["list"]).expect(0, "3 documents");
    assert!(list.out.lines().next().unwrap().starts_with("DATE        VENDOR"), "{}", list.scene);
    let list = billfold(&desk, &["list", "--json"]).expect(0, "").json();
    let first = &list[0];
    for (key, value) in [
        ("number", "AB12CD34-0000"),
        ("kind", "invoice"),
        ("vendor", "OpenAI"),
        ("date", "2026-01-01"),
        ("amount", "500"),
        ("currency", "USD"),
        ("path", "openai/2026/2026-01-01_openai-api_project-nova_$500.pdf"),
        ("status", "Paid"),
    ] {
        assert_eq!(first[key], value, "{first:#}");
    }
    assert_eq!(first["sha256"].as_str().unwrap().len(), 64);
    assert!(first.get("identities").is_none());
    // The README's table is the promise.
    let promised: Vec<&str> = include_str!("../README.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .flat_map(|line| line.split('|').next().unwrap().split('`').step_by(2))
        .collect();
    for key in first.as_object().unwrap().keys() {
        assert!(promised.contains(&key.as_str()), "`{key}` is not in the README");
    }
    assert_eq!(promised.len(), first.as_object().unwrap().len() + 3, "{promised:?}");
    let one = billfold(&desk, &["list", "--json", "ab12cd34-0002"]).json();
    assert_eq!(one.as_array().unwrap().len(), 1);
    billfold(&Desk::new(), &["list", "--json"]).expect(0, "[]");
}

#[test]
fn one_document_by_any_of_its_names() {
    let desk = Desk::filed();
    let hash = billfold(&desk, &["list", "--json"]).json()[1]["sha256"].as_str().unwrap().to_owned();
    for name in [
        "AB12CD34-0001",
        "openai/2026/2026-01-02_openai-api_project-nova_$501.pdf",
        "2026-01-02_openai-api_project-nova_$501.pdf",
        &hash[..10],
    ] {
        assert_eq!(billfold(&desk, &["show", "--json", name]).json()["number"], "AB12CD34-0001", "{name}");
    }
    billfold(&desk, &["show", "AB12CD34-0001"]).expect(0, "amount         501\n");
    billfold(&desk, &["show", "nothing"]).fails(1, "no document is called `nothing`");
}

#[cfg(unix)]
#[test]
fn open_hands_the_file_to_the_desktop() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::filed();
    let opener = desk.path("bin/xdg-open");
    fs::create_dir(desk.path("bin")).unwrap();
    fs::write(&opener, format!("#!/bin/sh\nprintf %s \"$1\" > '{}'\n", desk.path("opened").display()))
        .unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let done = desk.command(&["open", "AB12CD34-0002"]).env("PATH", desk.path("bin")).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let opened = fs::read_to_string(desk.path("opened")).unwrap();
    assert!(opened.ends_with("2026-01-03_openai-api_project-nova_$502.pdf"), "{opened}");
}

#[test]
fn verify_finds_what_was_lost_changed_or_added() {
    let desk = Desk::filed();
    billfold(&desk, &["verify"]).expect(0, "3 documents, all as filed");
    let path = |name: &str| desk.archive().join("openai/2026").join(name);
    fs::remove_file(path("2026-01-01_openai-api_project-nova_$500.pdf")).unwrap();
    let mut bytes = pdf(1);
    bytes[100] ^= 1;
    fs::write(path("2026-01-02_openai-api_project-nova_$501.pdf"), bytes).unwrap();
    fs::write(path("mine.pdf"), "%PDF-").unwrap();
    let report = billfold(&desk, &["verify", "--json"]);
    assert_eq!(report.code, 1, "{}", report.scene);
    let report = report.json();
    let what: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["missing", "changed"], "{report:#}");
    assert_eq!(report["unknown_files"][0], "openai/2026/mine.pdf");
    assert_eq!(fs::read(path("mine.pdf")).unwrap(), b"%PDF-", "nothing is ever repaired by deleting");
}

#[test]
fn verify_finds_edits_in_records_and_logs() {
    let desk = Desk::filed();
    let runs = desk.archive().join(".billfold/runs/runs.jsonl");
    let text = fs::read_to_string(&runs).unwrap();
    fs::write(&runs, text.replace("\"filed\":3", "\"filed\":2")).unwrap();
    billfold(&desk, &["verify"]).expect(1, "(run 01010101010101010101010101010101) was altered");
    fs::write(&runs, &text).unwrap();
    let record =
        fs::read_dir(desk.archive().join(".billfold/records")).unwrap().next().unwrap().unwrap().path();
    fs::write(&record, fs::read_to_string(&record).unwrap().replace("USD", "EUR")).unwrap();
    billfold(&desk, &["verify"]).expect(1, "its record is missing or was changed");
    billfold(&desk, &["reindex"]).expect(0, "3 documents");
    billfold(&desk, &["verify"]).expect(0, "all as filed");
}

#[test]
fn an_archive_without_its_journal_is_taken_in_again() {
    let desk = Desk::filed();
    fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
    billfold(&desk, &["list"]).expect(0, "0 documents");
    billfold(&desk, &["verify"]).expect(1, "3 documents have a record but are unknown to the journal");
    billfold(&desk, &["reindex"]).expect(0, "3 of them were unknown");
    billfold(&desk, &["list"]).expect(0, "3 documents");
    let (fetch, _) = desk.connect().hello().begin(&run_id(2), &rows(3));
    assert!(fetch.is_empty(), "decisions included");
    billfold(&desk, &["verify"]).expect(0, "all as filed");
}

#[test]
fn runs_are_listed_with_their_sums() {
    let desk = Desk::filed();
    billfold(&desk, &["runs"]).expect(0, "OpenAI  3 listed = 3 filed");
    let runs = billfold(&desk, &["runs", "--last", "--json"]).json();
    assert_eq!(runs[0]["sum"]["filed"], 3);
    assert_eq!(runs[0]["filed"][2]["name"], "AB12CD34-0002");
}

#[test]
fn the_archive_is_chosen_on_the_command_line() {
    let desk = Desk::new();
    let plain = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        let output = command.env_remove("BILLFOLD_ARCHIVE").output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, text) = plain(&["list"]);
    assert!(code == 1 && text.contains("billfold config archive DIR"), "{text}");
    let (code, text) = plain(&["config", "archive", "My Invoices"]);
    assert!(code == 0 && desk.path("My Invoices").is_dir(), "{text}");
    let config = fs::read_to_string(desk.path("config.toml")).unwrap();
    assert!(config.contains("[[project]]") && config.contains("My Invoices"), "{config}");
    let (code, text) = plain(&["config", "show"]);
    assert!(
        code == 0 && text.contains("My Invoices") && text.contains("project-nova for organisation Nova Labs"),
        "{text}"
    );
    let (_, text) = plain(&["--archive", "/elsewhere", "config", "show", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["archive"], "/elsewhere");
    desk.config("archiv = 'x'\n");
    let (code, text) = plain(&["config", "archive", "My Invoices"]);
    assert!(code == 1 && text.contains("line 2"), "{text}");
}

fn manifest(desk: &Desk, folder: &str) -> Value {
    let file = desk.path(folder).join("NativeMessagingHosts/app.billfold.host.json");
    serde_json::from_slice(&fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        .unwrap()
}

#[test]
fn install_writes_what_a_browser_takes_and_uninstall_takes_it_back() {
    let desk = Desk::new();
    billfold(&desk, &["install"]).fails(1, "no browser was found");
    billfold(&desk, &["install", "--browser", "chromium"]).expect(0, "Registered with chromium");
    let written = manifest(&desk, "home/.config/chromium");
    assert_eq!(written["path"], fs::canonicalize(env!("CARGO_BIN_EXE_billfold")).unwrap().to_str().unwrap());
    let origin = format!("chrome-extension://{}/", billfold_host::caller::chromium_id());
    assert_eq!(written["allowed_origins"], serde_json::json!([origin]));
    assert_eq!((&written["name"], &written["type"]), (&"app.billfold.host".into(), &"stdio".into()));
    assert!(
        !Path::new(&desk.path("home/.config/google-chrome")).exists(),
        "nothing for browsers that are not there"
    );
    // Now there is one to be found.
    billfold(&desk, &["install"]).expect(0, "Registered with chromium");
    billfold(&desk, &["install", "--user-data-dir", "profile"]).expect(0, "profile/NativeMessagingHosts");
    assert_eq!(manifest(&desk, "profile"), written);
    let moved =
        desk.command(&["install", "--browser", "chrome"]).env("XDG_CONFIG_HOME", desk.path("xdg")).output();
    assert!(moved.unwrap().status.success());
    manifest(&desk, "xdg/google-chrome");
    billfold(&desk, &["uninstall", "--browser", "chromium"]).expect(0, "Removed from chromium");
    billfold(&desk, &["uninstall", "--browser", "chromium"]).expect(0, "Was not registered");
    let firefox =
        billfold(&desk, &["install", "--browser", "firefox"]).expect(0, ".mozilla/native-messaging-hosts");
    assert!(firefox.err.is_empty(), "{}", firefox.scene);
}

#[test]
fn doctor_names_each_broken_place_and_its_remedy() {
    let desk = Desk::new();
    let doctor = || billfold(&desk, &["doctor", "--browser", "chromium"]);
    doctor().expect(1, "Run `billfold install --browser chromium`.").expect(1, "is missing");
    billfold(&desk, &["install", "--browser", "chromium"]).expect(0, "");
    doctor().expect(0, "this program answers");
    let file = desk.path("home/.config/chromium/NativeMessagingHosts/app.billfold.host.json");
    let good = fs::read_to_string(&file).unwrap();
    let id = billfold_host::caller::chromium_id();
    for (bad, found) in [
        (good.replace(&id, &"a".repeat(32)), "do not name the extension"),
        (good.replace(&format!("{id}/"), &id), "no extension's origin"),
        (good.replace("/billfold\"", "/billfold-that-was\""), "the program has moved"),
        (good.replace(env!("CARGO_BIN_EXE_billfold"), "/bin/true"), "does not answer"),
        ("{".into(), "is not JSON"),
    ] {
        assert_ne!(bad, good);
        fs::write(&file, bad).unwrap();
        doctor().expect(1, found).expect(1, "Run `billfold install --browser chromium`.");
    }
    fs::write(&file, good).unwrap();
    desk.config("archive = 7");
    doctor().expect(1, "line 1").expect(1, "Correct the file");
    desk.config("");
    fs::remove_dir(desk.archive()).unwrap();
    doctor().expect(1, "Invoices is not there").expect(1, "Connect the drive");
    let report = billfold(&desk, &["doctor", "--browser", "chromium", "--json"]).expect(1, "").json();
    assert_eq!(report["ok"], false);
    assert!(report["findings"].as_array().unwrap().iter().any(|finding| finding["remedy"].is_string()));
}
