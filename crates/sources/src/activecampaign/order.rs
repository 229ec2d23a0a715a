//! An order as the GraphQL API takes it.

use comptoir_model::{Identity, Order, Place, Version};

use super::{Amounts, SOURCE, Weighed, class, instant, line, price};
use crate::connector::Setting;
use crate::pushed::{self, amount, missing, place, refuse};
use crate::wire::{Object, Refused, Wrong};

/// An order, with the ids that the API knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    pub order: Order,
    /// ActiveCampaign's id of the connection.
    pub connection: String,
    /// The cart it came from.
    pub checkout: Option<String>,
}

/// Reads an order, given as JSON text.
///
/// # Errors
/// What is wrong, and where.
pub fn order(text: &str, setting: &Setting) -> Result<Pushed, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("order", "", wrong, text))?;
    let id = object.text("storeOrderId").unwrap_or_default();
    read(&object, setting).map_err(|wrong| refuse("order", &id, wrong, text))
}

fn read(object: &Object<'_>, setting: &Setting) -> Result<Pushed, Wrong> {
    let id = object.identifier("storeOrderId")?;
    let currency = pushed::currency(object, "currency", setting.currency)?;
    let date = |name: &str| instant(object, name, &setting.timezone, setting.now);
    let Some(created) = date("storeCreatedDate")? else {
        return missing(object, "storeCreatedDate");
    };
    let modified = date("storeModifiedDate")?.unwrap_or(created);
    let Some(total) = amount(object, "finalAmount", currency)? else {
        return missing(object, "finalAmount");
    };
    let normalised = object.text("normalizedStatus");
    let status = object.text("storeStatus").or_else(|| normalised.clone()).unwrap_or_default();
    let mut order = Order::new(&id, Version::stamped(modified), currency, created);
    order.number = object.text("orderNumber");
    order.class = class(normalised.as_deref(), &status);
    order.status = status;
    order.test = object.flag("isTestOrder");
    order.payment_method = object.text("paymentMethod");
    order.shipping_method = object.text("shippingMethod");
    order.channel = object.text("salesChannel");
    order.customer = Identity {
        id: object.reference("storeCustomerId"),
        email: object.text("email"),
        ..Identity::default()
    };
    if let Some(billing) = object.object("billingAddress")? {
        order.billing = address(&billing);
        order.customer.first_name = billing.text("firstName");
        order.customer.last_name = billing.text("lastName");
        order.customer.phone = billing.text("phone");
        order.customer.email = order.customer.email.or_else(|| billing.text("email"));
    }
    if let Some(shipping) = object.object("shippingAddress")? {
        order.shipping = address(&shipping);
    }
    if let Some(person) = object.object("customerData")? {
        let customer = &mut order.customer;
        customer.first_name = person.text("firstName").or(customer.first_name.take());
        customer.last_name = person.text("lastName").or(customer.last_name.take());
        customer.phone = person.text("phone").or(customer.phone.take());
    }
    for discount in object.objects("discounts")? {
        order.coupons.extend(discount.text("name"));
    }
    let mut lines = Vec::new();
    for item in object.objects("lineItems")? {
        let line = line(&item, "productStorePrimaryId")?;
        // Prices have more decimals than the currency: only their proportion is used.
        let each = amount(&item, "priceAmount", currency)?.unwrap_or(0);
        lines.push(Weighed { weight: each.saturating_mul(line.quantity), line });
    }
    let amounts = Amounts {
        total,
        tax: amount(object, "taxAmount", currency)?,
        shipping: amount(object, "shippingAmount", currency)?.unwrap_or(0),
        discount: amount(object, "discountsAmount", currency)?.unwrap_or(0),
    };
    price(&mut order, lines, &amounts);
    Ok(Pushed {
        order,
        connection: object.text("legacyConnectionId").unwrap_or_else(|| SOURCE.to_owned()),
        checkout: object.reference("cartId").or_else(|| object.reference("externalCheckoutId")),
    })
}

fn address(address: &Object<'_>) -> Place {
    place(
        address.text("country"),
        address.text("province"),
        address.text("city"),
        address.text("postal"),
    )
}
