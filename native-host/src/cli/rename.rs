//! `rename`: what is filed, by another template.

use super::table::plain;
use super::{Desk, Failure, Json, because};
use crate::archive::{Move, Record, Why, Writer};
use billfold_core::filing::{self, ArchivePath, Filed, Template};
use clap::Args;
use std::cell::RefCell;

/// Options of `rename`.
#[derive(Debug, Args)]
pub(super) struct Rename {
    /// The template, or the name of a preset, instead of the config's
    #[arg(long, conflicts_with = "undo")]
    template: Option<String>,
    /// Take the last renaming back
    #[arg(long)]
    undo: bool,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: Json,
}

impl Rename {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let mut writer = desk.write()?;
        let moves = if self.undo { writer.undoing()? } else { self.moves(desk, &mut writer)? };
        let why = if self.undo { Why::Undone } else { Why::Renamed };
        if !self.dry_run {
            writer.rename(moves.clone(), why)?;
        }
        if self.json.json {
            return desk.print_json(&moves);
        }
        for Move { from, to, .. } in &moves {
            writeln!(desk.out, "{}\n  -> {}", plain(from.as_str()), plain(to.as_str()))?;
        }
        let done = if self.dry_run { "would be renamed" } else { "renamed" };
        let undo = if self.dry_run || self.undo || moves.is_empty() {
            ""
        } else {
            "; `billfold rename --undo` takes it back"
        };
        Ok(writeln!(desk.out, "{} documents {done}{undo}", moves.len())?)
    }

    /// Which documents would get another name.
    fn moves(&self, desk: &Desk<'_>, writer: &mut Writer) -> Result<Vec<Move>, Failure> {
        let config = desk.config()?;
        let template = match &self.template {
            None => config.template,
            Some(text) => Template::parse(text).or_else(because)?,
        };
        let records = writer.index().records()?;
        let missing = records.iter().filter(|record| !writer.is_on_disk(&record.path)).count();
        if missing > 0 {
            return because(format!(
                "{missing} documents are not at their places; `billfold verify --repair` first"
            ));
        }
        let filed: Vec<Filed<'_>> = records
            .iter()
            .map(|record| Filed {
                path: &record.path,
                source: record.source(),
                row: record.row(),
                document: record.document(),
            })
            .collect();
        let writer = RefCell::new(writer);
        let foreign = |path: &ArchivePath| writer.borrow_mut().is_on_disk(path);
        let places = filing::rename(&template, &config.projects, &filed, foreign);
        Ok(records.iter().zip(places).filter_map(|(record, to)| Some(moved(record, to?))).collect())
    }
}

fn moved(record: &Record, to: ArchivePath) -> Move {
    Move { sha256: record.sha256.clone(), from: record.path.clone(), to }
}
