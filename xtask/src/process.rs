//! Running programs: one line that says what, and an error that says what failed and how it ended.

use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many of a failed program's last lines an error repeats.
const LAST_LINES: usize = 25;

/// Set while stdout belongs to what a program reads.
static ASIDE: AtomicBool = AtomicBool::new(false);

/// Says what is being done, in one line.
pub(crate) fn say(step: &str, what: &str) {
    if ASIDE.load(Ordering::Relaxed) {
        eprintln!("{step:>10}  {what}");
    } else {
        println!("{step:>10}  {what}");
    }
}

/// From now on, says it on stderr.
pub(crate) fn say_aside() {
    ASIDE.store(true, Ordering::Relaxed);
}

/// Runs a program whose output the person should see as it comes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_start(&name))?;
    if !status.success() {
        bail!("`{name}` failed ({status}); what it said is above");
    }
    Ok(())
}

/// Runs a program that has nothing to say when all is well, and returns its stdout.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(&name))?;
    if !output.status.success() {
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n");
        bail!("`{name}` failed ({}); it said:\n{last}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program and its first argument, which is enough to recognise it by.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut name = program.file_stem().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    if let Some(first) = command.get_args().next() {
        name = format!("{name} {}", first.to_string_lossy());
    }
    name
}

fn cannot_start(name: &str) -> String {
    format!("`{name}` cannot be started")
}

/// Does this run as root?
pub(crate) fn is_root() -> bool {
    cfg!(unix) && output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
