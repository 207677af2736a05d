//! The host's side of the protocol: asks in, exactly one answer out for each, until the input ends.
//!
//! Generic over reader and writer. One thread reads, one works and writes; a message that cannot be read is
//! answered and forgotten. Documents that end while another batch is on its way to the disk share the next
//! one. Nothing here takes a path, a command or an archive from a message.

mod check;
mod files;
mod ingest;
mod recognise;
mod request;
mod run;
mod session;
#[cfg(test)]
mod tests;

pub use ingest::READERS;
pub use session::Session;
pub(crate) use {
    check::{amount, date, says},
    files::{File, Preview},
    ingest::{Looked, look},
    run::{Imported, Run},
    session::Refusal as Refused,
};

use crate::caller::Caller;
use crate::log::Log;
use crate::places::Env;
use crate::reader::Reader;
use crate::wire::{self, Frame};
use billfold_core::protocol::{Answer, Code, Reply};
use session::Refusal;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// Frames that may wait while a batch is on its way to the disk. The browser waits for its acknowledgements,
/// so there are never many.
const WAITING: usize = 16;

/// A host for one browser, from its first message to the end of its input.
pub fn run(
    input: impl Read + Send + 'static,
    mut output: impl Write,
    caller: Caller,
    env: Env,
    mut log: Log,
) -> ExitCode {
    match caller {
        Caller::Known(id) => {
            log.line(format_args!("started by {id}"));
            let mut session = Session::new(env, log).with_reader(Reader::of_this_process());
            let ended = serve(input, &mut output, &mut session);
            session.end(&ended);
            if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Caller::Unknown(id) => {
            // The browser should not have started us; say why once, then go.
            log.line(format_args!("refused a caller that is not on the list: {}", id.escape_debug()));
            let answer = Refusal::from(Code::CallerNotAllowed).into_answer(None);
            let _ = wire::write(&mut output, &answer);
            ExitCode::FAILURE
        }
    }
}

/// Answers until the input ends. An error means that the connection broke, in or out.
pub fn serve(
    input: impl Read + Send + 'static,
    output: &mut impl Write,
    session: &mut Session,
) -> io::Result<()> {
    let frames = read_on(input);
    let mut answers = Vec::new();
    let ended = loop {
        // Whatever is here already joins the batch; only then is it worth the disk's time.
        let next = if session.has_work() {
            match frames.try_recv() {
                Err(TryRecvError::Empty) => {
                    session.settle(&mut answers);
                    send(output, &mut answers)?;
                    continue;
                }
                other => other.ok(),
            }
        } else {
            frames.recv().ok()
        };
        match next {
            Some(Ok(frame)) => session.take(frame, &mut answers),
            Some(Err(error)) => break Err(error),
            None => break Ok(()),
        }
        send(output, &mut answers)?;
    };
    // The browser may be gone, but what it has handed over whole is filed.
    session.settle(&mut answers);
    let _ = send(output, &mut answers);
    ended
}

fn send(output: &mut impl Write, answers: &mut Vec<Answer<Reply>>) -> io::Result<()> {
    for answer in answers.drain(..) {
        match wire::write(output, &answer) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let refusal = Refusal { code: Code::Internal, detail: Some("the answer is too long".into()) };
                wire::write(output, &refusal.into_answer(answer.id))?;
            }
            other => other?,
        }
    }
    Ok(())
}

/// Reads on a thread of its own, so that a batch can see what else has come. The thread ends with the input
/// or with the process.
fn read_on(input: impl Read + Send + 'static) -> Receiver<io::Result<Frame>> {
    let (sender, receiver) = sync_channel(WAITING);
    // A frame's length is four bytes, and most messages are short.
    let mut input = io::BufReader::with_capacity(64 * 1024, input);
    std::thread::spawn(move || {
        while let Some(frame) = wire::read(&mut input).transpose() {
            let broken = frame.is_err();
            if sender.send(frame).is_err() || broken {
                break;
            }
        }
    });
    receiver
}
