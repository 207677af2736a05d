//! billfold: the native messaging host when a browser starts it, a command line otherwise.
fn main() {}
