//! Finding what a person would find: buttons by their accessible names, the status line by its role.

use super::Browser;
use anyhow::{Context as _, Result};
use hyper::Method;
use std::time::Duration;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebElement};

/// Every button of the page and of open shadow roots, in the order of the document.
const BUTTONS: &str = "
    const walk = (root, found) => {
        for (const element of root.querySelectorAll('*')) {
            if (element.matches('button, [role=button]')) found.push(element);
            if (element.shadowRoot) walk(element.shadowRoot, found);
        }
        return found;
    };
    return walk(document, []);";

/// Every button of the toolbar.
const TOOLBAR_BUTTONS: &str = "
    const root = document.querySelector('billfold-toolbar')?.shadowRoot;
    return root ? [...root.querySelectorAll('button, [role=button]')] : [];";

/// The text of the toolbar's status line.
const STATUS: &str = "
    const root = document.querySelector('billfold-toolbar')?.shadowRoot;
    return root?.querySelector('[role=status]')?.textContent ?? null;";

/// Every button inside the table's row (or the grid's) that holds a text.
const ROW_BUTTONS: &str = "
    const rows = [...document.querySelectorAll('tr, [role=row]')].filter((row) => row.textContent.includes(arguments[0]));
    return rows.flatMap((row) => [...row.querySelectorAll('*')]).flatMap((element) => [...(element.shadowRoot?.querySelectorAll('button') ?? [])]);";

/// WebDriver's own question for the accessible name, as the browser computes it for a screen reader.
#[derive(Debug)]
struct ComputedLabel(String);

impl FormatRequestData for ComputedLabel {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::GET, format!("session/{session}/element/{}/computedlabel", self.0))
    }
}

/// A button on the page.
pub struct Button<'a> {
    browser: &'a Browser,
    element: WebElement,
}

impl Button<'_> {
    /// Clicks it with the mouse: the page sees a trusted event.
    pub fn click(&self) -> Result<()> {
        self.browser.block_on(self.element.click()).context("the button cannot be clicked")
    }

    /// Its accessible name now.
    pub fn name(&self) -> Result<String> {
        let label = ComputedLabel(self.element.element_id().to_string());
        Ok(self.browser.block_on(self.browser.session().cmd(label))?.value()?)
    }

    /// Can it be used?
    pub fn is_enabled(&self) -> Result<bool> {
        Ok(self.browser.block_on(self.element.is_enabled())?)
    }

    /// The element, for what is not offered here.
    pub fn element(&self) -> &WebElement {
        &self.element
    }
}

impl Browser {
    /// All buttons with an accessible name, in the order of the document, wherever they are.
    pub fn buttons(&self, name: &str) -> Result<Vec<Button<'_>>> {
        self.named(BUTTONS, name)
    }

    /// Waits for the toolbar's button with an accessible name.
    pub fn toolbar_button(&self, name: &str) -> Result<Button<'_>> {
        let limit = Duration::from_secs(30);
        self.wait(&format!("a button {name:?} in the toolbar"), limit, |_| {
            Ok(self.named(TOOLBAR_BUTTONS, name)?.into_iter().next())
        })
    }

    /// Waits for the one button in the row that holds a text to have an accessible name.
    pub fn row_button(&self, row: &str, name: &str) -> Result<Button<'_>> {
        let limit = Duration::from_secs(30);
        self.wait(&format!("one button in the row of {row}, {name:?}"), limit, |_| {
            let found = self.block_on(self.session().execute(ROW_BUTTONS, vec![row.into()]))?.elements()?;
            let [element] = found.as_slice() else { return Ok(None) };
            let button = Button { browser: self, element: element.clone() };
            Ok((button.name()? == name).then_some(button))
        })
    }

    /// The text of the toolbar's status line, if there is a toolbar.
    pub fn status_text(&self) -> Result<Option<String>> {
        Ok(self.run(STATUS)?.as_str().map(|text| text.trim().to_owned()))
    }

    fn named(&self, script: &str, name: &str) -> Result<Vec<Button<'_>>> {
        let elements = self.block_on(self.session().execute(script, Vec::new()))?.elements()?;
        let mut named = Vec::new();
        for element in elements {
            let button = Button { browser: self, element };
            if button.name()? == name {
                named.push(button);
            }
        }
        Ok(named)
    }
}
