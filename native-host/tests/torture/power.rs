//! A power cut: of what a run did to the disk, only what was covered by a completed fsync is sure to be there.
//!
//! The calls of a run are replayed into a model up to the cut. A file's bytes survive if they were written
//! before a completed fsync of the file; a folder's entries, if they were made before a completed fsync of the
//! folder. Of the rest any part may survive, in any order, files torn or filled with zeros.

use crate::common::Desk;
use crate::kills::{Scenario, Side};
use crate::tracer::{Point, Step};
use crate::truth::Faults;
use billfold_core::protocol::{Answer, Outcome, Reply};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

/// What was done to a file or a folder, and at which step.
#[derive(Debug)]
struct Done<T> {
    step: usize,
    what: T,
}

#[derive(Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug)]
enum Content {
    File(Vec<Done<Change>>),
    /// A name stands for a node, or for nothing any more.
    Folder(Vec<Done<(String, Option<usize>)>>),
}

#[derive(Debug)]
struct Node {
    content: Content,
    /// Steps before this one are safe.
    safe: usize,
}

/// What the disk knows. The first node is the archive's folder.
#[derive(Debug)]
struct Disk {
    nodes: Vec<Node>,
    root: std::path::PathBuf,
}

impl Disk {
    /// A disk on which a folder and all that is in it has long been safe.
    fn of(root: &Path) -> Disk {
        let mut disk =
            Disk { nodes: vec![Node { content: Content::Folder(vec![]), safe: 1 }], root: root.into() };
        disk.load(0, root);
        disk
    }

    fn load(&mut self, folder: usize, path: &Path) {
        for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
            let content = match entry.file_type().unwrap().is_dir() {
                true => Content::Folder(vec![]),
                false => {
                    let bytes = fs::read(entry.path()).unwrap();
                    Content::File(vec![Done { step: 0, what: Change::Write(0, bytes) }])
                }
            };
            let is_folder = matches!(content, Content::Folder(_));
            let node = self.add(content);
            self.name(folder, entry.file_name().to_str().unwrap(), Some(node), 0);
            if is_folder {
                self.load(node, &entry.path());
            }
        }
    }

    fn add(&mut self, content: Content) -> usize {
        self.nodes.push(Node { content, safe: 1 });
        self.nodes.len() - 1
    }

    fn name(&mut self, folder: usize, name: &str, node: Option<usize>, step: usize) {
        let Content::Folder(names) = &mut self.nodes[folder].content else { panic!("{name} in a file") };
        names.push(Done { step, what: (name.to_owned(), node) });
    }

    fn entry(&self, folder: usize, name: &str) -> Option<usize> {
        let Content::Folder(names) = &self.nodes[folder].content else { return None };
        names.iter().rev().find(|done| done.what.0 == name)?.what.1
    }

    /// The node at a path. Folders that somebody else has made are there, and safe.
    fn find(&mut self, path: &Path) -> Option<usize> {
        let (folder, name) = self.split(path)?;
        if name.is_empty() { Some(folder) } else { self.entry(folder, &name) }
    }

    fn split(&mut self, path: &Path) -> Option<(usize, String)> {
        let parts: Vec<String> = path
            .strip_prefix(&self.root)
            .ok()?
            .components()
            .map(|part| match part {
                Component::Normal(name) => name.to_str().unwrap().to_owned(),
                other => panic!("{other:?} in {}", path.display()),
            })
            .collect();
        let Some((last, folders)) = parts.split_last() else { return Some((0, String::new())) };
        let mut at = 0;
        for name in folders {
            at = self.entry(at, name).unwrap_or_else(|| {
                let node = self.add(Content::Folder(vec![]));
                self.name(at, name, Some(node), 0);
                node
            });
        }
        Some((at, last.clone()))
    }

    fn put(&mut self, path: &Path, node: Option<usize>, step: usize) {
        if let Some((folder, name)) = self.split(path) {
            self.name(folder, &name, node, step);
        }
    }

    fn change(&mut self, path: &Path, what: Change, step: usize) {
        // Otherwise it is not in the archive, or has no name any more.
        if let Some(node) = self.find(path)
            && let Content::File(changes) = &mut self.nodes[node].content
        {
            changes.push(Done { step, what });
        }
    }

    /// Carries out steps. Step numbers begin at 1; 0 is what was there.
    fn apply(&mut self, steps: &[Step]) {
        for (at, what) in steps.iter().enumerate() {
            let step = at + 1;
            match what {
                Step::Create(path) => {
                    let node = self.add(Content::File(vec![]));
                    self.put(path, Some(node), step);
                }
                Step::MakeFolder(path) => {
                    let node = self.add(Content::Folder(vec![]));
                    self.put(path, Some(node), step);
                }
                Step::Rename(from, to) => {
                    let node = self.find(from);
                    self.put(from, None, step);
                    self.put(to, node, step);
                }
                Step::Link(from, to) => {
                    let node = self.find(from);
                    self.put(to, node, step);
                }
                Step::Unlink(path) => self.put(path, None, step),
                Step::Write(path, offset, bytes) => {
                    self.change(path, Change::Write(*offset, bytes.clone()), step);
                }
                Step::Truncate(path, len) => self.change(path, Change::Truncate(*len), step),
                Step::Sync(path, covered) => {
                    if let Some(node) = self.find(path) {
                        let safe = &mut self.nodes[node].safe;
                        *safe = (*safe).max(covered + 1);
                    }
                }
                Step::Output(_) => {}
            }
        }
    }

    /// Writes down one of the states that the disk may be in after the cut.
    fn survive(&self, node: usize, path: &Path, chance: &mut Chance) {
        let safe = self.nodes[node].safe;
        match &self.nodes[node].content {
            Content::Folder(names) => {
                let mut there = BTreeMap::new();
                for Done { step, what: (name, node) } in names {
                    if *step < safe || chance.survives() {
                        there.insert(name, *node);
                    }
                }
                fs::create_dir_all(path).unwrap();
                for (name, node) in there {
                    if let Some(node) = node {
                        self.survive(node, &path.join(name), chance);
                    }
                }
            }
            Content::File(changes) => {
                let mut bytes = Vec::new();
                for Done { step, what } in changes {
                    if *step < safe {
                        what.carry_out(&mut bytes);
                    } else if !chance.survives() {
                        // What comes after it was not written either; or its place was, with zeros.
                        if let (Change::Write(offset, part), true) = (what, chance.survives()) {
                            match chance.is_heads() {
                                true => Change::Write(*offset, vec![0; part.len()]).carry_out(&mut bytes),
                                false => {
                                    let part = &part[..part.len() / 2];
                                    Change::Write(*offset, part.to_vec()).carry_out(&mut bytes);
                                }
                            }
                        }
                        break;
                    } else {
                        what.carry_out(&mut bytes);
                    }
                }
                fs::write(path, bytes).unwrap();
            }
        }
    }
}

impl Change {
    fn carry_out(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Truncate(len) => bytes.resize(usize::try_from(*len).unwrap(), 0),
            Change::Write(offset, part) => {
                let start = usize::try_from(*offset).unwrap();
                bytes.resize(bytes.len().max(start + part.len()), 0);
                bytes[start..start + part.len()].copy_from_slice(part);
            }
        }
    }
}

/// What chance decides, from a seed.
#[derive(Debug)]
struct Chance {
    state: u64,
    /// What was not synced survives in so many of four cases.
    survival: u64,
}

impl Chance {
    fn new(seed: u64) -> Chance {
        // The extremes are the likeliest to show something.
        let survival = [0, 4, 2, 0, 1, 3][usize::try_from(seed % 6).unwrap()];
        Chance { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d, survival }
    }

    /// SplitMix64, by Sebastiano Vigna.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn survives(&mut self) -> bool {
        self.next() % 4 < self.survival
    }

    fn is_heads(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }
}

/// What a run did to a disk, and what was there before.
pub struct Recorded<'a> {
    scenario: &'a Scenario,
    /// Keeps what was there before.
    before: Desk,
    pub steps: Vec<Step>,
    /// So many of them were an earlier host's.
    pub first: usize,
}

impl Scenario {
    /// Plays the story to its end and writes down what happens.
    pub fn recorded(&self) -> Recorded<'_> {
        let desk = self.desk();
        let before = self.bare_desk();
        copy(&desk.archive(), &before.archive());
        let steps = self.play(&desk, None, true).steps;
        Recorded { scenario: self, before, steps: moved(steps, &desk, 0), first: 0 }
    }

    /// The same, with a host that is killed at a point first: what it had not synced is not safe for the next
    /// one either.
    pub fn recorded_after_kill(&self, point: Point, side: Side) -> Recorded<'_> {
        let desk = self.desk();
        let before = self.bare_desk();
        copy(&desk.archive(), &before.archive());
        let steps = self.play(&desk, Some((point, side.act())), true).steps;
        let first = steps.len();
        let more = self.play(&desk, None, true).steps;
        let mut steps = moved(steps, &desk, 0);
        steps.extend(moved(more, &desk, first));
        Recorded { scenario: self, before, steps, first }
    }
}

impl Recorded<'_> {
    /// A step of the last host's, so much of the way.
    pub fn step(&self, part: usize, of: usize) -> usize {
        self.first + (self.steps.len() - self.first) * part / of
    }

    /// Cuts the power after so many steps, lets chance decide what survives, and settles.
    pub fn cut(&self, after: usize, seed: u64) -> Faults {
        let mut disk = Disk::of(&self.before.archive());
        // The steps' paths are the same in every copy, but for the folder that it lies in.
        disk.root = ROOT.into();
        disk.apply(&self.steps[..after]);
        let desk = self.scenario.bare_desk();
        disk.survive(0, &desk.archive(), &mut Chance::new(seed));

        // Other people's files are not in the model.
        self.scenario.story.place_all(&desk);
        let mut faults = Faults::default();
        let story = &self.scenario.story;
        let truth = story.truth();
        for bytes in self.receipts(after).into_iter().map(|row| story.document(row)) {
            let (name, _) = truth.iter().find(|(_, known)| *known == bytes).unwrap();
            if fs::read(desk.archive().join(name)).ok().as_deref() != Some(bytes) {
                faults.lost += 1;
                faults.say(format!("{name} is lost, and its receipt was sent"));
            }
        }
        faults.add(self.scenario.settle(&desk));
        faults
    }

    /// Rows whose document the browser believes to be safe.
    fn receipts(&self, after: usize) -> BTreeSet<u32> {
        let mut heard = Vec::new();
        for step in &self.steps[..after] {
            if let Step::Output(bytes) = step {
                heard.extend(bytes);
            }
        }
        let mut rows = BTreeSet::new();
        let mut rest = heard.as_slice();
        while let Some((length, more)) = rest.split_first_chunk::<4>() {
            let Some((frame, more)) = more.split_at_checked(u32::from_ne_bytes(*length) as usize) else {
                break;
            };
            match serde_json::from_slice::<Answer<Reply>>(frame).unwrap().answer {
                Reply::Receipt { row, outcome: Outcome::Filed, .. } => {
                    rows.insert(row);
                }
                Reply::Plan { settled, .. } => {
                    let filed = settled.into_iter().filter(|end| end.outcome == Outcome::Filed);
                    rows.extend(filed.map(|end| end.row));
                }
                _ => {}
            }
            rest = more;
        }
        rows
    }
}

/// Where the archive lies in written steps.
const ROOT: &str = "/archive";

/// Steps, as if the archive lay in [`ROOT`], and after so many others.
fn moved(steps: Vec<Step>, desk: &Desk, first: usize) -> Vec<Step> {
    let archive = desk.archive();
    let path = |path: std::path::PathBuf| match path.strip_prefix(&archive) {
        Ok(rest) => Path::new(ROOT).join(rest),
        Err(_) => path,
    };
    let moved = |step| match step {
        Step::Create(at) => Step::Create(path(at)),
        Step::Link(from, to) => Step::Link(path(from), path(to)),
        Step::MakeFolder(at) => Step::MakeFolder(path(at)),
        Step::Rename(from, to) => Step::Rename(path(from), path(to)),
        Step::Sync(at, covered) => Step::Sync(path(at), covered + first),
        Step::Truncate(at, len) => Step::Truncate(path(at), len),
        Step::Unlink(at) => Step::Unlink(path(at)),
        Step::Write(at, offset, bytes) => Step::Write(path(at), offset, bytes),
        Step::Output(bytes) => Step::Output(bytes),
    };
    steps.into_iter().map(moved).collect()
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}
