//! Tokens of programs: make, list, withdraw.

use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::tokens::{self, EMBED, INGEST, NewToken, READ, SCOPES, Token};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::json;

use super::form::Fields;
use super::frame::{self, PageError};
use super::sharing::base;
use crate::access::{Desk, Right, Routes};
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::tokens::{USUAL_DAYS, in_days};
use crate::ui::entry::{Entry, irrevocable};
use crate::ui::filters::Choice;
use crate::ui::listing::{Listing, outside};
use crate::ui::pages::plain_head;
use crate::ui::table::Column;
use crate::ui::tokens::{Made, TokensPage};

/// Days to choose from; the empty one is never.
const DAYS: [(&str, &str); 4] = [
    ("30", "token-expires-30"),
    ("90", "token-expires-90"),
    ("365", "token-expires-365"),
    ("", "token-expires-never"),
];

pub fn routes() -> Routes {
    Routes::new().get("/tokens", Right::Tokens, show).post("/tokens", Right::Tokens, make).post(
        "/tokens/{number}/revoke",
        Right::Tokens,
        revoke,
    )
}

async fn show(app: Desk, uri: Uri, Query(asked): Query<Fields>, headers: HeaderMap) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let revoked = asked.iter().any(|(name, _)| name == "revoked");
        let sent = Sent { notice: revoked.then(|| t(lang, "token-revoked")), ..Sent::default() };
        draw(app, lang, here, sent)
    })
    .await
}

/// What the page is drawn after.
#[derive(Default)]
struct Sent {
    notice: Option<String>,
    fields: Fields,
    /// The field that is wrong, and why.
    faults: Vec<(&'static str, String)>,
    made: Option<Made>,
}

impl Sent {
    fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn fault(&self, name: &str) -> Option<String> {
        self.faults.iter().find(|(known, _)| *known == name).map(|(_, words)| words.clone())
    }
}

fn draw(app: &Desk, lang: Lang, here: &str, sent: Sent) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let now = clock::now();
    // Whoever has some shops sees the tokens of these.
    let theirs = |token: &Token| match &token.shop {
        Some(slug) => context.shops.iter().any(|shop| shop.shop.slug == *slug),
        None => app.visitor.shops.is_none(),
    };
    let known: Vec<Token> = tokens::list(&snapshot)?.into_iter().rev().filter(theirs).collect();
    let shops: Vec<(&str, &str)> = context
        .shops
        .iter()
        .map(|shop| (shop.shop.slug.as_str(), shop.shop.name.as_str()))
        .collect();
    let name = |slug: &str| {
        let found = shops.iter().find(|(known, _)| *known == slug);
        found.map_or_else(|| slug.to_owned(), |(_, name)| (*name).to_owned())
    };
    let page = TokensPage {
        lang,
        fields: fields(lang, &shops, app.visitor.shops.is_none(), &sent),
        problem: (!sent.faults.is_empty()).then(|| t(lang, "token-faults")),
        notice: sent.notice,
        made: sent.made,
        tokens: Listing {
            lang,
            caption: t(lang, "token-list"),
            columns: [
                "token-number",
                "token-name",
                "token-scope",
                "filter-shop",
                "token-created",
                "token-expires",
                "token-used",
                "token-state",
            ]
            .map(|words| Column::text(t(lang, words)))
            .into(),
            rows: known.iter().map(|token| row(lang, token, &name, now)).collect(),
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        },
    };
    let title = t(lang, "nav-tokens");
    let body = html! { (plain_head(&title, Some(&t(lang, "token-lede")))) (page.render()) };
    Ok(frame::shell(app, lang, "nav-tokens", &title, here, body))
}

fn fields(lang: Lang, shops: &[(&str, &str)], all: bool, sent: &Sent) -> Vec<Entry> {
    let scope = sent.value("scope").unwrap_or(READ);
    let shop = sent.value("shop").unwrap_or_default();
    let days = sent.value("days").unwrap_or("365");
    let every = all.then(|| Choice::new("", t(lang, "filter-all-shops"), shop.is_empty()));
    vec![
        Entry {
            name: "name",
            label: t(lang, "token-name-label"),
            hint: Some(t(lang, "token-name-hint")),
            value: sent.value("name").unwrap_or_default().to_owned(),
            required: true,
            error: sent.fault("name"),
            ..Entry::default()
        },
        Entry {
            name: "scope",
            label: t(lang, "token-scope"),
            choices: [READ, INGEST, EMBED]
                .map(|id| Choice::new(id, t(lang, &format!("token-scope-{id}")), id == scope))
                .into(),
            error: sent.fault("scope"),
            ..Entry::default()
        },
        Entry {
            name: "shop",
            label: t(lang, "filter-shop"),
            choices: every
                .into_iter()
                .chain(shops.iter().map(|(slug, name)| Choice::new(*slug, *name, *slug == shop)))
                .collect(),
            error: sent.fault("shop"),
            ..Entry::default()
        },
        Entry {
            name: "days",
            label: t(lang, "token-expires"),
            hint: Some(t(lang, "token-expires-hint")),
            choices: DAYS
                .map(|(value, words)| Choice::new(value, t(lang, words), value == days))
                .into(),
            error: sent.fault("days"),
            ..Entry::default()
        },
    ]
}

fn row(lang: Lang, token: &Token, name: &impl Fn(&str) -> String, now: Timestamp) -> Vec<Markup> {
    let day = |at: Timestamp| day(lang, at);
    let state = match (token.revoked, token.has_expired(now)) {
        (Some(at), _) => {
            html! { span.quiet { (t_args(lang, "token-state-revoked", &[("day", &day(at))])) } }
        }
        (None, true) => html! { span.quiet { (t(lang, "token-state-expired")) } },
        (None, false) => irrevocable(
            &format!("/tokens/{}/revoke", token.id),
            &token.name,
            &t(lang, "token-revoke-sure"),
            &t(lang, "token-revoke"),
        ),
    };
    vec![
        html! { (token.id) },
        outside(&token.name),
        html! { (t(lang, &format!("token-scope-{}", token.scope))) },
        if let Some(slug) = &token.shop {
            outside(&name(slug))
        } else {
            html! { (t(lang, "filter-all-shops")) }
        },
        html! { (day(token.created)) },
        html! { (token.expires.map_or_else(|| t(lang, "token-expires-never"), day)) },
        html! { (token.last_used.map_or_else(|| t(lang, "token-used-never"), |at| format::ago(lang, at, now))) },
        state,
    ]
}

/// The day of an instant, where no shop's zone is asked for.
pub fn day(lang: Lang, at: Timestamp) -> String {
    format::day(lang, at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

async fn make(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let base = base(&app, &headers);
    take(app, headers, move |app, lang| {
        let mut sent = Sent { fields, ..Sent::default() };
        let value = |name: &str| sent.value(name).unwrap_or_default().trim().to_owned();
        let (scope, slug, days) = (value("scope"), value("shop"), value("days"));
        let name = value("name");
        let (_, context) = app.read()?;
        let mut faults = Vec::new();
        if name.is_empty() {
            faults.push(("name", t(lang, "token-fault-name")));
        }
        if !SCOPES.contains(&scope.as_str()) {
            faults.push(("scope", t(lang, "token-fault-scope")));
        }
        let known = context.shops.iter().any(|shop| shop.shop.slug == slug);
        if slug.is_empty() && (scope == INGEST || app.visitor.shops.is_some()) {
            faults.push(("shop", t(lang, "token-fault-one-shop")));
        } else if !slug.is_empty() && !known {
            faults.push(("shop", t(lang, "token-fault-shop")));
        }
        if !DAYS.iter().any(|(known, _)| *known == days) {
            faults.push(("days", t(lang, "token-fault-days")));
        }
        if !faults.is_empty() {
            sent.faults = faults;
            return Ok((StatusCode::BAD_REQUEST, draw(app, lang, "/tokens", sent)?));
        }
        let now = clock::now();
        let expires = (!days.is_empty()).then(|| in_days(days.parse().unwrap_or(USUAL_DAYS), now));
        let shop = (!slug.is_empty()).then_some(slug);
        let shop_id = context.shops.iter().find(|known| Some(&known.shop.slug) == shop.as_ref());
        let shop_id = shop_id.map(|shop| shop.id);
        let new = NewToken { shop, create: None, scope: scope.clone(), name, expires };
        let (id, token) = app.store.create_token(new, now)?;
        app.audit(Action::TokenCreated, shop_id, &json!({ "token": id, "scope": scope }))?;
        let made = Some(told(lang, &scope, id, token, &base));
        Ok((StatusCode::OK, draw(app, lang, "/tokens", Sent { made, ..Sent::default() })?))
    })
    .await
}

/// The token, and what to do with it.
fn told(lang: Lang, scope: &str, id: i64, token: String, base: &str) -> Made {
    let bearer = format!("-H 'Authorization: Bearer {token}'");
    let example = match scope {
        READ => Some(format!(
            "curl {bearer} '{base}/api/v1/query?metrics=revenue,orders&by=day&period=30d'"
        )),
        INGEST => Some(format!(
            "curl {bearer} -H 'Content-Type: application/json' --data @commandes.json {base}/api/v1/ingest"
        )),
        _ => None,
    };
    let number =
        (scope == EMBED).then(|| t_args(lang, "token-made-number", &[("number", &id.to_string())]));
    Made { token, number, example, hint: t(lang, &format!("token-made-{scope}")) }
}

async fn revoke(app: Desk, headers: HeaderMap, Path(number): Path<i64>) -> Response {
    let lang = frame::lang(&headers);
    let done = tokio::task::spawn_blocking(move || match withdraw(&app, number) {
        Ok(()) => Redirect::to("/tokens?revoked=1").into_response(),
        Err(error) => frame::refused(&app, lang, "/tokens", error),
    })
    .await;
    done.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn withdraw(app: &Desk, number: i64) -> Result<(), PageError> {
    let (snapshot, context) = app.read()?;
    let known = tokens::list(&snapshot)?.into_iter().find(|token| token.id == number);
    let token = known.ok_or(PageError::NotFound)?;
    let shop = token.shop.as_ref();
    let shop = shop.map(|slug| context.shops.iter().find(|known| known.shop.slug == *slug));
    let shop_id = match shop {
        None if app.visitor.shops.is_none() => None,
        Some(Some(shop)) => Some(shop.id),
        // Of a shop that is none of theirs.
        None | Some(None) => return Err(PageError::NotFound),
    };
    drop(snapshot);
    if app.store.revoke_token(number, clock::now())? {
        app.audit(Action::TokenRevoked, shop_id, &json!({ "token": number }))?;
    }
    Ok(())
}

/// Takes a form; the answer may tell a secret, which no cache keeps.
pub async fn take(
    app: Desk,
    headers: HeaderMap,
    take: impl FnOnce(&Desk, Lang) -> Result<(StatusCode, Markup), PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || match take(&app, lang) {
        Ok((status, page)) => frame::html_page(status, page),
        Err(error) => frame::refused(&app, lang, "/", error),
    })
    .await;
    let mut answer =
        taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
