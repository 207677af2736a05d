//! The whole line, from a click on a billing page in a real browser to named files: the extension and the host
//! as they ship, against the replica portals.
//!
//! The expected trees in `fixtures/trees` are typed from the data set by the naming rules. Nothing here may
//! compute a name through the code that is tested, sleep for a guessed time, or try twice.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod deaths;
mod faults;
mod hands;
mod hostile;
mod moving;
mod pauses;
mod policy;
mod receipts;
mod restless;
mod secrets;
mod send_all;
mod worker;

use billfold_tests::{Config, Knobs};

/// What the archive holds once all 36 rows of OpenAI's page are filed.
const OPENAI_36: &str = include_str!("../../fixtures/trees/openai-36.txt");
/// The same for the 47 rows of a vendor's portal on billing.stripe.com.
const BILLING_STRIPE_47: &str = include_str!("../../fixtures/trees/billing-stripe-47.txt");
/// The same for the 47 rows of ChatGPT's portal on pay.openai.com.
const PAY_OPENAI_47: &str = include_str!("../../fixtures/trees/pay-openai-47.txt");

/// Where every document's way begins.
const PAY: &str = "pay.stripe.com";

/// The default replica with some knobs turned.
fn turned(turn: impl FnOnce(&mut Knobs)) -> Config {
    let mut config = Config::default();
    turn(&mut config.knobs);
    config
}

/// Milliseconds before every answer, so that a run has a middle.
const SLOW: u64 = 150;

fn slow() -> Config {
    turned(|knobs| knobs.latency_ms = SLOW)
}
