//! From glyphs to rows and cells. It looks at places, sizes and gaps, and never at what a text means.
//!
//! What is doubtful parts rather than joins: two figures read as one would be a wrong value, two cells are not.

use super::text::{Cell, Glyph, Page, Row};
use std::collections::BTreeMap;

/// How far apart two baselines of one row may be, in ems of the smaller text.
const SAME_ROW: f32 = 0.35;
/// A gap that is a space between words.
const SPACE: f32 = 0.15;
/// A gap that parts two cells.
const CELL: f32 = 1.0;
/// A gap that parts two figures: `1  200.00` is a quantity and an amount, not 1,200.
const FIGURES: f32 = 0.45;
/// No two letters of a word stand closer to each other, from edge to edge.
const CLOSEST: f32 = 0.12;
/// What is drawn twice lies this close to itself: filled and stroked, or shifted to look bold.
const TWICE: f32 = 0.1;

/// Puts the glyphs of one page into rows and cells.
pub fn lay_out(glyphs: &[Glyph], width: f32, height: f32) -> Page {
    let mut rows = Vec::new();
    for turns in 0..4 {
        let mut turned: Vec<Glyph> =
            glyphs.iter().filter(|glyph| glyph.turns % 4 == turns).flat_map(letters).collect();
        // Stable, so that glyphs at one place stay in the order in which they are drawn.
        turned.sort_by(|a, b| a.y.total_cmp(&b.y));
        rows.extend(rows_of(turned).into_iter().map(|row| Row { turns, ..row }));
    }
    Page { width, height, rows }
}

/// The letters of a glyph, each with its share of the width. None where there is nothing to see.
fn letters(glyph: &Glyph) -> Vec<Glyph> {
    let numbers = [glyph.x, glyph.y, glyph.width, glyph.size];
    if !numbers.iter().all(|number| number.is_finite()) || glyph.size <= 0.0 {
        return Vec::new();
    }
    let text = match glyph.character {
        // A mapping to a line break or a tabulator still means a gap.
        '\t'..='\r' => " ",
        c if c.is_control() => return Vec::new(),
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => {
            return Vec::new();
        }
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        '\u{FB05}' | '\u{FB06}' => "st",
        _ => return vec![*glyph],
    };
    let share = glyph.width / text.len() as f32;
    let letter =
        |(place, character)| Glyph { character, x: glyph.x + share * place as f32, width: share, ..*glyph };
    text.chars().enumerate().map(letter).collect()
}

/// Glyphs on exactly one line.
struct Baseline {
    y: f32,
    size: f32,
    glyphs: Vec<Glyph>,
}

/// Rows from glyphs that are sorted by their baselines.
///
/// The fullest baselines become rows first, and the others join the nearest one: a small mark that is raised
/// can therefore never draw the text beside it onto its own line.
fn rows_of(glyphs: Vec<Glyph>) -> Vec<Row> {
    let mut baselines: Vec<Baseline> = Vec::new();
    for glyph in glyphs {
        match baselines.last_mut() {
            Some(last) if glyph.y - last.y <= 0.05 * glyph.size.min(last.size) => {
                last.size = last.size.max(glyph.size);
                last.glyphs.push(glyph);
            }
            _ => baselines.push(Baseline { y: glyph.y, size: glyph.size, glyphs: vec![glyph] }),
        }
    }
    baselines.sort_by_key(|baseline| std::cmp::Reverse(baseline.glyphs.len()));

    let mut rows: BTreeMap<i64, Baseline> = BTreeMap::new();
    for baseline in baselines {
        let key = (f64::from(baseline.y) * 1000.0) as i64;
        let above = rows.range(..=key).next_back();
        let below = rows.range(key..).next();
        let distance = |row: &Baseline| (row.y - baseline.y).abs();
        let nearest = [above, below]
            .into_iter()
            .flatten()
            .filter(|(_, row)| distance(row) <= SAME_ROW * row.size.min(baseline.size))
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))
            .map(|(key, _)| *key);
        match nearest.and_then(|key| rows.get_mut(&key)) {
            Some(row) => row.glyphs.extend(baseline.glyphs),
            None => match rows.get_mut(&key) {
                Some(row) => row.glyphs.extend(baseline.glyphs),
                None => {
                    rows.insert(key, baseline);
                }
            },
        }
    }
    let row = |row: Baseline| Row { y: row.y, cells: cells_of(row.glyphs), turns: 0 };
    rows.into_values().map(row).filter(|row| !row.cells.is_empty()).collect()
}

/// A glyph that leaves ink, with the spaces drawn before it.
struct Ink {
    glyph: Glyph,
    spaces: usize,
    /// How wide these spaces are together.
    space_width: f32,
}

fn cells_of(mut glyphs: Vec<Glyph>) -> Vec<Cell> {
    glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut cells = Vec::new();
    let mut run: Vec<Ink> = Vec::new();
    for ink in without_doubles(glyphs) {
        if run.last().is_some_and(|last| begins_cell(last, &ink)) {
            cells.extend(cell(&run));
            run.clear();
        }
        run.push(ink);
    }
    cells.extend(cell(&run));
    cells
}

/// Drops what is drawn twice. Where different letters lie on top of each other nobody can say which one counts.
fn without_doubles(glyphs: Vec<Glyph>) -> Vec<Ink> {
    let mut inks: Vec<Ink> = Vec::with_capacity(glyphs.len());
    let (mut spaces, mut space_width) = (0, 0.0);
    for mut glyph in glyphs {
        if glyph.character == ' ' {
            spaces += 1;
            space_width += glyph.width.max(0.0);
            continue;
        }
        let is_double = |ink: &Ink| {
            ink.glyph.character == glyph.character && (glyph.x - ink.glyph.x).abs() <= TWICE * glyph.size
        };
        if inks.iter().rev().take(2).any(is_double) {
            continue;
        }
        if let Some(last) = inks.last_mut()
            && (overlap(&last.glyph, &glyph) || glyph.x - last.glyph.x < CLOSEST * glyph.size)
            && is_word(last.glyph.character)
            && is_word(glyph.character)
        {
            last.glyph.character = char::REPLACEMENT_CHARACTER;
            glyph.character = char::REPLACEMENT_CHARACTER;
        }
        inks.push(Ink { glyph, spaces, space_width });
        (spaces, space_width) = (0, 0.0);
    }
    inks
}

/// Whether more than half of the narrower one is covered.
fn overlap(left: &Glyph, right: &Glyph) -> bool {
    let narrower = left.width.min(right.width);
    narrower > 0.0 && (left.x + left.width).min(right.x + right.width) - right.x > 0.5 * narrower
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == char::REPLACEMENT_CHARACTER
}

fn begins_cell(last: &Ink, next: &Ink) -> bool {
    let (left, right) = (&last.glyph, &next.glyph);
    let em = left.size.min(right.size);
    let gap = right.x - (left.x + left.width.max(0.0));
    // A foot-note's mark beside a figure is smaller and not on its line.
    let is_mark = em < 0.8 * left.size.max(right.size) && (left.y - right.y).abs() > 0.1 * em;
    let begins_figure = right.character.is_numeric()
        || matches!(right.character, '-' | '\u{2212}' | '(' | '$' | '€' | '£' | '¥' | '₹');
    let are_figures = left.character.is_numeric() && begins_figure;
    gap >= CELL * em || is_mark || (are_figures && (next.spaces > 1 || gap - next.space_width > FIGURES * em))
}

fn cell(run: &[Ink]) -> Option<Cell> {
    let tracking = tracking(run);
    let mut text = String::new();
    let mut last: Option<&Glyph> = None;
    for ink in run {
        let glyph = &ink.glyph;
        let is_apart = last.is_some_and(|last| gap(last, glyph) > tracking + SPACE);
        if last.is_some() && (ink.spaces > 0 || is_apart) {
            text.push(' ');
        }
        text.push(glyph.character);
        last = Some(glyph);
    }
    let first = run.first()?;
    let is_blank = text.chars().all(char::is_whitespace);
    (!is_blank).then(|| Cell {
        text,
        x: first.glyph.x,
        right: run.iter().map(|ink| ink.glyph.x + ink.glyph.width.max(0.0)).fold(f32::MIN, f32::max),
        size: run.iter().map(|ink| ink.glyph.size).fold(0.0, f32::max),
        bold: run.iter().all(|ink| ink.glyph.bold),
    })
}

/// In ems.
fn gap(left: &Glyph, right: &Glyph) -> f32 {
    (right.x - (left.x + left.width.max(0.0))) / left.size.min(right.size)
}

/// How far letters that are set apart (`I N V O I C E`) stand from each other, in ems; 0 for ordinary text.
fn tracking(run: &[Ink]) -> f32 {
    let letters = run.iter().filter(|ink| ink.glyph.character.is_alphabetic()).count();
    let gaps: Vec<f32> = run
        .windows(2)
        .filter_map(|pair| match pair {
            [left, right] if right.spaces == 0 => Some(gap(&left.glyph, &right.glyph)),
            _ => None,
        })
        .collect();
    let smallest = gaps.iter().copied().fold(f32::MAX, f32::min);
    // Single figures in narrow columns look the same: they stay apart.
    let are_letters = gaps.len() >= 3 && letters * 2 > run.len();
    if are_letters && (SPACE..0.5).contains(&smallest) { smallest } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: f32 = 10.0;

    /// Letters half an em wide, one after the other, spaces of 0.28 em drawn as such.
    fn line(x: f32, y: f32, text: &str) -> Vec<Glyph> {
        spaced(x, y, text, 0.0)
    }

    fn spaced(mut x: f32, y: f32, text: &str, tracking: f32) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        for character in text.chars() {
            let width = match character {
                ' ' => 2.8,
                '\u{200B}' => 0.0,
                _ => 5.0,
            };
            glyphs.push(Glyph { character, x, y, width, size: SIZE, bold: false, turns: 0 });
            x += width + tracking;
        }
        glyphs
    }

    fn texts(glyphs: &[Glyph]) -> Vec<Vec<String>> {
        let page = lay_out(glyphs, 595.0, 842.0);
        page.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect()).collect()
    }

    /// What a line's pieces become when each begins so many ems after the end of the last.
    fn pieces(gap: f32, pieces: &[&str]) -> Vec<String> {
        let (mut x, mut glyphs) = (30.0, Vec::new());
        for piece in pieces {
            glyphs.extend(line(x, 100.0, piece));
            x += piece.len() as f32 * 5.0 + gap * SIZE;
        }
        texts(&glyphs).remove(0)
    }

    #[test]
    fn gaps_make_words_and_cells() {
        assert_eq!(pieces(0.0, &["Inv", "oice"]), ["Invoice"]);
        assert_eq!(pieces(0.1, &["Inv", "oice"]), ["Invoice"]);
        assert_eq!(pieces(0.3, &["Invoice", "number"]), ["Invoice number"]);
        assert_eq!(pieces(0.8, &["Invoice", "number"]), ["Invoice number"]);
        assert_eq!(pieces(1.01, &["Invoice", "number"]), ["Invoice", "number"]);
    }

    #[test]
    fn figures_never_run_together() {
        for gap in [0.5, 0.8, 1.01, 5.0] {
            assert_eq!(pieces(gap, &["1", "200.00"]), ["1", "200.00"], "{gap}");
            assert_eq!(pieces(gap, &["1", "$200.00"]), ["1", "$200.00"], "{gap}");
            assert_eq!(pieces(gap, &["3", "-200.00"]), ["3", "-200.00"], "{gap}");
        }
        assert_eq!(pieces(0.25, &["1", "200,00"]), ["1 200,00"], "a thin gap groups thousands");
        assert_eq!(texts(&line(30.0, 100.0, "25 April 2024")), [["25 April 2024"]]);
        assert_eq!(texts(&line(30.0, 100.0, "1 200.00")), [["1 200.00"]]);
        assert_eq!(texts(&line(30.0, 100.0, "1  200.00")), [["1", "200.00"]], "drawn as two spaces");
    }

    #[test]
    fn letters_set_apart_are_words() {
        let mut glyphs = spaced(30.0, 100.0, "INVOICE", 3.0);
        assert_eq!(texts(&glyphs), [["INVOICE"]]);
        glyphs = spaced(30.0, 100.0, "TAX INVOICE", 3.0);
        assert_eq!(texts(&glyphs), [["TAX INVOICE"]]);
        glyphs.retain(|glyph| glyph.character != ' ');
        assert_eq!(texts(&glyphs), [["TAX INVOICE"]], "without a space that is drawn");
        assert_eq!(pieces(0.4, &["1", "2", "3", "4", "5"]), ["1 2 3 4 5"], "single figures stay apart");
    }

    #[test]
    fn baselines_close_together_are_one_row() {
        let two = |y: f32| [line(30.0, 100.0, "EU OSS VAT"), line(300.0, 100.0 + y, "ES VAT")].concat();
        assert_eq!(texts(&two(3.0)), [["EU OSS VAT", "ES VAT"]]);
        assert_eq!(texts(&two(-3.0)), [["EU OSS VAT", "ES VAT"]]);
        assert_eq!(texts(&two(4.0)), [["EU OSS VAT"], ["ES VAT"]]);
        let page = lay_out(&two(-3.0), 595.0, 842.0);
        assert_eq!(page.rows[0].y, 100.0, "the fuller baseline is the row's");
    }

    #[test]
    fn a_raised_mark_is_not_part_of_the_figure_beside_it() {
        for raise in [1.5, 2.0, 3.0, 4.0] {
            let mut glyphs = line(30.0, 100.0, "0%");
            glyphs.extend(
                line(40.5, 100.0 - raise, "[1]").into_iter().map(|glyph| Glyph { size: 6.0, ..glyph }),
            );
            let rows = texts(&glyphs);
            let cells: Vec<&String> = rows.iter().flatten().collect();
            assert!(cells.contains(&&"0%".to_owned()) && cells.len() == 2, "{raise}: {rows:?}");
        }
    }

    #[test]
    fn ligatures_are_letters_and_hidden_marks_are_nothing() {
        assert_eq!(texts(&line(30.0, 100.0, "o\u{FB03}ce \u{FB01}\u{200B}le")), [["office file"]]);
        assert_eq!(texts(&line(30.0, 100.0, "49,50\u{A0}€")), [["49,50\u{A0}€"]], "as drawn");
        assert!(texts(&line(30.0, 100.0, " \u{A0} ")).is_empty());
    }

    #[test]
    fn what_is_drawn_twice_is_there_once() {
        let mut glyphs = line(30.0, 100.0, "Total 11.00");
        let shifted: Vec<Glyph> = glyphs.iter().map(|glyph| Glyph { x: glyph.x + 0.4, ..*glyph }).collect();
        glyphs.extend(shifted);
        assert_eq!(texts(&glyphs), [["Total 11.00"]]);
    }

    #[test]
    fn what_is_drawn_over_another_cannot_be_read() {
        let glyphs = [line(30.0, 100.0, "100.00"), line(30.0, 100.0, "900.00")].concat();
        assert_eq!(texts(&glyphs), [["\u{FFFD}\u{FFFD}00.00"]]);
    }

    #[test]
    fn a_pair_of_figures_is_no_double() {
        // A file whose widths are lost: each figure seems to reach far into the next.
        let glyphs: Vec<Glyph> =
            line(30.0, 100.0, "1144").into_iter().map(|glyph| Glyph { width: 12.0, ..glyph }).collect();
        assert_eq!(texts(&glyphs), [["\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"]], "not 14");
    }

    /// Damaged widths: two equal figures that seem to cover each other are two still.
    #[test]
    fn equal_figures_side_by_side_are_not_one() {
        let wide = |glyph: Glyph| Glyph { width: 9.0, ..glyph };
        let glyphs: Vec<Glyph> = line(30.0, 100.0, "1443").into_iter().map(wide).collect();
        let read = texts(&glyphs).concat().concat();
        assert!(!read.contains("143"), "{read}");
        assert_eq!(read.chars().count(), 4);
    }

    /// Damaged widths: what lies on one heap is not known, even where no letter has a width.
    #[test]
    fn letters_on_a_heap_are_not_a_word() {
        let heap = |glyph: Glyph| Glyph { width: 0.0, x: 30.0, ..glyph };
        let glyphs: Vec<Glyph> = line(30.0, 100.0, "KW4").into_iter().map(heap).collect();
        assert_eq!(texts(&glyphs), [["\u{FFFD}\u{FFFD}\u{FFFD}"]]);
    }

    #[test]
    fn turned_text_comes_last_and_keeps_to_itself() {
        let turned = line(30.0, 100.0, "draft").into_iter().map(|glyph| Glyph { turns: 3, ..glyph });
        let glyphs: Vec<Glyph> = turned.chain(line(32.0, 101.0, "Invoice")).collect();
        let page = lay_out(&glyphs, 595.0, 842.0);
        let rows: Vec<(u8, &str)> =
            page.rows.iter().map(|row| (row.turns, row.cells[0].text.as_str())).collect();
        assert_eq!(rows, [(0, "Invoice"), (3, "draft")]);
    }

    #[test]
    fn numbers_that_are_none_do_no_harm() {
        let mut glyphs = line(30.0, 100.0, "Total");
        for broken in [f32::NAN, f32::INFINITY] {
            glyphs.push(Glyph { x: broken, ..glyphs[0] });
            glyphs.push(Glyph { y: broken, ..glyphs[0] });
            glyphs.push(Glyph { size: broken, ..glyphs[0] });
        }
        assert_eq!(texts(&glyphs), [["Total"]]);
    }

    #[test]
    fn cells_know_their_edges_size_and_weight() {
        let mut glyphs = line(30.0, 100.0, "Total");
        glyphs.iter_mut().for_each(|glyph| glyph.bold = true);
        let page = lay_out(&glyphs, 595.0, 842.0);
        let cell = Cell { text: "Total".into(), x: 30.0, right: 55.0, size: SIZE, bold: true };
        assert_eq!(page.rows[0].cells, [cell]);
        glyphs[4].bold = false;
        assert!(!lay_out(&glyphs, 595.0, 842.0).rows[0].cells[0].bold, "not all of it");
    }
}
