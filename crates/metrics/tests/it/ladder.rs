//! S106: the ladder adds up to the cent, under every profile.

use comptoir_metrics::ladder::{Sign, adds_up, metrics, rungs};
use comptoir_metrics::{Cell, PROFILES};

use super::fixture::{ask, fixture};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

fn every() -> String {
    metrics().iter().map(|metric| metric.id).collect::<Vec<_>>().join(",")
}

#[test]
fn s106_june_from_gross_sales_to_what_was_paid() {
    let table = ask(&fixture(), &format!("metrics={}&{JUNE}", every()));
    let shown: Vec<(&str, String)> = rungs(PROFILES[0])
        .iter()
        .map(|rung| {
            let cell = table.total(rung.metric.id).unwrap_or(&Cell::Null);
            (rung.metric.id, cell.plain(table.currency).unwrap_or("-".into()))
        })
        .collect();
    let by_hand = [
        ("orders", "9"),
        ("units", "12"),
        ("gross_sales", "94.66"), // 5 + 30 + 5 + 6.66 + 10 + 10 + 16 + 10 + 2
        ("discounts", "13.00"),   // 3 + 10
        ("refunded_goods", "20.00"), // R1 9, R2 4, R3 7
        ("net_sales", "61.66"),
        ("shipping", "4.50"),
        ("fees", "1.50"),
        ("refunded_charges", "1.00"), // the shipping of R2
        ("revenue", "66.66"),
        ("tax", "0.83"),               // 0.55 + 0.40 + 0.30 − 0.42
        ("total_only_sales", "60.00"), // order 10
        ("total_sales", "127.49"),
    ];
    let shown: Vec<(&str, &str)> = shown.iter().map(|(id, text)| (*id, text.as_str())).collect();
    assert_eq!(shown, by_hand);
}

#[test]
fn s106_every_profile_and_period_adds_up() {
    let store = fixture();
    for period in
        [JUNE, "from=2026-05-01&to=2026-05-31", "period=all", "from=2026-06-18&to=2026-06-18"]
    {
        for profile in PROFILES {
            let query = format!("metrics={}&{period}&profile={}", every(), profile.id);
            let rungs = rungs(profile);
            let table = ask(&store, &query);
            assert!(adds_up(&rungs, &table), "{query}: {:?}", table.totals.values);
            // No rung is a figure that the profile does not have.
            for rung in rungs.iter().filter(|rung| rung.sign != Sign::Count) {
                assert_ne!(
                    table.total(rung.metric.id),
                    Some(&Cell::Null),
                    "{query} {}",
                    rung.metric.id
                );
            }
        }
    }
}

#[test]
fn s106_a_rung_that_is_left_out_is_noticed() {
    let table = ask(&fixture(), &format!("metrics={}&{JUNE}", every()));
    let mut rungs = rungs(PROFILES[0]);
    rungs.retain(|rung| rung.metric.id != "discounts");
    assert!(!adds_up(&rungs, &table));
}
