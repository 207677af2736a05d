//! Listens to a page being drawn, and notes the characters that a person would see. It draws nothing.
//!
//! Text that cannot be seen must not become a field: invisible, transparent, clipped away, off the page, of the
//! ground's own colour, or painted over. It is kept apart, because the text of a scan is of that kind too.

use super::glyphs::{Facts, GlyphBook, advance, says};
use super::{MOST_GLYPHS, text_string};
use billfold_core::document::Glyph;
use hayro_interpret::font::{GlyphRun, PositionedGlyph};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};
use hayro_syntax::object::{self, Dict};

/// An `/ActualText` span with more glyphs than this is a paragraph, whose glyphs tell more than its text.
const LONGEST_SPAN: usize = 200;
/// So many painted areas are remembered.
const MOST_AREAS: usize = 20_000;
/// So often a glyph is compared with an area.
const MOST_COMPARISONS: u64 = 100_000_000;
/// Two colours that the eye does not part, as the largest difference of their parts.
const SAME_COLOUR: f32 = 0.06;
/// A width in the file that is so far from the font's own is not rounded but wrong, in ems.
const WRONG_WIDTH: f32 = 0.1;
const WHITE: [f32; 3] = [1.0; 3];

/// The glyphs of one page.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What is seen.
    pub(super) visible: Vec<Glyph>,
    /// What is drawn and not seen.
    pub(super) hidden: Vec<Glyph>,
    /// There was more than is read.
    pub(super) too_much: bool,
    /// Letters stand where they do because of a width that is not theirs.
    pub(super) misplaced: bool,
}

/// Takes down one page.
pub(super) struct Listener<'b> {
    page: Rect,
    seen: Seen,
    room: usize,
    comparisons: u64,
    clips: Vec<Rect>,
    groups: Vec<Group>,
    areas: Vec<Area>,
    spans: Vec<Option<Span>>,
    end: Option<End>,
    last: Option<Last>,
    book: &'b mut GlyphBook,
}

/// Where the last glyph ends.
#[derive(Clone, Copy)]
struct End {
    turns: u8,
    y: f32,
    /// By its width in the file.
    by_file: f32,
    /// By its width in the font's program.
    by_font: f32,
}

/// The last glyph with ink.
#[derive(Clone, Copy)]
struct Last {
    place: Glyph,
    cut_off: bool,
}

/// What is painted together.
#[derive(Clone, Copy)]
struct Group {
    seen: bool,
    /// It looks as if it were no group.
    plain: bool,
}

/// A painted area.
struct Area {
    rect: Rect,
    /// None where it is of several colours, or not a rectangle.
    colour: Option<[f32; 3]>,
}

/// An open `/ActualText` span with what it has drawn so far.
struct Span {
    text: String,
    drawn: Vec<Drawn>,
}

/// A glyph with what it says by itself.
#[derive(Clone)]
struct Drawn {
    /// None where the file does not tell.
    says: Option<String>,
    place: Glyph,
    visible: bool,
    /// It lies behind an edge, of the page or of an area that shows.
    cut_off: bool,
}

impl<'b> Listener<'b> {
    /// For a page of this size, with room for so many glyphs.
    pub(super) fn new(width: f32, height: f32, room: usize, book: &'b mut GlyphBook) -> Listener<'b> {
        Listener {
            page: Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            seen: Seen::default(),
            room: room.min(MOST_GLYPHS),
            comparisons: 0,
            clips: Vec::new(),
            groups: Vec::new(),
            areas: Vec::new(),
            spans: Vec::new(),
            end: None,
            last: None,
            book,
        }
    }

    /// What was seen.
    pub(super) fn finish(mut self) -> Seen {
        for span in std::mem::take(&mut self.spans).into_iter().flatten() {
            self.settle(span);
        }
        self.seen
    }

    /// What may be seen of something painted now.
    fn window(&self) -> Rect {
        self.clips.last().map_or(self.page, |clip| clip.intersect(self.page))
    }

    fn is_plain(&self) -> bool {
        self.groups.iter().all(|group| group.plain)
    }

    fn glyph(&mut self, glyph: &PositionedGlyph<'_>, props: &DrawProps<'_>, mode: &DrawMode) {
        if self.room == 0 {
            self.seen.too_much = true;
            return;
        }
        self.room -= 1;
        let transform = props.transform * glyph.transform();
        let facts = self.book.facts(glyph);
        let Some(place) = self.place(glyph, transform, facts) else { return };
        self.compare_widths(glyph, transform, facts, &place);
        let says = says(glyph, facts);
        // A glyph without ink is a space, if it does not claim to be something else.
        let says = says.or_else(|| facts.blank.then(|| " ".to_owned()));
        let is_ghost = facts.blank && says.as_ref().is_some_and(|text| !text.trim().is_empty());
        let centre = transform * Point::new(advance(glyph) / 2.0, 300.0);
        let cut_off = !self.window().contains(centre);
        let visible = !matches!(mode, DrawMode::Invisible)
            && !is_ghost
            && self.groups.iter().all(|group| group.seen)
            && place.size >= (self.page.height() as f32 / 842.0).min(1.0)
            && !cut_off
            && self.stands_out(centre, &props.paint);
        let drawn = Drawn { says, place, visible, cut_off };
        match self.spans.iter_mut().flatten().next() {
            Some(span) => span.take(drawn),
            None => self.emit(drawn),
        }
    }

    fn place(&self, glyph: &PositionedGlyph<'_>, transform: Affine, facts: Facts) -> Option<Glyph> {
        let [a, b, c, d, x, y] = transform.as_coeffs();
        let (along, up) = (Vec2::new(a, b) * 1000.0, Vec2::new(c, d) * 1000.0);
        let size = up.hypot();
        if !(size > 0.0 && along.hypot() > 0.1 * size && x.is_finite() && y.is_finite()) {
            return None;
        }
        // Clockwise, because y runs down. Text that is turned by less than a quarter is a stamp or a watermark.
        let quarters = along.atan2() / std::f64::consts::FRAC_PI_2;
        if (quarters - quarters.round()).abs() > 0.06 {
            return None;
        }
        let turns = (quarters.round() as i64).rem_euclid(4) as u8;
        let (width, height) = (self.page.width(), self.page.height());
        let (x, y) = match turns {
            1 => (y, width - x),
            2 => (width - x, height - y),
            3 => (height - y, x),
            _ => (x, y),
        };
        Some(Glyph {
            character: char::REPLACEMENT_CHARACTER,
            x: x as f32,
            y: y as f32,
            // What is seen is the glyph as the font draws it.
            width: (along.hypot() * facts.own_advance.unwrap_or_else(|| advance(glyph)).max(0.0) / 1000.0)
                as f32,
            size: size as f32,
            bold: facts.bold,
            turns,
        })
    }

    /// A file repeats the widths of its font's glyphs, and each letter of a word stands where the one before ends
    /// by them. Where these widths are harmed, words fall apart or run together.
    fn compare_widths(
        &mut self,
        glyph: &PositionedGlyph<'_>,
        transform: Affine,
        facts: Facts,
        place: &Glyph,
    ) {
        if let Some(end) = self.end.take()
            && end.turns == place.turns
            && end.y == place.y
        {
            let differ = (end.by_file - end.by_font).abs();
            let follows = (place.x - end.by_file).abs() < 0.5 * differ;
            self.seen.misplaced |= differ > WRONG_WIDTH * place.size && follows;
        }
        let [a, b, ..] = transform.as_coeffs();
        let by_file = place.x + (Vec2::new(a, b).hypot() * advance(glyph)) as f32;
        self.end = facts.own_advance.is_some().then_some(End {
            turns: place.turns,
            y: place.y,
            by_file,
            by_font: place.x + place.width,
        });
    }

    /// Whether a paint can be told from what lies under it.
    fn stands_out(&mut self, at: Point, paint: &Paint<'_>) -> bool {
        let Some((colour, alpha)) = colour(paint) else { return true };
        if alpha < 0.05 {
            return false;
        }
        self.comparisons += self.areas.len() as u64;
        let ground = self.areas.iter().rev().find(|area| area.rect.contains(at));
        let ground = ground.map_or(Some(WHITE), |area| area.colour);
        ground.is_none_or(|ground| {
            let differs = |(a, b): (&f32, &f32)| (a - b).abs() > SAME_COLOUR;
            colour.iter().zip(&ground).any(differs)
        })
    }

    /// Notes a painted area, and what it hides.
    fn paint(&mut self, rect: Rect, colour: Option<[f32; 3]>, hides: bool) {
        let rect = rect.intersect(self.window());
        if rect.width() <= 0.0 || rect.height() <= 0.0 {
            return;
        }
        if hides {
            self.comparisons += self.seen.visible.len() as u64;
            if self.comparisons < MOST_COMPARISONS {
                let page = self.page;
                let covered = |glyph: &mut Glyph| rect.contains(middle(glyph, page));
                self.seen.hidden.extend(self.seen.visible.extract_if(.., covered));
            }
        }
        if self.areas.len() >= MOST_AREAS || self.comparisons >= MOST_COMPARISONS {
            self.seen.too_much = true;
            return;
        }
        self.areas.push(Area { rect, colour });
    }

    /// Ends a span: its text stands where its glyphs do.
    fn settle(&mut self, span: Span) {
        let Span { text, drawn } = span;
        let (Some(first), Some(last)) = (drawn.first(), drawn.last()) else { return };
        let on_one_line = drawn.iter().all(|each| {
            each.place.turns == first.place.turns
                && (each.place.y - first.place.y).abs() <= 0.5 * first.place.size
        });
        if !on_one_line || last.place.x < first.place.x {
            return drawn.into_iter().for_each(|each| self.emit(each));
        }
        if contradicts(&text, &drawn) {
            return drawn.into_iter().for_each(|each| self.emit(each.without_figures()));
        }
        let right = drawn.iter().map(|each| each.place.x + each.place.width).fold(first.place.x, f32::max);
        let place = Glyph { width: right - first.place.x, ..first.place };
        let visible = drawn.iter().all(|each| each.visible);
        let cut_off = drawn.iter().any(|each| each.cut_off);
        self.emit(Drawn { says: Some(text), place, visible, cut_off });
    }

    /// Whether a text that is seen goes on from one that is cut off. Where one that is seen goes on behind an edge,
    /// its end is not known either.
    fn goes_through_an_edge(&mut self, text: &str, place: Glyph, cut_off: bool) -> bool {
        if text.trim().is_empty() {
            return false;
        }
        let goes_on = |last: &Last| {
            last.place.turns == place.turns
                && last.place.y == place.y
                && place.x - (last.place.x + last.place.width) < place.size
                && last.place.x < place.x
        };
        let last = self.last.replace(Last { place, cut_off });
        let last = last.filter(|last| goes_on(last) && last.cut_off != cut_off);
        if last.is_some() && cut_off {
            let inked = |glyph: &&mut Glyph| !glyph.character.is_whitespace();
            if let Some(end) = self.seen.visible.iter_mut().rev().find(inked) {
                end.character = char::REPLACEMENT_CHARACTER;
            }
        }
        last.is_some() && !cut_off
    }

    fn emit(&mut self, drawn: Drawn) {
        let Drawn { says, place, visible, cut_off } = drawn;
        let text = says.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string());
        let text = if self.goes_through_an_edge(&text, place, cut_off) {
            char::REPLACEMENT_CHARACTER.to_string()
        } else {
            text
        };
        let count = text.chars().count();
        if self.seen.visible.len() + self.seen.hidden.len() + count > MOST_GLYPHS {
            self.seen.too_much = true;
            return;
        }
        let share = place.width / count.max(1) as f32;
        let list = if visible { &mut self.seen.visible } else { &mut self.seen.hidden };
        for (index, character) in text.chars().enumerate() {
            list.push(Glyph { character, x: place.x + share * index as f32, width: share, ..place });
        }
    }
}

impl Span {
    fn take(&mut self, drawn: Drawn) {
        // Filled and stroked: the same again.
        let is_same = |each: &Drawn| {
            each.says == drawn.says
                && (each.place.x - drawn.place.x).abs() <= 0.05 * drawn.place.size
                && (each.place.y - drawn.place.y).abs() <= 0.05 * drawn.place.size
        };
        if !self.drawn.iter().rev().take(LONGEST_SPAN).any(is_same) {
            self.drawn.push(drawn);
        }
    }
}

impl Drawn {
    fn without_figures(mut self) -> Drawn {
        let hide = |c: char| if c.is_numeric() { char::REPLACEMENT_CHARACTER } else { c };
        self.says = self.says.map(|text| text.chars().map(hide).collect());
        self
    }
}

/// Whether a span's text and its glyphs name different figures. Then nobody can say what is shown.
fn contradicts(text: &str, drawn: &[Drawn]) -> bool {
    let mut wanted = text.chars().filter(|c| c.is_numeric());
    let mut all_told = true;
    for each in drawn {
        let Some(says) = &each.says else {
            all_told = false;
            continue;
        };
        for figure in says.chars().filter(|c| c.is_numeric()) {
            let found = if all_told { wanted.next() == Some(figure) } else { wanted.any(|c| c == figure) };
            if !found {
                return true;
            }
        }
    }
    all_told && wanted.next().is_some()
}

/// Where a glyph that has been laid out stands on the page as it is shown.
fn middle(glyph: &Glyph, page: Rect) -> Point {
    let x = f64::from(glyph.x + glyph.width / 2.0);
    let y = f64::from(glyph.y - 0.3 * glyph.size);
    match glyph.turns {
        1 => Point::new(page.width() - y, x),
        2 => Point::new(page.width() - x, page.height() - y),
        3 => Point::new(y, page.height() - x),
        _ => Point::new(x, y),
    }
}

fn colour(paint: &Paint<'_>) -> Option<([f32; 3], f32)> {
    match paint {
        Paint::Color(colour) => {
            let [red, green, blue, alpha] = colour.to_rgba().components();
            Some(([red, green, blue], alpha))
        }
        Paint::Pattern(_) => None,
    }
}

impl<'a> Device<'a> for Listener<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        // Lines are too thin to be a ground.
        if matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            self.paint(props.transform.transform_rect_bbox(path.bounding_box()), None, false);
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        if !matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            return;
        }
        let [a, b, c, d, ..] = props.transform.as_coeffs();
        let is_upright = (a == 0.0 && d == 0.0) || (b == 0.0 && c == 0.0);
        let is_plain = is_upright
            && props.blend_mode == BlendMode::Normal
            && props.soft_mask.is_none()
            && self.is_plain();
        let rect = props.transform.transform_rect_bbox(*rect);
        match colour(&props.paint) {
            Some((colour, alpha)) if is_plain && alpha > 0.99 => self.paint(rect, Some(colour), true),
            Some((_, alpha)) if alpha < 0.05 => {}
            _ => self.paint(rect, None, false),
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.push_clip_rect(&clip.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.clips.push(self.window().intersect(*rect));
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        let plain = opacity > 0.99 && mask.is_none() && blend == BlendMode::Normal;
        self.groups.push(Group { seen: opacity >= 0.05, plain });
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for glyph in run.glyphs() {
            self.glyph(glyph, &props, mode);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        // An image fills the unit square, which hayro has already scaled by the number of its points.
        let size = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let rect = props.transform.transform_rect_bbox(size);
        let is_solid = match &image {
            Image::Raster(raster) => {
                let dict = raster.stream().dict();
                !dict.contains_key(b"SMask")
                    && !dict.contains_key(b"Mask")
                    && !dict.contains_key(b"SMaskInData")
            }
            Image::Stencil(_) => false,
        };
        let is_plain = props.blend_mode == BlendMode::Normal && props.soft_mask.is_none() && self.is_plain();
        self.paint(rect, None, is_solid && is_plain);
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let text = properties
            .and_then(|properties| properties.get::<object::String<'_>>(b"ActualText"))
            .map(|text| text_string::decode(text.as_bytes()));
        // Of spans within spans the outer one counts.
        let is_within = self.spans.iter().any(Option::is_some);
        let span = text.filter(|_| !is_within).map(|text| Span { text, drawn: Vec::new() });
        self.spans.push(span);
    }

    fn end_marked_content(&mut self) {
        if let Some(span) = self.spans.pop().flatten() {
            self.settle(span);
        }
    }
}
