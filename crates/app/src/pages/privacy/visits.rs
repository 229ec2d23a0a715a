//! Audience measurement: the collection mode of each shop, what it refused, and which figures it has.

use axum::extract::{Form, Path};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use comptoir_model::VisitMode;
use comptoir_store::{StoreError, settings, shops, visits};
use jiff::ToSpan;
use maud::{Markup, html};
use serde_json::json;

use super::{Fields, PageError, Taken, asked, field, frame, page, take};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::privacy::check::DAYS;
use crate::ui::listing::{Listing, outside};
use crate::ui::privacy::{notice, problem};
use crate::ui::table::Column;

const PATH: &str = "/privacy/visits";

/// Figures of visits, and whether each mode has them.
const FIGURES: [(&str, [bool; 2]); 5] = [
    ("visits-kpi-visits", [true, true]),
    ("visits-kpi-origin", [true, true]),
    ("visits-kpi-conversion", [true, true]),
    ("visits-kpi-carts", [true, true]),
    ("visits-kpi-by-customer", [false, false]),
];

/// Doors, in words: what each does with visits.
const DOORS: [&str; 4] =
    ["visits-door-api", "visits-door-file", "visits-door-ga4", "visits-door-mail"];

pub(super) async fn show(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, uri, headers, |app, lang, here| draw(app, lang, here, false)).await
}

fn draw(app: &Desk, lang: Lang, here: &str, fault: bool) -> Result<Markup, PageError> {
    let snapshot = app.store.read()?;
    let settings = settings::read(&snapshot)?;
    let known = shops::list(&snapshot)?;
    let zone = crate::privacy::zone(&snapshot)?;
    let today = zone.to_datetime(clock::now()).date();
    let refused = visits::refused(&snapshot, today.saturating_sub(DAYS.days()))?;
    let name = |id: i64| {
        let shop = known.iter().find(|shop| shop.id == id);
        shop.map_or_else(|| id.to_string(), |shop| shop.shop.name.clone())
    };
    let (title, lede) = (t(lang, "visits-title"), t(lang, "visits-lede"));
    let row = |one: &visits::RefusedVisits| {
        vec![
            html! { (format::day(lang, one.day)) },
            outside(&name(one.shop)),
            html! { (t(lang, &format!("visits-by-{}", one.door))) },
            html! { (t(lang, &format!("visits-fault-{}", one.fault.id()))) },
            html! { (format::integer(lang, one.visits)) },
        ]
    };
    let listing = Listing {
        lang,
        caption: t(lang, "visits-refused"),
        columns: vec![
            Column::text(t(lang, "table-date")),
            Column::text(t(lang, "filter-shop")),
            Column::text(t(lang, "visits-door")),
            Column::text(t(lang, "visits-reason")),
            Column::number(t(lang, "visits-count")),
        ],
        rows: refused.iter().map(row).collect(),
        sum: None,
        paging: None,
        csv: None,
        xlsx: None,
    };
    let body = html! {
        @if fault { (problem(&t(lang, "settings-fault-choice"))) }
        @if asked(here, "saved") { (notice(&t(lang, "visits-saved"))) }
        dl.rights.modes {
            @for mode in VisitMode::ALL {
                div {
                    dt { (t(lang, &format!("visits-mode-{}", mode.id()))) }
                    dd { (t(lang, &format!("visits-mode-{}-text", mode.id()))) }
                }
            }
        }
        section.part aria-labelledby="visits-shops" {
            h2 id="visits-shops" { (t(lang, "settings-shop")) }
            @if settings.shops.is_empty() { p.note { (t(lang, "visits-no-shop")) } }
            @for shop in &settings.shops {
                @let id = format!("visits-of-{}", shop.id);
                form.inline.visits-of method="post" action={ (PATH) "/" (shop.slug) } {
                    label for=(id) { (name(shop.id)) }
                    select id=(id) name="visits" {
                        @for mode in VisitMode::ALL {
                            option value=(mode.id()) selected[mode == shop.visits] { (t(lang, &format!("visits-mode-{}", mode.id()))) }
                        }
                    }
                    button type="submit" { (t(lang, "settings-save")) }
                }
            }
            p.note { (t(lang, "visits-consent-proof")) }
        }
        section.part aria-labelledby="visits-refused" {
            h2 id="visits-refused" { (t(lang, "visits-refused")) }
            p.note { (t_args(lang, "visits-refused-text", &[("days", &DAYS.to_string())])) }
            @if refused.is_empty() { p { (t(lang, "visits-refused-none")) } } @else { (listing.render()) }
        }
        section.part aria-labelledby="visits-figures" {
            h2 id="visits-figures" { (t(lang, "visits-figures")) }
            (figures(lang))
            p.note { (t(lang, "visits-figures-text")) }
        }
        section.part aria-labelledby="visits-doors" {
            h2 id="visits-doors" { (t(lang, "visits-doors")) }
            ul.bullets { @for words in DOORS { li { (t(lang, words)) } } }
        }
    };
    Ok(frame(app, lang, here, "privacy-tab-visits", (&title, &lede), &body))
}

fn figures(lang: Lang) -> Markup {
    html! {
        div.scroll {
            table.data.wrapped {
                caption.sr { (t(lang, "visits-figures")) }
                thead { tr {
                    th scope="col" { (t(lang, "visits-figure")) }
                    @for mode in VisitMode::ALL { th scope="col" { (t(lang, &format!("visits-mode-{}", mode.id()))) } }
                } }
                tbody {
                    @for (words, has) in FIGURES {
                        tr {
                            th scope="row" { (t(lang, words)) }
                            @for one in has { td { (if one { t(lang, "held-yes") } else { format::NO_VALUE.to_owned() }) } }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn save(
    app: Desk,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    take(app, headers, PATH.to_owned(), move |app, lang, here| {
        let known = settings::read(&app.store.read()?)?;
        let shop = known.shops.iter().find(|shop| shop.slug == slug);
        let id = shop.ok_or(PageError::NotFound)?.id;
        let Some(mode) = VisitMode::read(field(&fields, "visits")) else {
            return Ok(Taken::Page(StatusCode::BAD_REQUEST, draw(app, lang, here, true)?));
        };
        app.store.change_settings(move |settings| {
            settings.shop_mut(&slug)?.visits = mode;
            Ok::<(), StoreError>(())
        })?;
        let detail = json!({ "what": "visits", "mode": mode.id() });
        app.audit(Action::SettingsChanged, Some(id), &detail)?;
        app.ring();
        Ok(Taken::Go(format!("{PATH}?saved=1")))
    })
    .await
}
