//! No 64-bit integer may cross between WebAssembly and JavaScript.
//!
//! `wasm2js` splits one into two 32-bit arguments, while wasm-bindgen's glue expects one `BigInt`: the two builds
//! of the same Rust would differ, silently and only in that call. So what becomes JavaScript is checked first.

use anyhow::{Result, bail};
use wasmparser::{CompositeInnerType, ExternalKind, FuncType, Parser, Payload, TypeRef, ValType};

/// Fails if a function that is imported or exported takes or returns a 64-bit integer.
pub(crate) fn check(module: &str, wasm: &[u8]) -> Result<()> {
    let wide = crossings(wasm)?;
    if !wide.is_empty() {
        bail!(
            "{module}: 64-bit integers cross the WebAssembly boundary in {}; use `u32`, `f64` or text there (often it is \
             a `u64` or `i64` in a message, which serde-wasm-bindgen hands over as a `BigInt`)",
            wide.join(", ")
        );
    }
    Ok(())
}

/// The names of the imported and exported functions with a 64-bit integer.
fn crossings(wasm: &[u8]) -> Result<Vec<String>> {
    let mut types: Vec<Option<FuncType>> = Vec::new();
    // The type of every function, the imported ones first, as exports count them.
    let mut functions: Vec<u32> = Vec::new();
    let mut wide = Vec::new();
    let is_wide = |types: &[Option<FuncType>], index: u32| {
        types.get(index as usize).and_then(Option::as_ref).is_some_and(|function| {
            function.params().iter().chain(function.results()).any(|value| *value == ValType::I64)
        })
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    for kind in group?.into_types() {
                        types.push(match kind.composite_type.inner {
                            CompositeInnerType::Func(function) => Some(function),
                            _ => None,
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    if let TypeRef::Func(index) = import.ty {
                        functions.push(index);
                        if is_wide(&types, index) {
                            wide.push(format!("the import `{}`", import.name));
                        }
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for index in section {
                    functions.push(index?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    let function = functions.get(export.index as usize).copied();
                    if export.kind == ExternalKind::Func && function.is_some_and(|f| is_wide(&types, f)) {
                        wide.push(format!("the export `{}`", export.name));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(wide)
}

#[cfg(test)]
mod tests {
    use super::crossings;

    /// Two types, (i32) and (i64) -> (); an import and an export of each.
    fn module() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend(b"\x01\x09\x02\x60\x01\x7f\x00\x60\x01\x7e\x00");
        wasm.extend(b"\x02\x11\x02\x01e\x03one\x00\x00\x01e\x03two\x00\x01");
        wasm.extend(b"\x03\x03\x02\x00\x01");
        wasm.extend(b"\x07\x10\x02\x05three\x00\x02\x04four\x00\x03");
        wasm.extend(b"\x0a\x07\x02\x02\x00\x0b\x02\x00\x0b");
        wasm
    }

    #[test]
    fn finds_wide_imports_and_exports() {
        assert_eq!(crossings(&module()).unwrap(), ["the import `two`", "the export `four`"]);
    }
}
