//! The overview of some days in words and numbers, for those who read it elsewhere: the weekly mail. Its
//! figures come from the queries of the page.

use comptoir_metrics::{Bucket, Comparison, Period, metric, run};
use jiff::civil::Date;

use super::{OWN, PARTS, behaviour_query, incomplete, key_figures, sales_query};
use crate::access::Desk;
use crate::format;
use crate::i18n::{Lang, t_args};
use crate::pages::figure::{change, column, minor, short, total};
use crate::pages::frame::PageError;
use crate::pages::sentence::sentence;
use crate::pages::view::View;
use crate::ui::tiles::{Change, Content};

/// Days and what they brought.
#[derive(Debug, Clone)]
pub struct Summary {
    pub lang: Lang,
    /// « du 9 au 15 novembre 2026 ».
    pub range: String,
    /// « du 2 au 8 novembre 2026 »: what every change is against.
    pub compared: String,
    /// The names of the shops in it.
    pub shops: Vec<String>,
    pub sentence: String,
    /// The same days a year earlier; nothing if there was nothing.
    pub year: Option<String>,
    pub figures: Vec<SummaryFigure>,
    pub days: Vec<SummaryDay>,
    /// What the figures had to leave out.
    pub left_out: Option<String>,
    /// The page of these days.
    pub page: String,
}

/// A key figure.
#[derive(Debug, Clone)]
pub struct SummaryFigure {
    pub label: String,
    pub value: String,
    pub change: Option<Change>,
    pub previous: Option<String>,
    /// « n = 12 ».
    pub small_sample: Option<String>,
}

/// A day's revenue.
#[derive(Debug, Clone)]
pub struct SummaryDay {
    /// « lundi 9 ».
    pub label: String,
    pub amount: String,
    /// Minor units, for the length of the bar: new, existing, unidentified.
    pub parts: [i64; 3],
}

/// The overview of some days, of the shops that the visitor may see; `None` where there is nothing yet.
pub fn summary(desk: &Desk, lang: Lang, days: Period) -> Result<Option<Summary>, PageError> {
    let (snapshot, context) = desk.read()?;
    let seen = |shop: i64| context.shops.iter().any(|known| known.id == shop);
    if !context.contents.iter().any(|found| seen(found.shop_id)) {
        return Ok(None);
    }
    let page = format!("/?from={}&to={}&compare=previous", days.from, days.to);
    let view = View::read(&page, "/", &OWN, &context, lang)?;
    let sales = run(&snapshot, &sales_query(&view, Bucket::Day), &context)?;
    let behaviour = run(&snapshot, &behaviour_query(&view, Bucket::Day), &context)?;
    let figures = key_figures(&view, &sales, &behaviour)
        .into_iter()
        .filter_map(|tile| match tile.content {
            Content::Figure(figure) => Some(SummaryFigure {
                label: tile.label,
                value: figure.value,
                change: figure.change,
                previous: figure.previous,
                small_sample: figure.small_sample,
            }),
            // A mail is no place to say what could be connected.
            Content::Missing { .. } => None,
        })
        .collect();
    let part = |at: usize| -> Vec<i64> {
        column(&sales, PARTS[at].0).into_iter().map(|cell| minor(cell).unwrap_or(0)).collect()
    };
    let parts = [part(0), part(1), part(2)];
    let amounts = column(&sales, "revenue");
    let shown = sales
        .rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let day: Date = row.keys.first()?.plain(sales.currency)?.parse().ok()?;
            let revenue = metric("revenue")?;
            Some(SummaryDay {
                label: format::weekday_day(lang, day),
                amount: short(lang, amounts.get(at)?, revenue.unit, sales.currency),
                parts: [0, 1, 2].map(|part: usize| parts[part].get(at).copied().unwrap_or(0)),
            })
        })
        .collect();
    let range = |days: Period| format::range(lang, days.from, days.to);
    Ok(Some(Summary {
        lang,
        range: range(days),
        compared: view.compared_days().map(range).unwrap_or_default(),
        shops: context.shops.iter().map(|shop| shop.shop.name.clone()).collect(),
        sentence: sentence(&view, &sales).unwrap_or_default(),
        year: a_year_earlier(&snapshot, &view)?,
        figures,
        days: shown,
        left_out: sales.incomplete.and_then(|left_out| incomplete(lang, left_out)),
        page,
    }))
}

/// « Par rapport à la même semaine un an plus tôt (11 000 €) : +13 %. »
fn a_year_earlier(
    snapshot: &comptoir_store::Snapshot,
    view: &View<'_>,
) -> Result<Option<String>, PageError> {
    let Some(revenue) = metric("revenue") else { return Ok(None) };
    let mut query = view.asking(vec![revenue]);
    query.comparison = Comparison::YearWeekday;
    let table = run(snapshot, &query, view.context)?;
    let now = total(&table, revenue.id);
    let Some(was) = table.previous_total(revenue.id).filter(|was| minor(was).is_some_and(|was| was != 0))
    else {
        return Ok(None);
    };
    let lang = view.lang;
    let before = short(lang, was, revenue.unit, table.currency);
    Ok(change(lang, revenue, now, was, table.currency).map(|moved| {
        t_args(lang, "weekly-year", &[("before", &before), ("change", &moved.text)])
    }))
}
