//! The rules of retention at work: each day, and when somebody asks. Whoever a rule forgets is erased as
//! a person who asked for it, a few at a time, so that nobody waits long behind it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use comptoir_store::StoreError;
use comptoir_store::privacy::retention::{self, Rule};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::clock;
use crate::commands::log;
use crate::state::App;

/// The rules run once a day.
const APART: SignedDuration = SignedDuration::from_hours(24);

/// The longest sleep: a machine that was suspended must not wait for a timer that slept too.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// What the rules took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    pub persons: i64,
    pub carts: i64,
    pub visits: i64,
}

/// Starts the task. It ends with the program; what it does is one commit after the other.
pub fn start(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::downgrade(app);
    std::thread::Builder::new().name("retention".into()).spawn(move || watch(&app))?;
    Ok(())
}

fn watch(app: &Weak<App>) {
    loop {
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = look(&app, clock::now()) {
            log(&format!("retention: {error}"));
        }
        drop(app);
        std::thread::sleep(LONGEST_SLEEP);
    }
}

/// Runs the rules if they are due.
fn look(app: &App, now: Timestamp) -> Result<(), StoreError> {
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
                for person in persons {
                    app.store.erase_person(person, now)?;
                    applied.persons += 1;
                }
                if rule == Rule::Prospects {
                    applied.carts += app.store.forget_carts(before, now)?;
                }
            }
        }
    }
    app.store.change_retention(move |rules| rules.ran = Some(now))?;
    let Applied { persons, carts, visits } = applied;
    if applied != Applied::default() {
        let detail = json!({ "persons": persons, "carts": carts, "visits": visits });
        audit::record(app, visitor, Action::RetentionApplied, None, &detail)?;
        app.ring();
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use comptoir_model::{Batch, Currency, Record, Shop, Visit};
    use comptoir_store::{Store, audit};

    use super::*;
    use crate::state::Door;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
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
        let shop = Shop {
            slug: "ferme".into(),
            name: "Ferme".into(),
            platform: "other".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        store.create_shop(shop, now).expect("a shop");
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
        let seen = retention::preview(&app.store.read().expect("a view"), &tried, Rule::Visits, now)
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
        // Not again within the day, and nothing is left to do after it.
        look(&app, at("2026-11-23T13:00:00Z")).expect("looked");
        assert_eq!(audit::list(&app.store.read().expect("a view"), i64::MAX, 10).expect("l").len(), 2);
    }
}
