//! A sheet as a page for Chromium to print, in the measures of Stripe's own.

use super::paper::Print;
use super::sheet::{Sheet, TableRow, Total};
use super::writing::fill;

/// What every page shares: the fonts and the styles. `fonts` is a folder's address.
pub(super) fn frame(fonts: &str) -> String {
    let mut faces = String::new();
    for (weight, name) in [(400, "Inter-Regular"), (500, "Inter-Medium"), (600, "Inter-SemiBold")] {
        faces.push_str(&format!(
            "@font-face {{ font-family: Inter; font-weight: {weight}; src: url({fonts}/{name}.woff2) }}\n"
        ));
    }
    format!(
        "<!doctype html><html><meta charset=\"utf-8\"><title></title><style>\n{faces}\
         @font-face {{ font-family: Japanese; font-weight: 100 900; src: url({fonts}/NotoSansJP-subset.woff2) }}\n{STYLE}</style>\
         <style id=\"sheet\"></style><body></body></html>"
    )
}

const STYLE: &str = "
html, body { margin: 0; padding: 0 }
body { font: 9pt/1.4 Inter, Japanese; color: #1a1a1a; width: 100% }
h1 { font-size: 18pt; font-weight: 600; margin: 0 0 12pt }
.head { border-collapse: collapse; margin-bottom: 18pt }
.head td { padding: 0 14pt 2pt 0 }
.head tr:first-child { font-weight: 600 }
.addresses { display: flex; margin-bottom: 20pt }
.addresses > div { width: 190pt; padding-right: 10pt; overflow-wrap: anywhere }
.addresses > div > div:first-child { font-weight: 600 }
h2 { font-size: 14pt; font-weight: 600; margin: 0 0 8pt }
a { color: #625afa; font-weight: 600; text-decoration: none }
.memo { margin: 12pt 0; white-space: pre-wrap }
table.items { width: 100%; border-collapse: collapse; margin-top: 18pt }
.items th { font-weight: 400; font-size: 7.5pt; text-align: right; padding: 0 0 4pt 10pt; vertical-align: bottom; border-bottom: 0.75pt solid #1a1a1a }
.items td { text-align: right; vertical-align: top; padding: 6pt 0 2pt 10pt }
.items td:first-child, .items th:first-child { text-align: left; padding-left: 0; width: 46% }
.items tr.nested td:first-child { padding-left: 12pt }
.items tr { break-inside: avoid }
.items .tax { width: 52pt }
.period { color: #4f4f4f }
sup { font-size: 6pt; vertical-align: 4pt; line-height: 0 }
.totals { margin: 14pt 0 0 50%; break-inside: avoid }
.totals > div { display: flex; justify-content: space-between; border-top: 0.5pt solid #e3e3e3; padding: 4pt 0 }
.totals > div > div:last-child { text-align: right; padding-left: 8pt; white-space: nowrap }
.totals .bold { font-weight: 600 }
.note { font-size: 7.5pt; margin-top: 20pt }
";

/// The styles that depend on the sheet: paper, and what is on the foot of every page.
pub(super) fn page_style(sheet: &Sheet, print: &Print) -> String {
    let size = if print.letter { "letter" } else { "A4" };
    let page = fill(print.labels.page, &["\" counter(page) \"", "\" counter(pages) \""]);
    let foot = sheet.foot.as_deref().unwrap_or("").replace('"', "\\\"");
    format!(
        "@page {{ size: {size}; margin: 30pt 30pt 48pt; \
         @bottom-left {{ content: \"{foot}\"; font: 7.5pt Inter, Japanese; color: #4f4f4f; white-space: nowrap }} \
         @bottom-right {{ content: \"{page}\"; font: 7.5pt Inter, Japanese; color: #4f4f4f; white-space: nowrap }} }}"
    )
}

/// The body.
pub(super) fn body(sheet: &Sheet, print: &Print) -> String {
    let mut html = format!("<h1>{}</h1>", text(&sheet.title));
    let head = sheet.head.iter().map(|(label, value)| format!("<tr><td>{}<td>{}", text(label), text(value)));
    html.push_str(&format!(
        "<table class=\"head\">{}</table><div class=\"addresses\">",
        head.collect::<String>()
    ));
    for (place, column) in sheet.addresses.iter().enumerate() {
        let lines: String = column.iter().map(|line| format!("<div>{}</div>", text(line))).collect();
        let offset = if place == 0 { print.offset } else { 0.0 };
        html.push_str(&format!("<div style=\"position: relative; top: {offset}pt\">{lines}</div>"));
    }
    html.push_str(&format!("</div><h2>{}</h2>", text(&sheet.headline)));
    if let Some((name, address)) = &sheet.pay_online {
        html.push_str(&format!("<div><a href=\"{}\">{}</a></div>", text(address), text(name)));
    }
    html.push_str(&memo(&sheet.above));
    html.push_str(&items(sheet));
    let totals: String = sheet.totals.iter().map(total).collect();
    html.push_str(&format!("<div class=\"totals\">{totals}</div>"));
    if let Some(note) = &sheet.note {
        html.push_str(&format!("<div class=\"note\">[1] {}</div>", text(note)));
    }
    if let Some((title, head, rows)) = &sheet.payments {
        html.push_str(&format!("<h2 style=\"margin-top: 24pt\">{}</h2>", text(title)));
        let cells = |tag: &str, row: &[String; 4]| {
            format!("<tr>{}", row.iter().map(|cell| format!("<{tag}>{}", text(cell))).collect::<String>())
        };
        let rows: String = rows.iter().map(|row| cells("td", row)).collect();
        html.push_str(&format!(
            "<table class=\"items\" style=\"margin-top: 0\"><thead>{}</thead>{rows}</table>",
            cells("th", head)
        ));
    }
    html.push_str(&memo(&sheet.below));
    html
}

fn items(sheet: &Sheet) -> String {
    let tax = sheet.columns.len() == 5;
    let class = |place: usize| if tax && place == 3 { " class=\"tax\"" } else { "" };
    let head: String = sheet
        .columns
        .iter()
        .enumerate()
        .map(|(place, lines)| format!("<th{}>{}", class(place), joined(lines)))
        .collect();
    let rows: String = sheet.rows.iter().map(|row| table_row(row, &class)).collect();
    format!("<table class=\"items\"><thead><tr>{head}</thead><tbody>{rows}</tbody></table>")
}

fn table_row(row: &TableRow, class: &dyn Fn(usize) -> &'static str) -> String {
    let cells = row.cells.iter().enumerate().map(|(place, lines)| {
        let mark = if row.marked && place == 3 { " <sup>[1]</sup>" } else { "" };
        match (place, lines.as_slice()) {
            (0, [description, period]) => {
                format!("<td>{}<div class=\"period\">{}</div>", text(description), text(period))
            }
            _ => format!("<td{}>{}{mark}", class(place), joined(lines)),
        }
    });
    let nested = if row.nested { " class=\"nested\"" } else { "" };
    format!("<tr{nested}>{}", cells.collect::<String>())
}

fn total(total: &Total) -> String {
    let mark = if total.marked { " <sup>[1]</sup>" } else { "" };
    let bold = if total.bold { " class=\"bold\"" } else { "" };
    format!("<div{bold}><div>{}{mark}</div><div>{}</div></div>", text(&total.label), joined(&total.values))
}

fn memo(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("<div class=\"memo\">{}</div>", text(&lines.join("\n")))
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| text(line)).collect::<Vec<_>>().join("<br>")
}

fn text(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
