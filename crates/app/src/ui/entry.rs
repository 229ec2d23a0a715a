//! A field of a form that is not only text: a password, a day, a choice; with what is wrong beside it.

use maud::{Markup, html};

use crate::ui::filters::Choice;

/// What is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Text,
    /// Never given back.
    NewPassword,
    Password,
    Day,
    Lines,
}

#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub name: &'static str,
    pub label: String,
    pub kind: Kind,
    pub hint: Option<String>,
    pub value: String,
    /// Choices of a list; empty: the value is typed.
    pub choices: Vec<Choice>,
    pub required: bool,
    pub error: Option<String>,
}

impl Entry {
    /// `form` makes ids unique on the page.
    pub fn render(&self, form: &str) -> Markup {
        let id = format!("{form}-{}", self.name);
        let said = format!("{id}-said");
        let explained = self.error.is_some() || self.hint.is_some();
        let described = explained.then_some(said.as_str());
        let invalid = self.error.as_ref().map(|_| "true");
        html! {
            div.setting.wrong[self.error.is_some()].day[self.kind == Kind::Day] {
                label for=(id) { (self.label) }
                @if !self.choices.is_empty() {
                    select id=(id) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] {
                        @for choice in &self.choices {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                } @else if self.kind == Kind::Lines {
                    textarea id=(id) name=(self.name) rows="3" maxlength="4000" spellcheck="false"
                        aria-describedby=[described] aria-invalid=[invalid] { (self.value) }
                } @else {
                    input id=(id) name=(self.name) type=(self.kind.input()) dir="auto" maxlength="300"
                        value=[self.shown()] autocomplete=(self.kind.autocomplete()) required[self.required]
                        aria-describedby=[described] aria-invalid=[invalid];
                }
                @if explained {
                    p.hint id=(said) {
                        @if let Some(error) = &self.error { strong.bad { (error) } " " }
                        @if let Some(hint) = &self.hint { (hint) }
                    }
                }
            }
        }
    }

    fn shown(&self) -> Option<&str> {
        let secret = matches!(self.kind, Kind::Password | Kind::NewPassword);
        (!secret).then_some(self.value.as_str())
    }
}

impl Kind {
    fn input(self) -> &'static str {
        match self {
            Self::Text | Self::Lines => "text",
            Self::Password | Self::NewPassword => "password",
            Self::Day => "date",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::NewPassword => "new-password",
            Self::Password => "current-password",
            Self::Text | Self::Day | Self::Lines => "off",
        }
    }
}

/// Something told once, in a field that one can copy from.
pub fn once(id: &str, label: &str, value: &str) -> Markup {
    html! {
        div.setting.once {
            label for=(id) { (label) }
            input id=(id) type="text" readonly value=(value) autocomplete="off" spellcheck="false";
        }
    }
}

/// A button for what can't be undone: it opens the one that does it.
pub fn irrevocable(action: &str, what: &str, question: &str, button: &str) -> Markup {
    html! {
        details.sure {
            summary aria-label={ (button) " " (what) } { (button) }
            form method="post" action=(action) {
                p { (question) }
                button type="submit" { (button) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_given_back_and_a_fault_is_told_beside_its_field() {
        let entry = Entry {
            name: "password",
            kind: Kind::NewPassword,
            value: "geheim".into(),
            error: Some("Trop court".into()),
            ..Entry::default()
        };
        let drawn = entry.render("share").into_string();
        assert!(!drawn.contains("geheim"), "{drawn}");
        assert!(drawn.contains("aria-describedby=\"share-password-said\""));
        assert!(drawn.contains("aria-invalid=\"true\"") && drawn.contains("Trop court"));
        let typed = Entry { name: "name", value: "\"><script>".into(), ..Entry::default() };
        assert!(!typed.render("share").into_string().contains("<script>"));
    }
}
