//! Everything Billfold can decide without touching the world.
//!
//! No file system, clock, network, DOM type or thread in here: today's date, the archive's contents and the
//! page are arguments. What crosses from a browser to the native host is defined in [`protocol`] and only
//! there.
//!
//! Where to start reading: [`portals`] turns a page into rows, [`protocol`] carries them,
//! [`filing`] turns rows and documents into names.

pub mod csp;
pub mod dates;
#[cfg(feature = "document")]
pub mod document;
#[cfg(feature = "filing")]
pub mod filing;
pub mod kind;
#[cfg(any(feature = "document", feature = "filing"))]
mod legal;
pub mod locale;
mod markup;
pub mod money;
pub mod number;
pub mod pace;
pub mod portals;
pub mod protocol;
pub mod sniff;
pub mod stripe;
pub mod vendors;
