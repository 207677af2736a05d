//! The name template: Jinja over the parts of a document, validated before it names anything.

use super::clean;
use super::parts::{KNOWN, Parts};
use super::path::ArchivePath;
use crate::kind::Kind;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};
use std::fmt;

/// Templates by name: `template = "shell-safe"`.
pub const PRESETS: [(&str, &str); 3] = [
    ("default", "{{ vendor }}/{{ year }}/{{ date }}_{{ product }}_{{ project }}_{{ amount }}.pdf"),
    ("shell-safe", "{{ vendor }}/{{ year }}/{{ date }}_{{ product }}_{{ project }}_{{ amount_plain }}.pdf"),
    ("accounting", "{{ year }}/{{ month }}/{{ date }}_{{ vendor }}_{{ number }}_{{ amount_plain }}.pdf"),
];

pub(super) const EXTENSION: &str = ".pdf";

/// A template that has named a full dummy document, and one of which nothing is known.
#[derive(Clone)]
pub struct Template {
    source: String,
    environment: Environment<'static>,
    names_number: bool,
    names_kind: bool,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTemplate(String);

impl fmt::Display for BadTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadTemplate {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.source).finish()
    }
}

impl Default for Template {
    fn default() -> Template {
        let [(_, source), ..] = PRESETS;
        Template {
            source: source.to_owned(),
            environment: environment(),
            names_number: false,
            names_kind: false,
        }
    }
}

impl Template {
    /// A preset by its name, or a template of one's own.
    pub fn parse(text: &str) -> Result<Template, BadTemplate> {
        let preset = PRESETS.iter().find(|(name, _)| *name == text);
        let source = preset.map_or(text, |(_, source)| source);
        let environment = environment();
        let used = environment
            .template_from_str(source)
            .map_err(|error| BadTemplate(format!("the template cannot be read: {error}")))?
            .undeclared_variables(false);
        if let Some(unknown) = used.iter().find(|name| !KNOWN.iter().any(|(known, _)| known == name)) {
            let known: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
            let known = known.join(", ");
            return Err(BadTemplate(format!("`{unknown}` is no part of a name; the parts are {known}")));
        }
        let template = Template {
            source: source.to_owned(),
            environment,
            names_number: used.contains("number"),
            names_kind: used.contains("kind"),
        };
        template.validate()?;
        Ok(template)
    }

    /// The template's own text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the dummy document is named: a preview.
    pub fn preview(&self) -> Option<ArchivePath> {
        self.file(&Parts::dummy(), Kind::Invoice, &[])
    }

    pub(super) fn names_kind(&self) -> bool {
        self.names_kind
    }

    pub(super) fn names_number(&self) -> bool {
        self.names_number
    }

    fn validate(&self) -> Result<(), BadTemplate> {
        let bad = |why: &str| BadTemplate(format!("the template `{}` {why}", self.source));
        let full =
            self.render(&Parts::dummy(), Kind::Invoice).map_err(|error| bad(&format!("fails: {error}")))?;
        self.render(&Parts::default(), Kind::Invoice)
            .map_err(|error| bad(&format!("fails where a part is unknown: {error}")))?;
        if !full.to_lowercase().ends_with(EXTENSION) {
            return Err(bad("must end in `.pdf`"));
        }
        ArchivePath::parse(&full)
            .map_err(|error| bad(&format!("names a full document `{full}`: {error}")))?;
        let stem = full.rsplit('/').next().and_then(|name| name.get(..name.len() - EXTENSION.len()));
        if stem.is_none_or(str::is_empty) {
            return Err(bad("gives the file no name before `.pdf`"));
        }
        Ok(())
    }

    /// A name with suffixes before the extension. `None` when nothing at all is known to name it by.
    pub(super) fn file(&self, parts: &Parts, kind: Kind, suffixes: &[&str]) -> Option<ArchivePath> {
        let rendered = self.render(parts, kind).ok()?;
        let mut components: Vec<&str> = rendered.split('/').collect();
        let file = components.pop()?;
        let mut path = String::new();
        for folder in components.into_iter().map(clean::component).filter(|name| !name.is_empty()) {
            path.push_str(&clean::folder_name(&folder));
            path.push('/');
        }
        let bare = file.get(..file.len().checked_sub(EXTENSION.len())?).unwrap_or(file);
        let of_kind = (kind != Kind::Invoice && !self.names_kind).then(|| kind.as_str());
        let suffixes: Vec<&str> = of_kind.into_iter().chain(suffixes.iter().copied()).collect();
        path.push_str(&clean::file_name(&clean::component(bare), &suffixes, EXTENSION)?);
        ArchivePath::parse(&path).ok()
    }

    fn render(&self, parts: &Parts, kind: Kind) -> Result<String, Error> {
        self.environment.render_str(&self.source, Value::from_pairs(parts.with_kind(kind)))
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(leave_a_hole);
    environment
}

/// Whatever comes to nothing leaves a hole, which takes a separator with it when the name is tidied.
fn leave_a_hole(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let nothing = value.is_undefined() || value.is_none() || value.as_str().is_some_and(str::is_empty);
    if nothing {
        return Ok(out.write_str(clean::HOLE.encode_utf8(&mut [0; 4]))?);
    }
    minijinja::escape_formatter(out, state, value)
}
