//! An order as the API tells it, as an order of ours.

use comptoir_model::{Cart, CartLine, CartState, Class, Identity, Order, Place, Version};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::amounts::{self, Item};
use super::attribution::attribute;
use super::catalogue::Catalogue;
use super::refund::{self, Detail};
use super::text::{name_of, plain};
use super::{PLATFORM, STATUS_DRAFT, STATUS_TRASH};
use crate::canonical::country;
use crate::connector::Setting;
use crate::wire::{Object, Wrong};
use crate::words::say;

/// The members of an order that are read; asking for these alone makes an answer a third as long.
pub(super) const FIELDS: &str = "id,number,status,currency,version,created_via,date_created,date_created_gmt,\
date_modified,date_modified_gmt,date_paid,date_paid_gmt,date_completed,date_completed_gmt,\
shipping_total,shipping_tax,total,total_tax,customer_id,billing,shipping,payment_method,payment_method_title,\
meta_data,line_items,tax_lines,shipping_lines,fee_lines,coupon_lines,refunds";

/// An instant: the member in UTC, else the one in the shop's own time.
pub(super) fn instant(
    row: &Object<'_>,
    name: &str,
    setting: &Setting,
) -> Result<Option<Timestamp>, Wrong> {
    match row.instant(&format!("{name}_gmt"), &TimeZone::UTC)? {
        Some(instant) => Ok(Some(instant)),
        None => row.instant(name, &setting.timezone),
    }
}

pub(super) fn order(
    row: &Object<'_>,
    details: &[Detail<'_>],
    catalogue: &Catalogue,
    setting: &Setting,
) -> Result<Order, Wrong> {
    let id = row.identifier("id")?;
    let Some(created) = instant(row, "date_created", setting)? else {
        return row.wrong(
            "date_created_gmt",
            say("la commande n’a pas de date", "the order has no date"),
            say("corrigez-la dans WooCommerce", "correct it in WooCommerce"),
        );
    };
    let modified = instant(row, "date_modified", setting)?.unwrap_or(created);
    let currency = match row.text("currency") {
        Some(code) => code.parse().map_err(|error: comptoir_model::MoneyError| {
            (row.at("currency"), crate::words::Fault::from(error))
        })?,
        None => setting.currency,
    };
    let mut order = Order::new(&id, Version::stamped(modified), currency, created);
    order.number = row.text("number");
    order.status = status(row);
    order.class = PLATFORM.class(&order.status);
    order.paid = instant(row, "date_paid", setting)?;
    order.completed = instant(row, "date_completed", setting)?;
    if order.class == Class::Cancelled {
        order.cancelled = Some(modified);
    }
    let billing = row.object("billing")?;
    order.customer = identity(row, billing.as_ref());
    order.billing = place(billing.as_ref());
    order.shipping = place(row.object("shipping")?.as_ref());
    order.payment_method =
        name_of(row, "payment_method_title").or_else(|| row.text("payment_method"));
    order.shipping_method = row
        .objects("shipping_lines")?
        .iter()
        .find_map(|line| name_of(line, "method_title").or_else(|| line.text("method_id")));
    let mut coupons = 0;
    for coupon in row.objects("coupon_lines")? {
        coupons += coupon.money("discount", currency)?.unwrap_or(0);
        order.coupons.extend(coupon.text("code").map(|code| plain(&code)));
    }
    attribute(row, &mut order)?;
    let rates = amounts::rates(row)?;
    let mut items = amounts::items(row, &rates, catalogue, currency)?;
    amounts::settle_discounts(&mut items, coupons.max(0));
    if currency != setting.currency {
        // Costs of the catalogue are in the shop's own currency.
        for item in &mut items {
            item.line.cost = None;
        }
    }
    order.lines = items.iter().map(|item| item.line.clone()).collect();
    amounts::settle(row, &rates, &mut order)?;
    order.refunds = refunds(row, details, &items, &rates, &order, catalogue, setting)?;
    Ok(order)
}

fn refunds(
    row: &Object<'_>,
    details: &[Detail<'_>],
    items: &[Item],
    rates: &amounts::Rates,
    order: &Order,
    catalogue: &Catalogue,
    setting: &Setting,
) -> Result<Vec<comptoir_model::Refund>, Wrong> {
    let mut refunds = Vec::new();
    for told in row.objects("refunds")? {
        let id = told.identifier("id")?;
        let detail = details.iter().find(|detail| detail.id == id);
        let book = refund::Book { order, items, rates, catalogue, setting };
        refunds.push(book.refund(&id, &told, detail)?);
    }
    Ok(refunds)
}

/// The raw status, without the prefix that the database has.
pub(super) fn status(row: &Object<'_>) -> String {
    let told = row.text("status").unwrap_or_default();
    told.strip_prefix("wc-").unwrap_or(&told).to_owned()
}

fn identity(row: &Object<'_>, billing: Option<&Object<'_>>) -> Identity {
    let of = |name: &str| billing.and_then(|billing| name_of(billing, name));
    Identity {
        id: row.reference("customer_id"),
        email: of("email"),
        phone: of("phone"),
        first_name: of("first_name"),
        last_name: of("last_name"),
    }
}

pub(super) fn place(address: Option<&Object<'_>>) -> Place {
    let of = |name: &str| address.and_then(|address| name_of(address, name));
    Place {
        country: of("country").and_then(|name| country::code(&name).map(str::to_owned)),
        region: of("state"),
        city: of("city"),
        postcode: of("postcode"),
    }
}

/// The cart that an order was: the block checkout keeps one from the moment a visitor reaches it.
pub(super) fn cart(row: &Object<'_>, order: &Order) -> Option<Cart> {
    let draft = order.status == STATUS_DRAFT;
    if !draft && row.text("created_via").as_deref() != Some("store-api") {
        return None;
    }
    let state = if draft {
        CartState::Open
    } else if order.status == STATUS_TRASH {
        CartState::Deleted
    } else {
        CartState::Ordered
    };
    Some(Cart {
        id: order.id.clone(),
        version: order.version,
        state,
        created: order.created,
        updated: if draft { order.version.modified } else { order.created },
        currency: order.currency,
        customer: order.customer.clone(),
        total: order.total(),
        lines: order
            .lines
            .iter()
            .map(|line| CartLine {
                product: line.product.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
            })
            .collect(),
        order: (state == CartState::Ordered).then(|| order.id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use comptoir_model::{Currency, TaxRate};

    fn setting() -> Setting {
        Setting {
            now: "2026-11-22T00:00:00Z".parse().expect("an instant"),
            currency: Currency::EUR,
            timezone: TimeZone::get("Europe/Paris").expect("a zone"),
        }
    }

    /// An order with one line of 100 and whatever else is said of it.
    fn read(more: &Value) -> Order {
        let mut row = json!({
            "id": 7, "status": "processing", "currency": "EUR", "date_created_gmt": "2026-11-01T10:00:00",
            "total": "100.00", "total_tax": "0.00", "line_items": [{"id": 1, "name": "Sac", "product_id": 5,
                "quantity": 1, "sku": "SAC", "subtotal": "100.00", "total": "100.00", "total_tax": "0.00"}],
        });
        for (name, value) in more.as_object().expect("an object") {
            row[name] = value.clone();
        }
        let text = row.to_string();
        let row = Object::parse(&text).expect("an object");
        order(&row, &[], &Catalogue::default(), &setting()).expect("an order")
    }

    fn line(more: &Value) -> Value {
        let mut line = json!({"id": 1, "name": "Sac", "product_id": 5, "quantity": 1, "sku": "SAC",
            "subtotal": "100.00", "total": "100.00", "total_tax": "0.00"});
        for (name, value) in more.as_object().expect("an object") {
            line[name] = value.clone();
        }
        json!([line])
    }

    /// Analytics knows coupons only: a price lowered by hand is a lower price.
    #[test]
    fn a_price_lowered_by_hand_is_no_coupon() {
        let order =
            read(&json!({"line_items": line(&json!({"total": "80.00"})), "total": "80.00"}));
        assert_eq!((order.gross(), order.discounts(), order.total()), (8000, 0, 8000));
        let order = read(&json!({
            "line_items": line(&json!({"total": "70.00"})), "total": "70.00",
            "coupon_lines": [{"code": "dix", "discount": "10.00"}],
        }));
        assert_eq!((order.gross(), order.discounts(), order.total()), (8000, 1000, 7000));
    }

    #[test]
    fn a_gift_card_is_a_negative_fee_and_the_total_is_never_wrong() {
        let fee = json!([{"name": "Carte cadeau", "total": "-30.00", "total_tax": "0.00"}]);
        let order = read(&json!({"fee_lines": fee, "total": "70.00"}));
        assert_eq!((order.fee_amount(), order.fees.len(), order.total()), (-3000, 1, 7000));
        // Its own sums give 100.00, it says 99.99: what was paid stays true.
        let order = read(&json!({"total": "99.99"}));
        assert_eq!((order.total(), order.fees.len(), order.fee_amount()), (9999, 1, -1));
    }

    /// Tax lines say 1.00 at 20 % and 0.50 at 5.5 %; the lines carry none of it.
    #[test]
    fn tax_that_no_line_carries_is_kept_by_rate() {
        let order = read(&json!({
            "total": "101.50", "total_tax": "1.50",
            "tax_lines": [
                {"rate_id": 1, "rate_percent": 20, "tax_total": "1.00", "shipping_tax_total": "0.00"},
                {"rate_id": 2, "rate_percent": "5.5000", "tax_total": "0.50", "shipping_tax_total": "0.00"},
            ],
        }));
        let rates: Vec<_> = order.taxes.iter().map(|tax| (tax.rate, tax.amount)).collect();
        assert_eq!(rates, [(Some(TaxRate(5_500)), 50), (Some(TaxRate(20_000)), 100)]);
        assert_eq!((order.tax(), order.total()), (150, 10_150));
        let order = read(&json!({"total": "101.50", "total_tax": "1.50"}));
        assert_eq!((order.taxes[0].rate, order.taxes[0].amount), (None, 150));
    }

    #[test]
    fn statuses_lose_their_prefix_and_unknown_ones_are_on_hold() {
        for (told, raw, class) in [
            ("wc-completed", "completed", Class::Fulfilled),
            ("trash", "trash", Class::Deleted),
            ("emballage", "emballage", Class::OnHold),
            ("checkout-draft", "checkout-draft", Class::Draft),
        ] {
            let order = read(&json!({"status": told}));
            assert_eq!((order.status.as_str(), order.class), (raw, class));
        }
    }

    #[test]
    fn a_visit_is_told_by_its_kind() {
        let meta = |pairs: &[(&str, &str)]| {
            let all = pairs.iter().map(|(name, value)| {
                json!({"key": format!("_wc_order_attribution_{name}"), "value": value})
            });
            read(&json!({"meta_data": all.collect::<Vec<_>>()}))
        };
        let typed = meta(&[("source_type", "typein"), ("utm_source", "(direct)")]);
        assert_eq!((typed.channel.as_deref(), typed.source), (Some("direct"), None));
        let referred =
            meta(&[("source_type", "referral"), ("referrer", "https://www.blog.example/a?b")]);
        assert_eq!(referred.source.as_deref(), Some("blog.example"));
        let none = read(&json!({}));
        assert_eq!((none.channel, none.source, none.device), (None, None, None));
    }

    #[test]
    fn costs_and_quantities_are_those_of_the_line() {
        let told = json!({"quantity": 3, "cost_of_goods_sold": {"value": 30.6}});
        let order = read(&json!({"line_items": line(&told)}));
        assert_eq!((order.lines[0].quantity, order.lines[0].cost), (3, Some(1020)));
        // Metres of cloth: their whole units, as Analytics counts them; the money is whole.
        let order = read(&json!({"line_items": line(&json!({"quantity": 2.5}))}));
        assert_eq!((order.lines[0].quantity, order.total()), (2, 10_000));
        let order = read(&json!({"line_items": line(&json!({"product_id": 0, "sku": ""}))}));
        assert_eq!(order.lines[0].product.as_deref(), Some("Sac"), "its product is gone");
    }

    #[test]
    fn local_times_are_read_where_there_is_no_other() {
        let order = read(&json!({"date_paid": "2026-07-01T12:00:00", "date_paid_gmt": null}));
        assert_eq!(order.paid.map(|at| at.to_string()).as_deref(), Some("2026-07-01T10:00:00Z"));
    }
}
