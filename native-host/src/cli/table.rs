//! Columns for people. Values come from web pages: nothing in them may reach the terminal as a command.

use std::io::{self, Write};

/// Prints rows under headings, as wide as their contents; amounts and other numbers to the right.
pub(super) fn print(
    out: &mut dyn Write,
    headings: &[&str],
    right: &[&str],
    rows: &[Vec<String>],
) -> io::Result<()> {
    let mut lines: Vec<Vec<String>> = vec![headings.iter().map(|text| (*text).to_owned()).collect()];
    lines.extend(rows.iter().map(|row| row.iter().map(|text| plain(text)).collect()));
    let width =
        |at: usize| lines.iter().filter_map(|line| Some(line.get(at)?.chars().count())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    for line in &lines {
        let mut text = String::new();
        for ((cell, &width), heading) in line.iter().zip(&widths).zip(headings) {
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            let (before, after) =
                if right.contains(heading) { (gap.as_str(), "") } else { ("", gap.as_str()) };
            text.push_str(&format!("{before}{cell}{after}  "));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// A text without control characters and invisible marks.
pub(super) fn plain(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    };
    text.chars().map(|c| if is_hidden(c) { '\u{FFFD}' } else { c }).collect()
}
