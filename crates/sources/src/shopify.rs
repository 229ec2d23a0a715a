//! Shopify, through its Admin GraphQL API.
//!
//! Ids are the numbers of Shopify's own administration, so that files, webhooks and this API speak of
//! the same order. Amounts are those of the shop's currency, whatever the buyer paid in.

mod amount;
mod brought;
mod bulk;
mod catalogue;
mod check;
mod checkout;
mod document;
mod door;
mod hook;
mod order;
mod reader;
mod refund;
mod subscription;
mod token;
mod walk;

use std::collections::BTreeSet;

use comptoir_model::{Class, Product, Record, Version};
use jiff::Timestamp;

use self::bulk::File;
use self::door::Door;
use self::reader::Reader;
use crate::connector::{
    Access, Connector, Delivery, Facts, FormField, Hook, HookError, Page, Phase, Platform, Setting,
    Wanted,
};
use crate::failure::Failure;
use crate::http::{Pace, leads_inside};
use crate::words::{Label, say};

pub static PLATFORM: Platform = Platform {
    id: "shopify",
    name: "Shopify",
    minimum: "2025-10",
    proven: Label {
        fr: "chaque requête est validée par les schémas publiés de 2025-10 à 2026-10 ; aucun enregistrement d’une vraie boutique",
        en: "each query is validated by the published schemas from 2025-10 to 2026-10; no recording of a real shop",
    },
    fields: FIELDS,
    consecutive_numbers: true,
    profile: "shopify",
    statuses: STATUSES,
    brought: brought::BROUGHT,
    webhooks: true,
    connect,
};

const FIELDS: &[FormField] = &[
    FormField {
        name: "url",
        label: Label { fr: "Adresse de la boutique", en: "Address of the shop" },
        hint: Label { fr: "ma-boutique.myshopify.com", en: "my-shop.myshopify.com" },
        secret: false,
        required: true,
    },
    FormField {
        name: "token",
        label: Label { fr: "Jeton d’accès", en: "Access token" },
        hint: Label {
            fr: "shpat_… (à défaut, l’identifiant client et le secret)",
            en: "shpat_… (else the client id and the secret)",
        },
        secret: true,
        required: false,
    },
    FormField {
        name: "key",
        label: Label { fr: "Identifiant client", en: "Client id" },
        hint: Label { fr: "si vous n’avez pas de jeton", en: "if you have no token" },
        secret: false,
        required: false,
    },
    FormField {
        name: "secret",
        label: Label { fr: "Secret de l’application", en: "Secret of the app" },
        hint: Label {
            fr: "signe les webhooks, et obtient un jeton avec l’identifiant client",
            en: "signs webhooks, and gets a token together with the client id",
        },
        secret: true,
        required: false,
    },
];

/// How the order is paid; `/FULFILLED` once all of it is sent; `CANCELLED/` in front when it is.
const STATUSES: &[(&str, Class)] = &[
    ("PAID", Class::Paid),
    ("PARTIALLY_REFUNDED", Class::Paid),
    ("PAID/FULFILLED", Class::Fulfilled),
    ("PARTIALLY_REFUNDED/FULFILLED", Class::Fulfilled),
    ("REFUNDED", Class::Refunded),
    ("REFUNDED/FULFILLED", Class::Refunded),
    ("PENDING", Class::Pending),
    ("AUTHORIZED", Class::Pending),
    ("PARTIALLY_PAID", Class::Pending),
    ("PENDING/FULFILLED", Class::Pending),
    ("AUTHORIZED/FULFILLED", Class::Pending),
    ("PARTIALLY_PAID/FULFILLED", Class::Pending),
    ("VOIDED", Class::Cancelled),
    ("EXPIRED", Class::Cancelled),
    ("VOIDED/FULFILLED", Class::Cancelled),
    ("EXPIRED/FULFILLED", Class::Cancelled),
    ("CANCELLED/PAID", Class::Cancelled),
    ("CANCELLED/PARTIALLY_REFUNDED", Class::Cancelled),
    ("CANCELLED/REFUNDED", Class::Cancelled),
    ("CANCELLED/PENDING", Class::Cancelled),
    ("CANCELLED/AUTHORIZED", Class::Cancelled),
    ("CANCELLED/PARTIALLY_PAID", Class::Cancelled),
    ("CANCELLED/VOIDED", Class::Cancelled),
    ("CANCELLED/EXPIRED", Class::Cancelled),
    ("CANCELLED/NONE", Class::Cancelled),
];

#[expect(clippy::needless_pass_by_value, reason = "what every platform is connected with")]
fn connect(access: Access) -> Result<Box<dyn Connector>, Failure> {
    let door = Door::new(&access)?;
    // The file of a bulk operation may stand in a private network only if the shop does.
    let private = access.private && leads_inside(door.home());
    let beside = door.home().host_str().filter(|_| private).map(str::to_owned);
    let secret = access.credential("secret").to_owned();
    Ok(Box::new(Shopify {
        reader: Reader::new(door),
        pace: access.pace,
        beside,
        secret,
        file: None,
    }))
}

/// The number that Shopify gives its records, one higher than all before.
fn number_of(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}

impl Shopify {
    /// Without `read_all_orders`, an order older than 60 days is answered as if it were gone: the first
    /// order that is told then, `None` where all are. Asked only if one of the wanted is missing.
    fn told_from(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        seen: &[String],
    ) -> Result<Option<u64>, Failure> {
        let missing = |(wanted, last_seen): &(Wanted, Option<Timestamp>)| {
            wanted.kind == "order" && last_seen.is_some() && !seen.contains(&wanted.id)
        };
        if !wanted.iter().any(missing) {
            return Ok(None);
        }
        check::first_told(&mut self.reader.door)
    }
}

/// A connected shop.
struct Shopify {
    reader: Reader,
    pace: Pace,
    /// The shop's host, where it is in a private network.
    beside: Option<String>,
    /// What the app signs with.
    secret: String,
    /// The file of a bulk operation, as far as it is here.
    file: Option<File>,
}

impl Connector for Shopify {
    fn check(&mut self) -> Result<Facts, Failure> {
        check::check(&mut self.reader.door)
    }

    fn pull(&mut self, cursor: &str, setting: &Setting) -> Result<Page, Failure> {
        walk::pull(self, cursor, setting)
    }

    fn fetch(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure> {
        let ids = |kind: &str| -> Vec<String> {
            let of_kind = wanted.iter().filter(|(wanted, _)| wanted.kind == kind);
            let distinct: BTreeSet<&str> = of_kind.map(|(wanted, _)| wanted.id.as_str()).collect();
            distinct.into_iter().map(str::to_owned).collect()
        };
        let (orders, products) = (ids("order"), ids("product"));
        let mut brought = self.reader.orders_by_id(&orders)?;
        let mut found = None;
        let catalogue = self.reader.products_by_id(&products, setting).map(|(catalogue, known)| {
            found = Some(known);
            catalogue
        });
        let catalogue = walk::optional(catalogue, &say("les produits", "products"))?;
        let told = self.told_from(wanted, &brought.orders_seen)?;
        for (wanted, last_seen) in wanted {
            let Some(last_seen) = *last_seen else { continue };
            let is_told = told.is_none_or(|from| from <= number_of(&wanted.id));
            if wanted.kind == "order" && is_told && !brought.orders_seen.contains(&wanted.id) {
                brought.records.push(reader::tombstone(&wanted.id, last_seen, setting));
            }
            if wanted.kind == "product" && found.as_ref().is_some_and(|f| !f.contains(&wanted.id)) {
                brought.records.push(Record::Product(Box::new(Product {
                    code: wanted.id.clone(),
                    version: Version::stamped(last_seen),
                    deleted: true,
                    name: String::new(),
                    category: None,
                    price: None,
                    cost: None,
                    stock: None,
                })));
            }
        }
        brought.records.extend(catalogue.records);
        brought.refused.extend(catalogue.refused);
        brought.notes.extend(catalogue.notes);
        Ok(Page {
            records: brought.records,
            refused: brought.refused,
            orders_seen: brought.orders_seen,
            notes: brought.notes,
            ..Page::empty(Phase::Changes)
        })
    }

    fn hook(&self, delivery: Delivery<'_>) -> Result<Hook, HookError> {
        hook::read(delivery, [&self.secret, delivery.secret])
    }

    fn subscribe(&mut self, address: &str, _secret: &str) -> Result<usize, Failure> {
        subscription::subscribe(&mut self.reader.door, address)
    }
}
