//! How each decision of the journal changes the index's tables, and how far the journal is folded in.

use super::{Entry, Move, Record, Verdict, Why, hex, journal};
use billfold_core::filing::fold;
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use std::path::Path;

/// States of a document.
pub(super) const UNDER_WAY: i64 = 0;
pub(super) const FILED: i64 = 1;
pub(super) const QUARANTINED: i64 = 2;
pub(super) const REJECTED: i64 = 3;

pub(super) fn clear(change: &Transaction<'_>) -> rusqlite::Result<()> {
    change.execute_batch(
        "DELETE FROM fold; DELETE FROM documents; DELETE FROM identities; DELETE FROM runs; DELETE FROM moves;",
    )
}

/// How far the journal is folded, and what stood last.
pub(super) fn position(change: &Transaction<'_>) -> rusqlite::Result<(u64, String)> {
    let row =
        change.query_row("SELECT offset, tail FROM fold", [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)));
    Ok(row
        .optional()?
        .map_or((0, String::new()), |(offset, tail)| (u64::try_from(offset).unwrap_or(0), tail)))
}

/// Notes how far the journal is folded, and its last line.
pub(super) fn move_on(change: &Transaction<'_>, end: u64, line: &[u8], bad: i64) -> rusqlite::Result<()> {
    let tail = format!("{}:{}", line.len(), hex(&Sha256::digest(line)));
    change
        .prepare_cached(
            "INSERT INTO fold VALUES (1, ?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET offset = ?1, tail = ?2, bad = bad + ?3",
        )?
        .execute(params![number(end), tail, bad])?;
    Ok(())
}

/// Whether the journal still has, before an offset, the line that was folded last.
pub(super) fn ends_with(journal: &Path, offset: u64, tail: &str) -> bool {
    let Some((len, digest)) = tail.split_once(':') else { return false };
    let Some(start) = len.parse().ok().and_then(|len: u64| offset.checked_sub(len)) else { return false };
    let line = journal::read_from(journal, start).ok().and_then(|mut lines| lines.next());
    line.is_some_and(|line| line.end == offset && hex(&Sha256::digest(&line.text)) == digest)
}

/// SQLite's integers are signed.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// What a document is known by in the tables. The same bytes may be filed under one row and be in quarantine for
/// another that they did not fit: these are two.
fn id(sha256: &str, quarantined: bool) -> String {
    if quarantined { format!("quarantine/{sha256}") } else { sha256.to_owned() }
}

/// Folds in one decision. Each is folded once, in the journal's order.
pub(super) fn apply(change: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<()> {
    match entry {
        Entry::Intent { record, staged, quarantine } => {
            let reason = quarantine.as_ref().and_then(|reason| serde_json::to_string(reason).ok());
            let id = id(&record.sha256, reason.is_some());
            change
                .prepare_cached(
                    "INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11, ?12, ?13)",
                )?
                .execute(params![
                    id,
                    UNDER_WAY,
                    as_json(record),
                    record.issuer(),
                    record.kind.as_str(),
                    record.number,
                    record.run,
                    staged,
                    reason,
                    fold(record.path.as_str()),
                    record.path.as_str(),
                    record.date.map(|date| date.to_string()),
                    searched(record),
                ])?;
            for (at, identity) in record.identities.iter().enumerate() {
                put_identity(change, identity, &id, at == 0)?;
            }
        }
        Entry::Filed { sha256, .. } => {
            change
                .prepare_cached(
                    "UPDATE documents SET state = iif(reason IS NULL, ?3, ?4), fresh = 1
                     WHERE id IN (?1, ?2) AND state = ?5",
                )?
                .execute(params![id(sha256, false), id(sha256, true), FILED, QUARANTINED, UNDER_WAY])?;
            let filed = record_of(change, sha256)?;
            if filed.is_some_and(|record| record.decision.is_some()) {
                release(change, sha256)?;
            }
        }
        Entry::Undone { sha256 } => {
            for id in [id(sha256, false), id(sha256, true)] {
                let undone = change
                    .execute("DELETE FROM documents WHERE id = ?1 AND state = ?2", params![id, UNDER_WAY])?;
                if undone > 0 {
                    change.execute("DELETE FROM identities WHERE id = ?1", [id])?;
                }
            }
        }
        Entry::Identity { sha256, identity } => {
            if let Some(mut record) = record_of(change, sha256)? {
                if !record.identities.contains(identity) {
                    record.identities.push(identity.clone());
                }
                put_record(change, sha256, &record)?;
                put_identity(change, identity, sha256, false)?;
            }
        }
        Entry::Decided { sha256, decision } => match decision.verdict {
            Verdict::Accepted => release(change, sha256)?,
            Verdict::Rejected => {
                let id = id(sha256, true);
                if let Some(mut record) = record_of(change, &id)? {
                    record.decision = Some(decision.clone());
                    put_record(change, &id, &record)?;
                    change.execute("UPDATE documents SET state = ?2 WHERE id = ?1", params![id, REJECTED])?;
                }
            }
        },
        Entry::Moving { moves } => {
            change.execute("INSERT INTO moves (why, moves) VALUES (NULL, ?1)", [as_json(moves)])?;
        }
        Entry::Moved { moves, why } => {
            change.execute("DELETE FROM moves WHERE why IS NULL", [])?;
            for Move { sha256, to, .. } in moves {
                if let Some(mut record) = record_of(change, sha256)? {
                    record.path = to.clone();
                    put_record(change, sha256, &record)?;
                }
            }
            match why {
                _ if moves.is_empty() => {}
                Why::Found => {}
                Why::Renamed => {
                    change
                        .execute("INSERT INTO moves (why, moves) VALUES ('renamed', ?1)", [as_json(moves)])?;
                }
                Why::Undone => {
                    change.execute("DELETE FROM moves WHERE id = (SELECT max(id) FROM moves)", [])?;
                }
            }
        }
        Entry::Certificate { run, head, sum } => {
            change.execute(
                "INSERT OR REPLACE INTO runs VALUES (?1, ?2, ?3)",
                params![run, head, as_json(sum)],
            )?;
        }
        Entry::Checkpoint => {
            change.execute("UPDATE documents SET fresh = 0 WHERE fresh = 1", [])?;
        }
    }
    Ok(())
}

/// What `list` looks for a word in: number, vendor, date and path, in small letters.
fn searched(record: &Record) -> String {
    let date = record.date.map(|date| date.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [&text(&record.number), &text(&record.vendor), &date, record.path.as_str()].join("\n").to_lowercase()
}

fn record_of(change: &Transaction<'_>, id: &str) -> rusqlite::Result<Option<Record>> {
    let mut ask = change.prepare_cached("SELECT record FROM documents WHERE id = ?1")?;
    let text: Option<String> = ask.query_row([id], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Changes a record that is there. Its file has to be written again.
fn put_record(change: &Transaction<'_>, id: &str, record: &Record) -> rusqlite::Result<()> {
    let path = record.path.as_str();
    change
        .prepare_cached(
            "UPDATE documents SET record = ?2, folded = ?3, path = ?4, search = ?5, fresh = 1 WHERE id = ?1",
        )?
        .execute(params![id, as_json(record), fold(path), path, searched(record)])?;
    Ok(())
}

/// A document is in quarantine no more.
fn release(change: &Transaction<'_>, sha256: &str) -> rusqlite::Result<()> {
    let id = id(sha256, true);
    change.execute("DELETE FROM documents WHERE id = ?1", [&id])?;
    change.execute("UPDATE OR REPLACE identities SET id = ?2 WHERE id = ?1", [&id, sha256])?;
    Ok(())
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn put_identity(change: &Transaction<'_>, identity: &str, id: &str, first: bool) -> rusqlite::Result<()> {
    change
        .prepare_cached("INSERT OR REPLACE INTO identities VALUES (?1, ?2, ?3)")?
        .execute(params![identity, id, first])?;
    Ok(())
}
