//! What a query means in this workspace: its shops, their rules, the profile and the currency.

use comptoir_model::{CountingRule, Currency};
use comptoir_store::{Amounts, StoredShop};

use crate::context::Context;
use crate::profile::{self, Profile};
use crate::query::Query;

/// The scope of a query.
pub(crate) struct Scope<'c> {
    pub shops: Vec<&'c StoredShop>,
    pub profile: &'static Profile,
    /// The rule by which each of the shops is counted, in their order.
    pub rules: Vec<CountingRule>,
    /// Whether the columns kept by the writer already follow these rules.
    pub stored: bool,
    /// The currency of the answer.
    pub currency: Currency,
    /// The currencies that must be converted into it.
    pub foreign: Vec<Currency>,
    /// Some of the shops' orders tell nothing but their total.
    pub total_only: bool,
}

impl<'c> Scope<'c> {
    pub fn of(query: &Query, context: &'c Context) -> Self {
        let shops = query.shops(context);
        let preset = query.profile.or_else(|| shared_profile(&shops));
        // Shops of different profiles have no common formula: together they are shown by the default one.
        let profile = preset.unwrap_or(&profile::COMPTOIR);
        let profile = match query.tax.unwrap_or_else(|| context.amounts(&shops)) {
            Amounts::Excl => profile,
            Amounts::Incl => profile.taxed(),
        };
        let rules: Vec<CountingRule> = shops
            .iter()
            .map(|shop| {
                let mut rule = match (query.profile, preset) {
                    (None, Some(_)) => shop.rule.clone(),
                    // The shop's own list of statuses holds whatever the others' profiles are.
                    (None, None) => {
                        CountingRule { statuses: shop.rule.statuses.clone(), ..profile.rule() }
                    }
                    (Some(_), _) => profile.rule(),
                };
                rule.basis = query.date.unwrap_or(rule.basis);
                rule
            })
            .collect();
        let stored = shops.iter().zip(&rules).all(|(shop, rule)| shop.rule.same(rule));
        let held = held_currencies(query, context, &shops);
        let asked = query.currency.or_else(|| context.shown_currency(&shops));
        let currency = asked.unwrap_or_else(|| match held.as_slice() {
            [only] => *only,
            held => own_currency(&shops, held),
        });
        let foreign = held.into_iter().filter(|held| *held != currency).collect();
        let total_only = context.contents_of(&shops).any(|found| found.total_only);
        Self { shops, profile, rules, stored, currency, foreign, total_only }
    }
}

/// The rule by which a query counts each of its shops, by their ids.
pub fn rules(query: &Query, context: &Context) -> Vec<(i64, CountingRule)> {
    let scope = Scope::of(query, context);
    scope.shops.iter().map(|shop| shop.id).zip(scope.rules).collect()
}

/// The profile under which a query is answered: with tax where amounts are shown so.
pub fn profile_of(query: &Query, context: &Context) -> &'static Profile {
    Scope::of(query, context).profile
}

/// The profile of all the shops, when they share one.
fn shared_profile(shops: &[&StoredShop]) -> Option<&'static Profile> {
    let first = shops.first()?;
    let shared = shops.iter().all(|shop| shop.profile == first.profile);
    shared.then(|| profile::profile(&first.profile)).flatten()
}

/// The currencies of the shops that the query's filters leave. It is a property of the shops, not of
/// the period, so that two periods are always in the same currency.
fn held_currencies(query: &Query, context: &Context, shops: &[&StoredShop]) -> Vec<Currency> {
    let mut held = context.currencies(shops);
    for filter in query.filters.iter().filter(|filter| filter.dimension.id == "currency") {
        held.retain(|held| {
            filter.values.iter().flatten().any(|value| value.eq_ignore_ascii_case(held.code()))
        });
    }
    held
}

/// The currency in which amounts of several (or no) currencies are shown when nobody chose one.
fn own_currency(shops: &[&StoredShop], held: &[Currency]) -> Currency {
    match shops {
        [] => Currency::EUR,
        [shop] => shop.shop.currency,
        [first, ..] => {
            let euro = held.contains(&Currency::EUR)
                || shops.iter().any(|shop| shop.shop.currency == Currency::EUR);
            if euro { Currency::EUR } else { first.shop.currency }
        }
    }
}
