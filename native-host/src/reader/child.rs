//! The process that takes documents apart: one after the other on its input, an answer to each on its output.
//!
//! It reads no config and no file. What it may use is limited before it looks at the first byte.

use super::sandbox::{self, Sandbox};
use super::{Answer, Hayro, MOST_BYTES, Request, Text, TextSource as _, Unreadable, explain, frame};
use billfold_core::document::{self, Document, Problem, Reading};
use billfold_core::stripe::embedded_link;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

/// The first argument of a process that is such a child. No command of the command line begins like this.
pub const FLAG: &str = "--pdf-child";

/// Memory for a document, taken apart.
const MEMORY: usize = 192 << 20;
/// Deep documents make deep calls.
const STACK: usize = 16 << 20;
/// Real documents take a few milliseconds.
pub(super) const TIME: Duration = Duration::from_millis(1500);
/// It took longer.
pub(super) const TIME_IS_UP: u8 = 4;
/// It broke.
const BROKE: u8 = 5;

/// Answers requests of one kind, named by the arguments behind [`FLAG`], one document after the other until there are
/// no more. `limit_memory` makes allocations beyond so many bytes end the process.
pub fn run(
    arguments: &[String],
    mut input: impl Read,
    mut output: impl Write,
    limit_memory: impl FnOnce(usize),
) -> ExitCode {
    limit_memory(MEMORY);
    let [request] = arguments else { return ExitCode::from(2) };
    let Some(request) = Request::parse(request) else { return ExitCode::from(2) };
    let (documents, work) = mpsc::sync_channel::<Vec<u8>>(0);
    let (sender, answers) = mpsc::sync_channel(0);
    // A panic drops the sender; a document that takes too long is left alone, and this process ends.
    let reader = move || {
        let Some(sandbox) = sandbox::enter() else { return };
        for bytes in work {
            let answer = answer(request, &bytes, sandbox).unwrap_or_else(Answer::Unreadable);
            if sender.send(encoded(request, &answer)).is_err() {
                return;
            }
        }
    };
    if std::thread::Builder::new().stack_size(STACK).spawn(reader).is_err() {
        return ExitCode::from(BROKE);
    }
    loop {
        let bytes = match frame::read(&mut input, MOST_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return ExitCode::SUCCESS,
            Err(_) => return ExitCode::from(BROKE),
        };
        if documents.send(bytes).is_err() {
            return ExitCode::from(BROKE);
        }
        match answers.recv_timeout(TIME) {
            Ok(Ok(answer)) if frame::write(&mut output, &answer).is_ok() => {}
            Err(mpsc::RecvTimeoutError::Timeout) => return ExitCode::from(TIME_IS_UP),
            _ => return ExitCode::from(BROKE),
        }
    }
}

/// An answer that is as short as its reader wants it.
fn encoded(request: Request, answer: &Answer) -> serde_json::Result<Vec<u8>> {
    let encoded = serde_json::to_vec(answer)?;
    if encoded.len() <= request.longest_answer() {
        return Ok(encoded);
    }
    serde_json::to_vec(&Answer::Unreadable(Unreadable::TooMuch))
}

fn answer(request: Request, bytes: &[u8], sandbox: Sandbox) -> Result<Answer, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    Ok(match request {
        Request::Sandbox => Answer::Sandbox(sandbox),
        Request::Text => Answer::Text(Hayro.text(bytes)?),
        Request::Fields => Answer::Fields(Box::new(fields(bytes, &Hayro.text(bytes)?))),
        Request::Picture => {
            let text = Hayro.text(bytes)?;
            let document = fields(bytes, &text);
            let picture = explain::picture(bytes, &text.pages, &document)?;
            Answer::Picture(Box::new(document), picture)
        }
    })
}

/// What the text says, and what the file says besides.
fn fields(bytes: &[u8], text: &Text) -> Document {
    let mut document = document::read(&text.pages, &text.attachments);
    if document.link.is_none() {
        let link = embedded_link(bytes).or_else(|| embedded_link(text.links.join("\n").as_bytes()));
        document.link = link.map(|link| link.identity().key());
    }
    if text.recognised {
        document.reading = Reading::InPart;
        document.problems.push(Problem {
            code: "recognised-text".to_owned(),
            fields: Vec::new(),
            sentence:
                "This is a scan. Its text was recognised by a machine and may differ from what is seen."
                    .to_owned(),
        });
    }
    document
}
