//! The columns of the list of products, as data: head, definition, filters and files derive from it.

use crate::metric::{Text, Unit, metric};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Figure(Unit),
}

/// What has to be worked out for a column, from the cheapest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Sums,
    Orders,
    Buyers,
    Gaps,
    Companions,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    pub id: &'static str,
    pub label: Text,
    /// For the head of the table.
    pub short: Text,
    pub definition: Text,
    pub kind: Kind,
    pub(crate) group: Group,
}

macro_rules! column {
    ($id:literal, $kind:expr, $group:ident, $fr:literal, $en:literal, $short_fr:literal, $short_en:literal,
     $definition_fr:literal, $definition_en:literal) => {
        Column {
            id: $id,
            label: Text { fr: $fr, en: $en },
            short: Text { fr: $short_fr, en: $short_en },
            definition: Text { fr: $definition_fr, en: $definition_en },
            kind: $kind,
            group: Group::$group,
        }
    };
}

/// The columns in their order: texts first.
pub static COLUMNS: [Column; 16] = [
    column!(
        "name",
        Kind::Text,
        Sums,
        "Produit",
        "Product",
        "Produit",
        "Product",
        "Nom du catalogue, sinon celui de la dernière ligne de commande.",
        "Name in the catalogue, else on the latest order line."
    ),
    column!(
        "code",
        Kind::Text,
        Sums,
        "Référence",
        "SKU",
        "Référence",
        "SKU",
        "Référence du produit, sinon son numéro dans la boutique.",
        "The product’s SKU, else its number in the shop."
    ),
    column!(
        "category",
        Kind::Text,
        Sums,
        "Catégorie",
        "Category",
        "Catégorie",
        "Category",
        "Catégorie du catalogue, sinon celle de la dernière ligne de commande.",
        "Category in the catalogue, else on the latest order line."
    ),
    column!(
        "revenue",
        Kind::Figure(Unit::Money),
        Sums,
        "Ventes nettes",
        "Net sales",
        "Ventes nettes",
        "Net sales",
        "Ventes brutes de ses lignes, moins les remises, moins les articles remboursés, hors taxes.",
        "Gross sales of its lines, minus discounts, minus refunded goods, excluding tax."
    ),
    column!(
        "share",
        Kind::Figure(Unit::Ratio),
        Sums,
        "Part des ventes",
        "Share of sales",
        "Part",
        "Share",
        "Ses ventes nettes divisées par celles de tous les produits de la période.",
        "Its net sales divided by those of all products of the period."
    ),
    column!(
        "units",
        Kind::Figure(Unit::Count),
        Sums,
        "Articles vendus",
        "Units sold",
        "Articles",
        "Units",
        "Quantités vendues. Les retours sont comptés à part.",
        "Quantities sold. Returned units are counted apart."
    ),
    column!(
        "orders",
        Kind::Figure(Unit::Count),
        Orders,
        "Commandes",
        "Orders",
        "Commandes",
        "Orders",
        "Commandes comptées qui le contiennent, chacune une fois.",
        "Counted orders that contain it, each once."
    ),
    column!(
        "customers",
        Kind::Figure(Unit::Count),
        Buyers,
        "Clients",
        "Customers",
        "Clients",
        "Customers",
        "Personnes distinctes et identifiées qui l’ont acheté dans la période.",
        "Distinct identified persons who bought it in the period."
    ),
    column!(
        "new_share",
        Kind::Figure(Unit::Ratio),
        Sums,
        "Part des nouveaux clients",
        "New customers’ share",
        "Nouveaux",
        "New",
        "Ses ventes nettes dans des premières commandes divisées par ses ventes nettes.",
        "Its net sales in first orders divided by its net sales."
    ),
    column!(
        "retention",
        Kind::Figure(Unit::Ratio),
        Buyers,
        "Taux de rétention",
        "Retention rate",
        "Rétention",
        "Retention",
        "Part de ses acheteurs de la période qui ont passé une autre commande plus tard, de n’importe quel \
         produit et à n’importe quelle date.",
        "Share of its buyers of the period who placed another order later, of any product and at any date."
    ),
    column!(
        "mean_days",
        Kind::Figure(Unit::Days),
        Gaps,
        "Délai moyen entre commandes",
        "Mean time between orders",
        "Délai moyen (j)",
        "Mean gap (d)",
        "Moyenne des jours entre deux jours d’achat successifs de ce produit par un même client, les deux \
         dans la période.",
        "Mean of the days between two successive days on which one customer bought it, both in the period."
    ),
    column!(
        "median_days",
        Kind::Figure(Unit::Days),
        Gaps,
        "Délai médian entre commandes",
        "Median time between orders",
        "Délai médian (j)",
        "Median gap (d)",
        "Médiane des jours entre deux jours d’achat successifs de ce produit par un même client, les deux \
         dans la période.",
        "Median of the days between two successive days on which one customer bought it, both in the period."
    ),
    column!(
        "return_rate",
        Kind::Figure(Unit::Ratio),
        Sums,
        "Taux de retour des produits",
        "Return rate of products",
        "Retours",
        "Returns",
        "Articles retournés, à la date du remboursement, divisés par les articles vendus dans la période.",
        "Units returned, on the day of the refund, divided by the units sold in the period."
    ),
    column!(
        "together",
        Kind::Figure(Unit::Ratio),
        Companions,
        "Achetés ensemble",
        "Bought together",
        "Achetés ensemble",
        "Bought together",
        "Le produit le plus probable dans la même commande, et sa probabilité : commandes qui contiennent les \
         deux divisées par les commandes qui contiennent celui-ci. Cinq commandes au moins.",
        "The product most probable in the same order, and its probability: orders with both divided by orders \
         with this one. At least five orders."
    ),
    column!(
        "complements",
        Kind::Figure(Unit::Count),
        Companions,
        "Produits complémentaires",
        "Complementary products",
        "Complém.",
        "Complem.",
        "Produits présents avec lui dans au moins cinq commandes, et plus souvent que le hasard ne le voudrait \
         (lift supérieur à 1).",
        "Products in at least five orders with it, and more often than chance would have it (lift above 1)."
    ),
    column!(
        "stock",
        Kind::Figure(Unit::Count),
        Sums,
        "Stock",
        "Stock",
        "Stock",
        "Stock",
        "Stock du catalogue à sa dernière mise à jour ; sans valeur quand la boutique ne le dit pas.",
        "Stock in the catalogue at its latest update; no value when the shop does not tell it."
    ),
];

/// The column of that id.
pub fn column(id: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.id == id)
}

impl Column {
    /// Its place in a row's cells.
    pub fn place(&self) -> usize {
        COLUMNS.iter().position(|column| column.id == self.id).unwrap_or(0)
    }

    pub fn unit(&self) -> Option<Unit> {
        match self.kind {
            Kind::Text => None,
            Kind::Figure(unit) => Some(unit),
        }
    }

    /// The metric that says the same of whatever else, where there is one.
    pub fn metric(&self) -> Option<&'static crate::metric::Metric> {
        match self.id {
            "revenue" => metric("net_sales"),
            "new_share" => metric("new_customer_sales_share"),
            "return_rate" => metric("return_rate_units"),
            "units" | "orders" | "customers" => metric(self.id),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_texts_are_french() {
        for (index, known) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..index].iter().all(|other| other.id != known.id), "{}", known.id);
            assert_eq!(known.place(), index);
            for text in [known.label.fr, known.short.fr, known.definition.fr] {
                let wrong = ["'", "\"", " :", " ;", " %", " !", " ?"];
                assert!(wrong.iter().all(|wrong| !text.contains(wrong)), "{}: {text}", known.id);
            }
            assert!(known.definition.fr.ends_with('.') && known.definition.en.ends_with('.'));
        }
    }
}
