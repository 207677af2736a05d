//! Documents that get other places: all of a renaming or nothing, at whatever moment it is interrupted.
//!
//! The order: what is about to happen, in the journal and on the disk → the renames, never over another file →
//! the folders on the disk → the journal says what happened. An interrupted renaming is taken back by the next
//! start. A document whose new place is another's old one waits in `.billfold/moving/`, which is never swept.

use super::{Entry, Layout, Move, Record, Trouble, Why, Writer, durable, recover};
use billfold_core::filing::ArchivePath;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

impl Writer {
    /// Gives documents other places: all of them, or none.
    pub fn rename(&mut self, moves: Vec<Move>, why: Why) -> Result<(), Trouble> {
        if moves.is_empty() {
            return Ok(());
        }
        self.append(vec![Entry::Moving { moves: moves.clone() }], true)?;
        match carry_out(self.layout(), &moves) {
            Ok(()) => self.moved(moves, why),
            Err(trouble) => {
                let stayed = self.take_back(&moves);
                self.moved(stayed, why)?;
                Err(trouble)
            }
        }
    }

    /// The moves that take the last renaming back: what is still where it was put.
    pub fn undoing(&self) -> Result<Vec<Move>, Trouble> {
        let mut back = Vec::new();
        for Move { sha256, from, to } in self.index().last_renaming()?.unwrap_or_default() {
            if self.index().filed(&sha256)?.is_some_and(|record| record.path == to) {
                back.push(Move { sha256, from: to, to: from });
            }
        }
        Ok(back)
    }

    /// Takes back a renaming that an earlier process began.
    pub(super) fn settle_moves(&mut self) -> Result<(), Trouble> {
        let Some(moves) = self.index().moves_under_way()? else { return Ok(()) };
        let stayed = self.take_back(&moves);
        self.moved(stayed, Why::Found)
    }

    /// Whether a document is in the archive: at its place, or found elsewhere by its bytes.
    pub fn is_there(&mut self, record: &Record) -> Result<bool, Trouble> {
        if self.is_on_disk(&record.path) {
            return Ok(true);
        }
        let Some(to) = self.find(record) else { return Ok(false) };
        let found = Move { sha256: record.sha256.clone(), from: record.path.clone(), to };
        self.moved(vec![found], Why::Found)?;
        Ok(true)
    }

    /// Where a document lies that is not at its place.
    fn find(&mut self, record: &Record) -> Option<ArchivePath> {
        let strays = match self.strays.take() {
            Some(strays) => strays,
            None => self.archive.strays().ok()?,
        };
        let of_its_size = |path: &&ArchivePath| {
            let place = self.layout().file(path);
            recover::digest(&place, record.size).as_ref() == Some(&record.sha256)
        };
        let found = strays.iter().find(of_its_size).cloned();
        self.strays = Some(strays);
        found
    }

    /// Says what has moved, and writes the records anew.
    pub(super) fn moved(&mut self, moves: Vec<Move>, why: Why) -> Result<(), Trouble> {
        let documents: Vec<String> = moves.iter().map(|moved| moved.sha256.clone()).collect();
        for Move { from, to, .. } in &moves {
            self.names.forget(from);
            self.names.forget(to);
        }
        self.append(vec![Entry::Moved { moves, why }], true)?;
        self.strays = None;
        for sha256 in documents {
            if let Some(record) = self.index().filed(&sha256)? {
                self.write_record(&record);
            }
        }
        Ok(())
    }

    /// Puts every document back where it was. Returned are those for which that cannot be done, because
    /// somebody has put another file there meanwhile: they are at their new place.
    fn take_back(&mut self, moves: &[Move]) -> Vec<Move> {
        let layout = self.layout();
        let mut changed = BTreeSet::new();
        let mut away = Vec::new();
        for moved in moves {
            let is_it = |path: &Path| {
                let size = fs::metadata(path).map(|file| file.len()).unwrap_or_default();
                recover::digest(path, size).as_ref() == Some(&moved.sha256)
            };
            let (from, to, aside) = (layout.file(&moved.from), layout.file(&moved.to), aside(layout, moved));
            let _ = durable::unclaim(&to);
            if is_it(&from) {
                continue;
            }
            if is_it(&aside) || (is_it(&to) && rename(&to, &aside, layout, &mut changed).is_ok()) {
                away.push(moved);
            }
        }
        let mut stayed = Vec::new();
        for moved in away {
            let aside = aside(layout, moved);
            if rename(&aside, &layout.file(&moved.from), layout, &mut changed).is_err()
                && rename(&aside, &layout.file(&moved.to), layout, &mut changed).is_ok()
            {
                stayed.push(moved.clone());
            }
        }
        for folder in &changed {
            let _ = durable::sync_folder(folder);
        }
        tidy(layout, moves.iter().map(|moved| &moved.to));
        stayed
    }
}

impl Layout<'_> {
    /// The file of a document.
    pub fn file(self, path: &ArchivePath) -> PathBuf {
        self.root().join(path.components().collect::<PathBuf>())
    }
}

fn carry_out(layout: Layout<'_>, moves: &[Move]) -> Result<(), Trouble> {
    let left: HashSet<String> = moves.iter().map(|moved| moved.from.folded()).collect();
    let mut changed = BTreeSet::new();
    let waits = |moved: &Move| left.contains(&moved.to.folded());
    for moved in moves.iter().filter(|moved| waits(moved)) {
        let from = layout.file(&moved.from);
        rename(&from, &aside(layout, moved), layout, &mut changed).map_err(Trouble::at(&from))?;
    }
    for moved in moves {
        let from = if waits(moved) { aside(layout, moved) } else { layout.file(&moved.from) };
        let to = layout.file(&moved.to);
        rename(&from, &to, layout, &mut changed).map_err(Trouble::at(&to))?;
    }
    for folder in &changed {
        durable::sync_folder(folder).map_err(Trouble::at(folder))?;
    }
    tidy(layout, moves.iter().map(|moved| &moved.from));
    Ok(())
}

/// Where a document waits for a place that another one has not left yet.
fn aside(layout: Layout<'_>, moved: &Move) -> PathBuf {
    layout.moving().join(format!("{}.pdf", moved.sha256))
}

/// Gives a file another name, never over another file, and notes the folders that have changed.
fn rename(from: &Path, to: &Path, layout: Layout<'_>, changed: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for path in [from, to] {
        if let Some(folder) = path.parent() {
            durable::make_folders(folder, layout.root(), changed)?;
            changed.insert(folder.to_owned());
        }
    }
    durable::rename_new(from, to)
}

/// Folders that are empty now are of no use to anybody.
fn tidy<'a>(layout: Layout<'_>, left: impl Iterator<Item = &'a ArchivePath>) {
    let folders: BTreeSet<PathBuf> =
        left.filter_map(|path| layout.file(path).parent().map(Path::to_owned)).collect();
    for folder in folders.iter().rev().chain([&layout.moving()]) {
        let inside = folder.ancestors().take_while(|folder| *folder != layout.root());
        for folder in inside {
            // Refused, as it should be, where anything is left in it.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}
