//! The two ways in: a file, or a shop that sends its orders.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::frame::{page, shell};
use crate::access::{Desk, Right};
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::plain_head;
use crate::ui::setup::setup;

/// The page of a workspace without any order: both routes, and no zeros (S001).
pub fn first_page(app: &Desk, lang: Lang) -> Markup {
    let routes = super::connections::first(app, lang);
    shell(app, lang, "nav-overview", &t(lang, "nav-overview"), "/", setup(lang, &routes))
}

/// How a shop sends its orders today.
pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (_, context) = app.read()?;
        let slug = context.shops.first().map_or("ma-boutique", |shop| shop.shop.slug.as_str());
        let title = t(lang, "connections-route-api");
        let example = format!(
            "curl --json '{{\"type\": \"order\", \"id\": \"1001\", \"created\": \"2026-11-21T10:00:00+01:00\",\n  \
             \"status\": \"paid\", \"customer\": {{\"email\": \"claire@example.com\"}},\n  \
             \"lines\": [{{\"sku\": \"MIEL\", \"name\": \"Miel\", \"quantity\": 2, \"unit_price\": \"8.50\"}}]}}' \\\n  \
             'http://127.0.0.1:8080/api/v1/ingest?shop={slug}'"
        );
        let body = html! {
            (plain_head(&title, Some(&t(lang, "connect-lede"))))
            section.prose {
                p { (t(lang, "connect-push")) }
                pre tabindex="0" { code { (example) } }
                p { (t(lang, "connect-answer")) }
                p { (t_args(lang, "connect-docs", &[("file", "docs/ingest.md")])) " " a href="/api/v1/openapi.json" { "OpenAPI" } }
                p { (t(lang, "connect-platforms")) }
                p.leads {
                    a.button href="/connections/new" { (t(lang, "connections-route-read")) }
                    @if app.may(Right::Import) { " " a.action href="/import" { (t(lang, "connections-route-file")) } }
                }
            }
        };
        Ok(shell(app, lang, "nav-connected", &title, here, body))
    })
    .await
}
