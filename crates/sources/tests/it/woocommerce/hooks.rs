//! Webhooks as recorded: believed by their signature, read as hints, and asked for.

use comptoir_sources::connector::{Delivery, Hook, HookError};
use comptoir_sources::{FailureKind, connector::Connector};
use serde_json::Value;

use super::{connect, play, wanted};
use crate::replay::woocommerce::shop::Shop;

const SECRET: &str = "s3cret-é";

fn recorded() -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/woocommerce");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("recordings")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("hook-"))
        })
        .collect();
    names.sort();
    let read =
        |path| serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
    names.into_iter().map(read).collect()
}

fn headers(hook: &Value) -> Vec<(String, String)> {
    let all = hook["headers"].as_object().expect("headers");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter().map(|(name, value)| (name.to_lowercase(), text(value))).collect()
}

fn deliver(
    shop: &dyn Connector,
    headers: &[(String, String)],
    body: &[u8],
    secret: &str,
) -> Result<Hook, HookError> {
    shop.hook(Delivery { headers, body, secret })
}

#[test]
fn all_recorded_deliveries_are_believed_and_read() {
    let shop = connect("http://127.0.0.1:1");
    let hooks = recorded();
    assert_eq!(hooks.len(), 20);
    // What each is about, by its number: a variation (13) is read with its product (12), a coupon
    // (14) is nothing we keep.
    let about = [
        (10, Some(("product", 10))),
        (11, Some(("product", 11))),
        (12, Some(("product", 12))),
        (13, Some(("product", 12))),
        (14, None),
        (15, Some(("customer", 2))),
        (16, Some(("customer", 2))),
        (17, Some(("order", 15))),
        (18, Some(("order", 15))),
        (19, Some(("product", 10))),
        (20, Some(("customer", 2))),
        (21, Some(("order", 16))),
        (22, Some(("order", 16))),
        (23, Some(("order", 17))),
        (24, Some(("order", 17))),
        (25, Some(("product", 10))),
        (26, Some(("order", 15))),
        (27, Some(("order", 17))),
        (28, Some(("order", 16))),
        (29, Some(("order", 16))),
    ];
    for (hook, (number, about)) in hooks.iter().zip(about) {
        assert_eq!(hook["n"], number);
        let body = hook["body"].as_str().expect("a body").as_bytes();
        let read = deliver(shop.as_ref(), &headers(hook), body, SECRET);
        let expected = about.map(|(kind, id)| wanted(kind, id)).into_iter().collect();
        assert_eq!(read, Ok(Hook { wanted: expected }), "{number}");
    }
}

#[test]
fn a_changed_body_signature_or_secret_is_not_believed() {
    let shop = connect("http://127.0.0.1:1");
    for hook in recorded() {
        let headers = headers(&hook);
        let body = hook["body"].as_str().expect("a body").as_bytes();
        let mut changed = body.to_vec();
        changed[1] ^= 1;
        assert_eq!(deliver(shop.as_ref(), &headers, &changed, SECRET), Err(HookError::Signature));
        assert_eq!(deliver(shop.as_ref(), &headers, body, "s3cret-e"), Err(HookError::Signature));
        for signature in ["", "not base64 !", "AAAA"] {
            let mut headers = headers.clone();
            headers.iter_mut().filter(|(name, _)| name == "x-wc-webhook-signature").for_each(
                |pair| {
                    pair.1 = signature.to_owned();
                },
            );
            let read = deliver(shop.as_ref(), &headers, body, SECRET);
            assert_eq!(read, Err(HookError::Signature), "{signature}");
        }
    }
    assert_eq!(deliver(shop.as_ref(), &[], br#"{"id":16}"#, SECRET), Err(HookError::Signature));
}

#[test]
fn the_ring_of_a_new_webhook_is_answered() {
    let shop = connect("http://127.0.0.1:1");
    assert_eq!(deliver(shop.as_ref(), &[], b"webhook_id=9", SECRET), Ok(Hook::default()));
    for body in [&b"webhook_id="[..], b"webhook_id=9&order=1", b"", b"id=9"] {
        assert_eq!(deliver(shop.as_ref(), &[], body, SECRET), Err(HookError::Signature));
    }
}

#[test]
fn webhooks_are_created_once_and_enabled_again() {
    let played = play(Shop::recorded());
    let url = played.replay.url();
    assert_eq!(connect(&url).subscribe("https://c.example/hooks/1", "s1").expect("created"), 9);
    {
        let mut inside = played.shop.inside();
        let topics: Vec<&str> =
            inside.webhooks.iter().filter_map(|one| one["topic"].as_str()).collect();
        assert!(
            topics.contains(&"order.restored") && topics.contains(&"order.deleted"),
            "{topics:?}"
        );
        // Seven failures in a row switched it off; another tool has one too.
        inside.webhooks[1]["status"] = "disabled".into();
        let mut foreign = inside.webhooks[0].clone();
        foreign["id"] = 99.into();
        foreign["delivery_url"] = "https://other.example/".into();
        foreign["status"] = "paused".into();
        inside.webhooks.push(foreign);
    }
    assert_eq!(connect(&url).subscribe("https://c.example/hooks/1", "s1").expect("kept"), 9);
    let inside = played.shop.inside();
    assert_eq!(inside.webhooks.len(), 10);
    assert!(
        inside.webhooks[..9].iter().all(|one| one["status"] == "active" && one["secret"] == "s1")
    );
    assert_eq!(inside.webhooks[9]["status"], "paused", "what is another's is left alone");
}

#[test]
fn a_key_that_may_only_read_is_told_so() {
    let played = play(Shop::recorded());
    let closed = ("wc/v3/webhooks".into(), 403, "woocommerce_rest_cannot_view".into());
    played.shop.inside().closed.push(closed);
    let failure =
        connect(&played.replay.url()).subscribe("https://c.example/", "s").expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Forbidden);
}
