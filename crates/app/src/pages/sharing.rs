//! Share links: one page of figures for somebody without an account; and pages embedded in a back office.

use axum::extract::{Form, Path};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{Context, Dimension, Query, dimension};
use comptoir_store::sharing::{self as kept, Share};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::json;

use super::frame::{self, PageError};
use super::revenue::keys;
use super::tokens::{day, take};
use super::{loyalty, overview, products, revenue, view, why};
use crate::access::{Desk, Need, Right, Routes};
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::sharing::origin;
use crate::ui::Link;
use crate::ui::entry::{Entry, Kind, irrevocable};
use crate::ui::listing::{Listing, outside};
use crate::ui::pages::plain_head;
use crate::ui::sharing::{Embedding, SharingPage};
use crate::ui::table::Column;

mod embedded;
mod form;
mod open;

use form::Asked;

/// A site as it is written.
const SITE: &str = "https://admin.boutique.fr";

/// A page that may be shared and embedded: figures alone. Lists of orders and customers are none.
pub struct Shareable {
    pub path: &'static str,
    /// The last part of its address when it is embedded.
    pub id: &'static str,
    pub words: &'static str,
    draw: fn(&Desk, Lang, &str) -> Result<Markup, PageError>,
}

pub static SHAREABLE: [Shareable; 5] = [
    Shareable { path: "/", id: "overview", words: "nav-overview", draw: overview::draw },
    Shareable { path: "/revenue", id: "revenue", words: "revenue-title", draw: revenue::draw },
    Shareable { path: "/products", id: "products", words: "nav-products", draw: products::draw },
    Shareable { path: "/why", id: "why", words: "why-title", draw: why::draw },
    Shareable { path: "/loyalty", id: "loyalty", words: "nav-loyalty", draw: loyalty::draw },
];

impl Shareable {
    fn at(path: &str) -> Option<&'static Self> {
        SHAREABLE.iter().find(|page| page.path == path)
    }

    fn of(id: &str) -> Option<&'static Self> {
        SHAREABLE.iter().find(|page| page.id == id)
    }

    /// The page, for a desk of whoever came by a link.
    fn draw(&self, desk: &Desk, lang: Lang, query: &str) -> Result<Markup, PageError> {
        (self.draw)(desk, lang, &format!("{}?{query}", self.path))
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get("/sharing", Right::Sharing, show)
        .post("/sharing", Right::Sharing, make)
        .post("/sharing/origins", Right::Sharing, set_origins)
        .post("/sharing/{number}/revoke", Right::Sharing, revoke)
        .get("/s/{word}", Need::OwnProof, open::show)
        .post("/s/{word}", Need::OwnProof, open::unlock)
        .get("/embed/{page}", Need::OwnProof, embedded::show)
}

/// The way to a link to this very page, for whoever may make one.
pub fn invitation(app: &Desk, lang: Lang, here: &str) -> Option<Link> {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let page = Shareable::at(path).filter(|_| app.may(Right::Sharing))?;
    let mark = if query.is_empty() { "" } else { "&" };
    Some(Link::new(
        t(lang, "share-page"),
        format!("/sharing?of={}{mark}{query}", encode(page.path)),
    ))
}

/// The conditions that a page is shown under, in words: the forms and links that tell them are not on a
/// page that stands still.
fn conditions(lang: Lang, context: &Context, query: &str) -> Option<String> {
    let all = pairs(query).filter_map(|(name, value)| Some((name?, value?)));
    let said: Vec<String> = all
        .filter_map(|(name, value)| match name.as_str() {
            "where" => {
                let (id, values) = value.split_once(':')?;
                let of = dimension(id)?;
                let names: Vec<String> =
                    values.split('|').map(|one| named(lang, context, of, one)).collect();
                let known = [("name", keys::label(lang, of)), ("values", &names.join(", "))];
                Some(t_args(lang, "explain-filter", &known))
            }
            "q" if !value.is_empty() => Some(t_args(lang, "share-searched", &[("words", &value)])),
            _ => None,
        })
        .collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

/// A value of a condition in words.
fn named(lang: Lang, context: &Context, of: &Dimension, value: &str) -> String {
    match of.id {
        _ if value.is_empty() => t(lang, "revenue-unknown"),
        "shop" => {
            context.shop(value).map_or_else(|| value.to_owned(), |shop| shop.shop.name.clone())
        }
        "customer_type" => t(lang, &format!("revenue-{value}")),
        id if id.ends_with("country") => format::country(lang, value),
        _ => value.to_owned(),
    }
}

/// The address under which this server is reached, as far as it knows.
pub fn base(app: &Desk, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    app.sync.public_url().map_or_else(|| format!("http://{host}"), str::to_owned)
}

async fn show(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    frame::page(app, headers, uri.to_string(), |app, lang, here| {
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let said = |name: &str| pairs(query).any(|(known, _)| known.as_deref() == Some(name));
        let notice = if said("revoked") {
            Some(t(lang, "share-revoked"))
        } else {
            said("saved").then(|| t(lang, "embed-saved"))
        };
        let (_, context) = app.read()?;
        let asked = Some(Asked::from_address(lang, query, &context));
        draw(app, lang, here, Sent { notice, asked, ..Sent::default() })
    })
    .await
}

/// What the page is drawn after.
#[derive(Default)]
struct Sent {
    notice: Option<String>,
    problem: Option<String>,
    /// The link that is asked for; none: a fresh form.
    asked: Option<Asked>,
    made: Option<String>,
    /// Sites as they were typed, with what is wrong with them.
    origins: Option<(String, String)>,
}

fn draw(app: &Desk, lang: Lang, here: &str, sent: Sent) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let now = clock::now();
    let links: Vec<Share> =
        kept::list(&snapshot)?.into_iter().filter(|share| theirs(app, share)).collect();
    let (typed, wrong) = match sent.origins {
        Some((typed, wrong)) => (typed, Some(wrong)),
        None => (kept::embedding_origins(&snapshot)?.join("\n"), None),
    };
    let page = SharingPage {
        lang,
        notice: sent.notice,
        problem: sent.problem,
        made: sent.made,
        form: sent.asked.unwrap_or_else(|| Asked::from_address(lang, "", &context)).form(
            lang,
            &context,
            app.visitor.shops.is_none(),
        ),
        links: Listing {
            lang,
            caption: t(lang, "share-links"),
            columns: [
                "token-name",
                "share-page-label",
                "filter-shop",
                "share-password-column",
                "token-created",
                "token-expires",
                "share-openings",
                "token-state",
            ]
            .map(|words| Column::text(t(lang, words)))
            .into(),
            rows: links.iter().map(|share| row(lang, share, &context, now)).collect(),
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        },
        embedding: Embedding {
            field: Entry {
                name: "origins",
                label: t(lang, "embed-origins"),
                hint: Some(t_args(lang, "embed-origins-hint", &[("site", SITE)])),
                kind: Kind::Lines,
                value: typed,
                error: wrong,
                ..Entry::default()
            },
        },
    };
    let title = t(lang, "nav-sharing");
    let body = html! { (plain_head(&title, Some(&t(lang, "share-lede")))) (page.render()) };
    let here = here.split_once('?').map_or(here, |(path, _)| path);
    Ok(frame::shell(app, lang, "nav-sharing", &title, here, body))
}

/// Whoever has some shops sees and withdraws the links to these.
fn theirs(app: &Desk, share: &Share) -> bool {
    share.shops.iter().all(|shop| app.visitor.may_see(*shop))
}

fn row(lang: Lang, share: &Share, context: &Context, now: Timestamp) -> Vec<Markup> {
    let names: Vec<&str> = context
        .shops
        .iter()
        .filter(|shop| share.shops.contains(&shop.id))
        .map(|shop| shop.shop.name.as_str())
        .collect();
    let openings = match share.last_opened {
        None => t(lang, "share-openings-none"),
        Some(at) => t_args(
            lang,
            "share-openings-some",
            &[
                ("count", &format::integer(lang, share.openings)),
                ("ago", &format::ago(lang, at, now)),
            ],
        ),
    };
    let state = if let Some(at) = share.revoked {
        html! { span.quiet { (t_args(lang, "share-state-revoked", &[("day", &day(lang, at))])) } }
    } else if now >= share.expires {
        html! { span.quiet { (t(lang, "token-state-expired")) } }
    } else {
        irrevocable(
            &format!("/sharing/{}/revoke", share.id),
            &share.name,
            &t(lang, "share-revoke-sure"),
            &t(lang, "share-revoke"),
        )
    };
    vec![
        outside(&share.name),
        html! {
            (Shareable::at(&share.page).map_or_else(|| share.page.clone(), |page| t(lang, page.words)))
            br;
            span.second { (period(lang, share, context)) }
        },
        outside(&names.join(", ")),
        html! { (t(lang, if share.password.is_some() { "share-password-yes" } else { "share-password-no" })) },
        html! { (day(lang, share.created)) },
        html! { (day(lang, share.expires)) },
        html! { (openings) },
        state,
    ]
}

/// The days that a link shows: fixed ones, or those that go along with the calendar.
fn period(lang: Lang, share: &Share, context: &Context) -> String {
    let Ok(query) = Query::parse(&format!("metrics=revenue&{}", dates(&share.query)), context)
    else {
        return String::new();
    };
    if let Some(preset) = query.period.id() {
        return view::period_label(lang, preset);
    }
    let days = query.days(context);
    view::capital(&format::range(lang, days.from, days.to))
}

/// The parameters that say which days.
fn dates(query: &str) -> String {
    let kept = pairs(query).filter_map(|(name, value)| Some((name?, value?)));
    let kept = kept.filter(|(name, _)| matches!(name.as_str(), "period" | "from" | "to"));
    kept.map(|(name, value)| format!("{name}={}", encode(&value))).collect::<Vec<_>>().join("&")
}

async fn make(
    app: Desk,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let base = base(&app, &headers);
    take(app, headers, move |app, lang| {
        let mut asked = Asked::from_form(&fields);
        let now = clock::now();
        match asked.read(app, lang, now)? {
            None => {
                let problem = Some(t(lang, "share-faults"));
                let sent = Sent { asked: Some(asked), problem, ..Sent::default() };
                Ok((StatusCode::BAD_REQUEST, draw(app, lang, "/sharing", sent)?))
            }
            Some(new) => {
                let detail = json!({
                    "page": new.page,
                    "shops": new.shops,
                    "password": new.password.is_some(),
                    "expires": new.expires.to_string(),
                });
                let shop = (new.shops.len() == 1).then(|| new.shops[0]);
                let (id, word) = app.store.create_share(new, now)?;
                app.audit(Action::ShareCreated, shop, &json!({ "share": id, "what": detail }))?;
                let made = Some(format!("{base}/s/{word}"));
                let sent = Sent { made, ..Sent::default() };
                Ok((StatusCode::OK, draw(app, lang, "/sharing", sent)?))
            }
        }
    })
    .await
}

async fn revoke(app: Desk, headers: HeaderMap, Path(number): Path<i64>) -> Response {
    change(app, headers, move |app, _| {
        let known = kept::list(&app.store.read()?)?.into_iter().find(|share| share.id == number);
        known.filter(|share| theirs(app, share)).ok_or(PageError::NotFound)?;
        if app.store.revoke_share(number, clock::now())? {
            app.audit(Action::ShareRevoked, None, &json!({ "share": number }))?;
        }
        Ok(Redirect::to("/sharing?revoked=1").into_response())
    })
    .await
}

async fn set_origins(
    app: Desk,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    change(app, headers, move |app, lang| {
        let typed = fields.iter().find(|(name, _)| name == "origins");
        let typed = typed.map_or("", |(_, value)| value.as_str());
        let lines = typed.split([' ', '\n', '\r', '\t', ',']).filter(|line| !line.is_empty());
        let mut origins = Vec::new();
        for line in lines {
            let Some(origin) = origin(line) else {
                let shown: String = line.chars().take(60).collect();
                let known = [("origin", shown.as_str()), ("site", SITE)];
                let sent = Sent {
                    problem: Some(t(lang, "share-faults")),
                    origins: Some((typed.to_owned(), t_args(lang, "embed-fault-origin", &known))),
                    ..Sent::default()
                };
                let page = draw(app, lang, "/sharing", sent)?;
                return Ok(frame::html_page(StatusCode::BAD_REQUEST, page));
            };
            origins.push(origin);
        }
        let detail = json!({ "embedding_origins": origins });
        if app.store.set_embedding_origins(origins)? {
            app.audit(Action::SettingsChanged, None, &detail)?;
        }
        Ok(Redirect::to("/sharing?saved=1").into_response())
    })
    .await
}

/// Does something that may block, and answers with what came of it.
async fn change(
    app: Desk,
    headers: HeaderMap,
    work: impl FnOnce(&Desk, Lang) -> Result<Response, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let done = tokio::task::spawn_blocking(move || {
        work(&app, lang).unwrap_or_else(|error| frame::refused(&app, lang, "/sharing", error))
    })
    .await;
    done.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
