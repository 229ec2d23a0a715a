//! Products and their variants, as ours: one record for each SKU, one for all variants without.

use comptoir_model::{Currency, Product, Version};

use super::amount::{legacy, nodes};
use super::order::{required_instant, unit_cost};
use crate::wire::{Object, Wrong};
use crate::words::Fault;

/// How a shop writes its prices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    pub currency: Currency,
    /// Tax is inside, at a rate that depends on the buyer: a price without tax is not known.
    pub taxes_included: bool,
}

impl Prices {
    pub(crate) fn read(data: &Object<'_>, fallback: Currency) -> Self {
        let shop = data.object("shop").ok().flatten();
        let told = shop.as_ref().and_then(|shop| shop.text("currencyCode"));
        let currency = told.and_then(|code| code.parse().ok()).unwrap_or(fallback);
        let taxes_included = shop.is_none_or(|shop| shop.flag("taxesIncluded"));
        Self { currency, taxes_included }
    }
}

pub(crate) fn read(
    told: &Object<'_>,
    more: &[Object<'_>],
    prices: Prices,
) -> Result<Vec<Product>, Wrong> {
    let id = match legacy(told) {
        Some(id) => id,
        None => told.identifier("legacyResourceId")?,
    };
    let modified = required_instant(told, "updatedAt")?;
    let title = told.text("title").unwrap_or_default();
    let category = told.text("productType");
    let mut variants = nodes(told, "variants")?;
    variants.extend(more.iter().cloned());
    let single = variants.len() == 1;
    let mut found: Vec<Product> = Vec::new();
    for variant in &variants {
        let sku = variant.text("sku");
        let name = match variant.text("title") {
            Some(variant) if sku.is_some() && !single => format!("{title} - {variant}"),
            _ => title.clone(),
        };
        let item = variant.object("inventoryItem")?;
        let tracked =
            item.as_ref().is_none_or(|item| item.text("tracked").is_none_or(|t| t == "true"));
        let stock = variant.whole("inventoryQuantity")?.filter(|_| tracked);
        let cost = match &item {
            Some(item) => unit_cost(item, prices.currency)?,
            None => None,
        };
        let price = variant.money("price", prices.currency)?.filter(|_| !prices.taxes_included);
        let code = sku.unwrap_or_else(|| id.clone());
        // Variants that share a code are one product here: their stock is one, too.
        if let Some(known) = found.iter_mut().find(|known| known.code == code) {
            known.stock = match (known.stock, stock) {
                (Some(known), Some(more)) => Some(known.saturating_add(more)),
                (known, more) => known.or(more),
            };
            known.cost = known.cost.or(cost);
            continue;
        }
        found.push(Product {
            code,
            version: Version::stamped(modified),
            deleted: false,
            name,
            category: category.clone(),
            price,
            cost,
            stock,
        });
    }
    Ok(found)
}

/// A price that can't be read says which product it is of.
pub(crate) fn refused(told: &Object<'_>, wrong: (String, Fault)) -> crate::wire::Refused {
    let id = legacy(told).unwrap_or_default();
    crate::wire::Refused::new("product", &id, wrong, "")
}
