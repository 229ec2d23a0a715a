//! What cannot be answered is refused by name, with what would be accepted.

use comptoir_metrics::{Context, Query};

use super::fixture::{at, fixture};

#[test]
fn every_wrong_parameter_is_named_with_its_nearest_valid_value() {
    let store = fixture();
    let context =
        Context::load(&store.read().expect("valid"), at(super::fixture::NOW)).expect("valid");
    let check = |query: &str, parameter: &str, nearest: Option<&str>| {
        let error = Query::parse(query, &context).expect_err(query);
        assert_eq!(error.parameter, parameter, "{query}: {error}");
        assert_eq!(error.nearest.as_deref(), nearest, "{query}: {error}");
    };
    check("metrics=revnue", "metrics", Some("revenue"));
    check("", "metrics", Some("revenue"));
    check("metrics=revenue&by=contry", "by", Some("country"));
    check("metrics=revenue&by=day,day", "by", None);
    check("metrics=revenue&by=day,week,month,year", "by", None);
    check("metrics=revenue&shop=frme", "shop", Some("ferme"));
    check("metrics=revenue&currency=EURO", "currency", Some("EUR"));
    check("metrics=revenue&period=31d", "period", Some("30d"));
    check("metrics=revenue&profile=comptor", "profile", Some("comptoir"));
    check("metrics=revenue&date=creatd", "date", Some("created"));
    check("metrics=revenue&compare=previus", "compare", Some("previous"));
    check("metrics=revenue&form=2026-01-01", "form", Some("from"));
    check("metrics=revenue&from=2026-02-30", "from", None);
    check("metrics=revenue&from=0001-01-01&to=2026-01-01", "from", Some("1970-01-01"));
    check("metrics=revenue&from=2026-01-01&to=9999-01-01", "to", Some("2200-12-31"));
    check("metrics=revenue&from=2026-02-01&to=2026-01-01", "from", Some("2026-01-01"));
    check("metrics=revenue&to=2026-01-01", "from", None);
    check("metrics=revenue&period=30d&from=2026-01-01", "period", None);
    check("metrics=revenue&compare=2026-02-01..2026-01-01", "compare", Some("2026-01-01"));
    check("metrics=revenue&limit=0", "limit", Some("1"));
    check("metrics=revenue&limit=100001", "limit", Some("100000"));
    check("metrics=revenue&sort=-orders", "sort", Some("revenue"));
    check("metrics=revenue&metrics=orders", "metrics", None);
    check("metrics=revenue&where=country", "where", None);
    check("metrics=revenue&where=contry:FR", "where", Some("country"));
    check("metrics=revenue&where=weekday:8", "where", Some("1"));
    check("metrics=revenue&where=customer_type:nw", "where", Some("new"));
    check("metrics=revenue&where=month:2026-13", "where", Some("2011-01"));
    check("metrics=revenue&by=hour&from=2026-01-01&to=2026-04-03", "by", Some("month"));
    check("metrics=average_order_value&by=product", "metrics", Some("net_sales"));
    check("metrics=revenue&where=product:MIEL", "metrics", Some("net_sales"));
    check("metrics=conversion_rate&by=city", "by", Some("country"));
    check("metrics=%ff", "query", None);
    check(&format!("metrics={}", "x".repeat(5000)), "metrics", None);
}

#[test]
fn the_longest_period_of_hours_is_accepted() {
    let store = fixture();
    let context =
        Context::load(&store.read().expect("valid"), at(super::fixture::NOW)).expect("valid");
    assert!(
        Query::parse("metrics=revenue&by=hour&from=2026-01-01&to=2026-04-02", &context).is_ok()
    );
}
