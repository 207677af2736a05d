//! A copy of a page without what is private in it, so that a page that was not understood can be shown to
//! others and replayed as a test.
//!
//! Kept: elements, test ids, roles, classes, words over columns and in status badges, month names, currency
//! marks, the shapes of dates, amounts and numbers. Replaced, the same word always by the same other word of
//! that copy: everything else that can be read. Dropped: scripts, styles, comments, drawings, addresses of
//! resources. Links to invoices get made-up tokens of the same anatomy. A scan of the copy finds what a scan
//! of the page finds.
//!
//! It runs in the content module, so it reads the page's text with a small tolerant tokenizer of its own.
//! What it does not know, it scrubs or drops.

mod links;
mod shape;
mod words;

use super::stripe_portal;
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

/// A start tag's parts.
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    self_closing: bool,
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

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn tag_name(text: &str) -> String {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.chars().take_while(|c| known(*c)).collect::<String>().to_ascii_lowercase()
}

/// What an element holds that ends only with its own end tag, and what follows that.
fn content<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("</")) {
        let (inside, end) = text.split_at_checked(at + found).unwrap_or((text, ""));
        if tag_name(end.get(2..).unwrap_or_default()) == name {
            return (inside, after(end, ">"));
        }
        at += found + 2;
    }
    (text, "")
}

/// Reads a start tag from behind its `<`, as browsers do: a quote that is never closed takes the rest.
fn start_tag(text: &str) -> (Tag<'_>, &str) {
    let end_of_name =
        text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(text.len());
    let (name, mut rest) = text.split_at_checked(end_of_name).unwrap_or((text, ""));
    let mut tag = Tag { name: tag_name(name), attributes: Vec::new(), self_closing: false };
    loop {
        rest = rest.trim_ascii_start();
        if let Some(more) = rest.strip_prefix('>') {
            return (tag, more);
        }
        if let Some(more) = rest.strip_prefix('/') {
            tag.self_closing = more.starts_with('>');
            rest = more;
            continue;
        }
        let Some(first) = rest.chars().next() else { return (tag, "") };
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '=');
        // An equals sign may begin a name.
        let skip = first.len_utf8();
        let end = rest.get(skip..).and_then(|more| more.find(ends)).map_or(rest.len(), |end| end + skip);
        let (name, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (value, more) = match more.trim_ascii_start().strip_prefix('=') {
            Some(value) => attribute_value(value.trim_ascii_start()),
            None => ("", more),
        };
        tag.attributes.push((name.to_ascii_lowercase(), value));
        rest = more;
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The references that browsers write, and those of common hand-written pages. Others stay as they are.
const REFERENCES: &[(&str, &str)] = &[
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("shy", "\u{ad}"),
    ("amp", "&"),
];

/// No reference that is read has more bytes before its semicolon.
const LONGEST_REFERENCE: usize = 32;

fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        out.push_str(before);
        let end = reference.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';');
        let known = end.and_then(|end| {
            Some((character(reference.get(..end)?)?, reference.get(end + 1..).unwrap_or_default()))
        });
        match known {
            Some((character, more)) => {
                out.push_str(&character);
                rest = more;
            }
            None => {
                out.push('&');
                rest = reference;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    REFERENCES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
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
