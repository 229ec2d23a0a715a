//! One's own account: name, password, second factor, sessions.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::filters::Choice;
use crate::ui::input::Input;

/// A signed-in browser.
#[derive(Debug, Clone, Default)]
pub struct SessionRow {
    pub id: i64,
    pub browser: String,
    pub address: String,
    /// « il y a 5 min ».
    pub seen: String,
    pub current: bool,
}

/// The whole page.
#[derive(Debug, Clone, Default)]
pub struct AccountPage {
    pub lang: Lang,
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub email: String,
    /// « Commercial ; boutiques : Ferme ».
    pub role: String,
    pub name: Input,
    pub languages: Vec<Choice>,
    pub weekly_mail: bool,
    pub password: Vec<Input>,
    /// Words about the recovery codes that are left; `None`: there is no second factor.
    pub second_factor: Option<String>,
    /// The password again, to take the second factor away and for new codes.
    pub off: Input,
    pub codes: Input,
    pub sessions: Vec<SessionRow>,
}

impl AccountPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            div.accounts {
                section aria-labelledby="account-who" {
                    h2 id="account-who" { (t(lang, "account-who")) }
                    p { strong dir="auto" { (self.email) } br; (self.role) }
                    form method="post" action="/account/profile" {
                        (self.name.render("profile"))
                        div.setting {
                            label for="profile-language" { (t(lang, "account-language")) }
                            select id="profile-language" name="language" aria-describedby="profile-language-said" {
                                @for choice in &self.languages {
                                    option value=(choice.value) selected[choice.selected] { (choice.label) }
                                }
                            }
                            p.hint id="profile-language-said" { (t(lang, "account-language-hint")) }
                        }
                        label.check {
                            input type="checkbox" name="weekly_mail" value="1" checked[self.weekly_mail];
                            span { (t(lang, "account-weekly")) }
                        }
                        button type="submit" { (t(lang, "account-save")) }
                    }
                }
                section aria-labelledby="account-password" {
                    h2 id="account-password" { (t(lang, "account-password")) }
                    form method="post" action="/account/password" {
                        @for field in &self.password { (field.render("password")) }
                        button type="submit" { (t(lang, "account-password-change")) }
                    }
                }
                section aria-labelledby="account-factor" {
                    h2 id="account-factor" { (t(lang, "account-factor")) }
                    @if let Some(codes) = &self.second_factor { (self.with_factor(codes)) } @else {
                        p { (t(lang, "account-factor-none")) }
                        p.actions { a.button href="/account/second-factor" { (t(lang, "account-factor-begin")) } }
                    }
                }
                section.wide aria-labelledby="account-sessions" {
                    h2 id="account-sessions" { (t(lang, "account-sessions")) }
                    p.note { (t(lang, "account-sessions-hint")) }
                    ul.signed-in { @for row in &self.sessions { (session(lang, row)) } }
                    @if self.sessions.len() > 1 {
                        form method="post" action="/account/sessions/end" {
                            button type="submit" { (t(lang, "account-sessions-end")) }
                        }
                    }
                }
            }
        }
    }

    fn with_factor(&self, codes: &str) -> Markup {
        let lang = self.lang;
        html! {
            p { (t(lang, "account-factor-on")) " " (codes) }
            details open[self.codes.error.is_some()] {
                summary { (t(lang, "account-codes-new")) }
                form method="post" action="/account/recovery-codes" {
                    p.note { (t(lang, "account-codes-hint")) }
                    (self.codes.render("codes"))
                    button type="submit" { (t(lang, "account-codes-make")) }
                }
            }
            details open[self.off.error.is_some()] {
                summary { (t(lang, "account-factor-off")) }
                form method="post" action="/account/second-factor/off" {
                    p.note { (t(lang, "account-factor-off-hint")) }
                    (self.off.render("off"))
                    button type="submit" { (t(lang, "account-factor-off-do")) }
                }
            }
        }
    }
}

fn session(lang: Lang, row: &SessionRow) -> Markup {
    let browser = if row.browser.is_empty() {
        t(lang, "account-browser-unknown")
    } else {
        row.browser.clone()
    };
    html! {
        li {
            div {
                strong { (browser) }
                @if row.current { " " span.here { (t(lang, "account-session-here")) } }
                p.hint {
                    @if !row.address.is_empty() { (row.address) " · " }
                    (row.seen)
                }
            }
            form method="post" action={ "/account/sessions/" (row.id) "/end" } {
                button type="submit" {
                    @if row.current { (t(lang, "account-sign-out")) } @else { (t(lang, "account-session-end")) }
                    span.sr { " : " (browser) ", " (row.seen) }
                }
            }
        }
    }
}

/// A square of dark and light modules.
#[derive(Debug, Clone, Default)]
pub struct QrCode {
    pub width: usize,
    /// Row by row; dark is true.
    pub dark: Vec<bool>,
}

/// Light modules around a code, as its standard wants them.
const QUIET: usize = 4;

impl QrCode {
    fn draw(&self, name: &str) -> Markup {
        let side = self.width + 2 * QUIET;
        let mut path = String::new();
        for (at, _) in self.dark.iter().enumerate().filter(|(_, dark)| **dark) {
            let (x, y) = (at % self.width + QUIET, at / self.width + QUIET);
            let _infallible = write!(path, "M{x} {y}h1v1h-1z");
        }
        html! {
            svg.qr viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(name) shape-rendering="crispEdges" {
                rect width=(side) height=(side) {}
                path d=(path) {}
            }
        }
    }
}

/// The page that a second factor begins on.
#[derive(Debug, Clone, Default)]
pub struct EnrolmentPage {
    pub lang: Lang,
    pub qr: QrCode,
    /// In groups of four.
    pub secret: String,
    pub fields: Vec<Input>,
    pub problem: Option<String>,
}

impl EnrolmentPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            div.enrolment {
                div {
                    p { (t(lang, "factor-scan")) }
                    (self.qr.draw(&t(lang, "factor-qr")))
                    p { (t(lang, "factor-secret")) }
                    p.secret { code { (self.secret) } }
                }
                form method="post" action="/account/second-factor" {
                    p { (t(lang, "factor-confirm")) }
                    @for field in &self.fields { (field.render("factor")) }
                    p.actions {
                        button.button type="submit" { (t(lang, "factor-on")) }
                        a.action href="/account" { (t(lang, "account-back")) }
                    }
                }
            }
        }
    }
}

/// Recovery codes, shown this once.
pub fn recovery_codes(lang: Lang, codes: &[String]) -> Markup {
    html! {
        div.accounts-once {
            p.saved role="status" { (t(lang, "codes-text")) }
            ol.codes { @for code in codes { li { code { (code) } } } }
            p { (t(lang, "codes-use")) }
            p.actions { a.button href="/account" { (t(lang, "codes-kept")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_drawn_inside_its_quiet_zone() {
        let qr = QrCode { width: 2, dark: vec![true, false, false, true] };
        let drawn = qr.draw("Code <QR>").into_string();
        assert!(drawn.contains("viewBox=\"0 0 10 10\""), "{drawn}");
        assert!(drawn.contains("d=\"M4 4h1v1h-1zM5 5h1v1h-1z\""), "{drawn}");
        assert!(drawn.contains("Code &lt;QR&gt;"));
    }
}
