//! The text of a document as a reader sees it: rows of cells with their places. No meaning in here.
//!
//! All lengths are points (1/72 inch); `x` runs right and `y` down from the top left corner of the page as it
//! is shown, its rotation applied.

use serde::{Deserialize, Serialize};

/// One character as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// What it says. U+FFFD where the file does not tell.
    pub character: char,
    /// Where it begins.
    pub x: f32,
    /// Its baseline.
    pub y: f32,
    /// How far it moves the pen.
    pub width: f32,
    /// The font's size: an em.
    pub size: f32,
    /// Drawn with a bold face, as far as the font's name or weight tells.
    pub bold: bool,
    /// Quarter turns, clockwise, that the text is turned by; its place is given in the page turned back.
    pub turns: u8,
}

/// A page with its text in rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// From top to bottom. Text that is turned comes after all that is upright.
    pub rows: Vec<Row>,
}

/// What stands on one baseline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The baseline.
    pub y: f32,
    /// From left to right. A gap of an em or more parts two cells.
    pub cells: Vec<Cell>,
    /// Quarter turns, clockwise, that the text is turned by.
    #[serde(default)]
    pub turns: u8,
}

/// Text without a gap that is wider than an em.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// As drawn, in Unicode, single spaces between words. Never empty.
    pub text: String,
    /// Left edge.
    pub x: f32,
    /// Right edge.
    pub right: f32,
    /// The largest font size in it.
    pub size: f32,
    /// All of it is bold.
    pub bold: bool,
}
