//! HTML as a run of tags and texts: small, tolerant, and done in one pass, whatever the page.
//!
//! It builds no tree. A tree of a stranger's page can be made to take hours and gigabytes, and who reads words
//! only needs none.

#[cfg(feature = "document")]
use crate::locale::Locale;

/// A start tag's parts.
pub(crate) struct Tag<'a> {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, &'a str)>,
    pub(crate) self_closing: bool,
}

pub(crate) fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

pub(crate) fn tag_name(text: &str) -> String {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.chars().take_while(|c| known(*c)).collect::<String>().to_ascii_lowercase()
}

/// What an element holds that ends only with its own end tag, and what follows that.
pub(crate) fn content<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
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
pub(crate) fn start_tag(text: &str) -> (Tag<'_>, &str) {
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

pub(crate) fn decoded(text: &str) -> String {
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

/// Elements whose text nobody reads on the page.
#[cfg(feature = "document")]
const UNREAD: &[&str] =
    &["script", "style", "template", "textarea", "title", "noembed", "iframe", "xmp", "svg", "object"];

/// What can be read of a page: its words, each with the language of the page.
#[cfg(feature = "document")]
pub(crate) struct Page {
    /// As the page says, else unknown.
    pub(crate) language: Locale,
    /// All its texts, with a space wherever a tag stood.
    pub(crate) text: String,
}

#[cfg(feature = "document")]
impl Page {
    /// Reads a page. There is none that cannot be read.
    pub(crate) fn read(html: &str) -> Page {
        let mut page = Page { language: Locale::UNKNOWN, text: String::new() };
        let mut rest = html;
        while let Some((text, markup)) = rest.split_once('<') {
            page.text.push_str(&decoded(text));
            page.text.push(' ');
            rest = page.behind(markup);
        }
        page.text.push_str(&decoded(rest));
        page
    }

    /// What follows the markup that begins here, behind its `<`.
    fn behind<'a>(&mut self, markup: &'a str) -> &'a str {
        if let Some(comment) = markup.strip_prefix("!--") {
            return after(comment, "-->");
        }
        if markup.starts_with(['!', '?', '/']) {
            return after(markup, ">");
        }
        if !markup.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.text.push('<');
            return markup;
        }
        let (tag, rest) = start_tag(markup);
        if tag.name == "html" {
            let lang = tag.attributes.iter().find(|(name, _)| name == "lang");
            self.language = lang.map_or(Locale::UNKNOWN, |(_, lang)| Locale::parse(lang));
        }
        if UNREAD.contains(&tag.name.as_str()) && !tag.self_closing {
            content(rest, &tag.name).1
        } else {
            rest
        }
    }
}

#[cfg(all(test, feature = "document"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_of_a_page() {
        let page = "<!DOCTYPE html><!-- a --><html lang=en-GB><head><title>b</title><style>c > d</style></head>\
                    <body title='e>f'><p>1 < 2 &amp; <b>x</b>y&#8211;z&shy;<br/>&bogus; <!--[if mso]>g<![endif]--></p";
        let page = Page::read(page);
        let words: Vec<&str> = page.text.split_whitespace().collect();
        assert_eq!(words, ["1", "<", "2", "&", "x", "y–z\u{ad}", "&bogus;"]);
        assert_eq!(page.language, Locale::parse("en-GB"));
    }

    #[test]
    fn markup_without_an_end_takes_the_rest() {
        for html in ["a<!--b", "a<style>b", "a<i title=\"b", "a<", "a</", "a<!", "a<i"] {
            assert_eq!(Page::read(html).text.replace('<', "").trim(), "a", "{html}");
        }
    }
}
