//! The order of a TrueType font's glyphs.

use std::io;

/// The font with its glyphs in another order: `order` says for each new id which one was there before.
///
/// Outlines and widths move; what nothing in a PDF asks for (kerning, substitutions) is left as it is.
pub(super) fn reorder(font: &[u8], order: &[u16]) -> io::Result<Vec<u8>> {
    reordered(font, order).ok_or_else(|| io::Error::other("not a TrueType font as Chromium embeds them"))
}

fn reordered(font: &[u8], order: &[u16]) -> Option<Vec<u8>> {
    let count = usize::from(word(table(font, b"maxp")?, 4)?);
    let (mut head, mut hhea) = (table(font, b"head")?.to_vec(), table(font, b"hhea")?.to_vec());
    let long = word(&head, 50)? == 1;
    let metrics = usize::from(word(&hhea, 34)?);
    let (glyf, loca, hmtx) = (table(font, b"glyf")?, table(font, b"loca")?, table(font, b"hmtx")?);
    let place = |glyph: usize| match long {
        true => long_word(loca, glyph * 4),
        false => word(loca, glyph * 2).map(|half| usize::from(half) * 2),
    };
    // Glyphs after the last with a width of its own have that one's.
    let metric = |glyph: usize| {
        let advance = word(hmtx, glyph.min(metrics - 1) * 4)?;
        let bearing = match glyph < metrics {
            true => glyph * 4 + 2,
            false => metrics * 4 + (glyph - metrics) * 2,
        };
        Some([advance.to_be_bytes(), word(hmtx, bearing)?.to_be_bytes()].concat())
    };
    if metrics == 0 || order.len() > count {
        return None;
    }
    let old_of = |new: usize| order.get(new).map_or(new, |old| usize::from(*old));
    let mut new_of: Vec<u16> = (0..=u16::MAX).collect();
    for (new, old) in order.iter().enumerate() {
        new_of[usize::from(*old)] = u16::try_from(new).ok()?;
    }

    let (mut outlines, mut places, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    for new in 0..count {
        let old = old_of(new);
        places.extend(u32::try_from(outlines.len()).ok()?.to_be_bytes());
        let outline = glyf.get(place(old)?..place(old + 1)?)?;
        let from = outlines.len();
        outlines.extend_from_slice(outline);
        rename_parts(&mut outlines[from..], &new_of)?;
        widths.extend(metric(old)?);
    }
    places.extend(u32::try_from(outlines.len()).ok()?.to_be_bytes());
    // Long places, and a width for every glyph.
    head.get_mut(50..52)?.copy_from_slice(&[0, 1]);
    hhea.get_mut(34..36)?.copy_from_slice(&u16::try_from(count).ok()?.to_be_bytes());
    let changed =
        [(b"glyf", outlines), (b"loca", places), (b"hmtx", widths), (b"head", head), (b"hhea", hhea)];
    rebuild(font, &changed)
}

/// Gives the parts of a composed glyph their new ids.
fn rename_parts(outline: &mut [u8], new_of: &[u16]) -> Option<()> {
    const WORDS: u16 = 1;
    const MORE: u16 = 0x20;
    let composed = outline.len() > 10 && outline[0] & 0x80 != 0;
    let mut at = 10;
    let mut more = composed;
    while more {
        let flags = word(outline, at)?;
        let part = new_of[usize::from(word(outline, at + 2)?)];
        outline.get_mut(at + 2..at + 4)?.copy_from_slice(&part.to_be_bytes());
        let scale = [(0x08, 2), (0x40, 4), (0x80, 8)].into_iter().find(|(bit, _)| flags & bit != 0);
        at += 4 + if flags & WORDS != 0 { 4 } else { 2 } + scale.map_or(0, |(_, size)| size);
        more = flags & MORE != 0;
    }
    Some(())
}

/// The font with these tables instead of its own of the same name.
fn rebuild(font: &[u8], changed: &[(&[u8; 4], Vec<u8>)]) -> Option<Vec<u8>> {
    let tables = usize::from(word(font, 4)?);
    let mut out = font.get(..12 + 16 * tables)?.to_vec();
    for place in 0..tables {
        let at = 12 + 16 * place;
        let name = font.get(at..at + 4)?;
        let own = || font.get(long_word(font, at + 8)?..long_word(font, at + 8)? + long_word(font, at + 12)?);
        let bytes = match changed.iter().find(|(changed, _)| changed.as_slice() == name) {
            Some((_, bytes)) => bytes.as_slice(),
            None => own()?,
        };
        let sum = bytes.chunks(4).fold(0_u32, |sum, chunk| {
            let mut four = [0; 4];
            four[..chunk.len()].copy_from_slice(chunk);
            sum.wrapping_add(u32::from_be_bytes(four))
        });
        let start = out.len();
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
        for (offset, value) in
            [(4, sum), (8, u32::try_from(start).ok()?), (12, u32::try_from(bytes.len()).ok()?)]
        {
            out[at + offset..at + offset + 4].copy_from_slice(&value.to_be_bytes());
        }
    }
    Some(out)
}

fn table<'a>(font: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let tables = usize::from(word(font, 4)?);
    let at = (0..tables).map(|place| 12 + 16 * place).find(|at| font.get(*at..at + 4) == Some(name))?;
    let start = long_word(font, at + 8)?;
    font.get(start..start + long_word(font, at + 12)?)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long_word(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}
