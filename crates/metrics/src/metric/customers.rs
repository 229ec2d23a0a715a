//! Who bought: new, existing and unidentified customers.

use super::{Better, Empty, Grain, Metric, Text, Unit};
use crate::formula::{Customers, Formula};

pub(super) static CUSTOMERS: Metric = Metric {
    id: "customers",
    label: Text { fr: "Clients", en: "Customers" },
    short: Text { fr: "Clients", en: "Customers" },
    definition: Text {
        fr: "Nombre de personnes distinctes et identifiées qui ont passé au moins une commande comptée.",
        en: "Number of distinct identified persons with at least one counted order.",
    },
    unit: Unit::Count,
    formula: Formula::Persons(Customers::All),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static NEW_CUSTOMERS: Metric = Metric {
    id: "new_customers",
    label: Text { fr: "Nouveaux clients", en: "New customers" },
    short: Text { fr: "Nouveaux", en: "New" },
    definition: Text {
        fr: "Nombre de premières commandes : celles dont l’auteur n’avait encore aucune commande comptée dans \
             tout l’historique de la boutique.",
        en: "Number of first orders: those whose buyer had no earlier counted order in the whole history of \
             the shop.",
    },
    unit: Unit::Count,
    formula: Formula::Metric("orders", Customers::New),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static RETURNING_CUSTOMERS: Metric = Metric {
    id: "returning_customers",
    label: Text { fr: "Clients existants", en: "Returning customers" },
    short: Text { fr: "Existants", en: "Returning" },
    definition: Text {
        fr: "Nombre de personnes distinctes qui ont passé, dans la période, une commande qui n’était pas leur \
             première.",
        en: "Number of distinct persons with an order in the period that was not their first.",
    },
    unit: Unit::Count,
    formula: Formula::Persons(Customers::Existing),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static NEW_CUSTOMER_REVENUE: Metric = Metric {
    id: "new_customer_revenue",
    label: Text { fr: "CA des nouveaux clients", en: "New customers’ revenue" },
    short: Text { fr: "Nouveaux clients", en: "New customers" },
    definition: Text {
        fr: "Chiffre d’affaires des premières commandes, moins leurs remboursements.",
        en: "Revenue of first orders, minus their refunds.",
    },
    unit: Unit::Money,
    formula: Formula::Metric("revenue", Customers::New),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static EXISTING_CUSTOMER_REVENUE: Metric = Metric {
    id: "existing_customer_revenue",
    label: Text { fr: "CA des clients existants", en: "Existing customers’ revenue" },
    short: Text { fr: "Clients existants", en: "Existing customers" },
    definition: Text {
        fr: "Chiffre d’affaires de toutes les commandes qui suivent la première d’un client, même dans la même \
             période, moins leurs remboursements.",
        en: "Revenue of every order after a customer’s first, even in the same period, minus their refunds.",
    },
    unit: Unit::Money,
    formula: Formula::Metric("revenue", Customers::Existing),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static UNIDENTIFIED_REVENUE: Metric = Metric {
    id: "unidentified_revenue",
    label: Text { fr: "CA des clients non identifiés", en: "Unidentified customers’ revenue" },
    short: Text { fr: "Non identifiés", en: "Unidentified" },
    definition: Text {
        fr: "Chiffre d’affaires des commandes sans client connu, et remboursements dont la commande est inconnue.",
        en: "Revenue of orders without a known customer, and refunds whose order is unknown.",
    },
    unit: Unit::Money,
    formula: Formula::Metric("revenue", Customers::Unidentified),
    better: Better::Neutral,
    empty: Empty::Zero,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static EXISTING_CUSTOMER_SHARE: Metric = Metric {
    id: "existing_customer_share",
    label: Text {
        fr: "Part du CA des clients existants",
        en: "Existing customers’ share of revenue",
    },
    short: Text { fr: "Part existants", en: "Existing share" },
    definition: Text {
        fr: "Chiffre d’affaires des clients existants divisé par le chiffre d’affaires.",
        en: "Existing customers’ revenue divided by revenue.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(
        &Formula::Metric("revenue", Customers::Existing),
        &Formula::Metric("revenue", Customers::All),
    ),
    better: Better::Neutral,
    empty: Empty::NoValue,
    splits: Grain::Amount,
    parts: &[],
};

pub(super) static REPEAT_PURCHASE_RATE: Metric = Metric {
    id: "repeat_purchase_rate",
    label: Text { fr: "Taux de réachat", en: "Repeat purchase rate" },
    short: Text { fr: "Réachat", en: "Repeat rate" },
    definition: Text {
        fr: "Clients qui ont passé au moins deux commandes dans la période, divisés par les clients de la période.",
        en: "Customers with at least two orders in the period, divided by the customers of the period.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(&Formula::RepeatBuyers, &Formula::Persons(Customers::All)),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static RETURNING_CUSTOMER_RATE: Metric = Metric {
    id: "returning_customer_rate",
    label: Text { fr: "Part des clients existants", en: "Returning customer rate" },
    short: Text { fr: "Part exist.", en: "Returning rate" },
    definition: Text {
        fr: "Clients dont une commande de la période n’était pas la première, divisés par les clients de la période.",
        en: "Customers with an order in the period that was not their first, divided by the customers of the \
             period.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(
        &Formula::Persons(Customers::Existing),
        &Formula::Persons(Customers::All),
    ),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static EXISTING_NEW_RATIO: Metric = Metric {
    id: "existing_new_ratio",
    label: Text { fr: "Clients existants pour un nouveau", en: "Existing customers per new one" },
    short: Text { fr: "Existants / nouveaux", en: "Existing / new" },
    definition: Text {
        fr: "Clients existants de la période divisés par ses nouveaux clients.",
        en: "Returning customers of the period divided by its new customers.",
    },
    unit: Unit::Decimal,
    formula: Formula::Ratio(
        &Formula::Persons(Customers::Existing),
        &Formula::Metric("orders", Customers::New),
    ),
    better: Better::Neutral,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static PURCHASE_FREQUENCY: Metric = Metric {
    id: "purchase_frequency",
    label: Text { fr: "Fréquence d’achat", en: "Purchase frequency" },
    short: Text { fr: "Fréquence", en: "Frequency" },
    definition: Text {
        fr: "Commandes des clients identifiés divisées par le nombre de ces clients.",
        en: "Orders of identified customers divided by the number of those customers.",
    },
    unit: Unit::Decimal,
    formula: Formula::Ratio(
        &Formula::Metric("orders", Customers::Identified),
        &Formula::Persons(Customers::All),
    ),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};
