//! Fields from pages that are typed as text: a column of text is six points, two spaces part two cells.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of a test are a test")]

mod damage;
mod drawn;
mod electronic;
mod samples;
mod stripe;
mod traps;
