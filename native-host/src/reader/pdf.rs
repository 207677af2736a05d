//! [`TextSource`] over the `hayro` crates.

use super::device::{Listener, Seen};
use super::glyphs::GlyphBook;
use super::{MOST_GLYPHS, MOST_PAGES, Text, TextSource, Unreadable, embedded, structure};
use billfold_core::document::{Glyph, lay_out};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt as _, interpret_page,
};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

/// The `hayro` crates. Hostile bytes can still make them use much memory and time: only a process that may die
/// should ask them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hayro;

impl TextSource for Hayro {
    fn text(&self, bytes: &[u8]) -> Result<Text, Unreadable> {
        let pdf = open(bytes)?;
        let (cache, mut book) = (InterpreterCache::new(), GlyphBook::default());
        let mut sheets: Vec<(Seen, f32, f32)> = Vec::new();
        let mut room = MOST_GLYPHS;
        for page in pdf.pages().iter() {
            let (width, height) = page.render_dimensions();
            let seen = listen(page, &cache, &mut book, room);
            if seen.too_much {
                return Err(Unreadable::TooMuch);
            }
            if seen.misplaced {
                return Err(Unreadable::Damaged);
            }
            room -= (seen.visible.len() + seen.hidden.len()).min(room);
            sheets.push((seen, width, height));
        }
        let is_text = |glyphs: &[Glyph]| glyphs.iter().any(|glyph| !glyph.character.is_whitespace());
        let recognised = !sheets.iter().any(|(seen, ..)| is_text(&seen.visible))
            && sheets.iter().any(|(seen, ..)| is_text(&seen.hidden));
        let glyphs = |seen: Seen| if recognised { seen.hidden } else { seen.visible };
        let pages =
            sheets.into_iter().map(|(seen, width, height)| lay_out(&glyphs(seen), width, height)).collect();
        Ok(Text { pages, recognised, links: embedded::links(&pdf), attachments: embedded::attachments(&pdf) })
    }
}

/// Opens a whole file that is not too large.
pub(super) fn open(bytes: &[u8]) -> Result<Pdf, Unreadable> {
    structure::check_ends(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable::PasswordProtected,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Unreadable::Damaged,
    })?;
    if pdf.pages().len() > MOST_PAGES {
        return Err(Unreadable::TooMuch);
    }
    structure::check_parts(&pdf)?;
    Ok(pdf)
}

fn listen<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>, book: &mut GlyphBook, room: usize) -> Seen {
    let (width, height) = page.render_dimensions();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
        cache,
        page.xref(),
        settings(),
    );
    let mut listener = Listener::new(width, height, room, book);
    interpret_page(page, &mut context, &mut listener);
    listener.finish()
}

/// What is written over a page, in a form or a note, is no part of the document that was issued.
pub(super) fn settings() -> InterpreterSettings {
    InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() }
}
