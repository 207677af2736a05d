//! cargo xtask: build, demo, launch, test, bench.
fn main() {}
