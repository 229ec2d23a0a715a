//! A list without rows says why, and offers to widen.

use comptoir_metrics::performance::{Listed, Performance};

use super::request::Asked;
use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::view::View;
use crate::ui::Link;
use crate::ui::products::Empty;

/// The words for an empty list; none when there are rows, or when only the page is beyond the last.
pub fn empty(view: &View<'_>, asked: &Asked, found: &Performance) -> Option<Empty> {
    if !found.rows.is_empty() {
        return None;
    }
    let lang = view.lang;
    let link = |words: &str, href: String| Link::new(t(lang, words), href);
    if found.count > 0 {
        return Some(Empty {
            text: t(lang, "products-empty-page"),
            ways: vec![link("products-first-page", view.href_with("page", ""))],
        });
    }
    let mut ways = Vec::new();
    let count = format::integer(lang, i64::try_from(found.before).unwrap_or(i64::MAX));
    let text = if found.before == 0 {
        let days = view.days();
        let range = format::range(lang, days.from, days.to);
        match asked.request.listed {
            Listed::Unsold => t_args(lang, "products-empty-unsold", &[("range", &range)]),
            _ => t_args(lang, "products-empty-period", &[("range", &range)]),
        }
    } else {
        t_args(lang, "products-empty-filter", &[("count", &count)])
    };
    if asked.request.search.is_some() {
        ways.push(link("products-clear-search", view.href_with("q", "")));
    }
    if let Some(condition) = &asked.request.condition {
        let last = condition.parts.len().saturating_sub(1);
        if last > 0 {
            let fewer = condition.clone().without(last, None).write();
            ways.push(link("products-drop-last", view.href_with("filter", &fewer)));
        }
        ways.push(link("products-clear-filter", view.href_with("filter", "")));
    }
    if !view.query.filters.is_empty() {
        ways.push(link("products-clear-where", "/products".to_owned()));
    }
    if asked.request.listed != Listed::All {
        ways.push(link("products-whole-catalogue", view.href_with("unsold", "1")));
    }
    let longer =
        comptoir_metrics::Query { period: comptoir_metrics::Choice::All, ..view.query.clone() };
    let mut href = format!("/products?{}", crate::pages::view::filters_of(&longer));
    for (name, value) in view.own.iter().filter(|(name, _)| name != "page") {
        let value = comptoir_metrics::query::encode(value);
        href.extend(["&", name, "=", &value]);
    }
    ways.push(link("products-longer", href));
    Some(Empty { text, ways })
}
