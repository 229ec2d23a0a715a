//! The table of what comes over, as data.

use crate::connector::Brought;
use crate::words::Label;

const NOTHING: Label = Label { fr: "", en: "" };

const fn brought(field: &'static str, from: &'static str, note: Label) -> Brought {
    Brought { field, from, note }
}

pub(crate) const BROUGHT: &[Brought] = &[
    brought("shop.facts", "shop.name, currencyCode, ianaTimezone", NOTHING),
    brought(
        "order",
        "orders",
        Label {
            fr: "60 jours seulement sans le droit read_all_orders",
            en: "60 days only without the scope read_all_orders",
        },
    ),
    brought(
        "order.lines",
        "lineItems",
        Label {
            fr: "les cartes cadeaux sont des lignes de service",
            en: "gift cards are lines of service",
        },
    ),
    brought("order.discounts", "lineItems.discountAllocations, discountedTotalSet", NOTHING),
    brought("order.taxes_by_rate", "taxLines.ratePercentage, priceSet", NOTHING),
    brought("order.shipping", "shippingLines.discountedPriceSet", NOTHING),
    brought("order.fees", "additionalFees, originalTotalDutiesSet, totalTipReceivedSet", NOTHING),
    brought(
        "order.status",
        "displayFinancialStatus, displayFulfillmentStatus, cancelledAt",
        Label {
            fr: "en un mot, par exemple PAID/FULFILLED",
            en: "in one word, for example PAID/FULFILLED",
        },
    ),
    brought("order.payment_method", "paymentGatewayNames", NOTHING),
    brought("order.shipping_method", "shippingLines.title", NOTHING),
    brought("order.coupons", "discountCodes", NOTHING),
    brought(
        "order.places",
        "billingAddress, shippingAddress",
        Label {
            fr: "si l’application a l’accès aux données protégées",
            en: "if the app has access to protected data",
        },
    ),
    brought(
        "order.invoice_number",
        "",
        Label { fr: "Shopify n’émet pas de factures", en: "Shopify issues no invoices" },
    ),
    brought("order.attribution", "customerJourneySummary.lastVisit", NOTHING),
    brought(
        "order.device",
        "",
        Label { fr: "Shopify ne le dit pas", en: "Shopify does not tell it" },
    ),
    brought(
        "order.deletion",
        "orders/delete",
        Label {
            fr: "par webhook ou par une lecture complète",
            en: "by webhook or by a full reading",
        },
    ),
    brought("refund", "refunds.totalRefundedSet", NOTHING),
    brought("refund.lines", "refunds.refundLineItems", NOTHING),
    brought(
        "customer",
        "orders.customer, email",
        Label {
            fr: "avec les commandes, si l’application a l’accès aux données protégées",
            en: "with the orders, if the app has access to protected data",
        },
    ),
    brought("product", "products", NOTHING),
    brought("product.variants", "products.variants", NOTHING),
    brought("product.categories", "products.productType", NOTHING),
    brought(
        "product.cost",
        "inventoryItem.unitCost",
        Label { fr: "avec le droit read_inventory", en: "with the scope read_inventory" },
    ),
    brought("product.stock", "variants.inventoryQuantity", NOTHING),
    brought(
        "cart",
        "abandonedCheckouts",
        Label {
            fr: "dès que le visiteur a donné son adresse",
            en: "once the visitor has left an address",
        },
    ),
    brought("webhooks", "orders/*, refunds/create, products/*", NOTHING),
];
