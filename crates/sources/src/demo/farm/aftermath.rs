//! What becomes of an order after its day: paid late, sent, cancelled, given back.

use comptoir_model::{Class, Identity, LineKind, Order, Refund, RefundLine, Tax, Version, money};
use jiff::{SignedDuration, Timestamp};

use super::{CURRENCY, chance, weighted};

/// The order is on its way, or over the counter.
pub fn fulfil(order: &mut Order, at: Timestamp) {
    order.class = Class::Fulfilled;
    "completed".clone_into(&mut order.status);
    order.completed = Some(at);
    order.version = Version::stamped(order.version.modified.max(at));
}

/// What became of an order between its day and `now`.
pub fn live_on(rng: &mut fastrand::Rng, order: &mut Order, now: Timestamp) {
    let paid = order.paid.unwrap_or(order.created);
    // A payment page left open yesterday may still be paid today.
    if order.created + SignedDuration::from_hours(24) > now && chance(rng, 80) {
        end(order, Class::Pending, "pending", order.created);
        return;
    }
    match rng.u32(..1000) {
        // The bank said no.
        0..=17 => end(order, Class::Failed, "failed", order.created),
        18..=44 => {
            let at = order.created + SignedDuration::from_secs(rng.i64(1800..2 * 86_400));
            if at <= now {
                end(order, Class::Cancelled, "cancelled", at);
                order.cancelled = Some(at);
            }
        }
        draw => {
            if paid > now {
                end(order, Class::OnHold, "on-hold", order.created);
                return;
            }
            order.class = Class::Paid;
            order.version = Version::stamped(paid);
            let sent = paid + SignedDuration::from_secs(rng.i64(6 * 3600..60 * 3600));
            if sent <= now {
                fulfil(order, sent);
                give_back(rng, order, draw, now);
            }
        }
    }
}

/// An order that was not paid: no payment succeeded, none is dated.
fn end(order: &mut Order, class: Class, status: &str, at: Timestamp) {
    order.class = class;
    status.clone_into(&mut order.status);
    order.version = Version::stamped(order.version.modified.max(at));
    order.paid = None;
    order.invoice_number = None;
    if class == Class::Failed {
        for payment in &mut order.payments {
            payment.succeeded = false;
            payment.at = at;
        }
    } else {
        order.payments.clear();
    }
}

/// Refunds of an order that arrived: all of it, a line of it, or an amount.
fn give_back(rng: &mut fastrand::Rng, order: &mut Order, draw: u32, now: Timestamp) {
    const REASONS: [(&str, u32); 5] = [
        ("Produit abîmé", 40),
        ("Article manquant", 28),
        ("Retard de livraison", 16),
        ("Erreur de préparation", 12),
        ("", 4),
    ];
    let sent = order.completed.unwrap_or(order.created);
    let at = sent + SignedDuration::from_secs(rng.i64(7200..9 * 86_400));
    if at > now || order.total() <= 0 {
        return;
    }
    let reason = weighted(rng, &REASONS).copied().unwrap_or("");
    let id = format!("{}-R1", order.id);
    let refund = match draw {
        50..=58 => amount_only(id, at, reason, order.total()),
        59..=73 => by_line(rng, order, id, at, reason),
        74..=83 => {
            let whole = order.total();
            amount_only(id, at, reason, (whole * rng.i64(10..60) / 100).max(1))
        }
        _ => return,
    };
    if refund.total == Some(order.total()) {
        order.class = Class::Refunded;
        "refunded".clone_into(&mut order.status);
    }
    order.version = Version::stamped(at);
    order.refunds.push(Refund { order: Some(order.id.clone()), ..refund });
}

/// A refund of which only the amount is known.
pub fn amount_only(id: String, at: Timestamp, reason: &str, amount: i64) -> Refund {
    Refund {
        id,
        order: None,
        version: Version::stamped(at),
        deleted: false,
        at,
        currency: CURRENCY,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        customer: Identity::default(),
        country: None,
        lines: Vec::new(),
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total: Some(amount),
    }
}

/// One line comes back, with as many of its units as were bad.
fn by_line(
    rng: &mut fastrand::Rng,
    order: &Order,
    id: String,
    at: Timestamp,
    reason: &str,
) -> Refund {
    let mut refund = amount_only(id, at, reason, 0);
    let Some(line) = order.lines.get(rng.usize(..order.lines.len().max(1))) else { return refund };
    let quantity = rng.i64(1..=line.quantity.max(1));
    let part = |amount: i64| money::split(amount, &[quantity, line.quantity - quantity])[0];
    let line = RefundLine {
        kind: LineKind::Product,
        product: line.product.clone(),
        variant: None,
        name: line.name.clone(),
        quantity,
        amount: part(line.net()),
        taxes: line
            .taxes
            .iter()
            .map(|tax| Tax { rate: tax.rate, amount: part(tax.amount) })
            .collect(),
    };
    refund.total = Some(line.amount + Tax::sum(&line.taxes));
    refund.lines.push(line);
    refund
}
