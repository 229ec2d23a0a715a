//! Revenue by anything: two dimensions deep, cumulated, by weekday and hour, as a ladder.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_charts::Shape;
use comptoir_metrics::{Dimension, Query, QueryError};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::export::file;
use super::figure;
use super::frame::{PageError, page, shell};
use super::overview::{files, incomplete};
use crate::access::{Desk, Right, Routes};
use crate::i18n::{Lang, t, t_args};
use crate::ui::card::{Card, Span, empty, grid};
use crate::ui::pages::Head;
use crate::ui::picker::{Chip, Group, Picker, Trail};
use crate::ui::{Link, Segment, segments};

mod ask;
mod drawing;
pub(super) mod keys;
mod rungs;
mod so_far;
mod split;
mod week;

use ask::{Ask, SECTIONS, Section};
use rungs::Rungs;
use so_far::SoFar;
use split::Split;
use week::Week;

pub fn routes() -> Routes {
    Routes::new()
        .get("/revenue", Right::Figures, handle)
        .get("/revenue.csv", Right::Export, export)
        .get("/revenue.xlsx", Right::Export, export)
}

/// The dimensions of the picker, in groups; time comes from the calendar's own list.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "revenue-group-time",
        &["hour", "day", "week", "month", "quarter", "year", "weekday", "hour_of_day"],
    ),
    (
        "revenue-group-order",
        &[
            "shop",
            "status",
            "customer_type",
            "payment_method",
            "shipping_method",
            "coupon",
            "currency",
        ],
    ),
    (
        "revenue-group-place",
        &[
            "country",
            "region",
            "city",
            "billing_country",
            "billing_region",
            "billing_city",
            "billing_postcode",
            "shipping_country",
            "shipping_region",
            "shipping_city",
            "shipping_postcode",
        ],
    ),
    ("revenue-group-origin", &["channel", "source", "medium", "campaign", "device"]),
    ("revenue-group-product", &["product", "variant", "category", "tax_rate"]),
];

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), draw).await
}

/// The page itself, also where it is shared or embedded.
pub fn draw(app: &Desk, lang: Lang, here: &str) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let ask = Ask::read(here, &context, lang, app.visitor.rights)?;
    revenue(app, &snapshot, &ask)
}

/// The section shown, whole, as a file.
async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let ask = Ask::read(here, &context, lang, app.visitor.rights)?;
        Ok(match ask.section {
            Section::Split => Split::whole(&snapshot, &ask)?.sheet(),
            Section::Cumulative => SoFar::of(&snapshot, &ask)?.sheet(),
            Section::Week => Week::of(&snapshot, &ask)?.sheet(),
            Section::Ladder => Rungs::of(&snapshot, &ask)?.sheet(),
        })
    })
    .await
}

fn revenue(app: &Desk, snapshot: &Snapshot, ask: &Ask<'_>) -> Result<Markup, PageError> {
    let lang = ask.view.lang;
    let (mut left_out, mut sentence) = (None, None);
    let body = match ask.section {
        Section::Split => {
            let split = Split::of(snapshot, ask)?;
            left_out = split.table.incomplete.and_then(|left_out| incomplete(lang, left_out));
            if ask.measure.id == "revenue" {
                sentence = super::sentence::sentence(&ask.view, &split.table);
            }
            html! {
                (picker(ask).render())
                (trail(ask).render())
                @if ask.measure.id != "revenue" { p.notice { (t(lang, "revenue-net-sales")) } }
                @if split.table.rows.is_empty() { (nothing(ask)) }
                @else {
                    (grid(&[chart_card(&split)?]))
                    (split.draw()?)
                }
            }
        }
        Section::Cumulative => {
            html! { (trail(ask).render()) (grid(&[SoFar::of(snapshot, ask)?.card()])) }
        }
        Section::Week => html! { (trail(ask).render()) (grid(&[Week::of(snapshot, ask)?.card()])) },
        Section::Ladder => {
            html! { (trail(ask).render()) (grid(&[Rungs::of(snapshot, ask)?.card()])) }
        }
    };
    let facts = app.facts(snapshot)?;
    let filters = ask.view.bar();
    let status = ask.view.status(&facts, left_out);
    let title = t(lang, "revenue-title");
    let head = Head { title: title.clone(), sentence, filters: &filters, status: Some(&status) };
    let body = html! {
        (head.render())
        @if ask.view.moved_back { p.notice { (super::overview::moved_back(&ask.view)) } }
        div.sections { (segments(&t(lang, "revenue-sections"), &sections(ask))) }
        (body)
    };
    Ok(shell(app, lang, "nav-revenue-by", &title, &ask.view.here(), body))
}

fn sections(ask: &Ask<'_>) -> Vec<Segment> {
    SECTIONS
        .iter()
        .map(|(id, section)| {
            let value = if *id == "by" { "" } else { id };
            let changes =
                [("view", value), ("sort", ""), ("shape", ""), ("span", ""), ("measure", "")];
            let words = t(ask.view.lang, &format!("revenue-view-{id}"));
            Segment::new(words, ask.href(&changes), *section == ask.section)
        })
        .collect()
}

fn picker(ask: &Ask<'_>) -> Picker {
    let lang = ask.view.lang;
    let days = ask.view.days().days();
    let listed = |id: &&&str| {
        let bucket = comptoir_metrics::dimension(id).and_then(Dimension::bucket);
        bucket.and_then(comptoir_metrics::Bucket::longest).is_none_or(|longest| days <= longest)
    };
    let groups = GROUPS
        .iter()
        .map(|(words, ids)| Group {
            label: t(lang, words),
            choices: ids
                .iter()
                .filter(listed)
                .filter_map(|id| comptoir_metrics::dimension(id))
                .map(|dimension| (dimension.id.to_owned(), keys::label(lang, dimension).to_owned()))
                .collect(),
        })
        .collect();
    Picker {
        lang,
        action: "/revenue".to_owned(),
        hidden: ask.view.hidden(&["by", "then", "sort", "page", "shape"]),
        groups,
        by: ask.by.id.to_owned(),
        then: ask.then.map(|then| then.id.to_owned()).unwrap_or_default(),
    }
}

/// The way back: everything, then each filter with the means to take it away.
fn trail(ask: &Ask<'_>) -> Trail {
    let lang = ask.view.lang;
    let filters = &ask.view.query.filters;
    let chips = filters.iter().enumerate().map(|(at, filter)| {
        let kept = |wanted: &dyn Fn(usize) -> bool| Query {
            filters: filters
                .iter()
                .enumerate()
                .filter(|(index, _)| wanted(*index))
                .map(|(_, filter)| filter.clone())
                .collect(),
            ..ask.view.query.clone()
        };
        let names: Vec<String> = filter
            .values
            .iter()
            .take(6)
            .map(|value| keys::name(&ask.view, filter.dimension, value.as_deref()))
            .collect();
        let more = if filter.values.len() > names.len() { "…" } else { "" };
        let label = t_args(
            lang,
            "explain-filter",
            &[
                ("name", keys::label(lang, filter.dimension)),
                ("values", &format!("{}{more}", names.join(", "))),
            ],
        );
        Chip {
            label,
            // Back to this step: the filters up to it.
            href: ask.href_of(&kept(&|index| index <= at), &[]),
            remove: ask.href_of(&kept(&|index| index != at), &[]),
        }
    });
    let bare = Query { filters: Vec::new(), ..ask.view.query.clone() };
    Trail { lang, all: ask.href_of(&bare, &[]), chips: chips.collect() }
}

/// Nothing matches: which filters are at it, and a wider question (S219).
fn nothing(ask: &Ask<'_>) -> Markup {
    let lang = ask.view.lang;
    let query = &ask.view.query;
    let (words, action) = if query.filters.is_empty() {
        let wider = Query { period: comptoir_metrics::Choice::All, ..query.clone() };
        ("revenue-nothing", Link::new(t(lang, "revenue-whole-period"), ask.href_of(&wider, &[])))
    } else {
        let wider = Query { filters: Vec::new(), ..query.clone() };
        (
            "revenue-nothing-filtered",
            Link::new(t(lang, "revenue-no-filter"), ask.href_of(&wider, &[])),
        )
    };
    empty(&t(lang, words), &[action])
}

fn chart_card(split: &Split<'_, '_>) -> Result<Card, QueryError> {
    let ask = split.ask;
    let lang = ask.view.lang;
    let shape = match ask.view.own("shape") {
        None | Some("columns") => Shape::Columns,
        Some("line") => Shape::Line,
        Some(other) => {
            return Err(QueryError::new("shape", other, "use columns or line")
                .with_nearest(Some("line".to_owned())));
        }
    };
    let names: Vec<&str> = ask.levels().into_iter().map(|level| keys::label(lang, level)).collect();
    let title = t_args(
        lang,
        "revenue-by-caption",
        &[
            ("measure", figure::label(lang, ask.measure)),
            ("dimension", &names.join(" · ").to_lowercase()),
        ],
    );
    let mut card = Card::new(lang, "split", title, Span::Full, drawing::draw(split, shape));
    card.summary = drawing::summary(split);
    if drawing::has_shapes(split) {
        let one = |words: &str, value: &str, of: Shape| {
            Segment::new(t(lang, words), ask.href(&[("shape", value)]), of == shape)
        };
        card.tools = Some(segments(
            &t(lang, "chart-shape"),
            &[one("chart-columns", "", Shape::Columns), one("chart-line", "line", Shape::Line)],
        ));
    }
    let query = split::query(ask).to_query_string();
    card.menu = ask.files();
    card.menu.extend(files(&ask.view, &query).pop());
    Ok(card)
}
