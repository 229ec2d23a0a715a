//! Products and their variants: reference, price, purchase cost, stock.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_model::{Currency, Product, Record, Version};
use jiff::Timestamp;

use super::around::gather;
use super::order::refusal;
use super::tables::{Tables, words};
use super::webservice::{Row, Webservice};
use crate::failure::Failure;
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// What is asked of a product; its descriptions are not.
pub(super) const FIELDS: &str =
    "[id,reference,name,price,wholesale_price,id_category_default,date_upd]";

/// Stock by product and variant; variant 0 is the product as a whole.
type Stock = BTreeMap<(String, String), i64>;

/// The products of a page, each followed by its variants. Their version is the moment of reading:
/// stock changes without any stamp.
pub(super) fn records(
    rows: &[Row],
    web: &mut Webservice,
    tables: &Tables,
    currency: Currency,
    now: Timestamp,
) -> Result<(Vec<Record>, Vec<Refused>), Failure> {
    let ids: BTreeSet<String> =
        rows.iter().filter_map(|row| Object::read(row, "").ok()?.reference("id")).collect();
    let mut stock = Stock::new();
    let display = "[id,id_product,id_product_attribute,quantity]";
    for row in gather(web, "stock_availables", "id_product", &ids, display)? {
        let Ok(object) = Object::read(&row, "") else { continue };
        if let (Some(product), Ok(Some(quantity))) =
            (object.reference("id_product"), object.whole("quantity"))
        {
            let variant = object.text("id_product_attribute").unwrap_or_else(|| "0".to_owned());
            // Several shops may share one catalogue, each with its own stock.
            *stock.entry((product, variant)).or_default() += quantity;
        }
    }
    let mut variants: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let display = "[id,id_product,reference,price,wholesale_price]";
    for row in gather(web, "combinations", "id_product", &ids, display)? {
        let product = Object::read(&row, "").ok().and_then(|object| object.reference("id_product"));
        if let Some(product) = product {
            variants.entry(product).or_default().push(row);
        }
    }
    let mut records = Vec::new();
    let mut refused = Vec::new();
    let reading = Reading { tables, currency, now, stock: &stock };
    for row in rows {
        let own = |id: &str| variants.get(id).map(Vec::as_slice).unwrap_or_default();
        match Object::read(row, "").and_then(|object| reading.product(&object, own)) {
            Ok(products) => {
                records.extend(products.into_iter().map(|one| Record::Product(Box::new(one))));
            }
            Err(wrong) => refused.push(refusal("product", row.get(), wrong)),
        }
    }
    Ok((records, refused))
}

struct Reading<'a> {
    tables: &'a Tables,
    currency: Currency,
    now: Timestamp,
    stock: &'a Stock,
}

impl Reading<'_> {
    fn product<'a>(
        &self,
        object: &Object<'_>,
        variants: impl Fn(&str) -> &'a [Row],
    ) -> Result<Vec<Product>, Wrong> {
        let id = object.identifier("id")?;
        let language = self.tables.setting("PS_LANG_DEFAULT");
        let Some(name) = words(object, "name", language) else {
            return object.wrong(
                "name",
                say("le produit n’a pas de nom", "the product has no name"),
                say("donnez-lui-en un dans PrestaShop", "give it one in PrestaShop"),
            );
        };
        let category = object.reference("id_category_default");
        let base = Product {
            code: object.text("reference").unwrap_or_else(|| id.clone()),
            version: Version::stamped(self.now),
            deleted: false,
            name,
            category: category.and_then(|id| self.tables.categories.get(&id).cloned()),
            price: object.money("price", self.currency)?,
            // PrestaShop writes 0 for a cost that nobody filled in.
            cost: object.money("wholesale_price", self.currency)?.filter(|cost| *cost > 0),
            stock: self.stock.get(&(id.clone(), "0".to_owned())).copied(),
        };
        let mut products = vec![base.clone()];
        for row in variants(&id) {
            let variant = Object::read(row, "combination")?;
            let Some(number) = variant.reference("id") else { continue };
            let impact = variant.money("price", self.currency)?.unwrap_or(0);
            let own = variant.text("reference").filter(|own| *own != base.code);
            let cost = variant.money("wholesale_price", self.currency)?.filter(|cost| *cost > 0);
            products.push(Product {
                code: own.unwrap_or_else(|| format!("{id}-{number}")),
                price: base.price.map(|price| price + impact),
                cost: cost.or(base.cost),
                stock: self.stock.get(&(id.clone(), number)).copied(),
                ..base.clone()
            });
        }
        Ok(products)
    }
}
