//! What is put in a basket, and the order it makes: lines, discounts, postage, taxes to the cent.

use comptoir_model::{Fee, Line, LineKind, Order, Payment, Tax, TaxRate, Version, money};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::catalogue::{ITEMS, Item, without_tax};
use super::person::Person;
use super::traffic::Origin;
use super::{CURRENCY, calendar, chance, weighted};

const NORMAL_RATE: TaxRate = TaxRate(20_000);

/// Products with their quantities.
pub type Basket = Vec<(&'static Item, i64)>;

/// A product of the season that can travel where it must.
pub fn item(rng: &mut fastrand::Rng, on: Date, abroad: bool) -> &'static Item {
    let available = |item: &&Item| item.on_sale(on) && !(abroad && item.fresh);
    let boost = |item: &Item| {
        let christmas = on.month() == 12 && matches!(item.category, "Cadeaux et maison");
        if christmas { item.weight * 3 } else { item.weight }
    };
    let total: u32 = ITEMS.iter().filter(available).map(boost).sum();
    let mut left = rng.u32(..total.max(1));
    for item in ITEMS.iter().filter(available) {
        let weight = boost(item);
        if left < weight {
            return item;
        }
        left -= weight;
    }
    &ITEMS[0]
}

/// One to nine different products; vegetables come alone or with what goes with them.
pub fn fill(rng: &mut fastrand::Rng, on: Date, abroad: bool) -> Basket {
    const SIZES: [(usize, u32); 8] =
        [(1, 20), (2, 22), (3, 20), (4, 14), (5, 10), (6, 7), (7, 4), (9, 3)];
    let size = weighted(rng, &SIZES).copied().unwrap_or(1);
    let mut basket = Basket::with_capacity(size);
    for _ in 0..size {
        add(rng, &mut basket, on, abroad);
    }
    basket
}

/// Puts one more product in a basket, or one more of the same.
pub fn add(rng: &mut fastrand::Rng, basket: &mut Basket, on: Date, abroad: bool) {
    const QUANTITIES: [(i64, u32); 5] = [(1, 70), (2, 20), (3, 6), (4, 2), (6, 2)];
    let new = item(rng, on, abroad);
    match basket.iter_mut().find(|(item, _)| item.code == new.code) {
        Some((_, quantity)) => *quantity += 1,
        None => basket.push((new, weighted(rng, &QUANTITIES).copied().unwrap_or(1))),
    }
}

/// What a basket costs on a day of history, tax included.
pub fn total(basket: &Basket, day: i64) -> i64 {
    basket.iter().map(|(item, quantity)| item.price_on(day) * quantity).sum()
}

/// Everything that decides what an order looks like, besides chance.
pub struct Purchase<'a> {
    pub id: &'a str,
    pub number: u64,
    pub at: Timestamp,
    pub on: Date,
    /// Day of history.
    pub day: i64,
    pub basket: &'a Basket,
    /// `None` at the farm's own counter, where nobody asks for a name.
    pub person: Option<&'a Person>,
    pub account: bool,
    /// Orders this person placed before.
    pub before: u32,
    pub origin: Option<Origin>,
    pub device: Option<&'static str>,
}

impl Purchase<'_> {
    /// The order, paid and waiting to be prepared.
    pub fn order(&self, rng: &mut fastrand::Rng) -> Order {
        let mut order = Order::new(self.id, Version::stamped(self.at), CURRENCY, self.at);
        order.number = Some(self.number.to_string());
        order.invoice_number = Some(format!("FT{}-{}", self.on.year(), self.number));
        "processing".clone_into(&mut order.status);

        let coupon = self.person.and_then(|_| self.coupon(rng));
        order.coupons = coupon.iter().map(|coupon| coupon.code.to_owned()).collect();
        // Goods sent out of the Union leave without tax.
        let export = self.person.is_some_and(|person| person.town.0 == "CH");
        order.lines = self.lines(coupon.as_ref(), export);
        let goods: i64 = order.lines.iter().map(|line| line.net() + line.tax()).sum();

        let (method, postage) = self.delivery(rng, goods);
        order.shipping_method = Some(method.to_owned());
        (order.shipping_amount, order.shipping_taxes) = taxed(postage, NORMAL_RATE, export);
        if self.on.month() == 12 && self.person.is_some() && chance(rng, 90) {
            let (amount, taxes) = taxed(300, NORMAL_RATE, export);
            order.fees.push(Fee { name: "Emballage cadeau".to_owned(), amount, taxes });
        }

        if let Some(person) = self.person {
            order.customer = person.identity(self.account);
            order.billing = person.place();
            order.shipping = person.place();
        } else {
            order.billing.country = Some("FR".to_owned());
            order.shipping.country = Some("FR".to_owned());
        }
        if let Some(origin) = self.origin {
            order.source = origin.source.map(str::to_owned);
            order.medium = origin.medium.map(str::to_owned);
            order.campaign = origin.campaign.map(str::to_owned);
            order.channel = Some(origin.channel.to_owned());
        } else {
            order.channel = Some("Magasin".to_owned());
        }
        order.device = self.device.map(str::to_owned);
        self.pay(rng, &mut order);
        order
    }

    fn lines(&self, coupon: Option<&Coupon>, export: bool) -> Vec<Line> {
        let reduced: Vec<i64> = self.basket.iter().map(|(item, _)| self.reduction(item)).collect();
        let totals: Vec<i64> = self
            .basket
            .iter()
            .zip(&reduced)
            .map(|((item, quantity), reduced)| {
                item.price_on(self.day) * quantity * (100 - reduced) / 100
            })
            .collect();
        let off = coupon.map_or_else(
            || vec![0; totals.len()],
            |coupon| match coupon.off {
                Off::Percent(percent) => totals.iter().map(|total| total * percent / 100).collect(),
                Off::Amount(amount) => money::split(amount.min(totals.iter().sum()), &totals),
            },
        );
        let parts = self.basket.iter().zip(&reduced).zip(totals.iter().zip(&off));
        parts
            .map(|(((item, quantity), reduced), (total, off))| {
                let rate = if export { TaxRate(0) } else { item.rate };
                // An export costs what the goods cost without tax.
                let bare = |amount| without_tax(amount, item.rate);
                let (gross, net) = (bare(*total), bare(total - off));
                let tax = if export { 0 } else { total - off - net };
                Line {
                    kind: LineKind::Product,
                    product: Some(item.code.to_owned()),
                    variant: None,
                    name: item.name.to_owned(),
                    category: Some(item.category.to_owned()),
                    quantity: *quantity,
                    regular_price: (*reduced > 0).then(|| bare(item.price_on(self.day))),
                    gross,
                    discount: gross - net,
                    taxes: vec![Tax { rate: Some(rate), amount: tax }],
                    cost: Some(item.cost_on(self.day)),
                }
            })
            .collect()
    }

    /// Percent off the price tag itself: during the sales, on what keeps.
    fn reduction(&self, item: &Item) -> i64 {
        let concerned = matches!(item.category, "Cadeaux et maison" | "Livres" | "Vins et cidres");
        // A book's price is fixed by law: 5 % at most.
        match (calendar::sales(self.on) && concerned, item.category) {
            (true, "Livres") => 5,
            (true, "Vins et cidres") => 15,
            (true, _) => 30,
            _ => 0,
        }
    }

    fn coupon(&self, rng: &mut fastrand::Rng) -> Option<Coupon> {
        let day = (self.on.month(), self.on.day());
        let (code, off, per_mille) = if calendar::black_friday(self.on) {
            ("VENDREDI20", Off::Percent(20), 600)
        } else if self.before == 0 {
            ("BIENVENUE10", Off::Percent(10), 320)
        } else if ((12, 1)..=(12, 24)).contains(&day) {
            ("NOEL", Off::Percent(12), 260)
        } else if ((3, 20)..=(4, 20)).contains(&day) {
            ("PRINTEMPS", Off::Percent(8), 160)
        } else if self.before >= 4 {
            ("FIDELITE5", Off::Amount(500), 90)
        } else {
            return None;
        };
        chance(rng, per_mille).then_some(Coupon { code, off })
    }

    /// How the order travels, and the postage with tax.
    fn delivery(&self, rng: &mut fastrand::Rng, goods: i64) -> (&'static str, i64) {
        let Some(person) = self.person else { return ("Retrait au magasin", 0) };
        if person.abroad() {
            return ("Livraison à domicile", 1490);
        }
        if person.at_work {
            return ("Livraison en entreprise", 0);
        }
        let local = person.town.3.starts_with("49");
        let pick_up = if local { 480 } else { 20 };
        match rng.u32(..1000) {
            draw if draw < pick_up => ("Retrait au magasin", 0),
            draw if draw < 700 => ("Point relais", if goods >= 6000 { 0 } else { 590 }),
            _ => ("Livraison à domicile", if goods >= 9000 { 0 } else { 890 }),
        }
    }

    fn pay(&self, rng: &mut fastrand::Rng, order: &mut Order) {
        const ONLINE: [(&str, u32); 4] =
            [("Carte bancaire", 720), ("PayPal", 190), ("Virement bancaire", 50), ("Chèque", 40)];
        const COUNTER: [(&str, u32); 3] =
            [("Carte bancaire", 620), ("Espèces", 280), ("Chèque", 100)];
        let method = match self.person {
            Some(_) => weighted(rng, &ONLINE),
            None => weighted(rng, &COUNTER),
        };
        let method = method.copied().unwrap_or("Carte bancaire");
        let wait = match (self.person, method) {
            (None, _) => 0,
            (_, "Virement bancaire") => rng.i64(86_400..4 * 86_400),
            (_, "Chèque") => rng.i64(3 * 86_400..8 * 86_400),
            _ => rng.i64(20..240),
        };
        let at = self.at + SignedDuration::from_secs(wait);
        order.payment_method = Some(method.to_owned());
        order.paid = Some(at);
        order.payments.push(Payment {
            method: Some(method.to_owned()),
            at,
            amount: order.total(),
            succeeded: true,
        });
    }
}

struct Coupon {
    code: &'static str,
    off: Off,
}

#[derive(Clone, Copy)]
enum Off {
    Percent(i64),
    Amount(i64),
}

/// An amount with tax as what is left without it, and the tax.
fn taxed(amount: i64, rate: TaxRate, export: bool) -> (i64, Vec<Tax>) {
    if amount == 0 {
        return (0, Vec::new());
    }
    let bare = without_tax(amount, rate);
    let (rate, tax) = if export { (TaxRate(0), 0) } else { (rate, amount - bare) };
    (bare, vec![Tax { rate: Some(rate), amount: tax }])
}
