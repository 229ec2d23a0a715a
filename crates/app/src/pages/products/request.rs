//! What the address of the list of products asks for.

use comptoir_metrics::QueryError;
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::performance::condition::Test;
use comptoir_metrics::performance::{COLUMNS, Column, Condition, Level, Listed, Request, column};

use crate::pages::view::View;

/// The parameters of the list; those that begin with `f` are the fields of the filter's form.
pub const OWN: [&str; 11] =
    ["sort", "page", "q", "filter", "level", "unsold", "fc", "fo", "fv", "fw", "fg"];

/// The fields of the filter's form.
pub const FIELDS: [&str; 5] = ["fc", "fo", "fv", "fw", "fg"];

/// The list that is asked for.
pub struct Asked {
    pub request: Request,
    /// By what it is sorted, and whether the largest come first.
    pub sort: (&'static Column, bool),
}

impl Asked {
    /// Reads it; a filter added in the form becomes part of the filter in the address.
    pub fn of(view: &mut View<'_>) -> Result<Self, QueryError> {
        let mut condition = Condition::parse(view.own("filter").unwrap_or_default())?;
        let field = |name: &str| view.own(name).unwrap_or_default().to_owned();
        let (value, upper) = (field("fv"), field("fw"));
        let added = !value.trim().is_empty();
        if added {
            let test = Test::of(&field("fc"), &field("fo"), value.trim(), upper.trim())?;
            condition = condition.with(test, field("fg") == "group");
        }
        let fresh = FIELDS.iter().any(|name| view.own(name).is_some());
        view.own.retain(|(name, value)| {
            let settled = FIELDS.contains(&name.as_str()) || name == "filter";
            // Another filter begins on its first page.
            let left = fresh && name == "page";
            !settled && !left && !value.is_empty()
        });
        if !condition.parts.is_empty() {
            view.own.push(("filter".to_owned(), condition.write()));
        }
        let sort = sort(view.own("sort").unwrap_or("-revenue"))?;
        let request = Request {
            level: word(view, "level", &[("", Level::Product), ("variant", Level::Variant)])?,
            listed: word(
                view,
                "unsold",
                &[
                    ("", Listed::Sold),
                    ("0", Listed::Sold),
                    ("1", Listed::All),
                    ("only", Listed::Unsold),
                ],
            )?,
            search: view.own("q").map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            condition: Some(condition).filter(|condition| !condition.parts.is_empty()),
            sort: Some(sort),
            page: None,
        };
        Ok(Self { request, sort })
    }
}

fn word<T: Copy>(view: &View<'_>, name: &str, known: &[(&str, T)]) -> Result<T, QueryError> {
    let value = view.own(name).unwrap_or_default();
    known.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words = known.iter().map(|(word, _)| *word).filter(|word| !word.is_empty());
        let last = known.last().map(|(word, _)| (*word).to_owned());
        QueryError::new(name, value, "there is no such choice")
            .with_nearest(nearest(value, words).or(last))
    })
}

fn sort(text: &str) -> Result<(&'static Column, bool), QueryError> {
    let (descending, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
    column(id).map(|column| (column, descending)).ok_or_else(|| {
        let near = nearest(id, COLUMNS.iter().map(|column| column.id));
        QueryError::new("sort", text, "sort by a column, with - for descending")
            .with_nearest(near.or_else(|| Some("-revenue".to_owned())))
    })
}
