//! A field that is typed in, with its hint and what is wrong with it beside it.

use maud::{Markup, html};

/// A field of a form.
#[derive(Debug, Clone, Default)]
pub struct Input {
    pub name: &'static str,
    pub label: String,
    /// `email`, `password`; empty: text.
    pub kind: &'static str,
    /// What a browser may fill in: `username`, `current-password`, `new-password`, `one-time-code`…
    pub fill: &'static str,
    pub hint: Option<String>,
    /// Never a password.
    pub value: String,
    pub error: Option<String>,
    pub optional: bool,
}

impl Input {
    pub fn text(name: &'static str, label: String) -> Self {
        Self { name, label, ..Self::default() }
    }

    pub fn password(name: &'static str, label: String, fill: &'static str) -> Self {
        Self { name, label, kind: "password", fill, ..Self::default() }
    }

    /// `form` tells the fields of one page apart.
    pub fn render(&self, form: &str) -> Markup {
        let id = format!("{form}-{}", self.name.replace('_', "-"));
        let said = format!("{id}-said");
        let explained = self.error.is_some() || self.hint.is_some();
        let kind = if self.kind.is_empty() { "text" } else { self.kind };
        let code = self.fill == "one-time-code";
        html! {
            div.setting.wrong[self.error.is_some()] {
                label for=(id) { (self.label) }
                input id=(id) name=(self.name) type=(kind) value=[(!self.value.is_empty()).then_some(&self.value)]
                    autocomplete=[(!self.fill.is_empty()).then_some(self.fill)]
                    autocapitalize=[(code || kind == "email").then_some("none")] spellcheck=[code.then_some("false")]
                    dir=[(kind == "text").then_some("auto")] maxlength="1000" required[!self.optional]
                    aria-describedby=[explained.then_some(&said)] aria-invalid=[self.error.as_ref().map(|_| "true")];
                @if explained {
                    p.hint id=(said) {
                        @if let Some(error) = &self.error { strong.bad { (error) } " " }
                        @if let Some(hint) = &self.hint { (hint) }
                    }
                }
            }
        }
    }
}
