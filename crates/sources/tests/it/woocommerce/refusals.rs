//! What a person learns when connecting fails, and what may be missing without harm.

use comptoir_model::Currency;
use comptoir_sources::connector::Access;
use comptoir_sources::{FailureKind, platform};

use super::{Kept, Played, access, connect, now, play, pull_all, setting};
use crate::replay::woocommerce::shop::Shop;
use crate::replay::{Fault, Replay, Response};

fn check(access: Access) -> Result<comptoir_sources::connector::Facts, comptoir_sources::Failure> {
    (platform("woocommerce").expect("the platform").connect)(access)?.check()
}

fn small() -> Played {
    play(Shop::made_up(20, now()))
}

#[test]
fn the_shop_tells_its_name_currency_zone_and_version() {
    let facts = check(access(&small().replay.url())).expect("facts");
    assert_eq!(facts.name.as_deref(), Some("Ma boutique & fils"));
    assert_eq!(facts.currency, Some(Currency::EUR));
    assert_eq!(facts.timezone.as_deref(), Some("Europe/Paris"));
    assert_eq!(facts.version.as_deref(), Some("9.9.5"));
    assert_eq!((facts.history_from, facts.notes.len()), (None, 0));
}

#[test]
fn a_wrong_key_secret_right_or_place_is_told_apart() {
    let played = small();
    let with = |name: &str, value: &str| {
        let mut access = access(&played.replay.url());
        access.credentials.insert(name.to_owned(), value.to_owned());
        check(access).expect_err("refused")
    };
    assert_eq!(with("key", "ck_wrong").kind, FailureKind::Unauthorized);
    assert_eq!(with("secret", "cs_wrong").kind, FailureKind::Unauthorized);
    played.shop.inside().lock.no_rights = true;
    let failure = check(access(&played.replay.url())).expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert!(failure.remedy.fr.contains("gestionnaire"), "{failure:?}");
    // A WordPress without WooCommerce.
    let wordpress = Replay::start(|request| {
        if request.path == "/wp-json/" {
            return Response::json(200, r#"{"name":"Blog","namespaces":["wp/v2"]}"#);
        }
        Response::json(404, r#"{"code":"rest_no_route","message":"No route was found.","data":{}}"#)
    });
    let failure = check(access(&wordpress.url())).expect_err("no shop");
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.reason.en.contains("WooCommerce is not there"), "{failure:?}");
    // Something that is no WordPress at all, and a proxy before a shop.
    let other =
        Replay::start(|_| Response { status: 404, headers: Vec::new(), body: b"nope".to_vec() });
    assert_eq!(check(access(&other.url())).expect_err("no shop").kind, FailureKind::NotFound);
    played.shop.inside().lock.no_rights = false;
    played.replay.break_with(|_, _| Some(Fault::Page));
    let failure = check(access(&played.replay.url())).expect_err("a page");
    assert_eq!(failure.kind, FailureKind::NotTheApi);
    assert!(failure.reason.fr.contains("Maintenance"));
}

#[test]
fn a_shop_without_pretty_addresses_or_in_a_folder_is_found() {
    let played = small();
    played.shop.inside().plain = true;
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 20);
    let mut wrong = access(&played.replay.url());
    wrong.credentials.insert("secret".to_owned(), "cs_wrong".to_owned());
    let failure = check(wrong).expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.remedy.en.contains("Permalinks"), "{failure:?}");
    let played = small();
    played.shop.inside().folder = "/magasin".to_owned();
    for typed in ["/magasin", "/magasin/", "/magasin/wp-json/wc/v3", "/magasin/wp-admin/index.php"]
    {
        let facts = check(access(&format!("{}{typed}", played.replay.url()))).expect(typed);
        assert_eq!(facts.currency, Some(Currency::EUR), "{typed}");
    }
}

#[test]
fn a_clock_that_is_wrong_by_hours_is_allowed_for() {
    let played = small();
    played.shop.inside().lock.ahead = 3 * 3600;
    assert!(check(access(&played.replay.url())).is_ok());
    played.shop.inside().lock.ahead = -5 * 3600;
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 20);
}

/// A shop signs over the address in its settings: reached as `localhost` or behind a proxy, it is another.
#[test]
fn a_shop_that_believes_to_be_elsewhere_is_signed_for_there() {
    let played = small();
    played.shop.inside().lock.home = Some("http://boutique.example:8088".to_owned());
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 20);
    let mut wrong = access(&played.replay.url());
    wrong.credentials.insert("secret".to_owned(), "cs_wrong".to_owned());
    assert_eq!(check(wrong).expect_err("refused").kind, FailureKind::Unauthorized);
}

#[test]
fn every_request_is_signed_anew_and_no_secret_travels() {
    let played = small();
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    let requests = played.replay.requests();
    assert!(requests.len() > 5);
    for request in requests {
        assert!(!request.target.contains(super::SECRET), "{}", request.target);
        assert!(request.header("authorization").is_none());
        let offset = request.query.iter().any(|(name, value)| {
            matches!(name.as_str(), "before" | "modified_after")
                && (value.ends_with('Z') || value.contains('+'))
        });
        assert!(!offset, "{}", request.target);
    }
}

/// Orders and refunds are all that is needed: the rest may be closed, missing or garbage.
#[test]
fn what_is_not_needed_may_be_missing() {
    let mut whole = Kept::default();
    let played = play(Shop::made_up(60, now()));
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut whole).expect("read");
    for (status, code) in [
        (401, "woocommerce_rest_cannot_view"),
        (403, "woocommerce_rest_cannot_view"),
        (404, "rest_no_route"),
        (500, "broken"),
    ] {
        let mut inside = played.shop.inside();
        inside.closed = [
            "wc/v3/customers",
            "wc/v3/system_status",
            "wc/v3/data",
            "wc/v3/settings",
            "wc-analytics",
        ]
        .map(|route| (route.to_owned(), status, code.to_owned()))
        .into();
        if status != 500 {
            inside.closed.push(("wc/v3/products".to_owned(), status, code.to_owned()));
        }
        drop(inside);
        let facts = check(access(&played.replay.url())).expect("facts");
        assert_eq!(facts.currency, Some(Currency::EUR), "told by the orders");
        let mut kept = Kept::default();
        pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
        assert_eq!(kept.orders.len(), whole.orders.len());
        assert!(!kept.notes.is_empty());
        for (id, order) in &kept.orders {
            assert_eq!(order.total(), whole.orders[id].total());
            assert_eq!(order.refunds.len(), whole.orders[id].refunds.len());
        }
    }
}
