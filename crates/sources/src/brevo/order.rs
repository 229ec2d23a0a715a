//! One order of `POST /orders/status`.

use comptoir_model::{Class, Line, LineKind, Order, Place, Version};
use jiff::tz::TimeZone;

use super::{class, person};
use crate::connector::Setting;
use crate::pushed::{amount, instant, missing, place, refuse, units};
use crate::wire::{Object, Refused, Wrong};

/// Reads an order. Times without an offset are UTC, as Brevo has them; the currency is the shop's.
///
/// # Errors
/// What is wrong, and where: the vendor's answer tells it.
pub fn order(text: &str, setting: &Setting) -> Result<Order, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("order", "", wrong, text))?;
    let id = object.text("id").unwrap_or_default();
    read(&object, setting).map_err(|wrong| refuse("order", &id, wrong, text))
}

fn read(object: &Object<'_>, setting: &Setting) -> Result<Order, Wrong> {
    let id = object.identifier("id")?;
    let date = |name: &str| -> Result<_, Wrong> {
        match instant(object, name, &TimeZone::UTC, setting.now)? {
            Some(at) => Ok(at),
            None => missing(object, name),
        }
    };
    let (created, updated) = (date("createdAt")?, date("updatedAt")?);
    let Some(status) = object.text("status") else { return missing(object, "status") };
    let Some(total) = amount(object, "amount", setting.currency)? else {
        return missing(object, "amount");
    };
    if object.raw("products").is_none() {
        return missing(object, "products");
    }
    let mut order = Order::new(&id, Version::stamped(updated), setting.currency, created);
    order.number = Some(id);
    order.class = class(&status);
    order.status = status;
    order.total_only = Some(total);
    order.customer = person(object)?;
    for product in object.objects("products")? {
        order.lines.push(line(&product)?);
    }
    if let Some(billing) = object.object("billing")? {
        order.billing = self::billing(&billing);
        order.payment_method = billing.text("paymentMethod");
        order.customer.phone = order.customer.phone.or_else(|| billing.text("phone"));
    }
    order.coupons = object.texts("coupons")?;
    match order.class {
        Class::Fulfilled => order.completed = Some(updated),
        Class::Cancelled => order.cancelled = Some(updated),
        _ => {}
    }
    Ok(order)
}

fn billing(billing: &Object<'_>) -> Place {
    place(
        billing.text("countryCode").or_else(|| billing.text("country")),
        billing.text("region"),
        billing.text("city"),
        billing.text("postCode"),
    )
}

/// A line names its product and its units; its price says nothing of tax, so it carries no amount.
fn line(product: &Object<'_>) -> Result<Line, Wrong> {
    let code = product.identifier("productId")?;
    let quantity = match units(product, "quantity")? {
        Some(quantity) => quantity,
        None => match units(product, "quantityFloat")? {
            Some(quantity) => quantity,
            None => return missing(product, "quantity"),
        },
    };
    // It is not kept, yet a price that is none means that the sender mixed its fields up.
    amount(product, "price", comptoir_model::Currency::EUR)?;
    Ok(Line {
        kind: LineKind::Product,
        name: product.text("name").unwrap_or_else(|| code.clone()),
        product: Some(code),
        variant: product.reference("variantId"),
        category: None,
        quantity,
        regular_price: None,
        gross: 0,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    })
}
