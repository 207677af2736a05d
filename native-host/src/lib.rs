//! billfold: the native messaging host when a browser starts it, a command line otherwise. The only writer.
//!
//! Where to start reading: [`host`] answers the browser, [`archive`] keeps the documents, [`cli`] talks to
//! people. Everything is generic over its input and output and takes its surroundings ([`places::Env`]) as
//! an argument; `main.rs` alone knows the process.

pub mod archive;
pub mod caller;
pub mod cli;
pub mod config;
pub mod files;
pub mod host;
pub mod import;
pub mod log;
pub mod places;
pub mod reader;
pub mod wire;
