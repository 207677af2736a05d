//! `runs` and `reindex`.

use super::{Desk, Failure, Json};
use clap::Args;

/// Options of `runs`.
#[derive(Debug, Args)]
pub(super) struct Runs {
    /// Only the last run
    #[arg(long)]
    last: bool,
    #[command(flatten)]
    json: Json,
}

impl Runs {
    pub(super) fn run(self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let mut runs = desk.open()?.runs()?;
        if self.last {
            runs.drain(..runs.len().saturating_sub(1));
        }
        if self.json.json {
            return desk.print_json(&runs);
        }
        for run in &runs {
            let vendor = run.source.vendor.as_deref().unwrap_or(&run.source.portal);
            writeln!(desk.out, "{}  {}  {}", run.at, super::table::plain(vendor), run.sum)?;
            for row in run.quarantined.iter().chain(&run.failed) {
                let why = row.code.map(|code| code.sentence()).unwrap_or_default();
                writeln!(desk.out, "  {}: {why}", super::table::plain(&row.name))?;
            }
            for warning in &run.warnings {
                writeln!(desk.out, "  {warning}")?;
            }
        }
        Ok(())
    }
}

/// Rebuilds the index, and adopts documents that have a record but are unknown to the journal.
pub(super) fn reindex(desk: &mut Desk<'_>) -> Result<(), Failure> {
    let mut writer = desk.write()?;
    let adopted = writer.reindex()?;
    let (filed, quarantined) = writer.index().counts()?;
    writeln!(desk.out, "{filed} documents, {quarantined} in quarantine")?;
    if adopted > 0 {
        writeln!(desk.out, "{adopted} of them were unknown to the journal and are in it again")?;
    }
    Ok(())
}
