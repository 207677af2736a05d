//! A picture of the pages with a box around each value: what was read, and from where.
//!
//! Drawing a page is as dangerous as reading it, so only a child may do it.

use super::{Unreadable, pdf};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billfold_core::document::{Document, Evidence, Page, Sure};
use hayro_svg::{RenderCache, SvgRenderSettings};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Between two pages.
const GAP: f32 = 12.0;

/// An SVG of every page on which something was found, one below the other.
pub(super) fn picture(bytes: &[u8], pages: &[Page], document: &Document) -> Result<String, Unreadable> {
    let file = pdf::open(bytes)?;
    let cache = RenderCache::new();
    let settings = SvgRenderSettings { bg_color: [255; 4] };
    let shown: BTreeSet<u32> =
        document.evidence.iter().map(|found| found.page).filter(|page| *page > 0).chain([1]).collect();
    let (mut body, mut width, mut top) = (String::new(), 0.0_f32, 0.0_f32);
    for number in shown {
        let Ok(index) = usize::try_from(number - 1) else { continue };
        let (Some(drawn), Some(page)) = (file.pages().get(index), pages.get(index)) else { continue };
        // As a picture within the picture: names inside a page cannot clash, and nothing in it can act.
        let svg = STANDARD.encode(hayro_svg::convert(drawn, &cache, &pdf::settings(), &settings));
        let (w, h) = (page.width, page.height);
        let _ = writeln!(
            body,
            "<g transform=\"translate(0 {top})\"><image width=\"{w}\" height=\"{h}\" \
             href=\"data:image/svg+xml;base64,{svg}\"/>"
        );
        for found in document.evidence.iter().filter(|found| found.page == number) {
            body.push_str(&labelled_box(found));
        }
        body.push_str("</g>\n");
        width = width.max(w);
        top += h + GAP;
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{top}\" \
         viewBox=\"0 0 {width} {top}\" style=\"background:#888\">\n\
         <style>rect{{fill-opacity:.12;stroke-width:.7}}text{{font:4.5px sans-serif}}</style>\n{body}</svg>\n"
    ))
}

fn labelled_box(found: &Evidence) -> String {
    let [left, top, right, bottom] = found.place;
    let colour = match found.sure {
        Sure::Checked => "#087f23",
        Sure::Labelled => "#0b57d0",
        Sure::Placed => "#b06000",
    };
    let (field, text) = (escaped(&found.field), escaped(&found.text));
    format!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"{colour}\" stroke=\"{colour}\">\
         <title>{field}: {text}</title></rect><text x=\"{left}\" y=\"{}\" fill=\"{colour}\">{field}</text>\n",
        right - left,
        bottom - top,
        top - 0.8,
    )
}

/// For text and attributes of an XML document, which cannot hold control characters at all.
fn escaped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).fold(String::new(), |mut all, character| {
        match character {
            '&' => all.push_str("&amp;"),
            '<' => all.push_str("&lt;"),
            '>' => all.push_str("&gt;"),
            '"' => all.push_str("&quot;"),
            other => all.push(other),
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_says_stays_text() {
        let found = Evidence {
            field: "vendor".into(),
            page: 1,
            place: [30.0, 40.0, 90.0, 50.0],
            text: "</title><script>\"x\" & y\u{0}</script>".into(),
            sure: Sure::Placed,
        };
        let drawn = labelled_box(&found);
        assert!(drawn.contains("vendor: &lt;/title&gt;&lt;script&gt;&quot;x&quot; &amp; y&lt;/script&gt;"));
        assert!(drawn.contains("width=\"60\" height=\"10\""));
    }
}
