//! What can be put right in an archive, without taking anything from it.

use super::{Problem, Record, Trouble, Why, Writer};
use std::fs;

impl Writer {
    /// Puts right what a check finds and what can be: documents that lie elsewhere are known by their new
    /// place, records that are missing or changed are written again (a changed one is kept beside, as
    /// `….json.changed`), and what the journal has forgotten is entered again. Says what was done.
    pub fn repair(&mut self) -> Result<Vec<Problem>, Trouble> {
        let mut done = Vec::new();
        let adopted = self.adopt()?;
        if adopted > 0 {
            let sentence = format!("{adopted} documents have a record but were unknown to the journal");
            done.push(Problem::new(None, "journal", sentence));
        }
        let check = self.archive.verify()?;
        let found = check.problems.into_iter().filter(|problem| matches!(problem.what, "moved" | "record"));
        done.extend(found);
        for record in &check.records {
            self.restore_record(record)?;
        }
        if !check.found.is_empty() {
            self.moved(check.found, Why::Found)?;
        }
        Ok(done)
    }

    /// Writes a record's file again. What somebody has written in it is kept beside.
    pub(super) fn restore_record(&self, record: &Record) -> Result<(), Trouble> {
        let file = self.layout().record(&record.sha256);
        match fs::read(&file) {
            Ok(text) if text == record.to_file().as_bytes() => return Ok(()),
            Ok(text) => match serde_json::from_slice::<Record>(&text) {
                // Written before there were as many keys.
                Ok(found) if found == *record => {}
                Ok(_) => {
                    let kept = file.with_extension("json.changed");
                    fs::rename(&file, &kept).map_err(Trouble::at(&kept))?;
                }
                // Torn, which a power cut does.
                Err(_) => {}
            },
            // Lost.
            Err(_) => {}
        }
        self.write_record(record);
        Ok(())
    }
}
