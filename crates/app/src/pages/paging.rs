//! Long lists, a page at a time.

use comptoir_metrics::QueryError;

use super::view::View;
use crate::format;
use crate::i18n::t_args;
use crate::ui::table::Paging;

/// Rows on one page.
pub const ROWS: usize = 50;

/// The page that the address asks for, from 1.
pub fn number(view: &View<'_>) -> Result<usize, QueryError> {
    let text = view.own("page").unwrap_or("1");
    text.parse().ok().filter(|page| (1..=1_000_000).contains(page)).ok_or_else(|| {
        QueryError::new("page", text, "pages are numbered from 1")
            .with_nearest(Some("1".to_owned()))
    })
}

/// « 51–100 sur 231 », with the pages before and after.
pub fn paging(view: &View<'_>, count: usize, page: usize) -> Paging {
    let integer =
        |number: usize| format::integer(view.lang, i64::try_from(number).unwrap_or(i64::MAX));
    let (first, last) = (((page - 1) * ROWS + 1).min(count), (page * ROWS).min(count));
    let href = |page: usize| view.href_with("page", &page.to_string());
    Paging {
        words: t_args(
            view.lang,
            "table-range",
            &[("from", &integer(first)), ("to", &integer(last)), ("total", &integer(count))],
        ),
        previous: (page > 1).then(|| href(page - 1)),
        next: (last < count).then(|| href(page + 1)),
    }
}

/// An address without its page: another sort or filter begins anew.
pub fn anew(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let kept: Vec<&str> = query.split('&').filter(|one| !one.starts_with("page=")).collect();
    format!("{path}?{}", kept.join("&"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn another_sort_begins_at_the_first_page() {
        assert_eq!(super::anew("/orders?shop=a&page=3&sort=-total"), "/orders?shop=a&sort=-total");
    }
}
