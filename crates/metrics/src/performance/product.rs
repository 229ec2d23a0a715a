//! One product in full: who buys it and when again, with what, and at which price.

mod after;
mod prices;

use comptoir_model::Currency;
use comptoir_store::Snapshot;

use super::companions::{Companion, with_one};
use super::purchases::{Buyers, buyers};
use super::rows::{Catalogue, catalogue};
use super::{Gaps, Level, Reader, gaps};
use crate::context::Context;
use crate::period::Period;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::table::Cell;

pub use after::DAYS_AFTER;
pub use prices::Price;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub code: String,
    pub name: Option<String>,
    pub category: Option<String>,
    /// Of the catalogue, in the shop's currency.
    pub price: Option<(i64, Currency)>,
    pub stock: Option<i64>,
    /// The currency of the amounts below.
    pub currency: Currency,
    /// Of the period.
    pub buyers: Buyers,
    /// Bought in the same orders of the period; the most probable first, at most [`SHOWN`].
    pub together: Vec<Together>,
    /// Bought later by the same customers; the most probable first, at most [`SHOWN`].
    pub after: Vec<After>,
    /// Unit prices of its lines in the period, month by month.
    pub prices: Vec<Price>,
    /// Over all history.
    pub gaps: Gaps,
}

/// Companions that the panel lists.
pub const SHOWN: usize = 10;

/// A product in the same orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    pub code: String,
    pub name: Option<String>,
    /// Orders with both, with the product, with this one, with any product.
    pub together: i64,
    pub with: i64,
    pub of_companion: i64,
    pub orders: i64,
    pub probability: Cell,
    pub support: Cell,
    pub lift: Cell,
}

/// A product in a later order of the same customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub code: String,
    pub name: Option<String>,
    /// Customers who bought it later, and all customers of the product.
    pub customers: i64,
    pub of: i64,
    pub probability: Cell,
}

/// Reads a product by its code; none when the shops have no such product.
pub fn product(
    snapshot: &Snapshot,
    query: &Query,
    code: &str,
    context: &Context,
) -> Result<Option<Product>, MetricsError> {
    let scope = Scope::of(query, context);
    let period = query.days(context);
    let level = Level::Product;
    let reader = Reader { snapshot, query, context, scope: &scope, period, level };
    let catalogue = catalogue(&reader)?;
    let Some((item, known)) = catalogue.known.iter().find(|(_, known)| known.code == code) else {
        return Ok(None);
    };
    let items = [*item];
    let of_it = (*item, None);
    let buyers = buyers(&reader, Some(&items))?.get(&of_it).copied().unwrap_or_default();
    let mut together: Vec<Together> = with_one(&reader, *item, SHOWN)?
        .into_iter()
        .filter_map(|companion| together(&companion, &catalogue))
        .collect();
    together.sort_by(|a, b| b.together.cmp(&a.together).then_with(|| a.code.cmp(&b.code)));
    let after = after::after(&reader, *item, buyers.customers, &catalogue)?;
    let prices = prices::prices(&reader, *item)?;
    let ever = Period { from: jiff::civil::date(1970, 1, 1), to: jiff::civil::date(2200, 12, 31) };
    let all = Reader { period: ever, ..reader };
    let gaps = gaps::gaps(&all, Some(&items))?.remove(&of_it).unwrap_or_default();
    let shop_currency = scope.shops.first().map_or(scope.currency, |shop| shop.shop.currency);
    Ok(Some(Product {
        code: known.code.clone(),
        name: known.name.clone(),
        category: known.category.clone(),
        price: known.price.map(|price| (price, shop_currency)),
        stock: known.stock,
        currency: scope.currency,
        buyers,
        together,
        after,
        prices,
        gaps,
    }))
}

fn together(companion: &Companion, catalogue: &Catalogue) -> Option<Together> {
    let known = catalogue.known.get(&companion.item)?;
    Some(Together {
        code: known.code.clone(),
        name: known.name.clone(),
        together: companion.together,
        with: companion.with,
        of_companion: companion.of_companion,
        orders: companion.orders,
        probability: companion.confidence(),
        support: companion.support(),
        lift: companion.lift(),
    })
}
