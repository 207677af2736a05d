//! Kills, starves and cuts off a host at every system call, and says what was lost, doubled or misnamed.
//!
//! `torture HOST FOLDER [PART…]`: the built `billfold`, a folder on the disk to be used, and `kills`, `twice`,
//! `commands`, `disk` or `power`, else all of them. `--runs N` ends each part after so many runs, spread over all; `--stop`
//! ends it with the first fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]
#![allow(unreachable_pub, dead_code, reason = "the modules are shared with the tests")]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/commands.rs"]
mod commands;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/disk.rs"]
mod disk;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/kills.rs"]
mod kills;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/power.rs"]
mod power;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/story.rs"]
mod story;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/sweep.rs"]
mod sweep;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/tracer.rs"]
mod tracer;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "../tests/torture/truth.rs"]
mod truth;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().expect("the built billfold");
    let disk = arguments.next().expect("a folder on the disk");
    let (mut named, mut runs, mut stops) = (Vec::new(), usize::MAX, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().and_then(|text| text.parse().ok()).expect("a number of runs"),
            "--stop" => stops = true,
            part if sweep::PARTS.contains(&part) => named.push(part.to_owned()),
            other => panic!("{other} is none of {:?}", sweep::PARTS),
        }
    }
    let scenarios = kills::scenarios(program.as_ref(), disk.as_ref());
    let mut is_well = true;
    for part in sweep::PARTS {
        if named.is_empty() || named.iter().any(|name| name == part) {
            let report = sweep::sweep(part, &scenarios, runs, stops);
            println!("{report}");
            is_well &= report.faults.is_none();
        }
    }
    if is_well { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() {
    println!("only Linux on x86-64 lets us stop a program at its system calls");
}
