//! The command line: what people and scripts ask of the archive, and how the host gets into browsers.
//!
//! Everything is written through the two writers that are passed in. Exit codes: 0 fine, 1 something fell
//! short, 2 wrong usage.

mod browsers;
mod configure;
mod doctor;
mod import;
mod install;
mod list;
mod manifest;
mod pairs;
mod quarantine;
mod read;
mod rename;
mod runs;
mod table;
mod verify;

use crate::archive::{Archive, Trouble, Writer};
use crate::config::{BadConfig, Config};
use crate::places::Env;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// How long another writer may take to finish.
const PATIENCE: Duration = Duration::from_secs(5);

/// Files every vendor invoice: the archive's command line, and the helper that the browser extension talks to.
#[derive(Debug, Parser)]
#[command(name = "billfold", version, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 fine, 1 something fell short, 2 wrong usage.")]
struct Cli {
    /// The archive's folder, instead of the configured one
    #[arg(long, global = true, value_name = "DIR")]
    archive: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register the helper with browsers: with those that are there, or with the one that is named
    Install(install::Target),
    /// Take the registration back
    Uninstall(install::Target),
    /// Find out why something does not work, and say what helps
    Doctor(doctor::Doctor),
    /// List the documents
    List(list::List),
    /// Show what is known of one document
    Show(list::Show),
    /// Open one document
    Open(list::Open),
    /// File what is there already: PDFs, folders, ZIPs and mail. The originals stay
    Import(import::Import),
    /// Say what PDFs say, field by field, without filing them
    Read(read::Read),
    /// Check every document against its record, and the logs against themselves
    Verify(verify::Verify),
    /// Decide about documents that do not fit their rows
    Quarantine(quarantine::Quarantine),
    /// Rename what is filed by another template
    Rename(rename::Rename),
    /// List the runs with their sums
    Runs(runs::Runs),
    /// Rebuild the index from the archive
    Reindex,
    /// Show or change the config
    Config(configure::Configure),
}

/// `--json`, on everything that prints data.
#[derive(Clone, Copy, Debug, Args)]
struct Json {
    /// Print JSON with stable keys
    #[arg(long)]
    json: bool,
}

/// Where a command writes, and what it knows.
struct Desk<'a> {
    env: &'a Env,
    program: &'a Path,
    archive: Option<PathBuf>,
    out: &'a mut dyn Write,
    /// For what is not asked for, but should be known.
    err: &'a mut dyn Write,
}

/// Why a command ended early.
#[derive(Debug)]
enum Failure {
    /// Said already, in the command's own output.
    Short,
    /// One sentence.
    Because(String),
    /// Arguments that do not fit each other, in one sentence.
    Usage(String),
    /// Whoever read the output has gone.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure::Because(trouble.to_string())
    }
}

impl From<BadConfig> for Failure {
    fn from(error: BadConfig) -> Failure {
        Failure::Because(error.to_string())
    }
}

fn because<T>(sentence: impl fmt::Display) -> Result<T, Failure> {
    Err(Failure::Because(sentence.to_string()))
}

/// Carries out one command line.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    env: &Env,
    program: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let Cli { archive, command } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            let _ = if error.use_stderr() { write!(err, "{text}") } else { write!(out, "{text}") };
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut desk = Desk { env, program, archive, out, err };
    let done = match command {
        Command::Install(target) => install::install(&mut desk, &target),
        Command::Uninstall(target) => install::uninstall(&mut desk, &target),
        Command::Doctor(doctor) => doctor.run(&mut desk),
        Command::List(list) => list.run(&mut desk),
        Command::Show(show) => show.run(&mut desk),
        Command::Open(open) => open.run(&mut desk),
        Command::Import(import) => import.run(&mut desk),
        Command::Read(read) => read.run(&mut desk),
        Command::Verify(verify) => verify.run(&mut desk),
        Command::Quarantine(quarantine) => quarantine.run(&mut desk),
        Command::Rename(rename) => rename.run(&mut desk),
        Command::Runs(runs) => runs.run(&mut desk),
        Command::Reindex => runs::reindex(&mut desk),
        Command::Config(configure) => configure.run(&mut desk),
    };
    match done.and_then(|()| Ok(desk.out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Short) => ExitCode::FAILURE,
        Err(Failure::Because(sentence)) => {
            let _ = writeln!(err, "billfold: {sentence}");
            ExitCode::FAILURE
        }
        Err(Failure::Usage(sentence)) => {
            let _ = writeln!(err, "billfold: {sentence}");
            ExitCode::from(2)
        }
        Err(Failure::Output(error)) => {
            let _ = writeln!(err, "billfold: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Desk<'_> {
    fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(self.env, self.archive.as_deref())?)
    }

    fn archive_folder(&self) -> Result<PathBuf, Failure> {
        match self.config()?.archive {
            Some(folder) => Ok(folder),
            None => because(billfold_core::protocol::Code::NoArchive.sentence()),
        }
    }

    /// The archive, to read in.
    fn open(&self) -> Result<Archive, Failure> {
        Ok(Archive::open(&self.archive_folder()?, self.env.state_folder().as_deref())?)
    }

    /// The archive, to write in.
    fn write(&mut self) -> Result<Writer, Failure> {
        let writer = Writer::open(&self.archive_folder()?, self.env.state_folder().as_deref(), PATIENCE)?;
        if let Some(owner) = writer.took_over() {
            writeln!(self.err, "billfold: took over the archive from {owner}, which ended in the middle")?;
        }
        Ok(writer)
    }

    fn print_json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        Ok(writeln!(self.out, "{text}")?)
    }
}
