//! What stands around a page of orders: customers, addresses, purchase costs, payments, slips, steps,
//! vouchers, products. Each is one request for the whole page, and can be done without.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_model::{Identity, Place};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::rights::SLIPS;
use super::tables::{Tables, words};
use super::webservice::{Row, Webservice, of_ids};
use crate::failure::Failure;
use crate::wire::Object;

/// Ids in one request: its address stays short enough for any server.
const AT_ONCE: usize = 100;

/// A product as a line of an order refers to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) reference: Option<String>,
    pub(super) name: Option<String>,
    pub(super) category: Option<String>,
    /// Without tax, as written.
    pub(super) price: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Paid {
    pub(super) at: Timestamp,
    pub(super) amount: String,
    pub(super) method: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Around {
    /// Lines with their costs and exact totals, by line.
    pub(super) details: BTreeMap<String, Row>,
    pub(super) customers: BTreeMap<String, Identity>,
    pub(super) addresses: BTreeMap<String, (Place, Option<String>)>,
    /// By the reference of the order: PrestaShop knows no better.
    pub(super) payments: BTreeMap<String, Vec<Paid>>,
    /// By order.
    pub(super) slips: BTreeMap<String, Vec<Row>>,
    /// State and moment, by order.
    pub(super) steps: BTreeMap<String, Vec<(String, Timestamp)>>,
    pub(super) coupons: BTreeMap<String, Vec<String>>,
}

/// Records by the values of one of their fields, in as many requests as needed.
pub(super) fn gather(
    web: &mut Webservice,
    resource: &str,
    field: &str,
    ids: &BTreeSet<String>,
    display: &str,
) -> Result<Vec<Row>, Failure> {
    let ids: Vec<String> = ids.iter().cloned().collect();
    let filter = format!("filter[{field}]");
    let mut rows = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let Some(found) = web.optional(resource, &of_ids(&filter, some, display))? else { break };
        rows.extend(found);
    }
    Ok(rows)
}

fn references(orders: &[Row], names: &[&str]) -> BTreeSet<String> {
    let objects = orders.iter().filter_map(|row| Object::read(row, "").ok());
    objects.flat_map(|order| names.iter().filter_map(move |name| order.reference(name))).collect()
}

impl Around {
    pub(super) fn of(
        orders: &[Row],
        web: &mut Webservice,
        tables: &Tables,
        zone: &TimeZone,
    ) -> Result<Self, Failure> {
        let mut around = Self::default();
        let ids = references(orders, &["id"]);
        if ids.is_empty() {
            return Ok(around);
        }
        for row in gather(web, "order_details", "id_order", &ids, "full")? {
            let id = Object::read(&row, "").ok().and_then(|detail| detail.reference("id"));
            if let Some(id) = id {
                around.details.insert(id, row);
            }
        }
        for row in gather(web, SLIPS, "id_order", &ids, "full")? {
            let order = Object::read(&row, "").ok().and_then(|slip| slip.reference("id_order"));
            if let Some(order) = order {
                around.slips.entry(order).or_default().push(row);
            }
        }
        let display = "[id,id_order,id_order_state,date_add]";
        for row in gather(web, "order_histories", "id_order", &ids, display)? {
            let Ok(step) = Object::read(&row, "") else { continue };
            if let (Some(order), Some(state), Ok(Some(at))) = (
                step.reference("id_order"),
                step.reference("id_order_state"),
                step.instant("date_add", zone),
            ) {
                around.steps.entry(order).or_default().push((state, at));
            }
        }
        for steps in around.steps.values_mut() {
            steps.sort_by_key(|(_, at)| *at);
        }
        around.people(orders, web, tables)?;
        around.money(orders, &ids, web, zone)?;
        Ok(around)
    }

    fn people(
        &mut self,
        orders: &[Row],
        web: &mut Webservice,
        tables: &Tables,
    ) -> Result<(), Failure> {
        self.customers = identities(web, &references(orders, &["id_customer"]))?;
        let ids = references(orders, &["id_address_delivery", "id_address_invoice"]);
        let display = "[id,id_country,id_state,city,postcode,phone,phone_mobile]";
        let rows = gather(web, "addresses", "id", &ids, display)?;
        let regions: BTreeSet<String> = references(&rows, &["id_state"]);
        let mut names = BTreeMap::new();
        for row in gather(web, "states", "id", &regions, "[id,name]")? {
            let Ok(region) = Object::read(&row, "") else { continue };
            if let (Some(id), Some(name)) = (region.reference("id"), region.text("name")) {
                names.insert(id, name);
            }
        }
        for row in rows {
            let Ok(address) = Object::read(&row, "") else { continue };
            let Some(id) = address.reference("id") else { continue };
            let country = address.reference("id_country");
            let place = Place {
                country: country.and_then(|country| tables.countries.get(&country).cloned()),
                region: address.reference("id_state").and_then(|id| names.get(&id).cloned()),
                city: address.text("city"),
                postcode: address.text("postcode"),
            };
            let phone = address.text("phone_mobile").or_else(|| address.text("phone"));
            self.addresses.insert(id, (place, phone));
        }
        Ok(())
    }

    fn money(
        &mut self,
        orders: &[Row],
        ids: &BTreeSet<String>,
        web: &mut Webservice,
        zone: &TimeZone,
    ) -> Result<(), Failure> {
        // A reference of letters can't be mistaken for the syntax of a filter.
        let plain = |text: &String| text.chars().all(|one| one.is_ascii_alphanumeric());
        let known: BTreeSet<String> =
            references(orders, &["reference"]).into_iter().filter(plain).collect();
        for row in gather(web, "order_payments", "order_reference", &known, "full")? {
            let Ok(payment) = Object::read(&row, "") else { continue };
            if let (Some(order), Ok(Some(at)), Ok(Some(amount))) = (
                payment.text("order_reference"),
                payment.instant("date_add", zone),
                payment.digits("amount"),
            ) {
                let method = payment.text("payment_method");
                self.payments.entry(order).or_default().push(Paid { at, amount, method });
            }
        }
        for payments in self.payments.values_mut() {
            payments.sort_by_key(|payment| payment.at);
        }
        // Version 1.7 renamed the resource.
        for resource in ["order_cart_rules", "order_discounts"] {
            let rows = gather(web, resource, "id_order", ids, "full")?;
            for row in &rows {
                let Ok(rule) = Object::read(row, "") else { continue };
                if let (Some(order), Some(name)) = (rule.reference("id_order"), rule.text("name")) {
                    let names = self.coupons.entry(order).or_default();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            if !rows.is_empty() || !web.is_absent(resource) {
                break;
            }
        }
        Ok(())
    }

    /// The customer of an order or a cart.
    pub(super) fn identity(&self, id: Option<String>) -> Identity {
        let Some(id) = id else { return Identity::default() };
        let known = self.customers.get(&id).cloned();
        known.unwrap_or_else(|| Identity { id: Some(id), ..Identity::default() })
    }
}

/// Customers by their ids. Fields are named: the whole record would bring the password's hash.
pub(super) fn identities(
    web: &mut Webservice,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Identity>, Failure> {
    let mut found = BTreeMap::new();
    for row in gather(web, "customers", "id", ids, "[id,email,firstname,lastname]")? {
        let Ok(customer) = Object::read(&row, "") else { continue };
        if let Some(id) = customer.reference("id") {
            found.insert(id, identity(&customer));
        }
    }
    Ok(found)
}

pub(super) fn identity(customer: &Object<'_>) -> Identity {
    Identity {
        id: customer.reference("id"),
        email: customer.text("email"),
        phone: None,
        first_name: customer.text("firstname"),
        last_name: customer.text("lastname"),
    }
}

/// Products that are not known yet.
pub(super) fn learn(
    known: &mut BTreeMap<String, Known>,
    ids: BTreeSet<String>,
    web: &mut Webservice,
    tables: &Tables,
) -> Result<(), Failure> {
    let ids: BTreeSet<String> = ids.into_iter().filter(|id| !known.contains_key(id)).collect();
    let display = "[id,reference,name,price,id_category_default]";
    let language = tables.setting("PS_LANG_DEFAULT");
    for row in gather(web, "products", "id", &ids, display)? {
        let Ok(product) = Object::read(&row, "") else { continue };
        let Some(id) = product.reference("id") else { continue };
        let category = product.reference("id_category_default");
        let about = Known {
            reference: product.text("reference"),
            name: words(&product, "name", language),
            category: category.and_then(|id| tables.categories.get(&id).cloned()),
            price: product.digits("price").unwrap_or_default(),
        };
        known.insert(id, about);
    }
    Ok(())
}
