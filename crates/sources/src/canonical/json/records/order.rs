//! `order` and its lines.

use comptoir_model::{Class, Currency, Line, Order, Payment};

use super::refund::refund;
use super::{Fields, Wrong, charge, identity, line_kind, place, required_moment, taxes, version};
use crate::canonical::pricing::{Bill, DraftLine};
use crate::canonical::{Context, Fault, believable, status};
use crate::mapping::TaxRule;
use crate::words::say;

pub(super) fn order(fields: &mut Fields<'_>, context: &Context) -> Result<Order, Wrong> {
    let id = fields.identifier("id")?;
    let version = version(fields, context)?;
    let deleted = fields.flag("deleted")?;
    let currency = fields.currency(context.currency)?;
    let created = required_moment(fields, "created", context, deleted.then_some(version.modified))?;
    let mut order = Order::new(&id, version, currency, created);
    order.number = fields.text("number")?;
    order.invoice_number = fields.text("invoice_number")?;
    order.paid = fields.moment("paid", context)?;
    order.completed = fields.moment("completed", context)?;
    order.processed = fields.moment("processed", context)?;
    order.validated = fields.moment("validated", context)?;
    order.cancelled = fields.moment("cancelled", context)?;
    order.class = class(fields, deleted)?;
    order.status = match fields.text("status")? {
        Some(status) => status,
        None => order.class.id().to_owned(),
    };
    order.test = fields.flag("test")?;
    order.customer = identity(fields.object("customer")?)?;
    order.billing = place(fields.object("billing")?)?;
    order.shipping = place(fields.object("delivery")?)?;
    order.payment_method = fields.text("payment_method")?;
    order.shipping_method = fields.text("shipping_method")?;
    order.coupons = fields.texts("coupons")?;
    order.source = fields.text("source")?;
    order.medium = fields.text("medium")?;
    order.campaign = fields.text("campaign")?;
    order.channel = fields.text("channel")?;
    order.device = fields.text("device")?;
    let include = fields.flag("prices_include_tax")?;
    let mut bill = Bill {
        includes_tax: if include { TaxRule::Yes } else { TaxRule::No },
        discount: fields.money("discount", currency)?.unwrap_or(0),
        shipping: charge("", "shipping", "shipping_tax", "shipping_tax_rate", fields, currency)?,
        total: fields.money("total", currency)?,
        taxes: taxes(fields, currency)?,
        ..Bill::default()
    };
    for mut item in fields.objects("lines")? {
        bill.lines.push(line(&mut item, currency)?);
        item.finish()?;
    }
    for mut item in fields.objects("fees")? {
        let name = item.text("name")?.unwrap_or_default();
        bill.fees.push(charge(&name, "amount", "tax", "tax_rate", &mut item, currency)?);
        item.finish()?;
    }
    bill.settle(&mut order).map_err(|fault| ("lines".to_owned(), fault))?;
    for mut item in fields.objects("refunds")? {
        let refund = refund(&mut item, context, Some(&order))?;
        item.finish()?;
        order.refunds.push(refund);
    }
    for mut item in fields.objects("payments")? {
        let at = required_moment(&mut item, "at", context, None)?;
        let amount = item.money("amount", currency)?.unwrap_or(0);
        let failed = item.flag("failed")?;
        order.payments.push(Payment {
            method: item.text("method")?,
            at,
            amount,
            succeeded: !failed,
        });
        item.finish()?;
    }
    Ok(order)
}

/// `class` when it is given, else what the status word means, else paid.
fn class(fields: &mut Fields<'_>, deleted: bool) -> Result<Class, Wrong> {
    let told = fields.text("class")?;
    if deleted {
        return Ok(Class::Deleted);
    }
    if let Some(word) = told {
        return word.parse().or_else(|_| {
            let nearest =
                crate::nearest(&word, Class::ALL.into_iter().map(Class::id)).unwrap_or_default();
            fields.wrong(
                "class",
                say("ce n’est pas l’une des neuf classes", "this is not one of the nine classes"),
                say(
                    format!("la classe la plus proche est « {nearest} »"),
                    format!("the nearest class is “{nearest}”"),
                ),
            )
        });
    }
    // The status is looked at without being taken: it is stored as the platform writes it.
    let Some(raw) = fields.peek_text("status") else { return Ok(Class::Paid) };
    match status::class_of(&raw) {
        Some(class) => Ok(class),
        None => fields.wrong(
            "status",
            say("ce statut est inconnu", "this status is unknown"),
            say(
                "indiquez son sens dans « class », par exemple `\"paid\"`",
                "send its meaning in “class”, for example \"paid\"",
            ),
        ),
    }
}

fn line(item: &mut Fields<'_>, currency: Currency) -> Result<DraftLine, Wrong> {
    let sku = item.text("sku")?;
    let product_id = item.text("product_id")?;
    let name = item.text("name")?;
    let quantity = item.whole("quantity")?.unwrap_or(1);
    if quantity < 0 {
        return item.wrong(
            "quantity",
            say("une quantité ne peut pas être négative", "a quantity is 0 or above"),
            say(
                "inscrivez les articles rendus dans un remboursement",
                "write what came back as a refund",
            ),
        );
    }
    let price = item.digits("unit_price")?;
    let gross = match price.map(|price| currency.multiply(&price, quantity)) {
        Some(Ok(gross)) if gross >= 0 => {
            Some(believable(gross).map_err(|fault| ("unit_price".to_owned(), fault))?)
        }
        Some(Ok(_)) => {
            return item.wrong(
                "unit_price",
                say("un prix ne peut pas être négatif", "a price is 0 or above"),
                say("inscrivez les remises dans « discount »", "write discounts in “discount”"),
            );
        }
        Some(Err(error)) => return Err((item.at("unit_price"), Fault::from(error))),
        None => item.money("amount", currency)?,
    };
    Ok(DraftLine {
        line: Line {
            kind: line_kind(item)?,
            product: sku.clone().or(product_id).or_else(|| name.clone()),
            variant: item.text("variant")?,
            name: name.or(sku).unwrap_or_default(),
            category: item.text("category")?,
            quantity,
            regular_price: item.money("regular_price", currency)?,
            gross: 0,
            discount: 0,
            taxes: Vec::new(),
            cost: item.money("cost", currency)?,
        },
        gross,
        discount: item.money("discount", currency)?.unwrap_or(0),
        rate: item.rate("tax_rate")?,
        tax: item.money("tax", currency)?,
        taxable: true,
    })
}
