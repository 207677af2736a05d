//! A command that changes the archive, killed at a system call and then given again.

use crate::common::{Client, Desk, run_id};
use crate::kills::{Scenario, Side};
use crate::tracer::{self, Act, Places, Plan, Point, Traced};
use crate::truth::{self, Faults};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

type Documents = BTreeMap<String, Vec<u8>>;

/// A command, on an archive that holds the story.
pub struct Command<'a> {
    pub name: &'static str,
    arguments: Vec<String>,
    scenario: &'a Scenario,
    /// The archive before it, and what is there afterwards.
    before: Desk,
    after: Documents,
}

/// A name, the arguments, and what has happened before.
type Told<'a> = (&'static str, &'a [&'a str], &'a dyn Fn(&Desk));

/// Every command that changes an archive.
pub fn all(scenario: &Scenario) -> Vec<Command<'_>> {
    let kept = billfold_host::archive::hex(&Sha256::digest(scenario.story.quarantined()));
    let nothing = |_: &Desk| {};
    let rename = ["rename", "--template", "accounting"];
    let told: [Told<'_>; 5] = [
        ("rename", &rename, &nothing),
        ("rename --undo", &["rename", "--undo"], &|desk| run(desk, &rename.map(str::to_owned))),
        ("quarantine accept", &["quarantine", "accept", &kept[..12]], &nothing),
        ("reindex", &["reindex"], &|desk| {
            fs::remove_file(desk.archive().join(".billfold/journal/journal.jsonl")).unwrap();
        }),
        ("verify --repair", &["verify", "--repair"], &|desk| {
            let moved = desk.documents().pop().unwrap();
            fs::rename(desk.archive().join(&moved), desk.archive().join("moved.pdf")).unwrap();
            for record in fs::read_dir(desk.archive().join(".billfold/records")).unwrap().take(3) {
                fs::remove_file(record.unwrap().path()).unwrap();
            }
        }),
    ];
    told.into_iter()
        .map(|(name, arguments, prepare)| {
            let before = scenario.desk();
            let mut client = before.start();
            scenario.story.play(&mut client, &before, &run_id(1)).unwrap();
            client.hang_up();
            prepare(&before);
            let arguments = arguments.iter().map(|text| (*text).to_owned()).collect();
            let mut command = Command { name, arguments, scenario, before, after: Documents::new() };
            let desk = command.desk();
            run(&desk, &command.arguments);
            command.after = documents(&desk);
            let moves = !matches!(name, "reindex" | "verify --repair");
            assert_eq!(documents(&command.before) != command.after, moves, "{name}: {}", desk.scene());
            command
        })
        .collect()
}

impl Command<'_> {
    fn desk(&self) -> Desk {
        let desk = self.scenario.bare_desk();
        crate::power::copy(&self.before.archive(), &desk.archive());
        desk
    }

    fn traced(&self, desk: &Desk, at: Option<(Point, Act)>) -> Traced {
        let places = Places { archive: desk.archive(), state: desk.path("state") };
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let plan = Plan { at, missing: self.scenario.missing.clone(), record: false };
        let (input, output, thread) = tracer::start(&desk.command(&arguments), places, plan).split();
        Client::new(Box::new(output), Box::new(input), None).hang_up();
        thread.join().unwrap()
    }

    pub fn points(&self) -> Vec<Point> {
        self.traced(&self.desk(), None).points()
    }

    /// What it does where calls are missing, and nobody kills it.
    pub fn undisturbed(&self) -> Faults {
        let desk = self.desk();
        self.traced(&desk, None);
        let mut faults = truth::documents(&desk, &self.after);
        faults.add(truth::is_sound(&desk));
        faults
    }

    /// Kills it at a point. Whoever opens the archive next finds all of it done or nothing, and given again it
    /// ends as if nothing had happened. None: the point was not reached.
    pub fn killed(&self, point: Point, side: Side) -> Option<Faults> {
        let desk = self.desk();
        if !self.traced(&desk, Some((point, side.act()))).reached {
            return None;
        }
        let mut faults = Faults::default();
        if self.name.starts_with("rename") {
            run(&desk, &["reindex".to_owned()]);
            let there = documents(&desk);
            if there != documents(&self.before) && there != self.after {
                faults.say(format!("half renamed: {:?}", there.keys()));
            }
        }
        run(&desk, &self.arguments);
        faults.add(truth::documents(&desk, &self.after));
        faults.add(truth::is_sound(&desk));
        Some(faults)
    }
}

/// Gives a command. What it says is not judged: done by the one that was killed, it may have nothing to do.
fn run(desk: &Desk, arguments: &[String]) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    desk.command(&arguments).output().unwrap();
}

fn documents(desk: &Desk) -> Documents {
    desk.documents().into_iter().map(|path| (path.clone(), desk.read(&path))).collect()
}
