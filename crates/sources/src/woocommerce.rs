//! `WooCommerce`: its REST API v3, read with a key pair that the merchant makes in two clicks.
//!
//! Over https the key travels as HTTP Basic, over plain http it signs each request (OAuth 1.0a). Only
//! orders are needed; whatever else a shop or a key does not let us read is noted, and done without.

mod amounts;
mod attribution;
mod catalogue;
mod cursor;
mod customer;
mod facts;
mod fetching;
mod hooks;
mod oauth;
mod order;
mod proof;
mod reading;
mod refund;
mod refusal;
mod text;
mod totals;
mod walk;
mod way;

use comptoir_model::Class;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::connector::{
    Access, Brought, Connector, Delivery, Facts, FormField, Hook, HookError, Page, Platform,
    Setting, Totals, Wanted,
};
use crate::failure::Failure;
use crate::words::{Label, Text, say};
use catalogue::Catalogue;
use reading::Shop;
use way::Way;

const STATUS_DRAFT: &str = "checkout-draft";
const STATUS_TRASH: &str = "trash";

pub static PLATFORM: Platform = Platform {
    id: "woocommerce",
    name: "WooCommerce",
    minimum: "5.8",
    proven: Label {
        fr: "WooCommerce 9.9.5 sous WordPress 6.9 : réponses et webhooks enregistrés",
        en: "WooCommerce 9.9.5 on WordPress 6.9: recorded answers and webhooks",
    },
    fields: FIELDS,
    consecutive_numbers: false,
    profile: "woocommerce",
    statuses: STATUSES,
    brought: BROUGHT,
    webhooks: true,
    connect,
};

const FIELDS: &[FormField] = &[
    FormField {
        name: "url",
        label: Label { fr: "Adresse de la boutique", en: "Address of the shop" },
        hint: Label {
            fr: "comme dans le navigateur, par exemple www.ma-boutique.fr",
            en: "as in the browser, for example www.my-shop.com",
        },
        secret: false,
        required: true,
    },
    FormField {
        name: "key",
        label: Label { fr: "Clé client", en: "Consumer key" },
        hint: Label {
            fr: "WooCommerce, Réglages, Avancé, API REST : commence par ck_",
            en: "WooCommerce, Settings, Advanced, REST API: begins with ck_",
        },
        secret: true,
        required: true,
    },
    FormField {
        name: "secret",
        label: Label { fr: "Secret client", en: "Consumer secret" },
        hint: Label {
            fr: "montré une seule fois, à côté de la clé : commence par cs_",
            en: "shown once, beside the key: begins with cs_",
        },
        secret: true,
        required: true,
    },
];

const STATUSES: &[(&str, Class)] = &[
    ("pending", Class::Pending),
    ("processing", Class::Paid),
    ("on-hold", Class::OnHold),
    ("completed", Class::Fulfilled),
    ("cancelled", Class::Cancelled),
    ("refunded", Class::Refunded),
    ("failed", Class::Failed),
    (STATUS_DRAFT, Class::Draft),
    ("auto-draft", Class::Draft),
    (STATUS_TRASH, Class::Deleted),
];

const NOTHING: Label = Label { fr: "", en: "" };

/// A field that comes over without a condition.
const fn whole(field: &'static str, from: &'static str) -> Brought {
    Brought { field, from, note: NOTHING }
}

const fn noted(
    field: &'static str,
    from: &'static str,
    fr: &'static str,
    en: &'static str,
) -> Brought {
    Brought { field, from, note: Label { fr, en } }
}

const BROUGHT: &[Brought] = &[
    noted(
        "shop.facts",
        "wp-json, data/currencies/current, system_status",
        "la version seulement si la clé peut lire l’état du système",
        "the version only if the key may read the system status",
    ),
    whole("order", "orders"),
    whole("order.lines", "line_items"),
    noted(
        "order.discounts",
        "coupon_lines.discount",
        "une remise saisie à la main sur une ligne n’est pas un code promo : elle baisse le prix de la ligne, comme dans Analytics",
        "a reduction typed into a line is no coupon: it lowers the line’s price, as in Analytics",
    ),
    whole("order.taxes_by_rate", "line_items.taxes, tax_lines.rate_percent"),
    whole("order.shipping", "shipping_total, shipping_lines"),
    whole("order.fees", "fee_lines"),
    whole("order.status", "status"),
    whole("order.payment_method", "payment_method_title, payment_method"),
    whole("order.shipping_method", "shipping_lines.method_title"),
    whole("order.coupons", "coupon_lines.code"),
    whole("order.places", "billing, shipping"),
    noted(
        "order.invoice_number",
        "",
        "WooCommerce n’édite pas de factures ; chaque extension range le numéro à sa façon",
        "WooCommerce makes no invoices; each extension keeps the number in its own way",
    ),
    noted(
        "order.attribution",
        "meta_data._wc_order_attribution_*",
        "à partir de WooCommerce 8.5, si l’attribution des commandes est activée",
        "from WooCommerce 8.5 on, if order attribution is switched on",
    ),
    noted(
        "order.device",
        "meta_data._wc_order_attribution_device_type",
        "à partir de WooCommerce 8.5, si l’attribution des commandes est activée",
        "from WooCommerce 8.5 on, if order attribution is switched on",
    ),
    noted(
        "order.deletion",
        "orders?status=trash, webhook order.deleted",
        "une suppression définitive n’est connue que par webhook ou par une relecture complète",
        "a permanent deletion is known only by webhook or by a full reading",
    ),
    whole("refund", "orders/{id}/refunds"),
    whole("refund.lines", "refunds.line_items, _refunded_item_id"),
    whole("customer", "orders.billing, customers"),
    whole("product", "products"),
    noted(
        "product.variants",
        "line_items.sku, products/{id}/variations",
        "la vente garde la référence de la déclinaison ; le produit est celui de la fiche",
        "the sale keeps the variation’s reference; the product is the one of the catalogue page",
    ),
    noted(
        "product.categories",
        "products.categories",
        "la première catégorie de la fiche",
        "the first category of the product",
    ),
    noted(
        "product.cost",
        "cost_of_goods_sold, _wc_cog_cost, _alg_wc_cog_cost",
        "si la boutique tient ses coûts, dans WooCommerce ou dans une de ces extensions",
        "if the shop keeps its costs, in WooCommerce or in one of these extensions",
    ),
    noted(
        "product.stock",
        "stock_quantity",
        "là où la gestion du stock est activée ; les déclinaisons sont additionnées",
        "where stock management is switched on; variations are added up",
    ),
    noted(
        "cart",
        "orders?status=checkout-draft",
        "seulement les paniers arrivés à la page de commande par blocs",
        "only carts that reached the block checkout",
    ),
    whole("webhooks", "webhooks, X-WC-Webhook-Signature"),
];

#[expect(clippy::needless_pass_by_value, reason = "what every platform’s entry takes")]
fn connect(access: Access) -> Result<Box<dyn Connector>, Failure> {
    Ok(Box::new(Shop { way: Way::new(&access)?, catalogue: Catalogue::default() }))
}

/// A resource that is not needed and could not be read.
fn unreadable(fr: &str, en: &str, failure: &Failure) -> Text {
    say(
        format!("non lu : {fr} ({})", failure.reason.fr),
        format!("not read: {en} ({})", failure.reason.en),
    )
}

impl Connector for Shop {
    fn check(&mut self) -> Result<Facts, Failure> {
        facts::facts(&mut self.way)
    }

    fn pull(&mut self, cursor: &str, setting: &Setting) -> Result<Page, Failure> {
        self.page(cursor, setting)
    }

    fn fetch(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure> {
        self.again(wanted, setting)
    }

    fn hook(&self, delivery: Delivery<'_>) -> Result<Hook, HookError> {
        hooks::read(delivery)
    }

    fn subscribe(&mut self, address: &str, secret: &str) -> Result<usize, Failure> {
        hooks::subscribe(&mut self.way, address, secret)
    }

    fn totals(
        &mut self,
        from: Date,
        to: Date,
        setting: &Setting,
    ) -> Result<Option<Totals>, Failure> {
        totals::totals(&mut self.way, from, to, setting)
    }
}
