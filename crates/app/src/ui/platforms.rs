//! What can be connected: platforms that are read, doors that are pushed to, and the form that asks
//! for a key.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::filters::Choice;

/// A platform that is read.
#[derive(Debug, Clone, Default)]
pub struct Platform {
    pub name: String,
    pub minimum: String,
    pub proven: String,
    /// « il y a 4 min », of the shop that was read last.
    pub last_sync: String,
    /// Its form, in words and address.
    pub add: Link,
    /// How many fields come, and of how many.
    pub count: (String, String),
    pub brought: Vec<String>,
    /// Fields that do not come, each with its reason.
    pub missing: Vec<(String, String)>,
}

/// A door that existing plugins and scripts push to.
#[derive(Debug, Clone, Default)]
pub struct Door {
    pub name: String,
    pub text: String,
    pub path: String,
    pub docs: String,
}

/// Everything that can be connected.
pub struct Ways {
    pub lang: Lang,
    pub platforms: Vec<Platform>,
    pub doors: Vec<Door>,
    /// The command that makes a token.
    pub token: String,
}

impl Ways {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            section.reachable aria-labelledby="platforms" {
                h2 id="platforms" { (t(lang, "connections-platforms")) }
                p.note { (t(lang, "connections-platforms-text")) }
                div.platforms { @for platform in &self.platforms { (platform.render(lang)) } }
            }
            section.reachable aria-labelledby="doors" {
                h2 id="doors" { (t(lang, "connections-doors")) }
                p.note { (t(lang, "connections-doors-text")) }
                pre tabindex="0" { code { (self.token) } }
                p.note { (t(lang, "connect-tokens-docs")) }
                div.doors {
                    @for door in &self.doors {
                        section {
                            h3 { (door.name) }
                            p { (door.text) }
                            p.where { span { (t(lang, "connections-address")) } " " code { (door.path) } }
                            p.note { (t_args(lang, "connections-door-docs", &[("file", &door.docs)])) }
                        }
                    }
                }
            }
        }
    }
}

impl Platform {
    fn render(&self, lang: Lang) -> Markup {
        let or_unsaid = |text: &str| {
            if text.is_empty() { t(lang, "connections-unsaid") } else { text.to_owned() }
        };
        let counts = [("count", self.count.0.as_str()), ("all", self.count.1.as_str())];
        html! {
            section {
                h3 { (self.name) }
                dl {
                    div { dt { (t(lang, "connections-minimum")) } dd { (or_unsaid(&self.minimum)) } }
                    div { dt { (t(lang, "connections-proven")) } dd { (or_unsaid(&self.proven)) } }
                    div { dt { (t(lang, "connections-last-sync")) } dd { (self.last_sync) } }
                }
                details {
                    summary.action { (t_args(lang, "connections-brings", &counts)) }
                    ul.brought { @for one in &self.brought { li { (one) } } }
                    @if !self.missing.is_empty() {
                        h4 { (t(lang, "connections-brings-not")) }
                        dl.missing {
                            @for (field, reason) in &self.missing { div { dt { (field) } dd { (reason) } } }
                        }
                    }
                }
                p { a.add href=(self.add.href) { (self.add.label) } }
            }
        }
    }
}

/// A field of the form that connects a shop.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub secret: bool,
    pub required: bool,
    /// What stands in an empty field.
    pub placeholder: String,
    /// Choices of a list; empty: the value is typed.
    pub choices: Vec<Choice>,
    pub suggestions: Vec<String>,
    pub error: String,
}

impl Asked {
    pub fn render(&self) -> Markup {
        let id = format!("asked-{}", self.name);
        let list = format!("{id}-list");
        let said = format!("{id}-said");
        let explained = !self.error.is_empty() || !self.hint.is_empty();
        let described = explained.then_some(said.as_str());
        let invalid = (!self.error.is_empty()).then_some("true");
        html! {
            div.setting.wrong[!self.error.is_empty()] {
                label for=(id) { (self.label) }
                @if !self.choices.is_empty() {
                    select id=(id) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] {
                        @for choice in &self.choices {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                } @else if self.secret {
                    // Never filled in: what was typed is not sent back.
                    input id=(id) name=(self.name) type="password" autocomplete="off" spellcheck="false" maxlength="500"
                        placeholder=[(!self.placeholder.is_empty()).then_some(&self.placeholder)]
                        required[self.required] aria-describedby=[described] aria-invalid=[invalid];
                } @else {
                    input id=(id) name=(self.name) value=(self.value) dir="auto" autocomplete="off" spellcheck="false"
                        maxlength="500" list=[(!self.suggestions.is_empty()).then_some(list.as_str())]
                        required[self.required] aria-describedby=[described] aria-invalid=[invalid];
                    @if !self.suggestions.is_empty() {
                        datalist id=(list) { @for one in &self.suggestions { option value=(one) {} } }
                    }
                }
                @if explained {
                    p.hint id=(said) {
                        @if !self.error.is_empty() { strong.bad { (self.error) } " " }
                        (self.hint)
                    }
                }
            }
        }
    }
}

/// The form that connects a shop.
pub struct Form {
    pub lang: Lang,
    /// The platforms, the chosen one marked.
    pub platforms: Vec<crate::ui::Segment>,
    pub action: String,
    pub fields: Vec<Asked>,
    /// Asked only when it matters: that the shop is in a private network.
    pub private: Option<bool>,
    /// Something was wrong with what was sent.
    pub problem: Option<String>,
}

impl Form {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            (crate::ui::segments(&t(lang, "connect-new-choose"), &self.platforms))
            form.connect method="post" action=(self.action) {
                @for field in &self.fields { (field.render()) }
                @if let Some(private) = self.private { (private_box(lang, private)) }
                p.actions { button.button type="submit" { (t(lang, "connect-new-do")) } }
                p.note { (t(lang, "connect-new-doing")) }
            }
        }
    }
}

/// The box that allows an address in a private network.
pub fn private_box(lang: Lang, checked: bool) -> Markup {
    html! {
        label.check {
            input type="checkbox" name="private" value="1" checked[checked];
            span { (t(lang, "connect-new-private")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_written_into_the_page() {
        let asked = Asked {
            name: "secret".into(),
            value: "cs_0123456789".into(),
            secret: true,
            error: "Remplissez ce champ.".into(),
            ..Asked::default()
        };
        let drawn = asked.render().into_string();
        assert!(!drawn.contains("cs_0123456789"), "{drawn}");
        assert!(drawn.contains("type=\"password\"") && drawn.contains("aria-invalid=\"true\""));
        assert!(drawn.contains("aria-describedby=\"asked-secret-said\""));
    }

    #[test]
    fn s011_a_platform_says_version_proof_and_last_sync() {
        let platform = Platform {
            name: "WooCommerce".into(),
            minimum: "8.0".into(),
            last_sync: "il y a 4 min".into(),
            count: ("24".into(), "26".into()),
            missing: vec![("Coûts d’achat".into(), "seulement depuis la 9.5".into())],
            ..Platform::default()
        };
        let drawn = platform.render(Lang::Fr).into_string();
        for words in
            ["8.0", "il y a 4 min", "24 champs sur 26", "seulement depuis la 9.5", "non précisée"]
        {
            assert!(drawn.contains(words), "{words}: {drawn}");
        }
    }
}
