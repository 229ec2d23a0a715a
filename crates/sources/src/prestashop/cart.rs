//! Carts: those that became orders, and those that were left.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_model::{Cart, CartLine, CartState, Record, Version};
use jiff::Timestamp;

use super::around::{self, Around, Known, gather};
use super::order::{Reading, refusal};
use super::tables::Tables;
use super::webservice::{Row, Webservice};
use crate::connector::Setting;
use crate::failure::Failure;
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// The order a cart became.
struct Became {
    order: String,
    at: Option<Timestamp>,
    total: Option<i64>,
}

/// The carts of a page. `emptied`: whether a cart without products is worth telling, because it may
/// have had some when it was last read.
pub(super) fn records(
    rows: &[Row],
    web: &mut Webservice,
    tables: &Tables,
    products: &mut BTreeMap<String, Known>,
    setting: &Setting,
    emptied: bool,
) -> Result<(Vec<Record>, Vec<Refused>), Failure> {
    let objects: Vec<Object<'_>> =
        rows.iter().filter_map(|row| Object::read(row, "").ok()).collect();
    let all = |name: &str| -> BTreeSet<String> {
        objects.iter().filter_map(|cart| cart.reference(name)).collect()
    };
    let display = "[id,id_cart,id_currency,conversion_rate,total_paid_tax_incl,date_add]";
    let orders = gather(web, "orders", "id_cart", &all("id"), display)?;
    let around =
        Around { customers: around::identities(web, &all("id_customer"))?, ..Around::default() };
    let inside = objects.iter().flat_map(|cart| cart_rows(cart).unwrap_or_default());
    let wanted = inside.filter_map(|row| row.reference("id_product")).collect();
    around::learn(products, wanted, web, tables)?;
    let reading = Reading {
        tables,
        around: &around,
        products,
        zone: &setting.timezone,
        now: setting.now,
        currency: setting.currency,
    };
    let mut became = BTreeMap::new();
    for row in &orders {
        let Ok(order) = Object::read(row, "") else { continue };
        if let (Some(cart), Some(id)) = (order.reference("id_cart"), order.reference("id")) {
            let currency = reading.currency_of(&order).unwrap_or(setting.currency);
            let at = order.instant("date_add", &setting.timezone).ok().flatten();
            let total = order.money("total_paid_tax_incl", currency).ok().flatten();
            became.entry(cart).or_insert(Became { order: id, at, total });
        }
    }
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    for row in rows {
        let read = Object::read(row, "").and_then(|cart| reading.cart(&cart, &became, emptied));
        match read {
            Ok(Some(cart)) => records.push(Record::Cart(Box::new(cart))),
            Ok(None) => {}
            Err(wrong) => refused.push(refusal("cart", row.get(), wrong)),
        }
    }
    Ok((records, refused))
}

fn cart_rows<'a>(cart: &Object<'a>) -> Result<Vec<Object<'a>>, Wrong> {
    let inside = cart.object("associations")?;
    inside.map_or(Ok(Vec::new()), |inside| inside.objects("cart_rows"))
}

impl Reading<'_> {
    fn cart(
        &self,
        object: &Object<'_>,
        became: &BTreeMap<String, Became>,
        emptied: bool,
    ) -> Result<Option<Cart>, Wrong> {
        let id = object.identifier("id")?;
        let Some(created) = object.instant("date_add", self.zone)? else {
            return object.wrong(
                "date_add",
                say("le panier n’a pas de date", "the cart has no date"),
                say("corrigez-le dans PrestaShop", "correct it in PrestaShop"),
            );
        };
        let updated = object.instant("date_upd", self.zone)?.unwrap_or(created).max(created);
        let became = became.get(&id);
        let currency = self.currency_of(object)?;
        let mut lines = Vec::new();
        let mut total = 0;
        for row in cart_rows(object)? {
            let quantity = row.whole("quantity")?.unwrap_or(0).max(0);
            let product = row.reference("id_product");
            let known = product.as_ref().and_then(|id| self.products.get(id));
            // Before an order is made of it, a cart tells no amount: the catalogue's prices stand for it.
            let price = known.and_then(|known| known.price.as_deref());
            total += price.and_then(|price| currency.multiply(price, quantity).ok()).unwrap_or(0);
            lines.push(CartLine {
                product: known.and_then(|known| known.reference.clone()).or(product),
                name: known.and_then(|known| known.name.clone()).unwrap_or_default(),
                quantity,
            });
        }
        if lines.is_empty() && became.is_none() && !emptied {
            return Ok(None);
        }
        let state = match became {
            Some(_) => CartState::Ordered,
            None if lines.is_empty() => CartState::Deleted,
            None => CartState::Open,
        };
        // Ordering does not always change the cart's own stamp.
        let updated = became.and_then(|became| became.at).map_or(updated, |at| at.max(updated));
        Ok(Some(Cart {
            id,
            version: Version::stamped(updated),
            state,
            created,
            updated,
            currency,
            customer: self.around.identity(object.reference("id_customer")),
            total: became.and_then(|became| became.total).unwrap_or(total),
            lines,
            order: became.map(|became| became.order.clone()),
        }))
    }
}
