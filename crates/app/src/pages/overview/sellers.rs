//! The ten best sellers, by revenue or by quantity (S027, S028).

use comptoir_metrics::{Cell, Comparison, Filter, Metric, Query, Table, dimension, metric, run};
use comptoir_store::{Snapshot, activity};
use maud::{Markup, html};

use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::{height, short, total};
use crate::pages::frame::PageError;
use crate::pages::view::{View, explain, filters_of};
use crate::ui::card::{Card, Span, empty};
use crate::ui::sellers::{Seller, Stock, sellers};
use crate::ui::{Segment, segments};

/// How many best sellers the card lists (S027).
const BEST: usize = 10;

/// The best sellers by a metric. The row of what is no product may be among the first: one more than
/// are listed, so that ten products remain.
pub fn sellers_query(view: &View<'_>, ranked: &'static Metric) -> Query {
    Query {
        by: dimension("product").into_iter().collect(),
        sort: Some(comptoir_metrics::Sort { column: ranked.id, descending: true }),
        limit: Some(BEST + 1),
        comparison: Comparison::None,
        ..view.asking(vec![ranked])
    }
}

/// The ten best sellers by revenue or by quantity (S027, S028).
pub fn sellers_card(snapshot: &Snapshot, view: &View<'_>) -> Result<Card, PageError> {
    let lang = view.lang;
    let by_units = view.own("rank") == Some("units");
    let rank = if by_units { "units" } else { "net_sales" };
    let title = t(lang, "sellers-title");
    let Some(ranked) = metric(rank) else {
        return Ok(Card::new(lang, "sellers", title, Span::Half, html! {}));
    };
    let query = sellers_query(view, ranked);
    let body = match run(snapshot, &query, view.context) {
        Ok(table) => sellers_list(snapshot, view, ranked, &query, &table)?,
        // The profile in force has no such figure by product.
        Err(comptoir_metrics::MetricsError::Query(_)) => empty(&t(lang, "sellers-no-figure"), &[]),
        Err(error) => return Err(error.into()),
    };
    let mut card = Card::new(lang, "sellers", title, Span::Half, body);
    let one = |words: &str, value: &str, current: bool| {
        Segment::new(t(lang, words), view.href_with("rank", value) + "#sellers", current)
    };
    card.tools = Some(segments(
        &t(lang, "sellers-by"),
        &[one("sellers-revenue", "", !by_units), one("sellers-quantity", "units", by_units)],
    ));
    let listed = format!(
        "metrics={rank},orders&by=product&sort=-{rank}&{}",
        filters_of(&Query { comparison: Comparison::None, ..view.query.clone() })
    );
    card.menu = super::files(view, &listed);
    card.see_all = Some(format!(
        "/products?{}&sort=-{}",
        view.filters_text(),
        if by_units { "units" } else { "revenue" }
    ));
    Ok(card)
}

fn sellers_list(
    snapshot: &Snapshot,
    view: &View<'_>,
    ranked: &'static Metric,
    query: &Query,
    table: &Table,
) -> Result<Markup, PageError> {
    let lang = view.lang;
    let all = total(table, ranked.id).clone();
    let text = |cell: Option<&Cell>| match cell {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let rows: Vec<_> =
        table.rows.iter().filter(|row| !matches!(row.keys[0], Cell::Null)).take(BEST).collect();
    let codes: Vec<String> = rows.iter().filter_map(|row| text(row.keys.first())).collect();
    let shops: Vec<i64> = view.query.shops(view.context).iter().map(|shop| shop.id).collect();
    let stocks = activity::stocks(snapshot, &shops, &codes)?;
    let list: Vec<Seller> = rows
        .iter()
        .map(|row| {
            let code = text(row.keys.first()).unwrap_or_default();
            let value = row.values.first().unwrap_or(&Cell::Null);
            let mut narrow = Query { by: Vec::new(), sort: None, limit: None, ..query.clone() };
            narrow.filters.extend(
                dimension("product").map(|product| Filter::new(product, Some(code.clone()))),
            );
            let stock = stocks.iter().find(|(known, _)| *known == code).map(|(_, stock)| *stock);
            Seller {
                name: text(row.keys.get(1)).unwrap_or_else(|| code.clone()),
                href: explain(ranked, &narrow),
                value: short(lang, value, ranked.unit, table.currency),
                weight: height(value, ranked.unit).unwrap_or(0),
                share: share(lang, value, &all),
                stock: stock.map(|stock| Stock {
                    text: if stock > 0 {
                        t_args(lang, "stock-left", &[("count", &format::integer(lang, stock))])
                    } else {
                        t(lang, "stock-out")
                    },
                    out: stock <= 0,
                }),
                reference: code,
            }
        })
        .collect();
    if list.is_empty() {
        return Ok(empty(&t(lang, "sellers-none"), &[]));
    }
    Ok(sellers(lang, &view.label(ranked), &list))
}

/// A part of a whole, as a percentage; « – » of nothing.
pub fn share(lang: Lang, part: &Cell, whole: &Cell) -> String {
    match (part.whole(), whole.whole()) {
        (Some(part), Some(whole)) if whole > 0 => format::percent(lang, part, whole),
        _ => format::NO_VALUE.to_owned(),
    }
}
