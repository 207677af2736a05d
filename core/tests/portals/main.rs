//! The portals over pages held as text: every sample against its golden, odd shapes, the registry, and the
//! scrubbed copy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

mod calls;
mod goldens;
mod hostile;
mod pages;
mod redesigns;
mod registry;
mod scrub;
mod shapes;
mod words;
