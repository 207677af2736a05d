//! What Stripe's addresses, tokens and file names say about an invoice, without asking Stripe.
//!
//! Nothing here is documented by Stripe; it was read off real links. So every function answers "unknown"
//! rather than fail, and an address is only ever used in the form that is rebuilt from its checked parts.

mod file_name;
mod link;
#[cfg(feature = "document")]
mod receipt_page;
mod token;

pub use file_name::{file_name_in_url, number_in_file_name};
pub use link::{Account, InvoiceLink, embedded_link};
#[cfg(feature = "document")]
pub use receipt_page::{CreditNote, ReceiptPage, Refund, credit_notes_in};
pub use token::{Identity, Token};

#[cfg(test)]
mod tests;
