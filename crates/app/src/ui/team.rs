//! The accounts of the team: who may see what, invitations, and what an administrator can do for them.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::filters::Choice;
use crate::ui::input::Input;

/// Role and shops of an account, as they are chosen.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    pub roles: Vec<Choice>,
    /// All shops, also those to come.
    pub all: bool,
    pub shops: Vec<Choice>,
    pub error: Option<String>,
}

/// An account.
#[derive(Debug, Clone, Default)]
pub struct Member {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: String,
    pub shops: String,
    /// « Invitation envoyée », « Désactivé »…; empty: it works.
    pub state: String,
    pub disabled: bool,
    /// It waits for its invitation to be taken.
    pub invited: bool,
    /// « avec second facteur ».
    pub second_factor: bool,
    pub last_sign_in: String,
    /// It may be changed by whoever looks.
    pub reach: Option<Reach>,
    pub oneself: bool,
    /// What was wrong with its form.
    pub open: bool,
}

/// A link that was just made.
#[derive(Debug, Clone, Default)]
pub struct MadeLink {
    pub words: String,
    pub link: String,
    /// Why it was not mailed, where a mail server is set.
    pub failure: Option<String>,
}

/// The form of an invitation.
#[derive(Debug, Clone, Default)]
pub struct Invitation {
    pub fields: Vec<Input>,
    pub languages: Vec<Choice>,
    pub reach: Reach,
    pub open: bool,
}

/// The whole page.
#[derive(Debug, Clone, Default)]
pub struct TeamPage {
    pub lang: Lang,
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub made: Option<MadeLink>,
    pub members: Vec<Member>,
    /// `None`: the server is open to everybody at this machine, there is nobody to invite.
    pub invitation: Option<Invitation>,
}

impl TeamPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            @if let Some(made) = &self.made { (made_link(lang, made)) }
            @if self.invitation.is_none() { p.notice { (t(lang, "team-open")) } }
            @if !self.members.is_empty() {
                ul.team { @for member in &self.members { (row(lang, member)) } }
            }
            @if let Some(invitation) = &self.invitation { (invite(lang, invitation)) }
        }
    }
}

fn made_link(lang: Lang, made: &MadeLink) -> Markup {
    html! {
        div.saved role="status" {
            p { (made.words) }
            @if let Some(failure) = &made.failure { p { strong.bad { (t(lang, "team-mail-failed")) } " " (failure) } }
            p.secret { code { (made.link) } }
            p.hint { (t(lang, "team-link-once")) }
        }
    }
}

fn row(lang: Lang, member: &Member) -> Markup {
    let who = if member.name.is_empty() { &member.email } else { &member.name };
    html! {
        li.off[member.disabled] {
            div.who {
                strong dir="auto" { (who) }
                @if member.oneself { " " span.here { (t(lang, "team-you")) } }
                @if !member.name.is_empty() { p.hint dir="auto" { (member.email) } }
            }
            div.what {
                (member.role)
                p.hint { (member.shops) }
            }
            div.when {
                @if !member.state.is_empty() { strong.state { (member.state) } " " }
                p.hint {
                    (member.last_sign_in)
                    @if member.second_factor { " · " (t(lang, "team-factor")) }
                }
            }
            @if let Some(reach) = &member.reach { (change(lang, member, reach, who)) }
            @else if member.oneself { a.action href="/account" { (t(lang, "team-own")) } }
        }
    }
}

fn change(lang: Lang, member: &Member, reach: &Reach, who: &str) -> Markup {
    let at = |what: &str| format!("/team/{}{what}", member.id);
    html! {
        details open[member.open] {
            summary { (t(lang, "team-change")) span.sr { " : " (who) } }
            form method="post" action=(at("")) {
                (reach.render(lang, &format!("member-{}", member.id)))
                button type="submit" { (t(lang, "team-save")) }
            }
            div.actions {
                @if !member.disabled {
                    form method="post" action=(at("/link")) {
                        button type="submit" {
                            @if member.invited { (t(lang, "team-invite-again")) } @else { (t(lang, "team-new-password")) }
                        }
                    }
                    form method="post" action=(at("/disable")) {
                        button type="submit" title=(t(lang, "team-disable-hint")) { (t(lang, "team-disable")) }
                    }
                } @else {
                    form method="post" action=(at("/enable")) {
                        button type="submit" { (t(lang, "team-enable")) }
                    }
                }
            }
        }
    }
}

impl Reach {
    fn render(&self, lang: Lang, form: &str) -> Markup {
        let id = |what: &str| format!("{form}-{what}");
        html! {
            div.setting {
                label for=(id("role")) { (t(lang, "team-role")) }
                select id=(id("role")) name="role" {
                    @for choice in &self.roles {
                        option value=(choice.value) selected[choice.selected] { (choice.label) }
                    }
                }
            }
            fieldset.setting.wrong[self.error.is_some()] aria-describedby=[self.error.as_ref().map(|_| id("shops-said"))] {
                legend { (t(lang, "team-shops")) }
                label.check {
                    input type="radio" name="shops" value="all" checked[self.all];
                    span { (t(lang, "team-shops-all")) }
                }
                label.check {
                    input type="radio" name="shops" value="some" checked[!self.all];
                    span { (t(lang, "team-shops-some")) }
                }
                div.shops {
                    @for shop in &self.shops {
                        label.check {
                            input type="checkbox" name="shop" value=(shop.value) checked[shop.selected];
                            span dir="auto" { (shop.label) }
                        }
                    }
                }
                @if let Some(error) = &self.error { p.hint id=(id("shops-said")) { strong.bad { (error) } } }
                p.hint { (t(lang, "team-shops-hint")) }
            }
        }
    }
}

fn invite(lang: Lang, invitation: &Invitation) -> Markup {
    html! {
        section.invite aria-labelledby="team-invite" {
            h2 id="team-invite" { (t(lang, "team-invite")) }
            form method="post" action="/team/invite" {
                @for field in &invitation.fields { (field.render("invite")) }
                div.setting {
                    label for="invite-language" { (t(lang, "team-language")) }
                    select id="invite-language" name="language" {
                        @for choice in &invitation.languages {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                }
                (invitation.reach.render(lang, "invite"))
                button.button type="submit" { (t(lang, "team-invite-do")) }
            }
            p.note { (t_args(lang, "team-invite-hint", &[("days", "7")])) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_text_and_an_open_server_invites_nobody() {
        let hostile = "\"><script>alert(1)</script>".to_owned();
        let member = Member {
            name: hostile.clone(),
            email: hostile.clone(),
            reach: Some(Reach { shops: vec![Choice::new("1", hostile, true)], ..Reach::default() }),
            ..Member::default()
        };
        let page = TeamPage { members: vec![member], ..TeamPage::default() };
        let drawn = page.render().into_string();
        assert!(!drawn.contains("<script>") && !drawn.contains("/team/invite"), "{drawn}");
    }
}
