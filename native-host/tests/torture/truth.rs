//! What is in an archive, compared with what should be.

use crate::common::Desk;
use crate::story::Story;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// What is not as it should be, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub lost: u32,
    pub doubled: u32,
    pub misnamed: u32,
    pub torn: u32,
    pub stale: u32,
    /// Anything else, and a sentence for each of the above.
    pub sentences: Vec<String>,
}

impl Faults {
    pub fn is_none(&self) -> bool {
        self.sentences.is_empty()
    }

    pub fn say(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    pub fn add(&mut self, other: Faults) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.misnamed += other.misnamed;
        self.torn += other.torn;
        self.stale += other.stale;
        self.sentences.extend(other.sentences);
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Faults { lost, doubled, misnamed, torn, stale, sentences } = self;
        write!(
            f,
            "{lost} lost, {doubled} doubled, {misnamed} misnamed, {torn} torn, {stale} stale in staging, "
        )?;
        write!(f, "{} sentences", sentences.len())
    }
}

/// Compares the documents.
pub fn documents(desk: &Desk, truth: &BTreeMap<String, Vec<u8>>) -> Faults {
    let mut faults = Faults::default();
    let found: BTreeMap<String, Vec<u8>> =
        desk.documents().into_iter().map(|path| (path.clone(), desk.read(&path))).collect();
    let mut names: BTreeMap<&[u8], Vec<&str>> = BTreeMap::new();
    for (path, bytes) in &found {
        names.entry(bytes).or_default().push(path);
    }
    for (path, bytes) in truth {
        let there = names.get(bytes.as_slice()).cloned().unwrap_or_default();
        if there.is_empty() {
            faults.lost += 1;
            faults.say(format!("{path} is lost"));
        } else if !there.contains(&path.as_str()) {
            faults.misnamed += 1;
            faults.say(format!("{path} is called {there:?}"));
        }
    }
    for (bytes, there) in names {
        let expected = truth.values().filter(|known| *known == bytes).count();
        if expected == 0 {
            faults.torn += 1;
            faults.say(format!("{there:?} is no document ({} bytes)", bytes.len()));
        } else if there.len() > expected {
            faults.doubled += 1;
            faults.say(format!("{there:?} are the same"));
        }
    }
    faults
}

/// Everything that has to hold once a story has been played to its end, and `certificates` lines of it are
/// allowed in the log of runs.
pub fn compare(desk: &Desk, story: &Story, certificates: std::ops::RangeInclusive<usize>) -> Faults {
    let mut faults = documents(desk, &story.truth());
    let kept = billfold_host::archive::hex(&Sha256::digest(story.quarantined()));
    let kept = std::fs::read(desk.archive().join(format!(".billfold/quarantine/{kept}.pdf")));
    if kept.ok().as_deref() != Some(story.quarantined()) {
        faults.lost += 1;
        faults.say("the document in quarantine is lost".into());
    }
    let lines = desk.lines(".billfold/runs/runs.jsonl").len() - usize::from(!story.is_first);
    if !certificates.contains(&lines) {
        faults.say(format!("the run has {lines} certificates"));
    }
    faults.add(is_sound(desk));
    faults
}

/// What has to hold of every archive that nobody is writing to.
pub fn is_sound(desk: &Desk) -> Faults {
    let mut faults = Faults::default();
    for file in std::fs::read_dir(desk.archive().join(".billfold/staging")).unwrap() {
        faults.stale += 1;
        faults.say(format!("{:?} is left in staging", file.unwrap().file_name()));
    }
    let verified = desk.command(&["verify"]).output().unwrap();
    if !verified.status.success() {
        faults.say(format!("verify: {}", String::from_utf8_lossy(&verified.stdout)));
    }
    let rebuilt = desk.path("rebuilt");
    let listed = desk.command(&["list", "--json"]).env("BILLFOLD_STATE", &rebuilt).output().unwrap();
    assert!(listed.status.success());
    if let Some(difference) = difference(&tables(&desk.path("state"), desk), &tables(&rebuilt, desk)) {
        faults.say(format!("the index is not what the journal says: {difference}"));
    }
    std::fs::remove_dir_all(rebuilt).unwrap();
    faults
}

fn difference(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) -> Option<String> {
    ours.symmetric_difference(theirs).next().cloned()
}

/// Every line of every table of the desk's index in a state folder.
fn tables(state: &Path, desk: &Desk) -> BTreeSet<String> {
    let database = Connection::open(index(state, desk)).unwrap();
    let mut ask = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap();
    let names: Vec<String> = ask.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut lines = BTreeSet::new();
    for name in names {
        let mut ask = database.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let width = ask.column_count();
        let mut rows = ask.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let line: Vec<String> = (0..width).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
            lines.insert(format!("{name}: {}", line.join(", ")));
        }
    }
    lines
}

fn index(state: &Path, desk: &Desk) -> PathBuf {
    let root = desk.archive().canonicalize().unwrap();
    let name = billfold_host::archive::hex(&Sha256::digest(root.as_os_str().as_encoded_bytes()));
    state.join(format!("index-{}.sqlite", &name[..16]))
}
