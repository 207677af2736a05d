//! What a single glyph says, by its font: its text, its weight, whether there is any ink in it.

use hayro_font::{FontCache, FontGlyph, OutlineFontData, StandardFont};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::font::{self, GlyphId, GlyphIdentifier, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// What is the same for each use of a glyph.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) bold: bool,
    /// From the font Inter, which Stripe's documents use.
    inter: bool,
    /// There is no ink in it.
    pub(super) blank: bool,
    /// How wide the font's own program says it is, in thousandths of an em. None where the file brings none along
    /// that tells.
    pub(super) own_advance: Option<f64>,
}

/// The glyphs of a document that have been looked at.
#[derive(Default)]
pub(super) struct GlyphBook {
    known: HashMap<GlyphIdentifier, Facts>,
    standard_bold: OnceCell<HashSet<u128>>,
}

impl GlyphBook {
    pub(super) fn facts(&mut self, glyph: &PositionedGlyph<'_>) -> Facts {
        let font::Glyph::Outline(outline) = &**glyph else {
            return Facts { bold: false, inter: false, blank: false, own_advance: None };
        };
        let identifier = outline.identifier();
        if let Some(facts) = self.known.get(&identifier) {
            return *facts;
        }
        let data = outline.font_data();
        let name = data.as_ref().and_then(|data| data.postscript_name.clone()).unwrap_or_default();
        let is_heavy = ["Bold", "Demi", "Black", "Heavy"].iter().any(|word| name.contains(word))
            || data.as_ref().and_then(|data| data.weight).is_some_and(|weight| weight >= 600)
            || (data.is_none()
                && self.standard_bold.get_or_init(standard_bold).contains(&identifier.cache_key()));
        let facts = Facts {
            bold: is_heavy,
            inter: name.contains("Inter"),
            // The glyph that stands for a missing one says nothing about what another font would show.
            blank: outline.glyph_id() != GlyphId::NOTDEF && outline.outline().elements().is_empty(),
            own_advance: data.and_then(|data| own_advance(&data, outline.glyph_id())),
        };
        self.known.insert(identifier, facts);
        facts
    }
}

fn own_advance(font: &OutlineFontData, glyph: GlyphId) -> Option<f64> {
    let font = FontRef::new((*font.data).as_ref()).ok()?;
    let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
    let advance = metrics.advance_width(glyph.to_u32().into()).map(f64::from);
    // A program may come without its widths; the file alone tells them then.
    advance.filter(|advance| *advance > 0.0)
}

/// The glyphs of the bold fonts that a document need not bring along. Of these nothing but the glyph is told.
fn standard_bold() -> HashSet<u128> {
    let (cache, resolver) = (FontCache::new(), InterpreterSettings::default().font_resolver);
    let fonts = [
        StandardFont::HelveticaBold,
        StandardFont::HelveticaBoldOblique,
        StandardFont::TimesBold,
        StandardFont::TimesBoldItalic,
        StandardFont::CourierBold,
        StandardFont::CourierBoldOblique,
    ];
    let mut all = HashSet::new();
    for font in fonts.into_iter().filter_map(|font| cache.standard_font(font, &resolver)) {
        // Each has some 250 glyphs.
        for id in 1..400 {
            if let FontGlyph::Outline(outline) = font.glyph(GlyphId::new(id), 0) {
                all.insert(outline.identifier().cache_key());
            }
        }
    }
    all
}

/// In thousandths of an em.
pub(super) fn advance(glyph: &PositionedGlyph<'_>) -> f64 {
    let width = match &**glyph {
        font::Glyph::Outline(outline) => outline.advance_width(),
        font::Glyph::Type3(type3) => type3.advance_width(),
    };
    f64::from(width.unwrap_or(0.0))
}

/// What a glyph says by itself, if the file tells.
pub(super) fn says(glyph: &PositionedGlyph<'_>, facts: Facts) -> Option<String> {
    let text = match glyph.as_unicode() {
        Some(BfString::Char(character)) => character.to_string(),
        Some(BfString::String(text)) => text,
        None => String::new(),
    };
    let is_told = !text.is_empty() && text.chars().all(is_told);
    is_told.then_some(text).or_else(|| facts.inter.then(|| inter(glyph)).flatten())
}

/// Stripe's documents map some glyphs to U+0000, browsers map the same ones to private code points.
fn is_told(character: char) -> bool {
    !matches!(character,
        '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{FFFD}'
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// The glyphs of Inter that stand between others, by their place in the font: they are the same in every
/// document of Stripe's, and a program that saves such a document anew can lose what they say.
fn inter(glyph: &PositionedGlyph<'_>) -> Option<String> {
    let font::Glyph::Outline(outline) = &**glyph else { return None };
    let id = outline.glyph_id().to_u32();
    // Of other encodings the number of a glyph says nothing.
    if id != outline.char_code() {
        return None;
    }
    let text = match id {
        0x0544 => "(",
        0x0545 => ")",
        0x0546 => "[",
        0x0547 => "]",
        0x055E => "-",
        0x0580 => ":",
        0x05A1 => "+",
        _ => return None,
    };
    Some(text.to_owned())
}
