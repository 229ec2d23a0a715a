//! The shipped real shop, against figures counted in Python with `decimal` from the same file:
//! rows by the rules of the preset, round half even to the penny, line by line.

use comptoir_model::LineKind;

use crate::hand::{Imported, context, import, preset};

fn shop() -> Imported {
    let bytes = include_bytes!("../../data/online-retail/online_retail.csv.zst");
    import(bytes, &preset("online-retail"), &context("EUR", "Europe/Paris"))
}

#[test]
fn the_real_shop_is_read_as_its_readme_says() {
    let shop = shop();
    let (orders, refunds) = (shop.orders(), shop.refunds());
    assert_eq!(shop.rejects.len(), 2_518);
    let count =
        |part: &str| shop.rejects.iter().filter(|reject| reject.reason.contains(part)).count();
    assert_eq!(count("does not begin with a digit"), 3);
    assert_eq!(count("quantity is 0 or below"), 1_336);
    assert_eq!(count("price is 0 or below"), 1_179);

    assert_eq!(orders.len(), 19_959);
    assert_eq!(orders.iter().map(|order| order.lines.len()).sum::<usize>(), 530_103);
    assert_eq!(orders.iter().map(|order| order.gross()).sum::<i64>(), 1_065_562_248);
    assert_eq!(orders.iter().map(|order| order.total()).sum::<i64>(), 1_065_562_248);
    let lines = || orders.iter().flat_map(|order| &order.lines);
    assert_eq!(lines().filter(|line| line.kind == LineKind::Service).count(), 2_342);
    let products = lines().filter(|line| line.kind == LineKind::Product);
    assert_eq!(products.map(|line| line.quantity).sum::<i64>(), 5_577_103);

    assert_eq!(refunds.len(), 3_836);
    assert_eq!(refunds.iter().map(|refund| refund.lines.len()).sum::<usize>(), 9_288);
    assert_eq!(refunds.iter().map(|refund| refund.told().total()).sum::<i64>(), 89_681_249);
    assert!(refunds.iter().all(|refund| refund.order.is_none() && refund.total.is_none()));

    // The first invoice: seven lines, 139.12 pounds, at 8:26 in London, in winter.
    let first = orders.iter().find(|order| order.id == "536365").expect("the first invoice");
    assert_eq!((first.lines.len(), first.gross()), (7, 13_912));
    assert_eq!(first.created.to_string(), "2010-12-01T08:26:00Z");
    assert_eq!(first.currency.code(), "GBP");
    assert_eq!(first.customer.id.as_deref(), Some("17850"));
    assert_eq!(first.billing.country.as_deref(), Some("GB"));
    assert!(orders.iter().all(|order| order.tax() == 0 && order.total_only.is_none()));
    let codes: std::collections::BTreeSet<_> =
        lines().filter_map(|line| line.product.as_deref()).collect();
    assert!(codes.iter().all(|code| *code == code.to_uppercase()));

    // Lines (sales and refunds) by country, names resolved: EIRE, RSA, USA, Channel Islands, unknown.
    let with =
        |code: Option<&str>| orders.iter().any(|order| order.billing.country.as_deref() == code);
    for code in ["IE", "ZA", "US", "JE", "CZ", "HK"] {
        assert!(with(Some(code)), "{code}");
    }
    assert!(with(None));
}
