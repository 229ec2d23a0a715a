//! Every product sold in the period, by any of its figures (S029).

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use comptoir_metrics::{
    Cell, Comparison, Filter, Metric, Query, QueryError, Sort, dimension, metric, run,
};
use maud::html;

use super::figure::{exact, label};
use super::frame::{page, shell};
use super::overview::share;
use super::paging::{ROWS, number, paging};
use super::view::{View, explain, filters_of};
use crate::i18n::t;
use crate::state::App;
use crate::ui::pages::Head;
use crate::ui::table::{self, Column, Order, Row, Table};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/products", get(handle))
}

const OWN: [&str; 2] = ["rank", "page"];

/// The columns, each of which can sort.
const COLUMNS: [&str; 5] = ["net_sales", "units", "orders", "units_returned", "refunded_goods"];

/// More products than any shop has; all are read so that pages and totals agree.
const ALL: usize = 100_000;

async fn handle(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, "/products", &OWN, &context, lang)?;
        let ranked = ranked(&view)?;
        let number = number(&view)?;
        let metrics: Vec<&'static Metric> = COLUMNS.into_iter().filter_map(metric).collect();
        let query = Query {
            by: dimension("product").into_iter().collect(),
            sort: Some(Sort { column: ranked.id, descending: true }),
            limit: Some(ALL),
            comparison: Comparison::None,
            ..view.asking(metrics.clone())
        };
        let found = run(&snapshot, &query, &context)?;
        let facts = app.facts(&snapshot)?;
        let filters = view.bar();
        let status = view.status(&facts, None);
        let title = t(lang, "nav-products");
        let head =
            Head { title: title.clone(), sentence: None, filters: &filters, status: Some(&status) };
        let whole = found.total(ranked.id).cloned().unwrap_or(Cell::Null);
        let rank_at = metrics.iter().position(|metric| metric.id == ranked.id).unwrap_or(0);
        let rows = found
            .rows
            .iter()
            .skip((number - 1) * ROWS)
            .take(ROWS)
            .map(|row| {
                let code = match row.keys.first() {
                    Some(Cell::Text(code)) => Some(code.clone()),
                    _ => None,
                };
                let name = match row.keys.get(1) {
                    Some(Cell::Text(name)) => name.clone(),
                    _ => code.clone().unwrap_or_else(|| t(lang, "products-none")),
                };
                let mut narrow = Query { by: Vec::new(), sort: None, limit: None, ..query.clone() };
                narrow
                    .filters
                    .extend(dimension("product").map(|product| Filter::new(product, code.clone())));
                let mut cells = vec![name.into(), code.unwrap_or_default().into()];
                for (metric, value) in metrics.iter().zip(&row.values) {
                    cells.push(exact(lang, value, metric.unit, found.currency).into());
                }
                cells.push(
                    share(lang, row.values.get(rank_at).unwrap_or(&Cell::Null), &whole).into(),
                );
                Row { href: Some(explain(ranked, &narrow)), cells }
            })
            .collect();
        let mut columns = vec![
            Column::text(t(lang, "sellers-product")),
            Column::text(t(lang, "order-reference")),
        ];
        let mut sum = vec![t(lang, "table-total").into(), "".into()];
        for metric in &metrics {
            let order = (metric.id == ranked.id).then_some(Order::Descending);
            let sort = table::Sort { href: view.href_with("rank", metric.id), order };
            columns.push(Column::number(label(lang, metric)).sorted(sort));
            let total = found.total(metric.id).unwrap_or(&Cell::Null);
            sum.push(exact(lang, total, metric.unit, found.currency).into());
        }
        columns.push(Column::number(t(lang, "sellers-share")));
        sum.push("".into());
        let listed = filters_of(&Query { comparison: Comparison::None, ..view.query.clone() });
        let rows = Table {
            lang,
            caption: title.clone(),
            columns,
            rows,
            sum: Some(sum),
            paging: Some(paging(&view, found.rows.len(), number)),
            csv: Some(format!(
                "/api/v1/query?metrics={}&by=product&sort=-{}&{listed}&format=csv",
                COLUMNS.join(","),
                ranked.id
            )),
            xlsx: None,
        };
        Ok(shell(
            app,
            lang,
            "nav-products",
            &title,
            &view.here(),
            html! { (head.render()) (rows.render()) },
        ))
    })
    .await
}

fn ranked(view: &View<'_>) -> Result<&'static Metric, QueryError> {
    let id = view.own("rank").unwrap_or(COLUMNS[0]);
    COLUMNS.into_iter().find(|known| *known == id).and_then(metric).ok_or_else(|| {
        QueryError::new("rank", id, "products are not ranked by this")
            .with_nearest(comptoir_metrics::nearest::nearest(id, COLUMNS.into_iter()))
    })
}
