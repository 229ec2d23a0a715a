//! Shopify's order export, against figures worked out by hand.

use comptoir_model::{Class, TaxRate};

use crate::hand::{context, import, paris, preset};

const FIXTURE: &[u8] = include_bytes!("../data/shopify_orders.csv");

#[test]
fn an_order_takes_several_rows_and_adds_up() {
    let shop = import(FIXTURE, &preset("shopify"), &context("USD", "America/New_York"));
    assert_eq!(shop.reasons(), Vec::<String>::new());
    let orders = shop.orders();
    assert_eq!(orders.len(), 3);

    // 2 × 16 + 20 = 52, less 5, plus 6 of shipping, plus 3.29 of tax: 56.29. The 5 stand in two
    // columns and count once.
    let first = orders[0];
    assert_eq!((first.id.as_str(), first.number.as_deref()), ("5550000001", Some("#1001")));
    assert_eq!((first.gross(), first.discounts(), first.shipping_amount), (5200, 500, 600));
    assert_eq!((first.tax(), first.total()), (329, 5629));
    assert_eq!(first.taxes[0].rate, Some(TaxRate(4_000)));
    assert_eq!(first.class, Class::Fulfilled);
    assert_eq!(first.status, "paid");
    assert_eq!(first.created.to_string(), "2025-03-03T15:14:00Z");
    assert_eq!(first.billing.postcode.as_deref(), Some("00000"));
    assert_eq!(first.billing.region.as_deref(), Some("NY"));
    assert_eq!(first.shipping.country.as_deref(), Some("US"));
    assert_eq!(first.coupons, ["FALL5"]);
    assert_eq!(first.channel.as_deref(), Some("web"));
    let print = first
        .lines
        .iter()
        .find(|line| line.product.as_deref() == Some("FERN-A4"))
        .expect("the print");
    assert_eq!((print.quantity, print.gross, print.discount), (2, 3200, 500));
    assert_eq!(first.lines.len(), 2);

    // 25 were given back; the export has no date for it, and the order was not cancelled.
    let second = orders[1];
    assert_eq!((second.total(), second.class), (5000, Class::Fulfilled));
    let refund = &second.refunds[0];
    assert_eq!((refund.id.as_str(), refund.total), ("#1002-refund", Some(2500)));
    assert_eq!(refund.at, second.created);
    assert_eq!(refund.order.as_deref(), Some("5550000002"));

    let third = orders[2];
    assert_eq!((third.class, third.total(), third.shipping_amount), (Class::Cancelled, 3000, 500));
    assert_eq!(third.cancelled.map(|at| at.to_string()).as_deref(), Some("2025-03-10T12:00:00Z"));
    assert!(third.refunds.is_empty());
}

/// The columns of the export that matter here, in its order.
const HEADER: &str = "Name,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,\
Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
Lineitem taxable,Lineitem discount,Refunded Amount,Id,Tax 1 Name,Tax 1 Value\n";

fn one(rows: &str) -> comptoir_model::Order {
    let shop = import(format!("{HEADER}{rows}").as_bytes(), &preset("shopify"), &paris());
    assert_eq!(shop.reasons(), Vec::<String>::new());
    assert_eq!(shop.orders().len(), 1);
    shop.orders()[0].clone()
}

/// A French shop: 24.00 + 6.00 and 5.90 of shipping, all with 20 % inside. 35.90 − 35.90 ÷ 1.2 =
/// 5.983…, which the export rounds to 5.98.
#[test]
fn taxes_inside_the_prices_are_taken_out_to_the_cent() {
    let order = one(
        "#FR1,paid,,EUR,30.00,5.90,5.98,35.90,,0.00,2025-03-03 10:14:00 +0100,2,Miel,12.00,MIEL,true,0.00,0.00,1,FR TVA 20%,5.98\n\
         #FR1,,,,,,,,,,2025-03-03 10:14:00 +0100,1,Savon,6.00,SAVON,true,0.00,,,,\n",
    );
    assert_eq!((order.total(), order.tax()), (3590, 598));
    // 598 split over 2400, 600 and 590: 399.77…, 99.94…, 98.27… → 400, 100, 98.
    let honey =
        order.lines.iter().find(|line| line.product.as_deref() == Some("MIEL")).expect("honey");
    assert_eq!((honey.gross, honey.discount, honey.tax()), (2000, 0, 400));
    assert_eq!(order.gross(), 2500);
    assert_eq!(order.shipping_amount, 492);
    assert_eq!(honey.taxes[0].rate, Some(TaxRate(20_000)));
    assert_eq!(order.class, Class::Paid);
}

/// 2 × 30.00 with a coupon of 10 % (6.00) told for the order only: 54.00, of which 9.00 are tax.
/// Without tax: 50.00 gross less 5.00.
#[test]
fn a_discount_told_for_the_order_alone_is_spread_and_loses_its_tax() {
    let order = one(
        "#FR2,paid,fulfilled,EUR,54.00,0.00,9.00,54.00,DIX,6.00,2025-03-03 10:14:00 +0100,1,Panier,30.00,A,true,0.00,0.00,2,FR TVA 20%,9.00\n\
         #FR2,,,,,,,,,,2025-03-03 10:14:00 +0100,1,Panier 2,30.00,B,true,0.00,,,,\n",
    );
    assert_eq!(
        (order.gross(), order.discounts(), order.tax(), order.total()),
        (5000, 500, 900, 5400)
    );
    assert!(order.lines.iter().all(|line| (line.gross, line.discount) == (2500, 250)));
}

#[test]
fn a_discount_on_shipping_lowers_the_shipping() {
    let order = one(
        "#4,paid,,EUR,30.00,5.00,0.00,30.00,PORT,5.00,2025-03-03 10:14:00 +0100,1,Panier,30.00,A,true,0.00,0.00,4,,\n",
    );
    assert_eq!(
        (order.gross(), order.discounts(), order.shipping_amount, order.total()),
        (3000, 0, 0, 3000)
    );
}

/// Without the row that carries the order's own cells, what is left would count as another order.
#[test]
fn an_order_whose_first_row_is_rejected_is_rejected_whole() {
    let rows = "#6,paid,,EUR,36.00,0.00,0.00,36.00,,0.00,yesterday,1,P,30.00,A,true,0.00,0.00,6,,\n\
                #6,,,,,,,,,,2025-03-03 10:14:00 +0100,1,Q,6.00,B,true,0.00,,,,\n";
    let shop = import(format!("{HEADER}{rows}").as_bytes(), &preset("shopify"), &paris());
    assert_eq!(shop.orders().len(), 0);
    assert_eq!(
        shop.reasons(),
        ["2 Created at: “yesterday” is not a date", "3 : no row of the order has its total"]
    );
}

#[test]
fn each_financial_status_has_its_class() {
    for (financial, fulfilment, class) in [
        ("paid", "", Class::Paid),
        ("paid", "fulfilled", Class::Fulfilled),
        ("partially_paid", "", Class::OnHold),
        ("partially_refunded", "", Class::Paid),
        ("refunded", "fulfilled", Class::Refunded),
        ("voided", "", Class::Cancelled),
        ("pending", "", Class::Pending),
        ("authorized", "", Class::Pending),
        ("expired", "", Class::Failed),
    ] {
        let row = format!(
            "#5,{financial},{fulfilment},EUR,30.00,0.00,0.00,30.00,,0.00,2025-03-03 10:14:00 +0100,1,P,30.00,A,true,0.00,0.00,5,,\n"
        );
        assert_eq!(one(&row).class, class, "{financial} {fulfilment}");
    }
}
