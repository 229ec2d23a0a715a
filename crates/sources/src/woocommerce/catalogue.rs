//! The catalogue: what the products of an order's lines are called, and the product records.
//!
//! A line tells its product's id and the variation's reference; the product's own reference, its
//! category and its cost are looked up once and kept for as long as the connector lives.

use std::collections::{BTreeSet, HashMap};

use comptoir_model::{Product, Record, Version};
use serde_json::value::RawValue;

use super::text::name_of;
use super::way::{Reply, Way};
use crate::connector::Setting;
use crate::failure::Failure;
use crate::wire::{Object, Refused, Wrong};
use crate::words::Text;

const FIELDS: &str = "id,name,type,status,sku,categories,manage_stock,stock_quantity,date_created_gmt,\
date_modified,date_modified_gmt,parent_id,cost_of_goods_sold,meta_data";
const VARIATION_FIELDS: &str = "id,sku,manage_stock,stock_quantity,cost_of_goods_sold,meta_data";

/// Where extensions keep the cost of a product.
const COST_KEYS: [&str; 2] = ["_wc_cog_cost", "_alg_wc_cog_cost"];

/// How the keys of those extensions begin: on a product whose variations have the costs there are others.
const COST_FAMILIES: [&str; 2] = ["_wc_cog_", "_alg_wc_cog_"];

/// What is known of a product.
#[derive(Debug, Clone, Default)]
struct Known {
    code: String,
    category: Option<String>,
    cost: Option<i64>,
    /// Costs of its variations by their ids.
    variations: HashMap<String, i64>,
}

/// What a line's product is called in our records.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) product: Option<String>,
    pub(super) variant: Option<String>,
    pub(super) category: Option<String>,
    pub(super) cost: Option<i64>,
}

#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// `None` for a product that is gone.
    known: HashMap<String, Option<Known>>,
    /// The key may not read products: lines tell what they can.
    closed: bool,
    /// The shop keeps purchase costs; not known before it was asked.
    costs: Option<bool>,
}

/// The variations of a product, added up.
#[derive(Default)]
struct Variations {
    stock: Option<i64>,
    costs: HashMap<String, i64>,
    /// The cost of all of them, when it is the same.
    cost: Option<i64>,
}

impl Catalogue {
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.closed = false;
    }

    /// What the product of a line is called: the reference of the product itself, whatever the size or
    /// colour; if it is gone, what the line tells.
    pub(super) fn names(&self, line: &Object<'_>) -> Names {
        let id = line.reference("product_id");
        let variation = line.reference("variation_id");
        let sku = line.text("sku");
        let variant = variation.as_ref().map(|id| sku.clone().unwrap_or_else(|| id.clone()));
        let known = id.as_ref().and_then(|id| self.known.get(id)).and_then(Option::as_ref);
        if let Some(known) = known {
            let own = variation.as_ref().and_then(|id| known.variations.get(id).copied());
            return Names {
                product: Some(known.code.clone()),
                variant,
                category: known.category.clone(),
                cost: own.or(known.cost),
            };
        }
        // A variation's reference names the variation: the product keeps its id.
        let product = if variation.is_some() { id.or(sku) } else { sku.or(id) };
        let product = product.or_else(|| name_of(line, "name"));
        Names { product, variant, ..Names::default() }
    }

    /// Looks up the products of some orders that are not known yet.
    pub(super) fn learn(
        &mut self,
        way: &mut Way,
        orders: &[Object<'_>],
        setting: &Setting,
        notes: &mut Vec<Text>,
    ) -> Result<(), Failure> {
        let mut missing: BTreeSet<String> = BTreeSet::new();
        for order in orders {
            let lines = order.objects("line_items").unwrap_or_default();
            missing.extend(lines.iter().filter_map(|line| line.reference("product_id")));
        }
        missing.retain(|id| !self.known.contains_key(id) && id.bytes().all(|b| b.is_ascii_digit()));
        let missing: Vec<String> = missing.into_iter().collect();
        for ids in missing.chunks(100) {
            if self.closed {
                return Ok(());
            }
            let include = ids.join(",");
            let asked = [("include", include.as_str()), ("per_page", "100"), ("_fields", FIELDS)];
            // The same line must not be named now this way, now that way: what passes is waited for.
            let reply = way.spare("wc/v3/products", &asked)?;
            match reply.as_ref().map_err(Clone::clone).and_then(Reply::rows) {
                Ok(rows) => {
                    for row in rows.iter().filter_map(|raw| Object::read(raw, "").ok()) {
                        let Some(id) = self.keep(&row, setting) else { continue };
                        if has_variations(&row) && self.keeps_costs(way)? {
                            self.variations(way, &id, setting)?;
                        }
                    }
                    for id in ids {
                        self.known.entry(id.clone()).or_insert(None);
                    }
                }
                Err(failure) => {
                    self.closed = true;
                    notes.push(super::unreadable("produits", "products", &failure));
                }
            }
        }
        Ok(())
    }

    /// Whether the shop keeps costs, as its first products show: then each variation has its own, at a
    /// request per product.
    fn keeps_costs(&mut self, way: &mut Way) -> Result<bool, Failure> {
        if let Some(known) = self.costs {
            return Ok(known);
        }
        let asked = [
            ("per_page", "100"),
            ("orderby", "id"),
            ("order", "asc"),
            ("_fields", "id,cost_of_goods_sold,meta_data"),
        ];
        let reply = way.spare("wc/v3/products", &asked)?;
        let rows = reply.as_ref().map_err(Clone::clone).and_then(Reply::rows).unwrap_or_default();
        let mut rows = rows.iter().filter_map(|raw| Object::read(raw, "").ok());
        let costs = rows.any(|row| {
            let metas = row.objects("meta_data").unwrap_or_default();
            let key = |meta: &Object<'_>| meta.text("key").unwrap_or_default();
            row.raw("cost_of_goods_sold").is_some()
                || metas
                    .iter()
                    .any(|meta| COST_FAMILIES.iter().any(|one| key(meta).starts_with(one)))
        });
        self.costs = Some(costs);
        Ok(costs)
    }

    fn keep(&mut self, row: &Object<'_>, setting: &Setting) -> Option<String> {
        let id = row.reference("id")?;
        let variations =
            self.known.remove(&id).flatten().map(|known| known.variations).unwrap_or_default();
        let known = Known {
            code: row.text("sku").unwrap_or_else(|| id.clone()),
            category: row
                .objects("categories")
                .ok()
                .and_then(|all| all.first().and_then(|first| name_of(first, "name"))),
            cost: cost(row, setting),
            variations,
        };
        self.known.insert(id.clone(), Some(known));
        Some(id)
    }

    /// Product records of one page. Variations cost a request per product: without `deep` they are
    /// left for later, unless the shop keeps costs, which its order lines need.
    pub(super) fn products(
        &mut self,
        way: &mut Way,
        rows: &[&RawValue],
        deep: bool,
        setting: &Setting,
    ) -> Result<(Vec<Record>, Vec<Refused>), Failure> {
        let (mut records, mut refused) = (Vec::new(), Vec::new());
        let told: Vec<Object<'_>> =
            rows.iter().filter_map(|raw| Object::read(raw, "").ok()).collect();
        let costs = !deep && told.iter().any(has_variations) && self.keeps_costs(way)?;
        for row in &told {
            let Some(id) = self.keep(row, setting) else { continue };
            let mut variations = Variations::default();
            let kind = row.text("type").unwrap_or_default();
            if kind == "variable" && !deep && !costs {
                continue;
            }
            if has_variations(row) && (deep || costs) {
                variations = self.variations(way, &id, setting)?;
            }
            match self.product(row, &id, &variations, setting) {
                Ok(product) => records.push(Record::Product(Box::new(product))),
                Err(wrong) => refused.push(Refused::new("product", &id, wrong, "")),
            }
        }
        Ok((records, refused))
    }

    fn product(
        &self,
        row: &Object<'_>,
        id: &str,
        variations: &Variations,
        setting: &Setting,
    ) -> Result<Product, Wrong> {
        let known = self.known.get(id).and_then(Option::as_ref);
        let own = if row.flag("manage_stock") { row.whole("stock_quantity")? } else { None };
        Ok(Product {
            code: known.map_or_else(|| id.to_owned(), |known| known.code.clone()),
            // Stock moves without a stamp: what is read later is newer.
            version: Version::stamped(setting.now),
            deleted: row.text("status").as_deref() == Some("trash"),
            name: name_of(row, "name").unwrap_or_else(|| id.to_owned()),
            category: known.and_then(|known| known.category.clone()),
            price: None,
            cost: known.and_then(|known| known.cost).or(variations.cost),
            stock: match (own, variations.stock) {
                (None, None) => None,
                (own, theirs) => Some(own.unwrap_or(0) + theirs.unwrap_or(0)),
            },
        })
    }

    fn variations(
        &mut self,
        way: &mut Way,
        id: &str,
        setting: &Setting,
    ) -> Result<Variations, Failure> {
        let mut all = Variations::default();
        let mut distinct: BTreeSet<Option<i64>> = BTreeSet::new();
        for page in 1..=50_u32 {
            let page = page.to_string();
            let asked =
                [("per_page", "100"), ("page", page.as_str()), ("_fields", VARIATION_FIELDS)];
            let route = format!("wc/v3/products/{id}/variations");
            let Ok(reply) = way.spare(&route, &asked)? else { break };
            let Ok(rows) = reply.rows() else { break };
            for row in rows.iter().filter_map(|raw| Object::read(raw, "").ok()) {
                if row.flag("manage_stock")
                    && let Ok(Some(stock)) = row.whole("stock_quantity")
                {
                    all.stock = Some(all.stock.unwrap_or(0) + stock);
                }
                let cost = cost(&row, setting);
                distinct.insert(cost);
                if let (Some(id), Some(cost)) = (row.reference("id"), cost) {
                    all.costs.insert(id, cost);
                }
            }
            if rows.len() < 100 {
                break;
            }
        }
        if distinct.len() == 1 {
            all.cost = distinct.into_iter().next().flatten();
        }
        if let Some(Some(known)) = self.known.get_mut(id) {
            known.variations.clone_from(&all.costs);
        }
        Ok(all)
    }
}

/// Subscriptions have variations too.
fn has_variations(row: &Object<'_>) -> bool {
    row.text("type").is_some_and(|kind| kind.contains("variable"))
}

/// The members that are asked of a product.
pub(super) fn fields() -> &'static str {
    FIELDS
}

/// What a unit costs the shop: the field of newer versions, else what known extensions write.
fn cost(row: &Object<'_>, setting: &Setting) -> Option<i64> {
    let own = row.object("cost_of_goods_sold").ok().flatten();
    let own = own.and_then(|own| own.money("total_value", setting.currency).ok().flatten());
    let metas = row.objects("meta_data").unwrap_or_default();
    let kept = metas
        .iter()
        .find(|meta| meta.text("key").is_some_and(|key| COST_KEYS.contains(&key.as_str())))
        .and_then(|meta| meta.money("value", setting.currency).ok().flatten());
    own.filter(|cost| *cost > 0).or(kept.filter(|cost| *cost > 0))
}
