//! What visitors do before they buy.

use super::{Better, Empty, Grain, Metric, Text, Unit};
use crate::formula::Column::{AbandonedCarts, Carts, Visits, VisitsWithOrder};
use crate::formula::Formula;

pub(super) static VISITS: Metric = Metric {
    id: "visits",
    label: Text { fr: "Visites", en: "Visits" },
    short: Text { fr: "Visites", en: "Visits" },
    definition: Text {
        fr: "Nombre de passages sur le site, chacun clos par trente minutes sans page vue.",
        en: "Number of stays on the site, each ended by thirty minutes without a page.",
    },
    unit: Unit::Count,
    formula: Formula::Sum(&[(1, Visits)]),
    better: Better::Up,
    empty: Empty::Zero,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static CONVERSION_RATE: Metric = Metric {
    id: "conversion_rate",
    label: Text { fr: "Taux de conversion", en: "Conversion rate" },
    short: Text { fr: "Conversion", en: "Conversion" },
    definition: Text {
        fr: "Visites qui ont abouti à au moins une commande, divisées par les visites.",
        en: "Visits that ended in at least one order, divided by visits.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(&Formula::Sum(&[(1, VisitsWithOrder)]), &Formula::Sum(&[(1, Visits)])),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static CART_ABANDONMENT: Metric = Metric {
    id: "cart_abandonment_rate",
    label: Text { fr: "Abandons de panier", en: "Cart abandonment" },
    short: Text { fr: "Abandons", en: "Abandoned" },
    definition: Text {
        fr: "Paniers non vides qui ne sont pas devenus des commandes, divisés par les paniers non vides, au jour \
             de leur création, une fois passées 24 heures sans changement.",
        en: "Carts with something in them that did not become orders, divided by the carts with something in \
             them, on the day they were created, once 24 hours have passed without a change.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(&Formula::Sum(&[(1, AbandonedCarts)]), &Formula::Sum(&[(1, Carts)])),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};
