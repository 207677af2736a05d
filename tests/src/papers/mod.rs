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
mod plain;
mod resave;
mod set;
mod sheet;
mod writing;

pub use paper::Paper;
pub use set::{Fixture, drawn, fixtures, generate, random};
