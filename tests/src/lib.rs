//! The replica portals, and what the end-to-end tests need to know about them.
//!
//! [`Replica`] serves the billing pages and the invoice files under their real host names on loopback. One
//! [`dataset::DataSet`] feeds pages, JSON and PDFs, so a test knows the truth without asking the program
//! under test. For the same reason nothing here may depend on `billfold-core`: a mistake that both sides
//! shared would be invisible.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test support: a broken replica should stop the test at once, at the line that is wrong"
)]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "minor units are written with the point's place: 12_10"
)]

pub mod browser;
pub mod dataset;
pub mod net_log;
pub mod page;
pub mod papers;
pub mod pdf;
pub mod printed;
pub mod process;
mod random;
pub mod server;
pub mod stage;
pub mod token;
pub mod tree;
pub mod writer;

pub use dataset::{DataSet, Invoice, Portal, Spec};
pub use random::Random;
pub use server::{Config, Entry, Fault, FaultRule, Knobs, Replica, Report};
