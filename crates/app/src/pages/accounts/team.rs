//! The accounts of the team. An administrator manages all but owners; owners manage all, but the last
//! of them stays one.

use std::collections::HashMap;

use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::accounts::{self as kept, NewUser, OWNER, Purpose, User};
use comptoir_store::{StoreError, StoredShop, shops};
use maud::html;
use serde_json::json;

use super::own::{languages, shops_of};
use super::{Faults, Fields, answer, fault, field, framed};
use crate::access::{Desk, ROLES, Right, Role, Routes, Who};
use crate::accounts::mails;
use crate::audit::Action;
use crate::clock;
use crate::format::time;
use crate::i18n::{Lang, t, t_args};
use crate::mail::MailError;
use crate::pages::frame::PageError;
use crate::state::Door;
use crate::ui::filters::Choice;
use crate::ui::input::Input;
use crate::ui::pages::plain_head;
use crate::ui::team::{Invitation, MadeLink, Member, Reach, TeamPage};

pub fn routes() -> Routes {
    Routes::new()
        .get("/team", Right::Users, show)
        .post("/team/invite", Right::Users, invite)
        .post("/team/{id}", Right::Users, change)
        .post("/team/{id}/link", Right::Users, new_link)
        .post("/team/{id}/disable", Right::Users, disable)
        .post("/team/{id}/enable", Right::Users, enable)
}

/// What the page is drawn after.
#[derive(Default)]
struct Sent<'s> {
    notice: Option<String>,
    problem: Option<String>,
    made: Option<MadeLink>,
    /// The form of an invitation, or of an account, as it was sent.
    invited: Option<&'s Fields>,
    changed: Option<(i64, &'s Fields)>,
    faults: Faults,
}

async fn show(
    desk: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        let notice = asked.get("done").and_then(|done| match done.as_str() {
            "sent" => Some("team-done-sent"),
            "changed" => Some("team-done-changed"),
            "disabled" => Some("team-done-disabled"),
            "enabled" => Some("team-done-enabled"),
            _ => None,
        });
        let sent = Sent { notice: notice.map(|id| t(lang, id)), ..Sent::default() };
        draw(desk, lang, here, StatusCode::OK, sent)
    })
    .await
}

fn draw(
    desk: &Desk,
    lang: Lang,
    here: &str,
    status: StatusCode,
    sent: Sent<'_>,
) -> Result<Response, PageError> {
    for_all_shops(desk)?;
    let snapshot = desk.store.read()?;
    let users = kept::list(&snapshot)?;
    let mut known = shops::list(&snapshot)?;
    known.retain(|shop| desk.may_see(shop.id));
    drop(snapshot);
    let now = clock::now();
    let mut members = Vec::new();
    for user in &users {
        let fields = sent.changed.filter(|(id, _)| *id == user.id).map(|(_, fields)| fields);
        let faults = if fields.is_some() { &sent.faults } else { &Faults::new() };
        let reach = may_change(desk, user).then(|| {
            let (role, chosen) = fields.map_or_else(
                || (user.role.clone(), user.shops.clone()),
                |fields| (field(fields, "role").to_owned(), wanted_shops(fields, &known)),
            );
            reach(desk, lang, &role, chosen.as_deref(), &known, faults)
        });
        members.push(Member {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
            role: Role::of(&user.role)
                .map_or(user.role.as_str(), |role| role.label(lang))
                .to_owned(),
            shops: shops_of(desk, lang, user)?,
            state: state(lang, user),
            disabled: user.disabled.is_some(),
            invited: !user.has_password,
            second_factor: user.has_second_factor,
            last_sign_in: user.last_sign_in.map_or_else(
                || t(lang, "team-never"),
                |at| t_args(lang, "team-last", &[("when", &time::ago(lang, at, now))]),
            ),
            reach,
            oneself: is_oneself(desk, user),
            open: fields.is_some(),
        });
    }
    let problem =
        sent.problem.or_else(|| (!sent.faults.is_empty()).then(|| t(lang, "account-faults")));
    let no_faults = Faults::new();
    let faults = if sent.invited.is_some() { &sent.faults } else { &no_faults };
    let page = TeamPage {
        lang,
        notice: sent.notice,
        problem,
        made: sent.made,
        members,
        invitation: (desk.door == Door::Accounts)
            .then(|| invitation(desk, lang, sent.invited, &known, faults)),
    };
    let title = t(lang, "team-title");
    let body = html! { (plain_head(&title, Some(&t(lang, "team-lede")))) (page.render()) };
    Ok(framed(desk, lang, status, "nav-team", &title, here, body))
}

fn state(lang: Lang, user: &User) -> String {
    match (user.disabled, user.has_password) {
        (Some(_), _) => t(lang, "team-disabled"),
        (None, false) => t(lang, "team-invited"),
        (None, true) => String::new(),
    }
}

fn invitation(
    desk: &Desk,
    lang: Lang,
    sent: Option<&Fields>,
    known: &[StoredShop],
    faults: &Faults,
) -> Invitation {
    let typed = |name: &str| sent.map_or("", |fields| field(fields, name)).to_owned();
    let email = Input {
        kind: "email",
        fill: "off",
        value: typed("email"),
        error: fault(faults, "email"),
        ..Input::text("email", t(lang, "sign-in-email"))
    };
    let name = Input {
        fill: "off",
        value: typed("name"),
        optional: true,
        ..Input::text("name", t(lang, "account-name"))
    };
    let role = sent.map_or("viewer", |fields| field(fields, "role"));
    let chosen = sent.and_then(|fields| wanted_shops(fields, known));
    let language = sent.map_or(lang.code(), |fields| field(fields, "language"));
    Invitation {
        fields: vec![email, name],
        languages: languages(language),
        reach: reach(desk, lang, role, chosen.as_deref(), known, faults),
        open: sent.is_some(),
    }
}

fn reach(
    desk: &Desk,
    lang: Lang,
    role: &str,
    chosen: Option<&[i64]>,
    known: &[StoredShop],
    faults: &Faults,
) -> Reach {
    Reach {
        roles: ROLES
            .iter()
            .filter(|one| may_give(desk, one))
            .map(|one| Choice::new(one.id, one.label(lang), one.id == role))
            .collect(),
        all: chosen.is_none(),
        shops: known
            .iter()
            .map(|shop| {
                let is = chosen.is_some_and(|chosen| chosen.contains(&shop.id));
                Choice::new(shop.id.to_string(), &shop.shop.name, is)
            })
            .collect(),
        error: fault(faults, "shops"),
    }
}

fn is_oneself(desk: &Desk, user: &User) -> bool {
    matches!(desk.visitor.who, Who::User { id, .. } if id == user.id)
}

/// Only an owner makes an owner.
fn may_give(desk: &Desk, role: &Role) -> bool {
    desk.visitor.role.is_some_and(|own| own.id == OWNER || role.id != OWNER)
}

/// Nobody changes their own role, and only an owner changes an owner.
fn may_change(desk: &Desk, user: &User) -> bool {
    let owner = desk.visitor.role.is_some_and(|own| own.id == OWNER);
    desk.visitor.role.is_some() && !is_oneself(desk, user) && (owner || user.role != OWNER)
}

/// The team is the whole workspace's: whoever sees some shops only must not give away all of them.
fn for_all_shops(desk: &Desk) -> Result<(), PageError> {
    if desk.sees_all_shops() { Ok(()) } else { Err(PageError::Forbidden) }
}

/// The account that a form is about, if the visitor may change it.
fn changeable(desk: &Desk, id: i64) -> Result<User, PageError> {
    for_all_shops(desk)?;
    let user = kept::by_id(&desk.store.read()?, id)?.ok_or(PageError::NotFound)?;
    if may_change(desk, &user) { Ok(user) } else { Err(PageError::Forbidden) }
}

/// The shops that a form asks for; `None`: all.
fn wanted_shops(fields: &Fields, known: &[StoredShop]) -> Option<Vec<i64>> {
    (field(fields, "shops") == "some").then(|| {
        let asked = fields.iter().filter(|(name, _)| name == "shop");
        let ids = asked.filter_map(|(_, id)| id.parse().ok());
        ids.filter(|id| known.iter().any(|shop| shop.id == *id)).collect()
    })
}

/// Role and shops as a form wants them; what is wrong goes to the faults.
fn read_reach(
    desk: &Desk,
    lang: Lang,
    fields: &Fields,
    faults: &mut Faults,
) -> Result<(&'static Role, Option<Vec<i64>>), PageError> {
    let role = Role::of(field(fields, "role")).filter(|role| may_give(desk, role));
    let role = role.ok_or(PageError::Forbidden)?;
    let chosen = wanted_shops(fields, &shops::list(&desk.store.read()?)?);
    // What the whole workspace hangs on can't be given for one shop only.
    let chosen = chosen.filter(|_| !role.is_everything());
    if chosen.as_ref().is_some_and(Vec::is_empty) {
        faults.push(("shops", t(lang, "team-fault-shops")));
    }
    Ok((role, chosen))
}

async fn invite(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer(desk, headers, "/team".to_owned(), move |desk, lang, here| {
        for_all_shops(desk)?;
        if desk.door != Door::Accounts {
            return Err(PageError::Forbidden);
        }
        let mut faults = Faults::new();
        let (role, chosen) = read_reach(desk, lang, &fields, &mut faults)?;
        let email = kept::email(field(&fields, "email"));
        if email.is_none() {
            faults.push(("email", t(lang, "account-fault-email")));
        }
        let language = Lang::parse(field(&fields, "language")).unwrap_or(lang);
        let now = clock::now();
        if let (Some(email), true) = (email, faults.is_empty()) {
            let new = NewUser {
                email,
                name: kept::name(field(&fields, "name")),
                role: role.id.into(),
                shops: chosen.clone(),
                language: language.code().into(),
                password: None,
            };
            match desk.store.create_user(new, now) {
                Ok(user) => {
                    let detail = json!({ "user": user, "role": role.id, "shops": chosen });
                    desk.audit(Action::UserInvited, None, &detail)?;
                    return give_link(desk, lang, here, user, Purpose::Invitation);
                }
                Err(StoreError::EmailTaken(_)) => {
                    faults.push(("email", t(lang, "account-fault-taken")));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let sent = Sent { invited: Some(&fields), faults, ..Sent::default() };
        draw(desk, lang, here, StatusCode::BAD_REQUEST, sent)
    })
    .await
}

/// Makes a link and mails it; without a mail server it is shown, this once.
fn give_link(
    desk: &Desk,
    lang: Lang,
    here: &str,
    user: i64,
    purpose: Purpose,
) -> Result<Response, PageError> {
    let account = kept::by_id(&desk.store.read()?, user)?.ok_or(PageError::NotFound)?;
    let token = desk.store.make_link(user, purpose, clock::now())?;
    let failure = match mails::send(desk, &account, purpose, &token) {
        Ok(()) => return Ok(Redirect::to("/team?done=sent").into_response()),
        Err(MailError::NotConfigured) => None,
        Err(error) => Some(error.words().in_words(lang.into())),
    };
    let words = if purpose == Purpose::Reset { "team-link-reset" } else { "team-link-invitation" };
    let made = MadeLink {
        words: t_args(lang, words, &[("email", &account.email)]),
        link: mails::address(desk, purpose, &token),
        failure,
    };
    draw(desk, lang, here, StatusCode::OK, Sent { made: Some(made), ..Sent::default() })
}

async fn change(
    desk: Desk,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    answer(desk, headers, "/team".to_owned(), move |desk, lang, here| {
        changeable(desk, id)?;
        let mut faults = Faults::new();
        let (role, chosen) = read_reach(desk, lang, &fields, &mut faults)?;
        if !faults.is_empty() {
            let sent = Sent { changed: Some((id, &fields)), faults, ..Sent::default() };
            return draw(desk, lang, here, StatusCode::BAD_REQUEST, sent);
        }
        let detail = json!({ "user": id, "role": role.id, "shops": chosen });
        if let Err(error) = desk.store.change_role(id, role.id.into(), chosen) {
            return refused(desk, lang, here, error);
        }
        desk.audit(Action::UserChanged, None, &detail)?;
        Ok(Redirect::to("/team?done=changed").into_response())
    })
    .await
}

/// The last owner stays; anything else that goes wrong is ours.
fn refused(desk: &Desk, lang: Lang, here: &str, error: StoreError) -> Result<Response, PageError> {
    let StoreError::LastOwner = error else { return Err(error.into()) };
    let sent = Sent { problem: Some(t(lang, "team-last-owner")), ..Sent::default() };
    draw(desk, lang, here, StatusCode::CONFLICT, sent)
}

async fn new_link(desk: Desk, Path(id): Path<i64>, headers: HeaderMap) -> Response {
    answer(desk, headers, "/team".to_owned(), move |desk, lang, here| {
        let user = changeable(desk, id)?;
        if user.disabled.is_some() {
            return Err(PageError::Forbidden);
        }
        let purpose = if user.has_password { Purpose::Reset } else { Purpose::Invitation };
        let action = if user.has_password { Action::PasswordReset } else { Action::UserInvited };
        desk.audit(action, None, &json!({ "user": id, "by": "administrator" }))?;
        give_link(desk, lang, here, id, purpose)
    })
    .await
}

async fn disable(desk: Desk, Path(id): Path<i64>, headers: HeaderMap) -> Response {
    answer(desk, headers, "/team".to_owned(), move |desk, lang, here| {
        changeable(desk, id)?;
        if let Err(error) = desk.store.disable_user(id, clock::now()) {
            return refused(desk, lang, here, error);
        }
        desk.audit(Action::UserDisabled, None, &json!({ "user": id }))?;
        Ok(Redirect::to("/team?done=disabled").into_response())
    })
    .await
}

async fn enable(desk: Desk, Path(id): Path<i64>, headers: HeaderMap) -> Response {
    answer(desk, headers, "/team".to_owned(), move |desk, _, _| {
        changeable(desk, id)?;
        desk.store.enable_user(id)?;
        desk.audit(Action::UserChanged, None, &json!({ "user": id, "enabled": true }))?;
        Ok(Redirect::to("/team?done=enabled").into_response())
    })
    .await
}
