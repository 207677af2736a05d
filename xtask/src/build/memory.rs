//! Growing memory in what `wasm2js` writes.
//!
//! WebAssembly detaches the old `ArrayBuffer` when memory grows, and wasm-bindgen's glue relies on it: a cached view
//! is stale when its buffer is detached. `wasm2js` copies into a new buffer and leaves the old one alive, so the
//! glue would go on reading and writing the old memory, without any error. Here the old buffer is detached, by
//! `transfer`; and memory is taken in doubling steps, because an allocator that asks for one page at a time would
//! have everything copied at every page.

use anyhow::{Result, bail};

/// How Binaryen 132 grows memory.
const THEIRS: &str = " function __wasm_memory_size() {
  return buffer.byteLength >> 16;
 }\n \n function __wasm_memory_grow(pagesToAdd) {
  pagesToAdd = pagesToAdd | 0;
  var oldPages = __wasm_memory_size() | 0;
  var newPages = oldPages + pagesToAdd | 0;
  if ((oldPages < newPages) && (newPages < 65536)) {
   var newBuffer = new ArrayBuffer(newPages << 16);
   var newHEAP8 = new Int8Array(newBuffer);
   newHEAP8.set(HEAP8);
   HEAP8 = new Int8Array(newBuffer);
";

/// The same function up to the same line. Pages beyond `pages` exist and are zero, as a grown page must be.
const OURS: &str = " var pages = buffer.byteLength / 65536;
 function __wasm_memory_size() {
  return pages;
 }\n \n function __wasm_memory_grow(pagesToAdd) {
  var oldPages = pages;
  var newPages = oldPages + (pagesToAdd >>> 0);
  if (newPages > 32767) return -1;
  pages = newPages;
  if (newPages * 65536 > buffer.byteLength) {
   var newBuffer = buffer.transfer(Math_min(32767, Math_max(newPages, oldPages * 2)) * 65536);
   HEAP8 = new Int8Array(newBuffer);
";

/// Replaces it, or says that Binaryen writes something else now.
pub(crate) fn detach_when_grown(script: &str) -> Result<String> {
    if script.matches(THEIRS).count() == 1 {
        return Ok(script.replace(THEIRS, OURS));
    }
    bail!(
        "wasm2js writes memory growth in another way than Binaryen 132 did; read what it writes and bring \
         xtask/src/build/memory.rs up to date, or the page's memory is silently stale after it has grown"
    )
}

#[cfg(test)]
mod tests {
    use super::{THEIRS, detach_when_grown};

    #[test]
    fn replaces_exactly_what_it_knows() {
        let patched = detach_when_grown(&format!("before\n{THEIRS}after")).unwrap();
        assert!(patched.starts_with("before\n var pages"));
        assert!(patched.contains("buffer.transfer("));
        assert!(patched.ends_with("after"));
        assert!(detach_when_grown("something else").is_err());
        assert!(detach_when_grown(&format!("{THEIRS}{THEIRS}")).is_err());
    }
}
