//! The members of one JSON object, taken by name; what was not taken is an error that names the
//! nearest field. Numbers are read from their digits, so money never passes through a float.

use std::collections::BTreeMap;

use comptoir_model::{Currency, TaxRate};
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::canonical::{Context, Fault, believable, country, moment, number};
use crate::file::{DateOrder, Decimal};
use crate::words::{Text, say};

/// The path of a field (`order.lines[2].sku`) and what is wrong with it.
pub(super) type Wrong = (String, Fault);

pub(super) struct Fields<'a> {
    path: String,
    members: BTreeMap<String, &'a RawValue>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn read(raw: &'a RawValue, path: &str) -> Result<Self, Wrong> {
        let members: BTreeMap<String, &'a RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| {
                (
                    path.to_owned(),
                    Fault::new(
                        say("un objet JSON est attendu ici", "this must be a JSON object"),
                        say("écrivez `{\"champ\": valeur, …}`", "write {\"field\": value, …}"),
                    ),
                )
            })?;
        let members = members.into_iter().filter(|(_, value)| value.get() != "null").collect();
        Ok(Self { path: path.to_owned(), members, asked: Vec::new() })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A member as it is written; empty when it is missing. It can still be taken.
    pub(super) fn raw(&self, name: &str) -> &'a str {
        self.members.get(name).map_or("", |raw| raw.get())
    }

    /// Whether a member is there, whatever it is.
    pub(super) fn present(&mut self, name: &'static str) -> bool {
        self.take(name).is_some()
    }

    fn take(&mut self, name: &'static str) -> Option<&'a RawValue> {
        self.asked.push(name);
        self.members.remove(name)
    }

    pub(super) fn wrong<T>(&self, name: &str, reason: Text, remedy: Text) -> Result<T, Wrong> {
        Err((self.at(name), Fault::new(reason, remedy)))
    }

    pub(super) fn at(&self, name: &str) -> String {
        let name = crate::excerpt(name, 60);
        if self.path.is_empty() { name } else { format!("{}.{name}", self.path) }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, Wrong> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let Ok(text) = serde_json::from_str::<String>(raw.get()) else {
            // An identifier written as a number is what the platform's own API sends.
            if raw.get().bytes().all(|byte| byte.is_ascii_digit()) && raw.get().len() <= 40 {
                return Ok(Some(raw.get().to_owned()));
            }
            return self.wrong(
                name,
                say("un texte est attendu ici", "this must be a text"),
                say("mettez-le entre guillemets", "put it in quotation marks"),
            );
        };
        let clean: String =
            text.trim().chars().take(1000).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok(Some(clean).filter(|text| !text.is_empty()))
    }

    /// A text, left where it is.
    pub(super) fn peek_text(&self, name: &str) -> Option<String> {
        self.members.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok())
    }

    pub(super) fn identifier(&mut self, name: &'static str) -> Result<String, Wrong> {
        match self.text(name)? {
            Some(id) if id.len() <= 200 => Ok(id),
            Some(_) => self.wrong(
                name,
                say("l’identifiant dépasse 200 octets", "the identifier is longer than 200 bytes"),
                say(
                    "envoyez l’identifiant que donne la plateforme",
                    "send the platform's own identifier",
                ),
            ),
            None => self.wrong(
                name,
                say("l’enregistrement n’a pas d’identifiant", "the record has no identifier"),
                say(
                    "donnez-en un à chaque enregistrement, unique au sein de sa source",
                    "every record needs one, unique within its source",
                ),
            ),
        }
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Result<Vec<String>, Wrong> {
        let Some(raw) = self.take(name) else { return Ok(Vec::new()) };
        match serde_json::from_str::<Vec<String>>(raw.get()) {
            Ok(texts) => {
                Ok(texts.into_iter().map(|text| text.chars().take(1000).collect()).collect())
            }
            Err(_) => self.wrong(
                name,
                say("une liste de textes est attendue ici", "this must be a list of texts"),
                say("écrivez `[\"…\", \"…\"]`", "write [\"…\", \"…\"]"),
            ),
        }
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool, Wrong> {
        match self.take(name).map(RawValue::get) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => self.wrong(
                name,
                say("la valeur doit être true ou false", "this must be true or false"),
                say(
                    "écrivez true ou false, sans guillemets",
                    "write true or false, without quotation marks",
                ),
            ),
        }
    }

    pub(super) fn whole(&mut self, name: &'static str) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.digits(name)? else { return Ok(None) };
        number::whole(&text, Decimal::Point).map(Some).map_err(|fault| (self.at(name), fault))
    }

    /// A decimal number, exactly as written, in a text or as a JSON number without exponent.
    pub(super) fn digits(&mut self, name: &'static str) -> Result<Option<String>, Wrong> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let text =
            serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
        let plain = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        };
        if !plain(text.trim()) {
            return self.wrong(
                name,
                say("ce n’est pas un nombre décimal", "this is not a decimal number"),
                say(
                    "écrivez `\"12.50\"` : des chiffres, un point, pas d’exposant",
                    "write \"12.50\": digits, a point, no exponent",
                ),
            );
        }
        match number::plain(&text, Decimal::Point) {
            Ok(digits) => Ok(Some(digits.into_owned())),
            Err(fault) => Err((self.at(name), fault)),
        }
    }

    pub(super) fn money(
        &mut self,
        name: &'static str,
        currency: Currency,
    ) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.digits(name)? else { return Ok(None) };
        let amount = currency.parse(&text).map_err(|error| (self.at(name), Fault::from(error)))?;
        if amount < 0 {
            return self.wrong(
                name,
                say("un montant ne peut pas être négatif", "amounts are 0 or above"),
                say(
                    "écrivez les remises et les remboursements en montants positifs",
                    "write discounts and refunds as positive amounts",
                ),
            );
        }
        believable(amount).map(Some).map_err(|fault| (self.at(name), fault))
    }

    pub(super) fn rate(&mut self, name: &'static str) -> Result<Option<TaxRate>, Wrong> {
        let Some(text) = self.digits(name)? else { return Ok(None) };
        match TaxRate::parse(&text) {
            Some(rate) => Ok(Some(rate)),
            None => self.wrong(
                name,
                say("ce n’est pas un taux de taxe", "this is no tax rate"),
                say(
                    "écrivez un pourcentage, par exemple `\"20\"` ou `\"5.5\"`",
                    "write a percentage, for example \"20\" or \"5.5\"",
                ),
            ),
        }
    }

    pub(super) fn moment(
        &mut self,
        name: &'static str,
        context: &Context,
    ) -> Result<Option<Timestamp>, Wrong> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        moment::parse(&text, DateOrder::Ymd, context)
            .map(Some)
            .map_err(|fault| (self.at(name), fault))
    }

    pub(super) fn country(&mut self, name: &'static str) -> Result<Option<String>, Wrong> {
        Ok(self.text(name)?.and_then(|text| country::code(&text)).map(str::to_owned))
    }

    pub(super) fn currency(&mut self, default: Currency) -> Result<Currency, Wrong> {
        match self.text("currency")? {
            None => Ok(default),
            Some(code) => code.parse().map_err(|error: comptoir_model::MoneyError| {
                (self.at("currency"), Fault::from(error))
            }),
        }
    }

    pub(super) fn object(&mut self, name: &'static str) -> Result<Option<Self>, Wrong> {
        let path = self.at(name);
        self.take(name).map(|raw| Self::read(raw, &path)).transpose()
    }

    pub(super) fn list(&mut self, name: &'static str) -> Result<Vec<&'a RawValue>, Wrong> {
        let Some(raw) = self.take(name) else { return Ok(Vec::new()) };
        match serde_json::from_str(raw.get()) {
            Ok(items) => Ok(items),
            Err(_) => self.wrong(
                name,
                say("une liste est attendue ici", "this must be a list"),
                say("écrivez [ … ]", "write [ … ]"),
            ),
        }
    }

    pub(super) fn objects(&mut self, name: &'static str) -> Result<Vec<Self>, Wrong> {
        let path = self.at(name);
        let items = self.list(name)?;
        items
            .into_iter()
            .enumerate()
            .map(|(index, raw)| Self::read(raw, &format!("{path}[{}]", index + 1)))
            .collect()
    }

    /// Refuses what nobody asked for.
    pub(super) fn finish(self) -> Result<(), Wrong> {
        let Some(name) = self.members.keys().next() else { return Ok(()) };
        let nearest = crate::nearest(name, self.asked.iter().copied()).unwrap_or_default();
        self.wrong(
            name,
            say("ce champ n’existe pas ici", "there is no such field here"),
            say(
                format!("le champ le plus proche est « {nearest} »"),
                format!("the nearest field is “{nearest}”"),
            ),
        )
    }
}
