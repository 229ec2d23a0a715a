//! Our own CSV, as docs/import.md describes it.

use comptoir_model::{Class, LineKind, Origin, TaxRate};

use crate::hand::{Imported, import, paris, preset};

fn shop(text: &str) -> Imported {
    import(text.as_bytes(), &preset("comptoir"), &paris())
}

/// spec: items 4 × 25, coupon 20, shipping 10, tax 7, total 97.
#[test]
fn the_first_worked_example_is_read_to_the_cent() {
    let shop = shop(
        "order_id,created,sku,quantity,unit_price,order_discount,shipping,order_tax,status\n\
         1,2025-03-03 10:00,A,4,25,20,10,7,completed\n",
    );
    let order = shop.orders()[0];
    assert_eq!((order.gross(), order.discounts(), order.shipping_amount), (10_000, 2_000, 1_000));
    assert_eq!((order.tax(), order.total()), (700, 9_700));
    assert_eq!((order.class, order.status.as_str()), (Class::Fulfilled, "completed"));
    assert_eq!(order.created.to_string(), "2025-03-03T09:00:00Z");
    assert_eq!(order.version.origin, Origin::UnstampedFile);
}

/// Excluding tax: 2 × 10 at 5.5 % and 1 × 30 at 20 %, a discount of 5 over both: 2 and 3.
/// Taxes: 18 × 5.5 % = 0.99; 27 × 20 % = 5.40; shipping 5 at 20 % = 1.00.
#[test]
fn taxes_follow_from_rates_after_discounts() {
    let shop = shop(
        "order_id,created,sku,quantity,unit_price,tax_rate,order_discount,shipping,shipping_tax_rate\n\
         1,2025-03-03,A,2,10,5.5,5,5,20\n1,2025-03-03,B,1,30,20,5,5,20\n",
    );
    let order = shop.orders()[0];
    assert_eq!((order.gross(), order.discounts()), (5_000, 500));
    assert_eq!(order.lines[0].taxes[0].rate, Some(TaxRate(5_500)));
    assert_eq!((order.lines[0].tax(), order.lines[1].tax()), (99, 540));
    assert_eq!((order.tax(), order.total()), (739, 5_739));
}

/// With tax inside: 2 × 12.00 at 20 % less 2.40 = 21.60, of which 3.60 are tax: 20.00 gross, 2.00
/// discount, 18.00 net. Shipping 6.00 at 20 %: 5.00 and 1.00.
#[test]
fn prices_with_tax_are_taken_apart() {
    let shop = shop(
        "order_id,created,sku,quantity,unit_price,tax_rate,line_discount,shipping,shipping_tax_rate,prices_include_tax\n\
         1,2025-03-03,A,2,12.00,20,2.40,6.00,20,oui\n",
    );
    let order = shop.orders()[0];
    assert_eq!((order.gross(), order.discounts(), order.shipping_amount), (2_000, 200, 500));
    assert_eq!((order.tax(), order.total()), (460, 2_760));
}

/// Goods of 12.00 at 20 % and 10.55 at 5.5 %: taxes 2.00 and 0.55. Shipping of 5.00 has no rate: with
/// an order tax of 3.38 it holds 0.83; without, 5.00 × 2.55 ÷ 22.55 = 0.57; with one rate, that one.
#[test]
fn shipping_without_a_rate_follows_the_goods() {
    let header = "order_id,created,sku,unit_price,tax_rate,shipping,order_tax,prices_include_tax\n";
    let tax = |rows: &str| {
        let shop = shop(&format!("{header}{rows}"));
        assert_eq!(shop.reasons(), Vec::<String>::new());
        let order = shop.orders()[0].clone();
        (order.shipping_amount, order.tax(), order.total())
    };
    let told = "1,2025-03-03,A,12.00,20,5.00,3.38,yes\n1,2025-03-03,B,10.55,5.5,5.00,3.38,yes\n";
    assert_eq!(tax(told), (417, 338, 2_755));
    let untold = "1,2025-03-03,A,12.00,20,5.00,,yes\n1,2025-03-03,B,10.55,5.5,5.00,,yes\n";
    assert_eq!(tax(untold), (443, 312, 2_755));
    assert_eq!(tax("1,2025-03-03,A,12.00,20,6.00,,yes\n"), (500, 300, 1_800));
    // Without tax inside: 10.00 at 20 % and an order tax of 3.00 leave 1.00 for shipping of 5.00.
    assert_eq!(tax("1,2025-03-03,A,10.00,20,5.00,3.00,no\n"), (500, 300, 1_800));
}

#[test]
fn refunds_stand_in_rows_of_their_own() {
    let shop = shop(
        "type,order_id,refund_id,created,refunded_at,sku,quantity,unit_price,tax_rate,refund_amount,reason\n\
         order,1,,2025-03-03,,A,2,10,20,,\n\
         refund,1,R1,,2025-04-01,A,1,10,20,,cassé\n\
         refund,,R2,,2025-04-02,,,,,12.00,\n\
         refund,1,,,2025-04-03,,,,,3.00,\n",
    );
    assert_eq!(shop.reasons(), Vec::<String>::new());
    let refunds = shop.refunds();
    assert_eq!(refunds.len(), 3);
    // `r:1-refund-2025-04-03` sorts before `r:R1`.
    assert_eq!(
        (refunds[0].id.as_str(), refunds[0].order.as_deref()),
        ("1-refund-2025-04-03", Some("1"))
    );
    assert_eq!(
        (refunds[1].order.as_deref(), refunds[1].reason.as_deref()),
        (Some("1"), Some("cassé"))
    );
    assert_eq!((refunds[1].lines[0].quantity, refunds[1].told().total()), (1, 1_200));
    assert_eq!((refunds[2].order.as_deref(), refunds[2].total), (None, Some(1_200)));
    assert_eq!(shop.orders()[0].total(), 2_400);
}

#[test]
fn an_order_without_lines_keeps_its_total() {
    let shop = shop(
        "order_id,created,shipping,order_tax,total,email\n1,2025-03-03,10,7,97,a@b.fr\n2,2025-03-03,,,50,\n",
    );
    let orders = shop.orders();
    // 97 − 7 − 10: goods of 80 without tax, in a line that is no product.
    assert_eq!(
        (orders[0].gross(), orders[0].shipping_amount, orders[0].tax()),
        (8_000, 1_000, 700)
    );
    assert_eq!((orders[0].total(), orders[0].lines[0].kind), (9_700, LineKind::Service));
    assert_eq!((orders[1].total_only, orders[1].total()), (Some(5_000), 5_000));
}

#[test]
fn a_bad_row_is_rejected_with_its_line_field_and_remedy_and_others_stay() {
    let shop = shop(
        "order_id,created,sku,quantity,unit_price,status\n\
         1,2025-03-03,A,1,10,\n\
         2,2025-13-45,A,1,10,\n\
         3,2025-03-03,A,1,dix,\n\
         4,2025-03-03,A,1.5,10,\n\
         ,2025-03-03,A,1,10,\n\
         6,2025-03-03,A,1,-10,\n\
         7,1875-03-03,A,1,10,\n\
         8,2035-03-03,A,1,10,\n\
         9,2025-03-03,A,1,,\n\
         10,2025-03-03,A,1,10,zorglub\n\
         11,2025-03-03,A,-1,10,\n\
         12,2025-03-03,A,1,10,,surplus\n\
         \n\
         13,2025-03-03,B,1,10,\n",
    );
    assert_eq!(shop.orders().len(), 2);
    assert_eq!(
        shop.reasons(),
        [
            "3 created: “2025-13-45” is not a date",
            "4 unit_price: “dix” is not a number",
            "5 quantity: a quantity must be a whole number of units",
            "6 order_id: the row has no identifier",
            "7 unit_price: a sale has no negative amount",
            "8 created: absurd date: before 1990 or in the future",
            "9 created: absurd date: before 1990 or in the future",
            "10 unit_price: the line has no price",
            "12 quantity: the quantity of a sale is negative",
            "13 : the row has 7 cells, the header 6",
            "11 : the status “zorglub” is unknown",
        ]
    );
    assert!(shop.rejects.iter().all(|reject| !reject.remedy.is_empty()));
}

#[test]
fn a_row_in_another_currency_than_its_order_is_rejected() {
    let shop = shop(
        "order_id,created,sku,quantity,unit_price,currency\n1,2025-03-03,A,1,10,EUR\n1,2025-03-03,B,1,10,USD\n",
    );
    assert_eq!(shop.orders()[0].lines.len(), 1);
    assert_eq!(shop.reasons(), ["3 currency: the other rows of the order are in EUR"]);
}
