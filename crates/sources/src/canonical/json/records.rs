//! Each type of record, field by field, in the order of `docs/ingest.md`.

use comptoir_model::{
    Cart, CartLine, CartState, Class, Currency, Customer, Identity, Line, LineKind, Order, Payment,
    Place, Product, Record, Refund, RefundLine, Tax, Version, Visit,
};
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::fields::{Fields, Wrong};
use crate::canonical::assemble::{apart, empty_refund};
use crate::canonical::pricing::{Bill, Charge, DraftLine};
use crate::canonical::{Context, believable, status};
use crate::mapping::TaxRule;

const TYPES: [&str; 6] = ["order", "refund", "customer", "product", "cart", "visit"];

/// Reads one record.
pub(super) fn read(raw: &RawValue, context: &Context) -> Result<Record, Wrong> {
    let mut fields = Fields::read(raw, "")?;
    let kind = fields.text("type")?.unwrap_or_default();
    let record = match kind.as_str() {
        "order" => Record::Order(Box::new(order(&mut fields, context)?)),
        "refund" => Record::Refund(Box::new(refund(&mut fields, context, None)?)),
        "customer" => Record::Customer(Box::new(customer(&mut fields, context)?)),
        "product" => Record::Product(Box::new(product(&mut fields, context)?)),
        "cart" => Record::Cart(Box::new(cart(&mut fields, context)?)),
        "visit" => Record::Visit(Box::new(visit(&mut fields, context)?)),
        other => {
            let nearest = crate::nearest(other, TYPES).unwrap_or("order");
            let reason = format!("there is no type “{}”", crate::excerpt(other, 60));
            return fields.wrong("type", reason, format!("the nearest type is “{nearest}”"));
        }
    };
    fields.finish()?;
    Ok(record)
}

fn version(fields: &mut Fields<'_>, context: &Context) -> Result<Version, Wrong> {
    Ok(match fields.moment("modified", context)? {
        Some(stamp) => Version::stamped(stamp),
        None => Version::unstamped(context.imported),
    })
}

fn order(fields: &mut Fields<'_>, context: &Context) -> Result<Order, Wrong> {
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
                "this is not one of the nine classes",
                format!("the nearest class is “{nearest}”"),
            )
        });
    }
    // The status is looked at without being taken: it is stored as the platform writes it.
    let Some(raw) = fields.peek_text("status") else { return Ok(Class::Paid) };
    match status::class_of(&raw) {
        Some(class) => Ok(class),
        None => fields.wrong(
            "status",
            "this status is unknown",
            "send its meaning in “class”, for example \"paid\"",
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
            "a quantity is 0 or above",
            "write what came back as a refund",
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
                "a price is 0 or above",
                "write discounts in “discount”",
            );
        }
        Some(Err(error)) => return item.wrong("unit_price", error.to_string(), "check the price"),
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

fn line_kind(item: &mut Fields<'_>) -> Result<LineKind, Wrong> {
    match item.text("kind")?.as_deref() {
        None | Some("product") => Ok(LineKind::Product),
        Some("service") => Ok(LineKind::Service),
        Some(_) => item.wrong("kind", "unknown kind of line", "write \"product\" or \"service\""),
    }
}

/// A refund by itself, or inside its order.
fn refund(
    fields: &mut Fields<'_>,
    context: &Context,
    within: Option<&Order>,
) -> Result<Refund, Wrong> {
    let id = fields.identifier("id")?;
    let version = match within {
        Some(order) => {
            // A nested refund may repeat what its order says already.
            fields.text("type")?;
            fields.text("order")?;
            fields.moment("modified", context)?;
            order.version
        }
        None => version(fields, context)?,
    };
    let deleted = fields.flag("deleted")?;
    let currency = fields.currency(within.map_or(context.currency, |order| order.currency))?;
    let at = required_moment(fields, "at", context, deleted.then_some(version.modified))?;
    let mut refund = empty_refund(id, version, at, currency);
    refund.deleted = deleted;
    refund.order = match within {
        Some(order) => Some(order.id.clone()),
        None => fields.text("order")?,
    };
    refund.reason = fields.text("reason")?;
    refund.customer = identity(fields.object("customer")?)?;
    refund.country = fields.country("country")?;
    let include = fields.flag("prices_include_tax")?;
    let split = |charge: Charge| {
        apart(charge.amount, charge.rate, charge.tax, include)
            .map_err(|fault| ("shipping".to_owned(), fault))
    };
    let (shipping, mut extra) =
        split(charge("", "shipping", "shipping_tax", "shipping_tax_rate", fields, currency)?)?;
    let (fees, fee_taxes) =
        split(charge("", "fees", "fees_tax", "fees_tax_rate", fields, currency)?)?;
    extra.extend(fee_taxes);
    extra.extend(taxes(fields, currency)?);
    refund.shipping = shipping;
    refund.fees = fees;
    refund.taxes = extra;
    refund.total = fields.money("total", currency)?;
    for mut item in fields.objects("lines")? {
        let sku = item.text("sku")?;
        let product_id = item.text("product_id")?;
        let name = item.text("name")?;
        let quantity = item.whole("quantity")?.unwrap_or(0);
        if quantity < 0 {
            return item.wrong(
                "quantity",
                "a quantity is 0 or above",
                "write how many units came back",
            );
        }
        let amount = item.money("amount", currency)?.unwrap_or(0);
        let (rate, tax) = (item.rate("tax_rate")?, item.money("tax", currency)?);
        let (amount, taxes) =
            apart(amount, rate, tax, include).map_err(|fault| ("lines".to_owned(), fault))?;
        refund.lines.push(RefundLine {
            kind: line_kind(&mut item)?,
            product: sku.clone().or(product_id).or_else(|| name.clone()),
            variant: item.text("variant")?,
            name: name.or(sku).unwrap_or_default(),
            quantity,
            amount,
            taxes,
        });
        item.finish()?;
    }
    let empty = refund.total.is_none() && refund.told().total() == 0 && refund.lines.is_empty();
    if empty && !deleted {
        return fields.wrong("total", "the refund tells no amount", "give its total, or its lines");
    }
    Ok(refund)
}

fn customer(fields: &mut Fields<'_>, context: &Context) -> Result<Customer, Wrong> {
    let id = fields.identifier("id")?;
    let version = version(fields, context)?;
    Ok(Customer {
        version,
        deleted: fields.flag("deleted")?,
        identity: Identity {
            id: Some(id.clone()),
            email: fields.text("email")?,
            phone: fields.text("phone")?,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
        },
        created: fields.moment("created", context)?,
        country: fields.country("country")?,
        id,
    })
}

fn product(fields: &mut Fields<'_>, context: &Context) -> Result<Product, Wrong> {
    let code = fields.identifier("sku")?;
    let version = version(fields, context)?;
    let currency = context.currency;
    Ok(Product {
        version,
        deleted: fields.flag("deleted")?,
        name: fields.text("name")?.unwrap_or_else(|| code.clone()),
        category: fields.text("category")?,
        price: fields.money("price", currency)?,
        cost: fields.money("cost", currency)?,
        stock: fields.whole("stock")?,
        code,
    })
}

fn cart(fields: &mut Fields<'_>, context: &Context) -> Result<Cart, Wrong> {
    let id = fields.identifier("id")?;
    let version = version(fields, context)?;
    let currency = fields.currency(context.currency)?;
    let state = match fields.text("state")?.as_deref() {
        None | Some("open") => CartState::Open,
        Some("ordered") => CartState::Ordered,
        Some("deleted") => CartState::Deleted,
        Some(_) => {
            return fields.wrong(
                "state",
                "unknown state of a cart",
                "write \"open\", \"ordered\" or \"deleted\"",
            );
        }
    };
    let created = required_moment(fields, "created", context, None)?;
    let updated = fields.moment("updated", context)?.unwrap_or(created);
    let customer = identity(fields.object("customer")?)?;
    let total = fields.money("total", currency)?.unwrap_or(0);
    let order = fields.text("order")?;
    let mut lines = Vec::new();
    for mut item in fields.objects("lines")? {
        let sku = item.text("sku")?;
        let name = item.text("name")?.or_else(|| sku.clone()).unwrap_or_default();
        let quantity = item.whole("quantity")?.unwrap_or(1);
        if quantity < 0 {
            return item.wrong("quantity", "a quantity is 0 or above", "leave the line out");
        }
        item.finish()?;
        lines.push(CartLine { product: sku, name, quantity });
    }
    Ok(Cart { id, version, state, created, updated, currency, customer, total, lines, order })
}

fn visit(fields: &mut Fields<'_>, context: &Context) -> Result<Visit, Wrong> {
    let id = fields.identifier("id")?;
    let started = required_moment(fields, "started", context, None)?;
    let pages = fields.whole("pages")?.unwrap_or(1);
    if pages < 0 {
        return fields.wrong(
            "pages",
            "a visit has 0 pages or more",
            "send how many pages were seen",
        );
    }
    Ok(Visit {
        id,
        started,
        pages,
        source: fields.text("source")?,
        medium: fields.text("medium")?,
        campaign: fields.text("campaign")?,
        device: fields.text("device")?,
        country: fields.country("country")?,
        added_to_cart: fields.flag("added_to_cart")?,
        ordered: fields.flag("ordered")?,
    })
}

fn identity(fields: Option<Fields<'_>>) -> Result<Identity, Wrong> {
    let Some(mut fields) = fields else { return Ok(Identity::default()) };
    let identity = Identity {
        id: fields.text("id")?,
        email: fields.text("email")?,
        phone: fields.text("phone")?,
        first_name: fields.text("first_name")?,
        last_name: fields.text("last_name")?,
    };
    fields.finish()?;
    Ok(identity)
}

fn place(fields: Option<Fields<'_>>) -> Result<Place, Wrong> {
    let Some(mut fields) = fields else { return Ok(Place::default()) };
    let place = Place {
        country: fields.country("country")?,
        region: fields.text("region")?,
        city: fields.text("city")?,
        postcode: fields.text("postcode")?,
    };
    fields.finish()?;
    Ok(place)
}

fn charge(
    name: &str,
    amount: &'static str,
    tax: &'static str,
    rate: &'static str,
    fields: &mut Fields<'_>,
    currency: Currency,
) -> Result<Charge, Wrong> {
    Ok(Charge {
        name: name.to_owned(),
        amount: fields.money(amount, currency)?.unwrap_or(0),
        rate: fields.rate(rate)?,
        tax: fields.money(tax, currency)?,
    })
}

fn taxes(fields: &mut Fields<'_>, currency: Currency) -> Result<Vec<Tax>, Wrong> {
    let mut taxes = Vec::new();
    for mut item in fields.objects("taxes")? {
        let rate = item.rate("rate")?;
        let amount = item.money("amount", currency)?.unwrap_or(0);
        item.finish()?;
        taxes.push(Tax { rate, amount });
    }
    Ok(taxes)
}

fn required_moment(
    fields: &mut Fields<'_>,
    name: &'static str,
    context: &Context,
    default: Option<Timestamp>,
) -> Result<Timestamp, Wrong> {
    match fields.moment(name, context)?.or(default) {
        Some(moment) => Ok(moment),
        None => fields.wrong(name, "this date is missing", "write it as 2025-03-31T14:05:00+02:00"),
    }
}
