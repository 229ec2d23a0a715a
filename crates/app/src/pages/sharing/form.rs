//! The form that makes a share link: prefilled from the page it was come from, read with care.

use comptoir_metrics::period::PRESETS;
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{Context, Query};
use comptoir_store::sharing::NewShare;
use jiff::Timestamp;
use jiff::civil::Date;

use super::super::frame::PageError;
use super::super::view::period_label;
use super::{SHAREABLE, Shareable};
use crate::access::{Desk, Who};
use crate::i18n::{Lang, t, t_args};
use crate::sharing::{by_link, password};
use crate::tokens::in_days;
use crate::ui::Link;
use crate::ui::entry::{Entry, Kind};
use crate::ui::filters::Choice;
use crate::ui::sharing::ShareForm;

/// Days that a link may live; the first is the usual one.
const DAYS: [(&str, &str); 5] = [
    ("30", "share-expires-30"),
    ("1", "share-expires-1"),
    ("7", "share-expires-7"),
    ("90", "share-expires-90"),
    ("365", "share-expires-365"),
];

/// The choice of days that do not move.
const FIXED: &str = "fixed";

/// Parameters that have a field of their own, and those that no page is asked with.
const FIELDS: [&str; 6] = ["of", "shop", "period", "from", "to", "lang"];

/// Longest filters that are kept.
const LONGEST: usize = 4_000;

/// What a link is asked to show, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The page's path; none: it is still to be chosen.
    of: Option<String>,
    /// The page was come from: it is not chosen here.
    fixed_page: bool,
    name: String,
    shop: String,
    period: String,
    from: String,
    to: String,
    /// Other parameters of the page.
    rest: String,
    password: String,
    days: String,
    faults: Vec<(&'static str, String)>,
}

impl Asked {
    /// What an address of this page asks for.
    pub fn from_address(lang: Lang, query: &str, context: &Context) -> Self {
        let all: Vec<(String, String)> =
            pairs(query).filter_map(|(name, value)| Some((name?, value?))).collect();
        let value = |wanted: &str| {
            all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
        };
        let wanted = value("of");
        let of = wanted.clone().filter(|path| Shareable::at(path).is_some());
        let text = |name: &str| value(name).unwrap_or_default();
        let mut asked = Self {
            fixed_page: of.is_some(),
            shop: text("shop"),
            period: text("period"),
            from: text("from"),
            to: text("to"),
            ..Self::default()
        };
        if of.is_some() {
            let kept = all.iter().filter(|(name, _)| !FIELDS.contains(&name.as_str()));
            asked.rest = written(kept);
        }
        if wanted.is_some() && of.is_none() {
            asked.faults.push(("of", t(lang, "share-fault-page")));
        }
        asked.of = of;
        asked.settle(context);
        asked
    }

    /// What the form sent.
    pub fn from_form(fields: &[(String, String)]) -> Self {
        let text = |wanted: &str| {
            let found = fields.iter().find(|(name, _)| name == wanted);
            found.map_or("", |(_, value)| value.trim()).to_owned()
        };
        Self {
            of: Some(text("of")),
            fixed_page: !text("rest").is_empty(),
            name: text("name"),
            shop: text("shop"),
            period: text("period"),
            from: text("from"),
            to: text("to"),
            rest: text("rest"),
            password: fields
                .iter()
                .find(|(name, _)| name == "password")
                .map(|(_, value)| value.clone())
                .unwrap_or_default(),
            days: text("days"),
            faults: Vec::new(),
        }
    }

    /// Dates of an address are fixed days; a preset's dates are shown, should they be wanted fixed.
    fn settle(&mut self, context: &Context) {
        let dated = !self.from.is_empty() && !self.to.is_empty();
        if self.period.is_empty() {
            self.period = if dated { FIXED.to_owned() } else { "30d".to_owned() };
        }
        if !dated {
            let asked = format!("metrics=revenue&period={}", encode(&self.period));
            if let Ok(query) = Query::parse(&asked, context) {
                let days = query.days(context);
                (self.from, self.to) = (days.from.to_string(), days.to.to_string());
            }
        }
    }

    /// The link that is asked for; none where something is wrong with it, which the form then says.
    pub fn read(
        &mut self,
        app: &Desk,
        lang: Lang,
        now: Timestamp,
    ) -> Result<Option<NewShare>, PageError> {
        let (_, context) = app.read()?;
        let mut faults = Vec::new();
        let page = self.of.as_deref().and_then(Shareable::at);
        if page.is_none() {
            self.of = None;
            self.fixed_page = false;
            faults.push(("of", t(lang, "share-fault-page")));
        }
        if self.name.is_empty() {
            faults.push(("name", t(lang, "token-fault-name")));
        }
        let shops: Vec<i64> = context
            .shops
            .iter()
            .filter(|shop| self.shop.is_empty() || shop.shop.slug == self.shop)
            .map(|shop| shop.id)
            .collect();
        if shops.is_empty() {
            faults.push(("shop", t(lang, "token-fault-shop")));
        }
        if self.period == FIXED {
            let days = self.from.parse::<Date>().ok().zip(self.to.parse::<Date>().ok());
            if days.is_none_or(|(from, to)| from > to) {
                faults.push(("from", t(lang, "share-fault-dates")));
            }
        } else if PRESETS.iter().all(|(id, _)| *id != self.period) {
            faults.push(("period", t(lang, "share-fault-period")));
        }
        let days = DAYS.iter().find(|(days, _)| *days == self.days);
        let days = days.and_then(|(days, _)| days.parse::<i64>().ok());
        if days.is_none() {
            faults.push(("days", t(lang, "share-fault-days")));
        }
        let letters = self.password.chars().count();
        if letters > 0 && !(password::SHORTEST..=password::LONGEST).contains(&letters) {
            faults.push(("password", t(lang, "share-fault-password")));
        }
        let (Some(page), Some(days), true) = (page, days, faults.is_empty()) else {
            self.faults = faults;
            return Ok(None);
        };
        let mut new = NewShare {
            name: self.name.clone(),
            page: page.path.to_owned(),
            query: self.query(),
            shops,
            password: None,
            made_by: match app.visitor.who {
                Who::User { id, .. } => Some(id),
                _ => None,
            },
            expires: in_days(days, now),
        };
        if let Some(fault) = self.unshown(app, lang, page, &new)? {
            self.faults = vec![fault];
            return Ok(None);
        }
        if letters > 0 {
            let hashed = password::hash(&self.password)
                .map_err(|error| PageError::Failed(format!("the password of a link: {error}")))?;
            new.password = Some(hashed);
        }
        Ok(Some(new))
    }

    /// Draws the page once, as whoever gets the link will see it: a link that shows nothing is not made.
    fn unshown(
        &self,
        app: &Desk,
        lang: Lang,
        page: &Shareable,
        new: &NewShare,
    ) -> Result<Option<(&'static str, String)>, PageError> {
        if self.rest.len() > LONGEST {
            return Ok(Some(("rest", t(lang, "share-fault-filters"))));
        }
        let desk = app.seen_by(by_link(&new.preview(), None));
        match page.draw(&desk, lang, &new.query) {
            Ok(_) => Ok(None),
            Err(PageError::Query(error)) => {
                let shown: String = error.value.chars().take(60).collect();
                let known = [("name", error.parameter.as_str()), ("value", shown.as_str())];
                Ok(Some(("rest", t_args(lang, "problem-parameter-text", &known))))
            }
            Err(PageError::Failed(detail)) => Err(PageError::Failed(detail)),
            Err(_) => Ok(Some(("rest", t(lang, "share-fault-filters")))),
        }
    }

    /// The page's parameters, as the link keeps them. Each stands once, but for conditions.
    fn query(&self) -> String {
        let mut all = Vec::new();
        if !self.shop.is_empty() {
            all.push(("shop".to_owned(), self.shop.clone()));
        }
        if self.period == FIXED {
            all.push(("from".to_owned(), self.from.clone()));
            all.push(("to".to_owned(), self.to.clone()));
        } else {
            all.push(("period".to_owned(), self.period.clone()));
        }
        let rest = pairs(&self.rest).filter_map(|(name, value)| Some((name?, value?)));
        for (name, value) in rest.filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
            if name == "where" || !all.iter().any(|(known, _)| *known == name) {
                all.push((name, value));
            }
        }
        written(all.iter())
    }

    /// The form, filled in.
    pub fn form(&self, lang: Lang, context: &Context, all: bool) -> ShareForm {
        let fault = |name: &str| {
            self.faults.iter().find(|(known, _)| *known == name).map(|(_, words)| words.clone())
        };
        let page = self.of.as_deref().filter(|_| self.fixed_page).and_then(Shareable::at);
        let mut fields = Vec::new();
        if page.is_none() {
            let chosen = self.of.as_deref().unwrap_or("/");
            fields.push(Entry {
                name: "of",
                label: t(lang, "share-page-label"),
                choices: SHAREABLE
                    .iter()
                    .map(|page| Choice::new(page.path, t(lang, page.words), page.path == chosen))
                    .collect(),
                error: fault("of"),
                ..Entry::default()
            });
        }
        fields.push(Entry {
            name: "name",
            label: t(lang, "share-name-label"),
            hint: Some(t(lang, "share-name-hint")),
            value: self.name.clone(),
            required: true,
            error: fault("name").or_else(|| fault("rest")),
            ..Entry::default()
        });
        fields.push(self.shops(lang, context, all, fault("shop")));
        fields.extend(self.days(lang, &fault));
        fields.push(Entry {
            name: "password",
            label: t(lang, "share-password-optional"),
            hint: Some(t(lang, "share-password-hint")),
            kind: Kind::NewPassword,
            error: fault("password"),
            ..Entry::default()
        });
        let days = if self.days.is_empty() { DAYS[0].0 } else { self.days.as_str() };
        let mut lives: Vec<Choice> =
            DAYS.iter().map(|(id, words)| Choice::new(*id, t(lang, words), *id == days)).collect();
        lives.sort_by_key(|choice| choice.value.parse::<i64>().unwrap_or(0));
        fields.push(Entry {
            name: "days",
            label: t(lang, "share-expires-label"),
            choices: lives,
            error: fault("days"),
            ..Entry::default()
        });
        ShareForm {
            page: page.map(|page| {
                let there = format!("{}?{}", page.path, self.query());
                (Link::new(t(lang, page.words), there), page.path.to_owned())
            }),
            fields,
            rest: self.rest.clone(),
        }
    }

    fn shops(&self, lang: Lang, context: &Context, all: bool, error: Option<String>) -> Entry {
        let every = (context.shops.len() > 1)
            .then(|| Choice::new("", t(lang, "filter-all-shops"), self.shop.is_empty()));
        let hint = if all { "share-shops-hint" } else { "share-own-shops-hint" };
        Entry {
            name: "shop",
            label: t(lang, "filter-shop"),
            hint: (context.shops.len() > 1).then(|| t(lang, hint)),
            choices: every
                .into_iter()
                .chain(context.shops.iter().map(|shop| {
                    let slug = shop.shop.slug.as_str();
                    Choice::new(slug, shop.shop.name.as_str(), slug == self.shop)
                }))
                .collect(),
            error,
            ..Entry::default()
        }
    }

    fn days(&self, lang: Lang, fault: &impl Fn(&str) -> Option<String>) -> [Entry; 3] {
        let fixed = Choice::new(FIXED, t(lang, "share-period-fixed"), self.period == FIXED);
        let rolling = PRESETS
            .iter()
            .map(|(id, _)| Choice::new(*id, period_label(lang, id), *id == self.period));
        let day = |name, words, value: &str, error| Entry {
            name,
            label: t(lang, words),
            kind: Kind::Day,
            value: value.to_owned(),
            error,
            ..Entry::default()
        };
        [
            Entry {
                name: "period",
                label: t(lang, "filter-period"),
                hint: Some(t(lang, "share-period-hint")),
                choices: rolling.chain([fixed]).collect(),
                error: fault("period"),
                ..Entry::default()
            },
            day("from", "filter-from", &self.from, fault("from")),
            day("to", "filter-to", &self.to, None),
        ]
    }
}

fn written<'p>(all: impl Iterator<Item = &'p (String, String)>) -> String {
    all.map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn s086_a_link_keeps_the_period_of_its_own_field_and_no_second_one() {
        let asked = Asked::from_form(&fields(&[
            ("of", "/revenue"),
            ("shop", "ferme"),
            ("period", "fixed"),
            ("from", "2026-10-01"),
            ("to", "2026-10-31"),
            (
                "rest",
                "by=country&period=all&shop=cave&from=2020-01-01&where=country:FR&by=city&where=device:phone",
            ),
        ]));
        assert_eq!(
            asked.query(),
            "shop=ferme&from=2026-10-01&to=2026-10-31&by=country&where=country:FR&where=device:phone"
        );
        let rolling = Asked::from_form(&fields(&[("period", "30d"), ("from", "2026-10-01")]));
        assert_eq!(rolling.query(), "period=30d");
    }
}
