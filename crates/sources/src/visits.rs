//! What a visit may carry, by the shop's collection mode (S109): the one rule at every door.
//!
//! In exempt mode visitors were not asked, because audience measurement that yields anonymous
//! statistics alone needs no consent (loi Informatique et Libertés, art. 82; CNIL, lignes directrices
//! of 17 September 2020, art. 5, and délibération of 4 July 2025): nothing may join a visit with a
//! person. A telling that carries an e-mail address, a customer, an order or a whole IP address is
//! refused: whoever sends such a thing has a set-up that is not exempt, and must hear of it.
//! In neither mode is any of it kept.

use std::net::IpAddr;

use comptoir_model::{VisitFault, VisitMode};

use crate::pushed::pseudonym;
use crate::words::{Fault, say};

/// What a telling of a visit carries beside the visit, and in which fields; never the values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried(Vec<(VisitFault, &'static str)>);

impl Carried {
    pub fn add(&mut self, fault: VisitFault, field: &'static str) {
        self.0.push((fault, field));
    }

    /// A text, which may hold an e-mail address.
    pub fn text(&mut self, field: &'static str, text: &str) {
        if names_somebody(text) {
            self.add(VisitFault::Email, field);
        }
    }

    /// An IP address, which may be whole.
    pub fn address(&mut self, field: &'static str, text: &str) {
        if cut(text).is_none_or(|cut| cut != text.trim()) {
            self.add(VisitFault::Address, field);
        }
    }

    pub fn has(&self, fault: VisitFault) -> bool {
        self.0.iter().any(|(one, _)| *one == fault)
    }
}

/// Whether a visit may come in. An e-mail address weighs most, then the customer, the order, the address.
pub fn refused(mode: VisitMode, carried: &Carried) -> Option<(VisitFault, &'static str)> {
    match mode {
        VisitMode::Consented => None,
        VisitMode::Exempt => carried.0.iter().min_by_key(|(fault, _)| *fault).copied(),
    }
}

/// The same, for readers: the field at fault, why, and what to do.
pub(crate) fn admit(mode: VisitMode, carried: &Carried) -> Result<(), (&'static str, Fault)> {
    let Some((fault, field)) = refused(mode, carried) else { return Ok(()) };
    let reason = match fault {
        VisitFault::Email => say(
            "cette visite porte une adresse e-mail ; la boutique mesure son audience sans consentement (mode exempté)",
            "this visit carries an e-mail address; the shop measures its audience without consent (exempt mode)",
        ),
        VisitFault::Customer => say(
            "cette visite désigne un client ; la boutique mesure son audience sans consentement (mode exempté)",
            "this visit names a customer; the shop measures its audience without consent (exempt mode)",
        ),
        VisitFault::Order => say(
            "cette visite porte un numéro de commande ; la boutique mesure son audience sans consentement (mode exempté)",
            "this visit carries an order’s number; the shop measures its audience without consent (exempt mode)",
        ),
        VisitFault::Address => say(
            "cette visite porte une adresse IP de plus de deux octets ; la boutique mesure son audience sans consentement (mode exempté)",
            "this visit carries more than two bytes of an IP address; the shop measures its audience without consent (exempt mode)",
        ),
    };
    let remedy = match fault {
        VisitFault::Order => say(
            "envoyez `\"ordered\": true` sans le numéro, ou passez la boutique en mode avec consentement si vos visiteurs ont consenti",
            "send \"ordered\": true without the number, or set the shop to consented if its visitors did consent",
        ),
        VisitFault::Address => say(
            "tronquez l’adresse avant l’envoi (192.0.0.0), ou ne l’envoyez pas",
            "cut the address before you send it (192.0.0.0), or leave it out",
        ),
        VisitFault::Email | VisitFault::Customer => say(
            "retirez ce champ, ou passez la boutique en mode avec consentement si vos visiteurs ont consenti",
            "leave the field out, or set the shop to consented if its visitors did consent",
        ),
    };
    Err((field, Fault::of_visit(fault, reason, remedy)))
}

/// The first two bytes of an IPv4 address (192.0.2.7 becomes 192.0.0.0), as the CNIL has asked since
/// its recommendation of 5 December 2013; of an IPv6 address, for which the CNIL says nothing so
/// exact, the first 32 of its 128 bits: the part that an operator holds. `None` when it is no address.
pub fn cut(text: &str) -> Option<String> {
    Some(match text.trim().parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            format!("{first}.{second}.0.0")
        }
        IpAddr::V6(address) => {
            if let Some(inner) = address.to_ipv4_mapped() {
                return cut(&inner.to_string());
            }
            let [first, second, ..] = address.segments();
            std::net::Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0).to_string()
        }
    })
}

/// Whether a text holds an e-mail address, also written as part of an address of a page.
pub fn names_somebody(text: &str) -> bool {
    let local = |c: char| c.is_alphanumeric() || "._+-".contains(c);
    let host = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let text = text.replace("%40", "@");
    text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(local);
        let after: String = text[at + 1..].chars().take_while(|c| host(*c)).collect();
        let end = after.trim_end_matches('.').rsplit_once('.');
        let domain = end.is_some_and(|(name, end)| {
            !name.is_empty() && end.len() >= 2 && end.chars().all(char::is_alphabetic)
        });
        before && domain
    })
}

/// An identifier that holds no e-mail address, in whatever mode: visits have no place for one.
pub(crate) fn unnamed_id(id: String) -> String {
    if names_somebody(&id) { pseudonym(&["visit", &id]) } else { id }
}

/// A text of a visit, unless it names somebody.
pub(crate) fn unnamed(text: Option<String>) -> Option<String> {
    text.filter(|text| !names_somebody(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_addresses_keep_their_first_two_bytes() {
        for (whole, kept) in [
            ("192.0.2.7", "192.0.0.0"),
            ("10.20.30.40", "10.20.0.0"),
            ("2001:db8:1:2::7", "2001:db8::"),
            ("::ffff:192.0.2.7", "192.0.0.0"),
        ] {
            assert_eq!(cut(whole).as_deref(), Some(kept));
            assert_eq!(cut(kept).as_deref(), Some(kept), "cut once is cut");
        }
        assert_eq!(cut("nowhere"), None);
    }

    #[test]
    fn s109_an_address_is_found_wherever_it_stands() {
        for text in [
            "zoe@exemple.fr",
            "https://x.fr/?email=zoe%40exemple.fr&a=1",
            "campagne de zoé+noel@exemple.co.uk.",
        ] {
            assert!(names_somebody(text), "{text}");
        }
        for text in ["", "https://x.fr/@boutique", "prix @ 12.50", "a@b", "x@1.2"] {
            assert!(!names_somebody(text), "{text}");
        }
    }

    #[test]
    fn s109_exempt_refuses_what_consented_lets_in() {
        let mut carried = Carried::default();
        assert_eq!(refused(VisitMode::Exempt, &carried), None);
        carried.address("ip", "192.0.0.0");
        assert_eq!(refused(VisitMode::Exempt, &carried), None, "cut addresses may come in");
        carried.address("ip", "192.0.2.7");
        carried.add(VisitFault::Order, "order");
        carried.text("campaign", "pour zoe@exemple.fr");
        assert_eq!(refused(VisitMode::Exempt, &carried), Some((VisitFault::Email, "campaign")));
        assert_eq!(refused(VisitMode::Consented, &carried), None);
        let (field, fault) = admit(VisitMode::Exempt, &carried).expect_err("refused");
        let told = fault.at(crate::Language::Fr, 3, field, "zoe@exemple.fr");
        assert_eq!((told.line, told.visit), (3, Some(VisitFault::Email)));
        assert_eq!(told.value, "", "it is not written down elsewhere");
    }
}
