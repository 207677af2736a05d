//! Killed, failed by its disk and cut off from power at any system call, the host loses nothing, files nothing
//! twice and names nothing wrong. A sample of what `cargo xtask torture --host` does in full.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]
#![allow(unreachable_pub, dead_code, reason = "the modules are shared with the full sweep")]

mod commands;
#[path = "../common/mod.rs"]
mod common;
mod disk;
mod kills;
mod power;
mod story;
mod sweep;
mod tracer;
mod truth;

use kills::{Scenario, Side, scenarios};
use std::path::Path;
use tracer::{Call, Place, Point};
use truth::Faults;

/// In memory, where there is such a disk: what is tested is the order of the calls, not the disk.
fn all() -> Vec<Scenario> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    scenarios(env!("CARGO_BIN_EXE_billfold").as_ref(), &folder)
}

fn scenario(name: &str) -> Scenario {
    all().into_iter().find(|scenario| scenario.name == name).unwrap()
}

fn sample(part: &'static str, runs: usize) {
    let report = sweep::sweep(part, &all(), runs, false);
    assert!(report.faults.is_none(), "{report}\n{}", report.faults.sentences.join("\n"));
    // Threads take turns as they like, and not every host has as much to put in order: not all are reached.
    assert!(report.runs > runs / 4, "{report}: the test has lost its point");
}

#[track_caller]
fn assert_none(faults: &Faults, what: impl std::fmt::Debug) {
    assert!(faults.is_none(), "{what:?}: {faults}\n{}", faults.sentences.join("\n"));
}

#[test]
fn undisturbed_every_scenario_ends_in_the_truth() {
    for scenario in all() {
        let desk = scenario.desk();
        scenario.play(&desk, None, false);
        assert_none(&truth::compare(&desk, &scenario.story, 1..=1), scenario.name);
        assert_none(&scenario.settle(&desk), scenario.name);
    }
}

#[test]
fn killed_at_any_call_it_files_everything_once() {
    sample("kills", 24);
}

#[test]
fn killed_again_while_it_puts_things_in_order() {
    sample("twice", 16);
}

#[test]
fn a_command_that_is_killed_has_done_all_or_nothing() {
    sample("commands", 16);
}

#[test]
fn a_disk_that_fails_is_told_and_what_was_refused_is_sent_again() {
    sample("disk", 30);
}

#[test]
fn after_a_power_cut_what_had_a_receipt_is_there() {
    sample("power", 20);
}

#[test]
fn a_command_does_its_work_without_hard_links() {
    let scenario = scenario("without hard links as well");
    for command in commands::all(&scenario) {
        assert_none(&command.undisturbed(), command.name);
    }
}

/// The last calls of a kind, in the archive.
fn last(scenario: &Scenario, call: Call, count: u32) -> Vec<Point> {
    let counts = scenario.play(&scenario.desk(), None, false).counts;
    let all = counts[&(Place::Archive, call)];
    (all - count + 1..=all).map(|ordinal| Point { place: Place::Archive, call, ordinal }).collect()
}

#[test]
fn killed_between_the_log_of_runs_and_the_journal_a_run_has_one_certificate() {
    let scenario = scenario("one at a time");
    let points = [last(&scenario, Call::Write, 3), last(&scenario, Call::Sync, 3)].concat();
    for point in points {
        for side in [Side::Before, Side::After] {
            if let Some(faults) = scenario.killed(point, side) {
                assert_none(&faults, (point, side));
            }
        }
    }
}

#[test]
fn a_barrier_that_fails_leaves_no_doubt_about_what_is_filed() {
    let scenario = scenario("three in flight, in a new archive").independent();
    for point in last(&scenario, Call::Sync, 16) {
        let faults = scenario.failed(point, nix::libc::EIO, false, true);
        assert_none(&faults.unwrap_or_default(), point);
    }
}

#[test]
fn what_is_put_in_order_is_safe_with_every_folder_above_it() {
    let scenario = scenario("three in flight, in a new archive");
    let first = Point { place: Place::Archive, call: Call::Rename, ordinal: 1 };
    let points = [last(&scenario, Call::MakeFolder, 2), vec![first]].concat();
    for point in points {
        let recorded = scenario.recorded_after_kill(point, Side::After);
        for part in 0..8 {
            // This seed lets nothing survive that is not safe.
            assert_none(&recorded.cut(recorded.step(part, 8), 0), (point, part));
        }
    }
}

#[test]
fn what_a_dead_host_wrote_is_safe_before_it_is_acted_on() {
    let scenario = scenario("one at a time");
    // The owner of the lock, a document, and its intent, which no barrier follows.
    let point = Point { place: Place::Archive, call: Call::Write, ordinal: 3 };
    let recorded = scenario.recorded_after_kill(point, Side::After);
    for (part, seed) in (2..5).flat_map(|part| [(part, 4), (part, 8), (part, 10)]) {
        assert_none(&recorded.cut(recorded.step(part, 40), seed), (part, seed));
    }
}

#[test]
fn a_name_that_was_taken_is_followed_by_another_even_if_that_cannot_be_written_down() {
    let scenario = scenario("one at a time").independent();
    for point in last(&scenario, Call::Write, 14) {
        let faults = scenario.failed(point, nix::libc::ENOSPC, false, true);
        assert_none(&faults.unwrap_or_default(), point);
    }
}
