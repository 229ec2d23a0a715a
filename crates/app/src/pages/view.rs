//! What a page of figures is asked to show: the filters of its address, and the bar that changes them.

use std::borrow::Cow;

use comptoir_metrics::period::PRESETS;
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{
    Amounts, Bucket, Choice, Comparison, Context, Metric, PROFILES, Period, Profile, Query,
    QueryError, metric, profile_of, rules,
};
use comptoir_store::StoredShop;
use comptoir_store::activity::Facts;
use jiff::civil::Weekday;

use crate::access::{Identities, Right, Rights};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::filters::{Choice as Option_, DateRange, Filters};
use crate::ui::status::{Freshness, Source, Status};

/// A shop that has told nothing for so long is late: half as long again as a quiet day.
const LATE_AFTER_HOURS: i64 = 36;

/// The filters of a page, read from its address.
pub struct View<'c> {
    pub context: &'c Context,
    pub lang: Lang,
    /// The page's own path.
    pub path: Cow<'static, str>,
    /// Filters only; pages set the metrics.
    pub query: Query,
    /// Parameters that belong to the page, not to the figures.
    pub own: Vec<(String, String)>,
    /// The address named no period and the last thirty days are empty: the page opens on the last
    /// thirty days that have orders.
    pub moved_back: bool,
    /// What its reader may see.
    pub rights: Rights,
}

impl<'c> View<'c> {
    /// Reads an address. `own` lists the parameters the page keeps for itself.
    pub fn read(
        here: &str,
        path: impl Into<Cow<'static, str>>,
        own: &[&str],
        context: &'c Context,
        lang: Lang,
        rights: Rights,
    ) -> Result<Self, QueryError> {
        let text = here.split_once('?').map_or("", |(_, query)| query);
        let mut mine = Vec::new();
        let mut asked: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs(text) {
            let (Some(name), Some(value)) = (name, value) else {
                return Err(QueryError::new("query", text, "the address is not valid UTF-8"));
            };
            if own.contains(&name.as_str()) {
                mine.push((name, value));
            } else if name != "metrics" {
                asked.push((name, value));
            }
        }
        let asked = settled(asked);
        let has = |name: &str| asked.iter().any(|(known, _)| known == name);
        let (no_period, no_comparison) = (!has("period") && !has("from"), !has("compare"));
        let text: Vec<String> =
            asked.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        // What a page shows decides which filters make sense: a line's product is none of the revenue's.
        let shown = mine.iter().find(|(name, _)| name == "metric").and_then(|(_, id)| metric(id));
        let shown = shown.map_or("revenue", |metric| metric.id);
        let mut query = Query::parse(&format!("metrics={shown}&{}", text.join("&")), context)?;
        if no_comparison {
            query.comparison = Comparison::Previous;
        }
        let mut view =
            Self { context, lang, path: path.into(), query, own: mine, moved_back: false, rights };
        if no_period {
            view.move_back();
        }
        Ok(view)
    }

    /// Thirty days without orders show nothing: the last thirty days of the data show something.
    fn move_back(&mut self) {
        let shops = self.query.shops(self.context);
        let days = self.query.days(self.context);
        if let Some(range) = self.context.range(&shops, true)
            && range.to < days.from
        {
            let from = range.to.saturating_sub(jiff::Span::new().days(29));
            self.query.period = Choice::Days(Period { from, to: range.to });
            self.moved_back = true;
        }
    }

    pub fn may(&self, right: Right) -> bool {
        self.rights.has(right)
    }

    /// How persons are shown to the reader.
    pub fn identities(&self) -> Identities {
        Identities::of(self.rights)
    }

    /// The address of a file, for whoever may download it.
    pub fn file(&self, href: impl Into<String>) -> Option<String> {
        self.may(Right::Export).then(|| href.into())
    }

    /// The query for some metrics under these filters.
    pub fn asking(&self, metrics: Vec<&'static Metric>) -> Query {
        Query { metrics, ..self.query.clone() }
    }

    /// A page's own parameter.
    pub fn own(&self, name: &str) -> Option<&str> {
        self.own.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn days(&self) -> Period {
        self.query.days(self.context)
    }

    pub fn compared_days(&self) -> Option<Period> {
        self.query.compared_days(self.context)
    }

    /// The granularity: the one chosen, else the one that suits the period.
    pub fn bucket(&self) -> Result<Bucket, QueryError> {
        let days = self.days();
        match self.own("step") {
            None | Some("") => Ok(days.bucket()),
            Some(step) => BUCKETS
                .into_iter()
                .find(|bucket| {
                    bucket.id() == step
                        && bucket.longest().is_none_or(|longest| days.days() <= longest)
                })
                .ok_or_else(|| {
                    QueryError::new("step", step, "there is no such granularity for this period")
                        .with_nearest(Some(days.bucket().id().to_owned()))
                }),
        }
    }

    /// The filters as an address; the same filters give the same address.
    pub fn filters_text(&self) -> String {
        filters_of(&self.query)
    }

    /// The address of a page under these filters, with one of its own parameters changed.
    pub fn href_with(&self, name: &str, value: &str) -> String {
        let mut all = vec![self.filters_text()];
        for (known, kept) in self.own.iter().filter(|(known, _)| known != name) {
            all.push(format!("{known}={}", encode(kept)));
        }
        if !value.is_empty() {
            all.push(format!("{name}={}", encode(value)));
        }
        format!("{}?{}", self.path, all.join("&"))
    }

    /// The page itself.
    pub fn here(&self) -> String {
        self.href_with("", "")
    }

    /// The bar of filters.
    pub fn bar(&self) -> Filters {
        let lang = self.lang;
        let context = self.context;
        let shops = self.query.shops(context);
        let mut shop_choices: Vec<Option_> = Vec::new();
        if context.shops.len() > 1 {
            shop_choices.push(Option_::new(
                "",
                t(lang, "filter-all-shops"),
                self.query.shop.is_none(),
            ));
        }
        shop_choices.extend(context.shops.iter().map(|shop| {
            let one = context.shops.len() == 1;
            let chosen = one || self.query.shop.as_deref() == Some(&shop.shop.slug);
            Option_::new(&shop.shop.slug, &shop.shop.name, chosen)
        }));
        let custom_period = self.query.period.id().is_none();
        let days = self.days();
        let compared = self.compared_days();
        let mut periods: Vec<Option_> = PRESETS
            .iter()
            .map(|(id, choice)| {
                Option_::new(*id, period_label(lang, id), *choice == self.query.period)
            })
            .collect();
        periods.push(Option_::new("custom", t(lang, "period-custom"), custom_period));
        let comparisons = COMPARISONS
            .iter()
            .map(|(id, words, comparison)| {
                Option_::new(*id, t(lang, words), *comparison == self.query.comparison)
            })
            .chain([Option_::new(
                "custom",
                t(lang, "compare-custom"),
                matches!(self.query.comparison, Comparison::Days(_)),
            )])
            .collect();
        let range = |period: Period| format::range(lang, period.from, period.to);
        let dates =
            |period: Period| DateRange { from: period.from.to_string(), to: period.to.to_string() };
        Filters {
            lang,
            action: self.path.to_string(),
            hidden: self.hidden(&["shop", "currency", "period", "from", "to", "compare"]),
            shops: shop_choices,
            currencies: self.currencies(&shops),
            periods,
            custom: dates(days),
            comparisons,
            custom_comparison: compared.map(dates).unwrap_or_default(),
            range: capital(&range(days)),
            comparison_range: compared
                .map(|period| t_args(lang, "compare-against", &[("range", &range(period))])),
        }
    }

    /// Currencies to choose from: those of the shops and the usual ones, when there is a choice.
    fn currencies(&self, shops: &[&StoredShop]) -> Vec<Option_> {
        let mut known = self.context.currencies(shops);
        let shown = self.context.shown_currency(shops);
        for extra in self.query.currency.iter().chain(&shown) {
            known.push(*extra);
        }
        let all: Vec<_> = self.context.shops.iter().collect();
        known.extend(self.context.currencies(&all));
        known.sort_unstable();
        known.dedup();
        if known.len() < 2 {
            return Vec::new();
        }
        let words = shown.map_or_else(
            || t(self.lang, "filter-own-currency"),
            |code| t_args(self.lang, "filter-shown-currency", &[("currency", code.code())]),
        );
        let own = Option_::new("", words, self.query.currency.is_none());
        let chosen = |currency| self.query.currency == Some(currency);
        std::iter::once(own)
            .chain(known.into_iter().map(|one| Option_::new(one.code(), one.code(), chosen(one))))
            .collect()
    }

    /// Parameters of this page without the ones a form sets itself.
    pub fn hidden(&self, set: &[&str]) -> Vec<(String, String)> {
        pairs(&self.filters_text())
            .filter_map(|(name, value)| Some((name?, value?)))
            .chain(self.own.iter().cloned())
            .filter(|(name, _)| !set.contains(&name.as_str()))
            .collect()
    }

    /// The quiet line: calculation mode, excluded statuses, freshness, what is incomplete.
    pub fn status(&self, facts: &Facts, incomplete: Option<String>) -> Status {
        let lang = self.lang;
        let shops = self.query.shops(self.context);
        let zone = self.context.zone();
        let now = self.context.now;
        let said: Vec<String> = incomplete.into_iter().chain(self.short_history()).collect();
        let sources = shops
            .iter()
            .filter_map(|shop| {
                let (_, at) = facts.fresh.iter().find(|(id, _)| *id == shop.id)?;
                let ago = format::ago(lang, *at, now);
                let hours = now.duration_since(*at).as_hours();
                // A shop fed by files is as fresh as its last file; only a connected one can be late.
                let connected = shop.shop.platform != "file";
                Some(Source {
                    text: t_args(
                        lang,
                        "status-fresh",
                        &[("source", &shop.shop.name), ("ago", &ago)],
                    ),
                    title: format::instant(lang, *at, &zone),
                    state: if connected && hours >= LATE_AFTER_HOURS {
                        Freshness::Late
                    } else {
                        Freshness::Fine
                    },
                })
            })
            .collect();
        Status {
            lang,
            action: self.path.to_string(),
            hidden: self.hidden(&["profile", "tax"]),
            modes: self.modes(&shops),
            amounts: self.amounts(&shops),
            together: self.together(&shops),
            excluded: self.excluded(facts),
            sources,
            incomplete: (!said.is_empty()).then(|| said.join(" · ")),
        }
    }

    /// Where a platform tells nothing before some day, who is new and who comes back is not sure.
    pub fn short_history(&self) -> Option<String> {
        let day = self.context.history_from(&self.query.shops(self.context))?;
        let day = format::range(self.lang, day, day);
        Some(t_args(self.lang, "incomplete-history", &[("day", &day)]))
    }

    /// Calculation modes: the shops' own first, which keeps the list of statuses they chose.
    fn modes(&self, shops: &[&StoredShop]) -> Vec<Option_> {
        let label = |profile: &Profile| match self.lang {
            Lang::Fr => profile.label.fr,
            Lang::En => profile.label.en,
        };
        let own = profile_of(&Query { profile: None, ..self.query.clone() }, self.context);
        let chosen_list = shops.iter().any(|shop| shop.rule.statuses.is_some());
        let words = if chosen_list {
            t_args(self.lang, "status-own-mode", &[("mode", label(own))])
        } else {
            label(own).to_owned()
        };
        let asked = self.query.profile.map(|profile| profile.id);
        let is_own = asked.is_none() || (asked == Some(own.id) && !chosen_list);
        let presets = PROFILES.iter().filter(|preset| chosen_list || preset.id != own.id);
        std::iter::once(Option_::new("", words, is_own))
            .chain(presets.map(|preset| {
                Option_::new(preset.id, label(preset), !is_own && asked == Some(preset.id))
            }))
            .collect()
    }

    /// Amounts without tax or with it, the shops' own setting first; nothing where the mode has only one.
    fn amounts(&self, shops: &[&StoredShop]) -> Vec<Option_> {
        let profile = profile_of(&self.query, self.context);
        if profile.with_tax.is_none() && profile.without_tax.is_none() {
            return Vec::new();
        }
        let own = self.context.amounts(shops);
        let shown = self.query.tax.unwrap_or(own);
        let mut all = Amounts::ALL;
        all.sort_by_key(|one| *one != own);
        all.into_iter()
            .map(|one| {
                let value = if one == own { "" } else { one.id() };
                let words = t(self.lang, &format!("status-amounts-{}", one.id()));
                Option_::new(value, words, one == shown)
            })
            .collect()
    }

    /// What holds for several shops together, which each of them may see otherwise by itself.
    fn together(&self, shops: &[&StoredShop]) -> Option<String> {
        if shops.len() < 2 {
            return None;
        }
        let mut zones: Vec<&str> = shops.iter().map(|shop| shop.shop.timezone.as_str()).collect();
        zones.sort_unstable();
        zones.dedup();
        let zones = match zones.as_slice() {
            [only] => t_args(self.lang, "status-one-zone", &[("zone", only)]),
            several => t_args(self.lang, "status-zones", &[("zones", &several.join(", "))]),
        };
        let sunday = self.context.first_weekday(shops) == Weekday::Sunday;
        let day = t(self.lang, if sunday { "settings-sunday" } else { "settings-monday" });
        let threshold = self.context.loyalty_threshold(shops).to_string();
        let known = [("zones", zones.as_str()), ("day", &day), ("threshold", &threshold)];
        Some(t_args(self.lang, "status-several", &known))
    }

    /// A metric's name, which says so when it is shown with tax.
    pub fn label(&self, metric: &Metric) -> String {
        self.named(metric, super::figure::label(self.lang, metric))
    }

    /// Another name of a metric, a shorter one, which says so too.
    pub fn named(&self, metric: &Metric, name: &str) -> String {
        // The value of a customer is made of revenue, and holds what revenue holds.
        let made_of = match metric.id {
            "lifetime_value" => comptoir_metrics::metric("revenue").unwrap_or(metric),
            _ => metric,
        };
        if profile_of(&self.query, self.context).shows_with_tax(made_of) {
            return t_args(self.lang, "label-with-tax", &[("label", name)]);
        }
        name.to_owned()
    }

    /// What a metric means, and what it holds besides when it is shown with tax.
    pub fn definition(&self, metric: &Metric) -> String {
        let text = super::overview::definition(self.lang, metric);
        if profile_of(&self.query, self.context).shows_with_tax(metric) {
            return format!("{text} {}", t(self.lang, "definition-with-tax"));
        }
        text.to_owned()
    }

    /// How many statuses the figures leave out (S022).
    fn excluded(&self, facts: &Facts) -> Option<Link> {
        let rules = rules(&self.query, self.context);
        let counts = |shop_id: i64, status: &str, class: &str| {
            let rule = rules.iter().find(|(id, _)| *id == shop_id);
            rule.zip(class.parse().ok()).map(|((_, rule), class)| rule.counts(status, class))
        };
        let mut left_out: Vec<&str> = facts
            .statuses
            .iter()
            .filter(|(shop_id, status, class)| counts(*shop_id, status, class) == Some(false))
            .map(|(_, status, _)| status.as_str())
            .collect();
        left_out.sort_unstable();
        left_out.dedup();
        let words = match left_out.len() {
            0 => return None,
            1 => t(self.lang, "status-excluded-one"),
            count => t_args(self.lang, "status-excluded", &[("count", &count.to_string())]),
        };
        let list = left_out.join(", ").chars().take(200).collect::<String>();
        let shop = self.query.shop.as_ref().map(|slug| format!("?shop={}", encode(slug)));
        let settings = format!("/settings{}", shop.unwrap_or_default());
        let settings = if self.may(Right::Settings) { settings } else { String::new() };
        Some(Link::new(format!("{words} ({list})"), settings))
    }
}

/// The rows behind a metric of a query.
pub fn explain(metric: &Metric, query: &Query) -> String {
    format!("/explain?metric={}&{}", metric.id, filters_of(query))
}

pub const BUCKETS: [Bucket; 6] =
    [Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month, Bucket::Quarter, Bucket::Year];

const COMPARISONS: [(&str, &str, Comparison); 4] = [
    ("previous", "compare-previous", Comparison::Previous),
    ("year", "compare-year", Comparison::Year),
    ("year_weekday", "compare-year-weekday", Comparison::YearWeekday),
    ("none", "compare-none", Comparison::None),
];

/// The filters of a query as an address, without its metrics and dimensions. The comparison is always
/// written: a page without one compares with the previous period.
pub fn filters_of(query: &Query) -> String {
    let bare =
        Query { metrics: Vec::new(), by: Vec::new(), sort: None, limit: None, ..query.clone() };
    let text = bare.to_query_string();
    let mut kept: Vec<&str> =
        text.split('&').filter(|one| !one.is_empty() && !one.starts_with("metrics=")).collect();
    if query.comparison == Comparison::None && !kept.iter().any(|one| one.starts_with("compare=")) {
        kept.push("compare=none");
    }
    let preset = query.period.id().map(|id| format!("period={id}"));
    if let Some(preset) = &preset
        && !kept.iter().any(|one| one.starts_with("period="))
    {
        kept.insert(0, preset);
    }
    kept.join("&")
}

/// What the form sends when a browser sends all its fields: dates count for « custom » only.
fn settled(asked: Vec<(String, String)>) -> Vec<(String, String)> {
    let value = |name: &str| {
        asked
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let (period, compare) = (value("period"), value("compare"));
    let (compare_from, compare_to) = (value("compare_from"), value("compare_to"));
    let keeps_dates = period.is_empty() || period == "custom";
    asked
        .into_iter()
        .filter_map(|(name, value)| match name.as_str() {
            "period" if value.is_empty() || value == "custom" => None,
            "from" | "to" if !keeps_dates || value.is_empty() => None,
            "compare_from" | "compare_to" => None,
            "compare" if compare == "custom" => (!compare_from.is_empty()
                && !compare_to.is_empty())
            .then(|| (name, format!("{compare_from}..{compare_to}"))),
            "compare" if value.is_empty() => None,
            _ => Some((name, value)),
        })
        .collect()
}

/// A preset in words.
pub fn period_label(lang: Lang, id: &str) -> String {
    let days = |days: &str| t_args(lang, "period-days", &[("days", days)]);
    match id {
        "7d" => days("7"),
        "28d" => days("28"),
        "30d" => days("30"),
        "90d" => days("90"),
        "12m" => t(lang, "period-12-months"),
        other => t(lang, &format!("period-{}", other.replace('_', "-"))),
    }
}

/// The text with its first letter raised.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &str, kept: &str) {
        let pairs = sent
            .split('&')
            .filter_map(|one| one.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let settled: Vec<String> =
            settled(pairs).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(settled.join("&"), kept, "{sent}");
    }

    #[test]
    fn a_platform_that_limits_what_it_tells_is_named_with_its_day() {
        let store = comptoir_store::Store::in_memory().expect("a store");
        let now = "2026-11-21T10:00:00Z".parse().expect("an instant");
        let shop = comptoir_model::Shop {
            slug: "ferme".into(),
            name: "La ferme".into(),
            platform: "shopify".into(),
            currency: comptoir_model::Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        store.create_shop(shop, now).expect("a shop");
        let snapshot = store.read().expect("a snapshot");
        let mut context = Context::load(&snapshot, now).expect("a context");
        let said = |context: &Context, lang| {
            View::read("/loyalty", "/loyalty", &[], context, lang, Rights::all())
                .expect("a view")
                .short_history()
        };
        assert_eq!(said(&context, Lang::Fr), None);
        // 23:00 in UTC is the next day in Paris.
        let limit = "2026-09-21T23:00:00Z".parse().expect("an instant");
        context.history_limits.insert(context.shops[0].id, limit);
        let told = said(&context, Lang::Fr).expect("told");
        // Fluent marks what it fills in by invisible signs.
        let plain: String =
            told.chars().filter(|sign| !matches!(sign, '\u{2068}' | '\u{2069}')).collect();
        assert_eq!(
            plain,
            "historique incomplet\u{a0}: la plateforme ne dit rien d’avant le 22 septembre 2026"
        );
    }

    #[test]
    fn s007_a_form_without_a_script_sends_all_its_fields() {
        check(
            "period=30d&from=2026-01-01&to=2026-01-31&compare=previous&compare_from=&compare_to=",
            "period=30d&compare=previous",
        );
        check("period=custom&from=2026-01-01&to=2026-01-31", "from=2026-01-01&to=2026-01-31");
        check("from=2026-01-01&to=2026-01-31", "from=2026-01-01&to=2026-01-31");
        check(
            "compare=custom&compare_from=2025-01-01&compare_to=2025-01-31",
            "compare=2025-01-01..2025-01-31",
        );
        check("compare=custom&compare_from=2025-01-01&compare_to=", "");
        check("period=&shop=ferme", "shop=ferme");
    }
}
