//! The pages before one is let in: sign-in, the first account, invitations. Nothing of the shops is on them.

use maud::{DOCTYPE, Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::input::Input;
use crate::ui::shell::{brand, controls, head};

/// A plain page around its content.
pub struct Gate {
    pub lang: Lang,
    pub title: String,
    /// Where the other language's version of this very page is.
    pub other_language: String,
    pub body: Markup,
}

impl Gate {
    /// The whole document.
    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.lang.code()) {
                (head(&self.title))
                body.plain {
                    a.skip href="#main" { (t(self.lang, "skip-to-content")) }
                    header.masthead { (brand("/")) (controls(self.lang, &self.other_language, None)) }
                    main id="main" tabindex="-1" { (self.body) }
                }
            }
        }
    }
}

/// One form, and what there is to say about it.
#[derive(Debug, Clone, Default)]
pub struct GateForm {
    pub title: String,
    pub text: Vec<String>,
    /// Something went well before.
    pub notice: Option<String>,
    /// Something is wrong with all of it.
    pub problem: Option<String>,
    pub action: &'static str,
    /// Sent along without being shown.
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Input>,
    pub submit: String,
    pub links: Vec<Link>,
}

impl GateForm {
    pub fn render(&self) -> Markup {
        html! {
            div.gate {
                h1 { (self.title) }
                @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
                @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
                @for text in &self.text { p.lede { (text) } }
                @if !self.submit.is_empty() {
                    form method="post" action=(self.action) {
                        @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                        @for field in &self.fields { (field.render("gate")) }
                        button.button type="submit" { (self.submit) }
                    }
                }
                @if !self.links.is_empty() {
                    p.links { @for link in &self.links { a href=(link.href) { (link.label) } " " } }
                }
            }
        }
    }
}

/// Where the link to the first account is found; nobody has one yet.
pub fn no_account_yet(lang: Lang, dead: bool) -> Markup {
    html! {
        div.gate {
            h1 { (t(lang, "setup-none-title")) }
            @if dead { p.error role="alert" { (t(lang, "setup-dead")) } }
            p.lede { (t(lang, "setup-none-text")) }
            pre { code { "comptoir serve --data …" } }
            p { (t(lang, "setup-none-again")) }
            p { (t(lang, "setup-none-shell")) }
            pre { code { "comptoir user add --data … --email … --role owner" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_a_form_tells_what_is_wrong_beside_its_field_and_gives_no_password_back() {
        let hostile = "\"><script>alert(1)</script>".to_owned();
        let email = Input {
            kind: "email",
            fill: "username",
            value: hostile.clone(),
            error: Some("Faux".into()),
            ..Input::text("email", "Adresse".into())
        };
        let form = GateForm {
            title: "Se connecter".into(),
            action: "/sign-in",
            hidden: vec![("next", hostile)],
            fields: vec![
                email,
                Input::password("password", "Mot de passe".into(), "current-password"),
            ],
            submit: "Se connecter".into(),
            ..GateForm::default()
        };
        let page = Gate {
            lang: Lang::Fr,
            title: "Se connecter".into(),
            other_language: "/sign-in?lang=en".into(),
            body: form.render(),
        }
        .render()
        .into_string();
        assert!(!page.contains("<script>alert") && !page.contains("<nav"), "{page}");
        assert!(
            page.contains("aria-invalid=\"true\"")
                && page.contains("aria-describedby=\"gate-email-said\"")
        );
        assert!(page.contains("autocomplete=\"current-password\""));
    }
}
