//! What the revenue page is asked for: the section, the dimensions, the order of rows.

use comptoir_metrics::metric::Grain;
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{
    Context, DIMENSIONS, Dimension, Metric, Query, QueryError, dimension, metric, splits,
};

use crate::access::Rights;
use crate::i18n::Lang;
use crate::pages::export::menu;
use crate::pages::view::{View, filters_of};
use crate::ui::Link;

/// Parameters of the page itself. `metric` is set here, never by the reader.
const OWN: [&str; 9] = ["view", "by", "then", "sort", "page", "shape", "span", "measure", "metric"];

/// The sections of the page; one is shown at a time, and only its queries run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Split,
    Cumulative,
    Week,
    Ladder,
}

pub const SECTIONS: [(&str, Section); 4] = [
    ("by", Section::Split),
    ("cumulative", Section::Cumulative),
    ("week", Section::Week),
    ("ladder", Section::Ladder),
];

/// Everything the page is asked for.
pub struct Ask<'c> {
    pub view: View<'c>,
    pub section: Section,
    pub by: &'static Dimension,
    pub then: Option<&'static Dimension>,
    /// Revenue; net sales where lines are told apart, since shipping and fees belong to no line.
    pub measure: &'static Metric,
}

impl<'c> Ask<'c> {
    /// Reads the address of the page.
    pub fn read(
        here: &str,
        context: &'c Context,
        lang: Lang,
        rights: Rights,
    ) -> Result<Self, QueryError> {
        let given: Vec<(String, String)> = pairs(here.split_once('?').map_or("", |(_, rest)| rest))
            .filter_map(|(name, value)| Some((name?, value?)))
            .collect();
        let value = |name: &str| {
            let found = given.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        if let Some(value) = value("metric") {
            return Err(QueryError::new("metric", value, "there is no such parameter here"));
        }
        let by = wanted("by", value("by").unwrap_or("country"))?;
        let then = value("then").map(|id| wanted("then", id)).transpose()?;
        if then == Some(by) {
            return Err(QueryError::new("then", by.id, "it is the first level already"));
        }
        let section = section(value("view").unwrap_or("by"))?;
        let filtered = given
            .iter()
            .filter(|(name, _)| name == "where")
            .filter_map(|(_, value)| dimension(value.split_once(':')?.0));
        let split = (section == Section::Split).then_some([Some(by), then]);
        let used = filtered.chain(split.into_iter().flatten().flatten());
        let measure = measure(used)?;
        // The filters are read for the figure that is shown: a product is no part of the revenue.
        let mark = if here.contains('?') { '&' } else { '?' };
        let here = format!("{here}{mark}metric={}", measure.id);
        let mut view = View::read(&here, "/revenue", &OWN, context, lang, rights)?;
        view.own.retain(|(name, value)| name != "metric" && !value.is_empty());
        Ok(Self { view, section, by, then, measure })
    }

    /// The dimensions of the table.
    pub fn levels(&self) -> Vec<&'static Dimension> {
        std::iter::once(self.by).chain(self.then).collect()
    }

    /// Whether a metric can be shown beside the measure, under the dimensions and filters asked for.
    pub fn shows(&self, metric: &Metric) -> bool {
        let filters = self.view.query.filters.iter().map(|filter| filter.dimension);
        filters.chain(self.levels()).all(|dimension| splits(metric, dimension))
    }

    /// The page with some of its own parameters changed; an empty value removes one. Pages of rows
    /// start again.
    pub fn href(&self, changes: &[(&str, &str)]) -> String {
        self.href_of(&self.view.query, changes)
    }

    /// The same under other filters.
    pub fn href_of(&self, query: &Query, changes: &[(&str, &str)]) -> String {
        format!("/revenue?{}", self.text_of(query, changes))
    }

    fn text_of(&self, query: &Query, changes: &[(&str, &str)]) -> String {
        let mut all = vec![filters_of(query)];
        let changed =
            |name: &str| name == "page" || changes.iter().any(|(known, _)| *known == name);
        let kept = self.view.own.iter().filter(|(name, _)| !changed(name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in kept.chain(changes.iter().copied()) {
            if !value.is_empty() {
                all.push(format!("{name}={}", encode(value)));
            }
        }
        all.join("&")
    }

    /// The whole section as a file.
    pub fn file(&self, end: &str) -> Option<String> {
        self.view.file(self.address(end))
    }

    fn address(&self, end: &str) -> String {
        format!("/revenue.{end}?{}", self.text_of(&self.view.query, &[]))
    }

    /// The menu entries that export it.
    pub fn files(&self) -> Vec<Link> {
        menu(&self.view, |end| self.address(end))
    }
}

/// Every dimension that sales can be split by.
pub fn choices() -> impl Iterator<Item = &'static Dimension> {
    DIMENSIONS.iter().copied()
}

fn wanted(parameter: &str, id: &str) -> Result<&'static Dimension, QueryError> {
    dimension(id).ok_or_else(|| {
        QueryError::new(parameter, id, "there is no such dimension")
            .with_nearest(nearest(id, choices().map(|dimension| dimension.id)))
    })
}

fn section(id: &str) -> Result<Section, QueryError> {
    let found = SECTIONS.iter().find(|(known, _)| *known == id);
    found.map(|(_, section)| *section).ok_or_else(|| {
        QueryError::new("view", id, "there is no such section")
            .with_nearest(nearest(id, SECTIONS.iter().map(|(known, _)| *known)))
    })
}

fn measure(
    mut used: impl Iterator<Item = &'static Dimension>,
) -> Result<&'static Metric, QueryError> {
    let id =
        if used.any(|dimension| dimension.grain == Grain::Line) { "net_sales" } else { "revenue" };
    metric(id).ok_or_else(|| QueryError::new("by", id, "there is no such metric"))
}
