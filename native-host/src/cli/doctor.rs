//! `doctor`: goes along the line from the browser to the archive, and says at each broken place what helps.

use super::install::{Place, Target};
use super::{Desk, Failure, Json, manifest};
use crate::config::{Config, Documents};
use crate::reader::{Reader, Sandbox};
use crate::{caller, wire};
use billfold_core::protocol::{Answer, Ask, Code, PROTOCOL, Reply, Request};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Options of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    json: Json,
}

/// One place on the line.
#[derive(Debug, Serialize)]
struct Finding {
    /// What was looked at.
    what: String,
    ok: bool,
    /// What was found.
    found: String,
    /// What helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

fn fine(what: &str, found: impl Into<String>) -> Finding {
    Finding { what: what.into(), ok: true, found: found.into(), remedy: None }
}

fn broken(what: &str, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { what: what.into(), ok: false, found: found.into(), remedy: Some(remedy.into()) }
}

impl Doctor {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let mut findings = Vec::new();
        match desk.config() {
            Ok(config) => {
                let file = config.file.as_deref().filter(|file| file.exists());
                let found =
                    file.map_or("no file, so the defaults hold".into(), |file| file.display().to_string());
                findings.push(fine("config", found));
                let documents = match config.documents {
                    Documents::Invoice => "invoices, without their receipts",
                    Documents::Both => "invoices and their receipts",
                };
                findings.push(fine("documents", documents));
                findings.push(archive(&config));
            }
            Err(Failure::Because(why)) => {
                findings.push(broken("config", why, "Correct the file, then run `billfold doctor` again."));
            }
            Err(other) => return Err(other),
        }
        findings.push(state(desk));
        findings.push(reading(desk));
        match self.target.places(desk) {
            Ok(places) => findings.extend(places.iter().map(|place| registration(desk, place))),
            Err(Failure::Because(why)) => {
                findings.push(broken("browsers", why, "Start a browser once, or name one with --browser."));
            }
            Err(other) => return Err(other),
        }
        let ok = findings.iter().all(|finding| finding.ok);
        if self.json.json {
            desk.print_json(&serde_json::json!({ "ok": ok, "findings": findings }))?;
        } else {
            for Finding { what, ok, found, remedy } in &findings {
                writeln!(desk.out, "{}  {what}: {found}", if *ok { "ok " } else { "BAD" })?;
                if let Some(remedy) = remedy {
                    writeln!(desk.out, "     {remedy}")?;
                }
            }
            if ok {
                writeln!(
                    desk.out,
                    "If the browser still says that the helper is missing, a policy may forbid it: look for \
                     NativeMessagingUserLevelHosts and NativeMessagingBlocklist under chrome://policy."
                )?;
            }
        }
        if ok { Ok(()) } else { Err(Failure::Short) }
    }
}

fn archive(config: &Config) -> Finding {
    let what = "archive";
    let Some(folder) = config.archive.as_deref() else {
        return broken(what, "no folder is set", "Choose one: `billfold config archive DIR`.");
    };
    let name = folder.display();
    match fs::metadata(folder) {
        Ok(there) if there.is_dir() => {}
        Ok(_) => {
            return broken(
                what,
                format!("{name} is not a folder"),
                "Choose another: `billfold config archive DIR`.",
            );
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return broken(
                what,
                format!("{name} is not there"),
                "Connect the drive that it is on, or make it with `billfold config archive DIR`.",
            );
        }
        Err(error) => return broken(what, format!("{name}: {error}"), "Check the folder's permissions."),
    }
    // Billfold's own folder where there is one, so that nothing appears among the documents.
    let own = folder.join(crate::archive::OWN_FOLDER);
    let probe = if own.is_dir() { own.join("staging") } else { folder.to_owned() };
    match tempfile::tempfile_in(&probe).or_else(|_| tempfile::tempfile_in(folder)) {
        Ok(_) => fine(what, format!("{name} can be written")),
        Err(error) => broken(
            what,
            format!("{name} cannot be written: {error}"),
            "Check the folder's permissions and the disk's space.",
        ),
    }
}

fn state(desk: &Desk<'_>) -> Finding {
    let what = "state folder";
    let Some(folder) = desk.env.state_folder() else {
        return broken(what, "there is no place for it", "Set HOME or BILLFOLD_STATE.");
    };
    let probed = fs::create_dir_all(&folder).and_then(|()| tempfile::tempfile_in(&folder));
    match probed {
        Ok(_) => fine(what, folder.display().to_string()),
        Err(error) => broken(
            what,
            format!("{} cannot be written: {error}", folder.display()),
            "Billfold works without it, but slowly. Check its permissions.",
        ),
    }
}

/// Whether documents can be read, and what holds who reads them.
fn reading(desk: &Desk<'_>) -> Finding {
    let what = "reading";
    match Reader::new(desk.program).sandbox() {
        Ok(Sandbox::Locked) => fine(what, "documents are taken apart in a process that is locked in"),
        Ok(Sandbox::LimitsOnly) => fine(
            what,
            "documents are taken apart in a process with limits on memory and time, which this system cannot \
             lock in further",
        ),
        Err(why) => broken(
            what,
            why.sentence(),
            "Documents are filed by their rows and not read. Check that 200 MB of memory are free, and that \
             nothing keeps Billfold from starting itself.",
        ),
    }
}

/// Whether a browser would find us, and would start this program.
fn registration(desk: &Desk<'_>, place: &Place) -> Finding {
    let name = place.browser.name();
    let again = format!("Run `billfold install --browser {name}`.");
    let file = place.file.display();
    let text = match fs::read_to_string(&place.file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return broken(&name, format!("the helper is not registered: {file} is missing"), again);
        }
        Err(error) => return broken(&name, format!("{file}: {error}"), "Check the file's permissions."),
    };
    let manifest: Value = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => return broken(&name, format!("{file} is not JSON: {error}"), again),
    };
    if let Err(why) = manifest::check(place.browser.family(), &manifest) {
        return broken(&name, format!("{file} is of no use: {why}"), again);
    }
    let program = PathBuf::from(manifest.get("path").and_then(Value::as_str).unwrap_or_default());
    if !program.is_file() {
        let found = format!("the program has moved: {} is not there any more", program.display());
        return broken(&name, found, again);
    }
    if let Err(why) = greet(&program, desk) {
        return broken(&name, format!("{} does not answer: {why}", program.display()), again);
    }
    let is_this = fs::canonicalize(&program).ok() == fs::canonicalize(desk.program).ok();
    let which = if is_this { "this program" } else { "another copy of this program" };
    fine(&name, format!("registered, and {which} answers ({})", program.display()))
}

/// Starts the program as the browser would, and waits for its welcome.
fn greet(program: &Path, desk: &Desk<'_>) -> Result<(), String> {
    let ask = Ask {
        id: 1,
        ask: Request::Hello {
            protocol: PROTOCOL,
            extension: format!("doctor-{}", env!("CARGO_PKG_VERSION")),
        },
    };
    let body = serde_json::to_vec(&ask).map_err(|error| error.to_string())?;
    let length = u32::try_from(body.len()).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg(format!("chrome-extension://{}/", caller::chromium_id()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    desk.env.give_to(&mut command);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    // Its input ends with this statement, and so will it.
    let written = child.stdin.take().map(|mut input| {
        let frame = [&length.to_ne_bytes()[..], &body].concat();
        std::io::Write::write_all(&mut input, &frame)
    });
    // Something that is not ours may say nothing, or talk without end.
    let (sender, receiver) = std::sync::mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || sender.send(wire::read(&mut output.take(wire::MAX_TO_BROWSER as u64))));
    }
    let answer = receiver.recv_timeout(PATIENCE);
    let _ = child.kill();
    let _ = child.wait();
    if let Some(Err(error)) = written {
        return Err(error.to_string());
    }
    let Ok(Ok(Some(wire::Frame::Text(text)))) = answer else { return Err("it said nothing".into()) };
    match serde_json::from_str::<Answer<Reply>>(&text) {
        Ok(Answer { answer: Reply::Welcome { .. }, .. }) => Ok(()),
        Ok(Answer { answer: Reply::Error { code: Code::ProtocolVersion, .. }, .. }) => {
            Err("it is of another version".into())
        }
        Ok(Answer { answer: Reply::Error { message, .. }, .. }) => Err(message),
        _ => Err("it is not Billfold".into()),
    }
}
