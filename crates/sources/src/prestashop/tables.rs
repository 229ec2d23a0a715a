//! What orders refer to by number: states, currencies, countries, carriers, categories, tax rates,
//! and the shop's settings. Read once for a connection; all of it can be done without.

use std::collections::BTreeMap;

use comptoir_model::{Class, Currency, TaxRate};
use jiff::tz::TimeZone;

use super::webservice::{Row, Webservice};
use crate::failure::Failure;
use crate::wire::{Object, text_of};

const SETTINGS: &[&str] = &[
    "PS_SHOP_NAME",
    "PS_TIMEZONE",
    "PS_VERSION_DB",
    "PS_CURRENCY_DEFAULT",
    "PS_LANG_DEFAULT",
    "PS_OS_CANCELED",
    "PS_OS_REFUND",
    "PS_OS_ERROR",
    "PS_OS_DELIVERED",
];

/// A step of an order, with the flags that say what it means.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) name: Option<String>,
    paid: bool,
    shipped: bool,
    /// The name of its e-mail, which stays when a shop renumbers its states.
    template: String,
}

#[derive(Debug, Default)]
pub(super) struct Tables {
    settings: BTreeMap<String, String>,
    pub(super) currencies: BTreeMap<String, Currency>,
    states: BTreeMap<String, State>,
    pub(super) countries: BTreeMap<String, String>,
    pub(super) carriers: BTreeMap<String, String>,
    pub(super) categories: BTreeMap<String, String>,
    pub(super) rates: Vec<TaxRate>,
}

impl Tables {
    /// The shop's settings and its currencies: all that is needed to know which shop it is.
    pub(super) fn facts(web: &mut Webservice) -> Result<Self, Failure> {
        let mut tables = Self::default();
        let asked = [
            ("display", "[name,value]".to_owned()),
            ("filter[name]", format!("[{}]", SETTINGS.join("|"))),
        ];
        for row in web.optional("configurations", &asked)?.unwrap_or_default() {
            let Ok(object) = Object::read(&row, "") else { continue };
            let (Some(name), Some(value)) = (object.text("name"), object.text("value")) else {
                continue;
            };
            if SETTINGS.contains(&name.as_str()) {
                tables.settings.entry(name).or_insert(value);
            }
        }
        let asked = [("display", "[id,iso_code]".to_owned())];
        for (id, code) in named(web.optional("currencies", &asked)?, "iso_code", None) {
            if let Ok(currency) = code.parse() {
                tables.currencies.insert(id, currency);
            }
        }
        Ok(tables)
    }

    pub(super) fn load(web: &mut Webservice) -> Result<Self, Failure> {
        let mut tables = Self::facts(web)?;
        let language = tables.setting("PS_LANG_DEFAULT").map(str::to_owned);
        let language = language.as_deref();
        let full = [("display", "full".to_owned())];
        for row in web.optional("order_states", &full)?.unwrap_or_default() {
            let Ok(object) = Object::read(&row, "") else { continue };
            let Ok(id) = object.identifier("id") else { continue };
            let state = State {
                name: words(&object, "name", language),
                paid: object.flag("paid"),
                shipped: object.flag("shipped"),
                template: words(&object, "template", language).unwrap_or_default(),
            };
            tables.states.insert(id, state);
        }
        let iso = [("display", "[id,iso_code]".to_owned())];
        tables.countries = named(web.optional("countries", &iso)?, "iso_code", None);
        for code in tables.countries.values_mut() {
            code.make_ascii_uppercase();
        }
        tables.countries.retain(|_, code| code.len() == 2);
        let name = [("display", "[id,name]".to_owned())];
        // A carrier named 0 has the shop's own name.
        tables.carriers = named(web.optional("carriers", &name)?, "name", language);
        tables.carriers.retain(|_, name| name != "0");
        tables.categories = named(web.optional("categories", &name)?, "name", language);
        let rate = [("display", "[id,rate]".to_owned())];
        let rates = named(web.optional("taxes", &rate)?, "rate", None);
        tables.rates = rates.values().filter_map(|rate| percent(rate)).collect();
        Ok(tables)
    }

    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// The zone the shop writes its stamps in.
    pub(super) fn zone(&self) -> Option<TimeZone> {
        self.setting("PS_TIMEZONE").and_then(|name| TimeZone::get(name).ok())
    }

    pub(super) fn default_currency(&self) -> Option<Currency> {
        self.currencies.get(self.setting("PS_CURRENCY_DEFAULT")?).copied()
    }

    /// The name of a state, else its number.
    pub(super) fn state_name(&self, id: &str) -> String {
        self.states.get(id).and_then(|state| state.name.clone()).unwrap_or_else(|| id.to_owned())
    }

    /// Whether orders in this state have left the shop.
    pub(super) fn is_shipped(&self, id: &str) -> bool {
        self.setting("PS_OS_DELIVERED") == Some(id)
            || self.states.get(id).is_some_and(|state| state.shipped)
    }

    /// What a state means. Numbers can be changed, so flags decide: `valid` is the state's own word for
    /// whether its orders count.
    pub(super) fn class(&self, id: &str, valid: bool) -> Class {
        let state = self.states.get(id);
        if valid {
            return if self.is_shipped(id) { Class::Fulfilled } else { Class::Paid };
        }
        for (setting, template, fresh, class) in [
            ("PS_OS_CANCELED", "order_canceled", "6", Class::Cancelled),
            ("PS_OS_REFUND", "refund", "7", Class::Refunded),
            ("PS_OS_ERROR", "payment_error", "8", Class::Failed),
        ] {
            let named = state.is_some_and(|state| state.template == template);
            let numbered = match (self.setting(setting), state) {
                (Some(number), _) => number == id,
                (None, Some(_)) => false,
                // Neither settings nor states may be read: the numbers of a fresh shop.
                (None, None) => fresh == id,
            };
            if named || numbered {
                return class;
            }
        }
        if state.is_some_and(|state| state.paid) { Class::OnHold } else { Class::Pending }
    }
}

/// A rate as the webservice writes it: `20.000`, `5.500000`.
pub(super) fn percent(text: &str) -> Option<TaxRate> {
    let short = if text.contains('.') { text.trim_end_matches('0') } else { text };
    TaxRate::parse(short.trim_end_matches('.'))
}

/// One text of each record by its id.
fn named(rows: Option<Vec<Row>>, field: &str, language: Option<&str>) -> BTreeMap<String, String> {
    let rows = rows.unwrap_or_default();
    rows.iter()
        .filter_map(|row| {
            let object = Object::read(row, "").ok()?;
            Some((object.identifier("id").ok()?, words(&object, field, language)?))
        })
        .collect()
}

/// A text that may be written once for each language: that of the shop, else the first.
pub(super) fn words(object: &Object<'_>, name: &str, language: Option<&str>) -> Option<String> {
    if let Some(text) = object.text(name) {
        return Some(text);
    }
    let all = object.objects(name).ok()?;
    let wanted = all.iter().find(|text| text.text("id").as_deref() == language);
    let own = wanted.and_then(|text| text.text("value"));
    own.or_else(|| all.iter().find_map(|text| text.raw("value").and_then(text_of)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(states: &[(&str, State)], settings: &[(&str, &str)]) -> Tables {
        Tables {
            states: states.iter().map(|(id, state)| ((*id).to_owned(), state.clone())).collect(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Tables::default()
        }
    }

    #[test]
    fn flags_and_settings_decide_not_the_numbers_of_a_fresh_shop() {
        let sent = State { shipped: true, paid: true, ..State::default() };
        let waits = State::default();
        let backorder = State { paid: true, ..State::default() };
        let given_back = State { template: "refund".to_owned(), ..State::default() };
        let tables = tables(
            &[("6", waits), ("27", sent), ("31", backorder), ("32", given_back)],
            &[("PS_OS_CANCELED", "40"), ("PS_OS_REFUND", "41")],
        );
        for (id, valid, class) in [
            ("6", false, Class::Pending),
            ("6", true, Class::Paid),
            ("27", true, Class::Fulfilled),
            ("31", false, Class::OnHold),
            ("32", false, Class::Refunded),
            ("40", false, Class::Cancelled),
            ("41", false, Class::Refunded),
        ] {
            assert_eq!(tables.class(id, valid), class, "{id} {valid}");
        }
    }

    #[test]
    fn without_states_and_settings_the_numbers_of_a_fresh_shop_hold() {
        let tables = tables(&[], &[]);
        for (id, valid, class) in [
            ("1", false, Class::Pending),
            ("2", true, Class::Paid),
            ("6", false, Class::Cancelled),
            ("7", false, Class::Refunded),
            ("8", false, Class::Failed),
        ] {
            assert_eq!(tables.class(id, valid), class, "{id}");
        }
        assert_eq!(tables.state_name("9"), "9");
    }
}
