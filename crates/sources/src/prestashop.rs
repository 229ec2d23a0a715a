//! PrestaShop, read through its webservice: the shop is asked, and never written to.
//!
//! Proven on recorded answers of version 1.6.1. There are no webhooks, so changes are asked for by
//! their stamps; nothing tells of deletions, so those are found when everything is read again.

mod amounts;
mod around;
mod cart;
mod catalogue;
mod cursor;
mod order;
mod pull;
mod rights;
mod slip;
mod tables;
mod webservice;

use comptoir_model::Class;

use crate::connector::{Access, Brought, Connector, FormField, Platform};
use crate::failure::Failure;
use crate::words::Label;

pub static PLATFORM: Platform = Platform {
    id: "prestashop",
    name: "PrestaShop",
    minimum: "1.6.1",
    proven: Label {
        fr: "1.6.1, sur des réponses enregistrées\u{202f}; 1.7, 8 et 9 suivent le même contrat mais n’ont pas été éprouvées",
        en: "1.6.1, on recorded answers; 1.7, 8 and 9 follow the same contract but are unproven",
    },
    fields: FIELDS,
    consecutive_numbers: false,
    profile: "prestashop",
    statuses: STATUSES,
    brought: BROUGHT,
    webhooks: false,
    connect,
};

const FIELDS: &[FormField] = &[
    FormField {
        name: "url",
        label: Label { fr: "Adresse de la boutique", en: "Address of the shop" },
        hint: Label {
            fr: "celle de sa page d’accueil, par exemple https://www.ma-boutique.fr",
            en: "that of its home page, for example https://www.my-shop.com",
        },
        secret: false,
        required: true,
    },
    FormField {
        name: "key",
        label: Label { fr: "Clé du service web", en: "Webservice key" },
        hint: Label {
            fr: "32 caractères, créés sous Paramètres avancés > Webservice",
            en: "32 characters, made under Advanced Parameters > Webservice",
        },
        secret: true,
        required: true,
    },
];

/// The states of a fresh shop, by the names they have in French and in English. They are for the
/// documentation and the list of statuses: an order's class comes from the flags of its state.
const STATUSES: &[(&str, Class)] = &[
    ("En attente du paiement par chèque", Class::Pending),
    ("Paiement accepté", Class::Paid),
    ("En cours de préparation", Class::Paid),
    ("Expédié", Class::Fulfilled),
    ("Livré", Class::Fulfilled),
    ("Annulé", Class::Cancelled),
    ("Remboursé", Class::Refunded),
    ("Erreur de paiement", Class::Failed),
    ("En attente de réapprovisionnement (payé)", Class::OnHold),
    ("En attente de virement bancaire", Class::Pending),
    ("En attente de paiement PayPal", Class::Pending),
    ("Paiement à distance accepté", Class::Paid),
    ("En attente de réapprovisionnement (non payé)", Class::Pending),
    ("En attente de paiement à la livraison", Class::Pending),
    ("Awaiting check payment", Class::Pending),
    ("Payment accepted", Class::Paid),
    ("Processing in progress", Class::Paid),
    ("Shipped", Class::Fulfilled),
    ("Delivered", Class::Fulfilled),
    ("Canceled", Class::Cancelled),
    ("Refunded", Class::Refunded),
    ("Payment error", Class::Failed),
    ("On backorder (paid)", Class::OnHold),
    ("Awaiting bank wire payment", Class::Pending),
    ("Awaiting PayPal payment", Class::Pending),
    ("Remote payment accepted", Class::Paid),
    ("On backorder (not paid)", Class::Pending),
    ("Awaiting Cash On Delivery validation", Class::Pending),
];

const fn brought(
    field: &'static str,
    from: &'static str,
    fr: &'static str,
    en: &'static str,
) -> Brought {
    Brought { field, from, note: Label { fr, en } }
}

const BROUGHT: &[Brought] = &[
    brought("shop.facts", "configurations, currencies", "", ""),
    brought("order", "orders", "", ""),
    brought("order.lines", "orders.associations.order_rows, order_details", "", ""),
    brought(
        "order.discounts",
        "orders.total_discounts_tax_excl",
        "répartis sur les lignes",
        "spread over the lines",
    ),
    brought(
        "order.taxes_by_rate",
        "unit_price_tax_incl, unit_price_tax_excl",
        "le taux n’est dit que s’il est certain",
        "the rate is told only when it is certain",
    ),
    brought("order.shipping", "orders.total_shipping_tax_excl", "", ""),
    brought(
        "order.fees",
        "orders.total_wrapping_tax_excl",
        "emballage cadeau, et l’ajustement qui reste quand la boutique arrondit autrement",
        "gift wrapping, and the adjustment that is left where the shop rounds otherwise",
    ),
    brought(
        "order.status",
        "orders.current_state, order_states",
        "la classe vient des indicateurs de l’état, pas de son numéro",
        "the class comes from the state’s flags, not from its number",
    ),
    brought("order.payment_method", "orders.payment", "", ""),
    brought("order.shipping_method", "orders.id_carrier, carriers", "", ""),
    brought(
        "order.coupons",
        "order_cart_rules (1.6\u{a0}: order_discounts)",
        "le nom du bon de réduction",
        "the name of the voucher",
    ),
    brought("order.places", "addresses, countries, states", "", ""),
    brought("order.invoice_number", "orders.invoice_number", "sans son préfixe", "without prefix"),
    brought(
        "order.attribution",
        "",
        "PrestaShop ne le garde pas avec la commande",
        "PrestaShop does not keep it with the order",
    ),
    brought(
        "order.device",
        "",
        "PrestaShop ne le garde pas avec la commande",
        "PrestaShop does not keep it with the order",
    ),
    brought(
        "order.deletion",
        "orders",
        "seulement quand tout est relu",
        "only when everything is read again",
    ),
    brought("refund", "order_slip", "", ""),
    brought("refund.lines", "order_slip.associations.order_slip_details", "", ""),
    brought(
        "customer",
        "customers",
        "champs nommés un à un, jamais le mot de passe",
        "fields are named one by one, never the password",
    ),
    brought("product", "products", "", ""),
    brought("product.variants", "combinations", "", ""),
    brought("product.categories", "products.id_category_default, categories", "", ""),
    brought(
        "product.cost",
        "products.wholesale_price, order_details.original_wholesale_price",
        "",
        "",
    ),
    brought(
        "product.stock",
        "stock_availables",
        "relu une fois par jour, car il change sans date",
        "read again once a day, for it changes without a date",
    ),
    brought(
        "cart",
        "carts",
        "des 90 derniers jours\u{202f}; avant la commande, aux prix hors taxes du catalogue",
        "of the last 90 days; before the order, at the catalogue’s prices without tax",
    ),
    brought("webhooks", "", "le webservice n’en a pas", "the webservice has none"),
];

#[expect(clippy::needless_pass_by_value, reason = "the signature of every platform")]
fn connect(access: Access) -> Result<Box<dyn Connector>, Failure> {
    let webservice = webservice::Webservice::new(&access)?;
    Ok(Box::new(pull::PrestaShop::new(webservice)))
}
