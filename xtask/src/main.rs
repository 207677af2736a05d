//! `cargo xtask`: everything that is done to this repository by one command.
//!
//! Each command installs or builds what it needs, says what it does in one line per step, and fails with one
//! clear sentence. Nothing here is part of what ships.
#![allow(clippy::print_stdout, reason = "a command line for people: what it does belongs on stdout")]

mod apt;
mod bench;
mod bless;
mod build;
mod chromium;
mod demo;
mod fuzz;
mod launch;
mod papers;
mod process;
mod project;
mod stamp;
mod test;
mod torture;

use anyhow::{Result, bail};
use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value};
use project::Project;
use std::process::ExitCode;

/// Something that can be asked for.
struct Command {
    name: &'static str,
    /// Its options, as they are told.
    options: &'static str,
    what: &'static str,
    /// What `--help` says, where that is more.
    help: &'static str,
    /// False: it was done, and something fell short.
    run: fn(&Project, Parser) -> Result<bool>,
}

const COMMANDS: [Command; 9] = [
    Command {
        name: "demo",
        options: "[--headed] [--fresh]",
        what: "one click on a replica billing page, in a real browser",
        help: "",
        run: demo::command,
    },
    Command {
        name: "launch",
        options: "",
        what: "the same for real use: opens the billing page for you",
        help: "",
        run: |project, options| none(options).and_then(|()| launch::launch(project)).map(|()| true),
    },
    Command {
        name: "test",
        options: "",
        what: "formatting, lints, build, all tests; ends with their count",
        help: "",
        run: |project, options| none(options).map(|()| test::test(project)),
    },
    Command {
        name: "bench",
        options: "[--json] [--only NAME]...",
        what: "how fast and how big, against goals",
        help: bench::HELP,
        run: bench::command,
    },
    Command {
        name: "fuzz",
        options: "[--minutes N] [--target NAME]... [--keep]",
        what: "random input to all that reads what others write",
        help: fuzz::HELP,
        run: fuzz::command,
    },
    Command {
        name: "torture",
        options: "[--seed S] [--rounds N] | --host ... | --hostile",
        what: "kills whatever may die in a run, harms documents, and compares with the truth",
        help: torture::HELP,
        run: torture::command,
    },
    Command {
        name: "papers",
        options: "[--only TEXT] [--sample]",
        what: "documents whose truth is known, and what is read of them",
        help: papers::HELP,
        run: papers::command,
    },
    Command {
        name: "bless",
        options: "",
        what: "writes the goldens of the sample pages anew",
        help: "",
        run: |project, options| none(options).and_then(|()| bless::bless(project)).map(|()| true),
    },
    Command {
        name: "build",
        options: "",
        what: "builds dist/: the extension and the host",
        help: "",
        run: |project, options| none(options).and_then(|()| build::all(project)).map(|()| true),
    },
];

fn main() -> ExitCode {
    match command() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line's first word and hands the rest to the command that it names.
fn command() -> Result<bool> {
    let mut parser = Parser::from_env();
    let name = match parser.next()? {
        None | Some(Short('h') | Long("help")) => {
            println!("{}", usage());
            return Ok(true);
        }
        Some(Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        bail!("there is no command `{name}`; there are:\n{}", usage());
    };
    let rest = parser.try_raw_args();
    if rest.is_some_and(|rest| rest.as_slice().iter().any(|word| word == "--help" || word == "-h")) {
        let short = line(command);
        println!("{}", if command.help.is_empty() { short.as_str() } else { command.help });
        return Ok(true);
    }
    (command.run)(&Project::find()?, parser)
}

fn usage() -> String {
    COMMANDS.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(command: &Command) -> String {
    let Command { name, options, what, .. } = command;
    format!("{:<62}{what}", format!("cargo xtask {name} {options}"))
}

/// For commands that have no options.
fn none(mut options: Parser) -> Result<()> {
    match options.next()? {
        None => Ok(()),
        Some(other) => Err(other.unexpected().into()),
    }
}
