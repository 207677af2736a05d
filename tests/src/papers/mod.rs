//! Documents whose truth is known: one description each, printed in several ways, and compared with what a
//! reader makes of them.
//!
//! Nothing here knows the reader: labels, formats and keys are typed a second time, from what real documents
//! were seen to print. Names, addresses and numbers are invented.

mod canvas;
mod cases;
mod chromium;
pub mod compare;
mod draft;
mod fee;
mod general;
mod html;
mod inter;
pub mod labels;
pub mod paper;
pub mod peer;
mod plain;
pub mod reading;
mod resave;
mod set;
mod sfnt;
mod sheet;
mod writing;

pub use paper::Paper;
pub use set::{Family, Fixture, drawn, fixtures, generate, random, sample_dir, write_sample};
