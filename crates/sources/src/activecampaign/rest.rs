//! Orders and abandoned carts as the REST API takes them: amounts in cents, changed piece by piece.

use std::collections::BTreeMap;

use comptoir_model::{Cart, CartLine, CartState, Identity, Order, Version};
use serde_json::value::RawValue;

use super::{Amounts, Weighed, cents, class, instant, line, price};
use crate::connector::Setting;
use crate::pushed::{self, missing, refuse};
use crate::wire::{Object, Refused, Wrong};

/// The members of each kind that are kept to be answered and to be changed later.
const KEPT: &[(&str, &[&str])] = &[
    (
        "order",
        &[
            "externalid",
            "externalcheckoutid",
            "source",
            "email",
            "currency",
            "connectionid",
            "customerid",
            "totalPrice",
            "totalProducts",
            "shippingAmount",
            "taxAmount",
            "discountAmount",
            "orderNumber",
            "shippingMethod",
            "state",
            "externalCreatedDate",
            "externalUpdatedDate",
            "abandonedDate",
            "orderProducts",
            "orderDiscounts",
        ],
    ),
    ("product", &["externalid", "name", "price", "quantity", "category", "sku"]),
    ("discount", &["name", "type", "discountAmount"]),
    ("connection", &["service", "externalid", "name", "logoUrl", "linkUrl", "isInternal"]),
    ("option", &["connectionid", "option", "value"]),
    ("customer", &["connectionid", "externalid", "email", "acceptsMarketing"]),
    ("contact", &["email", "firstName", "lastName", "phone"]),
];

/// What a REST order tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Order(Box<Order>),
    Cart(Box<Cart>),
}

/// The known members of a record, what is told now over what was told before.
///
/// # Errors
/// What is told is no JSON object.
pub fn merged(kind: &str, known: &str, told: &str) -> Result<String, Box<Refused>> {
    let wrong = |wrong| refuse(kind, "", wrong, told);
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    for text in [known, told].into_iter().filter(|text| !text.is_empty()) {
        let object = Object::parse(text).map_err(wrong)?;
        for name in object.names().filter(|name| names(kind).contains(name)) {
            let Some(raw) = object.raw(name) else { continue };
            let value = match name {
                "orderProducts" => list("product", &object, name).map_err(wrong)?,
                "orderDiscounts" => list("discount", &object, name).map_err(wrong)?,
                _ => raw.get().to_owned(),
            };
            members.insert(name.to_owned(), value);
        }
    }
    Ok(written(&members))
}

fn names(kind: &str) -> &'static [&'static str] {
    KEPT.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, names)| names)
}

fn list(kind: &str, object: &Object<'_>, name: &str) -> Result<String, Wrong> {
    let mut items = Vec::new();
    for item in object.objects(name)? {
        let members = names(kind)
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), item.raw(name)?.get().to_owned())));
        items.push(written(&members.collect()));
    }
    Ok(format!("[{}]", items.join(",")))
}

fn written(members: &BTreeMap<String, String>) -> String {
    let raw: BTreeMap<&String, Box<RawValue>> = members
        .iter()
        .filter_map(|(name, value)| Some((name, RawValue::from_string(value.clone()).ok()?)))
        .collect();
    serde_json::to_string(&raw).unwrap_or_else(|_| "{}".to_owned())
}

/// Reads an order, or an abandoned cart: one has an `externalid`, the other an `externalcheckoutid` and
/// an `abandonedDate`. `customer` is the shop's own id of whom `customerid` names.
///
/// # Errors
/// What is wrong, and where.
pub fn rest_order(
    text: &str,
    customer: Option<&str>,
    setting: &Setting,
) -> Result<Told, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("order", "", wrong, text))?;
    let id = object.text("externalid").or_else(|| object.text("externalcheckoutid"));
    let identity = Identity {
        id: customer.map(str::to_owned),
        email: object.text("email"),
        ..Identity::default()
    };
    let read = || match object.reference("externalid") {
        Some(id) => order(&object, &id, identity, setting).map(|one| Told::Order(Box::new(one))),
        None => cart(&object, identity, setting).map(|cart| Told::Cart(Box::new(cart))),
    };
    read().map_err(|wrong| refuse("order", id.as_deref().unwrap_or_default(), wrong, text))
}

fn order(
    object: &Object<'_>,
    id: &str,
    customer: Identity,
    setting: &Setting,
) -> Result<Order, Wrong> {
    let currency = pushed::currency(object, "currency", setting.currency)?;
    let date = |name: &str| instant(object, name, &setting.timezone, setting.now);
    let Some(created) = date("externalCreatedDate")? else {
        return missing(object, "externalCreatedDate");
    };
    // Without a stamp of its own, what arrives later is newer.
    let modified = date("externalUpdatedDate")?.unwrap_or(setting.now);
    let Some(total) = cents(object, "totalPrice", currency)? else {
        return missing(object, "totalPrice");
    };
    let mut order = Order::new(id, Version::stamped(modified), currency, created);
    order.number = object.text("orderNumber");
    // An order that tells no state was placed: carts are told apart.
    let state = object.text("state").unwrap_or_else(|| "completed".to_owned());
    order.class = if object.text("state").is_some() {
        class(Some(&state), "")
    } else {
        comptoir_model::Class::Paid
    };
    order.status = state;
    order.customer = customer;
    order.shipping_method = object.text("shippingMethod");
    for discount in object.objects("orderDiscounts")? {
        order.coupons.extend(discount.text("name"));
    }
    let mut lines = Vec::new();
    for item in object.objects("orderProducts")? {
        let line = line(&item, "externalid")?;
        let each = cents(&item, "price", currency)?.unwrap_or(0);
        lines.push(Weighed { weight: each.saturating_mul(line.quantity), line });
    }
    let amounts = Amounts {
        total,
        tax: cents(object, "taxAmount", currency)?,
        shipping: cents(object, "shippingAmount", currency)?.unwrap_or(0),
        discount: cents(object, "discountAmount", currency)?.unwrap_or(0),
    };
    price(&mut order, lines, &amounts);
    Ok(order)
}

fn cart(object: &Object<'_>, customer: Identity, setting: &Setting) -> Result<Cart, Wrong> {
    let Some(id) = object.reference("externalcheckoutid") else {
        return missing(object, "externalid");
    };
    let currency = pushed::currency(object, "currency", setting.currency)?;
    let date = |name: &str| instant(object, name, &setting.timezone, setting.now);
    let Some(abandoned) = date("abandonedDate")? else { return missing(object, "abandonedDate") };
    let created = date("externalCreatedDate")?.unwrap_or(abandoned);
    let updated = date("externalUpdatedDate")?.unwrap_or(abandoned);
    let Some(total) = cents(object, "totalPrice", currency)? else {
        return missing(object, "totalPrice");
    };
    let mut lines = Vec::new();
    for item in object.objects("orderProducts")? {
        let line = line(&item, "externalid")?;
        lines.push(CartLine { product: line.product, name: line.name, quantity: line.quantity });
    }
    Ok(Cart {
        id,
        version: Version::stamped(updated),
        state: CartState::Open,
        created,
        updated,
        currency,
        customer,
        total,
        lines,
        order: None,
    })
}
