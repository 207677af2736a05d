//! The whole line, from a click on a billing page in a real browser to named files: the extension and the host
//! as they ship, against the replica portals.
//!
//! The expected trees in `fixtures/trees` are typed from the data set by the naming rules. Nothing here may
//! compute a name through the code that is tested, sleep for a guessed time, or try twice.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod send_all;

/// What the archive holds once all 36 rows of OpenAI's page are filed.
const OPENAI_36: &str = include_str!("../../fixtures/trees/openai-36.txt");
