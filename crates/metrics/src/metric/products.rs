//! What tells one product from another beside its sales: who buys it first, and how much comes back.

use super::{Better, Empty, Grain, Metric, Text, Unit};
use crate::formula::Column::{Quantity, UnitsReturned};
use crate::formula::{Customers, Formula};

pub(super) static NEW_CUSTOMER_SALES_SHARE: Metric = Metric {
    id: "new_customer_sales_share",
    label: Text {
        fr: "Part des nouveaux clients dans les ventes nettes",
        en: "New customers’ share of net sales",
    },
    short: Text { fr: "Part nouveaux", en: "New share" },
    definition: Text {
        fr: "Ventes nettes des premières commandes divisées par les ventes nettes.",
        en: "Net sales of first orders divided by net sales.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(
        &Formula::Metric("net_sales", Customers::New),
        &Formula::Metric("net_sales", Customers::All),
    ),
    better: Better::Neutral,
    empty: Empty::NoValue,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static RETURN_RATE_UNITS: Metric = Metric {
    id: "return_rate_units",
    label: Text { fr: "Taux de retour des produits", en: "Return rate of products" },
    short: Text { fr: "Retours", en: "Returns" },
    definition: Text {
        fr: "Articles retournés, à la date du remboursement, divisés par les articles vendus dans la période.",
        en: "Units returned, on the day of the refund, divided by the units sold in the period.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(&Formula::Sum(&[(1, UnitsReturned)]), &Formula::Sum(&[(1, Quantity)])),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Line,
    parts: &[],
};
