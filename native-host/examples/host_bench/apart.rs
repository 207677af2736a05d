//! The least that has to be done with documents, done apart: reading each, and copying, hashing and syncing each.

use billfold_host::reader::Reader;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Reads the documents of a folder, so many at a time, as the host does: in other processes.
pub(crate) fn read(reader: &Reader, folder: &Path, count: u32, at_a_time: usize) {
    each(count, at_a_time, |name| {
        let bytes = fs::read(folder.join(name)).unwrap();
        // Or nothing was measured.
        assert!(reader.read_bytes(&bytes).unwrap().number.is_some());
    });
}

/// Copies the documents of a folder, so many at a time.
pub(crate) fn copy(source: &Path, target: &Path, count: u32, at_a_time: usize) {
    fs::create_dir(target).unwrap();
    each(count, at_a_time, |name| {
        let bytes = fs::read(source.join(name)).unwrap();
        std::hint::black_box(Sha256::digest(&bytes));
        let mut file = fs::File::create(target.join(name)).unwrap();
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
    });
}

/// Documents are called by their ordinal.
fn each(count: u32, at_a_time: usize, work: impl Fn(&str) + Sync) {
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    work(&at.to_string());
                }
            });
        }
    });
}
