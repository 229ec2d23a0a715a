//! The fault matrix: whatever goes wrong once, the same records are there in the end.

use comptoir_sources::FailureKind;

use super::{Kept, connect, now, play, pull_all, setting};
use crate::replay::Fault;
use crate::replay::woocommerce::shop::Shop;

/// Reads on after each failure with a new connector, as the next run does.
fn persistently(url: &str, kept: &mut Kept, failures: &mut Vec<FailureKind>) {
    let mut cursor = String::new();
    for _ in 0..40 {
        let mut shop = connect(url);
        loop {
            match shop.pull(&cursor, &setting()) {
                Ok(page) => {
                    kept.take(&page);
                    cursor = page.cursor;
                    if !page.more {
                        return;
                    }
                }
                Err(failure) => {
                    failures.push(failure.kind);
                    break;
                }
            }
        }
    }
    panic!("it never ends: {failures:?}");
}

#[test]
fn s073_each_fault_passes_and_loses_nothing() {
    let mut whole = Kept::default();
    let played = play(Shop::made_up(230, now()));
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut whole).expect("read");
    let later = vec![("Retry-After".to_owned(), "3600".to_owned())];
    let soon = vec![("Retry-After".to_owned(), "0".to_owned())];
    let faults: [(&str, Fault, Option<FailureKind>); 7] = [
        ("401", Fault::Status(401, Vec::new()), Some(FailureKind::Unauthorized)),
        ("429 later", Fault::Status(429, later), Some(FailureKind::Throttled)),
        ("429 soon", Fault::Status(429, soon), None),
        ("500", Fault::Status(500, Vec::new()), None),
        ("truncated", Fault::Truncated, None),
        ("page", Fault::Page, Some(FailureKind::NotTheApi)),
        ("502", Fault::Status(502, Vec::new()), None),
    ];
    for (name, fault, told) in faults {
        let broken = fault.clone();
        let mut orders = 0;
        // Every second request for orders fails once.
        played.replay.break_with(move |_, request| {
            if !request.path.ends_with("/orders") {
                return None;
            }
            orders += 1;
            (orders % 2 == 0).then(|| broken.clone())
        });
        let (mut kept, mut failures) = (Kept::default(), Vec::new());
        persistently(&played.replay.url(), &mut kept, &mut failures);
        assert!(
            kept.orders == whole.orders,
            "{name}: {} of {}",
            kept.orders.len(),
            whole.orders.len()
        );
        assert!(kept.notes.is_empty(), "{name}: {:?}", kept.notes);
        match told {
            Some(kind) => assert!(failures.contains(&kind), "{name}: {failures:?}"),
            None => assert!(failures.is_empty(), "{name}: {failures:?}"),
        }
    }
}

#[test]
fn a_fault_on_products_or_refunds_names_nothing_differently() {
    let mut whole = Kept::default();
    let played = play(Shop::made_up(130, now()));
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut whole).expect("read");
    for fault in [Fault::Page, Fault::Truncated, Fault::Status(503, Vec::new())] {
        let mut left = 5;
        played.replay.break_with(move |count, request| {
            let spare = request.path.ends_with("/products") || request.path.ends_with("/refunds");
            if spare && left > 0 && count % 3 == 0 {
                left -= 1;
                return Some(fault.clone());
            }
            None
        });
        let mut kept = Kept::default();
        persistently(&played.replay.url(), &mut kept, &mut Vec::new());
        assert!(kept.orders == whole.orders);
    }
}

#[test]
fn silence_is_a_time_out_that_passes() {
    let played = play(Shop::made_up(10, now()));
    played.replay.break_with(|count, _| (count == 2).then_some(Fault::Silence));
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 10);
}

#[test]
fn a_shop_that_stays_silent_is_told_and_read_once_it_answers() {
    let played = play(Shop::made_up(10, now()));
    played.replay.break_with(|_, _| Some(Fault::Silence));
    let mut shop = connect(&played.replay.url());
    assert_eq!(shop.pull("", &setting()).expect_err("silence").kind, FailureKind::Timeout);
    played.replay.mend();
    let mut kept = Kept::default();
    pull_all(shop.as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 10);
}

/// A stamp of the far future, and an order that the shop itself can't load: neither hides a change.
#[test]
fn a_stamp_of_the_future_hides_no_later_change() {
    let mut shop = Shop::made_up(30, now());
    let ids: Vec<u64> = shop.orders.keys().copied().collect();
    let far = "2031-01-01T00:00:00Z".parse().expect("an instant");
    crate::replay::woocommerce::shop::set_date(shop.order(ids[3]), "date_modified", Some(far));
    let played = play(shop);
    let mut connector = connect(&played.replay.url());
    let mut kept = Kept::default();
    let cursor = pull_all(connector.as_mut(), "", &setting(), &mut kept).expect("read");
    let later = now() + jiff::SignedDuration::from_hours(2);
    played.shop.inside().shop.set_status(ids[9], "cancelled", later);
    let setting = super::setting_at(later + jiff::SignedDuration::from_hours(1));
    pull_all(connector.as_mut(), &cursor, &setting, &mut kept).expect("read");
    assert_eq!(kept.orders[&ids[9].to_string()].status, "cancelled");
}

#[test]
fn a_list_that_shrinks_while_it_is_read_loses_no_order() {
    let played = play(Shop::made_up(420, now()));
    let all: Vec<u64> = played.shop.inside().shop.orders.keys().copied().collect();
    let mut shop = connect(&played.replay.url());
    let (mut kept, mut cursor) = (Kept::default(), String::new());
    let mut trashed = all.iter().rev();
    loop {
        let page = shop.pull(&cursor, &setting()).expect("a page");
        kept.take(&page);
        cursor = page.cursor;
        // Between two pages the newest orders go: what is older moves up the list.
        for id in trashed.by_ref().take(7) {
            let mut inside = played.shop.inside();
            if inside.shop.orders[id]["status"] != "trash" {
                inside.shop.trash(*id, now());
            }
        }
        if !page.more {
            break;
        }
    }
    assert_eq!(kept.orders.len(), all.len());
}

#[test]
fn more_orders_in_one_second_than_a_page_holds_are_all_read() {
    let mut shop = Shop::made_up(350, now());
    let ids: Vec<u64> = shop.orders.keys().copied().collect();
    for id in &ids[20..330] {
        let row = shop.order(*id);
        crate::replay::woocommerce::shop::set_date(row, "date_created", Some(now()));
        crate::replay::woocommerce::shop::set_date(row, "date_modified", Some(now()));
    }
    let played = play(shop);
    let mut connector = connect(&played.replay.url());
    let mut kept = Kept::default();
    let cursor = pull_all(connector.as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 350);
    // And all of them again as changes, from ten minutes before that second.
    let mut again = Kept::default();
    pull_all(connector.as_mut(), &cursor, &setting(), &mut again).expect("read");
    assert!(again.orders.len() >= 310, "{}", again.orders.len());
}

#[test]
fn one_bad_order_loses_no_good_one() {
    let mut shop = Shop::made_up(30, now());
    let id = *shop.orders.keys().nth(7).expect("an order");
    shop.order(id)["total"] = "douze".into();
    shop.order(id)["status"] = "processing".into();
    let played = play(shop);
    let mut connector = connect(&played.replay.url());
    let (mut cursor, mut refused, mut kept) = (String::new(), Vec::new(), Kept::default());
    loop {
        let page = connector.pull(&cursor, &setting()).expect("a page");
        assert!(page.refused.is_empty() || page.orders_seen.contains(&id.to_string()));
        kept.take(&page);
        refused.extend(page.refused);
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    assert_eq!(kept.orders.len(), 29);
    assert_eq!(
        (refused[0].id.as_str(), refused[0].field.as_str()),
        (id.to_string().as_str(), "total")
    );
    assert_eq!(refused[0].value, "douze");
}
