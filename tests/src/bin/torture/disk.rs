//! A disk for an archive, which can be taken away, and filled if it is a small one of its own.
//!
//! Only root may mount one. Otherwise the disk is a folder on the real one, where a barrier takes its time.

use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Room for all documents of the data set several times over.
const SIZE: &str = "size=16m";

/// A disk with an archive on it.
pub(crate) struct Disk {
    folder: PathBuf,
    is_mounted: bool,
}

impl Disk {
    /// Whether there can be small ones here.
    pub(crate) fn may_be_small(folder: &Path) -> Result<bool> {
        Ok(Disk::at(folder, true)?.is_mounted)
    }

    /// An empty disk in a folder.
    pub(crate) fn at(folder: &Path, is_small: bool) -> Result<Disk> {
        let folder = folder.join("disk");
        if folder.exists() {
            // What an earlier run left there when it was killed.
            let _ = Command::new("umount").arg(&folder).output();
            fs::remove_dir_all(&folder).with_context(|| format!("{} stays", folder.display()))?;
        }
        fs::create_dir_all(&folder)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&folder);
        let is_mounted = is_small && mount.output().is_ok_and(|output| output.status.success());
        fs::create_dir(folder.join("Invoices"))?;
        Ok(Disk { folder, is_mounted })
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.join("Invoices")
    }

    /// Leaves no room.
    pub(crate) fn fill(&self) -> Result<()> {
        let mut balloon = File::create(self.balloon())?;
        for size in [1 << 16, 1 << 10, 1] {
            while balloon.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    /// Makes the archive vanish, as a drive does that is pulled out.
    pub(crate) fn take_away(&self) -> Result<()> {
        Ok(fs::rename(self.archive(), self.away())?)
    }

    /// All is well again.
    pub(crate) fn heal(&self) -> Result<()> {
        let _ = fs::remove_file(self.balloon());
        if self.away().exists() {
            // An archive that somebody has made meanwhile would be a find, and this fails.
            fs::rename(self.away(), self.archive())?;
        }
        Ok(())
    }

    /// Copies what is on it to where it stays.
    pub(crate) fn keep(&self, folder: &Path) -> Result<()> {
        let status = Command::new("cp").arg("-a").arg(&self.folder).arg(folder).status()?;
        anyhow::ensure!(status.success(), "the disk could not be copied");
        Ok(())
    }

    fn balloon(&self) -> PathBuf {
        self.folder.join("balloon")
    }

    fn away(&self) -> PathBuf {
        self.folder.join("pulled out")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            // Lazily: a process that was killed may still be on its way out.
            let _ = Command::new("umount").arg("-l").arg(&self.folder).output();
        }
    }
}
