//! Documents saved again by another program, as an archive or a mail filter does.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The other program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resaved {
    /// Debian's `ghostscript`.
    Ghostscript,
    /// Debian's `poppler-utils`.
    Cairo,
}

/// Takes out of a truth what cairo took out of the file: it drops links, draws hidden hyphens and brackets, and says that
/// they are spaces. Numbers stay, for their form tells where the hyphen was.
pub(super) fn without_what_cairo_drops(truth: &mut Value) {
    let Some(fields) = truth.as_object_mut() else { return };
    fields.insert("link".to_owned(), Value::Null);
    fields.remove("purchase_order");
    fields.remove("custom_fields");
    for (list, key) in [("taxes", "name"), ("payments", "method")] {
        for item in fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                item.remove(key);
            }
        }
    }
}

/// What becomes of a document. `beside` names a file that may be used in between.
pub(super) fn resave(bytes: &[u8], by: Resaved, beside: &Path) -> io::Result<Vec<u8>> {
    let after = beside.with_extension("after");
    fs::write(beside, bytes)?;
    let mut command = match by {
        Resaved::Ghostscript => {
            let mut command = Command::new("gs");
            command.args(["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite"]);
            command.arg(format!("-sOutputFile={}", after.display())).arg(beside);
            command
        }
        Resaved::Cairo => {
            let mut command = Command::new("pdftocairo");
            command.arg("-pdf").arg(beside).arg(&after);
            command
        }
    };
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        io::Error::new(error.kind(), format!("{}: {error}", command.get_program().display()))
    })?;
    let result = fs::read(&after);
    fs::remove_file(beside)?;
    // It may not have been written at all.
    let _ = fs::remove_file(&after);
    let result = result.unwrap_or_default();
    if output.status.success() && result.starts_with(b"%PDF-") {
        return Ok(result);
    }
    Err(io::Error::other(format!("{by:?} wrote nothing: {}", String::from_utf8_lossy(&output.stderr).trim())))
}
