//! A host that is killed at a system call, and one that is killed again while it puts things in order.

use crate::common::{Client, Desk, run_id};
use crate::story::Story;
use crate::tracer::{self, Act, Places, Plan, Point, Running, Traced};
use crate::truth::{self, Faults};
use std::path::{Path, PathBuf};

/// One way of playing the story.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub story: Story,
    /// Calls that the file system does not have.
    pub missing: Vec<(i64, i32)>,
    /// The built `billfold`.
    pub program: PathBuf,
    /// Where desks are made.
    pub disk: PathBuf,
}

/// Where a host is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

impl Side {
    pub fn act(self) -> Act {
        match self {
            Side::Before => Act::KillBefore,
            Side::After => Act::KillAfter,
        }
    }
}

/// The ways that are played, by a built `billfold`, on a disk.
pub fn scenarios(program: &Path, disk: &Path) -> Vec<Scenario> {
    use nix::libc::{EINVAL, EPERM, SYS_link, SYS_linkat, SYS_renameat2};
    let no_rename = vec![(SYS_renameat2, EINVAL)];
    let no_links = [no_rename.clone(), vec![(SYS_linkat, EPERM), (SYS_link, EPERM)]].concat();
    [
        ("eight in flight", 8, false, vec![]),
        ("one at a time", 1, false, vec![]),
        ("all at once, in a new archive", 17, true, vec![]),
        ("three in flight, in a new archive", 3, true, vec![]),
        ("where nothing is renamed without replacing", 8, false, no_rename),
        ("without hard links as well", 5, true, no_links),
    ]
    .into_iter()
    .map(|(name, in_flight, is_first, missing)| Scenario {
        name,
        story: Story::new(in_flight, is_first),
        missing,
        program: program.into(),
        disk: disk.into(),
    })
    .collect()
}

impl Scenario {
    /// A desk on which nothing of the run has happened yet.
    pub fn desk(&self) -> Desk {
        let desk = self.bare_desk();
        self.story.prepare(&desk);
        desk
    }

    pub fn bare_desk(&self) -> Desk {
        Desk::within(&self.disk, self.program.clone())
    }

    /// Starts a host under trace.
    pub fn start(&self, desk: &Desk, at: Option<(Point, Act)>, record: bool) -> Running {
        let places = Places { archive: desk.archive(), state: desk.path("state") };
        let origin = format!("chrome-extension://{}/", billfold_host::caller::chromium_id());
        let plan = Plan { at, missing: self.missing.clone(), record };
        tracer::start(&desk.command(&[&origin]), places, plan)
    }

    /// Plays the story under trace as far as the host lives.
    pub fn play(&self, desk: &Desk, at: Option<(Point, Act)>, record: bool) -> Traced {
        let (input, output, thread) = self.start(desk, at, record).split();
        let mut client = Client::new(Box::new(output), Box::new(input), None);
        let _ = self.story.play(&mut client, desk, &run_id(1));
        client.hang_up();
        thread.join().unwrap()
    }

    /// Lets a host put things in order, under trace.
    fn open(&self, desk: &Desk, at: Option<(Point, Act)>) -> Traced {
        let (input, output, thread) = self.start(desk, at, false).split();
        let mut client = Client::new(Box::new(output), Box::new(input), None);
        let _ = self.story.begin(&mut client, &run_id(1));
        client.hang_up();
        thread.join().unwrap()
    }

    /// Sends the run again, to a host that nobody disturbs, and compares.
    pub fn settle(&self, desk: &Desk) -> Faults {
        // With what the file system has: a disk may be put into another machine.
        let mut client = desk.start();
        let ended = self.story.play(&mut client, desk, &run_id(1));
        client.hang_up();
        let mut faults = truth::compare(desk, &self.story, 1..=1);
        match ended {
            Ok(end) if end.codes.is_empty() && end.sum == Some(self.story.sum()) => {}
            other => faults.say(format!("the run ended with {other:?}")),
        }
        faults
    }

    /// Kills a host at a point and settles. None: the point was not reached.
    pub fn killed(&self, point: Point, side: Side) -> Option<Faults> {
        let desk = self.desk();
        let traced = self.play(&desk, Some((point, side.act())), false);
        traced.reached.then(|| self.settle(&desk))
    }

    /// What the next host does to put things in order after one that was killed at a point.
    pub fn points_of_order(&self, first: Point, side: Side) -> Vec<Point> {
        let desk = self.desk();
        self.play(&desk, Some((first, side.act())), false);
        self.open(&desk, None).points()
    }

    /// Kills a host at a point, and the next one at a point of the order that it makes. None: one of the two
    /// was not reached.
    pub fn killed_twice(&self, first: Point, side: Side, second: Point) -> Option<Faults> {
        let desk = self.desk();
        let is_killed = self.play(&desk, Some((first, side.act())), false).reached;
        let is_killed_again = self.open(&desk, Some((second, side.act()))).reached;
        (is_killed && is_killed_again).then(|| self.settle(&desk))
    }

    /// The same, without rows whose end depends on another row's.
    pub fn independent(&self) -> Scenario {
        Scenario { story: self.story.clone().independent(), ..self.clone() }
    }
}
