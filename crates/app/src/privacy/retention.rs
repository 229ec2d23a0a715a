//! The rules of retention at work: each day, and when somebody asks. Whoever a rule forgets is erased as
//! a person who asked for it, a few at a time, so that nobody waits long behind it.

use comptoir_store::StoreError;
use comptoir_store::privacy::retention::{self, Rule};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::state::App;

/// The rules run once a day.
const APART: SignedDuration = SignedDuration::from_hours(24);

/// Persons of one rule that are erased at one go; the others follow a minute later.
const BATCH: usize = 500;

/// What the rules took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    pub persons: i64,
    pub carts: i64,
    pub visits: i64,
    /// More persons wait for the next go.
    pub more: bool,
}

/// Runs the rules if they are due.
pub fn look(app: &App, now: Timestamp) -> Result<(), StoreError> {
    let rules = retention::read(&app.store.read()?)?;
    let any = Rule::ALL.into_iter().any(|rule| rules.rule(rule).on);
    // A clock that was set back is no reason to wait for it to catch up.
    let waits = rules.ran.is_some_and(|ran| ran <= now && now.duration_since(ran) < APART);
    if any && !waits {
        apply(app, &Visitor::nobody(None), now)?;
    }
    Ok(())
}

/// Applies the rules that are on, and writes one line in the audit log, with counts alone.
pub fn apply(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Applied, StoreError> {
    let rules = retention::read(&app.store.read()?)?;
    let mut applied = Applied::default();
    for rule in Rule::ALL.into_iter().filter(|rule| rules.rule(*rule).on) {
        let before = rules.before(rule, now)?;
        match rule {
            Rule::Visits => applied.visits += app.store.forget_visits(before, now)?,
            Rule::Prospects | Rule::Customers => {
                let persons = retention::due(&app.store.read()?, &rules, rule, now)?;
                applied.more |= persons.len() > BATCH;
                for person in persons.into_iter().take(BATCH) {
                    app.store.erase_person(person, now)?;
                    applied.persons += 1;
                }
                if rule == Rule::Prospects {
                    applied.carts += app.store.forget_carts(before, now)?;
                }
            }
        }
    }
    crate::backup::erasures::follow(&app.store)?;
    let ran = (!applied.more).then_some(now);
    app.store.change_retention(move |rules| rules.ran = ran)?;
    let Applied { persons, carts, visits, .. } = applied;
    if persons + carts + visits > 0 {
        let detail = json!({ "persons": persons, "carts": carts, "visits": visits });
        audit::record(app, visitor, Action::RetentionApplied, None, &detail)?;
        app.ring();
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use comptoir_model::{
        Batch, Cart, CartState, Currency, Customer, Identity, Order, Record, Shop, Version, Visit,
    };
    use comptoir_store::privacy::retention::Ruled;
    use comptoir_store::{Store, audit};

    use super::*;
    use crate::state::Door;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn farm() -> Shop {
        Shop {
            slug: "ferme".into(),
            name: "Ferme".into(),
            platform: "other".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        }
    }

    fn visit(id: &str, started: &str) -> Record {
        Record::Visit(Box::new(Visit {
            id: id.into(),
            started: at(started),
            pages: 3,
            source: Some("brevo".into()),
            medium: None,
            campaign: None,
            device: None,
            country: Some("FR".into()),
            added_to_cart: true,
            ordered: false,
        }))
    }

    /// 25 months before 22 November 2026 is 22 October 2024.
    #[test]
    fn s109_old_visits_lose_their_identifier_and_no_figure_moves() {
        let store = Store::in_memory().expect("a store");
        let now = at("2026-11-22T12:00:00Z");
        store.create_shop(farm(), now).expect("a shop");
        let records = vec![
            visit("old", "2024-10-22T11:59:59Z"),
            visit("older", "2024-01-01T10:00:00Z"),
            visit("young", "2024-10-22T12:00:01Z"),
        ];
        let batch = Batch { shop: "ferme".into(), source: "ga4".into(), records };
        store.write(batch).expect("written");
        let app = App::new(store, Door::Open);
        let names = || {
            let sql = "SELECT external_id, day, pages, source, country, added_to_cart, ordered FROM visits ORDER BY started";
            app.store.read().expect("a view").query(sql, &[]).expect("rows").rows
        };
        let before = names();
        look(&app, now).expect("looked");
        assert_eq!(names(), before, "no rule is on unasked");

        // A rule that nobody has seen the preview of stays off.
        let tried = app.store.change_retention(|rules| rules.visits.on = true).expect("changed");
        assert!(!tried.visits.on);
        let seen =
            retention::preview(&app.store.read().expect("a view"), &tried, Rule::Visits, now)
                .expect("a preview");
        assert_eq!((seen.visits, seen.persons), (2, 0));
        app.store
            .change_retention(move |rules| {
                rules.visits.seen = Some(seen);
                rules.visits.on = true;
            })
            .expect("on");
        look(&app, now).expect("looked");
        let after = names();
        let id = |row: &Vec<comptoir_store::Value>| row[0].text().expect("text").to_owned();
        assert!(id(&after[0]).starts_with("anonymous:") && id(&after[1]).starts_with("anonymous:"));
        assert_ne!(id(&after[0]), id(&after[1]), "they are still two visits");
        assert_eq!(id(&after[2]), "young");
        for (was, is) in before.iter().zip(&after) {
            assert_eq!(was[1..], is[1..], "what figures are made of stays");
        }
        let lines = audit::list(&app.store.read().expect("a view"), i64::MAX, 10).expect("lines");
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].detail, r#"{"carts":0,"persons":0,"visits":2}"#);
        // What is told again after it was forgotten is neither named nor counted anew.
        let records =
            vec![visit("old", "2024-10-22T11:59:59Z"), visit("young", "2024-10-22T12:00:01Z")];
        let batch = Batch { shop: "ferme".into(), source: "ga4".into(), records };
        app.store.write(batch).expect("written");
        assert_eq!(names(), after);
        // Not again within the day; a day later the next visit has come of age.
        look(&app, at("2026-11-23T11:00:00Z")).expect("looked");
        assert_eq!(names(), after);
        look(&app, at("2026-11-23T13:00:00Z")).expect("looked");
        assert!(names().iter().all(|row| id(row).starts_with("anonymous:")));
        assert_eq!(
            audit::list(&app.store.read().expect("a view"), i64::MAX, 10).expect("l").len(),
            2
        );
    }

    /// Contacts of 2020, but for one who left a cart this year and one who ordered; 3 years before
    /// 22 November 2026 is 22 November 2023.
    #[test]
    fn s109_prospects_are_forgotten_and_customers_are_not() {
        let store = Store::in_memory().expect("a store");
        let now = at("2026-11-22T12:00:00Z");
        store.create_shop(farm(), now).expect("a shop");
        let known = |email: &str| Identity { email: Some(email.into()), ..Identity::default() };
        let version = Version::stamped(at("2020-06-01T00:00:00Z"));
        let contact = |id: &str, email: &str| {
            Record::Customer(Box::new(Customer {
                id: id.into(),
                version,
                deleted: false,
                identity: Identity { id: Some(id.into()), ..known(email) },
                created: Some(at("2020-01-01T00:00:00Z")),
                country: None,
            }))
        };
        let cart = |id: &str, email: &str, updated: &str| {
            Record::Cart(Box::new(Cart {
                id: id.into(),
                version,
                state: CartState::Open,
                created: at(updated),
                updated: at(updated),
                currency: Currency::EUR,
                customer: known(email),
                total: 1200,
                lines: Vec::new(),
                order: None,
            }))
        };
        let mut order = Order::new("1", version, Currency::EUR, at("2020-05-01T00:00:00Z"));
        order.customer = known("buyer@example.com");
        let records = vec![
            contact("a", "silent@example.com"),
            contact("b", "lively@example.com"),
            contact("c", "buyer@example.com"),
            cart("1", "lively@example.com", "2026-03-01T00:00:00Z"),
            cart("2", "stranger@example.com", "2021-03-01T00:00:00Z"),
            cart("3", "buyer@example.com", "2021-03-01T00:00:00Z"),
            Record::Order(Box::new(order)),
        ];
        store
            .write(Batch { shop: "ferme".into(), source: "woocommerce".into(), records })
            .expect("ok");
        let app = App::new(store, Door::Open);
        let rules = retention::read(&app.store.read().expect("a view")).expect("rules");
        let seen =
            retention::preview(&app.store.read().expect("a view"), &rules, Rule::Prospects, now)
                .expect("a preview");
        assert_eq!((seen.persons, seen.carts, seen.first.len()), (1, 1, 1));
        app.store
            .change_retention(move |rules| {
                rules.prospects = Ruled { on: true, seen: Some(seen) };
            })
            .expect("on");
        let done = apply(&app, &Visitor::shell(), now).expect("applied");
        assert_eq!((done.persons, done.carts, done.more), (1, 1, false));
        let texts = |sql: &str| -> Vec<String> {
            let rows = app.store.read().expect("a view").query(sql, &[]).expect("rows").rows;
            rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)).collect()
        };
        let named = "NOT starts_with(email, 'erased:') ORDER BY email";
        assert_eq!(
            texts(&format!("SELECT email FROM customers WHERE {named}")),
            ["buyer@example.com", "lively@example.com"]
        );
        assert_eq!(
            texts(&format!("SELECT email FROM all_carts WHERE {named}")),
            ["buyer@example.com", "lively@example.com"]
        );
        assert_eq!(texts("SELECT email FROM all_orders"), ["buyer@example.com"]);
        let again = apply(&app, &Visitor::shell(), now).expect("applied");
        assert_eq!(again, Applied::default(), "nobody is left to forget");
    }
}
