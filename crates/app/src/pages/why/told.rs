//! A telling of the change in one sentence: « +1 240 € : davantage de commandes (+1 630 €), panier moyen (−280 €). »

use comptoir_metrics::bridge::{Bridge, ByOrders, Effect, Part};
use comptoir_metrics::{Period, Table};
use comptoir_model::Currency;

use crate::format;
use crate::i18n::{Lang, t, t_args};

/// Parts that lead from one revenue to another.
pub struct Telling<'p> {
    pub period: Period,
    pub comparison: Period,
    pub currency: Currency,
    /// Id of the calculation profile in force.
    pub profile: &'static str,
    pub before: i64,
    pub now: i64,
    pub change: i64,
    pub parts: &'p [Part],
    /// Only the largest parts are said.
    mostly: bool,
    without_average: bool,
}

/// Parts in a sentence that names the largest ones only.
const MOST: usize = 4;

impl<'p> Telling<'p> {
    pub fn whole(found: &Bridge, parts: &'p [Part]) -> Self {
        Self {
            period: found.period,
            comparison: found.comparison,
            currency: found.currency,
            profile: found.profile.id,
            before: found.before,
            now: found.now,
            change: found.change,
            parts,
            mostly: false,
            without_average: false,
        }
    }

    pub fn mostly(found: &Bridge, parts: &'p [Part]) -> Self {
        Self { mostly: true, ..Self::whole(found, parts) }
    }

    pub fn of_orders(found: &'p Bridge) -> Self {
        Self {
            without_average: found.orders.without_average,
            ..Self::whole(found, &found.orders.parts)
        }
    }

    /// A change by orders that was worked out with a table of figures.
    pub fn beside(orders: &'p ByOrders, table: &Table) -> Option<Self> {
        Some(Self {
            period: table.period,
            comparison: table.comparison?,
            currency: table.currency,
            profile: table.profile,
            before: orders.before,
            now: orders.now,
            change: orders.change,
            parts: &orders.parts,
            mostly: false,
            without_average: orders.without_average,
        })
    }
}

/// The sentence of a telling.
pub fn sentence(lang: Lang, telling: &Telling<'_>) -> String {
    let mut parts: Vec<&Part> = telling.parts.iter().filter(|part| part.amount != 0).collect();
    let shortened = telling.mostly && parts.len() > MOST;
    if shortened {
        parts.sort_by_key(|part| std::cmp::Reverse(part.amount.unsigned_abs()));
        parts.truncate(MOST);
    }
    if parts.is_empty() {
        return t(lang, "why-unmoved");
    }
    let said: Vec<String> = parts.into_iter().map(|part| said(lang, part, telling)).collect();
    let words = match (telling.change, shortened) {
        (0, false) => "why-sentence-even",
        (0, true) => "why-sentence-even-mostly",
        (_, true) => "why-sentence-mostly",
        _ => "why-sentence",
    };
    let change = format::money_signed(lang, telling.change, telling.currency);
    let told = t_args(lang, words, &[("change", &change), ("parts", &said.join(", "))]);
    if telling.without_average {
        return format!("{told} {}", t(lang, "why-without-average"));
    }
    told
}

fn said(lang: Lang, part: &Part, telling: &Telling<'_>) -> String {
    let words = match (part.effect, part.amount < 0) {
        (Effect::Orders | Effect::Refunds | Effect::Discounts, true) => {
            format!("why-said-{}-down", part.effect.id())
        }
        (Effect::Orders | Effect::Refunds | Effect::Discounts, false) => {
            format!("why-said-{}-up", part.effect.id())
        }
        _ => format!("why-said-{}", part.effect.id()),
    };
    let amount = format::money_signed(lang, part.amount, telling.currency);
    t_args(lang, &words, &[("amount", &amount)])
}
