//! The settings page: by shop what counts and how it is shown, for the workspace what all shops share.
//! Every form is an ordinary one; what is wrong comes back filled in, and nothing of it is kept.

use std::collections::HashMap;

use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_metrics::query::encode;
use comptoir_store::settings as kept;
use comptoir_store::{Settings, Snapshot, StoredShop, shops, twins};
use maud::{Markup, html};
use serde_json::json;

use super::form::{Faults, Fields, fault_sent as fault, field};
use super::frame::{self, PageError};
use crate::access::{Desk, Right, Routes};
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t};
use crate::settings::{differing, shown, timezone};
use crate::ui::Segment;
use crate::ui::pages::plain_head;
use crate::ui::settings::{Field, SettingsPage};

mod rates;
mod shop;
pub mod sources;
mod workspace;

pub use shop::zones;

pub fn routes() -> Routes {
    Routes::new()
        .get("/settings", Right::Settings, show)
        .post("/settings", Right::Settings, save_workspace)
        .post("/settings/zone", Right::Settings, save_zone)
        .post_up_to("/settings/rates", Right::Settings, Some(rates::LARGEST), rates::add)
        .post("/settings/rates/daily", Right::Settings, rates::daily)
        .post("/settings/shop/{slug}", Right::Settings, save_shop)
}

async fn show(
    app: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let asked_shop = asked.get("shop").map(String::as_str).filter(|slug| !slug.is_empty());
        let added = asked.get("rates").and_then(|added| added.parse().ok());
        let added = added.map(|added| rates::notice(lang, added));
        let notice =
            added.or_else(|| asked.contains_key("saved").then(|| t(lang, "settings-saved")));
        let sent = Sent { shop: asked_shop, notice, ..Sent::default() };
        draw(app, lang, here, sent)
    })
    .await
}

/// What the page is drawn after: nothing, or a form with faults.
#[derive(Default)]
struct Sent<'s> {
    shop: Option<&'s str>,
    notice: Option<String>,
    /// The form of the shop, of the workspace or of the common zone, as it was sent.
    of_shop: Option<(&'s Fields, &'s Faults)>,
    of_workspace: Option<(&'s Fields, &'s Faults)>,
    zone: Option<&'s str>,
    /// Why a file of exchange rates was not taken.
    rates: Option<String>,
}

fn draw(app: &Desk, lang: Lang, here: &str, sent: Sent<'_>) -> Result<Markup, PageError> {
    let snapshot = app.store.read()?;
    let mut settings = kept::read(&snapshot)?;
    settings.shops.retain(|shop| app.may_see(shop.id));
    let mut known = shops::list(&snapshot)?;
    known.retain(|shop| app.may_see(shop.id));
    let chosen = match sent.shop {
        Some(slug) => {
            Some(known.iter().find(|shop| shop.shop.slug == slug).ok_or(PageError::NotFound)?)
        }
        None => known.first(),
    };
    let faulty = sent.of_shop.is_some() || sent.of_workspace.is_some() || sent.zone.is_some();
    let page = SettingsPage {
        lang,
        shops: known.iter().map(|shop| segment(shop, chosen)).collect(),
        notice: sent.notice,
        problem: faulty.then(|| t(lang, "settings-faults")),
        shop: chosen
            .map(|shop| of_shop(lang, &snapshot, &settings, shop, sent.of_shop))
            .transpose()?,
        rates: app
            .sees_all_shops()
            .then(|| -> Result<_, PageError> {
                let download = comptoir_store::rates::download(&snapshot)?;
                Ok(rates::view(lang, &download, sent.rates))
            })
            .transpose()?,
        workspace: app
            .sees_all_shops()
            .then(|| workspace::form(lang, &settings.workspace, sent.of_workspace)),
        zone: (known.len() > 1 && app.sees_all_shops())
            .then(|| zone_field(lang, &settings, sent.zone)),
    };
    let title = t(lang, "settings-title");
    let body = html! { (plain_head(&title, Some(&t(lang, "settings-lede")))) (page.render()) };
    Ok(frame::shell(app, lang, "nav-general", &title, here, body))
}

fn of_shop(
    lang: Lang,
    snapshot: &Snapshot,
    settings: &Settings,
    stored: &StoredShop,
    sent: Option<(&Fields, &Faults)>,
) -> Result<crate::ui::settings::ShopForm, PageError> {
    let statuses = kept::statuses(snapshot, stored.id)?;
    let found = settings.shop(stored.id).ok_or(PageError::NotFound)?;
    let mut form = shop::form(lang, stored, settings, found, &statuses, sent);
    let told = twins::sources(snapshot, stored.id)?;
    let missing = twins::unlinked(snapshot, stored.id, clock::now())?;
    form.sources = sources::form(lang, found, &told, &missing, sent);
    Ok(form)
}

fn segment(shop: &StoredShop, chosen: Option<&StoredShop>) -> Segment {
    let href = format!("/settings?shop={}", encode(&shop.shop.slug));
    Segment::new(&shop.shop.name, href, chosen.is_some_and(|chosen| chosen.id == shop.id))
}

/// The zone that all shops share, if they do.
fn zone_field(lang: Lang, settings: &Settings, sent: Option<&str>) -> Field {
    let mut zones: Vec<&str> = settings.shops.iter().map(|shop| shop.timezone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();
    Field {
        name: "timezone",
        label: t(lang, "settings-zone"),
        hint: Some(zones.join(", ")),
        value: sent.unwrap_or_else(|| zones.first().copied().unwrap_or_default()).to_owned(),
        suggestions: shop::zones(),
        error: sent.map(|_| t(lang, "settings-fault-zone")),
        ..Field::default()
    }
}

/// What all shops share is changed by whoever sees all of them.
fn of_all(app: &Desk) -> Result<(), PageError> {
    if app.sees_all_shops() { Ok(()) } else { Err(PageError::Forbidden) }
}

/// How a form was taken: kept, or back with its faults.
enum Taken {
    Kept(String),
    Back(Markup),
}

async fn save_shop(
    app: Desk,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    save(app, headers, move |app, lang, here| {
        let snapshot = app.store.read()?;
        let settings = kept::read(&snapshot)?;
        let found = settings.shops.iter().find(|shop| shop.slug == slug && app.may_see(shop.id));
        let mut wanted = found.ok_or(PageError::NotFound)?.clone();
        let before = shown(&wanted);
        let statuses = kept::statuses(&snapshot, wanted.id)?;
        let told = twins::sources(&snapshot, wanted.id)?;
        drop(snapshot);
        let mut faults = shop::read(lang, &fields, &statuses, &mut wanted);
        sources::read(lang, &fields, &told, &mut wanted, &mut faults);
        if !faults.is_empty() {
            let sent =
                Sent { shop: Some(&slug), of_shop: Some((&fields, &faults)), ..Sent::default() };
            return Ok(Taken::Back(draw(app, lang, here, sent)?));
        }
        let address = format!("/settings?shop={}&saved=1", encode(&slug));
        let (shop, after) = (wanted.id, shown(&wanted));
        app.store.change_settings(move |settings| {
            let shop = settings.shop_mut(&wanted.slug)?;
            *shop = wanted;
            Ok(())
        })?;
        let detail = json!({ "fields": differing(&before, &after) });
        app.audit(Action::SettingsChanged, Some(shop), &detail)?;
        Ok(Taken::Kept(address))
    })
    .await
}

async fn save_workspace(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    save(app, headers, move |app, lang, here| {
        of_all(app)?;
        let (wanted, faults) = workspace::read(lang, &fields);
        if !faults.is_empty() {
            let sent = Sent { of_workspace: Some((&fields, &faults)), ..Sent::default() };
            return Ok(Taken::Back(draw(app, lang, here, sent)?));
        }
        app.store.change_settings(move |settings| {
            settings.workspace = wanted;
            Ok(())
        })?;
        app.audit(Action::SettingsChanged, None, &json!({ "what": "workspace" }))?;
        Ok(Taken::Kept("/settings?saved=1".to_owned()))
    })
    .await
}

async fn save_zone(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    save(app, headers, move |app, lang, here| {
        of_all(app)?;
        let text = field(&fields, "timezone");
        let Some(zone) = timezone(text) else {
            return Ok(Taken::Back(draw(
                app,
                lang,
                here,
                Sent { zone: Some(text), ..Sent::default() },
            )?));
        };
        app.store.change_settings(move |settings| {
            for shop in &mut settings.shops {
                shop.timezone.clone_from(&zone);
            }
            Ok(())
        })?;
        app.audit(Action::SettingsChanged, None, &json!({ "fields": ["timezone"] }))?;
        Ok(Taken::Kept("/settings?saved=1".to_owned()))
    })
    .await
}

/// Takes a form on a thread that may block: the recount of a large shop takes a moment.
async fn save(
    app: Desk,
    headers: HeaderMap,
    take: impl FnOnce(&Desk, Lang, &str) -> Result<Taken, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || match take(&app, lang, "/settings") {
        Ok(Taken::Kept(address)) => {
            app.ring();
            Redirect::to(&address).into_response()
        }
        Ok(Taken::Back(page)) => frame::html_page(StatusCode::BAD_REQUEST, page),
        Err(error) => frame::refused(&app, lang, "/settings", error),
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
