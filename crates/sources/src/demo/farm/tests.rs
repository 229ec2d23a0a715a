//! What must hold of the farm whatever the seed.

use std::collections::{HashMap, HashSet};

use comptoir_model::{Class, LineKind, Order, Record};
use jiff::Timestamp;

use super::{Live, history};

fn now() -> Timestamp {
    "2026-11-21T13:30:00Z".parse().expect("an instant")
}

fn orders(seed: u64) -> Vec<Order> {
    history(seed, now())
        .filter_map(|record| match record {
            Record::Order(order) => Some(*order),
            _ => None,
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_farm() {
    let (one, two) = (history(1, now()).take(30_000), history(1, now()).take(30_000));
    assert!(one.eq(two));
    assert!(!history(1, now()).take(2_000).eq(history(2, now()).take(2_000)));
}

#[test]
fn two_years_hold_some_twenty_thousand_orders_and_every_status() {
    let orders = orders(1);
    assert!((18_000..23_000).contains(&orders.len()), "{}", orders.len());
    let ids: HashSet<&str> = orders.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids.len(), orders.len());
    let mut classes: HashMap<Class, usize> = HashMap::new();
    for order in &orders {
        *classes.entry(order.class).or_default() += 1;
    }
    for class in [
        Class::Paid,
        Class::Fulfilled,
        Class::Cancelled,
        Class::Failed,
        Class::Refunded,
        Class::OnHold,
        Class::Pending,
    ] {
        assert!(classes.contains_key(&class), "{class} is missing: {classes:?}");
    }
    assert!(classes[&Class::Fulfilled] * 100 > orders.len() * 88);
}

#[test]
fn lines_taxes_and_payments_add_up_in_every_order() {
    let mut rates = HashSet::new();
    for order in orders(1) {
        for line in &order.lines {
            assert!(line.kind == LineKind::Product && line.quantity > 0);
            assert!(line.discount >= 0 && line.discount <= line.gross, "{}", order.id);
            for tax in &line.taxes {
                let rate = tax.rate.expect("every tax has its rate").0;
                rates.insert(rate);
                // The tax is its rate of the net amount, within the rounding of two amounts.
                let exact = line.net() * i64::from(rate);
                assert!((tax.amount * 100_000 - exact).abs() <= 120_000, "{}", order.id);
            }
        }
        for payment in &order.payments {
            assert_eq!(payment.amount, order.total(), "{}", order.id);
        }
        let given: i64 = order.refunds.iter().filter_map(|refund| refund.total).sum();
        assert!((0..=order.total()).contains(&given), "{}", order.id);
        for refund in &order.refunds {
            assert!(refund.told().total() <= refund.total.unwrap_or(0));
            assert!(refund.at >= order.created);
        }
    }
    for rate in [0, 5_500, 10_000, 20_000] {
        assert!(rates.contains(&rate), "{rate}");
    }
}

#[test]
fn nothing_is_dated_after_now() {
    for record in history(3, now()) {
        let last = match &record {
            Record::Order(order) => {
                let dates = [order.paid, order.completed, order.cancelled];
                let paid = order.payments.iter().map(|payment| payment.at);
                dates
                    .into_iter()
                    .flatten()
                    .chain(paid)
                    .chain([order.created, order.version.modified])
                    .max()
            }
            Record::Refund(refund) => Some(refund.at),
            Record::Customer(customer) => customer.created,
            Record::Product(product) => Some(product.version.modified),
            Record::Cart(cart) => Some(cart.updated),
            Record::Visit(visit) => Some(visit.started),
        };
        assert!(last <= Some(now()), "{record:?}");
    }
}

#[test]
fn customers_come_back_and_some_stay_unknown() {
    let orders = orders(1);
    let mut by_email: HashMap<String, usize> = HashMap::new();
    for order in &orders {
        if let Some(email) = order.customer.email_key() {
            *by_email.entry(email).or_default() += 1;
        }
    }
    let known: usize = by_email.values().sum();
    let repeated = by_email.values().filter(|count| **count > 1).count();
    assert!(by_email.len() > super::live::KNOWN_PEOPLE.try_into().expect("fits"));
    // Between a quarter and a half of customers buy again; one order in twenty has no name.
    assert!((25..50).contains(&(repeated * 100 / by_email.len())), "{repeated}");
    assert!((30..80).contains(&((orders.len() - known) * 1000 / orders.len())));
    let guests =
        orders.iter().filter(|order| order.customer.id.is_none() && order.customer.email.is_some());
    assert!(guests.count() > 2_000);
}

#[test]
fn refunds_come_with_and_without_breakdown_and_without_order() {
    let records: Vec<Record> = history(1, now()).collect();
    let lost = records.iter().filter(|record| matches!(record, Record::Refund(_))).count();
    assert!(lost > 5);
    let orders = records.iter().filter_map(|record| match record {
        Record::Order(order) => Some(order),
        _ => None,
    });
    let refunds: Vec<_> = orders.flat_map(|order| &order.refunds).collect();
    assert!(refunds.iter().filter(|refund| refund.lines.is_empty()).count() > 100);
    assert!(refunds.iter().filter(|refund| !refund.lines.is_empty()).count() > 100);
}

#[test]
fn the_live_shop_goes_on_and_never_repeats_an_identifier() {
    let mut live = Live::new(1, now());
    let past: HashSet<String> = orders(1).into_iter().map(|order| order.id).collect();
    let (mut ids, mut carts, mut ordered) = (HashSet::new(), HashSet::new(), 0);
    for second in 0..2_000 {
        match live.next(now() + jiff::SignedDuration::from_secs(second * 4)) {
            Record::Order(order) => {
                assert!(!past.contains(&order.id) && ids.insert(order.id.clone()));
                assert!(order.total() > 0);
            }
            Record::Cart(cart) => {
                carts.insert(cart.id.clone());
                ordered += usize::from(cart.order.is_some());
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(ids.len() > 300 && carts.len() > ids.len());
    assert!(ids.len() - ordered <= 1);
}
