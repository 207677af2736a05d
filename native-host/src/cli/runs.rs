//! `runs` and `reindex`.

use super::{Desk, Failure, Json};
use crate::archive::Terms;
use billfold_core::protocol::OfReceipts;
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
            writeln!(desk.out, "{}  {}  {}", run.at, super::table::plain(vendor), run.rows.sum)?;
            fell_short(desk, &run.rows)?;
            if let Some(receipts) = &run.receipts {
                writeln!(desk.out, "  {}", OfReceipts(&receipts.sum))?;
                fell_short(desk, receipts)?;
            }
            for warning in &run.warnings {
                writeln!(desk.out, "  {warning}")?;
            }
        }
        Ok(())
    }
}

/// What did not end well, and why.
fn fell_short(desk: &mut Desk<'_>, terms: &Terms) -> Result<(), Failure> {
    for row in terms.quarantined.iter().chain(&terms.failed) {
        let why = row.code.map(|code| code.sentence()).unwrap_or_default();
        writeln!(desk.out, "  {}: {why}", super::table::plain(&row.name))?;
    }
    Ok(())
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
