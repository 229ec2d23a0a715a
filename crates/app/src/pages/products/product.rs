//! One product in full: its sales over time, its buyers, what goes with it, its prices (S208, S210).

use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_charts::{Paint, Shape};
use comptoir_metrics::performance::product as read;
use comptoir_metrics::performance::product::Product;
use comptoir_metrics::query::encode;
use comptoir_metrics::{Comparison, Filter, Metric, Query, Table, dimension, metric, run};
use comptoir_store::Snapshot;
use maud::html;

use super::cells;
use super::panels;
use crate::access::Desk;
use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::chart::TimeChart;
use crate::pages::figure::{change, exact, short, total};
use crate::pages::frame::{PageError, page, shell};
use crate::pages::overview::share;
use crate::pages::view::{View, explain};
use crate::ui::card::{Card, Span, grid};
use crate::ui::pages::Head;
use crate::ui::products::Fact;

/// Its key figures.
const FIGURES: [&str; 8] = [
    "net_sales",
    "units",
    "orders",
    "customers",
    "new_customers",
    "returning_customers",
    "return_rate_units",
    "refunded_goods",
];

pub async fn handle(app: Desk, Path(code): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), move |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let path = format!("/products/{}", encode(&code));
        let view = View::read(here, path, &["step"], &context, lang, app.visitor.rights)?;
        let product =
            read::product(&snapshot, &view.query, &code, &context)?.ok_or(PageError::NotFound)?;
        let facts = app.facts(&snapshot)?;
        let (filters, status) = (view.bar(), view.status(&facts, None));
        let name = cells::name(lang, product.name.as_deref(), &product.code);
        let narrowed = of_product(&view.query, &product.code);
        let metrics: Vec<&'static Metric> = FIGURES.into_iter().filter_map(metric).collect();
        let found = run(&snapshot, &Query { metrics, ..narrowed.clone() }, &context)?;
        let head =
            Head { title: name.clone(), sentence: None, filters: &filters, status: Some(&status) };
        let cards = [
            sales(&snapshot, &view, &narrowed)?,
            panels::together(&view, &product),
            panels::after(&view, &product),
            panels::reorder(lang, &product),
            panels::prices(lang, &product),
        ];
        let body = html! {
            p.back { a href={ "/products?" (view.filters_text()) } { (t(lang, "products-back")) } }
            div.product-head dir="auto" { (head.render()) }
            (crate::ui::products::about(&about(&view, &product)))
            (crate::ui::products::facts(lang, &figures(&view, &narrowed, &found, &product)))
            (grid(&cards))
        };
        Ok(shell(app, lang, "nav-products", &name, &view.here(), body))
    })
    .await
}

/// The same question for one product.
fn of_product(query: &Query, code: &str) -> Query {
    let mut narrow = query.clone();
    narrow
        .filters
        .extend(dimension("product").map(|product| Filter::new(product, Some(code.to_owned()))));
    narrow
}

/// Reference, category, price, stock, and the way back.
fn about(view: &View<'_>, product: &Product) -> Vec<Fact> {
    let lang = view.lang;
    let fact =
        |words: &str, value: String| Fact { label: t(lang, words), value, ..Fact::default() };
    let mut all = vec![fact("order-reference", product.code.clone())];
    if let Some(category) = &product.category {
        all.push(fact("product-category", category.clone()));
    }
    if let Some((price, currency)) = product.price {
        all.push(fact("product-price", format::money_exact(lang, price, currency)));
    }
    if let Some(stock) = product.stock {
        let text = if stock > 0 {
            t_args(lang, "stock-left", &[("count", &format::integer(lang, stock))])
        } else {
            t(lang, "stock-out")
        };
        all.push(fact("product-stock", text));
    }
    all
}

fn figures(view: &View<'_>, query: &Query, found: &Table, product: &Product) -> Vec<Fact> {
    let lang = view.lang;
    let mut all: Vec<Fact> = FIGURES
        .into_iter()
        .filter_map(metric)
        .map(|metric| {
            let now = total(found, metric.id);
            let was = found.previous_total(metric.id);
            let part = matches!(metric.id, "new_customers" | "returning_customers")
                .then(|| share(lang, now, total(found, "customers")));
            Fact {
                label: view.label(metric),
                value: short(lang, now, metric.unit, found.currency),
                href: Some(explain(
                    metric,
                    &Query { comparison: Comparison::None, ..query.clone() },
                )),
                note: part,
                change: was.and_then(|was| change(lang, metric, now, was, found.currency)),
                definition: Some(view.definition(metric)),
            }
        })
        .collect();
    if let Some(column) = comptoir_metrics::performance::column("retention") {
        let buyers = product.buyers;
        let few = buyers.customers > 0 && buyers.customers < crate::pages::figure::SMALL_SAMPLE;
        let unit = comptoir_metrics::Unit::Ratio;
        all.insert(
            6,
            Fact {
                label: cells::say(lang, &column.label).to_owned(),
                value: exact(lang, &buyers.retention(), unit, found.currency),
                note: few.then(|| {
                    let count = format::integer(lang, buyers.customers);
                    t_args(lang, "sample-size", &[("count", &count)])
                }),
                definition: Some(cells::say(lang, &column.definition).to_owned()),
                ..Fact::default()
            },
        );
    }
    all
}

fn sales(snapshot: &Snapshot, view: &View<'_>, query: &Query) -> Result<Card, PageError> {
    let lang = view.lang;
    let bucket = view.bucket()?;
    let Some(net) = metric("net_sales") else {
        return Ok(Card::new(lang, "sales", t(lang, "product-sales"), Span::Full, html! {}));
    };
    let title = view.label(net);
    let asked = Query {
        metrics: vec![net],
        by: dimension(bucket.id()).into_iter().collect(),
        ..query.clone()
    };
    let table = run(snapshot, &asked, view.context)?;
    // The columns open the rows behind this product alone.
    let narrow = View {
        context: view.context,
        lang,
        path: view.path.clone(),
        query: query.clone(),
        own: view.own.clone(),
        moved_back: false,
        rights: view.rights,
    };
    let chart = TimeChart {
        id: "product-chart",
        metric: net,
        parts: &[],
        paint: Paint::Accent,
        height: 220,
        shape: Shape::Columns,
        summary: exact(lang, total(&table, net.id), net.unit, table.currency),
    };
    let mut card = Card::new(lang, "sales", title, Span::Full, chart.draw(&narrow, &table, bucket));
    card.see_all = Some(explain(net, query));
    card.menu = crate::pages::export::links(view, &asked.to_query_string());
    Ok(card)
}
