//! Why a platform could not be read, in words that say what to do.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::words::{Text, say};

/// What kind of failure it is: decides whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The address is not one, or not http(s).
    Address,
    /// The address leads into a private network that nobody allowed.
    PrivateAddress,
    /// The address sends elsewhere.
    Moved,
    /// No host has that name.
    UnknownHost,
    /// Nothing listens there.
    Unreachable,
    /// The certificate is self-signed, expired or for another name.
    Certificate,
    Timeout,
    /// There is no such shop or API at the address.
    NotFound,
    /// Something other than the API answered: a proxy, a maintenance page.
    NotTheApi,
    /// The key is wrong.
    Unauthorized,
    /// The key may not read this.
    Forbidden,
    Throttled,
    /// The platform failed (5xx).
    Server,
    /// An answer larger than what is believable.
    TooLarge,
    /// The answer stopped in the middle.
    Truncated,
    /// The API answered what its documentation does not say.
    Protocol,
}

impl FailureKind {
    /// Whether the same request may succeed later without anyone changing anything.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::UnknownHost
                | Self::Timeout
                | Self::Throttled
                | Self::Server
                | Self::Truncated
                | Self::NotTheApi
        )
    }
}

/// A failure, for the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason}; {remedy}")]
pub struct Failure {
    pub kind: FailureKind,
    pub reason: Text,
    pub remedy: Text,
    /// How long the platform asks to wait.
    pub retry_after: Option<Duration>,
}

impl Failure {
    pub fn new(kind: FailureKind, reason: Text, remedy: Text) -> Self {
        Self { kind, reason, remedy, retry_after: None }
    }

    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// The API answered something else than its documentation says; `what` is for a developer.
    pub fn protocol(what: &str) -> Self {
        let what = crate::excerpt(what, 200);
        Self::new(
            FailureKind::Protocol,
            say(
                format!("la plateforme a répondu autre chose que prévu ({what})"),
                format!("the platform answered something unexpected ({what})"),
            ),
            say(
                "vérifiez sa version dans la page de documentation du connecteur",
                "check its version on the connector’s documentation page",
            ),
        )
    }

    /// What an HTTP status of an API means; `None` for a success. `excerpt` is the platform's own
    /// message, when it gave one.
    pub fn of_status(status: u16, excerpt: &str, retry_after: Option<Duration>) -> Option<Self> {
        let told = crate::excerpt(excerpt, 160);
        let with = |text: &str, open: &str, close: &str| {
            if told.is_empty() { text.to_owned() } else { format!("{text} {open}{told}{close}") }
        };
        let reason =
            |fr: &str, en: &str| say(with(fr, "(«\u{a0}", "\u{a0}»)"), with(en, "(“", "”)"));
        let failure = match status {
            200..=299 => return None,
            401 => Self::new(
                FailureKind::Unauthorized,
                reason("la plateforme refuse la clé", "the platform refuses the key"),
                say(
                    "recopiez la clé et son secret, ou créez-en de nouveaux",
                    "copy the key and its secret again, or make new ones",
                ),
            ),
            403 => Self::new(
                FailureKind::Forbidden,
                reason(
                    "la clé n’a pas le droit de lire ces données",
                    "the key may not read these data",
                ),
                say(
                    "donnez-lui les droits de lecture que demande la page du connecteur",
                    "give it the read permissions that the connector’s page asks for",
                ),
            ),
            404 | 410 => Self::new(
                FailureKind::NotFound,
                reason(
                    "il n’y a pas d’API de cette plateforme à cette adresse",
                    "there is no API of this platform at this address",
                ),
                say(
                    "vérifiez l’adresse de la boutique, et que son API est activée",
                    "check the shop’s address, and that its API is switched on",
                ),
            ),
            429 => Self::new(
                FailureKind::Throttled,
                reason("la plateforme demande de ralentir", "the platform asks to slow down"),
                say(
                    "rien à faire\u{a0}: la lecture reprendra d’elle-même",
                    "nothing to do: reading goes on by itself",
                ),
            ),
            500..=599 => Self::new(
                FailureKind::Server,
                reason(
                    &format!("le serveur de la boutique est en erreur ({status})"),
                    &format!("the shop’s server failed ({status})"),
                ),
                say(
                    "attendez quelques minutes\u{202f}; si cela dure, prévenez son hébergeur",
                    "wait some minutes; if it lasts, tell its host",
                ),
            ),
            _ => Self::protocol(&format!("HTTP {status} {told}")),
        };
        Some(failure.after(retry_after))
    }
}
