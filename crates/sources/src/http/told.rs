//! What the client's errors mean, in words that say what to do.

use url::Url;

use super::reach::PrivateAddress;
use crate::failure::{Failure, FailureKind};
use crate::words::say;

pub(super) fn moved(next: &Url) -> Failure {
    let mut target = next.clone();
    target.set_query(None);
    let shown = crate::excerpt(target.origin().ascii_serialization().as_str(), 120);
    Failure::new(
        FailureKind::Moved,
        say(format!("cette adresse renvoie à {shown}"), format!("this address sends to {shown}")),
        say(
            "si c’est bien la boutique, indiquez cette adresse-là",
            "if that is the shop, give that address",
        ),
    )
}

pub(super) fn timeout() -> Failure {
    Failure::new(
        FailureKind::Timeout,
        say("la boutique n’a pas répondu à temps", "the shop did not answer in time"),
        say(
            "rien à faire si cela arrive rarement\u{202f}; sinon, prévenez son hébergeur",
            "nothing to do if it is rare; else tell its host",
        ),
    )
}

pub(super) fn truncated() -> Failure {
    Failure::new(
        FailureKind::Truncated,
        say("la réponse s’est arrêtée au milieu", "the answer stopped in the middle"),
        say(
            "rien à faire\u{a0}: la lecture reprendra au même endroit",
            "nothing to do: reading goes on from the same place",
        ),
    )
}

/// What the client's own error means.
pub(super) fn told(error: &ureq::Error) -> Failure {
    let text = error.to_string();
    match error {
        ureq::Error::Timeout(_) => timeout(),
        ureq::Error::HostNotFound => unknown_host(),
        ureq::Error::Other(inner) if inner.downcast_ref::<PrivateAddress>().is_some() => {
            Failure::new(
                FailureKind::PrivateAddress,
                say(
                    "cette adresse mène dans un réseau privé",
                    "this address leads into a private network",
                ),
                say(
                    "une boutique publique ne peut pas y renvoyer\u{202f}; vérifiez l’adresse",
                    "a public shop can’t lead there; check the address",
                ),
            )
        }
        ureq::Error::Io(inner) => of_io(inner, &text),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::protocol(&text),
        _ if is_about_certificates(&text) => certificate(&text),
        ureq::Error::Protocol(_) => truncated(),
        _ => unreachable_there(&text),
    }
}

fn of_io(error: &std::io::Error, text: &str) -> Failure {
    use std::io::ErrorKind as Io;
    if is_about_certificates(text) {
        return certificate(text);
    }
    // The resolver's own words are all that tells this apart.
    if text.contains("failed to lookup address") {
        return unknown_host();
    }
    if text.contains("InvalidContentType") {
        return no_tls();
    }
    match error.kind() {
        Io::ConnectionRefused => unreachable_there(""),
        Io::TimedOut | Io::WouldBlock => timeout(),
        Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe => {
            truncated()
        }
        _ => unreachable_there(text),
    }
}

fn unknown_host() -> Failure {
    Failure::new(
        FailureKind::UnknownHost,
        say("aucune boutique ne porte ce nom", "no shop has that name"),
        say(
            "vérifiez l’adresse, et votre connexion à Internet",
            "check the address, and your connection to the Internet",
        ),
    )
}

fn is_about_certificates(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("certificate") || text.contains("unknownissuer") || text.contains("notvalid")
}

fn certificate(text: &str) -> Failure {
    let expired = text.contains("Expired") || text.contains("expired");
    let other_name = text.contains("NotValidForName");
    let (fr, en) = match (expired, other_name) {
        (true, _) => {
            ("le certificat de la boutique a expiré", "the shop’s certificate has expired")
        }
        (_, true) => (
            "le certificat de la boutique est établi pour un autre nom",
            "the shop’s certificate is for another name",
        ),
        _ => (
            "le certificat de la boutique n’est signé par aucune autorité connue",
            "no known authority has signed the shop’s certificate",
        ),
    };
    Failure::new(
        FailureKind::Certificate,
        say(fr, en),
        say(
            "faites-en installer un valable (Let’s Encrypt est gratuit), ou indiquez l’adresse pour laquelle il est établi",
            "have a valid one installed (Let’s Encrypt is free), or give the address it is for",
        ),
    )
}

/// What answers is no TLS server: usually plain http on its own port.
fn no_tls() -> Failure {
    Failure::new(
        FailureKind::Certificate,
        say(
            "ce qui répond à cette adresse ne parle pas https",
            "what answers there does not speak https",
        ),
        say(
            "vérifiez le port\u{202f}; si la boutique n’a pas de certificat, écrivez l’adresse avec http://",
            "check the port; if the shop has no certificate, write the address with http://",
        ),
    )
}

fn unreachable_there(text: &str) -> Failure {
    let text = crate::excerpt(text, 120);
    let detail = if text.is_empty() { String::new() } else { format!(" ({text})") };
    Failure::new(
        FailureKind::Unreachable,
        say(
            format!("rien ne répond à cette adresse{detail}"),
            format!("nothing answers at this address{detail}"),
        ),
        say(
            "vérifiez l’adresse et le port, et que la boutique est en ligne",
            "check the address and the port, and that the shop is up",
        ),
    )
}
