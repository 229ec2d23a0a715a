//! What of a person each role finds in every page and file that it may open.

use axum::http::header;
use comptoir_metrics::METRICS;

use super::scene::{
    BILLED_AT, DOMAIN, FIRST, MAILBOX, NAME, NUMBER, PHONE, SHIPPED_TO, Scene, everybody, more,
    pages, role,
};

/// All addresses of figures, lists and files.
fn addresses(scene: &Scene) -> Vec<String> {
    let mut all: Vec<String> = pages(scene).into_iter().map(|(target, _)| target).collect();
    all.extend(more(scene));
    for metric in METRICS {
        all.push(format!("/explain?metric={}&period=90d", metric.id));
    }
    all
}

/// Where these strings stand in what a role may open.
async fn found(scene: &Scene, who: &str, strings: &[&str]) -> (Vec<String>, usize) {
    let visitor = role(who);
    let (mut found, mut opened) = (Vec::new(), 0);
    for target in addresses(scene) {
        let reply = scene.get(&visitor, &target).await;
        assert!(reply.status < 500, "{who} {target}: {}", reply.text());
        opened += usize::from(reply.status == 200);
        let text = reply.text().to_lowercase();
        for string in strings {
            if text.contains(&string.to_lowercase()) {
                found.push(format!("{who} {target}: {string}"));
            }
        }
    }
    (found, opened)
}

const CONTACTS: [&str; 3] = [MAILBOX, DOMAIN, PHONE];

#[tokio::test]
async fn s126_an_owner_finds_persons_as_they_are() {
    let scene = Scene::new().await;
    // What the other tests look for can be found.
    let wanted = [NAME, FIRST, MAILBOX, DOMAIN, PHONE, BILLED_AT[1], SHIPPED_TO[1]];
    let (found, _) = found(&scene, "owner", &wanted).await;
    for string in wanted {
        assert!(found.iter().any(|one| one.ends_with(string)), "{string}");
    }
    for place in ["/live", "/orders.csv", "/orders.xlsx", "/customers.csv", "/explain.csv"] {
        let named = format!("owner {place}");
        assert!(
            found.iter().any(|one| one.starts_with(&named) && one.ends_with(NAME)),
            "{place}: {found:?}"
        );
    }
}

#[tokio::test]
async fn s126_marketing_finds_no_name_no_address_and_no_number() {
    let scene = Scene::new().await;
    let strings = [NAME, FIRST, MAILBOX, DOMAIN, PHONE];
    let (leaks, opened) = found(&scene, "marketing", &strings).await;
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(opened > 80, "only {opened} pages were opened");
    // Of the places, what is no statistic: an order's and a customer's own page.
    let marketing = role("marketing");
    for target in [
        format!("/orders/{}", scene.order[0]),
        format!("/customers/{}?shop=ferme", scene.person[0]),
    ] {
        let reply = scene.get(&marketing, &target).await;
        assert_eq!(reply.status, 200);
        for place in BILLED_AT.iter().chain(&SHIPPED_TO) {
            assert!(!reply.text().contains(place), "{target}: {place}");
        }
        assert!(reply.text().contains("Z.\u{a0}Q."), "{target}");
    }
}

#[tokio::test]
async fn s126_a_viewer_finds_figures_and_no_order() {
    let scene = Scene::new().await;
    let strings = [NAME, FIRST, MAILBOX, DOMAIN, PHONE, NUMBER, "href=\"/orders"];
    let (leaks, opened) = found(&scene, "viewer", &strings).await;
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(opened > 60, "only {opened} pages were opened");
    let viewer = role("viewer");
    // A figure opens all the same, and adds up: three orders of 108.61 count, one line was given back.
    let reply = scene.get(&viewer, "/explain?metric=orders&shop=ferme").await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("pas aux commandes"), "{}", reply.text());
    assert!(!scene.get(&viewer, "/").await.text().contains("data-live"));
}

#[tokio::test]
async fn s126_an_accountant_finds_names_on_orders_and_no_way_to_write() {
    let scene = Scene::new().await;
    let (leaks, _) = found(&scene, "accountant", &CONTACTS).await;
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    let accountant = role("accountant");
    let order = scene.get(&accountant, &format!("/orders/{}", scene.order[0])).await.text();
    assert!(order.contains(NAME) && order.contains(BILLED_AT[0]) && order.contains(BILLED_AT[1]));
    assert!(!order.contains(SHIPPED_TO[1]));
    // A customer, a cart and who is behind a count of customers are no billing.
    let persons = scene.get(&accountant, "/explain?metric=customers&shop=ferme").await.text();
    // As the latest order of any of their shops names them.
    assert!(persons.contains("B.\u{a0}X.") && !persons.contains(NAME));
    let carts =
        scene.get(&accountant, "/explain?metric=cart_abandonment_rate&shop=ferme").await.text();
    assert!(carts.contains("Z.\u{a0}Q.") && !carts.contains(NAME));
}

#[tokio::test]
async fn s126_preparation_finds_where_parcels_go_and_nothing_else() {
    let scene = Scene::new().await;
    let mut hidden = CONTACTS.to_vec();
    hidden.extend(BILLED_AT);
    // Amounts: lines, and the order’s total.
    hidden.extend(["12,50", "71,11", "108,61", "37,50"]);
    let (leaks, _) = found(&scene, "preparation", &hidden).await;
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    let page = scene.get(&role("preparation"), "/preparation?shop=ferme").await.text();
    for shown in [NAME, SHIPPED_TO[0], SHIPPED_TO[1], "Colis du phare", "Grand", "SAVON-7"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    // Two orders wait; one is sent, one cancelled. Of six soaps one was given back.
    assert!(page.contains("2\u{a0}commandes") || page.contains("2 commandes"), "{page}");
    for (number, waits) in [("own", true), ("second", true), ("sent", false), ("gone", false)] {
        assert_eq!(page.contains(&format!("{NUMBER}-{number}")), waits, "{number}");
    }
    let products = &page[page.find("Produits à préparer").expect("products")..];
    let soap = &products[..products.find("Savon des algues").expect("soap")];
    assert!(
        soap.ends_with(
            "<strong>5</strong></td><th scope=\"row\"><span class=\"outside\" dir=\"auto\">"
        ),
        "{soap}"
    );
    assert!(page.contains("1 en moins, remboursé"));
    // Oldest first.
    assert!(page.find("77123-own") < page.find("77123-second"));
    assert!(!page.contains("href=\"/orders/"));
}

/// Whoever may not see a name learns nothing by asking for it.
#[tokio::test]
async fn s126_a_masked_list_is_no_oracle() {
    let scene = Scene::new().await;
    let count =
        |text: &str| text.matches("<a class=\"outside\" dir=\"auto\" href=\"/orders/").count();
    let masked = role("marketing");
    for words in [NAME, "zephyrine", MAILBOX, DOMAIN, "66", PHONE] {
        let reply = scene.get(&masked, &format!("/orders?history=all&q={words}")).await;
        assert_eq!((reply.status, count(&reply.text())), (200, 0), "{words}");
        let reply = scene.get(&masked, &format!("/customers?q={words}")).await;
        assert_eq!(reply.status, 400, "{words}");
    }
    let reply = scene.get(&masked, &format!("/orders?history=all&q={NUMBER}-own")).await;
    assert_eq!(count(&reply.text()), 1);
    let reply = scene.get(&masked, "/orders?history=all&q=savon").await;
    assert_eq!(count(&reply.text()), 4);
    for sort in ["customer", "-customer"] {
        let reply = scene.get(&masked, &format!("/orders?sort={sort}")).await;
        assert_eq!(reply.status, 400);
        assert_eq!(
            scene.get(&role("accountant"), &format!("/orders?sort={sort}")).await.status,
            200
        );
    }
    let accountant = role("accountant");
    let by = |words: &str| format!("/orders?history=all&shop=ferme&q={words}");
    assert_eq!(count(&scene.get(&accountant, &by(NAME)).await.text()), 4);
    assert_eq!(count(&scene.get(&accountant, &by(MAILBOX)).await.text()), 0);
    assert_eq!(count(&scene.get(&role("sales"), &by(MAILBOX)).await.text()), 4);
}

/// No cache keeps for one reader what another may not see.
#[tokio::test]
async fn s126_answers_are_kept_by_no_shared_cache() {
    let scene = Scene::new().await;
    for (who, visitor) in everybody() {
        for (target, _) in pages(&scene) {
            let reply = scene.get(&visitor, &target).await;
            let common = target.starts_with("/assets/")
                || target == "/healthz"
                || target == "/api/v1/openapi.json";
            if reply.status != 200 || common {
                continue;
            }
            let kept = reply.header(header::CACHE_CONTROL);
            assert!(
                kept.contains("no-store") || kept.contains("private"),
                "{who} {target}: {kept}"
            );
        }
    }
}
