//! A disk that is full, broken or read-only at a system call: what was refused is sent again once it works.

use crate::common::{Client, run_id};
use crate::kills::Scenario;
use crate::tracer::{Act, Place, Point};
use crate::truth::{self, Faults};
use billfold_core::protocol::Code;
use nix::libc::{EDQUOT, EIO, ENOSPC, EROFS};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a disk may say.
pub const ERRORS: [i32; 4] = [ENOSPC, EIO, EROFS, EDQUOT];

impl Scenario {
    /// Lets the disk fail at a point: for that call alone, or until the run has ended. Then everything is sent
    /// again, to the same host or to another one. None: the point was not reached.
    pub fn failed(&self, point: Point, error: i32, lasts: bool, same_host: bool) -> Option<Faults> {
        let desk = self.desk();
        let over = Arc::new(AtomicBool::new(false));
        let act = Act::Fail { error, lasts, over: Arc::clone(&over) };
        let (input, output, thread) = self.start(&desk, Some((point, act)), false).split();
        let mut client = Client::new(Box::new(output), Box::new(input), None);
        let mut faults = Faults::default();
        let first = self.story.play(&mut client, &desk, &run_id(1)).unwrap();
        let expected = match error {
            ENOSPC | EDQUOT => Code::DiskFull,
            _ => Code::ArchiveUnavailable,
        };
        // What follows on a refused beginning is unknown to the host.
        let is_clear =
            first.codes.iter().all(|code| [expected, Code::UnknownRow, Code::UnknownRun].contains(code));
        let is_said = first.codes.is_empty() || first.codes.contains(&expected);
        if point.place == Place::Archive && !(is_clear && is_said) {
            faults.say(format!("an error {error} was told as {:?}", first.codes));
        }
        if let Some(sum) = first.sum {
            // Not more than it says, and not less.
            let filed = self.story.documents_in(&desk);
            if filed != sum.filed {
                faults.say(format!("{sum}, but {filed} documents are there"));
            }
        }
        over.store(true, Ordering::Relaxed);
        // Without a certificate, the extension goes on with its run.
        let run = if first.sum.is_some() { run_id(2) } else { run_id(1) };
        if !same_host {
            client.hang_up();
            client = desk.start();
        }
        let second = self.story.play(&mut client, &desk, &run).unwrap();
        client.hang_up();
        if !thread.join().unwrap().reached {
            return None;
        }
        let wanted = self.story.sum();
        let is_whole = second.sum.is_some_and(|sum| {
            sum.filed + sum.already_had == wanted.filed + wanted.already_had
                && (sum.quarantined, sum.failed) == (wanted.quarantined, wanted.failed)
        });
        if !second.codes.is_empty() || !is_whole {
            faults.say(format!("sent again, the run ended with {second:?} after {first:?}"));
        }
        // What could not be deleted from a broken disk goes with the next start.
        let reindexed = desk.command(&["reindex"]).output().unwrap();
        let said = String::from_utf8_lossy(&reindexed.stdout);
        if !reindexed.status.success() || said.contains("unknown to the journal") {
            faults.say(format!("reindex: {said}"));
        }
        faults.add(truth::compare(&desk, &self.story, 1..=2));
        Some(faults)
    }
}
