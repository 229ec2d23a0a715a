//! Records as platforms send them in JSON: members are taken by name, what nobody asks for is left.
//!
//! Numbers keep the digits they are written with, so money never passes through a float. Platforms
//! disagree on how they say nothing (`null`, `""`, `"0000-00-00 00:00:00"`, `[]`): it is `None` here.

use std::collections::BTreeMap;

use comptoir_model::Currency;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::canonical::{believable, number};
use crate::file::Decimal;
use crate::words::{Fault, Text, say};

/// The path of a field (`line_items[2].total`) and what is wrong with it.
pub(crate) type Wrong = (String, Fault);

/// Local days are known from 1970 to 2100: a record outside of them could not be counted.
const FIRST: i64 = 0;
const LAST: i64 = 4_102_444_800;

/// The longest text that is kept of a field.
const MAX_TEXT: usize = 1000;

/// A record that was not understood. The rest of its page comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Refused {
    /// What it is: `order`, `refund`, `product`, `customer`, `cart`.
    pub kind: String,
    /// The platform's identifier, empty when that is what is missing.
    pub id: String,
    pub field: String,
    /// What stood there, cut at 200 characters.
    pub value: String,
    pub reason: Text,
    pub remedy: Text,
}

impl Refused {
    pub(crate) fn new(kind: &str, id: &str, (field, fault): Wrong, value: &str) -> Self {
        let (reason, remedy) = fault.into_parts();
        Self {
            kind: kind.to_owned(),
            id: crate::excerpt(id, 200),
            field,
            value: crate::excerpt(value, 200),
            reason,
            remedy,
        }
    }
}

/// The members of one JSON object.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    path: String,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// Reads the text of one object.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Wrong> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
            let fault = Fault::new(
                say(
                    format!(
                        "ce n’est pas du JSON valide (ligne {}, colonne {})",
                        error.line(),
                        error.column()
                    ),
                    format!("this is not valid JSON: {error}"),
                ),
                say("vérifiez ce que répond cette adresse", "check what this address answers"),
            );
            (String::new(), fault)
        })?;
        Self::read(raw, "")
    }

    pub(crate) fn read(raw: &'a RawValue, path: &str) -> Result<Self, Wrong> {
        let members = serde_json::from_str(raw.get()).map_err(|_| {
            let fault = Fault::new(
                say("un objet JSON est attendu ici", "a JSON object belongs here"),
                say("vérifiez la version de la plateforme", "check the version of the platform"),
            );
            (path.to_owned(), fault)
        })?;
        Ok(Self { path: path.to_owned(), members })
    }

    /// Where a member stands, for a message.
    pub(crate) fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub(crate) fn wrong<T>(&self, name: &str, reason: Text, remedy: Text) -> Result<T, Wrong> {
        Err((self.at(name), Fault::new(reason, remedy)))
    }

    /// A member as it is written; `None` when it is missing or null.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.members.get(name).copied().filter(|raw| raw.get() != "null")
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// A text, or a number as it is written; trimmed, without controls, `None` when nothing is left.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text_of(self.raw(name)?)
    }

    /// The identifier every record has: a text or a number, at most 200 bytes; never 0.
    pub(crate) fn identifier(&self, name: &str) -> Result<String, Wrong> {
        match self.text(name).filter(|id| id != "0") {
            Some(id) if id.len() <= 200 => Ok(id),
            Some(_) => self.wrong(
                name,
                say("l’identifiant dépasse 200 octets", "the identifier is longer than 200 bytes"),
                say("corrigez-le sur la plateforme", "correct it on the platform"),
            ),
            None => self.wrong(
                name,
                say("l’enregistrement n’a pas d’identifiant", "the record has no identifier"),
                say("corrigez-le sur la plateforme", "correct it on the platform"),
            ),
        }
    }

    /// A reference to another record; platforms write 0 for none.
    pub(crate) fn reference(&self, name: &str) -> Option<String> {
        self.text(name).filter(|id| id != "0" && id.len() <= 200)
    }

    /// `true`, `1`, `"1"`, `"true"`, `"yes"`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| matches!(text.as_str(), "true" | "1" | "yes"))
    }

    /// A decimal number, exactly as written.
    pub(crate) fn digits(&self, name: &str) -> Result<Option<String>, Wrong> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match number::plain(&text, Decimal::Point) {
            Ok(digits) => Ok(Some(digits.into_owned())),
            Err(fault) => Err((self.at(name), fault)),
        }
    }

    pub(crate) fn whole(&self, name: &str) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.digits(name)? else { return Ok(None) };
        number::whole(&text, Decimal::Point).map(Some).map_err(|fault| (self.at(name), fault))
    }

    /// An amount in major units, of either sign, as minor units (more decimals are rounded half-even).
    pub(crate) fn money(&self, name: &str, currency: Currency) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.digits(name)? else { return Ok(None) };
        let amount = currency.parse(&text).map_err(|error| (self.at(name), Fault::from(error)))?;
        believable(amount).map(Some).map_err(|fault| (self.at(name), fault))
    }

    /// An instant: with an offset as it stands, without one in `zone`.
    pub(crate) fn instant(&self, name: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Wrong> {
        let Some(text) = self.text(name).filter(|text| !text.starts_with("0000-00-00")) else {
            return Ok(None);
        };
        let read = text.parse::<Timestamp>().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            zone.to_timestamp(civil).ok()
        });
        match read {
            Some(instant) if (FIRST..LAST).contains(&instant.as_second()) => Ok(Some(instant)),
            Some(_) => self.wrong(
                name,
                say(
                    "date invraisemblable\u{a0}: avant 1970 ou après 2099",
                    "absurd date: before 1970 or after 2099",
                ),
                say("corrigez-la sur la plateforme", "correct it on the platform"),
            ),
            None => {
                let shown = crate::excerpt(&text, 40);
                self.wrong(
                    name,
                    say(
                        format!("«\u{a0}{shown}\u{a0}» n’est pas une date"),
                        format!("“{shown}” is not a date"),
                    ),
                    say("corrigez-la sur la plateforme", "correct it on the platform"),
                )
            }
        }
    }

    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Wrong> {
        // PHP writes an empty object as an empty list.
        let Some(raw) = self.raw(name).filter(|raw| raw.get() != "[]") else { return Ok(None) };
        Self::read(raw, &self.at(name)).map(Some)
    }

    pub(crate) fn list(&self, name: &str) -> Result<Vec<&'a RawValue>, Wrong> {
        let Some(raw) = self.raw(name).filter(|raw| !matches!(raw.get(), "\"\"" | "{}")) else {
            return Ok(Vec::new());
        };
        match serde_json::from_str(raw.get()) {
            Ok(items) => Ok(items),
            Err(_) => self.wrong(
                name,
                say("une liste est attendue ici", "a list belongs here"),
                say("vérifiez la version de la plateforme", "check the version of the platform"),
            ),
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Wrong> {
        Ok(self.list(name)?.into_iter().filter_map(text_of).collect())
    }

    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, Wrong> {
        let path = self.at(name);
        let items = self.list(name)?.into_iter().enumerate();
        items.map(|(index, raw)| Self::read(raw, &format!("{path}[{}]", index + 1))).collect()
    }
}

/// A scalar as text; `None` for objects, lists and nothing.
pub(crate) fn text_of(raw: &RawValue) -> Option<String> {
    let written = raw.get();
    let text = match written.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(written).ok()?,
        b'{' | b'[' => return None,
        _ if written == "null" => return None,
        _ => written.to_owned(),
    };
    let clean: String =
        text.trim().chars().take(MAX_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(clean).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_in_many_ways_and_money_keeps_its_digits() {
        let object = Object::parse(
            r#"{"a": "", "b": null, "c": "0000-00-00 00:00:00", "d": 14.575, "e": "-11.25",
                "f": [], "g": 0, "h": "2026-11-21T18:57:46", "i": {"x": [{"y": 1e3}]}}"#,
        )
        .expect("an object");
        let eur = Currency::EUR;
        assert_eq!((object.text("a"), object.text("b"), object.text("z")), (None, None, None));
        assert_eq!(object.instant("c", &TimeZone::UTC).expect("nothing"), None);
        assert_eq!(object.money("d", eur).expect("half-even"), Some(1458));
        assert_eq!(object.money("e", eur).expect("negative"), Some(-1125));
        assert!(object.object("f").expect("empty").is_none());
        assert_eq!(object.reference("g"), None);
        let paris = TimeZone::get("Europe/Paris").expect("a zone");
        let local = object.instant("h", &paris).expect("a date").expect("one");
        assert_eq!(local.to_string(), "2026-11-21T17:57:46Z");
        let absurd =
            Object::parse(r#"{"old": "0001-11-30T00:00:00", "new": "2100-01-01T00:00:00"}"#);
        let absurd = absurd.expect("an object");
        for name in ["old", "new"] {
            assert_eq!(absurd.instant(name, &TimeZone::UTC).expect_err("absurd").0, name);
        }
        let inner = object.object("i").expect("an object").expect("one");
        let (field, _) = inner.objects("x").expect("a list")[0].money("y", eur).expect_err("bad");
        assert_eq!(field, "i.x[1].y");
    }
}
