//! A copy of a page without what is private in it, so that a page that was not understood can be shown to
//! others and replayed as a test.
//!
//! Kept: elements, test ids, roles, classes, words over columns and in status badges, month names, currency
//! marks, the shapes of dates, amounts and numbers. Replaced, the same word always by the same other word of
//! that copy: everything else that can be read. Dropped: scripts, styles, comments, drawings, addresses of
//! resources. Links to invoices get made-up tokens of the same anatomy. A scan of the copy finds what a scan
//! of the page finds.
//!
//! It reads the page's text, not a tree of it. What it does not know, it scrubs or drops.

mod links;
mod shape;
mod words;

use super::stripe_portal;
use crate::markup::{Tag, after, content, decoded, start_tag, tag_name};
use words::Words;

/// Attributes that hold structure. What looks like an id of something in them is replaced even so.
const STRUCTURE: &[&str] = &[
    "aria-colcount",
    "aria-colindex",
    "aria-current",
    "aria-expanded",
    "aria-haspopup",
    "aria-hidden",
    "aria-level",
    "aria-rowcount",
    "aria-rowindex",
    "aria-selected",
    "aria-sort",
    "charset",
    "checked",
    "class",
    "colspan",
    "data-color",
    "data-state",
    "data-testid",
    "data-variant",
    "dir",
    "disabled",
    "hidden",
    "id",
    "lang",
    "open",
    "rel",
    "role",
    "rowspan",
    "scope",
    "tabindex",
    "target",
    "type",
];

/// Attributes whose values are read by people, and are scrubbed like the page's text. Any other name is dropped:
/// where a quote is missing, the words of a text stand where names do. `aria-` and `data-` names stay, too.
const TEXTS: &[&str] =
    &["abbr", "alt", "datetime", "for", "height", "label", "name", "placeholder", "title", "value", "width"];

/// Elements of HTML. Others may be anything that stood in angle brackets, such as an address of e-mail.
const ELEMENTS: &str = " a abbr address article aside b bdi bdo big blockquote body br button caption center cite \
    code col colgroup data dd del details dfn dialog div dl dt em fieldset figcaption figure font footer form h1 \
    h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li main mark math menu meta \
    nav noembed object ol optgroup option output p picture pre progress q s samp search section select slot small \
    span strong sub summary sup svg table tbody td textarea tfoot th thead time title tr u ul var wbr xmp ";

/// Elements that vanish with all that is in them, and those of which only the element stays.
const GONE: &[&str] = &["base", "link", "noscript", "script", "style", "template"];
const EMPTIED: &[&str] = &["iframe", "math", "noembed", "object", "svg", "textarea", "xmp"];
const VOID: &[&str] = &["base", "link"];

/// Scrubs a page. `salt` is random and thrown away: without it, nobody can try out what a word stood for.
pub fn scrub(html: &str, salt: [u8; 16]) -> String {
    let mut words = Words::new(salt);
    // Once to learn all words of the page, so that none of them is made up for another.
    Copy { out: String::new(), words: &mut words }.write(html);
    words.learnt();
    let mut copy = Copy { out: String::with_capacity(html.len()), words: &mut words };
    copy.write(html);
    copy.out
}

/// The copy under way.
struct Copy<'a> {
    out: String,
    words: &'a mut Words,
}

impl Copy<'_> {
    fn write(&mut self, html: &str) {
        let mut rest = html;
        while !rest.is_empty() {
            let (text, markup) =
                rest.split_at_checked(rest.find('<').unwrap_or(rest.len())).unwrap_or((rest, ""));
            let text = self.words.text(&decoded(text));
            escape(&text, &mut self.out);
            rest = self.markup(markup);
        }
    }

    /// Copies what begins with `<`, and returns what follows it.
    fn markup<'a>(&mut self, markup: &'a str) -> &'a str {
        if let Some(comment) = markup.strip_prefix("<!--") {
            return after(comment, "-->");
        }
        if let Some(declaration) = markup.strip_prefix("<!") {
            if declaration.get(..7).is_some_and(|name| name.eq_ignore_ascii_case("doctype")) {
                self.out.push_str("<!doctype html>");
            }
            return after(declaration, ">");
        }
        if let Some(close) = markup.strip_prefix("</") {
            let name = tag_name(close);
            if !name.is_empty() && !GONE.contains(&name.as_str()) && !name.starts_with("billfold-") {
                let name = self.element_name(&name);
                self.out.push_str("</");
                self.out.push_str(&name);
                self.out.push('>');
            }
            return after(close, ">");
        }
        let Some(open) = markup.strip_prefix('<') else { return markup };
        if open.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, rest) = start_tag(open);
            return self.element(&tag, rest);
        }
        self.out.push_str("&lt;");
        open
    }

    fn element<'a>(&mut self, tag: &Tag<'_>, rest: &'a str) -> &'a str {
        let name = tag.name.as_str();
        if name == "script"
            && tag.attributes.iter().any(|(name, value)| name == "id" && *value == "preloaded_json")
        {
            self.vendor(content(rest, name).0);
        }
        if VOID.contains(&name) {
            return rest;
        }
        if GONE.contains(&name) || name.starts_with("billfold-") {
            return content(rest, name).1;
        }
        self.out.push('<');
        let known_name = self.element_name(name);
        self.out.push_str(&known_name);
        let empty = EMPTIED.contains(&name);
        for (name, value) in &tag.attributes {
            if !empty || name == "aria-hidden" {
                self.attribute(name, &decoded(value));
            }
        }
        self.out.push('>');
        if !empty {
            return rest;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        if tag.self_closing { rest } else { content(rest, name).1 }
    }

    /// The name of an element as it may stand in the copy. Letters stay letters, so it remains one.
    fn element_name(&mut self, name: &str) -> String {
        if ELEMENTS.contains(&format!(" {name} ")) { name.to_owned() } else { self.words.text(name) }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let prefixed = ["aria-", "data-"].iter().any(|prefix| name.starts_with(prefix));
        let known = STRUCTURE.contains(&name)
            || TEXTS.contains(&name)
            || name == "href"
            || (prefixed && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        if !known {
            return;
        }
        let value = if STRUCTURE.contains(&name) {
            self.words.structure(value)
        } else if name == "href" {
            links::scrub(value, self.words)
        } else {
            self.words.text(value)
        };
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&value, &mut self.out);
        self.out.push('"');
    }

    /// The block that names the vendor, with another name and nothing else.
    fn vendor(&mut self, json: &str) {
        if let Some(name) = stripe_portal::business_name(&stripe_portal::unescaped(json)) {
            let name = self.words.text(&name).replace(['"', '\\'], "");
            let block = format!("{{\"portal_branding\":{{\"business_name\":\"{name}\"}}}}");
            self.out.push_str("<script type=\"application/json\" id=\"preloaded_json\">");
            escape(&block, &mut self.out);
            self.out.push_str("</script>");
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}
