//! Connecting a shop: what is asked, what the platform tells, what is refused.

use std::collections::BTreeMap;

use comptoir_store::{connections, shops};

use super::fake::{SECRET, Scene};
use crate::sync::connect::{self, Asked, NewShop, Refusal};

fn asked(scene: &Scene) -> Asked {
    Asked {
        platform: "fake".into(),
        shop: "ferme".into(),
        create: Some(NewShop::default()),
        url: scene.url("ferme"),
        credentials: BTreeMap::from([("secret".into(), SECRET.into())]),
        minutes: None,
    }
}

fn refused(scene: &Scene, asked: Asked) -> Box<Refusal> {
    let refusal = connect::add(&scene.store, &scene.engine, asked).expect_err("refused");
    let snapshot = scene.store.read().expect("a snapshot");
    assert_eq!(connections::list(&snapshot).expect("read"), Vec::new());
    assert!(shops::list(&snapshot).expect("read").is_empty(), "nothing is left behind");
    refusal
}

#[test]
fn s001_the_platform_tells_what_need_not_be_typed() {
    let scene = Scene::new("told");
    scene.opens("ferme", 1);
    let added = connect::add(&scene.store, &scene.engine, asked(&scene)).expect("connected");
    assert_eq!((added.shop.name.as_str(), added.shop.currency.code()), ("La ferme", "EUR"));
    assert_eq!((added.shop.timezone.as_str(), added.known), ("Europe/Paris", false));
    assert_eq!(scene.connection(added.source).minutes, 5);
    assert_eq!(scene.due(), [added.source]);

    // Again, with another interval: the same connection.
    let again = Asked { minutes: Some(30), ..asked(&scene) };
    let again = connect::add(&scene.store, &scene.engine, again).expect("connected");
    assert_eq!((again.source, again.known), (added.source, true));
    assert_eq!(scene.connection(added.source).minutes, 30);

    // The shop exists with other settings.
    let other = NewShop { currency: Some("GBP".into()), ..NewShop::default() };
    let other = Asked { create: Some(other), ..asked(&scene) };
    let refusal = connect::add(&scene.store, &scene.engine, other).expect_err("refused");
    assert!(refusal.reason.en.contains("exists with another currency"), "{refusal:?}");
}

#[test]
fn s001_what_is_given_wins_over_what_the_platform_tells() {
    let scene = Scene::new("given");
    scene.opens("ferme", 1);
    let new = NewShop {
        name: Some("Chez nous".into()),
        currency: Some("chf".into()),
        timezone: Some("Europe/Zurich".into()),
    };
    let asked = Asked { create: Some(new), ..asked(&scene) };
    let shop = connect::add(&scene.store, &scene.engine, asked).expect("connected").shop;
    assert_eq!(
        (shop.name.as_str(), shop.currency.code(), shop.timezone.as_str()),
        ("Chez nous", "CHF", "Europe/Zurich")
    );
}

#[test]
fn what_is_missing_or_wrong_is_told_and_leaves_nothing_behind() {
    let scene = Scene::new("wrong");
    scene.opens("ferme", 1);
    let base = || asked(&scene);
    let with = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };

    let refusal = refused(&scene, Asked { platform: "magento".into(), ..base() });
    assert_eq!(refusal.kind, "platform");
    assert!(refusal.remedy.en.contains("woocommerce"), "{refusal:?}");

    let refusal = refused(&scene, Asked { credentials: with(&[]), ..base() });
    assert_eq!(refusal.field.as_deref(), Some("secret"));
    assert!(refusal.remedy.en.contains("url (Address), secret (Secret)"), "{refusal:?}");

    let odd = with(&[("secret", SECRET), ("key", "x")]);
    let refusal = refused(&scene, Asked { credentials: odd, ..base() });
    assert_eq!(refusal.field.as_deref(), Some("key"));

    let wrong = with(&[("secret", "nope")]);
    assert_eq!(refused(&scene, Asked { credentials: wrong, ..base() }).kind, "unauthorized");
    assert_eq!(refused(&scene, Asked { url: "ftp://x".into(), ..base() }).kind, "address");
    let elsewhere = Asked { url: "https://elsewhere.example".into(), ..base() };
    assert_eq!(refused(&scene, elsewhere).kind, "not_found");
    assert_eq!(refused(&scene, Asked { create: None, ..base() }).kind, "shop");
    assert_eq!(refused(&scene, Asked { shop: "La Ferme".into(), ..base() }).kind, "shop");
    let refusal = refused(&scene, Asked { minutes: Some(61), ..base() });
    assert_eq!(refusal.field.as_deref(), Some("minutes"));

    scene.fake("ferme", |fake| fake.facts.currency = None);
    assert_eq!(refused(&scene, base()).field.as_deref(), Some("currency"));
    assert!(!format!("{:?}", base()).contains("geheim"));
}

#[test]
fn a_connection_is_tested_with_what_it_has() {
    let scene = Scene::new("tested");
    let id = scene.connects("ferme", 1);
    let facts = connect::test(&scene.store, &scene.engine, id).expect("well");
    assert_eq!(facts.name.as_deref(), Some("La ferme"));
    let other = BTreeMap::from([("secret".to_owned(), "nope".to_owned())]);
    let now = scene.engine.now();
    scene.store.reconnect(id, scene.url("ferme"), &other, false, now).expect("changed");
    let refusal = connect::test(&scene.store, &scene.engine, id).expect_err("refused");
    assert_eq!(refusal.kind, "unauthorized");
}
