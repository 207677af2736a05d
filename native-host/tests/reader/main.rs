//! Reading PDFs: what a person sees is what is read, and nothing in a file harms who reads it.
#![allow(unreachable_pub, reason = "shared with an example")]

mod pdf;
mod seen;
