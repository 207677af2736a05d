//! Invoice documents printed by Chromium, with its own fonts and its own link annotations.
//!
//! They are made when asked for and kept in a folder as `<account>_<number>.pdf`, because two Chromium
//! versions do not print the same bytes. A replica reads the folder once, when it starts.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::dataset::{DataSet, Invoice};
use crate::pdf;
use crate::random::fnv;

/// Where printed documents are kept between runs.
pub fn default_dir() -> PathBuf {
    crate::page::target_dir().join("replica-printed")
}

/// Prints the newest `count` invoices of `data` that have a document into `dir`, unless they lie there.
/// `chromium` is the real binary: a distribution's wrapper may add flags.
pub fn print(chromium: &Path, data: &DataSet, count: usize, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let lock = fs::File::create(dir.join("lock"))?;
    lock.lock()?;
    for invoice in data.with_document().take(count) {
        let page = html(data, invoice);
        let name = format!("{}_{}", invoice.account, invoice.number);
        let stamp = dir.join(format!("{name}.stamp"));
        let wanted = format!("{:016x}", fnv(page.as_bytes()));
        let target = dir.join(format!("{name}.pdf"));
        if target.exists() && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            continue;
        }
        print_one(chromium, &page, &target)?;
        fs::write(stamp, wanted)?;
    }
    Ok(())
}

fn print_one(chromium: &Path, page: &str, target: &Path) -> io::Result<()> {
    let source = target.with_extension("html");
    let profile = target.with_extension("profile");
    fs::write(&source, page)?;
    let output = Command::new(chromium)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--print-to-pdf={}", target.display()))
        .arg(format!("file://{}", source.display()))
        .stdin(Stdio::null())
        .output()?;
    fs::remove_file(&source)?;
    // Left behind, it is only in the way.
    let _ = fs::remove_dir_all(&profile);
    if fs::read(target).is_ok_and(|bytes| bytes.starts_with(b"%PDF-")) {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "Chromium printed nothing: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}

fn html(data: &DataSet, invoice: &Invoice) -> String {
    let amount = pdf::money(invoice.minor, &invoice.currency);
    let day = invoice.date.format("%B %-d, %Y");
    let line = |label: &str, value: &str| format!("<tr><td>{label}<td>{value}");
    let totals: String = ["Subtotal", "Total", "Amount due"]
        .map(|label| line(label, &format!("{amount} {}", invoice.currency)))
        .concat();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Invoice {number}</title><style>\
         @page {{ size: A4; margin: 14mm }} body {{ font: 12px sans-serif; color: #1a1f36 }}\
         h1 {{ font-size: 24px }} table {{ border-collapse: collapse }} td {{ padding: 2px 24px 2px 0; vertical-align: top }}\
         .items {{ width: 100%; margin: 24px 0; border-top: 1px solid #ccc }} a {{ color: #635bff; font-weight: 600 }}</style>\
         <h1>Invoice</h1><table>{number_line}{issued}{due}</table>\
         <table style=\"margin-top:20px\"><tr><td><b>{vendor}</b><br>1 Example Street<br>Springfield, California 94000<br>United States\
         <td><b>Bill to</b><br>{customer}<br>12 Sample Lane<br>Dublin 1<br>Ireland</table>\
         <h2>{amount} {currency} due {day}</h2><p><a href=\"{link}\">Pay online</a></p>\
         <table class=\"items\"><tr><td>Description<td>Qty<td>Unit price<td>Amount\
         <tr><td>{description}<td>1<td>{amount}<td>{amount}</table>\
         <table style=\"margin-left:55%\">{totals}</table></html>",
        number = invoice.number,
        number_line = line("<b>Invoice number</b>", &format!("<b>{}</b>", invoice.number)),
        issued = line("Date of issue", &day.to_string()),
        due = line("Date due", &day.to_string()),
        vendor = data.spec.vendor,
        customer = data.spec.organisation,
        currency = invoice.currency,
        link = pdf::embedded_link(invoice),
        description = invoice.description,
    )
}

/// The documents in `dir`, by account and number.
pub(crate) fn read(dir: &Path) -> io::Result<HashMap<(String, String), Vec<u8>>> {
    let mut found = HashMap::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".pdf"));
        // Accounts hold one underscore, numbers none.
        if let Some((account, number)) = name.and_then(|name| name.rsplit_once('_')) {
            found.insert((account.to_owned(), number.to_owned()), fs::read(&path)?);
        }
    }
    Ok(found)
}
