//! All points, or as many as are asked for, over several threads.

use crate::commands;
use crate::disk::ERRORS;
use crate::kills::{Scenario, Side};
use crate::tracer::{Place, Point};
use crate::truth::Faults;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

/// Points that are under way at once. Most of the time goes into starting processes.
const AT_ONCE: usize = 2;

/// Faults of which the sentences are printed.
const TOLD: usize = 10;

/// The parts, in order.
pub const PARTS: [&str; 5] = ["kills", "twice", "commands", "disk", "power"];

/// What a part has found.
#[derive(Debug, Default)]
pub struct Report {
    part: &'static str,
    /// Different points, where before and after a call, and one error and another, are the same point.
    points: BTreeSet<String>,
    /// Hosts that were killed or failed.
    pub runs: usize,
    /// As many there could have been.
    all: usize,
    pub faults: Faults,
    /// After how many of them the first fault was found.
    first_fault: Option<usize>,
    seconds: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { part, points, runs, all, faults, first_fault, seconds } = self;
        write!(f, "{part}: {} points, {runs} runs of {all}: {faults}; {seconds:.0} s", points.len())?;
        first_fault.map_or(Ok(()), |at| write!(f, "; the first fault after {at} runs"))
    }
}

/// Carries out a part with about so many runs, and perhaps no further than the first fault.
pub fn sweep(part: &'static str, scenarios: &[Scenario], runs: usize, stops: bool) -> Report {
    let begun = Instant::now();
    let jobs = match part {
        "kills" => kills(scenarios),
        "twice" => twice(scenarios),
        "commands" => commands(scenarios),
        "disk" => disk(scenarios),
        _ => power(scenarios),
    };
    let all = jobs.len();
    let jobs = spread(jobs, runs);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Report { part, all, ..Report::default() });
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(Job { name, point, run }) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(faults) = run() else { continue };
                    let mut found = found.lock().unwrap();
                    found.runs += 1;
                    found.points.insert(point.clone());
                    if !faults.is_none() {
                        if found.faults.sentences.len() < TOLD {
                            eprintln!("{part}: {name}: {}", faults.sentences.join("; "));
                        }
                        let runs = found.runs;
                        found.first_fault.get_or_insert(runs);
                        if stops {
                            next.store(jobs.len(), Ordering::Relaxed);
                        }
                    }
                    found.faults.add(faults);
                }
            });
        }
    });
    Report { seconds: begun.elapsed().as_secs_f64(), ..found.into_inner().unwrap() }
}

/// One run. Before and after a call are two runs at one point.
struct Job<'a> {
    point: String,
    name: String,
    run: Box<dyn Fn() -> Option<Faults> + Send + Sync + 'a>,
}

impl<'a> Job<'a> {
    fn new(point: String, how: &str, run: impl Fn() -> Option<Faults> + Send + Sync + 'a) -> Job<'a> {
        Job { name: format!("{point}, {how}"), point, run: Box::new(run) }
    }
}

/// So many of the jobs, from all over.
fn spread<T>(jobs: Vec<T>, points: usize) -> Vec<T> {
    let every = jobs.len().div_ceil(points.max(1)).max(1);
    jobs.into_iter().step_by(every).collect()
}

fn name(scenario: &Scenario, point: Point) -> String {
    let Point { place, call, ordinal } = point;
    format!("{}: {call:?} {ordinal} at {place:?}", scenario.name)
}

fn points(scenario: &Scenario) -> Vec<Point> {
    scenario.play(&scenario.desk(), None, false).points()
}

fn kills(scenarios: &[Scenario]) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    for scenario in scenarios {
        for point in points(scenario) {
            for side in [Side::Before, Side::After] {
                let how = format!("killed {side:?}");
                jobs.push(Job::new(name(scenario, point), &how, move || scenario.killed(point, side)));
            }
        }
    }
    jobs
}

/// Calls by which a host puts things in order, at most.
const ORDER: usize = 90;

/// The states that are the most to put in order are left by kills in the archive.
fn twice(scenarios: &[Scenario]) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    for scenario in scenarios {
        let mut points = points(scenario);
        points.retain(|point| point.place == Place::Archive);
        for (at, point) in points.into_iter().enumerate().step_by(12) {
            let side = if at % 24 == 0 { Side::Before } else { Side::After };
            // Seen once it is needed.
            let order = Arc::new(OnceLock::new());
            for second in 0..ORDER {
                let order = Arc::clone(&order);
                let both = format!("{}, then call {second} of the next host", name(scenario, point));
                let how = format!("killed {side:?} both times");
                let run = move || {
                    let order: &Vec<Point> = order.get_or_init(|| scenario.points_of_order(point, side));
                    scenario.killed_twice(point, side, *order.get(second)?)
                };
                jobs.push(Job::new(both, &how, run));
            }
        }
    }
    jobs
}

fn commands(scenarios: &[Scenario]) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    // Of the ways only the file system's matter to a command.
    let ways = [scenarios.first(), scenarios.last()].into_iter().flatten();
    for (scenario, command) in
        ways.flat_map(|scenario| commands::all(scenario).into_iter().map(move |one| (scenario, one)))
    {
        let command = Arc::new(command);
        for point in command.points() {
            for side in [Side::Before, Side::After] {
                let Point { place, call, ordinal } = point;
                let name = format!("{} {}: {call:?} {ordinal} at {place:?}", command.name, scenario.name);
                let command = Arc::clone(&command);
                jobs.push(Job::new(name, &format!("killed {side:?}"), move || command.killed(point, side)));
            }
        }
    }
    jobs
}

fn disk(scenarios: &[Scenario]) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    for scenario in scenarios {
        let mut points = points(scenario);
        points.retain(|point| point.place != Place::Output);
        for (at, point) in points.into_iter().enumerate() {
            for (nth, error) in ERRORS.into_iter().enumerate() {
                // Each error in each way, over four neighbours.
                let (lasts, same_host) = ((at + nth) % 2 == 0, (at + nth) / 2 % 2 == 0);
                let how = format!("error {error} {}", if lasts { "for long" } else { "once" });
                let run = move || scenario.independent().failed(point, error, lasts, same_host);
                jobs.push(Job::new(name(scenario, point), &how, run));
            }
        }
    }
    jobs
}

fn power(scenarios: &[Scenario]) -> Vec<Job<'_>> {
    let mut jobs = Vec::new();
    for scenario in scenarios.iter().filter(|scenario| scenario.missing.is_empty()) {
        let recorded = Arc::new(scenario.recorded());
        for after in 0..=recorded.steps.len() {
            let recorded = Arc::clone(&recorded);
            let point = format!("{}: cut after step {after}", scenario.name);
            jobs.push(Job::new(point, "", move || Some(recorded.cut(after, after as u64))));
        }
        // A host that was killed leaves to the next one what is written and not safe.
        let mut points = points(scenario);
        points.retain(|point| point.place == Place::Archive);
        for point in points.into_iter().step_by(9) {
            let recorded = Arc::new(OnceLock::new());
            for cut in 0..=CUTS {
                let recorded = Arc::clone(&recorded);
                let name = format!("{}, killed After, cut {cut} of {CUTS}", name(scenario, point));
                let run = move || {
                    let recorded = recorded.get_or_init(|| scenario.recorded_after_kill(point, Side::After));
                    Some(recorded.cut(recorded.step(cut, CUTS), cut as u64))
                };
                jobs.push(Job::new(name, "", run));
            }
        }
    }
    jobs
}

/// Power cuts during what follows on a kill.
const CUTS: usize = 40;
