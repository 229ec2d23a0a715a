//! A visitor of one shop: the other one does not exist.

use std::sync::Arc;

use super::scene::{MAILBOX, OTHER, Scene, more, pages, role};
use crate::access::Visitor;

fn of_ferme(scene: &Scene, who: &str) -> Visitor {
    Visitor { shops: Some(Arc::from([scene.shop[0]])), ..role(who) }
}

#[tokio::test]
async fn s126_a_visitor_of_one_shop_finds_no_word_of_another() {
    let scene = Scene::new().await;
    // What is looked for can be found.
    let whole = scene.get(&role("owner"), "/orders?history=all").await.text();
    assert!(whole.contains(OTHER));
    let mut leaks = Vec::new();
    for who in ["owner", "marketing", "sales", "accountant", "preparation", "viewer"] {
        let visitor = of_ferme(&scene, who);
        let mut targets: Vec<String> =
            pages(&scene).into_iter().map(|(target, _)| target).collect();
        targets.extend(more(&scene));
        targets.extend([
            "/explain?metric=orders&shop=atelier".to_owned(),
            "/explain?metric=customers&period=90d".to_owned(),
            "/revenue?by=payment_method".to_owned(),
            "/revenue?by=shop".to_owned(),
            "/orders?history=all&shop=atelier".to_owned(),
            format!("/orders?history=all&q={OTHER}-own"),
            "/products?unsold=1".to_owned(),
        ]);
        for target in targets {
            let reply = scene.get(&visitor, &target).await;
            assert!(reply.status < 500, "{target}");
            // What was asked for stands in the page; nothing else does.
            let text = reply.text().replace(&format!("{OTHER}-own"), "");
            if text.contains(OTHER) {
                leaks.push(format!("{who} {target}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[tokio::test]
async fn s126_what_belongs_to_another_shop_is_not_there() {
    let scene = Scene::new().await;
    let owner = of_ferme(&scene, "owner");
    for target in [
        format!("/orders/{}", scene.order[1]),
        format!("/customers/{}", scene.person[1]),
        "/settings?shop=atelier".to_owned(),
        "/preparation?shop=atelier".to_owned(),
        "/products/XYL-1".to_owned(),
    ] {
        assert_eq!(scene.get(&role("owner"), &target).await.status, 200, "{target}");
        assert_eq!(scene.get(&owner, &target).await.status, 404, "{target}");
    }
    assert_eq!(scene.post(&owner, "/settings/shop/atelier", "").await.status, 404);
    // What all shops share is not theirs to change.
    let workspace = "currency=&week_start=monday&threshold=4";
    for (target, form) in [
        ("/settings", workspace),
        ("/settings/zone", "timezone=Europe%2FZurich"),
        ("/settings/rates/daily", "daily=on"),
    ] {
        assert_eq!(scene.post(&owner, target, form).await.status, 403, "{target}");
    }
    let settings = scene.get(&owner, "/settings").await.text();
    assert!(settings.contains("settings-shop") && !settings.contains("settings-workspace"));
    let changed = scene.post(&role("owner"), "/settings", workspace).await;
    assert_eq!(changed.status, 303);
}

/// The same person is known to both shops: each sees its own orders of theirs.
#[tokio::test]
async fn s126_a_customer_of_two_shops_shows_the_orders_of_one() {
    let scene = Scene::new().await;
    let page = format!("/customers/{}", scene.person[0]);
    let both = scene.get(&role("owner"), &page).await.text();
    assert!(both.contains("Xyl-shared") && both.contains(MAILBOX));
    let one = scene.get(&of_ferme(&scene, "owner"), &page).await.text();
    assert!(one.contains(MAILBOX) && !one.contains(OTHER), "{one}");
    // The order before or after theirs is of the same shop.
    let latest = scene.rows("SELECT order_id FROM orders WHERE external_id = 'second'");
    let order = format!("/orders/{}", latest[0][0].int().expect("an id"));
    assert!(scene.get(&role("owner"), &order).await.text().contains("Xyl-shared"));
    assert!(!scene.get(&of_ferme(&scene, "owner"), &order).await.text().contains(OTHER));
}

#[tokio::test]
async fn s126_whoever_sees_no_shop_sees_nothing_and_no_fault() {
    let scene = Scene::new().await;
    let nothing = Visitor { shops: Some(Arc::from([])), ..role("owner") };
    for (target, _) in pages(&scene) {
        let reply = scene.get(&nothing, &target).await;
        assert!(reply.status < 500, "{target}: {}", reply.text());
        assert!(!reply.text().contains("Quatrebarbes"), "{target}");
    }
}
