//! From amounts as a source writes them, with tax or without, to the amounts of an order.
//!
//! Everything is integer minor units. Whatever is derived (a discount spread over lines, a tax taken
//! out of a price) is derived once, and adds up to what the source wrote.

use comptoir_model::money::{divide_half_even, split};
use comptoir_model::{Fee, Line, LineKind, Order, Tax, TaxRate};

use super::{Fault, totals};
use crate::mapping::TaxRule;
use crate::words::say;

/// A line as a source writes it; amounts include tax or not, as [`Bill::includes_tax`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DraftLine {
    pub(crate) line: Line,
    /// price × quantity, `None` when the source tells no price.
    pub(crate) gross: Option<i64>,
    pub(crate) discount: i64,
    pub(crate) rate: Option<TaxRate>,
    pub(crate) tax: Option<i64>,
    pub(crate) taxable: bool,
}

/// A charge beside the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) name: String,
    pub(crate) amount: i64,
    pub(crate) rate: Option<TaxRate>,
    pub(crate) tax: Option<i64>,
}

/// All the amounts of one order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bill {
    pub(crate) lines: Vec<DraftLine>,
    pub(crate) discount: i64,
    pub(crate) shipping: Charge,
    pub(crate) fees: Vec<Charge>,
    /// Taxes of the whole order, for sources whose lines tell none.
    pub(crate) taxes: Vec<Tax>,
    pub(crate) subtotal: Option<i64>,
    pub(crate) total: Option<i64>,
    pub(crate) includes_tax: TaxRule,
}

impl Bill {
    /// Writes the amounts into the order.
    pub(crate) fn settle(mut self, order: &mut Order) -> Result<(), Fault> {
        let priced = self.lines.iter().filter(|line| line.gross.is_some()).count();
        if priced == 0
            && let Some(total) = self.total
        {
            self.settle_total(total, order);
            return Ok(());
        }
        if priced < self.lines.len() {
            return Err(Fault::new(
                say(
                    "des lignes de la commande n’ont pas de prix",
                    "some lines of the order have no price",
                ),
                say(
                    "renseignez le prix, ou inscrivez 0 pour un cadeau",
                    "fill the price, or write 0 for a gift",
                ),
            ));
        }
        if self.includes_tax == TaxRule::Auto {
            self.includes_tax = totals::reconcile(&mut self);
        }
        self.spread_discount()?;
        let told = self.lines.iter().any(|line| line.rate.is_some() || line.tax.is_some());
        if self.includes_tax == TaxRule::Yes {
            if told { self.take_out_each(order) } else { self.take_out_of_all(order) }
        } else {
            self.add_on(order, told);
            Ok(())
        }
    }

    /// An order without lines: one line for all its goods when its tax is known, else only a total.
    fn settle_total(self, total: i64, order: &mut Order) {
        order.lines = self.lines.iter().map(|draft| draft.line.clone()).collect();
        if self.taxes.is_empty() || self.includes_tax == TaxRule::Yes || !order.lines.is_empty() {
            order.total_only = Some(total);
            return;
        }
        let fees: i64 = self.fees.iter().map(|fee| fee.amount).sum();
        let net = total - Tax::sum(&self.taxes) - self.shipping.amount - fees;
        if net < 0 {
            order.total_only = Some(total);
            return;
        }
        order.lines.push(Line {
            kind: LineKind::Service,
            product: None,
            variant: None,
            name: String::new(),
            category: None,
            quantity: 1,
            regular_price: None,
            gross: net + self.discount,
            discount: self.discount,
            taxes: Vec::new(),
            cost: None,
        });
        order.shipping_amount = self.shipping.amount;
        order.fees = self.fees.into_iter().filter(|fee| fee.amount != 0).map(plain_fee).collect();
        order.taxes = self.taxes;
    }

    fn spread_discount(&mut self) -> Result<(), Fault> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let nets: Vec<i64> = self.lines.iter().map(DraftLine::net).collect();
        if nets.iter().any(|net| *net < 0) || self.discount > nets.iter().sum() {
            return Err(Fault::new(
                say(
                    "la remise dépasse le montant dont elle est déduite",
                    "the discount is larger than what it is taken from",
                ),
                say(
                    "vérifiez si la remise vaut pour un article, une ligne ou la commande, et associez-la au champ qui convient",
                    "check whether the discount is for one unit, a line or the order, and map it so",
                ),
            ));
        }
        for (line, part) in self.lines.iter_mut().zip(split(self.discount, &nets)) {
            line.discount += part;
        }
        self.discount = 0;
        Ok(())
    }

    /// Amounts are without tax: taxes come on top.
    fn add_on(self, order: &mut Order, told: bool) {
        for draft in self.lines {
            let net = draft.net();
            let taxes = taxes_on(net, draft.rate, draft.tax);
            order.lines.push(Line {
                gross: draft.gross.unwrap_or(0),
                discount: draft.discount,
                taxes,
                ..draft.line
            });
        }
        order.discount = self.discount;
        order.shipping_amount = self.shipping.amount;
        order.shipping_taxes =
            taxes_on(self.shipping.amount, self.shipping.rate, self.shipping.tax);
        for fee in self.fees {
            if fee.amount != 0 {
                let taxes = taxes_on(fee.amount, fee.rate, fee.tax);
                order.fees.push(Fee { name: fee.name, amount: fee.amount, taxes });
            }
        }
        if !told {
            order.taxes = self.taxes;
            return;
        }
        // What the order's tax has beyond its lines is the tax of its shipping.
        let rest = Tax::sum(&self.taxes) - order.tax();
        if rest > 0 && order.shipping_amount > 0 && order.shipping_taxes.is_empty() {
            order.shipping_taxes = known(None, rest);
        } else if rest > 0 {
            order.taxes = known(None, rest);
        }
    }

    /// Amounts include tax, and each line tells its own.
    fn take_out_each(mut self, order: &mut Order) -> Result<(), Fault> {
        let goods: i64 = self.lines.iter().map(DraftLine::net).sum();
        for draft in std::mem::take(&mut self.lines) {
            let tax = tax_inside(draft.net(), draft.rate, draft.tax)?;
            order.lines.push(draft.without(tax));
        }
        let shipping = self.like_the_goods(self.shipping.clone(), order, goods);
        let tax = tax_inside(shipping.amount, shipping.rate, shipping.tax)?;
        order.shipping_amount = shipping.amount - tax;
        order.shipping_taxes = known(shipping.rate, tax);
        let fees = std::mem::take(&mut self.fees);
        for fee in fees.into_iter().filter(|fee| fee.amount != 0) {
            let fee = self.like_the_goods(fee, order, goods);
            let tax = tax_inside(fee.amount, fee.rate, fee.tax)?;
            order.fees.push(Fee {
                name: fee.name,
                amount: fee.amount - tax,
                taxes: known(fee.rate, tax),
            });
        }
        Ok(())
    }

    /// A charge that tells no tax has what the order's tax leaves for it, else the goods' share:
    /// shipping and fees follow what they are charged for.
    fn like_the_goods(&self, mut charge: Charge, order: &Order, goods: i64) -> Charge {
        if charge.amount == 0 || charge.rate.is_some() || charge.tax.is_some() {
            return charge;
        }
        let rest = Tax::sum(&self.taxes) - order.tax();
        if !self.taxes.is_empty() && (0..=charge.amount).contains(&rest) {
            charge.tax = Some(rest);
            return charge;
        }
        let mut rates = order.lines.iter().flat_map(|line| &line.taxes).map(|tax| tax.rate);
        let first = rates.next().flatten();
        if first.is_some() && rates.all(|rate| rate == first) {
            charge.rate = first;
        } else {
            let tax: i64 = order.lines.iter().map(Line::tax).sum();
            charge.tax = Some(if goods == 0 { 0 } else { ratio(charge.amount, tax, goods) });
        }
        charge
    }

    /// Amounts include tax, and only the tax of the whole order is known: it is taken out of what is
    /// taxed in proportion, by largest remainder, so that the order still adds up to its total.
    fn take_out_of_all(self, order: &mut Order) -> Result<(), Fault> {
        if self.taxes.is_empty() {
            return Err(Fault::new(
                say(
                    "les prix sont TTC, mais leur taxe n’est indiquée nulle part",
                    "prices include a tax that is not told",
                ),
                say(
                    "associez une colonne à tax_rate ou à line_tax, donnez un tax_rate constant, ou indiquez `prices_include_tax = \"no\"`",
                    "map tax_rate or line_tax, give a constant tax_rate, or say prices_include_tax = \"no\"",
                ),
            ));
        }
        let tax = Tax::sum(&self.taxes);
        let mut weights: Vec<i64> =
            self.lines.iter().map(|draft| if draft.taxable { draft.net() } else { 0 }).collect();
        let goods: i64 = weights.iter().sum();
        weights.push(if self.shipping_is_taxed(goods, tax) { self.shipping.amount } else { 0 });
        let parts = split(tax, &weights);
        // One rate belongs on the lines; several can't be told apart and stay with the order.
        let rate = if let [only] = self.taxes.as_slice() { Some(only.rate) } else { None };
        for (draft, part) in self.lines.into_iter().zip(&parts) {
            let mut line = draft.without(*part);
            line.taxes = rate
                .filter(|_| *part != 0)
                .map(|rate| Tax { rate, amount: *part })
                .into_iter()
                .collect();
            order.lines.push(line);
        }
        let part = parts.last().copied().unwrap_or(0);
        order.shipping_amount = self.shipping.amount - part;
        match rate {
            Some(rate) if part != 0 => order.shipping_taxes = vec![Tax { rate, amount: part }],
            Some(_) => {}
            None => order.taxes = self.taxes,
        }
        order.fees = self.fees.into_iter().filter(|fee| fee.amount != 0).map(plain_fee).collect();
        Ok(())
    }

    /// Whether the tax fits goods and shipping better than goods alone, at its own rate.
    fn shipping_is_taxed(&self, goods: i64, tax: i64) -> bool {
        let [Tax { rate: Some(rate), .. }] = self.taxes.as_slice() else { return true };
        let off = |amount: i64| (inside(amount, *rate) - tax).abs();
        off(goods + self.shipping.amount) <= off(goods)
    }
}

impl DraftLine {
    pub(crate) fn net(&self) -> i64 {
        self.gross.unwrap_or(0) - self.discount
    }

    /// The line without the tax inside it; its gross keeps the proportion of its net.
    fn without(self, tax: i64) -> Line {
        let (gross, net) = (self.gross.unwrap_or(0), self.net());
        let net_without = net - tax;
        let gross_without = match (self.discount, net) {
            (0, _) => net_without,
            (_, 0) => gross - self.rate.map_or(0, |rate| inside(gross, rate)),
            _ => ratio(gross, net_without, net).max(net_without),
        };
        let regular_price = self.line.regular_price.map(|price| {
            if net == 0 {
                self.rate.map_or(price, |rate| price - inside(price, rate))
            } else {
                ratio(price, net_without, net)
            }
        });
        Line {
            gross: gross_without,
            discount: gross_without - net_without,
            taxes: known(self.rate, tax),
            regular_price,
            ..self.line
        }
    }
}

/// The tax that stands inside an amount.
pub(crate) fn tax_inside(
    amount: i64,
    rate: Option<TaxRate>,
    tax: Option<i64>,
) -> Result<i64, Fault> {
    match (tax, rate) {
        (Some(tax), _) if tax <= amount => Ok(tax),
        (Some(_), _) => Err(Fault::new(
            say(
                "la taxe dépasse le montant qui la contient",
                "the tax is larger than the amount it is in",
            ),
            say("vérifiez les colonnes de taxe", "check the tax columns"),
        )),
        (None, Some(rate)) => Ok(inside(amount, rate)),
        (None, None) if amount == 0 => Ok(0),
        (None, None) => Err(Fault::new(
            say(
                "un montant est TTC, mais sa taxe n’est pas indiquée",
                "an amount includes a tax that is not told",
            ),
            say(
                "donnez sa taxe ou son taux (0 s’il n’y en a pas)",
                "give its tax or its rate (0 when there is none)",
            ),
        )),
    }
}

/// The taxes that come on top of an amount.
pub(crate) fn taxes_on(amount: i64, rate: Option<TaxRate>, tax: Option<i64>) -> Vec<Tax> {
    match (tax, rate) {
        (Some(amount), rate) => known(rate, amount),
        (None, Some(rate)) => {
            vec![Tax { rate: Some(rate), amount: ratio(amount, i64::from(rate.0), 100_000) }]
        }
        (None, None) => Vec::new(),
    }
}

/// A tax worth keeping: an amount, or a rate even when it comes to nothing.
pub(crate) fn known(rate: Option<TaxRate>, amount: i64) -> Vec<Tax> {
    if amount == 0 && rate.is_none() { Vec::new() } else { vec![Tax { rate, amount }] }
}

fn plain_fee(fee: Charge) -> Fee {
    Fee { name: fee.name, amount: fee.amount, taxes: Vec::new() }
}

fn inside(amount: i64, rate: TaxRate) -> i64 {
    ratio(amount, i64::from(rate.0), 100_000 + i64::from(rate.0))
}

/// `amount × part ÷ whole`, rounded half to even; `whole` is not 0.
fn ratio(amount: i64, part: i64, whole: i64) -> i64 {
    let sign = i128::from(whole.signum());
    let numerator = i128::from(amount) * i128::from(part) * sign;
    i64::try_from(divide_half_even(numerator, i128::from(whole.unsigned_abs()).max(1))).unwrap_or(0)
}
