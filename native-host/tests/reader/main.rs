//! Reading PDFs: what a person sees is what is read, and nothing in a file harms who reads it.
#![allow(dead_code, reason = "an example and this use their own part of what they share")]
#![allow(unreachable_pub, reason = "shared with an example")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod command;
mod font;
mod hostile;
mod kept;
mod locked;
mod pdf;
mod seen;
mod survives;
