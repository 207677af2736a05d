//! Starts reading processes and hears their answers, within bounds.

use super::child::{FLAG, TIME, TIME_IS_UP};
use super::{Answer, MOST_BYTES, Request, Sandbox, Text, Unreadable, frame};
use billfold_core::document::Document;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A child ends itself; this is for one that cannot.
const GRACE: Duration = Duration::from_millis(500);
/// A process is replaced after so many documents.
const MOST_READ: u32 = 64;
/// So many wait for their next document, which is as many as there are readers at once.
const MOST_KEPT: usize = 4;

/// Reads documents in processes that are not this one. It may be used from several threads at once.
#[derive(Clone, Debug)]
pub struct Reader {
    executable: PathBuf,
    kept: Arc<Kept>,
}

impl Reader {
    /// Whose processes are started from this executable, which is `billfold`.
    pub fn new(executable: impl Into<PathBuf>) -> Reader {
        Reader { executable: executable.into(), kept: Arc::default() }
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
        let start = Instant::now();
        if request == Request::Fields
            && let Some(mut process) = self.kept.take()
        {
            match process.ask(bytes) {
                Some(answer) => return self.heard(process, answer),
                None if start.elapsed() > GRACE => return Err(process.why_it_ended()),
                // What a document gives depends on nothing but its bytes: a process that has read nothing yet is asked.
                None => {}
            }
        }
        let mut process = self.start(request)?;
        match process.ask(bytes) {
            Some(answer) => self.heard(process, answer),
            None => Err(process.why_it_ended()),
        }
    }

    /// What an answer says. Whose it is reads on if it has read well.
    fn heard(&self, process: Process, answer: Answer) -> Result<Answer, Unreadable> {
        match answer {
            Answer::Unreadable(reason) => Err(reason),
            Answer::Fields(_) => {
                self.kept.put(process);
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }

    fn start(&self, request: Request) -> Result<Process, Unreadable> {
        let mut child = Command::new(&self.executable)
            .args([FLAG, request.as_str()])
            .env_clear()
            .current_dir(if cfg!(windows) { "." } else { "/" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| Unreadable::ChildFailed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Process { child, input, output, request, read: 0 }),
            _ => Err(Unreadable::ChildFailed),
        }
    }
}

/// Processes that wait for their next document. Each has read its last one well: one that refused a document, which
/// may want to do harm, is not used again.
#[derive(Debug, Default)]
struct Kept(Mutex<Vec<Process>>);

impl Kept {
    fn take(&self) -> Option<Process> {
        let mut process = self.0.lock().ok()?.pop()?;
        matches!(process.child.try_wait(), Ok(None)).then_some(process)
    }

    fn put(&self, process: Process) {
        if process.read < MOST_READ
            && let Ok(mut kept) = self.0.lock()
            && kept.len() < MOST_KEPT
        {
            kept.push(process);
        }
    }
}

/// A reading process with its pipes. It ends with this.
#[derive(Debug)]
struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    request: Request,
    /// How many documents.
    read: u32,
}

impl Process {
    /// What it says to a document, if it says it in time.
    fn ask(&mut self, bytes: &[u8]) -> Option<Answer> {
        self.read += 1;
        let longest = self.request.longest_answer();
        let Process { child, input, output, .. } = self;
        let (sender, receiver) = mpsc::sync_channel(1);
        let answer = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A process that has ended does not listen.
                let heard = frame::write(input, bytes).and_then(|()| frame::read(output, longest));
                let _ = sender.send(heard.ok().flatten());
            });
            let heard = receiver.recv_timeout(TIME + GRACE);
            if heard.is_err() {
                // Closes the pipes, on which the thread above waits.
                let _ = child.kill();
            }
            heard.ok().flatten()
        });
        serde_json::from_slice(&answer?).ok()
    }

    /// Why there was no answer.
    fn why_it_ended(&mut self) -> Unreadable {
        let until = Instant::now() + GRACE;
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = self.child.kill();
        let Ok(status) = self.child.wait() else { return Unreadable::ChildFailed };
        // Without a code: it ran out of memory or stack, or was ended.
        match status.code() {
            None => Unreadable::GaveUp,
            Some(code) if code == i32::from(TIME_IS_UP) => Unreadable::GaveUp,
            Some(_) => Unreadable::ChildFailed,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
