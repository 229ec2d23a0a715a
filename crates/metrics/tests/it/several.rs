//! Several shops together: the sum of shops for everything that adds up, each person once (S002, S073).

use comptoir_metrics::formula::Formula;
use comptoir_metrics::{Cell, METRICS, Metric, metric};
use comptoir_model::{Record, Visit};
use comptoir_store::{Rate, Store};
use jiff::civil::date;

use super::fixture::{NOW, ask, at, fixture, line, order, refund, shop, tax, totals, write};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

/// The fixture shop, in euros and Paris time, and a shop in pounds and New York time that one of its
/// customers buys from too.
fn shops() -> Store {
    let store = fixture();
    let rate = |code: &str, per_euro| Rate {
        day: date(2026, 5, 31),
        currency: code.parse().expect("valid"),
        per_euro,
    };
    // Published every week: a rate is carried forward at most 7 days.
    let rates = [0, 7, 14, 21, 28].into_iter().flat_map(|days| {
        [rate("GBP", 83_333_333), rate("USD", 125_000_000)]
            .map(|rate| Rate { day: rate.day.saturating_add(jiff::Span::new().days(days)), ..rate })
    });
    let before = [rate("GBP", 83_333_333)].map(|rate| Rate { day: date(2026, 5, 9), ..rate });
    store.add_rates(rates.chain(before).collect()).expect("rates");
    store.create_shop(shop("abroad", "GBP", "America/New_York"), at(NOW)).expect("a shop");
    let mut all = Vec::new();
    for (id, created, who, amount) in [
        // 1 July in Paris, 30 June in New York: each shop has its own days.
        ("1", "2026-06-30T23:00:00Z", Some("ada"), 1_001),
        ("2", "2026-06-10T10:00:00Z", Some("zoe"), 2_003),
        ("3", "2026-06-11T10:00:00Z", None, 777),
        ("4", "2026-06-12T10:00:00Z", Some("ada"), 333),
    ] {
        let mut made = order(id, created, who, vec![line("TEA", 2, amount)]);
        made.currency = "GBP".parse().expect("valid");
        made.lines[0].taxes = vec![tax("20", amount / 5)];
        made.shipping_amount = 250;
        all.push(Record::Order(Box::new(made)));
    }
    let mut back = refund("R", Some("2"), "2026-06-20T10:00:00Z", 501);
    back.currency = "GBP".parse().expect("valid");
    all.push(Record::Refund(Box::new(back)));
    let euros = order("5", "2026-06-15T10:00:00Z", Some("bob"), vec![line("TEA", 1, 999)]);
    all.push(Record::Order(Box::new(euros)));
    write(&store, "abroad", all);
    for (slug, visits) in [("ferme", 2), ("abroad", 3)] {
        let visit = |number: i32| {
            Record::Visit(Box::new(Visit {
                id: number.to_string(),
                started: at("2026-06-10T10:00:00Z"),
                pages: 1,
                source: None,
                medium: None,
                campaign: None,
                device: None,
                country: None,
                added_to_cart: false,
                ordered: number == 1,
            }))
        };
        write(&store, slug, (1..=visits).map(visit).collect());
    }
    store
}

/// Whether a metric is a sum, so that shops must add up to it.
fn adds_up(metric_: &Metric) -> bool {
    match metric_.formula {
        Formula::Sum(_) => true,
        Formula::Metric(id, _) => metric(id).is_some_and(adds_up),
        _ => false,
    }
}

fn whole(store: &Store, query: &str) -> Vec<i64> {
    ask(store, query).totals.values.iter().map(|cell| cell.whole().unwrap_or_default()).collect()
}

fn check(store: &Store, filters: &str) {
    let ids: Vec<&str> =
        METRICS.iter().filter(|metric| adds_up(metric)).map(|metric| metric.id).collect();
    assert!(ids.len() >= 16, "{ids:?}");
    for id in ids {
        let one = |slug: &str| whole(store, &format!("metrics={id}&shop={slug}&{filters}"))[0];
        let parts = one("ferme") + one("abroad");
        assert_eq!(whole(store, &format!("metrics={id}&{filters}"))[0], parts, "{id} {filters}");
        let rows = ask(store, &format!("metrics={id}&by=shop&{filters}")).rows;
        let sum: i64 = rows.iter().filter_map(|row| row.values[0].whole()).sum();
        assert_eq!(sum, parts, "{id} by shop {filters}");
    }
}

#[test]
fn s002_shops_add_up_to_the_whole_for_every_additive_metric() {
    let store = shops();
    for filters in [
        format!("currency=EUR&{JUNE}"),
        format!("currency=GBP&{JUNE}"),
        format!("currency=EUR&tax=incl&{JUNE}"),
        format!("currency=EUR&profile=woocommerce&date=created&{JUNE}"),
        format!("currency=EUR&profile=brevo&{JUNE}"),
    ] {
        check(&store, &filters);
    }
}

#[test]
fn s002_shops_add_up_without_conversion() {
    let store = shops();
    for code in ["EUR", "GBP"] {
        for metric in METRICS.iter().filter(|metric| adds_up(metric)) {
            let filters = format!("where=currency:{code}&{JUNE}");
            // Behaviour is of no currency.
            if !comptoir_metrics::splits(
                metric,
                comptoir_metrics::dimension("currency").expect("known"),
            ) {
                continue;
            }
            let one = |slug: &str| {
                whole(&store, &format!("metrics={}&shop={slug}&{filters}", metric.id))[0]
            };
            let all = whole(&store, &format!("metrics={}&{filters}", metric.id))[0];
            assert_eq!(all, one("ferme") + one("abroad"), "{} {code}", metric.id);
        }
    }
}

#[test]
fn s002_each_shop_has_its_own_days() {
    let store = shops();
    // 30 June 19:00 in New York.
    assert_eq!(totals(&store, "metrics=orders&shop=abroad&from=2026-06-30&to=2026-06-30"), ["1"]);
    assert_eq!(totals(&store, "metrics=orders&from=2026-06-30&to=2026-06-30"), ["1"]);
}

#[test]
fn s073_a_person_known_in_two_shops_is_one_customer() {
    let store = shops();
    let ask = |shop: &str| {
        totals(&store, &format!("metrics=customers,returning_customers,new_customers&{JUNE}{shop}"))
    };
    // Farm: ada, bob, cyd, dan, fay, gus; ada (2, 10) and bob (4) come back; bob, cyd, dan, fay, gus are new.
    assert_eq!(ask("&shop=ferme"), ["6", "2", "5"]);
    // Abroad: ada, zoe, bob; ada comes back (4, then 1); all three are new there.
    assert_eq!(ask("&shop=abroad"), ["3", "1", "3"]);
    // Together ada and bob once each; ranks are by shop, so new customers add up.
    assert_eq!(ask(""), ["7", "2", "8"]);
}

#[test]
fn amounts_are_never_mixed_where_no_rate_is_known() {
    let store = fixture();
    store.create_shop(shop("abroad", "CHF", "Europe/Zurich"), at(NOW)).expect("a shop");
    let mut made = order("1", "2026-06-10T10:00:00Z", None, vec![line("TEA", 1, 1000)]);
    made.currency = "CHF".parse().expect("valid");
    write(&store, "abroad", vec![Record::Order(Box::new(made))]);
    let table = ask(&store, &format!("metrics=revenue,orders&{JUNE}"));
    let alone = ask(&store, &format!("metrics=revenue,orders&shop=ferme&{JUNE}"));
    assert_eq!(table.total("revenue"), alone.total("revenue"));
    assert_eq!(table.total("orders").and_then(Cell::whole), Some(10));
    assert_eq!(table.incomplete.expect("said so").orders_without_rate, 1);
}
