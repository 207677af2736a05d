//! The toolbar: one button for everything, one line that counts.

use crate::pieces::{self, show};
use gloo::events::EventListener;
use web_sys::{Document, Element, HtmlButtonElement, HtmlElement};

const CSS: &str = "
:host { all: initial; position: fixed; inset: auto 20px 20px auto; z-index: 2147483000; color-scheme: light dark; }
:host([hidden]) { display: none; }
section {
  display: flex; align-items: center; gap: 14px; box-sizing: border-box; max-width: min(680px, calc(100vw - 40px)); flex-wrap: wrap;
  font: 400 14px/1.45 system-ui, sans-serif; color: light-dark(#1c2733, #e6edf3); background: light-dark(#fff, #161b22);
  border: 1px solid light-dark(#d5dce3, #30363d); border-radius: 12px; padding: 10px 12px 10px 16px;
  box-shadow: 0 6px 24px rgb(0 0 0 / .16);
}
strong { font-weight: 650; letter-spacing: .01em; }
p { margin: 0; flex: 1 1 12em; font-variant-numeric: tabular-nums; }
p[data-tone=bad] { color: light-dark(#9f1239, #fda4af); }
p[data-tone=good] { color: light-dark(#166534, #86efac); }
progress { width: 100%; height: 4px; accent-color: light-dark(#15803d, #4ade80); order: 9; }
[hidden] { display: none !important; }
button { font: 550 14px/1.4 system-ui, sans-serif; padding: 7px 14px; border-radius: 8px; border: 1px solid transparent; cursor: pointer;
  color: #fff; background: light-dark(#15803d, #1f7a3f); }
button:hover { background: light-dark(#166534, #25914b); }
button:focus-visible { outline: 2px solid light-dark(#15803d, #4ade80); outline-offset: 2px; }
button.quiet { color: inherit; background: transparent; border-color: light-dark(#c3ccd5, #444c56); }
button[aria-disabled=true] { opacity: .55; cursor: default; }
";

/// How the line is meant.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
}

/// What a person can ask for.
#[derive(Clone, Copy)]
pub(crate) enum Wish {
    SendAll,
    Cancel,
    SaveCopy,
}

/// The toolbar, in the page or not.
pub(crate) struct Toolbar {
    host: Element,
    status: HtmlElement,
    progress: Element,
    send: HtmlButtonElement,
    cancel: HtmlButtonElement,
    save: HtmlButtonElement,
    _clicks: [EventListener; 3],
}

impl Toolbar {
    pub(crate) fn new(document: &Document, on_wish: impl Fn(Wish) + Clone + 'static) -> Option<Toolbar> {
        let (host, shadow) = pieces::host(document, "billfold-toolbar", &pieces::sheet(CSS)?)?;
        let section: HtmlElement = pieces::element(document, "section")?;
        section.set_attribute("aria-label", "Billfold").ok()?;
        let name: HtmlElement = pieces::element(document, "strong")?;
        name.set_text_content(Some("Billfold"));
        let status: HtmlElement = pieces::element(document, "p")?;
        status.set_attribute("role", "status").ok()?;
        let progress: Element = pieces::element(document, "progress")?;
        progress.set_attribute("aria-label", "Documents filed").ok()?;
        let send = button(document, "Send all to archive", "main")?;
        let cancel = button(document, "Stop", "quiet")?;
        let save = button(document, "Save a copy for repair", "quiet")?;
        save.set_title(
            "Saves this page with names, amounts, numbers and links replaced. It is sent nowhere.",
        );
        show(&save, false);
        for child in [&name, &status] {
            section.append_child(child).ok()?;
        }
        section.append_child(&progress).ok()?;
        section.append_child(&send).ok()?;
        section.append_child(&cancel).ok()?;
        section.append_child(&save).ok()?;
        shadow.append_child(&section).ok()?;
        let on = |button: &HtmlButtonElement, wish: Wish| {
            let on_wish = on_wish.clone();
            EventListener::new(button, "click", move |event| {
                event.stop_propagation();
                if event.is_trusted() {
                    on_wish(wish);
                }
            })
        };
        let clicks = [on(&send, Wish::SendAll), on(&cancel, Wish::Cancel), on(&save, Wish::SaveCopy)];
        let toolbar = Toolbar { host, status, progress, send, cancel, save, _clicks: clicks };
        toolbar.idle();
        Some(toolbar)
    }

    /// Puts the toolbar into the page, also again after the site has thrown it out.
    pub(crate) fn attach(&self, document: &Document) {
        if let Some(body) = document.body()
            && !self.host.is_connected()
        {
            let _ = body.append_child(&self.host);
        }
    }

    pub(crate) fn detach(&self) {
        self.host.remove();
    }

    pub(crate) fn say(&self, text: &str, tone: Tone) {
        let tone = match tone {
            Tone::Plain => "plain",
            Tone::Good => "good",
            Tone::Bad => "bad",
        };
        // A status that says the same again would be read out again.
        if self.status.text_content().as_deref() != Some(text) {
            self.status.set_text_content(Some(text));
        }
        let _ = self.status.set_attribute("data-tone", tone);
    }

    /// Offers to save a copy of a page whose layout has changed.
    pub(crate) fn offer_copy(&self, offered: bool) {
        show(&self.save, offered);
    }

    /// Nothing is under way.
    pub(crate) fn idle(&self) {
        let _ = self.send.set_attribute("aria-disabled", "false");
        show(&self.cancel, false);
        let _ = self.progress.set_attribute("hidden", "");
    }

    /// Something is; how far, where that is known.
    pub(crate) fn busy(&self, done: u32, of: u32) {
        let _ = self.send.set_attribute("aria-disabled", "true");
        show(&self.cancel, true);
        let _ = self.progress.remove_attribute("hidden");
        if of > 0 {
            let _ = self.progress.set_attribute("max", &of.to_string());
            let _ = self.progress.set_attribute("value", &done.to_string());
        }
    }
}

fn button(document: &Document, label: &str, class: &str) -> Option<HtmlButtonElement> {
    let button: HtmlButtonElement = pieces::element(document, "button")?;
    button.set_type("button");
    button.set_class_name(class);
    button.set_text_content(Some(label));
    Some(button)
}
