//! A checkout that was begun, as a cart: open until it becomes an order.

use comptoir_model::{Cart, CartLine, CartState, Currency, Identity, Version};

use super::amount::{legacy, nodes, number};
use super::order::{instant, product_of, required_instant};
use crate::wire::{Object, Wrong};
use crate::words::Fault;

pub(crate) fn read(told: &Object<'_>, fallback: Currency) -> Result<Cart, Wrong> {
    let id = number(&told.identifier("id")?).to_owned();
    let created = required_instant(told, "createdAt")?;
    let updated = instant(told, "updatedAt")?.unwrap_or(created);
    let bag = told.object("totalPriceSet")?;
    let money = match &bag {
        Some(bag) => bag.object("shopMoney")?,
        None => None,
    };
    let code = money.as_ref().and_then(|money| money.text("currencyCode"));
    let currency = match code {
        Some(code) => {
            code.parse().map_err(|error| (told.at("totalPriceSet"), Fault::from(error)))?
        }
        None => fallback,
    };
    let total = match &money {
        Some(money) => money.money("amount", currency)?.unwrap_or_default(),
        None => 0,
    };
    let customer = match told.object("customer")? {
        Some(customer) => Identity {
            id: legacy(&customer),
            email: customer
                .object("defaultEmailAddress")?
                .and_then(|told| told.text("emailAddress")),
            phone: None,
            first_name: customer.text("firstName"),
            last_name: customer.text("lastName"),
        },
        None => Identity::default(),
    };
    let mut lines = Vec::new();
    for line in nodes(told, "lineItems")? {
        lines.push(CartLine {
            product: product_of(&line)?,
            name: line.text("title").unwrap_or_default(),
            quantity: line.whole("quantity")?.unwrap_or(1).max(0),
        });
    }
    let ordered = told.raw("completedAt").is_some();
    Ok(Cart {
        id,
        version: Version::stamped(updated),
        state: if ordered { CartState::Ordered } else { CartState::Open },
        created,
        updated,
        currency,
        customer,
        total,
        lines,
        order: None,
    })
}
