//! The token that opens the door: the one of a custom app, or one granted for a day against the app's
//! client id and secret, kept in memory only.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use crate::connector::Access;
use crate::failure::{Failure, FailureKind};
use crate::http::{Ask, Http};
use crate::words::say;

/// A granted token is renewed this long before it ends.
const EARLY: Duration = Duration::from_mins(1);

pub(crate) enum Token {
    Given(String),
    Granted { door: Url, id: String, secret: String, kept: Option<(String, Instant)> },
}

impl Token {
    /// `door`: where tokens are granted.
    pub(crate) fn new(access: &Access, door: Url) -> Result<Self, Failure> {
        let (token, id, secret) =
            (access.credential("token"), access.credential("key"), access.credential("secret"));
        if !token.is_empty() {
            return Ok(Self::Given(token.to_owned()));
        }
        if id.is_empty() || secret.is_empty() {
            return Err(Failure::new(
                FailureKind::Unauthorized,
                say("il manque de quoi ouvrir la boutique", "what opens the shop is missing"),
                say(
                    "donnez le jeton d’accès de l’application, ou son identifiant client et son secret",
                    "give the app’s access token, or its client id and its secret",
                ),
            ));
        }
        Ok(Self::Granted { door, id: id.to_owned(), secret: secret.to_owned(), kept: None })
    }

    pub(crate) fn current(&mut self, http: &mut Http) -> Result<String, Failure> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::Granted { door, id, secret, kept } => {
                if let Some((token, end)) = kept
                    && Instant::now() < *end
                {
                    return Ok(token.clone());
                }
                let (token, lasts) = grant(http, door, id, secret)?;
                let end = Instant::now() + lasts.saturating_sub(EARLY);
                *kept = Some((token.clone(), end));
                Ok(token)
            }
        }
    }

    /// After a refusal: whether another token may be granted.
    pub(crate) fn forget(&mut self) -> bool {
        match self {
            Self::Given(_) => false,
            Self::Granted { kept, .. } => kept.take().is_some(),
        }
    }
}

fn grant(
    http: &mut Http,
    door: &Url,
    id: &str,
    secret: &str,
) -> Result<(String, Duration), Failure> {
    let body = json!({
        "client_id": id, "client_secret": secret, "grant_type": "client_credentials",
    });
    let body = body.to_string().into_bytes();
    let mut signed = |url: &Url| {
        Ask::post(url.clone(), "application/json", body.clone())
            .header("accept", "application/json")
    };
    let answer = http.send(&mut signed, door)?;
    if matches!(answer.status, 400 | 401 | 403) {
        let told = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        let why = told.get("error_description").or_else(|| told.get("error"));
        let why = why.and_then(Value::as_str).unwrap_or_default();
        let refused = Failure::of_status(401, why, None);
        return Err(refused.unwrap_or_else(|| Failure::protocol("no token")));
    }
    if let Some(failure) = answer.failure() {
        return Err(failure);
    }
    let told: Value = serde_json::from_str(answer.json()?)
        .map_err(|_| Failure::protocol("a token that can’t be read"))?;
    let token = told.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if token.is_empty() {
        return Err(Failure::protocol("an answer without access_token"));
    }
    let lasts = told.get("expires_in").and_then(Value::as_u64).unwrap_or(3600);
    Ok((token.to_owned(), Duration::from_secs(lasts.min(86_400 * 7))))
}
