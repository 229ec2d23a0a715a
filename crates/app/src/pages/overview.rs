//! The overview: the answer first, the detail on demand.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_charts::{Paint, Shape, spark};
use comptoir_metrics::query::encode;
use comptoir_metrics::table::Incomplete;
use comptoir_metrics::{
    Bucket, Cell, Context, Metric, Query, QueryError, Table, bridge, dimension, metric, run,
};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::chart::TimeChart;
use super::connect::first_page;
use super::export::links;
use super::figure::{
    SMALL_SAMPLE, change, column, exact, height, label, minor, previous, short, total,
};
use super::frame::{PageError, page, shell};
use super::live;
use super::sentence::{of_total, sentence};
use super::view::{BUCKETS, View, explain};
use crate::access::{Desk, Right, Rights, Who};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::card::{Card, Span, grid};
use crate::ui::pages::Head;
use crate::ui::revenue::{Part, Revenue};
use crate::ui::tiles::{Content, Figure, Tile, tiles};
use crate::ui::{Link, Segment, segments};

mod quick;
mod sellers;
pub mod summary;
mod todo;
mod why;

use quick::quick_cards;
pub use sellers::share;
use sellers::{sellers_card, sellers_query};

/// Parameters of the page itself: granularity, chart shape, ranking of best sellers.
const OWN: [&str; 3] = ["step", "shape", "rank"];

/// The eight key figures, in the order of the page.
const TILES: [&str; 8] = [
    "revenue",
    "orders",
    "average_order_value",
    "new_customers",
    "existing_customer_share",
    "refund_rate_value",
    "conversion_rate",
    "cart_abandonment_rate",
];

/// What the tiles need beside the tiles' own metrics.
const BESIDE: [&str; 3] =
    ["new_customer_revenue", "existing_customer_revenue", "unidentified_revenue"];

const PARTS: [(&str, Paint); 3] = [
    ("new_customer_revenue", Paint::New),
    ("existing_customer_revenue", Paint::Existing),
    ("unidentified_revenue", Paint::Unknown),
];

pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), draw).await
}

/// The page itself, also where it is shared or embedded.
pub fn draw(app: &Desk, lang: Lang, here: &str) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    if context.contents.is_empty() {
        return Ok(first_page(app, lang));
    }
    overview(app, &snapshot, &context, lang, here)
}

fn overview(
    app: &Desk,
    snapshot: &Snapshot,
    context: &Context,
    lang: Lang,
    here: &str,
) -> Result<Markup, PageError> {
    let view = View::read(here, "/", &OWN, context, lang, app.visitor.rights)?;
    let bucket = view.bucket()?;
    let (sales, moved) = bridge::beside(snapshot, &sales_query(&view, bucket), context)?;
    let behaviour = run(snapshot, &behaviour_query(&view, bucket), context)?;
    let facts = app.facts(snapshot)?;
    let filters = view.bar();
    let status =
        view.status(&facts, sales.incomplete.and_then(|left_out| incomplete(lang, left_out)));
    let head = Head {
        title: t(lang, "nav-overview"),
        sentence: sentence(&view, &sales),
        filters: &filters,
        status: Some(&status),
    };
    let mut cards = vec![revenue_card(&view, &sales, bucket, filters.comparison_corner())];
    // Whoever has a link to some days sees those: not today's.
    if !matches!(app.visitor.who, Who::Share { .. }) {
        cards.extend(quick_cards(snapshot, &view)?);
    }
    cards.push(count_card(&view, &sales, bucket, "orders", Paint::Accent));
    cards.push(count_card(&view, &sales, bucket, "new_customers", Paint::New));
    cards.push(sellers_card(snapshot, &view)?);
    if view.may(Right::Orders) {
        cards.push(live_card(snapshot, &view)?);
        cards.push(todo::todo_card(app, snapshot, &view)?);
    }
    cards.push(why::why_card(&view, &sales, moved.as_ref()));
    let body = html! {
        (head.render())
        @if view.moved_back { p.notice { (moved_back(&view)) } }
        (tiles(lang, &key_figures(&view, &sales, &behaviour)))
        (grid(&cards))
    };
    Ok(shell(app, lang, "nav-overview", &t(lang, "nav-overview"), &view.here(), body))
}

/// The figures of sales over time, all in one scan.
fn sales_query(view: &View<'_>, bucket: Bucket) -> Query {
    over_time(view, TILES[..6].iter().chain(&BESIDE), bucket)
}

fn behaviour_query(view: &View<'_>, bucket: Bucket) -> Query {
    over_time(view, &TILES[6..], bucket)
}

fn over_time<'i>(
    view: &View<'_>,
    ids: impl IntoIterator<Item = &'i &'i str>,
    bucket: Bucket,
) -> Query {
    let metrics: Vec<&'static Metric> = ids.into_iter().filter_map(|id| metric(id)).collect();
    Query { by: dimension(bucket.id()).into_iter().collect(), ..view.asking(metrics) }
}

/// The queries behind the page, by name, for measurements.
pub fn queries(context: &Context) -> Result<Vec<(&'static str, Query)>, QueryError> {
    let view = View::read("/", "/", &OWN, context, Lang::Fr, Rights::all())?;
    let bucket = view.bucket()?;
    let sellers = metric("net_sales").map(|ranked| ("best sellers", sellers_query(&view, ranked)));
    let mut all = vec![
        ("tiles and charts of sales", sales_query(&view, bucket)),
        ("tiles of visits and carts", behaviour_query(&view, bucket)),
    ];
    all.extend(sellers);
    Ok(all)
}

/// What the figures had to leave out, in words.
pub fn incomplete(lang: Lang, left_out: Incomplete) -> Option<String> {
    let words = |id: &str, count: i64| {
        (count > 0).then(|| t_args(lang, id, &[("count", &format::integer(lang, count))]))
    };
    let all: Vec<String> = [
        words("incomplete-rate", left_out.orders_without_rate),
        words("incomplete-tax", left_out.orders_without_tax),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!all.is_empty()).then(|| all.join(" · "))
}

/// Says that the page opens on earlier days than the last thirty.
pub fn moved_back(view: &View<'_>) -> String {
    let days = view.days();
    t_args(
        view.lang,
        "moved-back",
        &[
            ("day", &format::day(view.lang, days.to)),
            ("range", &format::range(view.lang, days.from, days.to)),
        ],
    )
}

fn key_figures(view: &View<'_>, sales: &Table, behaviour: &Table) -> Vec<Tile> {
    TILES
        .iter()
        .filter_map(|id| metric(id))
        .map(|metric| {
            let table = if sales.position(metric.id).is_some() { sales } else { behaviour };
            tile(view, metric, table)
        })
        .collect()
}

fn tile(view: &View<'_>, metric: &'static Metric, table: &Table) -> Tile {
    let lang = view.lang;
    let now = total(table, metric.id);
    let was = table.previous_total(metric.id);
    let line = |cells: Vec<Option<&Cell>>| -> Vec<Option<i64>> {
        cells.into_iter().map(|cell| height(cell?, metric.unit)).collect()
    };
    let content = match missing(metric.id, now) {
        Some((text, action)) => Content::Missing {
            text: t(lang, text),
            action: view.may(Right::Connections).then(|| Link::new(t(lang, action), "/connect")),
        },
        None => Content::Figure(Box::new(Figure {
            value: short(lang, now, metric.unit, table.currency),
            exact: minor(now).map(|minor| format::money_exact(lang, minor, table.currency)),
            change: was.and_then(|was| change(lang, metric, now, was, table.currency)),
            previous: was.map(|was| short(lang, was, metric.unit, table.currency)),
            small_sample: small_sample(lang, metric, now),
            spark: Some(spark(
                &line(column(table, metric.id).into_iter().map(Some).collect()),
                &line(previous(table, metric.id)),
            )),
            href: explain(metric, &view.query),
        })),
    };
    Tile { label: view.label(metric), content, definition: view.definition(metric), formula: None }
}

pub fn definition(lang: Lang, metric: &Metric) -> &'static str {
    match lang {
        Lang::Fr => metric.definition.fr,
        Lang::En => metric.definition.en,
    }
}

/// What to connect for a tile that has nothing to show.
fn missing(id: &str, now: &Cell) -> Option<(&'static str, &'static str)> {
    match (id, now) {
        ("conversion_rate", Cell::Null) => Some(("tile-visits-missing", "tile-visits-action")),
        ("cart_abandonment_rate", Cell::Null) => Some(("tile-carts-missing", "tile-carts-action")),
        _ => None,
    }
}

/// A share on few cases says on how many. Shares of money have no number of cases.
fn small_sample(lang: Lang, metric: &Metric, now: &Cell) -> Option<String> {
    let counted = matches!(metric.id, "conversion_rate" | "cart_abandonment_rate");
    match now {
        Cell::Ratio { denominator, .. } if counted && *denominator < i128::from(SMALL_SAMPLE) => {
            Some(t_args(lang, "sample-size", &[("count", &denominator.to_string())]))
        }
        _ => None,
    }
}

fn revenue_card(view: &View<'_>, table: &Table, bucket: Bucket, corner: Markup) -> Card {
    let lang = view.lang;
    let Some(revenue) = metric("revenue") else {
        return Card::new(lang, "revenue", "", Span::Full, html! {});
    };
    let parts: Vec<(&'static Metric, Paint)> =
        PARTS.iter().filter_map(|(id, paint)| Some((metric(id)?, *paint))).collect();
    let amounts: Vec<i64> =
        parts.iter().map(|(part, _)| minor(total(table, part.id)).unwrap_or(0)).collect();
    let shares = format::shares(lang, &amounts);
    let now = total(table, revenue.id);
    let was = table.previous_total(revenue.id);
    let shape = if view.own("shape") == Some("line") { Shape::Line } else { Shape::Columns };
    let chart = TimeChart {
        id: "revenue-chart",
        metric: revenue,
        parts: &parts,
        paint: Paint::Accent,
        height: 270,
        shape,
        summary: of_total(lang, table, revenue.id),
    };
    let body = Revenue {
        lang,
        total: exact(lang, now, revenue.unit, table.currency),
        total_href: explain(revenue, &view.query),
        change: was.and_then(|was| change(lang, revenue, now, was, table.currency)),
        previous: was.map(|was| exact(lang, was, revenue.unit, table.currency)),
        parts: parts
            .iter()
            .zip(shares)
            .map(|((part, paint), share)| Part {
                label: t(lang, super::chart::part_words(*paint)),
                paint: *paint,
                amount: exact(lang, total(table, part.id), part.unit, table.currency),
                share,
                href: explain(part, &view.query),
                change: table
                    .previous_total(part.id)
                    .and_then(|was| change(lang, part, total(table, part.id), was, table.currency)),
            })
            .collect(),
        chart: chart.draw(view, table, bucket),
        corner: Some(corner),
    };
    let mut card = Card::new(lang, "revenue", view.label(revenue), Span::Full, body.render());
    card.tools = Some(html! {
        (segments(&t(lang, "granularity-label"), &granularities(view, bucket)))
        (segments(&t(lang, "chart-shape"), &shapes(view, shape)))
    });
    card.see_all = Some(format!("/revenue?{}&by={}", view.filters_text(), bucket.id()));
    card.menu = menu(view, bucket, &["revenue", PARTS[0].0, PARTS[1].0, PARTS[2].0]);
    card
}

fn granularities(view: &View<'_>, current: Bucket) -> Vec<Segment> {
    let days = view.days().days();
    BUCKETS
        .into_iter()
        .filter(|bucket| {
            bucket.longest().is_none_or(|longest| days <= longest) && suits(*bucket, days)
        })
        .map(|bucket| {
            let words = t(view.lang, &format!("granularity-{}", bucket.id()));
            Segment::new(words, view.href_with("step", bucket.id()), bucket == current)
        })
        .collect()
}

/// Hours of a long period, or years of a short one, are no help.
fn suits(bucket: Bucket, days: i64) -> bool {
    match bucket {
        Bucket::Hour => days <= 7,
        Bucket::Day => days > 1 && days <= 400,
        Bucket::Week => days > 7,
        Bucket::Month => days > 28,
        Bucket::Quarter => days > 90,
        Bucket::Year => days > 365,
    }
}

fn shapes(view: &View<'_>, current: Shape) -> Vec<Segment> {
    let one = |words: &str, value: &str, shape: Shape| {
        Segment::new(t(view.lang, words), view.href_with("shape", value), shape == current)
    };
    vec![one("chart-columns", "", Shape::Columns), one("chart-line", "line", Shape::Line)]
}

/// What a chart shows as CSV and XLSX, and the link to it.
fn menu(view: &View<'_>, bucket: Bucket, metrics: &[&str]) -> Vec<Link> {
    let query = format!("metrics={}&by={}&{}", metrics.join(","), bucket.id(), view.filters_text());
    files(view, &query)
}

/// A query as CSV and XLSX, for whoever may download files, and as JSON.
pub fn files(view: &View<'_>, query: &str) -> Vec<Link> {
    let json = Link::new(t(view.lang, "card-json"), format!("/api/v1/query?{query}"));
    links(view, query).into_iter().chain([json]).collect()
}

fn count_card(
    view: &View<'_>,
    table: &Table,
    bucket: Bucket,
    id: &'static str,
    paint: Paint,
) -> Card {
    let lang = view.lang;
    let Some(metric) = metric(id) else { return Card::new(lang, id, "", Span::Half, html! {}) };
    let now = total(table, id);
    let chart = TimeChart {
        id: &format!("{}-chart", id.replace('_', "-")),
        metric,
        parts: &[],
        paint,
        height: 170,
        shape: Shape::Columns,
        summary: of_total(lang, table, id),
    };
    let href = explain(metric, &view.query);
    let moved =
        table.previous_total(id).and_then(|was| change(lang, metric, now, was, table.currency));
    let mut card = Card::new(
        lang,
        &id.replace('_', "-"),
        label(lang, metric),
        Span::Half,
        chart.draw(view, table, bucket),
    );
    card.figure = Some(html! {
        a href=(href) { (short(lang, now, metric.unit, table.currency)) }
        @if let Some(moved) = &moved { " " (crate::ui::tiles::change(lang, moved)) }
    });
    card.see_all = Some(href);
    card.menu = menu(view, bucket, &[id]);
    card
}

fn live_card(snapshot: &Snapshot, view: &View<'_>) -> Result<Card, PageError> {
    let lang = view.lang;
    let shop = view.query.shop.as_deref();
    let rows = live::rows(snapshot, view.context, shop, lang, view.identities())?;
    let stream = match &view.query.shop {
        Some(shop) => format!("/live?shop={}", encode(shop)),
        None => "/live".to_owned(),
    };
    Ok(Card::new(
        lang,
        "live",
        t(lang, "live-title"),
        Span::Half,
        crate::ui::live::live(lang, &stream, &rows),
    ))
}
