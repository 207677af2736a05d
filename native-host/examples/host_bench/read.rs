//! Reads files as the host does, loaded once, for whoever wants to compare it with another reader.

use super::timed;
use billfold_host::reader::Reader;
use std::io::Write;

/// Hears a path per line on stdin, and answers each with the milliseconds that reading it took.
pub(crate) fn serve(host: &str) {
    let reader = Reader::new(host);
    let mut output = std::io::stdout().lock();
    for file in std::io::stdin().lines() {
        let file = file.unwrap();
        let (took, _) = timed(|| reader.read_bytes(&std::fs::read(&file).unwrap()).unwrap());
        writeln!(output, "{}", serde_json::json!({ "ms": took })).unwrap();
        output.flush().unwrap();
    }
}
