//! Why revenue moved: its change split exactly, told by orders, by customers and by goods.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::bridge::{Bridge, bridge};
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::{Context, QueryError, metric};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::export;
use super::frame::{PageError, page, shell};
use super::overview::incomplete;
use super::sentence::lower;
use super::view::View;
use crate::access::{Desk, Right, Rights, Routes};
use crate::export::Sheet;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::card::{Card, Span, grid};
use crate::ui::pages::Head;
use crate::ui::why::{meanings, offer};

mod products;
mod sheet;
mod told;
mod walk;

pub use told::{Telling, sentence};
pub use walk::walk;

pub fn routes() -> Routes {
    Routes::new().get("/why", Right::Figures, handle).get("/why.csv", Right::Export, file).get(
        "/why.xlsx",
        Right::Export,
        file,
    )
}

/// Which table a file is of.
const OWN: [&str; 1] = ["table"];

const TABLES: [&str; 4] = ["orders", "customers", "goods", "products"];

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), draw).await
}

/// The page itself, also where it is shared or embedded.
pub fn draw(app: &Desk, lang: Lang, here: &str) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let view = View::read(here, "/why", &OWN, &context, lang, app.visitor.rights)?;
    let found = bridge(&snapshot, &view.query, &context)?;
    let facts = app.facts(&snapshot)?;
    let left_out = found.as_ref().and_then(|found| incomplete(lang, found.incomplete?));
    let (filters, status) = (view.bar(), view.status(&facts, left_out));
    let title = t(lang, "why-title");
    let head = Head {
        title: title.clone(),
        sentence: found.as_ref().map(|found| moved(&view, found)),
        filters: &filters,
        status: Some(&status),
    };
    let body = html! {
        (head.render())
        @match &found {
            None => (no_comparison(&view)),
            Some(found) => (told_thrice(&view, found)),
        }
    };
    Ok(shell(app, lang, "nav-why", &title, &view.here(), body))
}

async fn file(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    export::file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        table(&snapshot, &context, lang, here, app.visitor.rights)
    })
    .await
}

fn table(
    snapshot: &Snapshot,
    context: &Context,
    lang: Lang,
    here: &str,
    rights: Rights,
) -> Result<Sheet, PageError> {
    let view = View::read(here, "/why", &OWN, context, lang, rights)?;
    let asked = view.own("table").unwrap_or(TABLES[0]);
    if !TABLES.contains(&asked) {
        return Err(QueryError::new("table", asked, "there is no such table here")
            .with_nearest(nearest(asked, TABLES.into_iter()))
            .into());
    }
    let found = bridge(snapshot, &view.query, context)?.ok_or_else(|| {
        QueryError::new("compare", "none", "a change needs a comparison")
            .with_nearest(Some("previous".to_owned()))
    })?;
    Ok(sheet::of(&view, &found, asked))
}

/// « Le chiffre d’affaires passe de 65 420 € à 66 660 €. »
fn moved(view: &View<'_>, found: &Bridge) -> String {
    let lang = view.lang;
    let measure = metric("revenue").map(|revenue| view.label(revenue)).unwrap_or_default();
    let money = |minor: i64| format::money(lang, minor, found.currency);
    let words = match found.change {
        0 => "why-moved-not",
        change if change < 0 => "why-moved-down",
        _ => "why-moved-up",
    };
    t_args(
        lang,
        words,
        &[
            ("measure", &if lang == Lang::Fr { lower(&measure) } else { measure }),
            ("before", &money(found.before)),
            ("now", &money(found.now)),
            ("change", &format::money_signed(lang, found.change, found.currency)),
        ],
    )
}

/// Without a comparison nothing moved: the page says so and offers two.
fn no_comparison(view: &View<'_>) -> Markup {
    let lang = view.lang;
    let compared = |words: &str, comparison| {
        let query = comptoir_metrics::Query { comparison, ..view.query.clone() };
        crate::ui::Link::new(t(lang, words), format!("/why?{}", super::view::filters_of(&query)))
    };
    offer(
        lang,
        &[
            compared("why-offer-previous", comptoir_metrics::Comparison::Previous),
            compared("why-offer-year", comptoir_metrics::Comparison::Year),
        ],
    )
}

fn told_thrice(view: &View<'_>, found: &Bridge) -> Markup {
    let lang = view.lang;
    let cards: Vec<Card> = [
        ("orders", Telling::of_orders(found)),
        ("customers", Telling::whole(found, &found.customers)),
        ("goods", Telling::mostly(found, &found.goods.parts)),
    ]
    .into_iter()
    .map(|(id, telling)| {
        let body = html! {
            (walk(view, id, &telling))
            (meanings(lang, telling.parts.iter().map(|part| part.effect)))
        };
        let title = t(lang, &format!("why-{id}-title"));
        let mut card = Card::new(lang, &format!("why-{id}"), title, Span::Full, body);
        card.summary = Some(sentence(lang, &telling));
        card.menu = files(view, id);
        card
    })
    .chain([products::card(view, found)])
    .collect();
    grid(&cards)
}

fn files(view: &View<'_>, table: &str) -> Vec<crate::ui::Link> {
    export::menu(view, |end| file_of(view, table, end))
}

fn file_of(view: &View<'_>, table: &str, end: &str) -> String {
    format!("/why.{end}?table={table}&{}", view.filters_text())
}
