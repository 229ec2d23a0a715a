//! Who comes back, how soon, and what it brings.

use super::{Better, Empty, Grain, Metric, Text, Unit};
use crate::formula::Column::{RefundedOrders, ReturnableOrders};
use crate::formula::{Formula, Sample, Statistic};

pub(super) static MEAN_DAYS_BETWEEN_ORDERS: Metric = Metric {
    id: "mean_days_between_orders",
    label: Text { fr: "Temps moyen entre deux commandes", en: "Mean time between orders" },
    short: Text { fr: "Délai moyen", en: "Mean gap" },
    definition: Text {
        fr: "Moyenne de tous les délais, en jours, entre deux jours de commande successifs d’un même client dans la \
             période. Les commandes d’un même jour comptent pour un seul jour de commande.",
        en: "Mean of all gaps, in days, between one order day of a customer and the next, both in the period. Orders \
             of one day make one order day.",
    },
    unit: Unit::Days,
    formula: Formula::Statistic(Statistic::Mean, Sample::Gaps),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static MEDIAN_DAYS_BETWEEN_ORDERS: Metric = Metric {
    id: "median_days_between_orders",
    label: Text { fr: "Temps médian entre deux commandes", en: "Median time between orders" },
    short: Text { fr: "Délai médian", en: "Median gap" },
    definition: Text {
        fr: "Délai du milieu quand on range tous les délais, en jours, entre deux jours de commande successifs d’un \
             même client dans la période : la moitié des clients reviennent plus vite.",
        en: "The middle one of all gaps, in days, between one order day of a customer and the next, both in the \
             period: half of the returns are sooner.",
    },
    unit: Unit::Days,
    formula: Formula::Statistic(Statistic::Median, Sample::Gaps),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Line,
    parts: &[],
};

pub(super) static LIFETIME_VALUE: Metric = Metric {
    id: "lifetime_value",
    label: Text { fr: "Valeur client", en: "Customer value" },
    short: Text { fr: "Valeur client", en: "Customer value" },
    definition: Text {
        fr: "Chiffre d’affaires, depuis leur première commande jusqu’à la fin de la période, des clients qui ont \
             commandé dans la période, divisé par le nombre de ces clients.",
        en: "Revenue, from their first order to the end of the period, of the customers with an order in the period, \
             divided by the number of those customers.",
    },
    unit: Unit::Money,
    formula: Formula::Statistic(Statistic::Mean, Sample::CustomerRevenue),
    better: Better::Up,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};

pub(super) static RETURN_RATE_ORDERS: Metric = Metric {
    id: "return_rate_orders",
    label: Text { fr: "Taux de retour des commandes", en: "Return rate of orders" },
    short: Text { fr: "Retours", en: "Returns" },
    definition: Text {
        fr: "Commandes de la période qui ont eu un remboursement, à quelque date que ce soit, divisées par les \
             commandes de la période. Sans valeur tant qu’aucun remboursement n’indique sa commande.",
        en: "Orders of the period with a refund, whenever it came, divided by the orders of the period. No value as \
             long as no refund tells its order.",
    },
    unit: Unit::Ratio,
    formula: Formula::Ratio(
        &Formula::Sum(&[(1, RefundedOrders)]),
        &Formula::Sum(&[(1, ReturnableOrders)]),
    ),
    better: Better::Down,
    empty: Empty::NoValue,
    splits: Grain::Order,
    parts: &[],
};
