//! How far it is, for the person who waits: what is done, of how much. Nothing where nobody watches.

use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const WIDTH: usize = 30;
const EVERY: Duration = Duration::from_millis(100);

/// A line that is written over.
pub struct Progress<'a> {
    line: Option<Mutex<Line<'a>>>,
}

struct Line<'a> {
    out: &'a mut (dyn Write + Send),
    what: &'static str,
    done: usize,
    of: usize,
    shown: Option<Instant>,
}

impl<'a> Progress<'a> {
    /// On a terminal. None: nowhere.
    pub fn on(terminal: Option<&'a mut (dyn Write + Send)>) -> Progress<'a> {
        let line = |out| Mutex::new(Line { out, what: "", done: 0, of: 0, shown: None });
        Progress { line: terminal.map(line) }
    }

    /// So much is to be done from now on.
    pub fn begin(&self, what: &'static str, of: usize) {
        self.change(|line| {
            (line.what, line.done, line.of, line.shown) = (what, 0, of, None);
            line.show();
        });
    }

    /// One more is done.
    pub fn step(&self) {
        self.change(|line| {
            line.done += 1;
            let is_due = line.shown.is_none_or(|shown| shown.elapsed() >= EVERY);
            if is_due || line.done == line.of {
                line.show();
            }
        });
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.change(|line| {
            let _ = write!(line.out, "\r\x1b[K").and_then(|()| line.out.flush());
        });
    }

    fn change(&self, change: impl FnOnce(&mut Line<'a>)) {
        if let Some(line) = &self.line {
            change(&mut line.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        }
    }
}

impl Line<'_> {
    fn show(&mut self) {
        let full = WIDTH * self.done / self.of.max(1);
        let bar = format!("{}{}", "=".repeat(full), " ".repeat(WIDTH.saturating_sub(full)));
        // A terminal that has gone is no reason to stop.
        let _ = write!(self.out, "\r{} [{bar}] {} of {}", self.what, self.done, self.of);
        let _ = self.out.flush();
        self.shown = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_what_is_done_of_what_is_known() {
        let mut shown = Vec::new();
        let progress = Progress::on(Some(&mut shown));
        progress.begin("reading", 2);
        progress.step();
        progress.step();
        progress.end();
        let text = String::from_utf8(shown).unwrap();
        let lines: Vec<&str> = text.split('\r').collect();
        assert_eq!(lines[1], format!("reading [{}] 0 of 2", " ".repeat(30)));
        assert_eq!(
            lines.get(lines.len() - 2),
            Some(&format!("reading [{}] 2 of 2", "=".repeat(30)).as_str())
        );
        Progress::on(None).step();
    }
}
