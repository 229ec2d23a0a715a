//! What was sold, given back and charged.

use super::{Better, Empty, Grain, Metric, Text, Unit};
use crate::formula::Column::{
    Discount, Fees, Gross, Orders, Quantity, RefundedFees, RefundedGoods, RefundedShipping,
    RefundedTax, Shipping, Tax, TotalOnly, UnitsReturned, ValuedOrders,
};
use crate::formula::{Customers, Formula, Term};

/// What customers are charged for their orders, without tax, before any refund.
const CHARGED: &[Term] = &[(1, Gross), (-1, Discount), (1, Shipping), (1, Fees)];

pub(super) static REVENUE: Metric = Metric {
    id: "revenue",
    label: Text { fr: "Chiffre d’affaires", en: "Revenue" },
    short: Text { fr: "CA", en: "Revenue" },
    definition: Text {
        fr: "Chiffre d’affaires hors taxes : ventes brutes, moins les remises, plus les frais de port et \
             autres frais facturés, moins les remboursements, chacun à sa propre date.",
        en: "Revenue excluding tax: gross sales, minus discounts, plus shipping and other fees charged, \
             minus refunds, each on its own date.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[
        (1, Gross),
        (-1, Discount),
        (1, Shipping),
        (1, Fees),
        (-1, RefundedGoods),
        (-1, RefundedShipping),
        (-1, RefundedFees),
    ]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &["new_customer_revenue", "existing_customer_revenue", "unidentified_revenue"],
};

pub(super) static GROSS_SALES: Metric = Metric {
    id: "gross_sales",
    label: Text { fr: "Ventes brutes", en: "Gross sales" },
    short: Text { fr: "Brut", en: "Gross" },
    definition: Text {
        fr: "Prix multiplié par la quantité de chaque ligne, hors taxes, avant toute remise et tout remboursement.",
        en: "Price times quantity of every line, excluding tax, before any discount or refund.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Gross)]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static DISCOUNTS: Metric = Metric {
    id: "discounts",
    label: Text { fr: "Remises", en: "Discounts" },
    short: Text { fr: "Remises", en: "Discounts" },
    definition: Text {
        fr: "Remises accordées sur les lignes et sur les commandes entières, codes promo compris, hors taxes.",
        en: "Reductions on lines and on whole orders, coupons included, excluding tax.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Discount)]),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static REFUNDS: Metric = Metric {
    id: "refunds",
    label: Text { fr: "Remboursements", en: "Refunds" },
    short: Text { fr: "Remboursé", en: "Refunds" },
    definition: Text {
        fr: "Articles, frais de port et autres frais rendus aux clients, hors taxes, à la date du remboursement.",
        en: "Goods, shipping and fees given back to customers, excluding tax, on the day of the refund.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, RefundedGoods), (1, RefundedShipping), (1, RefundedFees)]),
    better: Better::Down,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static REFUNDED_GOODS: Metric = Metric {
    id: "refunded_goods",
    label: Text { fr: "Articles remboursés", en: "Refunded goods" },
    short: Text { fr: "Art. remb.", en: "Goods back" },
    definition: Text {
        fr: "Part des remboursements qui porte sur les articles eux-mêmes, hors taxes, à la date du remboursement.",
        en: "The part of refunds that concerns the goods themselves, excluding tax, on the day of the refund.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, RefundedGoods)]),
    better: Better::Down,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static REFUNDED_CHARGES: Metric = Metric {
    id: "refunded_charges",
    label: Text { fr: "Port et frais remboursés", en: "Refunded shipping and fees" },
    short: Text { fr: "Port remb.", en: "Shipping back" },
    definition: Text {
        fr: "Part des remboursements qui porte sur le port et les autres frais, hors taxes, à la date du \
             remboursement.",
        en: "The part of refunds that concerns shipping and other fees, excluding tax, on the day of the \
             refund.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, RefundedShipping), (1, RefundedFees)]),
    better: Better::Down,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static NET_SALES: Metric = Metric {
    id: "net_sales",
    label: Text { fr: "Ventes nettes", en: "Net sales" },
    short: Text { fr: "Net", en: "Net" },
    definition: Text {
        fr: "Ventes brutes, moins les remises, moins les articles remboursés, hors taxes et hors frais de port.",
        en: "Gross sales, minus discounts, minus refunded goods, excluding tax and shipping.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Gross), (-1, Discount), (-1, RefundedGoods)]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static SHIPPING: Metric = Metric {
    id: "shipping",
    label: Text { fr: "Frais de port", en: "Shipping" },
    short: Text { fr: "Port", en: "Shipping" },
    definition: Text {
        fr: "Frais de port facturés aux clients, hors taxes.",
        en: "Shipping charged to customers, excluding tax.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Shipping)]),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static FEES: Metric = Metric {
    id: "fees",
    label: Text { fr: "Autres frais", en: "Fees" },
    short: Text { fr: "Frais", en: "Fees" },
    definition: Text {
        fr: "Frais facturés qui ne sont ni des articles ni du port (emballage cadeau, frais de paiement), hors taxes.",
        en: "Charges that are neither goods nor shipping (gift wrap, payment surcharge), excluding tax.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Fees)]),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static TAX: Metric = Metric {
    id: "tax",
    label: Text { fr: "Taxes", en: "Tax" },
    short: Text { fr: "Taxes", en: "Tax" },
    definition: Text {
        fr: "Taxes des commandes, moins les taxes rendues à la date de chaque remboursement.",
        en: "Tax of orders, minus tax given back on the day of each refund.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, Tax), (-1, RefundedTax)]),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static TOTAL_SALES: Metric = Metric {
    id: "total_sales",
    label: Text { fr: "Ventes TTC", en: "Total sales" },
    short: Text { fr: "TTC", en: "Total" },
    definition: Text {
        fr: "Chiffre d’affaires plus taxes : ce que les clients ont payé, moins ce qui leur a été rendu.",
        en: "Revenue plus tax: what customers paid, minus what was given back to them.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[
        (1, Gross),
        (-1, Discount),
        (1, Shipping),
        (1, Fees),
        (1, Tax),
        (1, TotalOnly),
        (-1, RefundedGoods),
        (-1, RefundedShipping),
        (-1, RefundedFees),
        (-1, RefundedTax),
    ]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static TOTAL_ONLY_SALES: Metric = Metric {
    id: "total_only_sales",
    label: Text { fr: "Commandes au détail inconnu", en: "Orders without breakdown" },
    short: Text { fr: "Sans détail", en: "No breakdown" },
    definition: Text {
        fr: "Total toutes taxes comprises des commandes dont rien d’autre n’est connu. Il entre dans les ventes \
             TTC et dans aucun montant hors taxes.",
        en: "Total including tax of the orders of which nothing else is known. It is part of total sales and of \
             no amount excluding tax.",
    },
    unit: Unit::Money,
    formula: Formula::Sum(&[(1, TotalOnly)]),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static ORDERS: Metric = Metric {
    id: "orders",
    label: Text { fr: "Commandes", en: "Orders" },
    short: Text { fr: "Commandes", en: "Orders" },
    definition: Text {
        fr: "Nombre de commandes comptées, à leur date. Un remboursement n’en retire aucune.",
        en: "Number of counted orders, on their date. A refund never removes one.",
    },
    unit: Unit::Count,
    formula: Formula::Sum(&[(1, Orders)]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static UNITS: Metric = Metric {
    id: "units",
    label: Text { fr: "Articles vendus", en: "Units sold" },
    short: Text { fr: "Articles", en: "Units" },
    definition: Text {
        fr: "Quantités des lignes de produits vendues. Les retours sont comptés à part.",
        en: "Quantities of the product lines sold. Returned units are counted apart.",
    },
    unit: Unit::Count,
    formula: Formula::Sum(&[(1, Quantity)]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static UNITS_RETURNED: Metric = Metric {
    id: "units_returned",
    label: Text { fr: "Articles retournés", en: "Units returned" },
    short: Text { fr: "Retournés", en: "Returned" },
    definition: Text {
        fr: "Quantités de produits qui figurent sur des remboursements, à la date du remboursement.",
        en: "Quantities of products on refunds, on the day of the refund.",
    },
    unit: Unit::Count,
    formula: Formula::Sum(&[(1, UnitsReturned)]),
    better: Better::Down,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static ITEMS_PER_ORDER: Metric = Metric {
    id: "items_per_order",
    label: Text { fr: "Articles par commande", en: "Items per order" },
    short: Text { fr: "Art./cde", en: "Items/order" },
    definition: Text {
        fr: "Articles vendus divisés par le nombre de commandes.",
        en: "Units sold divided by the number of orders.",
    },
    unit: Unit::Decimal,
    formula: Formula::Ratio(
        &Formula::Metric("units", Customers::All),
        &Formula::Metric("orders", Customers::All),
    ),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static AVERAGE_ORDER_VALUE: Metric = Metric {
    id: "average_order_value",
    label: Text { fr: "Panier moyen", en: "Average order value" },
    short: Text { fr: "Panier moyen", en: "Avg. order" },
    definition: Text {
        fr: "Ventes brutes moins les remises, plus le port et les frais, hors taxes, divisées par le nombre de \
             commandes d’un montant supérieur à zéro. Les remboursements ne le diminuent pas.",
        en: "Gross sales minus discounts, plus shipping and fees, excluding tax, divided by the number of \
             orders worth more than zero. Refunds do not lower it.",
    },
    unit: Unit::Money,
    formula: Formula::Ratio(&Formula::Sum(CHARGED), &Formula::Sum(&[(1, ValuedOrders)])),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static MEDIAN_ORDER_VALUE: Metric = Metric {
    id: "median_order_value",
    label: Text { fr: "Panier médian", en: "Median order value" },
    short: Text { fr: "Panier médian", en: "Median order" },
    definition: Text {
        fr: "Montant hors taxes tel que la moitié des commandes d’un montant supérieur à zéro est au-dessous et \
             l’autre au-dessus.",
        en: "The amount excluding tax that half of the orders worth more than zero stay below and the other \
             half exceed.",
    },
    unit: Unit::Money,
    formula: Formula::Median(CHARGED),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static REFUND_RATE_VALUE: Metric = Metric {
    id: "refund_rate_value",
    label: Text { fr: "Taux de remboursement", en: "Refund rate" },
    short: Text { fr: "Taux remb.", en: "Refund rate" },
    definition: Text {
        fr: "Remboursements divisés par les ventes brutes moins les remises, plus le port et les frais, chacun à \
             sa propre date.",
        en: "Refunds divided by gross sales minus discounts, plus shipping and fees, each on its own date.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(&Formula::Metric("refunds", Customers::All), &Formula::Sum(CHARGED)),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};
