//! Invoice documents printed by Chromium, with its own fonts and its own link annotations.
//!
//! They are made when asked for and kept in a folder as `<account>_<number>.pdf`, because two Chromium
//! versions do not print the same bytes.

use std::collections::HashMap;
use std::io;
use std::path::Path;

/// The documents in `dir`, by account and number.
pub(crate) fn read(dir: &Path) -> io::Result<HashMap<(String, String), Vec<u8>>> {
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".pdf"));
        // Accounts hold one underscore, numbers none.
        if let Some((account, number)) = name.and_then(|name| name.rsplit_once('_')) {
            found.insert((account.to_owned(), number.to_owned()), std::fs::read(&path)?);
        }
    }
    Ok(found)
}
