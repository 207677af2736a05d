//! What one input may cost: 100 ms of processor time and 256 MB.
//!
//! Time is the process's own, not the clock's, so that a busy machine changes little. The build is
//! instrumented and checks for overflows, so what ships is several times faster than what is measured here.
//! A build without optimisation, which replays the corpora in the tests, has ten times as long.

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

/// The most milliseconds of processor time. `fuzzing` is set where coverage is counted.
const MILLISECONDS: f64 = if cfg!(fuzzing) { 100.0 } else { 1000.0 };

/// The most bytes that are held at once.
const BYTES: usize = 256 * 1024 * 1024;

/// How often a slow input is tried before it is called slow: the first time may pay for something else.
const TRIES: usize = 3;

/// Counts what is held. SQLite's own memory is not in it; `-rss_limit_mb` sees that.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What libFuzzer counts besides the code that is reached: which work was done, and how much memory it took. Inputs
/// that cost more are kept, and a build without coverage counters still has inputs to change.
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static COSTS: [AtomicU8; 512] = [const { AtomicU8::new(0) }; 512];

/// The most so far, to be told when there is more.
static WORST: Mutex<(f64, usize)> = Mutex::new((0.0, 0));

/// Does some work of ours, and panics if that takes too much time or memory.
///
/// A new maximum is told on stderr, where `cargo xtask fuzz` reads it.
pub fn within_limits<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let (mut result, mut milliseconds, mut bytes) = measured(&mut work);
    for _ in 1..TRIES {
        if milliseconds <= MILLISECONDS && bytes <= BYTES {
            break;
        }
        let (again, again_milliseconds, again_bytes) = measured(&mut work);
        (milliseconds, bytes) = (milliseconds.min(again_milliseconds), bytes.min(again_bytes));
        result = again;
    }
    assert!(milliseconds <= MILLISECONDS, "{what} took {milliseconds:.0} ms of processor time");
    assert!(bytes <= BYTES, "{what} took {} MB", bytes / 1_000_000);
    let work: usize = what.bytes().map(usize::from).sum();
    if let Some(count) =
        COSTS.get((work * 32 + bytes.checked_ilog2().unwrap_or_default() as usize) % COSTS.len())
    {
        count.store(1, Ordering::Relaxed);
    }
    tell(what, milliseconds, bytes);
    result
}

fn measured<T>(work: &mut impl FnMut() -> T) -> (T, f64, usize) {
    MEMORY.reset_peak_usage();
    let held = MEMORY.current_usage();
    let begun = processor_milliseconds();
    let result = work();
    let milliseconds = processor_milliseconds() - begun;
    (result, milliseconds, MEMORY.peak_usage().saturating_sub(held))
}

fn processor_milliseconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn tell(what: &str, milliseconds: f64, bytes: usize) {
    let Ok(mut worst) = WORST.lock() else { return };
    if milliseconds > worst.0 || bytes > worst.1 {
        *worst = (worst.0.max(milliseconds), worst.1.max(bytes));
        eprintln!("most: {:.3} ms, {} bytes ({what})", worst.0, worst.1);
    }
}
