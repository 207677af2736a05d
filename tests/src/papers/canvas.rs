//! Pages with text in the base fonts: Helvetica, which no file needs to carry. For renderers in-process.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str};

const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");

/// In which pieces a file shows a line of text. A person sees no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pieces {
    /// One string.
    Lines,
    /// Every word placed by itself, the spaces between them left out.
    Words,
    /// Every glyph an operator of its own.
    Glyphs,
}

/// Pages to draw on. `y` runs down from the top.
pub(super) struct Canvas {
    pub(super) width: f32,
    pub(super) height: f32,
    pieces: Pieces,
    pages: Vec<Page>,
}

struct Page {
    content: Content,
    links: Vec<(Rect, String)>,
}

impl Page {
    fn new() -> Page {
        Page { content: Content::new(), links: Vec::new() }
    }
}

impl Canvas {
    /// With one empty page.
    pub(super) fn new(letter: bool, pieces: Pieces) -> Canvas {
        let (width, height) = if letter { (612.0, 792.0) } else { (595.0, 842.0) };
        Canvas { width, height, pieces, pages: vec![Page::new()] }
    }

    /// Goes on on a new page.
    pub(super) fn new_page(&mut self) {
        self.pages.push(Page::new());
    }

    /// How many there are.
    pub(super) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Text from `x` on, on the last page.
    pub(super) fn text(&mut self, x: f32, y: f32, size: f32, bold: bool, text: &str) {
        self.text_on(self.pages.len() - 1, x, y, size, bold, text);
    }

    /// Text that ends at `x`.
    pub(super) fn right(&mut self, x: f32, y: f32, size: f32, bold: bool, text: &str) {
        self.text(x - width(text, size, bold), y, size, bold, text);
    }

    /// Text on the page with this index.
    pub(super) fn text_on(&mut self, page: usize, x: f32, y: f32, size: f32, bold: bool, text: &str) {
        let y = self.height - y;
        let font = if bold { BOLD } else { REGULAR };
        let content = &mut self.pages[page].content;
        content.begin_text().set_font(font, size);
        match self.pieces {
            Pieces::Lines => {
                content.next_line(x, y).show(Str(&win_ansi(text)));
            }
            Pieces::Glyphs => {
                content.next_line(x, y);
                for byte in win_ansi(text) {
                    content.show(Str(&[byte]));
                }
            }
            Pieces::Words => {
                let (mut pen, mut last) = (x, 0.0);
                content.next_line(0.0, y);
                for word in text.split(' ') {
                    content.next_line(pen - last, 0.0).show(Str(&win_ansi(word)));
                    last = pen;
                    pen += width(word, size, bold) + width(" ", size, bold);
                }
            }
        }
        content.end_text();
    }

    /// Makes the text just drawn at this place a link.
    pub(super) fn link(&mut self, x: f32, y: f32, width: f32, address: &str) {
        let y = self.height - y;
        let page = self.pages.last_mut().expect("a page");
        page.links.push((Rect::new(x, y - 3.0, x + width, y + 9.0), address.to_owned()));
    }

    /// A thin line.
    pub(super) fn rule(&mut self, from: f32, to: f32, y: f32) {
        let y = self.height - y;
        let content = &mut self.pages.last_mut().expect("a page").content;
        content.set_line_width(0.5).move_to(from, y).line_to(to, y).stroke();
    }

    /// The document's bytes. The same drawing gives the same bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            Ref::new(next)
        };
        let [catalog, tree, regular, bold] = std::array::from_fn(|_| fresh());
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        for (id, name) in [(regular, b"Helvetica".as_slice()), (bold, b"Helvetica-Bold")] {
            pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let mut kids = Vec::new();
        for page in self.pages {
            let (leaf, content) = (fresh(), fresh());
            kids.push(leaf);
            let links: Vec<_> = page.links.into_iter().map(|link| (fresh(), link)).collect();
            let mut object = pdf.page(leaf);
            object.media_box(Rect::new(0.0, 0.0, self.width, self.height)).parent(tree).contents(content);
            object.annotations(links.iter().map(|(id, _)| *id));
            object.resources().fonts().pair(REGULAR, regular).pair(BOLD, bold);
            object.finish();
            pdf.stream(content, &compress_to_vec_zlib(&page.content.finish(), 6)).filter(Filter::FlateDecode);
            for (id, (rect, address)) in links {
                let mut annotation = pdf.annotation(id);
                annotation.subtype(AnnotationType::Link).rect(rect).border(0.0, 0.0, 0.0, None);
                annotation.action().action_type(ActionType::Uri).uri(Str(address.as_bytes()));
                annotation.finish();
            }
        }
        let count = kids.len() as i32;
        pdf.pages(tree).kids(kids).count(count);
        pdf.finish()
    }
}

/// `text` in lines no wider than `limit`.
pub(super) fn wrap(text: &str, limit: f32, size: f32, bold: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, bold) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// How wide text is in Helvetica.
pub(super) fn width(text: &str, size: f32, bold: bool) -> f32 {
    let widths = if bold { &BOLD_WIDTHS } else { &WIDTHS };
    let em = |byte: u8| match byte {
        0x20..=0x7e => widths[usize::from(byte - 0x20)],
        0xa0 | 0xb7 => 278,
        _ => widths[usize::from(base(byte) - 0x20)],
    };
    win_ansi(text).into_iter().map(|byte| f32::from(em(byte))).sum::<f32>() * size / 1000.0
}

/// A letter as wide as this one.
fn base(byte: u8) -> u8 {
    match byte {
        0xc0..=0xc5 => b'A',
        0xc7 => b'C',
        0xc8..=0xcb => b'E',
        0xcc..=0xcf => b'I',
        0xd1 => b'N',
        0xd2..=0xd6 => b'O',
        0xd9..=0xdc => b'U',
        0xe7 => b'c',
        0xec..=0xef => b'I',
        _ => b'0',
    }
}

/// From Adobe's metrics of the font, space to tilde.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const BOLD_WIDTHS: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '€' => 0x80,
            '–' => 0x96,
            '\u{202f}' => 0xa0,
            '\u{2011}' => b'-',
            _ => u8::try_from(u32::from(c)).unwrap_or_else(|_| panic!("{c:?} is not in WinAnsiEncoding")),
        })
        .collect()
}
