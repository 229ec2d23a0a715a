//! A platform's own totals beside ours, on the fixture shop.

use comptoir_metrics::beside::{Told, beside};
use comptoir_metrics::{Cell, Context, Period, profile};
use comptoir_model::DateBasis;
use jiff::civil::date;

use crate::fixture::{NOW, at, fixture};

/// By hand, from the list in `fixture.rs`: on 3 June bob ordered honey for 30.00 less 3.00, with
/// 4.50 of shipping, and tea for 5.00. `WooCommerce`'s net has goods after discounts: 27.00 + 5.00.
#[test]
fn s072_the_platform_s_total_stands_beside_ours_under_its_own_mode() {
    let store = fixture();
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let day = date(2026, 6, 3);
    let figures = [
        ("orders".to_owned(), 3),
        ("net_sales".to_owned(), 3_200),
        ("shipping".to_owned(), 500),
        ("moons".to_owned(), 7),
    ];
    let told = Told {
        profile: profile("woocommerce").expect("a profile"),
        basis: Some(DateBasis::Created),
        period: Period { from: day, to: day },
        figures: &figures,
    };
    let (found, table) = beside(&snapshot, &context, "ferme", &told).expect("an answer");
    assert_eq!((table.profile, table.period), ("woocommerce", told.period));
    let lines: Vec<_> =
        found.into_iter().map(|one| (one.metric.id, one.theirs, one.ours, one.apart)).collect();
    assert_eq!(
        lines,
        [
            ("orders", Cell::Count(3), Cell::Count(2), Cell::Count(1)),
            ("net_sales", Cell::Money(3_200), Cell::Money(3_200), Cell::Money(0)),
            ("shipping", Cell::Money(500), Cell::Money(450), Cell::Money(50)),
        ]
    );
}
