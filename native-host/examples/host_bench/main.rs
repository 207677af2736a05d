//! What the host costs, against the least that anybody's program must do. Prints one JSON object.
//!
//! `host_bench ingest HOST FOLDER [DOCUMENTS] [IN_FLIGHT]`: filing, against reading the same files, as many at a
//! time as the host does, and then copy, SHA-256 and fsync, one after the other. The built `billfold`, a folder on
//! the disk to be measured, how many documents (1,000) of 35 kB, how many at a time (8).
//!
//! `host_bench scale HOST FOLDER [DOCUMENTS]`: an archive of very many (100,000): the next thousand against the
//! first, `list` against the `sqlite3` shell, `verify` against `openssl dgst`.
//!
//! `host_bench import HOST FOLDER [DOCUMENTS]`: importing (3,000), against reading each and copying, hashing and
//! syncing each, done apart.
//!
//! `host_bench read HOST`: reads what its input names, a path per line, and answers each with a line of JSON.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    clippy::indexing_slicing
)]

mod apart;
mod browser;
#[path = "../../tests/common/mod.rs"]
mod common;
mod import;
mod ingest;
mod read;
mod scale;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let what = arguments.get(1).expect("ingest, scale, import or read");
    let host = arguments.get(2).expect("the built billfold");
    if what == "read" {
        return read::serve(host);
    }
    let folder = Path::new(arguments.get(3).expect("a folder"));
    let number = |at: usize, otherwise: u32| {
        arguments.get(at).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let report = match what.as_str() {
        "ingest" => ingest::measure(host, folder, number(4, 1_000), number(5, 8)),
        "scale" => scale::measure(host, folder, number(4, 100_000)),
        "import" => import::measure(host, folder, number(4, 3_000)),
        other => panic!("there is no `{other}`"),
    };
    println!("{report}");
}

fn noise(n: u32, size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut state = u64::from(n) + 1;
    while bytes.len() < size {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(state.to_be_bytes());
    }
    bytes
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Milliseconds.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begun = std::time::Instant::now();
    let done = work();
    (begun.elapsed().as_secs_f64() * 1_000.0, done)
}
