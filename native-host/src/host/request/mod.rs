//! One file for each request.

mod begin_document;
mod begin_run;
mod chunk;
mod end_document;
mod end_run;
mod hello;
mod look;

pub(super) use begin_document::begin_document;
pub(super) use begin_run::{announce, begin_run};
pub(super) use chunk::chunk;
pub(super) use end_document::end_document;
pub(super) use end_run::end_run;
pub(super) use hello::hello;
pub(super) use look::look;

use super::session::Refusal;
use billfold_core::protocol::{Code, RUN_ROWS, Row, Source, TEXT_LIMIT};

/// A page can be anything: what is too much is refused here, before it is kept.
fn check_limits(source: &Source, rows: &[Row]) -> Result<(), Refusal> {
    if rows.len() > RUN_ROWS {
        return Err(Refusal::new(Code::MessageTooLong, format!("more than {RUN_ROWS} rows")));
    }
    let of_source = [
        Some(&source.portal),
        source.vendor.as_ref(),
        source.product.as_ref(),
        source.organisation.as_ref(),
        Some(&source.page),
    ];
    let of_rows = rows.iter().flat_map(|row| [row.status.as_ref(), row.description.as_ref()]);
    let fits = |text: &String| text.len() <= TEXT_LIMIT || text.chars().count() <= TEXT_LIMIT;
    let keys_fit = rows.iter().all(|row| row.key.as_str().len() <= 4 * TEXT_LIMIT);
    if keys_fit && of_source.into_iter().chain(of_rows).flatten().all(fits) {
        Ok(())
    } else {
        Err(Refusal::new(Code::MessageTooLong, format!("a text of more than {TEXT_LIMIT} characters")))
    }
}
