//! The overview of some days in words and numbers, for those who read it elsewhere: the weekly mail. Its
//! figures come from the queries of the page.

use comptoir_charts::Paint;
use comptoir_metrics::{Bucket, Cell, Choice, Comparison, Period, Table, metric, run};
use jiff::civil::Date;

use super::{OWN, PARTS, behaviour_query, incomplete, key_figures, sales_query};
use crate::access::Desk;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::chart::part_words;
use crate::pages::figure::{change, column, minor, short, total};
use crate::pages::frame::PageError;
use crate::pages::sentence::{lower, sentence};
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
    /// The same of all days together; kinds of customers that brought nothing are left out.
    pub parts: Vec<SummaryPart>,
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
    /// Of new, existing and unidentified customers.
    pub parts: Vec<SummaryPart>,
}

/// What one kind of customers brought.
#[derive(Debug, Clone)]
pub struct SummaryPart {
    pub paint: Paint,
    pub label: String,
    pub amount: String,
    /// Of the whole; empty where it is not told.
    pub share: String,
    /// Minor units, for the length of a bar.
    pub minor: i64,
}

/// The overview of some days, of the shops that the visitor may see; `None` where there is nothing yet.
pub fn summary(desk: &Desk, lang: Lang, days: Period) -> Result<Option<Summary>, PageError> {
    let (snapshot, context) = desk.read()?;
    let seen = |shop: i64| context.shops.iter().any(|known| known.id == shop);
    if !context.contents.iter().any(|found| seen(found.shop_id)) {
        return Ok(None);
    }
    let page = format!("/?from={}&to={}&compare=previous", days.from, days.to);
    let mut view = View::read(&page, "/", &OWN, &context, lang, desk.visitor.rights)?;
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
    let amounts = column(&sales, "revenue");
    let shown = sales
        .rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let day: Date = row.keys.first()?.plain(sales.currency)?.parse().ok()?;
            let revenue = metric("revenue")?;
            let cells = PARTS.map(|(id, _)| column(&sales, id).get(at).copied());
            Some(SummaryDay {
                label: format::weekday_day(lang, day),
                amount: short(lang, amounts.get(at)?, revenue.unit, sales.currency),
                parts: parts(lang, &sales, cells),
            })
        })
        .collect();
    let mut whole = parts(lang, &sales, PARTS.map(|(id, _)| Some(total(&sales, id))));
    let shares = format::shares(lang, &whole.iter().map(|part| part.minor).collect::<Vec<_>>());
    for (part, share) in whole.iter_mut().zip(shares) {
        part.share = share;
    }
    let range = |days: Period| format::range(lang, days.from, days.to);
    let compared = view.compared_days().map(range).unwrap_or_default();
    let year = a_year_earlier(&snapshot, &view)?;
    // In words the days are what whoever reads on Monday calls them: their dates stand above.
    view.query.period = Choice::Previous(Bucket::Week);
    let sentence = sentence(&view, &sales).unwrap_or_default();
    Ok(Some(Summary {
        lang,
        range: range(days),
        compared,
        shops: context.shops.iter().map(|shop| shop.shop.name.clone()).collect(),
        sentence,
        year,
        figures,
        days: shown,
        parts: whole,
        left_out: sales.incomplete.and_then(|left_out| incomplete(lang, left_out)),
        page,
    }))
}

impl SummaryPart {
    /// « nouveaux clients 600 € ».
    pub fn words(&self) -> String {
        format!("{}\u{a0}{}", lower(&self.label), self.amount)
    }
}

/// The kinds of customers that brought something.
fn parts(lang: Lang, sales: &Table, cells: [Option<&Cell>; 3]) -> Vec<SummaryPart> {
    PARTS
        .iter()
        .zip(cells)
        .filter_map(|((id, paint), cell)| {
            let cell = cell?;
            let brought = minor(cell).filter(|minor| *minor != 0)?;
            Some(SummaryPart {
                paint: *paint,
                label: t(lang, part_words(*paint)),
                amount: short(lang, cell, metric(id)?.unit, sales.currency),
                share: String::new(),
                minor: brought,
            })
        })
        .collect()
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
    let Some(was) =
        table.previous_total(revenue.id).filter(|was| minor(was).is_some_and(|was| was != 0))
    else {
        return Ok(None);
    };
    let lang = view.lang;
    let before = short(lang, was, revenue.unit, table.currency);
    Ok(change(lang, revenue, now, was, table.currency)
        .map(|moved| t_args(lang, "weekly-year", &[("before", &before), ("change", &moved.text)])))
}
