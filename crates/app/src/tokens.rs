//! Tokens: the right of a program to read figures, to push records, or to sign links to pages.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};
use comptoir_store::StoreError;
use comptoir_store::tokens::{self, Opened, READ};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::access::{Right, Rights, Visitor, Who};
use crate::clock;
use crate::commands::log;
use crate::state::App;

/// How long a token is in force when nothing else is said, in days.
pub const USUAL_DAYS: i64 = 365;

/// The longest time that a number of days may say: ten years.
const MOST_DAYS: i64 = 3_650;

/// The token that a program sends, in either of two headers. Another scheme of `Authorization` is
/// meant for a proxy before us.
pub fn sent(headers: &HeaderMap) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    if let Some(token) = text(HeaderName::from_static("api-token")) {
        return Some(token.trim().to_owned());
    }
    let (scheme, token) = text(header::AUTHORIZATION)?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The visitor whose token a request carries (`Authorization: Bearer …` or `api-token`). Only a token
/// that reads has a right here: the doors that a pushing one opens ask for it themselves.
pub fn by_token(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Option<Visitor> {
    let token = sent(headers)?;
    match opened(app, &token, clock::now()) {
        Ok(opened) => opened.map(|opened| visitor(&opened, from)),
        Err(error) => {
            log(&format!("a token could not be looked up: {error}"));
            None
        }
    }
}

fn opened(app: &App, token: &str, now: Timestamp) -> Result<Option<Opened>, StoreError> {
    let Ok(opened) = tokens::find(&app.store.read()?, token, now)? else { return Ok(None) };
    if opened.scope == READ {
        app.store.token_used(&opened, now)?;
    }
    Ok(Some(opened))
}

fn visitor(opened: &Opened, from: Option<IpAddr>) -> Visitor {
    let reads = opened.scope == READ;
    Visitor {
        who: Who::Token { id: opened.id, name: opened.name.clone() },
        role: None,
        rights: if reads { Rights::of(&[Right::Figures]) } else { Rights::NONE },
        shops: opened.shop.as_ref().map(|shop| Arc::from([shop.id])),
        from,
    }
}

/// When a token ends: `90d`, the end of a day in UTC, or `never`, which is no instant. Why it can't be,
/// otherwise.
pub fn expiry(text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let refused = || format!("“{text}” is no expiry; use 90d, 2027-01-31 or never");
    let text_of = text.trim();
    if text_of == "never" {
        return Ok(None);
    }
    if let Some(days) = text_of.strip_suffix('d') {
        let days: i64 = days.parse().map_err(|_| refused())?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(refused());
        }
        return Ok(Some(in_days(days, now)));
    }
    let day: Date = text_of.parse().map_err(|_| refused())?;
    let end = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    let end = end.map_err(|_| refused())?.timestamp();
    if end <= now {
        return Err(format!("“{text}” is over already; choose a later day"));
    }
    Ok(Some(end))
}

/// So many days from now.
pub fn in_days(days: i64, now: Timestamp) -> Timestamp {
    now.saturating_add((24 * days).hours()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn s086_an_expiry_is_days_a_day_or_never() {
        let ends = |text: &str| expiry(text, now()).map(|end| end.map(|end| end.to_string()));
        assert_eq!(ends("never"), Ok(None));
        assert_eq!(ends("90d"), Ok(Some("2027-02-20T10:00:00Z".into())));
        assert_eq!(ends("2027-01-31"), Ok(Some("2027-02-01T00:00:00Z".into())));
        assert_eq!(ends("2026-11-22"), Ok(Some("2026-11-23T00:00:00Z".into())), "today still is");
        for wrong in ["", "0d", "-1d", "9999d", "d", "1y", "2026-11-21", "2027-13-01", "jamais"] {
            assert!(expiry(wrong, now()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_comes_in_either_of_two_headers() {
        let of = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a value"));
            sent(&headers)
        };
        assert_eq!(of("authorization", "Bearer cpt_a"), Some("cpt_a".into()));
        assert_eq!(of("authorization", "bearer  cpt_a "), Some("cpt_a".into()));
        assert_eq!(of("api-token", "cpt_a"), Some("cpt_a".into()));
        assert_eq!(of("authorization", "Basic Y3B0X2E="), None);
        assert_eq!(of("x-token", "cpt_a"), None);
    }
}
