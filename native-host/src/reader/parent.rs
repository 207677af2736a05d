//! Starts a reading process and hears its answer, within bounds.

use super::child::{FLAG, TIME, TIME_IS_UP};
use super::{Answer, MOST_BYTES, Request, Sandbox, Text, Unreadable};
use billfold_core::document::Document;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A child ends itself; this is for one that cannot.
const GRACE: Duration = Duration::from_millis(500);

/// Reads documents, each in a process of its own. It may be used from several threads at once.
#[derive(Clone, Debug)]
pub struct Reader {
    executable: PathBuf,
}

impl Reader {
    /// Whose processes are started from this executable, which is `billfold`.
    pub fn new(executable: impl Into<PathBuf>) -> Reader {
        Reader { executable: executable.into() }
    }

    /// For use in `billfold` itself.
    pub fn of_this_process() -> Reader {
        // An update may have put another version in the place where this one was started from.
        let same = PathBuf::from("/proc/self/exe");
        if cfg!(target_os = "linux") && same.exists() {
            return Reader::new(same);
        }
        Reader::new(std::env::current_exe().unwrap_or_default())
    }

    /// What a document says.
    pub fn read_bytes(&self, bytes: &[u8]) -> Result<Document, Unreadable> {
        match self.ask(Request::Fields, bytes)? {
            Answer::Fields(document) => Ok(*document),
            _ => Err(Unreadable::ChildFailed),
        }
    }

    /// The text of its pages.
    pub fn read_text(&self, bytes: &[u8]) -> Result<Text, Unreadable> {
        match self.ask(Request::Text, bytes)? {
            Answer::Text(text) => Ok(text),
            _ => Err(Unreadable::ChildFailed),
        }
    }

    /// What a document says, and an SVG of its pages with a box around each value.
    pub fn explain(&self, bytes: &[u8]) -> Result<(Document, String), Unreadable> {
        match self.ask(Request::Picture, bytes)? {
            Answer::Picture(document, picture) => Ok((*document, picture)),
            _ => Err(Unreadable::ChildFailed),
        }
    }

    /// What holds the processes that it starts, here and now.
    pub fn sandbox(&self) -> Result<Sandbox, Unreadable> {
        match self.ask(Request::Sandbox, b"")? {
            Answer::Sandbox(sandbox) => Ok(sandbox),
            _ => Err(Unreadable::ChildFailed),
        }
    }

    fn ask(&self, request: Request, bytes: &[u8]) -> Result<Answer, Unreadable> {
        if bytes.len() > MOST_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let until = Instant::now() + TIME + GRACE;
        let mut child = self.start(request).map_err(|_| Unreadable::ChildFailed)?;
        let answer = converse(&mut child, request, bytes, until);
        let parsed = answer.as_deref().and_then(|answer| serde_json::from_slice(answer).ok());
        let ended = end(&mut child, parsed.is_none(), until);
        match parsed {
            Some(Answer::Unreadable(reason)) => Err(reason),
            Some(answer) => Ok(answer),
            None => Err(ended),
        }
    }

    fn start(&self, request: Request) -> std::io::Result<Child> {
        Command::new(&self.executable)
            .args([FLAG, request.as_str()])
            .env_clear()
            .current_dir(if cfg!(windows) { "." } else { "/" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// Everything that a child says, if it says it in time.
fn converse(child: &mut Child, request: Request, bytes: &[u8], until: Instant) -> Option<Vec<u8>> {
    let longest = request.longest_answer() as u64;
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    let (sender, receiver) = mpsc::sync_channel(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A child that has ended early does not listen; what it said counts.
            let _ = input.write_all(bytes);
            drop(input);
            let mut answer = Vec::new();
            let heard = output.take(longest).read_to_end(&mut answer);
            let _ = sender.send(heard.is_ok().then_some(answer));
        });
        let heard = receiver.recv_timeout(until.saturating_duration_since(Instant::now()));
        if heard.is_err() {
            // Closes the pipes, on which the thread above waits.
            let _ = child.kill();
        }
        heard.ok().flatten()
    })
}

/// Sees a child off. Says why there was no answer.
fn end(child: &mut Child, wait: bool, until: Instant) -> Unreadable {
    while wait && Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(Duration::from_millis(1));
    }
    // Nobody waits for one that has answered, or does not end.
    let _ = child.kill();
    let Ok(status) = child.wait() else { return Unreadable::ChildFailed };
    // Without a code: it ran out of memory or stack, or was ended.
    match status.code() {
        None => Unreadable::GaveUp,
        Some(code) if code == i32::from(TIME_IS_UP) => Unreadable::GaveUp,
        Some(_) => Unreadable::ChildFailed,
    }
}
