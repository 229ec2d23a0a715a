use jiff::civil::date;

use super::*;
use crate::mail::tests::{Manners, Post};
use crate::state::Door;
use comptoir_model::{Batch, Currency, Shop};
use comptoir_store::Store;
use comptoir_store::mail::Password;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn it_is_due_from_monday_seven_o_clock_to_wednesday_night() {
    let paris = TimeZone::get("Europe/Paris").expect("a zone");
    let monday = date(2026, 11, 23);
    for (now, expected) in [
        ("2026-11-23T05:59:59Z", None),
        ("2026-11-23T06:00:00Z", Some(monday)),
        ("2026-11-25T22:59:59Z", Some(monday)),
        ("2026-11-25T23:00:00Z", None),
        ("2026-11-29T12:00:00Z", None),
        // Summer time: seven o’clock is five in UTC.
        ("2026-07-06T04:59:59Z", None),
        ("2026-07-06T05:00:00Z", Some(date(2026, 7, 6))),
    ] {
        assert_eq!(due(at(now), &paris), expected, "{now}");
    }
    let week = week_before(monday);
    assert_eq!((week.from, week.to), (date(2026, 11, 16), date(2026, 11, 22)));
}

/// A shop that sold for 10 € on Tuesday 17 November 2026 and for 30 € on the Saturday, and for 20 € the
/// week before; another that sold for 500 € on the Wednesday.
fn filled() -> Store {
    let store = Store::in_memory().expect("a store");
    let sold: [(&str, &[(&str, &str, &str)]); 2] = [
        (
            "ferme",
            &[
                ("f0", "2026-11-10T10:00:00Z", "20.00"),
                ("f1", "2026-11-17T10:00:00Z", "10.00"),
                ("f2", "2026-11-21T10:00:00Z", "30.00"),
            ],
        ),
        ("cave", &[("c1", "2026-11-18T10:00:00Z", "500.00")]),
    ];
    for (slug, orders) in sold {
        let shop = Shop {
            slug: slug.into(),
            name: format!("La {slug} d’été <b>"),
            platform: "file".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        store.create_shop(shop, at("2026-01-01T00:00:00Z")).expect("a shop");
        let told: Vec<_> = orders
            .iter()
            .map(|(id, created, price)| {
                serde_json::json!({
                    "type": "order", "id": id, "modified": created, "created": created, "status": "paid",
                    "customer": { "email": format!("{id}@example.org") },
                    "lines": [{ "sku": "A", "quantity": 1, "unit_price": price }],
                })
            })
            .collect();
        let body = serde_json::json!({ "records": told }).to_string();
        let context = comptoir_sources::Context {
            imported: at("2026-11-22T00:00:00Z"),
            arrival: comptoir_model::Origin::Stamped,
            currency: Currency::EUR,
            timezone: TimeZone::get("Europe/Paris").expect("a zone"),
            visits: comptoir_model::VisitMode::Exempt,
        };
        let language = comptoir_sources::Language::En;
        let read =
            comptoir_sources::canonical::json::parse_body(body.as_bytes(), &context, language);
        let records = read.expect("records").records;
        assert_eq!(records.len(), orders.len());
        store.write(Batch { shop: slug.into(), source: "api".into(), records }).expect("written");
    }
    store
}

fn reader(user: i64, role: &str, shops: Option<Vec<i64>>, language: &str) -> Reader {
    Reader {
        user,
        email: format!("lecteur{user}@exemple.fr"),
        role: role.to_owned(),
        shops,
        language: language.to_owned(),
    }
}

fn app(post: &Post) -> Arc<App> {
    let store = filled();
    store.set_mail_server(Some(post.server()), Password::Keep).expect("set");
    App::new(store, Door::Accounts)
}

/// Requirement: each reader once, in their language, with their shops and only if figures are theirs.
#[test]
fn each_reader_gets_their_own_once_and_never_twice() {
    let post = Post::open(Manners::default());
    let app = app(&post);
    let shops = comptoir_store::shops::list(&app.store.read().expect("a snapshot")).expect("shops");
    let ferme = shops.iter().find(|shop| shop.shop.slug == "ferme").expect("the farm").id;
    let waiting = vec![
        reader(1, "owner", None, "fr"),
        reader(2, "viewer", Some(vec![ferme]), "en"),
        reader(3, "preparation", None, "fr"),
        reader(4, "no such role", None, "fr"),
    ];
    let monday = date(2026, 11, 23);
    let now = at("2026-11-23T06:00:00Z");
    deliver(&app, monday, waiting.clone(), now).expect("delivered");
    // A restart, and later days of the same week.
    deliver(&app, monday, waiting.clone(), at("2026-11-24T06:00:00Z")).expect("nothing to do");
    let mails = post.mails();
    let [owner, viewer] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(owner.to, ["<lecteur1@exemple.fr>"]);
    assert_eq!(viewer.to, ["<lecteur2@exemple.fr>"]);

    let text = owner.part("text/plain").replace("\r\n", "\n");
    assert!(text.contains("Votre semaine du 16 au 22 novembre 2026"), "{text}");
    // 10 + 30 + 500, against 20 the week before: three orders against one, three new customers.
    assert!(text.contains("\n540,00\u{a0}€ la semaine dernière, "), "{text}");
    assert!(
        text.contains("mercredi 18\u{a0}: 500,00\u{a0}€ (nouveaux clients\u{a0}500,00\u{a0}€)"),
        "{text}"
    );
    assert!(text.contains("Nouveaux clients\u{a0}: 540,00\u{a0}€ (100\u{a0}%)"), "{text}");
    assert!(text.contains("mercredi 18\u{a0}: 500"), "{text}");
    assert!(text.contains("samedi 21\u{a0}: 30"), "{text}");
    assert!(text.contains("du 9 au 15 novembre 2026"), "{text}");

    // Whoever may see one shop reads nothing of the other.
    let text = viewer.part("text/plain").replace("\r\n", "\n");
    assert!(text.contains("Your week, 16–22 November 2026") && text.contains("€40"), "{text}");
    assert!(text.contains("ferme") && !text.contains("cave") && !text.contains("500"), "{text}");
    let drawn = viewer.part("text/html");
    assert!(!drawn.contains("cave") && !drawn.contains("500"), "{drawn}");

    // No picture, no script, nothing fetched; names are text.
    let drawn = owner.part("text/html");
    for forbidden in ["<img", "<script", "http://", "https://", "url(", "<b>\u{a0}", "été <b>"] {
        assert!(!drawn.contains(forbidden), "{forbidden}");
    }
    assert!(drawn.contains("<html lang=\"fr\">") && drawn.contains("500,00"));
    let next = date(2026, 11, 30);
    deliver(&app, next, waiting[..1].to_vec(), at("2026-11-30T06:00:00Z")).expect("delivered");
    assert_eq!(post.mails().len(), 3);
}

#[test]
fn a_mail_that_was_refused_leaves_again_after_an_hour() {
    let post = Post::open(Manners { recipient: Some("450 try later"), ..Manners::default() });
    let app = app(&post);
    let monday = date(2026, 11, 23);
    let waiting = vec![reader(1, "owner", None, "fr")];
    deliver(&app, monday, waiting.clone(), at("2026-11-23T06:00:00Z")).expect("tried");
    let told = || {
        let snapshot = app.store.read().expect("a snapshot");
        comptoir_store::mail::weekly::last_week(&snapshot).expect("read").expect("a week")
    };
    assert_eq!((told().sent, told().failed), (0, 1));
    assert!(told().failure.expect("words").contains("réessayez plus tard"));
    let better = Post::open(Manners::default());
    app.store.set_mail_server(Some(better.server()), Password::Keep).expect("set");
    deliver(&app, monday, waiting.clone(), at("2026-11-23T06:30:00Z")).expect("not yet");
    assert_eq!(better.mails().len(), 0);
    deliver(&app, monday, waiting, at("2026-11-23T07:00:00Z")).expect("tried");
    assert_eq!((better.mails().len(), told().sent, told().failed), (1, 1, 0));
}

#[test]
fn nothing_is_due_without_a_mail_server() {
    let app = App::new(filled(), Door::Accounts);
    look(&app, at("2026-11-23T06:00:00Z")).expect("looked");
    let snapshot = app.store.read().expect("a snapshot");
    assert_eq!(comptoir_store::mail::weekly::last_week(&snapshot).expect("read"), None);
}
