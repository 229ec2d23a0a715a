//! The page of backups and outgoing mail.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::settings::Field;

pub struct BackupsPage {
    pub lang: Lang,
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub plan: PlanForm,
    pub last: Option<Outcome>,
    /// One is being made.
    pub busy: bool,
    /// `None`: no folder is set.
    pub backups: Option<Backups>,
    pub mail: MailForm,
    pub test: TestForm,
    pub weekly: Weekly,
}

/// Scheduled backups.
#[derive(Debug, Clone, Default)]
pub struct PlanForm {
    pub on: bool,
    pub fields: Vec<Field>,
}

/// How the last backup went.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub words: String,
    /// It failed, and why.
    pub why: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Backups {
    Listed(Vec<Row>),
    /// The folder can't be read.
    Unreadable,
}

/// One backup.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub name: String,
    pub when: String,
    pub age: String,
    pub size: String,
    /// « intacte le 22 nov. 2026 ».
    pub verified: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct MailForm {
    pub on: bool,
    /// The server and its account; the password follows them.
    pub fields: Vec<Field>,
    pub password_hint: String,
    pub sender: Vec<Field>,
}

#[derive(Debug, Clone, Default)]
pub struct TestForm {
    pub to: String,
    pub problem: Option<String>,
}

/// The weekly mail: who gets it, and how it last went.
#[derive(Debug, Clone, Default)]
pub struct Weekly {
    pub words: String,
    pub last: Option<String>,
    pub why: Option<String>,
}

impl BackupsPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            div.settings.operations {
                section aria-labelledby="backups" {
                    h2 id="backups" { (t(lang, "backups-heading")) }
                    (self.state())
                    (self.list())
                    (self.plan.render(lang))
                }
                section aria-labelledby="mail" {
                    h2 id="mail" { (t(lang, "mail-heading")) }
                    p.note { (t(lang, "mail-intro")) }
                    (self.mail.render(lang))
                    @if self.mail.on { (self.test.render(lang)) }
                    (self.weekly.render(lang))
                }
            }
        }
    }

    /// How it stands, and a backup now.
    fn state(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if !self.plan.on { p.note { (t(lang, "backups-off")) } }
            @if let Some(last) = &self.last {
                @match &last.why {
                    None => { p.note { (last.words) } }
                    Some(why) => { p.error { strong { (last.words) } " " (why) } }
                }
            }
            @if self.busy {
                p.note role="status" { (t(lang, "backups-busy")) " " a href="/backups" { (t(lang, "backups-refresh")) } }
            } @else if self.plan.on {
                form method="post" action="/backups/now" {
                    p.actions { button.button type="submit" { (t(lang, "backups-now")) } }
                }
            }
        }
    }

    fn list(&self) -> Markup {
        let lang = self.lang;
        html! {
            @match &self.backups {
                None => {}
                Some(Backups::Unreadable) => { p.error { (t(lang, "backups-unreadable")) } }
                Some(Backups::Listed(rows)) if rows.is_empty() => { p.none { (t(lang, "backups-none")) } }
                Some(Backups::Listed(rows)) => {
                    div.scroll {
                        table.statuses.backups {
                            caption.hidden { (t(lang, "backups-list")) }
                            thead { tr {
                                th scope="col" { (t(lang, "backups-made-at")) }
                                th.number scope="col" { (t(lang, "backups-size")) }
                                th scope="col" { (t(lang, "backups-check")) }
                            } }
                            tbody { @for row in rows { (row.render(lang)) } }
                        }
                    }
                    p.note { (t(lang, "backups-restore")) " " code { (t(lang, "backups-restore-command")) } }
                }
            }
        }
    }
}

impl Row {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            tr {
                th scope="row" title=(self.name) {
                    (self.when) p.hint { (self.age) }
                }
                td.number { (self.size) }
                td {
                    @if let Some(verified) = &self.verified { (verified) } @else { strong { (t(lang, "backups-unverified")) } }
                    form method="post" action="/backups/verify" {
                        button.quiet type="submit" name="name" value=(self.name)
                            aria-label=(t_args(lang, "backups-verify-one", &[("name", &self.name)])) {
                            (t(lang, "backups-verify"))
                        }
                    }
                }
            }
        }
    }
}

impl PlanForm {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            form.one method="post" action="/backups/plan" {
                h3 { (t(lang, "backups-plan")) }
                p.note { (t(lang, "backups-contents")) }
                div.grid { @for field in &self.fields { (field.render("plan")) } }
                p.note { (t(lang, "backups-kept-hint")) }
                p.actions {
                    button.button type="submit" name="do" value="save" {
                        (t(lang, if self.on { "settings-save" } else { "backups-start" }))
                    }
                    @if self.on {
                        button type="submit" name="do" value="stop" { (t(lang, "backups-stop")) }
                    }
                }
            }
        }
    }
}

impl MailForm {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            form method="post" action="/backups/mail" autocomplete="off" {
                div.grid {
                    @for field in &self.fields { (field.render("mail")) }
                    div.setting {
                        label for="mail-password" { (t(lang, "mail-password")) }
                        input id="mail-password" type="password" name="password" maxlength="300"
                            autocomplete="new-password" aria-describedby="mail-password-said";
                        p.hint id="mail-password-said" { (self.password_hint) }
                    }
                }
                div.grid { @for field in &self.sender { (field.render("mail")) } }
                p.actions {
                    button.button type="submit" name="do" value="save" { (t(lang, "settings-save")) }
                    @if self.on {
                        button type="submit" name="do" value="forget" { (t(lang, "mail-forget")) }
                    }
                }
            }
        }
    }
}

impl TestForm {
    fn render(&self, lang: Lang) -> Markup {
        let described = self.problem.as_ref().map(|_| "mail-test-said");
        html! {
            form.one method="post" action="/backups/mail/test" {
                h3 { (t(lang, "mail-test")) }
                @if let Some(problem) = &self.problem { p.error id="mail-test-said" role="alert" { (problem) } }
                div.setting {
                    label for="mail-test-to" { (t(lang, "mail-test-to")) }
                    input id="mail-test-to" type="email" name="to" value=(self.to) required maxlength="254"
                        aria-describedby=[described] aria-invalid=[self.problem.as_ref().map(|_| "true")];
                }
                button type="submit" { (t(lang, "mail-test-send")) }
            }
        }
    }
}

impl Weekly {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            section.one aria-labelledby="weekly" {
                h3 id="weekly" { (t(lang, "weekly-heading")) }
                p.note { (t(lang, "weekly-intro")) " " (self.words) }
                @if let Some(last) = &self.last {
                    @match &self.why {
                        None => { p.note { (last) } }
                        Some(why) => { p.error { strong { (last) } " " (why) } }
                    }
                }
            }
        }
    }
}
