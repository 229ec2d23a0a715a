//! Laws that hold whatever is asked.

use comptoir_metrics::query::Sort;
use comptoir_metrics::{Cell, Comparison, Context, METRICS, Query, splits};
use comptoir_metrics::{Choice, DIMENSIONS, Filter, PROFILES, Period};
use jiff::civil::Date;
use proptest::prelude::*;

use super::fixture::{NOW, ask, at, fixture};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

fn whole(cell: &Cell) -> i64 {
    cell.whole().expect("a whole number")
}

#[test]
fn parts_add_up_to_the_whole_in_every_row() {
    let store = fixture();
    for metric in METRICS.iter().filter(|metric| !metric.parts.is_empty()) {
        for by in ["day", "country", "hour_of_day", "tax_rate", "coupon"] {
            for profile in ["", "&profile=brevo", "&profile=woocommerce&date=created"] {
                let metrics = format!("{},{}", metric.id, metric.parts.join(","));
                let table = ask(&store, &format!("metrics={metrics}&by={by}&{JUNE}{profile}"));
                assert!(!table.rows.is_empty());
                for row in &table.rows {
                    let parts: i64 = row.values[1..].iter().map(whole).sum();
                    assert_eq!(
                        whole(&row.values[0]),
                        parts,
                        "{} by {by} {:?}",
                        metric.id,
                        row.keys
                    );
                }
            }
        }
    }
}

#[test]
fn rows_add_up_to_the_total_by_every_dimension() {
    let store = fixture();
    let sums = [
        "revenue",
        "gross_sales",
        "discounts",
        "refunds",
        "net_sales",
        "refunded_goods",
        "tax",
        "total_sales",
        "orders",
        "units",
        "new_customers",
        "unidentified_revenue",
    ];
    for dimension in DIMENSIONS {
        let fitting = METRICS.iter().filter(|metric| {
            // An order counts once for each product and each rate in it.
            let repeated = dimension.grain > comptoir_metrics::metric::Grain::Order
                && ["orders", "new_customers"].contains(&metric.id);
            sums.contains(&metric.id) && splits(metric, dimension) && !repeated
        });
        let ids: Vec<&str> = fitting.map(|metric| metric.id).collect();
        let query = format!("metrics={}&{JUNE}", ids.join(","));
        let table = ask(&store, &format!("{query}&by={}", dimension.id));
        assert_eq!(table.totals, ask(&store, &query).totals, "{}", dimension.id);
        for (at, id) in ids.iter().enumerate() {
            let rows: i64 = table.rows.iter().map(|row| whole(&row.values[at])).sum();
            assert_eq!(rows, whole(&table.totals.values[at]), "{id} by {}", dimension.id);
        }
    }
}

#[test]
fn every_metric_can_be_split_by_every_dimension_that_it_allows() {
    let store = fixture();
    for dimension in DIMENSIONS {
        let fitting = METRICS.iter().filter(|metric| splits(metric, dimension));
        let ids: Vec<&str> = fitting.map(|metric| metric.id).collect();
        for profile in ["", "&profile=woocommerce", "&currency=USD"] {
            let metrics = ids.join(",");
            ask(
                &store,
                &format!("metrics={metrics}&by={}&{JUNE}&compare=year{profile}", dimension.id),
            );
        }
    }
}

#[test]
fn a_period_against_itself_does_not_change() {
    let table = ask(
        &fixture(),
        &format!(
            "metrics=revenue,orders,customers,median_order_value,average_order_value&by=day&{JUNE}&compare=2026-06-01..2026-06-30"
        ),
    );
    assert_eq!(Some(&table.totals.values), table.totals.previous.as_ref());
    for row in table.rows {
        assert_eq!(Some(row.values), row.previous);
    }
}

fn day() -> impl Strategy<Value = Date> {
    (2000_i16..2100, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn period() -> impl Strategy<Value = Period> {
    (day(), 0_i64..1000).prop_map(|(from, days)| Period {
        from,
        to: from.checked_add(jiff::Span::new().days(days)).expect("valid"),
    })
}

fn query() -> impl Strategy<Value = Query> {
    let orders = Just("orders").prop_map(|id| comptoir_metrics::metric(id).expect("valid"));
    let choice = prop_oneof![
        (0..comptoir_metrics::period::PRESETS.len())
            .prop_map(|at| comptoir_metrics::period::PRESETS[at].1),
        period().prop_map(Choice::Days),
    ];
    let comparison = prop_oneof![
        Just(Comparison::None),
        Just(Comparison::Previous),
        Just(Comparison::Year),
        Just(Comparison::YearWeekday),
        period().prop_map(Comparison::Days),
    ];
    let filters = proptest::collection::vec(
        proptest::collection::vec(proptest::option::of("[a-zé|\\\\ &=%+null]{1,8}"), 1..4),
        0..3,
    );
    (
        orders,
        choice,
        comparison,
        proptest::bool::ANY,
        proptest::option::of(0..PROFILES.len()),
        proptest::bool::ANY,
        filters,
        proptest::option::of(proptest::bool::ANY),
        proptest::option::of(1_usize..100_000),
    )
        .prop_map(
            |(metric, period, comparison, shop, profile, currency, filters, sort, limit)| {
                let coupon = comptoir_metrics::dimension("coupon").expect("valid");
                Query {
                    by: vec![coupon],
                    period,
                    comparison,
                    shop: shop.then(|| "ferme".to_owned()),
                    profile: profile.map(|at| PROFILES[at]),
                    date: currency.then_some(comptoir_model::DateBasis::Paid),
                    currency: currency.then_some(comptoir_model::Currency::USD),
                    filters: filters
                        .into_iter()
                        .map(|values| Filter { dimension: coupon, values })
                        .collect(),
                    sort: sort.map(|descending| Sort { column: "orders", descending }),
                    limit,
                    ..Query::new(vec![metric])
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_query_and_its_address_are_the_same_thing(query in query()) {
        thread_local! {
            static CONTEXT: Context = Context::load(&fixture().read().expect("valid"), at(NOW)).expect("valid");
        }
        let address = query.to_query_string();
        let read = CONTEXT.with(|context| Query::parse(&address, context));
        prop_assert_eq!(read.as_ref(), Ok(&query), "{}", address);
        prop_assert_eq!(read.expect("valid").to_query_string(), address);
    }
}

/// An order of a small random shop: few people, few instants, so that ties and repeats happen.
fn random_order() -> impl Strategy<Value = (u8, u8, i64, usize, bool, i64)> {
    (
        0_u8..5,
        0_u8..6,
        1_i64..5000,
        0..comptoir_model::Class::ALL.len(),
        proptest::bool::ANY,
        0_i64..3000,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn columns_kept_by_the_writer_and_those_worked_out_on_the_fly_agree(
        orders in proptest::collection::vec(random_order(), 1..14)
    ) {
        let store = super::fixture::empty();
        let mut records = Vec::new();
        for (index, (who, day, gross, class, named, refunded)) in orders.iter().enumerate() {
            let created = format!("2026-06-{:02}T21:30:00Z", 10 + day);
            let id = (100 - index).to_string();
            let who = named.then(|| format!("p{who}"));
            let lines = vec![super::fixture::line("MIEL", 1, *gross)];
            let mut order = super::fixture::order(&id, &created, who.as_deref(), lines);
            order.paid = Some(order.created);
            order.class = comptoir_model::Class::ALL[*class];
            records.push(comptoir_model::Record::Order(Box::new(order)));
            if refunded % 3 == 0 {
                let refund = super::fixture::refund(&format!("R{id}"), Some(&id), "2026-06-20T12:00:00Z", *refunded);
                records.push(comptoir_model::Record::Refund(Box::new(refund)));
            }
        }
        super::fixture::write(&store, "ferme", records);
        for query in [
            "metrics=revenue,new_customer_revenue,existing_customer_revenue,unidentified_revenue,orders,customers,new_customers,returning_customers,refunds,median_order_value&by=day&from=2026-06-09&to=2026-06-21",
            "metrics=revenue,orders,new_customers&by=customer_type&from=2026-06-12&to=2026-06-13",
        ] {
            let stored = ask(&store, query);
            let computed = ask(&store, &format!("{query}&date=paid"));
            prop_assert_eq!(&stored.rows, &computed.rows);
            prop_assert_eq!(&stored.totals, &computed.totals);
        }
        // The same worked out in plain arithmetic, from what was written.
        let counted = |class: usize| matches!(comptoir_model::Class::ALL[class].id(), "paid" | "fulfilled" | "refunded");
        let expected: i64 = orders.iter().filter(|order| counted(order.3)).map(|order| order.2).sum();
        let table = ask(&store, "metrics=gross_sales,new_customers&from=2026-06-01&to=2026-06-30");
        prop_assert_eq!(table.totals.values[0].whole(), Some(expected));
        let mut people: Vec<u8> = orders.iter().filter(|order| counted(order.3) && order.4).map(|order| order.0).collect();
        people.sort_unstable();
        people.dedup();
        prop_assert_eq!(table.totals.values[1].whole(), i64::try_from(people.len()).ok());
    }
}
