//! An order, with its refunds inside.

use std::collections::BTreeMap;

use comptoir_model::{
    Class, Currency, Identity, Line, LineKind, Order, Payment, Place, TaxRate, Version,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::amounts::{self, Priced, millionths};
use super::around::{Around, Known};
use super::slip;
use super::tables::Tables;
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// What an order is read with.
pub(super) struct Reading<'a> {
    pub(super) tables: &'a Tables,
    pub(super) around: &'a Around,
    pub(super) products: &'a BTreeMap<String, Known>,
    pub(super) zone: &'a TimeZone,
    pub(super) now: Timestamp,
    /// The shop's currency.
    pub(super) currency: Currency,
}

/// A stamp in the hour that comes twice when the clock goes back is the later of the two as soon as that
/// can be: a change in the second hour would be older than one in the first.
fn latest(stamp: Timestamp, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let later = zone.to_ambiguous_timestamp(zone.to_datetime(stamp)).later();
    later.ok().filter(|later| *later <= now).map_or(stamp, |later| later.max(stamp))
}

/// The lines of an order by the webservice's ids, for its slips.
pub(super) type LineIds = BTreeMap<String, usize>;

impl Reading<'_> {
    /// Reads an order; its slips that were not understood are told beside it.
    pub(super) fn order(&self, object: &Object<'_>) -> Result<(Order, Vec<Refused>), Wrong> {
        let id = object.identifier("id")?;
        let Some(created) = object.instant("date_add", self.zone)? else {
            return object.wrong(
                "date_add",
                say("la commande n’a pas de date", "the order has no date"),
                say("corrigez-la dans PrestaShop", "correct it in PrestaShop"),
            );
        };
        let modified = object.instant("date_upd", self.zone)?.unwrap_or(created);
        let modified = latest(modified, self.zone, self.now);
        let currency = self.currency_of(object)?;
        let mut order = Order::new(&id, Version::stamped(modified), currency, created);
        order.number = object.text("reference").or_else(|| Some(id.clone()));
        order.invoice_number = object.reference("invoice_number");
        let state = object.reference("current_state").unwrap_or_default();
        order.status = self.tables.state_name(&state);
        order.class = self.tables.class(&state, object.flag("valid"));
        order.validated = object.instant("invoice_date", self.zone)?;
        order.payment_method = object.text("payment").or_else(|| object.text("module"));
        let carrier = object.reference("id_carrier");
        order.shipping_method = carrier.and_then(|id| self.tables.carriers.get(&id).cloned());
        order.coupons = self.around.coupons.get(&id).cloned().unwrap_or_default();
        self.people(object, &mut order);
        self.dates(&id, &mut order);
        self.payments(object, &mut order)?;
        let mut ids = LineIds::new();
        let lines = self.lines(object, &order, &mut ids)?;
        amounts::settle(object, &mut order, lines)?;
        let mut refused = Vec::new();
        for row in self.around.slips.get(&id).into_iter().flatten() {
            let read = Object::read(row, "").and_then(|slip| self.slip(&slip, &order, &ids));
            match read {
                Ok(refund) => {
                    // A slip does not change its order's own stamp.
                    let newest = order.version.modified.max(refund.version.modified);
                    order.version = Version::stamped(newest);
                    order.refunds.push(refund);
                }
                Err(wrong) => refused.push(refusal("refund", row.get(), wrong)),
            }
        }
        Ok((order, refused))
    }

    fn slip(
        &self,
        object: &Object<'_>,
        order: &Order,
        ids: &LineIds,
    ) -> Result<comptoir_model::Refund, Wrong> {
        slip::read(object, order, ids, self.zone)
    }

    /// An order's amounts are in its own currency.
    pub(super) fn currency_of(&self, object: &Object<'_>) -> Result<Currency, Wrong> {
        let id = object.reference("id_currency").unwrap_or_default();
        if let Some(known) = self.tables.currencies.get(&id) {
            return Ok(*known);
        }
        let rate = object.digits("conversion_rate")?;
        if rate.is_none_or(|rate| millionths(&rate) == Some(1_000_000)) {
            return Ok(self.tables.default_currency().unwrap_or(self.currency));
        }
        object.wrong(
            "id_currency",
            say(
                "la devise de la commande n’est pas connue",
                "the currency of the order is not known",
            ),
            say(
                "cochez GET pour currencies dans les permissions de la clé",
                "tick GET for currencies in the key’s permissions",
            ),
        )
    }

    fn people(&self, object: &Object<'_>, order: &mut Order) {
        let around = self.around;
        let at = |name: &str| -> (Place, Option<String>) {
            let known = object.reference(name).and_then(|id| around.addresses.get(&id).cloned());
            known.unwrap_or_default()
        };
        let (billing, phone) = at("id_address_invoice");
        let (shipping, other) = at("id_address_delivery");
        order.billing = billing;
        order.shipping = shipping;
        let known = around.identity(object.reference("id_customer"));
        order.customer = Identity { phone: phone.or(other), ..known };
    }

    /// When it left the shop, and when it was cancelled.
    fn dates(&self, id: &str, order: &mut Order) {
        let steps = self.around.steps.get(id).map(Vec::as_slice).unwrap_or_default();
        if order.class == Class::Fulfilled {
            let shipped = steps.iter().find(|(state, _)| self.tables.is_shipped(state));
            order.completed = shipped.map(|(_, at)| *at);
        }
        if order.class == Class::Cancelled {
            let mut back = steps.iter().rev();
            let last = back.find(|(state, _)| self.tables.class(state, false) == Class::Cancelled);
            order.cancelled = last.map(|(_, at)| *at);
        }
    }

    /// Payments are filed under the reference, which the parts of a split cart share: the amounts are
    /// the order's own only when they add up to what it says it received.
    fn payments(&self, object: &Object<'_>, order: &mut Order) -> Result<(), Wrong> {
        let currency = order.currency;
        let reference = object.text("reference").unwrap_or_default();
        let told = self.around.payments.get(&reference).map(Vec::as_slice).unwrap_or_default();
        let mut payments = Vec::new();
        for paid in told {
            let Ok(amount) = currency.parse(&paid.amount) else { continue };
            payments.push(Payment {
                method: paid.method.clone(),
                at: paid.at,
                amount,
                succeeded: true,
            });
        }
        let counted = matches!(order.class, Class::Paid | Class::Fulfilled);
        let first = payments.iter().filter(|payment| payment.amount > 0).map(|payment| payment.at);
        order.paid = first.min().or(order.validated.filter(|_| counted));
        let received = object.money("total_paid_real", currency)?.unwrap_or(0);
        let sum: i64 = payments.iter().map(|payment| payment.amount).sum();
        if sum == received {
            order.payments = payments;
        } else if received > 0
            && let Some(at) = order.paid
        {
            let method = order.payment_method.clone();
            order.payments = vec![Payment { method, at, amount: received, succeeded: true }];
        }
        Ok(())
    }

    fn lines(
        &self,
        object: &Object<'_>,
        order: &Order,
        ids: &mut LineIds,
    ) -> Result<Vec<Priced>, Wrong> {
        let inside = object.object("associations")?;
        let rows = inside.map(|inside| inside.objects("order_rows")).transpose()?;
        let mut rows = rows.unwrap_or_default();
        let mut lines = Vec::new();
        if rows.is_empty() {
            // A version that tells no lines inside the order tells them apart.
            let own = |detail: &Object<'_>| detail.text("id_order").as_deref() == Some(&order.id);
            let all = self.around.details.values();
            rows = all.filter_map(|row| Object::read(row, "order_details").ok()).collect();
            rows.retain(own);
        }
        let rate = object.digits("conversion_rate")?;
        for row in &rows {
            if let Some(id) = row.reference("id") {
                ids.insert(id, lines.len());
            }
            lines.push(self.line(row, order.currency, rate.as_deref())?);
        }
        Ok(lines)
    }

    fn line(
        &self,
        row: &Object<'_>,
        currency: Currency,
        conversion: Option<&str>,
    ) -> Result<Priced, Wrong> {
        let quantity = row.whole("product_quantity")?.unwrap_or(0).max(0);
        let without = match row.digits("unit_price_tax_excl")? {
            Some(without) => Some(without),
            None => row.digits("product_price")?,
        };
        let Some(without) = without else {
            return row.wrong(
                "unit_price_tax_excl",
                say("la ligne n’a pas de prix", "the line has no price"),
                say("vérifiez la version de PrestaShop", "check the version of PrestaShop"),
            );
        };
        let with = row.digits("unit_price_tax_incl")?.unwrap_or_else(|| without.clone());
        let times = |name: &str, price: &str| {
            currency.multiply(price, quantity).map_err(|error| (row.at(name), error.into()))
        };
        let mut gross = times("unit_price_tax_excl", &without)?;
        let mut whole = times("unit_price_tax_incl", &with)?;
        let id = row.reference("id").unwrap_or_default();
        let mut cost = None;
        let detail = self.around.details.get(&id).and_then(|row| Object::read(row, "").ok());
        if let Some(detail) = detail {
            if let (Ok(Some(told)), Ok(Some(told_with))) = (
                detail.money("total_price_tax_excl", currency),
                detail.money("total_price_tax_incl", currency),
            ) && detail.whole("product_quantity").ok().flatten() == Some(quantity)
            {
                (gross, whole) = (told, told_with);
            }
            cost = purchase(&detail, currency, conversion);
        }
        let price = currency.parse(&without).unwrap_or(0);
        let regular = row.money("product_price", currency)?.filter(|regular| *regular > price + 1);
        let (product, variant, category) = self.names(row);
        let line = Line {
            kind: LineKind::Product,
            product,
            variant,
            name: row.text("product_name").unwrap_or_default(),
            category,
            quantity,
            regular_price: regular,
            gross,
            discount: 0,
            taxes: Vec::new(),
            cost,
        };
        let rate: Option<TaxRate> = amounts::rate(&without, &with, &self.tables.rates);
        Ok(Priced { line, tax: whole - gross, rate })
    }

    /// The product's own reference, the variant's, and the category: a line names only the variant's.
    fn names(&self, row: &Object<'_>) -> (Option<String>, Option<String>, Option<String>) {
        let id = row.reference("product_id");
        let told = row.text("product_reference");
        let known = id.as_ref().and_then(|id| self.products.get(id));
        let own = known.and_then(|known| known.reference.clone());
        let product = match known {
            Some(_) => own.clone().or_else(|| id.clone()),
            None => told.clone().or_else(|| id.clone()),
        };
        let variant = row.reference("product_attribute_id").map(|variant| {
            let differs = known.is_some() && told != own;
            let number = format!("{}-{variant}", id.as_deref().unwrap_or_default());
            told.filter(|_| differs).unwrap_or(number)
        });
        (product, variant, known.and_then(|known| known.category.clone()))
    }
}

/// What a unit cost when it was ordered, in the order's currency; the webservice tells it in the shop's.
fn purchase(detail: &Object<'_>, currency: Currency, conversion: Option<&str>) -> Option<i64> {
    let cost = detail.digits("original_wholesale_price").ok()??;
    let cost = millionths(&cost).filter(|cost| *cost > 0)?;
    let rate = conversion.map_or(Some(1_000_000), millionths).filter(|rate| *rate > 0)?;
    let converted = comptoir_model::money::divide_half_even(cost * rate, 1_000_000);
    let text = format!("{}.{:06}", converted / 1_000_000, converted % 1_000_000);
    currency.parse(&text).ok()
}

/// A record that was not understood, with what stood in the field that was wrong.
pub(super) fn refusal(kind: &str, text: &str, wrong: Wrong) -> Refused {
    let object = Object::parse(text).ok();
    let id = object.as_ref().and_then(|object| object.text("id")).unwrap_or_default();
    let value = object.and_then(|object| object.text(&wrong.0)).unwrap_or_default();
    Refused::new(kind, &id, wrong, &value)
}

/// An order that is gone.
pub(super) fn tombstone(id: &str, last_seen: Timestamp, currency: Currency) -> Order {
    let mut order = Order::new(id, Version::stamped(last_seen), currency, last_seen);
    order.class = Class::Deleted;
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On 2026-10-25 at 03:00 summer time it is 02:00 again in Paris: 02:10 is 00:10Z, then 01:10Z.
    #[test]
    fn a_change_in_the_second_of_two_hours_is_newer_than_one_in_the_first() {
        let paris = TimeZone::get("Europe/Paris").expect("a zone");
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let read = |stamp: &str, now: &str| latest(at(stamp), &paris, at(now)).to_string();
        // 02:50, read five minutes later; then changed at 02:10 winter time and read at once.
        assert_eq!(read("2026-10-25T00:50:00Z", "2026-10-25T00:55:00Z"), "2026-10-25T00:50:00Z");
        assert_eq!(read("2026-10-25T00:10:00Z", "2026-10-25T01:11:00Z"), "2026-10-25T01:10:00Z");
        assert_eq!(read("2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z"), "2026-11-22T10:00:00Z");
    }
}
