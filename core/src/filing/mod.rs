//! Names and plans.
