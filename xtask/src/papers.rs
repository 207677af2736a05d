//! `cargo xtask papers`: documents whose truth is known, by the hundred, and what the reader makes of them.

use crate::process::say;
use crate::project::{self, Project};
use crate::{apt, build, chromium};
use anyhow::{Result, bail};
use lexopt::Parser;
use lexopt::prelude::{Long, ValueExt as _};

/// `cargo xtask papers --help`.
pub(crate) const HELP: &str = "\
cargo xtask papers [--only TEXT] [--sample]

Prints invoices, receipts and credit notes whose every field is known, the way Stripe's renderer does (in Chromium),
as other renderers do, and saved again by Ghostscript and cairo, into target/papers/, each with its truth as JSON
beside it. What lies there already is not printed again. Then `billfold read` reads all of them, and each field that
is wrong, invented or absent is told.
--only     just those whose name contains the text
--sample   prints the few that lie in tests/fixtures/papers anew, and reads nothing
The exit code is 1 where a field was wrong or invented, or more than one in a hundred absent.";

/// `cargo xtask papers`. False if the reader fell short.
pub(crate) fn command(project: &Project, mut options: Parser) -> Result<bool> {
    let mut only = None;
    let mut sample = false;
    while let Some(option) = options.next()? {
        match option {
            Long("only") => only = Some(options.value()?.string()?),
            Long("sample") => sample = true,
            other => return Err(other.unexpected().into()),
        }
    }
    papers(project, only.as_deref(), sample)
}

/// All of them are read as they are.
pub(crate) fn holds(project: &Project) -> Result<()> {
    if !papers(project, None, false)? {
        bail!("documents were not read as they are; which is above");
    }
    Ok(())
}

fn papers(project: &Project, only: Option<&str>, sample: bool) -> Result<bool> {
    tools()?;
    let mut command = project::cargo();
    command.args(["run", "--quiet", "--package", "billfold-tests", "--bin", "papers", "--"]);
    if sample {
        command.arg("--sample");
    } else {
        command.arg("--reader").arg(build::host(project)?);
    }
    if let Some(only) = only {
        command.args(["--only", only]);
    }
    say("papers", "documents whose truth is known, printed and read");
    Ok(command.current_dir(&project.root).status()?.success())
}

/// The programs that documents are printed and saved again with.
pub(crate) fn tools() -> Result<()> {
    chromium::for_tests()?;
    let resaving: Vec<&str> = [("ghostscript", "gs"), ("poppler-utils", "pdftocairo")]
        .into_iter()
        .filter_map(|(package, program)| chromium::on_path(program).is_none().then_some(package))
        .collect();
    if !resaving.is_empty() {
        apt::install(&resaving, "documents are saved again by other programs")?;
    }
    Ok(())
}
