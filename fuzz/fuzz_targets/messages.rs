//! Every message, in both directions: whatever is understood comes back the same after being written, from a
//! text and from a tree of values (as the browser's side reads it).
#![no_main]

use billfold_core::protocol::{Answer, Ask, Reply, Request, RunId, ToBackground, ToContent};
use billfold_fuzz::within_limits;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::Value;

/// No number that JavaScript would round.
fn numbers_fit(tree: &Value) -> bool {
    match tree {
        Value::Number(number) => number.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
        Value::Array(values) => values.iter().all(numbers_fit),
        Value::Object(fields) => fields.values().all(numbers_fit),
        _ => true,
    }
}

/// A macro, because a request borrows from its text.
macro_rules! comes_back {
    ($text:expr, $( $message:ty ),*) => {
        $(
            if let Ok(first) = within_limits("reading", || serde_json::from_str::<$message>($text)) {
                let written = serde_json::to_string(&first).expect("what we read, we can write");
                let second: $message = serde_json::from_str(&written).expect("what we write, we read");
                assert_eq!(first, second);
                // As the browser's side reads it.
                let tree: Value = serde_json::from_str(&written).expect("what we write is JSON");
                assert_eq!(first, <$message>::deserialize(&tree).expect("and so is a tree of it"));
                assert!(numbers_fit(&tree), "JavaScript would round a number in {written}");
            }
        )*
    };
}

fuzz_target!(|text: &str| {
    comes_back!(text, Ask<Request<'_>>, Answer<Reply>, ToBackground, ToContent, RunId);
});
