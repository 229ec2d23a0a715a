//! create → refund → refund → trash → restore: the same state by polling after each step, by polling
//! once at the end, and by webhooks in any order.

use comptoir_model::Class;
use comptoir_sources::connector::Connector;
use jiff::{SignedDuration, Timestamp};

use super::{Kept, Played, connect, now, play, pull_all, setting_at, wanted};
use crate::replay::woocommerce::shop::Shop;

/// The fifth order of the shop: paid, without refunds.
const ORDER: u64 = 1100;

fn begun() -> (Played, Box<dyn Connector>, Kept, String) {
    let played = play(Shop::made_up(60, now() - SignedDuration::from_hours(24)));
    let mut shop = connect(&played.replay.url());
    let mut kept = Kept::default();
    let cursor = pull_all(shop.as_mut(), "", &setting_at(now()), &mut kept).expect("read");
    (played, shop, kept, cursor)
}

/// Copies a paid order as a new one, under its own number.
fn create(played: &Played, at: Timestamp) {
    let mut inside = played.shop.inside();
    let template =
        inside.shop.orders.values().find(|order| order["status"] == "processing").cloned();
    let mut order = template.expect("a paid order");
    order["id"] = ORDER.into();
    order["number"] = ORDER.to_string().into();
    order["refunds"] = serde_json::json!([]);
    for date in ["date_created", "date_modified", "date_paid"] {
        crate::replay::woocommerce::shop::set_date(&mut order, date, Some(at));
    }
    inside.shop.last = 5000;
    inside.shop.orders.insert(ORDER, order);
}

fn step(played: &Played, step: usize, at: Timestamp) {
    if step == 0 {
        return create(played, at);
    }
    let mut inside = played.shop.inside();
    match step {
        1 => drop(inside.shop.refund_line(ORDER, 1, true, at)),
        2 => drop(inside.shop.refund_amount(ORDER, 100, at)),
        3 => inside.shop.trash(ORDER, at),
        _ => inside.shop.restore(ORDER, at),
    }
}

fn at(minute: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minute)
}

#[test]
fn polling_after_each_step_and_once_at_the_end_give_the_same() {
    let (played, mut shop, mut each, mut cursor) = begun();
    let (late, mut once, late_cursor) = {
        let (played, _, kept, cursor) = begun();
        (played, kept, cursor)
    };
    // Seen after each step: class and refunds.
    let states = [
        (Class::Paid, 0),
        (Class::Paid, 1),
        (Class::Paid, 2),
        (Class::Deleted, 2),
        (Class::Paid, 2),
    ];
    for (index, (class, refunds)) in states.into_iter().enumerate() {
        let minute = i64::try_from(index).expect("a minute") * 20;
        step(&played, index, at(minute));
        step(&late, index, at(minute));
        let setting = setting_at(at(minute + 1));
        cursor = pull_all(shop.as_mut(), &cursor, &setting, &mut each).expect("read");
        let order = &each.orders[&ORDER.to_string()];
        assert_eq!((order.class, order.refunds.len()), (class, refunds), "after step {index}");
    }
    let setting = setting_at(at(120));
    pull_all(connect(&late.replay.url()).as_mut(), &late_cursor, &setting, &mut once)
        .expect("read");
    assert_eq!(each.content(), once.content());
    // Nothing new: one round asks for changes, the trash and products, and brings no older orders.
    let before = played.replay.requests().len();
    let mut quiet = Kept::default();
    pull_all(shop.as_mut(), &cursor, &setting_at(at(200)), &mut quiet).expect("read");
    assert!(quiet.orders.len() <= 1, "{:?}", quiet.orders.keys());
    assert!(played.replay.requests().len() - before <= 6);
}

#[test]
fn shuffled_and_repeated_webhooks_give_the_same_as_polling() {
    let (played, mut shop, polled, cursor) = begun();
    let mut hooked = polled.clone();
    let mut polled = polled;
    for index in 0..5 {
        step(&played, index, at(i64::try_from(index).expect("a minute")));
    }
    pull_all(shop.as_mut(), &cursor, &setting_at(at(60)), &mut polled).expect("read");
    // Whatever the order of deliveries, each says only: read order 1100 again.
    for _ in 0..7 {
        let last = hooked.orders.get(&ORDER.to_string()).map(|order| order.version.modified);
        let page =
            shop.fetch(&[(wanted("order", ORDER), last)], &setting_at(at(61))).expect("read");
        hooked.take(&page);
    }
    assert_eq!(polled.content(), hooked.content());
}

#[test]
fn an_order_that_is_gone_leaves_a_tombstone_with_its_last_stamp() {
    let (played, mut shop, mut kept, _) = begun();
    let id = *played.shop.inside().shop.orders.keys().next().expect("an order");
    let last = kept.orders[&id.to_string()].version.modified;
    played.shop.inside().shop.delete(id);
    let asked = [(wanted("order", id), Some(last)), (wanted("order", 99_999), None)];
    let page = shop.fetch(&asked, &setting_at(now())).expect("read");
    assert_eq!(page.records.len(), 1, "what was never known leaves nothing");
    kept.take(&page);
    let order = &kept.orders[&id.to_string()];
    assert_eq!((order.class, order.version.modified), (Class::Deleted, last));
}

/// The plugin is updated, a proxy answers instead: nothing of it proves that an order is gone.
#[test]
fn an_api_that_is_gone_for_a_moment_leaves_no_tombstone() {
    let (played, _, kept, _) = begun();
    let ids: Vec<u64> = played.shop.inside().shop.orders.keys().copied().take(2).collect();
    let last = Some(kept.orders[&ids[0].to_string()].version.modified);
    let asked: Vec<_> = ids.iter().map(|id| (wanted("order", *id), last)).collect();
    for code in ["rest_no_route", "woocommerce_rest_shop_order_invalid_id"] {
        played.shop.inside().closed = vec![("wc/v3/orders".to_owned(), 404, code.to_owned())];
        for some in [&asked[..1], &asked[..]] {
            let mut shop = connect(&played.replay.url());
            let failure = shop.fetch(some, &setting_at(now())).expect_err("no answer");
            assert_eq!(failure.kind, comptoir_sources::FailureKind::NotFound);
        }
    }
}

#[test]
fn products_and_customers_are_read_again_too() {
    let (_played, mut shop, _, _) = begun();
    let asked = [
        (wanted("product", 12), None),
        (wanted("product", 999), None),
        (wanted("customer", 7), None),
    ];
    let page = shop.fetch(&asked, &setting_at(now())).expect("read");
    let mut kept = Kept::default();
    kept.take(&page);
    let keys: Vec<&str> = kept.others.keys().map(String::as_str).collect();
    assert_eq!(keys, ["customer 7", "product TS"]);
}
