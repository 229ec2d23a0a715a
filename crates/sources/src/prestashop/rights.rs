//! The resources that a key should read, and what is missing without each.

use std::collections::BTreeSet;

use crate::words::Label;

pub(super) const SLIPS: &str = "order_slip";

/// A resource of the webservice.
pub(super) struct Resource {
    pub(super) name: &'static str,
    /// What is lost without it.
    pub(super) cost: Label,
}

const fn resource(name: &'static str, fr: &'static str, en: &'static str) -> Resource {
    Resource { name, cost: Label { fr, en } }
}

/// All that is read, in the order of what it is worth. Without `orders` nothing is.
pub(super) static RESOURCES: &[Resource] = &[
    resource("orders", "aucune commande n’est lue", "no order is read"),
    resource(
        "order_states",
        "les statuts sont des numéros, et l’expédition reste inconnue",
        "statuses are numbers, and nothing is known of shipping",
    ),
    resource(SLIPS, "les remboursements manquent", "refunds are missing"),
    resource(
        "customers",
        "les adresses e-mail des clients manquent",
        "customers’ e-mail addresses are missing",
    ),
    resource("products", "le catalogue et les coûts manquent", "catalogue and costs are missing"),
    resource(
        "order_details",
        "le coût d’achat à la date de la commande manque",
        "the purchase cost on the order’s date is missing",
    ),
    resource(
        "addresses",
        "pays, villes et codes postaux manquent",
        "countries, towns and postcodes are missing",
    ),
    resource("countries", "les pays manquent", "countries are missing"),
    resource("states", "les régions manquent", "regions are missing"),
    resource(
        "currencies",
        "seules les commandes dans la devise de la boutique sont lues",
        "only orders in the shop’s currency are read",
    ),
    resource(
        "configurations",
        "nom, devise et fuseau horaire de la boutique sont à indiquer",
        "name, currency and time zone of the shop are yours to give",
    ),
    resource("combinations", "les déclinaisons manquent", "variants are missing"),
    resource("stock_availables", "les stocks manquent", "stock is missing"),
    resource("categories", "les catégories manquent", "categories are missing"),
    resource("carts", "les paniers abandonnés manquent", "abandoned carts are missing"),
    resource(
        "order_payments",
        "la date de paiement est celle de la facture",
        "an order is paid on the day of its invoice",
    ),
    resource(
        "order_histories",
        "les dates d’expédition et d’annulation manquent",
        "the dates of shipping and cancellation are missing",
    ),
    resource("carriers", "les modes de livraison manquent", "shipping methods are missing"),
    resource("order_cart_rules", "les codes promo manquent", "coupons are missing"),
    resource("order_discounts", "les codes promo manquent", "coupons are missing"),
    resource(
        "taxes",
        "un taux de TVA inhabituel n’est pas reconnu",
        "an unusual rate of VAT is not recognised",
    ),
];

/// What is lost without a resource. Coupons have two names over the versions: the older is not missed.
pub(super) fn cost(name: &str) -> Option<&'static Label> {
    let found = RESOURCES.iter().find(|resource| resource.name == name);
    found.filter(|resource| resource.name != "order_discounts").map(|resource| &resource.cost)
}

/// The resources that the list of the webservice lets the key read; `None` when it is not understood.
pub(super) fn allowed(listing: &str) -> Option<BTreeSet<&'static str>> {
    let mut found = BTreeSet::new();
    let xml = listing.trim_start().starts_with('<');
    for resource in RESOURCES {
        let allowed = if xml {
            listing.split('<').skip(1).any(|tag| {
                let name = tag.split([' ', '>', '/', '\n', '\t', '\r']).next();
                let attributes = tag.split('>').next().unwrap_or_default();
                name == Some(resource.name) && !attributes.contains("get=\"false\"")
            })
        } else {
            listing.contains(&format!("\"{}\"", resource.name))
        };
        if allowed {
            found.insert(resource.name);
        }
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_resources_says_what_a_key_may_read() {
        let xml = r#"<?xml version="1.0"?><prestashop><api shopName="x">
            <orders xlink:href="http://x/api/orders" get="true" put="false"><description>y</description></orders>
            <carts xlink:href="http://x/api/carts" get="false" post="true"/>
            <order_states get="true"></order_states></api></prestashop>"#;
        let found: Vec<_> = allowed(xml).expect("a list").into_iter().collect();
        assert_eq!(found, ["order_states", "orders"]);
        assert_eq!(allowed("<html><body>no</body></html>"), None);
    }
}
