//! Purchases and refunds.

use comptoir_model::{
    Class, Currency, Identity, Line, LineKind, Order, Refund, RefundLine, Version,
};
use jiff::Timestamp;

use crate::canonical::MAX_AMOUNT;
use crate::connector::Setting;
use crate::pushed::{amount, currency, units};
use crate::wire::{Object, Wrong};

/// A purchase: an order under the shop's own number. Its value holds tax and shipping.
pub(super) fn order(params: &Object<'_>, at: Timestamp, setting: &Setting) -> Result<Order, Wrong> {
    let id = params.identifier("transaction_id")?;
    let currency = currency(params, "currency", setting.currency)?;
    let mut order = Order::new(&id, Version::stamped(at), currency, at);
    order.number = Some(id);
    order.status = "purchase".into();
    order.class = Class::Paid;
    order.coupons = params.text("coupon").into_iter().collect();
    order.shipping_method = params.text("shipping_tier");
    order.payment_method = params.text("payment_type");
    let mut sum = 0_i64;
    for item in params.objects("items")? {
        let (line, price) = line(&item, currency)?;
        sum = sum.saturating_add(price.saturating_mul(line.quantity));
        order.lines.push(line);
    }
    // They are not kept, yet a tax that is none means that the sender mixed its fields up.
    amount(params, "tax", currency)?;
    amount(params, "shipping", currency)?;
    order.total_only = Some(amount(params, "value", currency)?.unwrap_or(sum.min(MAX_AMOUNT)));
    Ok(order)
}

/// A refund. Without a value it gives back the items it names; without items, the whole order.
pub(super) fn refund(
    params: &Object<'_>,
    at: Timestamp,
    setting: &Setting,
) -> Result<Refund, Wrong> {
    let order = params.identifier("transaction_id")?;
    let currency = currency(params, "currency", setting.currency)?;
    let (mut lines, mut sum) = (Vec::new(), 0_i64);
    for item in params.objects("items")? {
        let (line, price) = line(&item, currency)?;
        sum = sum.saturating_add(price.saturating_mul(line.quantity));
        lines.push(RefundLine {
            kind: LineKind::Product,
            product: line.product,
            variant: line.variant,
            name: line.name,
            quantity: line.quantity,
            amount: 0,
            taxes: Vec::new(),
        });
    }
    let total =
        amount(params, "value", currency)?.or_else(|| (sum > 0).then_some(sum.min(MAX_AMOUNT)));
    // The same refund told again is the same refund, whenever it is told.
    let told = format!("{total:?}{lines:?}");
    let id = format!("{order}-{}", crate::pushed::pseudonym(&["refund", &told]));
    Ok(Refund {
        id,
        order: Some(order),
        version: Version::stamped(at),
        deleted: false,
        at,
        currency,
        reason: None,
        customer: Identity::default(),
        country: None,
        lines,
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total,
    })
}

/// A line without amounts, and the price of one as it was told.
fn line(item: &Object<'_>, currency: Currency) -> Result<(Line, i64), Wrong> {
    let product = item.reference("item_id").or_else(|| item.reference("sku"));
    let price = amount(item, "price", currency)?.unwrap_or(0);
    let line = Line {
        kind: LineKind::Product,
        name: item.text("item_name").or_else(|| product.clone()).unwrap_or_default(),
        product,
        variant: item.text("item_variant"),
        category: item.text("item_category"),
        quantity: units(item, "quantity")?.unwrap_or(1),
        regular_price: None,
        gross: 0,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    };
    Ok((line, price))
}
