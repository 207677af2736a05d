//! What the fuzz targets share: the limits that no input may pass, and a fuzzer's bytes as rows and locales.
//!
//! A target states what must hold for every input, not only that nothing panics. It touches the world only
//! where it must (`session`), in a temporary folder.

mod limits;
mod rows;

pub use limits::within_limits;
pub use rows::{ACCOUNT, AnyRow, AnySource, secret};

use billfold_core::locale::Locale;

/// The locales that dates and amounts are read in: each decimal mark, each order of figures, and none.
const LOCALES: [&str; 16] = [
    "", "en", "en-US", "en-GB", "en-CA", "en-ZA", "de", "de-CH", "fr", "fr-CA", "ja", "zh-CN", "sv", "es-MX",
    "ko", "pt-BR",
];

/// A locale by the input's first byte, and the rest as a text.
pub fn locale_and_text(data: &[u8]) -> (Locale, String) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let tag = LOCALES.get(usize::from(*first) % LOCALES.len()).copied().unwrap_or_default();
    (Locale::parse(tag), String::from_utf8_lossy(rest).into_owned())
}
