//! Google Analytics' Measurement Protocol, as shops push it: events of a visit, purchases and refunds.
//!
//! Visits stay anonymous: who it was (`user_id`, an e-mail) is never read, and the browser's name is made
//! unreadable. A purchase is a total and nothing else; the shop's platform knows better.

use comptoir_model::{Order, Refund, VisitFault, VisitMode};
use jiff::{SignedDuration, Timestamp};

use crate::connector::Setting;
use crate::pushed::refuse;
use crate::visits::{self, Carried};
use crate::wire::{Object, Refused};

mod event;
mod sale;
mod validation;

pub use validation::{Message, validate};

/// The source that these records are kept under.
pub const SOURCE: &str = "ga4";

/// Google's limits: events of a request, parameters of an event, bytes of a body.
pub const MAX_EVENTS: usize = 25;
pub const MAX_PARAMETERS: usize = 25;
pub const MAX_BODY: usize = 130 * 1024;

/// How far back an event may lie.
const BACK: SignedDuration = SignedDuration::from_hours(72);

/// How far a sender's clock may run ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// A visit ends after so long without an event, for senders that name no session.
pub const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// What one event says of the visit it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// The visit's id, or its beginning when the sender names no session.
    pub visit: String,
    /// The sender named the session.
    pub named: bool,
    /// It opens a visit; a purchase that a server tells only joins one.
    pub opens: bool,
    pub at: Timestamp,
    /// What tells a repetition from another event; `None` when the sender does not date its events.
    pub mark: Option<String>,
    pub page: bool,
    pub source: Option<String>,
    pub medium: Option<String>,
    pub campaign: Option<String>,
    pub device: Option<String>,
    pub country: Option<String>,
    pub added_to_cart: bool,
    pub ordered: bool,
    /// What it says of whoever it was: none of it is kept.
    pub carried: Carried,
}

/// What a request holds. Good events are read, bad ones told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub glimpses: Vec<Glimpse>,
    pub orders: Vec<Order>,
    /// Refunds; one without a total gives back the whole order.
    pub refunds: Vec<Refund>,
    pub refused: Vec<Refused>,
}

/// Reads a request.
///
/// # Errors
/// Nothing of it can be read.
pub fn read(body: &str, setting: &Setting) -> Result<Reading, Box<Refused>> {
    let wrong = |wrong| refuse("request", "", wrong, "");
    let object = Object::parse(body).map_err(wrong)?;
    let request = event::Request::read(&object).map_err(wrong)?;
    let mut reading = Reading::default();
    for text in request.events {
        match request.about.event(text, setting) {
            Ok(read) => {
                reading.glimpses.extend(read.glimpse);
                reading.orders.extend(read.order);
                reading.refunds.extend(read.refund);
            }
            Err(found) => reading.refused.push(*refuse("event", "", found, text)),
        }
    }
    Ok(reading)
}

impl Glimpse {
    /// Why this is no visit that the shop may keep, in words; the sale that it tells of is another matter.
    pub fn refused(&self, mode: VisitMode) -> Option<(VisitFault, Box<Refused>)> {
        let (found, _) = visits::refused(mode, &self.carried)?;
        let (field, fault) = visits::admit(mode, &self.carried).err()?;
        Some((found, Box::new(Refused::new("visit", "", (field.to_owned(), fault), ""))))
    }
}

#[cfg(test)]
mod tests {
    use comptoir_model::Currency;
    use jiff::tz::TimeZone;

    use super::*;

    fn setting() -> Setting {
        Setting {
            now: "2026-11-22T12:00:00Z".parse().expect("an instant"),
            currency: Currency::EUR,
            timezone: TimeZone::UTC,
        }
    }

    #[test]
    fn a_visit_is_told_without_the_person() {
        let body = r#"{"client_id":"123.456","user_id":"zoe@exemple.fr","timestamp_micros":"1795348800000000",
            "device":{"category":"mobile"},"user_location":{"country_id":"FR"},
            "events":[{"name":"page_view","params":{"ga_session_id":77,
                "page_location":"https://x.fr/?utm_source=brevo&utm_medium=email&utm_campaign=noel&email=zoe@exemple.fr"}},
              {"name":"add_to_cart","params":{"session_id":"77","items":[{"item_id":10}]}}]}"#;
        let reading = read(body, &setting()).expect("read");
        assert_eq!((reading.refused.len(), reading.glimpses.len()), (0, 2));
        let [page, added] = reading.glimpses.as_slice() else { panic!("two") };
        assert_eq!(page.visit, added.visit);
        assert!(page.named && page.page && !added.page && added.added_to_cart);
        assert_eq!(page.source.as_deref(), Some("brevo"));
        assert_eq!(
            (page.campaign.as_deref(), page.device.as_deref()),
            (Some("noel"), Some("mobile"))
        );
        let all = format!("{reading:?}");
        assert!(!all.contains("zoe") && !all.contains("123.456"), "{all}");
        // What was said of the person decides whether the shop may keep the visit at all.
        let (fault, told) = page.refused(VisitMode::Exempt).expect("refused");
        assert_eq!((fault, told.field.as_str()), (VisitFault::Email, "user_id"));
        assert_eq!(page.refused(VisitMode::Consented), None);
    }

    #[test]
    fn s109_what_a_visit_must_not_carry_is_seen_wherever_it_stands() {
        let check = |about: &str, params: &str, name: &str| {
            let body = format!(
                r#"{{"client_id":"1.2"{about},"events":[{{"name":"{name}","params":{{"session_id":1{params}}}}}]}}"#
            );
            let reading = read(&body, &setting()).expect("read");
            let fault = reading.glimpses[0].refused(VisitMode::Exempt).map(|(fault, _)| fault);
            assert!(reading.glimpses[0].refused(VisitMode::Consented).is_none());
            fault
        };
        assert_eq!(check("", "", "page_view"), None);
        assert_eq!(check("", r#","transaction_id":"T1","value":1"#, "purchase"), None, "the sale");
        assert_eq!(check("", r#","transaction_id":"T1""#, "page_view"), Some(VisitFault::Order));
        assert_eq!(check(r#","user_id":"77""#, "", "page_view"), Some(VisitFault::Customer));
        let hashed = r#","user_data":{"sha256_email_address":["ab"]}"#;
        assert_eq!(check(hashed, "", "page_view"), Some(VisitFault::Email));
        let property = r#","user_properties":{"login":{"value":"zoe@exemple.fr"}}"#;
        assert_eq!(check(property, "", "page_view"), Some(VisitFault::Email));
        assert_eq!(
            check("", r#","page_location":"https://x.fr/?m=zoe%40exemple.fr""#, "page_view"),
            Some(VisitFault::Email)
        );
        assert_eq!(check(r#","ip_override":"192.0.2.7""#, "", "x"), Some(VisitFault::Address));
        assert_eq!(check(r#","ip_override":"192.0.0.0""#, "", "x"), None);
        assert_eq!(check("", r#","uip":"2001:db8::7""#, "x"), Some(VisitFault::Address));
    }

    #[test]
    fn s109_a_visitor_has_another_name_each_year() {
        let visit = |micros: &str, session: &str| {
            let body = format!(
                r#"{{"client_id":"1.2","timestamp_micros":"{micros}","events":[{{"name":"a"{session}}}]}}"#
            );
            let reading = read(
                &body,
                &Setting {
                    now: Timestamp::from_microsecond(micros.parse().expect("a number"))
                        .expect("an instant"),
                    ..setting()
                },
            );
            reading.expect("read").glimpses[0].visit.clone()
        };
        // 30 December 2026, 31 December 2026 and 2 January 2027, at noon.
        let (first, second, third) = ("1798632000000000", "1798718400000000", "1798891200000000");
        assert_eq!(visit(first, ""), visit(second, ""));
        assert_ne!(visit(first, ""), visit(third, ""));
        let named = r#","params":{"session_id":5}"#;
        assert_eq!(visit(first, named), visit(third, named), "a visit keeps its own name");
    }

    #[test]
    fn a_purchase_is_a_total_with_its_products() {
        let body = r#"{"client_id":"1.2","events":[{"name":"purchase","params":{"transaction_id":25,"value":67.49,
            "tax":8.1,"shipping":0,"currency":"EUR","coupon":"NOEL",
            "items":[{"item_id":11,"item_name":"Vin rouge","price":17.49,"quantity":1},{"item_id":13,"quantity":2}]}},
            {"name":"refund","params":{"transaction_id":"25"}}]}"#;
        let reading = read(body, &setting()).expect("read");
        let order = &reading.orders[0];
        assert_eq!((order.id.as_str(), order.total_only), ("25", Some(6749)));
        assert_eq!(order.lines[0].product.as_deref(), Some("11"), "a number becomes a text");
        assert_eq!((order.lines.len(), order.lines[1].quantity), (2, 2));
        assert_eq!(reading.refunds[0].order.as_deref(), Some("25"));
        assert_eq!(reading.refunds[0].total, None);
    }

    #[test]
    fn s073_what_is_wrong_is_told_and_the_rest_stays() {
        let event =
            |name: &str, params: &str| format!(r#"{{"name":"{name}","params":{{{params}}}}}"#);
        let many: Vec<String> = (0..26).map(|at| format!("\"p{at}\":1")).collect();
        let events = [
            event("page_view", "\"session_id\":1"),
            event("purchase", "\"value\":1"),
            event("purchase", "\"transaction_id\":\"a\",\"value\":-1"),
            event("purchase", "\"transaction_id\":\"a\",\"value\":1,\"currency\":\"XXY\""),
            event("_bad", ""),
            event("page_view", &many.join(",")),
        ];
        let body = format!(r#"{{"client_id":"1.2","events":[{}]}}"#, events.join(","));
        let reading = read(&body, &setting()).expect("read");
        assert_eq!(
            (reading.glimpses.len(), reading.orders.len(), reading.refused.len()),
            (1, 0, 5)
        );
        let messages = validate(&body, &setting());
        assert_eq!(messages.len(), 5);
        for wrong in ["", "{}", r#"{"client_id":"1"}"#, r#"{"events":[]}"#] {
            assert!(read(wrong, &setting()).is_err(), "{wrong}");
            assert!(!validate(wrong, &setting()).is_empty(), "{wrong}");
        }
        let late =
            r#"{"client_id":"1","timestamp_micros":1795000000000000,"events":[{"name":"a"}]}"#;
        assert_eq!(read(late, &setting()).expect("read").refused.len(), 1, "older than 72 hours");
    }
}
