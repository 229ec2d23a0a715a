//! Connecting a shop: the platform is asked first, and tells what the person need not type.

use std::collections::BTreeMap;

use comptoir_model::{Currency, Shop};
use comptoir_sources::connector::{Access, Connector, Facts};
use comptoir_sources::http::{address, leads_inside};
use comptoir_sources::words::Text;
use comptoir_sources::{Failure, Language, PLATFORMS, Platform};
use comptoir_store::connections::{self, DEFAULT_MINUTES, MINUTES};
use comptoir_store::{NewConnection, Store, StoreError, StoredShop, shops};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Engine;
use crate::audit::{self, Action};
use crate::settings::timezone;

/// What a person asks for.
#[derive(Clone, Serialize, Deserialize)]
pub struct Asked {
    pub platform: String,
    /// Slug of the shop.
    pub shop: String,
    /// Create the shop if it is not there.
    pub create: Option<NewShop>,
    pub url: String,
    /// The form's fields by their names.
    pub credentials: BTreeMap<String, String>,
    /// Between two runs; the usual when left out.
    pub minutes: Option<i64>,
}

/// Secrets never reach a log.
impl std::fmt::Debug for Asked {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Asked").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Settings of a new shop; what is left out is what the platform says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewShop {
    pub name: Option<String>,
    pub currency: Option<String>,
    pub timezone: Option<String>,
}

/// A shop that is connected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Added {
    /// The connection's number.
    pub source: i64,
    /// The shop as it is now.
    pub shop: Shop,
    pub platform: String,
    /// It was connected already: its address and credentials are the new ones now.
    pub known: bool,
    pub facts: Facts,
}

/// Why a shop was not connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `field`, `platform`, `shop`, or the kind of the platform's failure.
    pub kind: String,
    /// The field of the form at fault, when it is one.
    pub field: Option<String>,
    pub reason: Text,
    pub remedy: Text,
}

impl Refusal {
    fn new(kind: &str, field: Option<&str>, reason: Text, remedy: Text) -> Box<Self> {
        Box::new(Self { kind: kind.to_owned(), field: field.map(str::to_owned), reason, remedy })
    }

    /// As the command line prints it.
    pub fn shown(&self, language: Language) -> Value {
        json!({
            "kind": self.kind,
            "field": self.field,
            "reason": self.reason.clone().in_words(language),
            "remedy": self.remedy.clone().in_words(language),
        })
    }
}

impl From<Failure> for Box<Refusal> {
    fn from(failure: Failure) -> Self {
        let kind = serde_json::to_value(failure.kind).ok();
        let kind = kind.as_ref().and_then(Value::as_str).unwrap_or("failed");
        Refusal::new(kind, None, failure.reason, failure.remedy)
    }
}

impl From<StoreError> for Box<Refusal> {
    fn from(error: StoreError) -> Self {
        // The store's errors say in one sentence what happened and what to do.
        let told = error.to_string();
        let (reason, remedy) = told.split_once("; ").unwrap_or((&told, "check it and try again"));
        Refusal::new("shop", None, both(reason, reason), both(remedy, remedy))
    }
}

/// [`add`] for the command line, which leaves a line in the audit log.
pub fn add_by_shell(
    store: &Store,
    sync: &Engine,
    asked: Asked,
) -> Result<Result<Added, Box<Refusal>>, StoreError> {
    let added = add(store, sync, asked);
    if let Ok(added) = &added {
        let action = if added.known { Action::ConnectionChanged } else { Action::ConnectionAdded };
        let detail = serde_json::json!({ "connection": added.source, "platform": added.platform });
        audit::by_shell(store, action, Some(&added.shop.slug), &detail)?;
    }
    Ok(added)
}

/// Checks a shop and connects it; its first reading is due at once. A shop that is connected to the
/// same address already gets the new credentials.
pub fn add(store: &Store, sync: &Engine, asked: Asked) -> Result<Added, Box<Refusal>> {
    let platform = known_platform(sync, &asked.platform)?;
    check_fields(platform, &asked)?;
    let minutes = asked.minutes.unwrap_or(DEFAULT_MINUTES);
    if !MINUTES.contains(&minutes) {
        return Err(Refusal::new(
            "field",
            Some("minutes"),
            both(
                &format!("{minutes}\u{a0}minutes n’est pas un intervalle possible"),
                &format!("{minutes} minutes is no possible interval"),
            ),
            both("choisissez de 1 à 60\u{a0}minutes", "choose from 1 to 60 minutes"),
        ));
    }
    let snapshot = store.read()?;
    let stored = shops::list(&snapshot)?.into_iter().find(|known| known.shop.slug == asked.shop);
    let connected = connections::list(&snapshot)?
        .into_iter()
        .find(|known| known.shop == asked.shop && known.platform == platform.id);
    drop(snapshot);
    check_shop(stored.as_ref(), &asked)?;
    let mut url = address(&asked.url)?;
    // An address is shown again; a key that was pasted with it is not.
    url.set_query(None);
    let private = leads_inside(&url);
    let url = url.as_str().trim_end_matches('/').to_owned();
    let mut connector = connect(sync, platform, &url, &asked, private)?;
    let facts = connector.check()?;
    let now = sync.now();
    let shop = shop_of(stored.as_ref(), platform, &asked, &facts)?;
    if asked.create.is_some() {
        store.create_shop(shop.clone(), now)?;
    }
    let (source, known) = match connected {
        Some(known) if same_address(&known.url, &url) => {
            store.reconnect(known.id, url, &asked.credentials, private, now)?;
            (known.id, true)
        }
        _ => {
            let new = NewConnection {
                shop: asked.shop,
                platform: platform.id.to_owned(),
                url,
                credentials: asked.credentials,
                private,
                minutes,
                facts: serde_json::to_string(&facts).unwrap_or_default(),
            };
            (store.add_connection(new, now)?, false)
        }
    };
    if known && asked.minutes.is_some() {
        store.set_connection_minutes(source, minutes, now)?;
    }
    sync.wake();
    Ok(Added { source, shop, platform: platform.id.to_owned(), known, facts })
}

/// Asks the platform of a connection who it is.
pub fn test(store: &Store, sync: &Engine, id: i64) -> Result<Facts, Box<Refusal>> {
    let known = connections::one(&store.read()?, id)?.ok_or(StoreError::UnknownConnection(id))?;
    let platform = known_platform(sync, &known.platform)?;
    let opened = store.connection_access(id)?;
    let mut connector = (platform.connect)(Access {
        url: opened.url,
        credentials: opened.credentials,
        private: opened.private,
        pace: sync.pace,
    })?;
    Ok(connector.check()?)
}

fn connect(
    sync: &Engine,
    platform: &Platform,
    url: &str,
    asked: &Asked,
    private: bool,
) -> Result<Box<dyn Connector>, Failure> {
    (platform.connect)(Access {
        url: url.to_owned(),
        credentials: asked.credentials.clone(),
        private,
        pace: sync.pace,
    })
}

fn known_platform(sync: &Engine, id: &str) -> Result<&'static Platform, Box<Refusal>> {
    (sync.find)(id).ok_or_else(|| {
        let shown: String = id.chars().filter(|c| !c.is_control()).take(40).collect();
        let known: Vec<&str> = PLATFORMS.iter().map(|platform| platform.id).collect();
        Refusal::new(
            "platform",
            Some("platform"),
            both(
                &format!("aucune plateforme ne s’appelle «\u{a0}{shown}\u{a0}»"),
                &format!("no platform is called “{shown}”"),
            ),
            both(
                &format!("choisissez parmi {}", known.join(", ")),
                &format!("use one of {}", known.join(", ")),
            ),
        )
    })
}

/// Each field is one of the platform's, and those it needs are there.
fn check_fields(platform: &Platform, asked: &Asked) -> Result<(), Box<Refusal>> {
    let named = |language: Language| {
        let fields = platform.fields.iter().map(|field| match language {
            Language::Fr => format!("{} ({})", field.name, field.label.fr),
            Language::En => format!("{} ({})", field.name, field.label.en),
        });
        fields.collect::<Vec<_>>().join(", ")
    };
    let remedy = both(
        &format!("{} demande\u{a0}: {}", platform.name, named(Language::Fr)),
        &format!("{} asks for: {}", platform.name, named(Language::En)),
    );
    for name in asked.credentials.keys() {
        if !platform.fields.iter().any(|field| field.name == name) {
            return Err(Refusal::new(
                "field",
                Some(name),
                both(
                    &format!("{} n’a pas de champ «\u{a0}{name}\u{a0}»", platform.name),
                    &format!("{} has no field “{name}”", platform.name),
                ),
                remedy,
            ));
        }
    }
    for field in platform.fields.iter().filter(|field| field.required) {
        let given = match field.name {
            "url" => &asked.url,
            name => asked.credentials.get(name).map_or("", String::as_str),
        };
        if given.trim().is_empty() {
            return Err(Refusal::new(
                "field",
                Some(field.name),
                both(
                    &format!("il manque «\u{a0}{}\u{a0}» ({})", field.label.fr, field.name),
                    &format!("“{}” is missing ({})", field.label.en, field.name),
                ),
                remedy,
            ));
        }
    }
    Ok(())
}

/// What can be said of the shop before the platform is asked.
fn check_shop(stored: Option<&StoredShop>, asked: &Asked) -> Result<(), Box<Refusal>> {
    if stored.is_none() && asked.create.is_none() {
        return Err(Refusal::new(
            "shop",
            Some("shop"),
            both(
                &format!("aucune boutique ne s’appelle «\u{a0}{}\u{a0}»", asked.shop),
                &format!("no shop is called “{}”", asked.shop),
            ),
            both("ajoutez --create pour la créer", "add --create to create it"),
        ));
    }
    if !Shop::is_slug(&asked.shop) {
        return Err(Refusal::new(
            "shop",
            Some("shop"),
            both(
                &format!("«\u{a0}{}\u{a0}» ne peut pas nommer une boutique", asked.shop),
                &format!("“{}” cannot name a shop", asked.shop),
            ),
            both(
                "utilisez 1 à 40 caractères parmi a-z, 0-9 et -, par exemple ma-boutique",
                "use 1 to 40 of the characters a-z, 0-9 and -, for example my-shop",
            ),
        ));
    }
    Ok(())
}

/// The shop as it is, or as it is to be created: what was given wins over what the platform says.
fn shop_of(
    stored: Option<&StoredShop>,
    platform: &Platform,
    asked: &Asked,
    facts: &Facts,
) -> Result<Shop, Box<Refusal>> {
    let given = asked.create.clone().unwrap_or_default();
    let is = stored.map(|stored| &stored.shop);
    let currency = match (&given.currency, is) {
        (Some(code), _) => code.trim().to_uppercase().parse::<Currency>().ok(),
        (None, Some(is)) => Some(is.currency),
        (None, None) => facts.currency,
    };
    let zone = match (&given.timezone, is) {
        (Some(name), _) => timezone(name),
        (None, Some(is)) => Some(is.timezone.clone()),
        (None, None) => facts.timezone.as_deref().and_then(timezone),
    };
    let name = given.name.filter(|name| !name.trim().is_empty());
    let name = name.or_else(|| is.map(|is| is.name.clone())).or_else(|| facts.name.clone());
    Ok(Shop {
        slug: asked.shop.clone(),
        name: name.unwrap_or_else(|| asked.shop.clone()),
        platform: is.map_or_else(|| platform.id.to_owned(), |is| is.platform.clone()),
        currency: currency.ok_or_else(|| untold("currency"))?,
        timezone: zone.ok_or_else(|| untold("timezone"))?,
    })
}

fn untold(field: &str) -> Box<Refusal> {
    let (reason, remedy) = if field == "currency" {
        (
            both(
                "la devise de la boutique n’est pas connue",
                "the currency of the shop is not known",
            ),
            both(
                "indiquez son code, par exemple --currency EUR",
                "give its code, for example --currency EUR",
            ),
        )
    } else {
        (
            both(
                "le fuseau horaire de la boutique n’est pas connu",
                "the time zone of the shop is not known",
            ),
            both(
                "indiquez-le, par exemple --timezone Europe/Paris",
                "give it, for example --timezone Europe/Paris",
            ),
        )
    };
    Refusal::new("field", Some(field), reason, remedy)
}

fn same_address(one: &str, other: &str) -> bool {
    match (address(one), address(other)) {
        (Ok(one), Ok(other)) => {
            one.host_str() == other.host_str()
                && one.port_or_known_default() == other.port_or_known_default()
                && one.path().trim_end_matches('/') == other.path().trim_end_matches('/')
        }
        _ => false,
    }
}

fn both(fr: &str, en: &str) -> Text {
    Text { fr: fr.to_owned(), en: en.to_owned() }
}
