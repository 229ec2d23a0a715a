//! Two comparisons at a glance: today so far, and the month so far.

use comptoir_metrics::{
    Bucket, Cell, Choice, Comparison, Filter, Metric, Period, Query, dimension, metric, run,
};
use comptoir_store::Snapshot;
use jiff::ToSpan;

use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::figure::{change, short, total};
use crate::pages::frame::PageError;
use crate::pages::view::{View, explain};
use crate::ui::card::{Card, Span};
use crate::ui::quick::{Quick, quick};

/// Today against the same hours a week ago, and the month against last year’s.
pub fn quick_cards(snapshot: &Snapshot, view: &View<'_>) -> Result<Vec<Card>, PageError> {
    let lang = view.lang;
    let shops = view.query.shops(view.context);
    let today = view.context.today(&shops);
    // A shop whose last order is long past has no today.
    if view
        .context
        .range(&shops, true)
        .is_none_or(|range| range.to < today.saturating_sub(31.days()))
    {
        return Ok(Vec::new());
    }
    let hour = view.context.zone().to_datetime(view.context.now).hour();
    let a_week_ago = today.saturating_sub(7.days());
    let mut cards = Vec::new();
    if let Some(hours) = dimension("hour_of_day").filter(|_| hour > 0) {
        let until = Filter {
            dimension: hours,
            values: (0..hour).map(|hour| Some(hour.to_string())).collect(),
        };
        let mut query = view.query.clone();
        query.filters.push(until);
        query.period = Choice::Days(Period { from: today, to: today });
        query.comparison = Comparison::Days(Period { from: a_week_ago, to: a_week_ago });
        let until = |day: String| {
            t_args(lang, "quick-until", &[("day", &day), ("hour", &format::hour(lang, hour))])
        };
        let labels = (until(t(lang, "period-today")), until(format::weekday_day(lang, a_week_ago)));
        cards.push(quick_card(snapshot, view, "quick-today", query, labels)?);
    }
    let mut query = view.query.clone();
    query.period = Choice::This(Bucket::Month);
    query.comparison = Comparison::Year;
    let range = |period: Option<Period>| {
        period.map(|period| format::range(lang, period.from, period.to)).unwrap_or_default()
    };
    let labels = (range(Some(query.days(view.context))), range(query.compared_days(view.context)));
    cards.push(quick_card(snapshot, view, "quick-month", query, labels)?);
    Ok(cards)
}

fn quick_card(
    snapshot: &Snapshot,
    view: &View<'_>,
    id: &str,
    query: Query,
    (now_label, was_label): (String, String),
) -> Result<Card, PageError> {
    let lang = view.lang;
    let metrics: Vec<&'static Metric> =
        ["revenue", "orders"].into_iter().filter_map(metric).collect();
    let query = Query { metrics, ..query };
    let table = run(snapshot, &query, view.context)?;
    let before = Query {
        period: query.compared_days(view.context).map_or(query.period, Choice::Days),
        comparison: Comparison::None,
        ..query.clone()
    };
    let body = metric("revenue").map(|revenue| {
        let (now, was) =
            (total(&table, revenue.id), table.previous_total(revenue.id).unwrap_or(&Cell::Null));
        let orders =
            |cell: Option<&Cell>| format::integer(lang, cell.and_then(Cell::whole).unwrap_or(0));
        quick(
            lang,
            &Quick {
                label: now_label,
                value: short(lang, now, revenue.unit, table.currency),
                href: explain(revenue, &Query { comparison: Comparison::None, ..query.clone() }),
                previous_label: was_label,
                previous: short(lang, was, revenue.unit, table.currency),
                previous_href: explain(revenue, &before),
                change: change(lang, revenue, now, was, table.currency),
                note: Some(t_args(
                    lang,
                    "quick-orders",
                    &[
                        ("now", &orders(table.total("orders"))),
                        ("was", &orders(table.previous_total("orders"))),
                    ],
                )),
            },
        )
    });
    Ok(Card::new(lang, id, t(lang, id), Span::Half, body.unwrap_or_default()))
}
