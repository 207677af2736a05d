//! What is in the archive, quick to ask: a fold over the journal, in SQLite.
//!
//! A cache. It lies in the machine's state folder (archives live on file servers, where SQLite's log does
//! not work), and is thrown away and folded anew when it is missing, damaged, or from another journal.

use super::fold::{FILED, QUARANTINED, REJECTED, UNDER_WAY, apply, clear, ends_with, move_on, position};
use super::{Entry, Move, Record, Trouble, hex, journal};
use billfold_core::protocol::Sum;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Raised with every change of the tables or of the fold.
const SCHEMA: i64 = 4;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS fold (one INTEGER PRIMARY KEY CHECK (one = 1), offset INTEGER, tail TEXT, bad INTEGER);
    CREATE TABLE IF NOT EXISTS documents (
        id TEXT PRIMARY KEY, state INTEGER, record TEXT, issuer TEXT, kind TEXT, number TEXT, run TEXT,
        staged TEXT, fresh INTEGER, reason TEXT, folded TEXT, path TEXT, date TEXT, search TEXT);
    CREATE INDEX IF NOT EXISTS by_path ON documents (folded);
    CREATE INDEX IF NOT EXISTS by_number ON documents (issuer, kind, number);
    CREATE INDEX IF NOT EXISTS by_freshness ON documents (fresh) WHERE fresh = 1;
    CREATE INDEX IF NOT EXISTS by_way ON documents (state) WHERE state = 0;
    CREATE TABLE IF NOT EXISTS moves (id INTEGER PRIMARY KEY, why TEXT, moves TEXT);
    CREATE TABLE IF NOT EXISTS identities (identity TEXT PRIMARY KEY, id TEXT, first INTEGER) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS runs (run TEXT PRIMARY KEY, head TEXT, sum TEXT);
";

/// The index of one archive.
#[derive(Debug)]
pub struct Index {
    database: Connection,
    /// None: in memory.
    file: Option<PathBuf>,
    journal: PathBuf,
}

/// A document that the archive holds under a row's key.
#[derive(Clone, Debug)]
pub struct Had {
    /// Which one.
    pub sha256: String,
    /// The run that filed it.
    pub run: String,
    /// This key is the one that it was filed under; under others it was recognised.
    pub first: bool,
    /// Why it is in quarantine, if it is.
    pub quarantined: Option<super::Reason>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// SHA-256 of its line in the log of runs.
    pub head: String,
    /// Its sum.
    pub sum: Sum,
}

/// The index's file for an archive, in the state folder.
pub(super) fn file_name(root: &Path) -> String {
    let name = hex(&Sha256::digest(root.as_os_str().as_encoded_bytes()));
    format!("index-{}.sqlite", name.get(..16).unwrap_or_default())
}

impl Index {
    /// Opens the index, and brings it up to the journal's end. Without a file that can be used, in memory.
    pub(super) fn open(file: Option<PathBuf>, journal: PathBuf) -> Result<Index, Trouble> {
        if let Some(file) = &file {
            let _ = file.parent().map(std::fs::create_dir_all);
            // What cannot be read is thrown away once.
            for attempt in 0..2 {
                if attempt > 0 {
                    remove(file);
                }
                let caught_up = connect(file).map_err(Trouble::from).and_then(|database| {
                    let mut index = Index { database, file: Some(file.clone()), journal: journal.clone() };
                    index.catch_up().map(|()| index)
                });
                if caught_up.is_ok() {
                    return caught_up;
                }
            }
        }
        let mut index = Index { database: prepare(Connection::open_in_memory()?)?, file: None, journal };
        index.catch_up()?;
        Ok(index)
    }

    /// Throws everything away and folds the journal anew.
    pub fn rebuild(&mut self) -> Result<(), Trouble> {
        let rebuilt = self.empty().and_then(|()| self.catch_up());
        match (&self.file, rebuilt) {
            (Some(file), Err(_)) => {
                // Closed before its files go: closing deletes the log beside it, by name.
                self.database = Connection::open_in_memory()?;
                remove(file);
                self.database = connect(file)?;
                self.catch_up()
            }
            (_, rebuilt) => rebuilt,
        }
    }

    fn empty(&mut self) -> Result<(), Trouble> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        clear(&change)?;
        Ok(change.commit()?)
    }

    /// Folds in what the journal has more, whoever wrote it.
    pub fn catch_up(&mut self) -> Result<(), Trouble> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut offset, tail) = position(&change)?;
        if offset > 0 && !ends_with(&self.journal, offset, &tail) {
            clear(&change)?;
            offset = 0;
        }
        let mut last = None;
        let mut bad = 0;
        for line in journal::read_from(&self.journal, offset).map_err(Trouble::at(&self.journal))? {
            match &line.entry {
                Some(entry) => apply(&change, entry)?,
                None => bad += 1,
            }
            last = Some((line.end, line.text));
        }
        if let Some((end, text)) = last {
            move_on(&change, end, &text, bad)?;
        }
        Ok(change.commit()?)
    }

    /// Folds in what has just been appended, if everything before it is folded in already.
    pub(super) fn fold_in(
        &mut self,
        from: u64,
        to: u64,
        tail: &[u8],
        entries: &[Entry],
    ) -> Result<bool, Trouble> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if entries.is_empty() || position(&change)?.0 != from {
            return Ok(false);
        }
        for entry in entries {
            apply(&change, entry)?;
        }
        move_on(&change, to, tail, 0)?;
        change.commit()?;
        Ok(true)
    }

    /// Lines of the journal that make no sense.
    pub fn unreadable_lines(&self) -> Result<i64, Trouble> {
        let row = self.database.query_row("SELECT bad FROM fold", [], |row| row.get(0)).optional()?;
        Ok(row.unwrap_or(0))
    }

    /// The document that a key's hash stands for.
    pub fn by_identity(&self, identity: &str) -> Result<Option<Had>, Trouble> {
        let mut ask = self.database.prepare_cached(
            "SELECT d.id, d.run, i.first, d.reason FROM identities i JOIN documents d USING (id)
             WHERE i.identity = ?1 AND d.state > 0",
        )?;
        let had = ask.query_row([identity], |row| {
            let (id, reason): (String, Option<String>) = (row.get(0)?, row.get(3)?);
            Ok(Had {
                sha256: id.rsplit('/').next().unwrap_or_default().to_owned(),
                run: row.get(1)?,
                first: row.get(2)?,
                quarantined: reason.and_then(|reason| serde_json::from_str(&reason).ok()),
            })
        });
        Ok(had.optional()?)
    }

    /// The record of a filed document, by its bytes.
    pub fn filed(&self, sha256: &str) -> Result<Option<Record>, Trouble> {
        let mut ask =
            self.database.prepare_cached("SELECT record FROM documents WHERE id = ?1 AND state = ?2")?;
        let record = ask.query_row(params![sha256, FILED], text).optional()?;
        Ok(record.and_then(|record| serde_json::from_str(&record).ok()))
    }

    /// The filed documents with an issuer's number: more than one if it was changed.
    pub fn by_number(&self, issuer: &str, kind: &str, number: &str) -> Result<Vec<Record>, Trouble> {
        let mut ask = self.database.prepare_cached(
            "SELECT record FROM documents WHERE issuer = ?1 AND kind = ?2 AND number = ?3 AND state = ?4",
        )?;
        let mut records = parsed(ask.query_map(params![issuer, kind, number, FILED], text)?)?;
        records.sort_by_key(|record: &Record| record.version);
        Ok(records)
    }

    /// Every filed document of a kind.
    pub fn of_kind(&self, kind: &str) -> Result<Vec<Record>, Trouble> {
        let ask = "SELECT record FROM documents WHERE kind = ?1 AND state = ?2";
        let mut ask = self.database.prepare_cached(ask)?;
        parsed(ask.query_map(params![kind, FILED], text)?)
    }

    /// Whether a name is a filed document's, or about to be, on any system.
    pub fn has_name(&self, folded: &str) -> Result<bool, Trouble> {
        let mut ask =
            self.database.prepare_cached("SELECT 1 FROM documents WHERE folded = ?1 AND state < 2")?;
        Ok(ask.exists([folded])?)
    }

    /// Every filed document, in the order of dates and paths.
    pub fn records(&self) -> Result<Vec<Record>, Trouble> {
        self.matching("")
    }

    /// The filed documents whose number, vendor, date or path contains a text, in the order of dates and
    /// paths.
    pub fn matching(&self, wanted: &str) -> Result<Vec<Record>, Trouble> {
        let mut ask = self.database.prepare(
            "SELECT record FROM documents WHERE state = ?1 AND (?2 = '' OR instr(search, ?2)) ORDER BY date, path",
        )?;
        let found = ask.query_map(params![FILED, wanted.to_lowercase()], text)?;
        parsed(found)
    }

    /// Every filed document as it is kept, in the order of filing: [`Record`] as JSON.
    pub(super) fn texts(&self) -> Result<Vec<String>, Trouble> {
        let mut ask = self.database.prepare("SELECT record FROM documents WHERE state = ?1")?;
        Ok(ask.query_map([FILED], text)?.collect::<Result<_, _>>()?)
    }

    /// How many documents are filed, and how many are in quarantine.
    pub fn counts(&self) -> Result<(u32, u32), Trouble> {
        let ask = "SELECT coalesce(sum(state = 1), 0), coalesce(sum(state = 2), 0) FROM documents";
        Ok(self.database.query_row(ask, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Every document in quarantine, and why. One that was rejected says so in its decision.
    pub fn quarantined(&self) -> Result<Vec<(Record, super::Reason)>, Trouble> {
        let mut ask = self
            .database
            .prepare("SELECT record, reason FROM documents WHERE state IN (?1, ?2) ORDER BY rowid")?;
        let rows =
            ask.query_map([QUARANTINED, REJECTED], |row| Ok((text(row)?, row.get::<_, String>(1)?)))?;
        let mut kept = Vec::new();
        for row in rows {
            let (record, reason) = row?;
            if let (Ok(record), Ok(reason)) = (serde_json::from_str(&record), serde_json::from_str(&reason)) {
                kept.push((record, reason));
            }
        }
        Ok(kept)
    }

    /// The moves that were begun and of which nothing has become yet.
    pub(super) fn moves_under_way(&self) -> Result<Option<Vec<Move>>, Trouble> {
        self.moves("SELECT moves FROM moves WHERE why IS NULL")
    }

    /// The last renaming that was not taken back.
    pub(super) fn last_renaming(&self) -> Result<Option<Vec<Move>>, Trouble> {
        self.moves("SELECT moves FROM moves WHERE why IS NOT NULL ORDER BY id DESC LIMIT 1")
    }

    fn moves(&self, ask: &str) -> Result<Option<Vec<Move>>, Trouble> {
        let found = self.database.query_row(ask, [], text).optional()?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The head of the chain of runs, as the journal has it.
    pub fn head(&self) -> Result<Option<String>, Trouble> {
        let ask = "SELECT head FROM runs ORDER BY rowid DESC LIMIT 1";
        Ok(self.database.query_row(ask, [], |row| row.get(0)).optional()?)
    }

    /// How a run ended, if it has.
    pub fn run(&self, run: &str) -> Result<Option<RunEnd>, Trouble> {
        let ask = "SELECT head, sum FROM runs WHERE run = ?1";
        let row = self.database.query_row(ask, [run], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        Ok(row
            .optional()?
            .and_then(|(head, sum)| Some(RunEnd { head, sum: serde_json::from_str(&sum).ok()? })))
    }

    /// Intents that nothing has become of yet.
    pub(super) fn under_way(&self) -> Result<Vec<Entry>, Trouble> {
        let mut ask =
            self.database.prepare("SELECT record, staged, reason FROM documents WHERE state = ?1")?;
        let rows = ask.query_map([UNDER_WAY], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?))
        })?;
        let mut intents = Vec::new();
        for row in rows {
            let (record, staged, reason) = row?;
            if let Ok(record) = serde_json::from_str(&record) {
                let quarantine = reason.and_then(|reason| serde_json::from_str(&reason).ok());
                intents.push(Entry::Intent { record: Box::new(record), staged, quarantine });
            }
        }
        Ok(intents)
    }

    /// Documents whose record files were written since the last checkpoint: a power cut may have lost them.
    pub(super) fn fresh(&self) -> Result<Vec<Record>, Trouble> {
        let mut ask = self.database.prepare("SELECT record FROM documents WHERE fresh = 1 AND state = ?1")?;
        let found = ask.query_map([FILED], text)?;
        parsed(found)
    }
}

fn text(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn parsed<T: serde::de::DeserializeOwned>(
    texts: impl Iterator<Item = rusqlite::Result<String>>,
) -> Result<Vec<T>, Trouble> {
    let mut found = Vec::new();
    for text in texts {
        found.extend(serde_json::from_str(&text?).ok());
    }
    Ok(found)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    prepare(Connection::open(file)?)
}

fn prepare(database: Connection) -> rusqlite::Result<Connection> {
    database.busy_timeout(Duration::from_secs(10))?;
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "normal")?;
    // Its log is brought home less often than by itself: documents touch pages all over a large index.
    database.pragma_update(None, "wal_autocheckpoint", 8_000)?;
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != SCHEMA {
        let drop: Vec<String> = database
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in drop {
            database.execute_batch(&format!("DROP TABLE \"{table}\""))?;
        }
        database.pragma_update(None, "user_version", SCHEMA)?;
    }
    database.execute_batch(TABLES)?;
    Ok(database)
}

fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}
