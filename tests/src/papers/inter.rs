//! Gives a document that Chromium printed from `inter-ui` 4 the trait of Stripe's own: punctuation that is
//! nowhere but in marked content.
//!
//! Chromium draws a hyphen between digits with a contextual glyph and says what it is in an `/ActualText`
//! span, `/ToUnicode` naming a private-use character. Stripe's files say U+0000 there, have other glyph ids,
//! always the same, and show one glyph at a time. Both kinds occur; this turns the first into the second.

use std::collections::BTreeMap;
use std::io;

use super::sfnt;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

/// The glyph ids in all real documents seen, of every weight.
const SEEN: [(char, u16); 7] =
    [('-', 0x055e), ('(', 0x0544), (')', 0x0545), ('+', 0x05a1), ('[', 0x0546), (']', 0x0547), (':', 0x0580)];

/// What is done to the text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spans {
    /// As Stripe's: U+0000 in the font, the character in the span.
    Stripe,
    /// The same without the spans, as a careless re-save leaves it: nothing but the glyph ids tells.
    Lost,
}

/// A font's codes: what they say and what becomes of them.
#[derive(Default)]
struct Font {
    /// Characters that stand in spans.
    hidden: BTreeMap<u16, char>,
    /// The glyphs in their new order, by their old ids.
    order: Vec<u16>,
}

/// Rewrites all pages and fonts of `document`.
pub(super) fn rewrite(document: &mut Document, spans: Spans) -> io::Result<()> {
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let mut fonts: BTreeMap<ObjectId, Font> = BTreeMap::new();
    let mut contents = Vec::new();
    for page in pages {
        let content = Content::decode(&document.get_page_content(page)).map_err(io::Error::other)?;
        let names = font_names(document, page)?;
        collect(&content.operations, &names, &mut fonts);
        contents.push((page, names, content));
    }
    fonts.values_mut().for_each(Font::assign);
    for (page, names, content) in contents {
        let operations = rewritten(content.operations, &names, &fonts, spans);
        let bytes = Content { operations }.encode().map_err(io::Error::other)?;
        document.change_page_content(page, bytes).map_err(io::Error::other)?;
    }
    for (id, font) in &fonts {
        if !font.hidden.is_empty() {
            rewrite_font(document, *id, font)?;
        }
    }
    Ok(())
}

impl Font {
    /// Moves hidden glyphs to the ids seen in real documents; whatever stood there takes their place.
    fn assign(&mut self) {
        for (code, character) in &self.hidden {
            let Some((_, target)) = SEEN.iter().find(|(seen, _)| seen == character) else { continue };
            let last = self.order.len().max(usize::from(*target) + 1).max(usize::from(*code) + 1);
            self.order.extend((self.order.len()..last).map(|id| id as u16));
            let at = self.order.iter().position(|old| old == code).expect("every id has a place");
            self.order.swap(at, usize::from(*target));
        }
    }

    fn new_code(&self, code: u16) -> u16 {
        self.order.iter().position(|old| *old == code).map_or(code, |new| new as u16)
    }
}

fn font_names(document: &Document, page: ObjectId) -> io::Result<BTreeMap<Vec<u8>, ObjectId>> {
    let (direct, inherited) = document.get_page_resources(page).map_err(io::Error::other)?;
    let mut names = BTreeMap::new();
    let others = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    for resources in direct.into_iter().chain(others) {
        let Ok(fonts) = resources.get(b"Font") else { continue };
        let (_, fonts) = document.dereference(fonts).map_err(io::Error::other)?;
        for (name, font) in fonts.as_dict().map_err(io::Error::other)?.iter() {
            names.insert(name.clone(), font.as_reference().map_err(io::Error::other)?);
        }
    }
    Ok(names)
}

fn collect(
    operations: &[Operation],
    names: &BTreeMap<Vec<u8>, ObjectId>,
    fonts: &mut BTreeMap<ObjectId, Font>,
) {
    let mut font = None;
    let mut span = None;
    for operation in operations {
        match operation.operator.as_str() {
            "Tf" => font = font_of(operation, names),
            "BDC" => span = actual_text(operation),
            "EMC" => span = None,
            "Tj" => {
                let Some(font) = font.map(|id| fonts.entry(id).or_default()) else { continue };
                if let Some(character) = span {
                    font.hidden.extend(codes(operation).into_iter().map(|code| (code, character)));
                }
            }
            _ => {}
        }
    }
}

fn rewritten(
    operations: Vec<Operation>,
    names: &BTreeMap<Vec<u8>, ObjectId>,
    fonts: &BTreeMap<ObjectId, Font>,
    spans: Spans,
) -> Vec<Operation> {
    let mut font = None;
    let mut out = Vec::with_capacity(operations.len() * 8);
    // Whether each open marked content is a span that goes.
    let mut open = Vec::new();
    for mut operation in operations {
        match operation.operator.as_str() {
            "Tf" => font = font_of(&operation, names).and_then(|id| fonts.get(&id)),
            "BMC" => open.push(false),
            "BDC" => {
                let character = actual_text(&operation);
                open.push(character.is_some() && spans == Spans::Lost);
                if let Some(character) = character {
                    if spans == Spans::Lost {
                        continue;
                    }
                    let text =
                        format!("\u{feff}{character}").encode_utf16().flat_map(u16::to_be_bytes).collect();
                    let mut properties = Dictionary::new();
                    properties.set("ActualText", Object::String(text, StringFormat::Hexadecimal));
                    operation.operands[1] = Object::Dictionary(properties);
                }
            }
            "EMC" if open.pop() == Some(true) => continue,
            "Tj" => {
                for code in codes(&operation) {
                    let code = font.map_or(code, |font| font.new_code(code));
                    let glyph = Object::String(code.to_be_bytes().to_vec(), StringFormat::Hexadecimal);
                    out.push(Operation::new("Tj", vec![glyph]));
                }
                continue;
            }
            _ => {}
        }
        out.push(operation);
    }
    out
}

fn font_of(operation: &Operation, names: &BTreeMap<Vec<u8>, ObjectId>) -> Option<ObjectId> {
    names.get(operation.operands.first()?.as_name().ok()?).copied()
}

fn actual_text(operation: &Operation) -> Option<char> {
    let text = operation.operands.get(1)?.as_dict().ok()?.get(b"ActualText").ok()?.as_str().ok()?;
    match text.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => {
            let units: Vec<u16> =
                wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()?.chars().next()
        }
        None => text.first().map(|byte| char::from(*byte)),
    }
}

fn codes(operation: &Operation) -> Vec<u16> {
    let bytes = operation.operands.first().and_then(|text| text.as_str().ok()).unwrap_or_default();
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

fn rewrite_font(document: &mut Document, id: ObjectId, font: &Font) -> io::Result<()> {
    let dictionary = document.get_dictionary(id).map_err(io::Error::other)?;
    let to_unicode = dictionary.get(b"ToUnicode").and_then(Object::as_reference).map_err(io::Error::other)?;
    let descendants = dictionary.get(b"DescendantFonts").map_err(io::Error::other)?;
    let descendants = document.dereference(descendants).map_err(io::Error::other)?.1;
    let descendant =
        descendants.as_array().map_err(io::Error::other)?[0].as_reference().map_err(io::Error::other)?;

    let old = document.get_object(to_unicode).and_then(Object::as_stream).map_err(io::Error::other)?;
    let text = old.decompressed_content().map_err(io::Error::other)?;
    let said = mapping(&String::from_utf8_lossy(&text));
    let said = said.into_iter().map(|(code, text)| {
        let says = match font.hidden.get(&code) {
            Some(character) if SEEN.iter().any(|(seen, _)| seen == character) => "0000".to_owned(),
            // Never seen hidden: its span says no more than the font does.
            Some(character) => format!("{:04X}", u32::from(*character)),
            None => text,
        };
        (font.new_code(code), says)
    });
    let said = stream(cmap(&said.collect()).into_bytes());
    document.objects.insert(to_unicode, Object::Stream(said));

    let widths =
        document.get_dictionary(descendant).and_then(|font| font.get(b"W")).map_err(io::Error::other)?;
    let widths =
        document.dereference(widths).map_err(io::Error::other)?.1.as_array().map_err(io::Error::other)?;
    let widths: BTreeMap<u16, Object> =
        each_width(widths).into_iter().map(|(code, width)| (font.new_code(code), width)).collect();
    let widths =
        widths.into_iter().flat_map(|(code, width)| [code.into(), Object::Array(vec![width])]).collect();

    let dictionary = document.get_dictionary(descendant).map_err(io::Error::other)?;
    let descriptor = dictionary.get(b"FontDescriptor").map_err(io::Error::other)?;
    let descriptor = document.dereference(descriptor).map_err(io::Error::other)?.1;
    let file = descriptor.as_dict().and_then(|descriptor| descriptor.get(b"FontFile2"));
    let file = file.and_then(Object::as_reference).map_err(io::Error::other)?;
    let embedded = document.get_object(file).and_then(Object::as_stream).map_err(io::Error::other)?;
    let bytes = sfnt::reorder(&embedded.decompressed_content().map_err(io::Error::other)?, &font.order)?;
    let mut stream = stream(bytes.clone());
    stream.dict.set("Length1", Object::Integer(bytes.len() as i64));
    document.objects.insert(file, Object::Stream(stream));

    let descendant = document.get_dictionary_mut(descendant).map_err(io::Error::other)?;
    descendant.set("W", Object::Array(widths));
    Ok(())
}

fn stream(bytes: Vec<u8>) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), bytes);
    // Kept as it is where compressing gains nothing.
    let _ = stream.compress();
    stream
}

/// `[3 [500 600] 7 9 250]`: widths from 3 on, and one for 7 to 9.
fn each_width(array: &[Object]) -> Vec<(u16, Object)> {
    let mut all = Vec::new();
    let mut rest = array;
    let code =
        |object: &Object| object.as_i64().ok().and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
    while let [first, second, tail @ ..] = rest {
        if let Ok(list) = second.as_array() {
            all.extend((code(first)..).zip(list.iter().cloned()));
            rest = tail;
        } else {
            let [width, tail @ ..] = tail else { break };
            all.extend((code(first)..=code(second)).map(|code| (code, width.clone())));
            rest = tail;
        }
    }
    all
}

/// What a `/ToUnicode` says: code and hexadecimal text.
fn mapping(cmap: &str) -> BTreeMap<u16, String> {
    let mut all = BTreeMap::new();
    let mut width = 0;
    for line in cmap.lines() {
        let block = [("beginbfchar", 2), ("beginbfrange", 3), ("endbfchar", 0), ("endbfrange", 0)];
        if let Some((_, fields)) = block.iter().find(|(word, _)| line.ends_with(word)) {
            width = *fields;
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['<', '>'])).collect();
        if width == 0 || words.len() != width {
            continue;
        }
        let number = |word: &str| u16::from_str_radix(word, 16);
        match words.as_slice() {
            [code, text] => {
                if let Ok(code) = number(code) {
                    all.insert(code, (*text).to_owned());
                }
            }
            [first, last, text] => {
                let (Ok(first), Ok(last), Ok(text)) = (number(first), number(last), number(text)) else {
                    continue;
                };
                all.extend((first..=last).map(|code| (code, format!("{:04X}", text + (code - first)))));
            }
            _ => {}
        }
    }
    all
}

fn cmap(said: &BTreeMap<u16, String>) -> String {
    let lines: Vec<String> = said.iter().map(|(code, text)| format!("<{code:04X}> <{text}>\n")).collect();
    let blocks =
        lines.chunks(100).map(|block| format!("{} beginbfchar\n{}endbfchar\n", block.len(), block.concat()));
    format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
         << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n\
         /CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{}endcmap\n\
         CMapName currentdict /CMap defineresource pop\nend\nend\n",
        blocks.collect::<String>()
    )
}
