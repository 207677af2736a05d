//! The button beside a row's link.

use crate::pieces;
use billfold_core::protocol::{Outcome, RowKey, RowState};
use gloo::events::EventListener;
use web_sys::{CssStyleSheet, Document, Element, HtmlButtonElement};

/// System colours follow light and dark by themselves, and keep their contrast in forced-colours mode.
pub(crate) const CSS: &str = "
:host { all: initial; display: inline-block; margin-inline-start: .6em; vertical-align: baseline; color-scheme: light dark; }
button {
  font: 500 12px/1.5 system-ui, sans-serif; padding: 2px 10px; border-radius: 6px; cursor: pointer; white-space: nowrap;
  color: light-dark(#14532d, #bbf7d0); background: light-dark(#f0fdf4, #0d2818); border: 1px solid light-dark(#86c79c, #2f6b45);
}
:host([data-wide]) { display: block; height: 0; margin: 0; position: relative; }
:host([data-wide]) button { position: absolute; inset: auto 0 4px auto; }
button:hover { background: light-dark(#dcfce7, #14391f); }
button:focus-visible { outline: 2px solid light-dark(#15803d, #4ade80); outline-offset: 2px; }
button[aria-disabled=true] { cursor: default; color: light-dark(#57606a, #9aa4ae); background: transparent; border-color: transparent; }
button[data-tone=good] { color: light-dark(#166534, #86efac); }
button[data-tone=bad] { color: light-dark(#9f1239, #fda4af); background: light-dark(#fff1f2, #33121a); border-color: light-dark(#fda4af, #7d2739); }
";

/// One row's button.
pub(crate) struct RowButton {
    pub(crate) host: Element,
    button: HtmlButtonElement,
    _click: EventListener,
}

/// What the button of a row says, and whether a click does something.
struct Look {
    label: String,
    tone: &'static str,
    active: bool,
    why: Option<String>,
}

fn look(document: bool, state: Option<&RowState>) -> Look {
    let quiet = |label: &str, tone| Look { label: label.to_owned(), tone, active: false, why: None };
    match state {
        _ if !document => quiet("No document", "quiet"),
        None => Look { label: "Send to archive".to_owned(), tone: "plain", active: true, why: None },
        Some(RowState::Queued) => quiet("Queued", "quiet"),
        Some(RowState::Fetching) => quiet("Fetching…", "quiet"),
        Some(RowState::Ended(outcome)) => match outcome {
            Outcome::Filed | Outcome::AlreadyHad => quiet("Archived", "good"),
            Outcome::WithoutDocument => quiet("No document", "quiet"),
            Outcome::Quarantined { code, detail } => Look {
                why: Some(sentence(code.sentence(), detail.as_deref())),
                tone: "bad",
                ..quiet("Needs a look", "bad")
            },
            Outcome::Failed { code, detail } => Look {
                label: "Failed, send again".to_owned(),
                tone: "bad",
                active: true,
                why: Some(sentence(code.sentence(), detail.as_deref())),
            },
        },
    }
}

fn sentence(text: &str, detail: Option<&str>) -> String {
    detail.map_or_else(|| text.to_owned(), |detail| format!("{text} ({detail})"))
}

impl RowButton {
    pub(crate) fn new(
        document: &Document,
        sheet: &CssStyleSheet,
        key: RowKey,
        on_click: impl Fn(&RowKey) + 'static,
    ) -> Option<RowButton> {
        let (host, shadow) = pieces::host(document, "billfold-button", sheet)?;
        let button: HtmlButtonElement = pieces::element(document, "button")?;
        button.set_type("button");
        shadow.append_child(&button).ok()?;
        let click = EventListener::new(&button, "click", move |event| {
            // Inside a link or a clickable row the click is ours alone.
            event.stop_propagation();
            event.prevent_default();
            if event.is_trusted() {
                on_click(&key);
            }
        });
        Some(RowButton { host, button, _click: click })
    }

    /// Writes only what has changed: every write is a mutation that somebody may watch.
    pub(crate) fn show(&self, document: bool, state: Option<&RowState>) {
        let look = look(document, state);
        if self.button.text_content().as_deref() != Some(look.label.as_str()) {
            self.button.set_text_content(Some(&look.label));
        }
        let why = look.why.unwrap_or_default();
        let disabled = if look.active { "false" } else { "true" };
        for (name, value) in [
            ("data-tone", look.tone),
            ("aria-disabled", disabled),
            ("title", &why),
            ("aria-description", &why),
        ] {
            if self.button.get_attribute(name).as_deref() != Some(value) {
                let _ = self.button.set_attribute(name, value);
            }
        }
    }
}
