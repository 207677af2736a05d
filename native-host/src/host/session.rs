//! What the host knows while a browser is connected: whether it was greeted, the runs, the archive.

use super::ingest::Pending;
use super::request;
use super::run::{Item, Run};
use crate::archive::{Archive, Trouble, Writer};
use crate::config::Config;
use crate::log::Log;
use crate::places::Env;
use crate::reader::Reader;
use crate::wire::Frame;
use billfold_core::protocol::{Answer, Ask, Code, Reply, Request, RunId};
use serde::Deserialize;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Runs that may be open at once. The oldest gives way: its browser announces it again.
const OPEN_RUNS: usize = 16;

/// Documents that share one batch.
const BATCH: usize = 16;

/// How long another writer may take to finish.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection.
pub struct Session {
    env: Env,
    pub(crate) log: Log,
    pub(super) greeted: bool,
    pub(super) writer: Option<Writer>,
    /// The archive of the open runs.
    root: PathBuf,
    /// Another archive than the config's, chosen on the command line.
    chosen: Option<PathBuf>,
    /// In the order in which they were announced.
    pub(super) runs: Vec<Run>,
    /// Documents that have arrived whole and wait for the next batch.
    pub(super) pending: Vec<Pending>,
    /// None: documents are filed by what their rows say.
    pub(super) reader_of_documents: Option<Reader>,
    patience: Duration,
}

/// Why an ask is not carried out.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) detail: Option<String>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        Refusal { code, detail: None }
    }
}

impl Refusal {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Refusal {
        Refusal { code, detail: Some(detail.into()) }
    }

    pub(super) fn into_answer(self, id: Option<u32>) -> Answer<Reply> {
        let sentence = self.code.sentence();
        let message =
            self.detail.map_or_else(|| sentence.to_owned(), |detail| format!("{sentence} ({detail})"));
        Answer { id, answer: Reply::Error { code: self.code, message } }
    }
}

impl Session {
    /// A new connection.
    pub fn new(env: Env, log: Log) -> Session {
        Session {
            env,
            log,
            greeted: false,
            writer: None,
            root: PathBuf::new(),
            chosen: None,
            runs: Vec::new(),
            pending: Vec::new(),
            reader_of_documents: None,
            patience: PATIENCE,
        }
    }

    /// Reads documents before they are filed.
    pub fn with_reader(self, reader: Reader) -> Session {
        Session { reader_of_documents: Some(reader), ..self }
    }

    /// Writes to another archive than the config's.
    pub(crate) fn in_archive(self, chosen: Option<PathBuf>) -> Session {
        Session { chosen, ..self }
    }

    /// How long to wait for another writer.
    pub fn with_patience(self, patience: Duration) -> Session {
        Session { patience, ..self }
    }

    /// Documents wait for a batch.
    pub(super) fn has_work(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes one frame. Its answer is added, unless it is a document's end, which is answered by the batch.
    pub(super) fn take(&mut self, frame: Frame, answers: &mut Vec<Answer<Reply>>) {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::NotText => {
                return answers.push(Refusal::new(Code::MessageUnreadable, "not UTF-8").into_answer(None));
            }
            Frame::TooLong(len) => {
                let detail = format!("{len} bytes");
                return answers.push(Refusal::new(Code::MessageTooLong, detail).into_answer(None));
            }
        };
        match serde_json::from_str::<Ask<Request<'_>>>(&text) {
            Ok(Ask { id, ask }) => match self.answer(id, ask, answers) {
                Ok(Some(answer)) => answers.push(Answer { id: Some(id), answer }),
                Ok(None) => {}
                Err(refusal) => answers.push(refusal.into_answer(Some(id))),
            },
            // Where, but not what: a parser's message repeats its input.
            Err(error) => {
                let detail = format!("{:?} error at column {}", error.classify(), error.column());
                let id = serde_json::from_str::<Numbered>(&text).ok().map(|ask| ask.id);
                answers.push(Refusal::new(Code::MessageUnreadable, detail.to_lowercase()).into_answer(id));
            }
        }
    }

    fn answer(
        &mut self,
        id: u32,
        ask: Request<'_>,
        answers: &mut Vec<Answer<Reply>>,
    ) -> Result<Option<Reply>, Refusal> {
        if !self.greeted && !matches!(ask, Request::Hello { .. }) {
            return Err(Code::NoHello.into());
        }
        let joins_the_batch =
            matches!(ask, Request::BeginDocument { .. } | Request::Chunk(_) | Request::EndDocument { .. });
        if !joins_the_batch || self.pending.len() >= BATCH {
            self.settle(answers);
        }
        match ask {
            Request::Hello { protocol, extension } => request::hello(self, protocol, &extension).map(Some),
            Request::Look { source, rows } => request::look(self, &source, &rows).map(Some),
            Request::BeginRun(begin) => request::begin_run(self, begin).map(Some),
            Request::BeginDocument { run, row, part, file_name } => {
                request::begin_document(self, run, Item { row, part }, file_name).map(Some)
            }
            Request::Chunk(chunk) => request::chunk(self, chunk).map(Some),
            Request::EndDocument { run, row, part, size, sha256 } => {
                request::end_document(self, id, &run, Item { row, part }, size, &sha256).map(|()| None)
            }
            Request::EndRun { run, failed, without_receipt } => {
                request::end_run(self, &run, failed, &without_receipt).map(Some)
            }
        }
    }

    /// The config, read anew: it may have changed since the browser was started.
    pub(crate) fn config(&mut self) -> Result<(Config, PathBuf), Refusal> {
        let config = Config::load(&self.env, self.chosen.as_deref()).map_err(|error| {
            self.log.line(format_args!("{error}"));
            Refusal::from(Code::ConfigUnreadable)
        })?;
        let archive = config.archive.clone().ok_or(Refusal::from(Code::NoArchive))?;
        Ok((config, archive))
    }

    /// The archive to read in.
    pub(crate) fn reader(&mut self) -> Result<Archive, Refusal> {
        let (_, root) = self.config()?;
        let opened = Archive::open(&root, self.env.state_folder().as_deref());
        opened.map_err(|trouble| self.refuse(&trouble))
    }

    /// Opens the archive to write in, if it is not open yet. It stays open, and locked, while a run is.
    pub(crate) fn open_writer(&mut self) -> Result<Config, Refusal> {
        let (config, root) = self.config()?;
        let canonical = std::fs::canonicalize(&root).ok();
        let is_open = self.writer.as_ref().is_some_and(|writer| Some(writer.root()) == canonical.as_deref());
        if !is_open {
            // Another archive was chosen meanwhile: what is half done there is sent again.
            self.runs.clear();
            self.writer = None;
            self.root = root;
        }
        self.writer()?;
        Ok(config)
    }

    /// The writer that an open run has. One that an error has broken is opened anew first, so that it knows
    /// what is really there.
    pub(crate) fn writer(&mut self) -> Result<&mut Writer, Refusal> {
        let writer = match self.writer.take() {
            Some(sound) if sound.is_sound() => sound,
            other => {
                let state = self.env.state_folder();
                let opened = match other {
                    Some(broken) => broken.reopen(state.as_deref(), self.patience),
                    None => Writer::open(&self.root, state.as_deref(), self.patience),
                };
                let opened = opened.map_err(|trouble| {
                    // The next one to open it sweeps what they have brought so far.
                    self.runs.iter_mut().for_each(|run| run.transfers.clear());
                    self.refuse(&trouble)
                })?;
                if let Some(owner) = opened.took_over() {
                    self.log.line(format_args!(
                        "took over the lock of {owner}, which ended without giving it back"
                    ));
                }
                opened
            }
        };
        Ok(self.writer.insert(writer))
    }

    /// An open run.
    pub(super) fn run(&mut self, run: &RunId) -> Result<&mut Run, Refusal> {
        self.runs.iter_mut().find(|open| open.begin.run == *run).ok_or(Code::UnknownRun.into())
    }

    pub(super) fn add_run(&mut self, run: Run) {
        self.runs.retain(|open| open.begin.run != run.begin.run);
        if self.runs.len() >= OPEN_RUNS {
            self.runs.remove(0);
        }
        self.runs.push(run);
    }

    /// Closes a run, and the archive with the last one.
    pub(super) fn close_run(&mut self, run: &RunId) {
        self.runs.retain(|open| open.begin.run != *run);
        if self.runs.is_empty() {
            self.writer = None;
        }
    }

    /// The extension gets the code; the cause, with its paths, is for this machine's log.
    pub(crate) fn refuse(&mut self, trouble: &Trouble) -> Refusal {
        self.log.line(format_args!("{}: {}", trouble.code.as_str(), trouble.cause));
        Refusal::from(trouble.code)
    }

    /// The last line of the log.
    pub(super) fn end(&mut self, ended: &io::Result<()>) {
        let open = self.runs.len();
        match ended {
            Ok(()) => self.log.line(format_args!("end of input, {open} runs open")),
            Err(error) => self.log.line(format_args!("connection broke ({error}), {open} runs open")),
        }
    }
}

/// As much of a message as is needed to answer it.
#[derive(Deserialize)]
struct Numbered {
    id: u32,
}
