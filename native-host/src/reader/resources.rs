//! Whether all is there that a page draws with. Readers go on without a font or a form that is missing, and then
//! the page shows other text than it did, or less.

use flate2::{Decompress, FlushDecompress};
use hayro_syntax::Filter;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, ObjRef, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};
use std::collections::HashSet;

/// Forms within forms; deeper ones are not looked at.
const DEEPEST: usize = 16;

/// The fonts and forms that a page names, and those that its forms name.
pub(super) fn are_there(page: &Page<'_>) -> bool {
    let mut seen = HashSet::new();
    fonts_are_whole(&page.resources().fonts)
        && names_are_there(page.typed_operations(), page.resources(), &mut seen, 0)
}

fn names_are_there(
    mut content: TypedIter<'_>,
    resources: &Resources<'_>,
    seen: &mut HashSet<ObjectIdentifier>,
    depth: usize,
) -> bool {
    while let Some(instruction) = content.next() {
        match instruction {
            TypedInstruction::TextFont(font) if !resources.fonts.contains_key(font.0.as_ref()) => {
                return false;
            }
            TypedInstruction::XObject(object) => {
                let Some(object) = resources.get_x_object(object.0) else { return false };
                if depth < DEEPEST
                    && seen.insert(object.obj_id())
                    && !form_is_whole(&object, resources, seen, depth)
                {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

fn form_is_whole(
    form: &Stream<'_>,
    of_page: &Resources<'_>,
    seen: &mut HashSet<ObjectIdentifier>,
    depth: usize,
) -> bool {
    if form.dict().get::<Name<'_>>(b"Subtype").is_none_or(|kind| kind.as_str() != "Form") {
        return true;
    }
    let Ok(content) = form.decoded_data() else { return false };
    // One without resources of its own uses the page's.
    let own = form.dict().get::<Dict<'_>>(b"Resources").map(Resources::new);
    let fonts_are_whole = own.as_ref().is_none_or(|own| fonts_are_whole(&own.fonts));
    fonts_are_whole
        && names_are_there(TypedIter::new(&content), own.as_ref().unwrap_or(of_page), seen, depth + 1)
}

fn fonts_are_whole(fonts: &Dict<'_>) -> bool {
    let keys: Vec<Name<'_>> = fonts.keys().collect();
    // Two names for one font: one of them has lost its own.
    let mut named = HashSet::new();
    let mut is_new = |reference: ObjRef| named.insert(reference);
    keys.iter().all(|key| {
        fonts.get_ref(key).is_none_or(&mut is_new)
            && fonts.get::<Dict<'_>>(key).is_some_and(|font| font_is_whole(&font))
    })
}

fn font_is_whole(font: &Dict<'_>) -> bool {
    let has_parts = match font.get::<Name<'_>>(b"Subtype").as_ref().map(Name::as_str) {
        Some("Type0") => {
            let descendants = font.get::<Array<'_>>(b"DescendantFonts");
            let descendant = descendants.and_then(|fonts| fonts.iter::<Dict<'_>>().next());
            descendant.is_some_and(|descendant| {
                descendant.contains_key(b"CIDSystemInfo")
                    && is_of_one_name(font, &descendant)
                    && has_program(&descendant)
            })
        }
        Some("Type1" | "MMType1" | "TrueType") => has_program(font),
        Some("Type3") => true,
        _ => false,
    };
    has_parts && has_map(font)
}

/// Where a font says what its codes mean, it can be read. A name is allowed in place of a map.
fn has_map(font: &Dict<'_>) -> bool {
    let is_map = |map: Stream<'_>| {
        map.decoded_data().is_ok_and(|map| memchr::memmem::find(&map, b"begincmap").is_some())
    };
    !font.contains_key(b"ToUnicode")
        || font.get::<Name<'_>>(b"ToUnicode").is_some()
        || font.get::<Stream<'_>>(b"ToUnicode").is_some_and(is_map)
}

/// Where a font says that its program is embedded, it is. A part of a font cannot be had elsewhere.
fn has_program(font: &Dict<'_>) -> bool {
    let mark = name(font, b"BaseFont").and_then(|(mark, _)| mark);
    if !font.contains_key(b"FontDescriptor") {
        return mark.is_none();
    }
    let Some(descriptor) = font.get::<Dict<'_>>(b"FontDescriptor") else { return false };
    let named = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"].into_iter();
    let mut named = named.filter(|key| descriptor.contains_key(key)).peekable();
    let described = name(&descriptor, b"FontName").and_then(|(mark, _)| mark);
    let is_one_part = !matches!((&mark, &described), (Some(mark), Some(described)) if mark != described);
    let is_there = |key| descriptor.get::<Stream<'_>>(key).is_some_and(|program| is_program(&program));
    descriptor.contains_key(b"Flags")
        && is_one_part
        && (named.peek().is_some() || mark.is_none())
        && named.all(is_there)
}

/// The name of a font, and the mark before it where it is a part of one: `ABCDEF+Inter-Regular` (ISO 32000-1,
/// 9.6.4).
fn name(font: &Dict<'_>, key: &[u8]) -> Option<(Option<String>, String)> {
    let name = font.get::<Name<'_>>(key)?;
    let is_mark = |mark: &str| mark.len() == 6 && mark.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(match name.as_str().split_once('+') {
        Some((mark, name)) if is_mark(mark) => (Some(mark.to_owned()), name.to_owned()),
        _ => (None, name.as_str().to_owned()),
    })
}

/// Whether a composite font has its own glyphs. It may add the name of an encoding, and another mark.
fn is_of_one_name(font: &Dict<'_>, descendant: &Dict<'_>) -> bool {
    let names = (name(font, b"BaseFont"), name(descendant, b"BaseFont"));
    !matches!(names, (Some((_, whole)), Some((_, own))) if !whole.starts_with(&own))
}

/// Whether it begins like one of the forms that the standard names: TrueType, OpenType and their collections,
/// compact, PostScript in text or in parts. The checksum says that the rest is whole.
fn is_program(program: &Stream<'_>) -> bool {
    const BEGINNINGS: [&[u8]; 8] =
        [&[0, 1, 0, 0], b"true", b"OTTO", b"ttcf", b"typ1", &[1, 0], b"%!", &[0x80, 1]];
    let begins = |data: &[u8]| BEGINNINGS.iter().any(|beginning| data.starts_with(beginning));
    if program.filters().as_slice() == [Filter::FlateDecode] {
        let mut data = [0; 16];
        let _ = Decompress::new(true).decompress(&program.raw_data(), &mut data, FlushDecompress::None);
        return begins(&data);
    }
    program.decoded_data().is_ok_and(|data| begins(&data))
}
