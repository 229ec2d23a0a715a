//! Products side by side: every figure of each, filtered, sorted and exported (S029, S204–S210).

mod builder;
mod cells;
mod empty;
mod panels;
mod product;
mod request;

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::metric;
use comptoir_metrics::performance::{COLUMNS, Level, Listed, Performance, list};
use maud::{Markup, html};

use super::export::file;
use super::figure::short;
use super::frame::{PageError, page, shell};
use super::paging::{ROWS, number, paging};
use super::sentence::lower;
use super::view::View;
use crate::access::{Desk, Right, Routes};
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::Head;
use crate::ui::products::Products;
use crate::ui::{Segment, segments};
use request::Asked;

pub fn routes() -> Routes {
    Routes::new()
        .get("/products", Right::Figures, handle)
        .get("/products.csv", Right::Export, export)
        .get("/products.xlsx", Right::Export, export)
        .get("/products/{code}", Right::Figures, product::handle)
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), draw).await
}

/// The page itself, also where it is shared or embedded.
pub fn draw(app: &Desk, lang: Lang, here: &str) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let mut view =
        View::read(here, "/products", &request::OWN, &context, lang, app.visitor.rights)?;
    let number = number(&view)?;
    let mut asked = Asked::of(&mut view)?;
    asked.request.page = Some(((number - 1) * ROWS, ROWS));
    let found = list(&snapshot, &view.query, &asked.request, &context)?;
    let facts = app.facts(&snapshot)?;
    let (filters, status) = (view.bar(), view.status(&facts, None));
    let title = t(lang, "nav-products");
    let head = Head {
        title: title.clone(),
        sentence: sentence(&view, &found),
        filters: &filters,
        status: Some(&status),
    };
    let file = |end: &str| view.here().replacen("/products", &format!("/products.{end}"), 1);
    let variants = asked.request.level == Level::Variant;
    let table = Products {
        lang,
        caption: title.clone(),
        columns: cells::columns(&view, &asked, variants),
        rows: found
            .rows
            .iter()
            .map(|row| cells::row(&view, row, found.currency, variants))
            .collect(),
        sum: cells::sum(lang, &found, variants),
        paging: paging(&view, found.count, number),
        csv: view.file(file("csv")),
        xlsx: view.file(file("xlsx")),
        empty: empty::empty(&view, &asked, &found),
        notes: notes(lang, found.unpaired),
        definitions: cells::definitions(&view),
    };
    let body = html! {
        (head.render())
        div.product-tools {
            (builder::search(&view))
            (segments(&t(lang, "products-level"), &levels(&view, asked.request.level)))
            (segments(&t(lang, "products-listed"), &listings(&view, asked.request.listed)))
        }
        (builder::builder(&view, asked.request.condition.as_ref(), found.currency))
        (table.render())
    };
    Ok(shell(app, lang, "nav-products", &title, &view.here(), body))
}

/// « 65 produits : 45 538 € de ventes nettes. »
fn sentence(view: &View<'_>, found: &Performance) -> Option<String> {
    let lang = view.lang;
    let net = metric("net_sales")?;
    let at = COLUMNS.iter().position(|column| column.id == "revenue")?;
    let count = i64::try_from(found.count).ok().filter(|count| *count > 0)?;
    let words = if count == 1 { "products-sentence-one" } else { "products-sentence" };
    let amount = short(lang, found.totals.get(at)?, net.unit, found.currency);
    let measure = lower(&view.label(net));
    Some(t_args(
        lang,
        words,
        &[("count", &format::integer(lang, count)), ("amount", &amount), ("measure", &measure)],
    ))
}

fn levels(view: &View<'_>, level: Level) -> Vec<Segment> {
    let one = |words: &str, value: &str, of: Level| {
        Segment::new(t(view.lang, words), view.href_with("level", value), of == level)
    };
    vec![
        one("products-level-product", "", Level::Product),
        one("products-level-variant", "variant", Level::Variant),
    ]
}

fn listings(view: &View<'_>, listed: Listed) -> Vec<Segment> {
    let one = |words: &str, value: &str, of: Listed| {
        Segment::new(t(view.lang, words), view.href_with("unsold", value), of == listed)
    };
    vec![
        one("products-listed-sold", "", Listed::Sold),
        one("products-listed-all", "1", Listed::All),
        one("products-listed-unsold", "only", Listed::Unsold),
    ]
}

fn notes(lang: Lang, unpaired: i64) -> Vec<String> {
    match unpaired {
        0 => Vec::new(),
        1 => vec![t(lang, "products-unpaired-one")],
        count => {
            vec![t_args(lang, "products-unpaired", &[("count", &format::integer(lang, count))])]
        }
    }
}

/// The whole list, as its filters and order have it.
async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let mut view =
            View::read(here, "/products", &request::OWN, &context, lang, app.visitor.rights)?;
        let asked = Asked::of(&mut view)?;
        let found =
            list(&snapshot, &view.query, &asked.request, &context).map_err(PageError::from)?;
        let mut columns: Vec<String> = Vec::new();
        for column in &COLUMNS {
            columns.push(cells::said(&view, column, cells::say(lang, &column.label)));
            match column.id {
                "code" => columns.push(t(lang, "products-variant")),
                "together" => {
                    columns.push(t(lang, "products-companion-code"));
                    columns.push(t(lang, "products-companion-name"));
                }
                _ => {}
            }
        }
        let rows = found
            .rows
            .iter()
            .map(|row| {
                let mut values = Vec::new();
                for column in &COLUMNS {
                    let cell = &row.cells[column.place()];
                    values.push(Value::of(cell, column.unit(), found.currency));
                    let companion = row.companion.as_ref();
                    match column.id {
                        "code" => values.push(Value::text(row.variant.as_deref())),
                        "together" => {
                            values.push(Value::text(companion.map(|(code, _)| code.as_str())));
                            values
                                .push(Value::text(companion.and_then(|(_, name)| name.as_deref())));
                        }
                        _ => {}
                    }
                }
                values
            })
            .collect();
        Ok(Sheet { name: t(lang, "products-file"), columns, rows })
    })
    .await
}
