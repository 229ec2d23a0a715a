//! What the farm sells: prices with tax as the customer sees them, their history, costs and stock.

use comptoir_model::{Product, TaxRate, Version, money};
use jiff::Timestamp;
use jiff::civil::Date;

/// When a product can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    AllYear,
    Spring,
    Summer,
    Winter,
    Christmas,
}

impl Season {
    fn includes(self, month: i8) -> bool {
        match self {
            Self::AllYear => true,
            Self::Spring => (4..=6).contains(&month),
            Self::Summer => (6..=9).contains(&month),
            Self::Winter => !(4..=8).contains(&month),
            Self::Christmas => month >= 11,
        }
    }
}

/// A product of the farm.
#[derive(Debug)]
pub struct Item {
    pub code: &'static str,
    pub name: &'static str,
    pub category: &'static str,
    /// Today's price in cents, tax included.
    price: i64,
    pub rate: TaxRate,
    /// Purchase cost as a percentage of the price without tax.
    cost: i64,
    pub weight: u32,
    season: Season,
    /// Too fresh to be posted abroad, and never in the sales.
    pub fresh: bool,
}

const fn product(
    code: &'static str,
    name: &'static str,
    category: &'static str,
    [price, rate, cost, weight]: [u32; 4],
    season: Season,
    fresh: bool,
) -> Item {
    Item {
        code,
        name,
        category,
        price: price as i64,
        rate: TaxRate(rate.cast_signed()),
        cost: cost as i64,
        weight,
        season,
        fresh,
    }
}

/// The catalogue: code, name, category, [price in cents, tax rate, cost, popularity], season, fresh.
/// Books are taxed at 5.5 %, ready-made dishes at 10 %, alcohol and gifts at 20 %.
#[rustfmt::skip]
pub static ITEMS: [Item; 74] = [
    product("PAN-S", "Panier de légumes, petit", "Paniers de légumes", [1450, 5500, 58, 90], Season::AllYear, true),
    product("PAN-M", "Panier de légumes, moyen", "Paniers de légumes", [2190, 5500, 58, 120], Season::AllYear, true),
    product("PAN-L", "Panier de légumes, familial", "Paniers de légumes", [3290, 5500, 57, 60], Season::AllYear, true),
    product("PAN-F", "Panier de fruits de saison", "Paniers de légumes", [1890, 5500, 60, 70], Season::AllYear, true),
    product("PAN-MIX", "Panier fruits et légumes", "Paniers de légumes", [2690, 5500, 59, 80], Season::AllYear, true),
    product("TOM-1", "Tomates anciennes, 1 kg", "Légumes", [520, 5500, 55, 70], Season::Summer, true),
    product("CAR-1", "Carottes en botte", "Légumes", [280, 5500, 50, 60], Season::AllYear, true),
    product("PDT-2", "Pommes de terre Charlotte, 2 kg", "Légumes", [450, 5500, 48, 65], Season::AllYear, true),
    product("COU-1", "Courgettes, 1 kg", "Légumes", [360, 5500, 52, 45], Season::Summer, true),
    product("POT-1", "Potimarron", "Légumes", [390, 5500, 50, 50], Season::Winter, true),
    product("POI-1", "Poireaux, 1 kg", "Légumes", [380, 5500, 52, 40], Season::Winter, true),
    product("SAL-1", "Salade de pleine terre", "Légumes", [160, 5500, 50, 55], Season::AllYear, true),
    product("RAD-1", "Radis roses en botte", "Légumes", [210, 5500, 50, 30], Season::Spring, true),
    product("ASP-1", "Asperges vertes, 500 g", "Légumes", [790, 5500, 60, 45], Season::Spring, true),
    product("FRA-1", "Fraises gariguette, 500 g", "Légumes", [690, 5500, 58, 60], Season::Spring, true),
    product("OIG-1", "Oignons jaunes, 1 kg", "Légumes", [260, 5500, 48, 35], Season::AllYear, true),
    product("AIL-1", "Ail rose, tresse", "Légumes", [890, 5500, 45, 16], Season::Summer, false),
    product("HAR-1", "Haricots verts, 500 g", "Légumes", [490, 5500, 58, 30], Season::Summer, true),
    product("CHE-F", "Chèvre frais", "Fromages", [390, 5500, 55, 70], Season::AllYear, true),
    product("CHE-C", "Chèvre cendré", "Fromages", [520, 5500, 55, 50], Season::AllYear, true),
    product("CHE-S", "Crottin sec, les trois", "Fromages", [790, 5500, 54, 35], Season::AllYear, true),
    product("TOM-V", "Tomme de vache, 400 g", "Fromages", [980, 5500, 56, 48], Season::AllYear, true),
    product("FRB-1", "Fromage blanc, 500 g", "Fromages", [360, 5500, 52, 50], Season::AllYear, true),
    product("YAO-4", "Yaourts nature, les quatre", "Fromages", [340, 5500, 54, 60], Season::AllYear, true),
    product("BEU-1", "Beurre de baratte, 250 g", "Fromages", [410, 5500, 62, 45], Season::AllYear, true),
    product("MIE-F", "Miel de fleurs, 500 g", "Miel et confitures", [890, 5500, 48, 60], Season::AllYear, false),
    product("MIE-T", "Miel de tilleul, 500 g", "Miel et confitures", [1050, 5500, 48, 55], Season::AllYear, false),
    product("MIE-C", "Miel de châtaignier, 500 g", "Miel et confitures", [1090, 5500, 50, 30], Season::AllYear, false),
    product("MIE-A", "Miel d’acacia, 250 g", "Miel et confitures", [790, 5500, 52, 28], Season::AllYear, false),
    product("CON-F", "Confiture de fraises, 350 g", "Miel et confitures", [590, 5500, 42, 40], Season::AllYear, false),
    product("CON-A", "Confiture d’abricots, 350 g", "Miel et confitures", [590, 5500, 43, 30], Season::AllYear, false),
    product("CON-R", "Gelée de coings, 350 g", "Miel et confitures", [620, 5500, 42, 18], Season::AllYear, false),
    product("PAE-1", "Pain d’épices au miel", "Miel et confitures", [750, 5500, 46, 35], Season::Winter, false),
    product("VIN-R", "Anjou rouge, 75 cl", "Vins et cidres", [950, 20000, 55, 38], Season::AllYear, false),
    product("VIN-B", "Savennières blanc, 75 cl", "Vins et cidres", [1890, 20000, 58, 20], Season::AllYear, false),
    product("VIN-M", "Coteaux-du-layon, 75 cl", "Vins et cidres", [1490, 20000, 56, 24], Season::AllYear, false),
    product("VIN-C6", "Carton d’Anjou rouge, six bouteilles", "Vins et cidres", [5400, 20000, 57, 10], Season::AllYear, false),
    product("CRE-1", "Crémant de Loire, 75 cl", "Vins et cidres", [1290, 20000, 56, 32], Season::AllYear, false),
    product("CID-B", "Cidre brut, 75 cl", "Vins et cidres", [490, 20000, 48, 42], Season::AllYear, false),
    product("CID-D", "Cidre doux, 75 cl", "Vins et cidres", [490, 20000, 48, 34], Season::AllYear, false),
    product("POM-1", "Pommeau, 70 cl", "Vins et cidres", [1750, 20000, 52, 10], Season::AllYear, false),
    product("BIE-1", "Bière blonde de la ferme, 75 cl", "Vins et cidres", [650, 20000, 50, 30], Season::AllYear, false),
    product("JUS-P", "Jus de pomme, 1 l", "Jus et sirops", [380, 5500, 46, 70], Season::AllYear, false),
    product("JUS-PC", "Jus pomme-cassis, 1 l", "Jus et sirops", [450, 5500, 47, 35], Season::AllYear, false),
    product("JUS-6", "Caisse de jus de pomme, six bouteilles", "Jus et sirops", [2050, 5500, 47, 24], Season::AllYear, false),
    product("SIR-M", "Sirop de menthe, 50 cl", "Jus et sirops", [690, 5500, 44, 20], Season::Summer, false),
    product("SIR-S", "Sirop de sureau, 50 cl", "Jus et sirops", [720, 5500, 44, 18], Season::Summer, false),
    product("VIN-X", "Vinaigre de cidre, 50 cl", "Jus et sirops", [460, 5500, 42, 22], Season::AllYear, false),
    product("PAI-C", "Pain de campagne au levain, 1 kg", "Pains et biscuits", [590, 5500, 50, 75], Season::AllYear, true),
    product("PAI-S", "Pain de seigle, 500 g", "Pains et biscuits", [420, 5500, 50, 38], Season::AllYear, true),
    product("BRI-1", "Brioche pur beurre", "Pains et biscuits", [690, 5500, 52, 45], Season::AllYear, true),
    product("SAB-1", "Sablés au beurre, 200 g", "Pains et biscuits", [480, 5500, 46, 36], Season::AllYear, false),
    product("FAR-1", "Farine de blé T80, 1 kg", "Pains et biscuits", [320, 5500, 55, 30], Season::AllYear, false),
    product("GAL-1", "Galettes de sarrasin, les six", "Pains et biscuits", [520, 5500, 48, 34], Season::AllYear, true),
    product("OEU-6", "Œufs de plein air, les six", "Œufs et volailles", [290, 5500, 60, 95], Season::AllYear, true),
    product("OEU-12", "Œufs de plein air, les douze", "Œufs et volailles", [560, 5500, 60, 60], Season::AllYear, true),
    product("POU-1", "Poulet fermier entier", "Œufs et volailles", [1890, 5500, 66, 40], Season::AllYear, true),
    product("CHA-1", "Chapon fermier", "Œufs et volailles", [5900, 5500, 64, 8], Season::Christmas, true),
    product("RIL-1", "Rillettes de poulet, 180 g", "Œufs et volailles", [650, 5500, 50, 28], Season::AllYear, false),
    product("SOU-P", "Soupe de potimarron, 1 l", "Plats cuisinés", [690, 10000, 45, 45], Season::Winter, true),
    product("SOU-L", "Soupe de légumes du jardin, 1 l", "Plats cuisinés", [650, 10000, 45, 40], Season::AllYear, true),
    product("GRA-1", "Gratin dauphinois, deux parts", "Plats cuisinés", [980, 10000, 48, 30], Season::AllYear, true),
    product("QUI-1", "Quiche aux poireaux", "Plats cuisinés", [1150, 10000, 46, 28], Season::AllYear, true),
    product("LAS-1", "Lasagnes aux légumes, deux parts", "Plats cuisinés", [1190, 10000, 48, 32], Season::AllYear, true),
    product("RAT-1", "Ratatouille, bocal de 600 g", "Plats cuisinés", [790, 10000, 44, 26], Season::AllYear, false),
    product("LIV-1", "Cuisiner les légumes oubliés", "Livres", [1990, 5500, 65, 10], Season::AllYear, false),
    product("LIV-2", "Le potager en carrés", "Livres", [1690, 5500, 65, 8], Season::AllYear, false),
    product("BOU-1", "Bougie à la cire d’abeille", "Cadeaux et maison", [1290, 20000, 40, 30], Season::AllYear, false),
    product("BOU-3", "Bougies chauffe-plat, les huit", "Cadeaux et maison", [890, 20000, 40, 18], Season::AllYear, false),
    product("SAV-1", "Savon au lait de chèvre", "Cadeaux et maison", [590, 20000, 38, 32], Season::AllYear, false),
    product("TAB-1", "Tablier en lin", "Cadeaux et maison", [3490, 20000, 45, 8], Season::AllYear, false),
    product("SAC-1", "Sac à vrac en coton", "Cadeaux et maison", [690, 20000, 42, 16], Season::AllYear, false),
    product("COF-D", "Coffret découverte du terroir", "Cadeaux et maison", [3900, 20000, 55, 22], Season::AllYear, false),
    product("COF-N", "Coffret de Noël de la ferme", "Cadeaux et maison", [5900, 20000, 55, 40], Season::Christmas, false),
];

impl Item {
    pub fn on_sale(&self, on: Date) -> bool {
        self.season.includes(on.month())
    }

    /// The days of history on which the price changed, and the price from then on. Prices rise
    /// twice in two years, on days of the product's own, and end at today's.
    pub fn prices(&self) -> [(i64, i64); 3] {
        let own = i64::from(self.code.bytes().map(u32::from).sum::<u32>());
        let rounded = |price: i64| (price + 5) / 10 * 10;
        [
            (0, rounded(self.price * 93 / 100)),
            (120 + own % 140, rounded(self.price * 96 / 100)),
            (420 + own % 190, self.price),
        ]
    }

    /// Cents per unit, tax included, on a day of history.
    pub fn price_on(&self, day: i64) -> i64 {
        self.prices().iter().rev().find(|(from, _)| *from <= day).map_or(self.price, |(_, p)| *p)
    }

    /// Purchase cost per unit, without tax, on a day of history.
    pub fn cost_on(&self, day: i64) -> i64 {
        without_tax(self.price_on(day), self.rate) * self.cost / 100
    }

    /// The product as the platform's catalogue listed it on a day of history.
    pub fn record(&self, day: i64, modified: Timestamp, stock: Option<i64>) -> Product {
        Product {
            code: self.code.to_owned(),
            version: Version::stamped(modified),
            deleted: false,
            name: self.name.to_owned(),
            category: Some(self.category.to_owned()),
            price: Some(without_tax(self.price_on(day), self.rate)),
            cost: Some(self.cost_on(day)),
            stock,
        }
    }

    /// Units on hand today: most shelves are full, a few are low, three are empty.
    pub fn stock(&self, rng: &mut fastrand::Rng) -> i64 {
        match self.code {
            "MIE-C" | "VIN-M" | "LAS-1" => 0,
            "CHE-S" | "BOU-1" | "JUS-6" | "SAB-1" => rng.i64(1..5),
            _ => rng.i64(12..40) + i64::from(self.weight) * 2,
        }
    }
}

/// The part of an amount with tax that is not tax, to the cent, half to even.
pub fn without_tax(amount: i64, rate: TaxRate) -> i64 {
    let whole = money::divide_half_even(i128::from(amount) * 100_000, 100_000 + i128::from(rate.0));
    i64::try_from(whole).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn tax_is_taken_out_to_the_cent() {
        // 4.50 € at 5.5 %: 450 / 1.055 = 426.54…; 14.90 € at 20 %: 1490 / 1.2 = 1241.67.
        assert_eq!(without_tax(450, TaxRate(5_500)), 427);
        assert_eq!(without_tax(1490, TaxRate(20_000)), 1242);
        assert_eq!(without_tax(690, TaxRate(10_000)), 627);
        assert_eq!(without_tax(690, TaxRate(0)), 690);
    }

    #[test]
    fn codes_are_unique_and_names_well_written() {
        let codes: HashSet<&str> = ITEMS.iter().map(|item| item.code).collect();
        assert_eq!(codes.len(), ITEMS.len());
        assert!(ITEMS.iter().all(|item| !item.name.contains(['\'', '"'])));
        assert!(ITEMS.iter().all(|item| item.price_on(800) == item.price));
    }
}
