//! What the real shop answered, read to the cent. Figures are those of the recordings.

use comptoir_model::{Class, LineKind, Tax, TaxRate};

use super::{Kept, connect, play, pull_all, setting_at};
use crate::replay::woocommerce::shop::Shop;

fn read() -> Kept {
    let played = play(Shop::recorded());
    let mut kept = Kept::default();
    let setting = setting_at("2026-11-21T18:30:00Z".parse().expect("an instant"));
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting, &mut kept).expect("read");
    assert_eq!((kept.refused, kept.notes.len()), (0, 0), "{:?}", kept.notes);
    kept
}

fn tax(rate: i32, amount: i64) -> Tax {
    Tax { rate: Some(TaxRate(rate)), amount }
}

#[test]
fn an_order_with_two_rates_a_coupon_shipping_and_a_fee_adds_up() {
    let kept = read();
    let order = &kept.orders["15"];
    assert_eq!(order.class, Class::Paid);
    assert_eq!(order.created.to_string(), "2026-11-21T17:57:42Z");
    assert_eq!(order.customer.id.as_deref(), Some("2"));
    assert_eq!(order.customer.email.as_deref(), Some("zoe@exemple.fr"));
    assert_eq!(order.billing.country.as_deref(), Some("FR"));
    assert_eq!(order.payment_method.as_deref(), Some("Carte"));
    assert_eq!(order.shipping_method.as_deref(), Some("Colissimo"));
    assert_eq!(order.coupons, ["BIENVENUE"]);
    // Lines 31.99 + 18.75 after discounts, whose own differences are 3.56 + 2.08 = 5.64; the coupon
    // line says 5.63, and that is what Analytics counts.
    assert_eq!(order.lines.iter().map(comptoir_model::Line::net).collect::<Vec<_>>(), [3199, 1875]);
    assert_eq!(order.discounts(), 563);
    assert_eq!(order.gross(), 3199 + 1875 + 563);
    assert_eq!(order.lines[0].taxes, [tax(5_500, 176)]);
    assert_eq!(order.lines[1].taxes, [tax(20_000, 375)]);
    assert_eq!((order.shipping_amount, &order.shipping_taxes[..]), (500, &[tax(20_000, 100)][..]));
    assert_eq!((order.fees.len(), order.fees[0].amount), (1, 200));
    assert_eq!(order.fees[0].taxes, [tax(20_000, 40)]);
    assert_eq!((order.tax(), order.total()), (691, 6465));
    assert_eq!(
        (order.lines[1].product.as_deref(), order.lines[1].variant.as_deref()),
        (Some("TS"), Some("TS-M"))
    );
    assert_eq!(order.lines[1].name, "T-shirt");
    // Product 10 was not recorded: as if it were gone, its line names it.
    assert_eq!(order.lines[0].product.as_deref(), Some("MIEL-01"));
    assert!(order.lines.iter().all(|line| line.kind == LineKind::Product));
}

#[test]
fn refunds_have_their_own_day_their_lines_and_their_tax() {
    let kept = read();
    let order = &kept.orders["15"];
    assert_eq!(order.refunds.len(), 1);
    let refund = &order.refunds[0];
    assert_eq!((refund.id.as_str(), refund.order.as_deref()), ("18", Some("15")));
    assert_eq!(refund.at.to_string(), "2026-11-21T17:57:46Z");
    assert_eq!(refund.reason.as_deref(), Some("abîmé"));
    assert_eq!((refund.lines[0].quantity, refund.lines[0].amount), (1, 1066));
    assert_eq!(refund.lines[0].taxes, [tax(5_500, 59)]);
    assert_eq!(refund.lines[0].product.as_deref(), Some("MIEL-01"));
    assert_eq!((refund.total, refund.untold()), (Some(1125), 0));
    // A full refund tells an amount only, and the order keeps its total.
    let order = &kept.orders["17"];
    assert_eq!((order.class, order.total()), (Class::Refunded, 1749));
    assert_eq!((order.refunds[0].total, order.refunds[0].untold()), (Some(1749), 1749));
    assert_eq!(order.customer.id, None);
}

#[test]
fn s036_a_visit_with_utm_on_a_phone_is_known_on_the_order() {
    let kept = read();
    let order = &kept.orders["20"];
    assert_eq!(order.channel.as_deref(), Some("utm"));
    assert_eq!(order.source.as_deref(), Some("brevo"));
    assert_eq!(order.medium.as_deref(), Some("email"));
    assert_eq!(order.campaign.as_deref(), Some("promo-noel"));
    assert_eq!(order.device.as_deref(), Some("mobile"));
    assert_eq!((order.total(), order.tax(), order.paid), (5998, 1000, None));
    assert!(kept.others.contains_key("cart 20"), "it went through the block checkout");
}

#[test]
fn a_draft_of_the_checkout_is_a_cart() {
    let mut shop = Shop::recorded();
    shop.order(20)["status"] = "checkout-draft".into();
    let played = play(shop);
    let mut kept = Kept::default();
    let setting = setting_at("2026-11-21T18:30:00Z".parse().expect("an instant"));
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting, &mut kept).expect("read");
    assert_eq!(kept.orders["20"].class, Class::Draft);
    match &kept.others["cart 20"] {
        comptoir_model::Record::Cart(cart) => {
            assert_eq!(cart.state, comptoir_model::CartState::Open);
            assert_eq!((cart.total, cart.lines.len(), cart.order.as_ref()), (5998, 2, None));
        }
        other => panic!("{other:?}"),
    }
}
