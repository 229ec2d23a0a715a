//! Puts model records into the transaction's incoming tables.

use std::hash::{BuildHasher, Hash};

use comptoir_model::{
    Cart, CartState, Class, Customer, Identity, LineKind, Order, Origin, Product, Record, Refund,
    Tax, Version, Visit,
};
use duckdb::Connection;
use foldhash::quality::FixedState;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::sheet::{Sheet, cells};
use crate::error::StoreError;
use crate::settings::Meanings;

/// Where a record comes from: the shop and source it belongs to, and the import that brings it.
#[derive(Clone)]
pub(crate) struct Origins {
    pub shop_id: i64,
    pub source_id: i64,
    pub zone: TimeZone,
    pub import_id: Option<i64>,
    /// What the merchant says the shop's raw statuses mean.
    pub meanings: Meanings,
}

impl Origins {
    /// The class of an order in this shop, and the one the platform told if it is another.
    fn class(&self, order: &Order) -> (Class, Option<&'static str>) {
        let meant = self.meanings.get(&order.status).copied().unwrap_or(order.class);
        if order.class == Class::Deleted || meant == order.class {
            return (order.class, None);
        }
        (meant, Some(order.class.id()))
    }
}

/// How many records of each kind were staged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Staged {
    pub orders: u64,
    pub refunds: u64,
    pub customers: u64,
    pub products: u64,
    pub behaviour: u64,
}

/// Sheets for the incoming tables; nothing reaches the tables before [`Stage::finish`].
pub(crate) struct Stage<'c> {
    orders: Sheet<'c>,
    lines: Sheet<'c>,
    taxes: Sheet<'c>,
    refunds: Sheet<'c>,
    refund_lines: Sheet<'c>,
    history: Sheet<'c>,
    products: Sheet<'c>,
    customers: Sheet<'c>,
    carts: Sheet<'c>,
    visits: Sheet<'c>,
    next_no: i64,
    staged: Staged,
}

impl<'c> Stage<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            orders: Sheet::new(connection, "in_orders"),
            lines: Sheet::new(connection, "in_lines"),
            taxes: Sheet::new(connection, "in_taxes"),
            refunds: Sheet::new(connection, "in_refunds"),
            refund_lines: Sheet::new(connection, "in_refund_lines"),
            history: Sheet::new(connection, "in_history"),
            products: Sheet::new(connection, "in_products"),
            customers: Sheet::new(connection, "in_customers"),
            carts: Sheet::new(connection, "in_carts"),
            visits: Sheet::new(connection, "in_visits"),
            next_no: 0,
            staged: Staged::default(),
        }
    }

    /// Stages one record; each key at most once per transaction (see [`super::reduce`]).
    pub fn push(&mut self, record: &Record, from: &Origins) -> Result<(), StoreError> {
        match record {
            Record::Order(order) => self.order(order, from),
            Record::Refund(refund) => self.refund(refund, from, None),
            Record::Customer(customer) => self.customer(customer, from),
            Record::Product(product) => self.product(product, from),
            Record::Cart(cart) => self.cart(cart, from),
            Record::Visit(visit) => self.visit(visit, from),
        }
    }

    /// Remembers a version of an order that is not the newest of its transaction.
    pub fn remember(&mut self, order: &Order, from: &Origins) -> Result<(), StoreError> {
        self.history.row(&cells![
            from.shop_id,
            from.source_id,
            &order.id,
            origin(order.version),
            order.version.modified,
            digest(order),
            &order.status,
            order.class.id(),
            order.total(),
            order.currency.code(),
        ])
    }

    pub fn finish(mut self) -> Result<Staged, StoreError> {
        for sheet in [
            &mut self.orders,
            &mut self.lines,
            &mut self.taxes,
            &mut self.refunds,
            &mut self.refund_lines,
            &mut self.history,
            &mut self.products,
            &mut self.customers,
            &mut self.carts,
            &mut self.visits,
        ] {
            sheet.flush()?;
        }
        Ok(self.staged)
    }

    fn number(&mut self) -> i64 {
        self.next_no += 1;
        self.next_no
    }

    fn order(&mut self, order: &Order, from: &Origins) -> Result<(), StoreError> {
        let number = self.number();
        let (class, told_class) = from.class(order);
        // The ledger's order row carries the taxes of shipping and fees and those of no line.
        let row_taxes: Vec<&Tax> = order
            .shipping_taxes
            .iter()
            .chain(order.fees.iter().flat_map(|fee| &fee.taxes))
            .chain(&order.taxes)
            .collect();
        let (row_rate, row_tax) = self.first_tax(number, 0, &merged(&row_taxes))?;
        let mut coupons = order.coupons.clone();
        coupons.sort();
        let coupon = (!coupons.is_empty()).then(|| coupons.join(", "));
        let payments = (!order.payments.is_empty())
            .then(|| serde_json::to_string(&order.payments))
            .transpose()
            .map_err(|error| StoreError::Invalid(error.to_string()))?;
        let customer = &order.customer;
        let (billing, shipping) = (&order.billing, &order.shipping);
        let goods = order.gross() - order.discounts();
        self.orders.row(&cells![
            number,
            from.shop_id,
            from.source_id,
            &order.id,
            &order.number,
            &order.invoice_number,
            origin(order.version),
            order.version.modified,
            digest(order),
            from.import_id,
            &order.status,
            class.id(),
            order.test,
            order.created,
            order.paid,
            order.completed,
            order.processed,
            order.validated,
            order.cancelled,
            &customer.id,
            &customer.email,
            &customer.email_key(),
            &customer.phone,
            &customer.phone_key(),
            &customer.name(),
            &billing.country,
            &billing.region,
            &billing.city,
            &billing.postcode,
            &shipping.country,
            &shipping.region,
            &shipping.city,
            &shipping.postcode,
            &order.payment_method,
            &order.shipping_method,
            &coupon,
            &order.source,
            &order.medium,
            &order.campaign,
            &order.channel,
            &order.device,
            order.currency.code(),
            goods,
            order.shipping_amount,
            order.fee_amount(),
            order.tax(),
            order.total(),
            order.total_only.is_some(),
            &payments,
            order.discount,
            row_rate,
            row_tax,
            told_class,
        ])?;
        for (line_no, line) in (1_i32..).zip(&order.lines) {
            let taxes: Vec<&Tax> = line.taxes.iter().collect();
            let (rate, tax) = self.first_tax(number, line_no, &merged(&taxes))?;
            self.lines.row(&cells![
                number,
                from.shop_id,
                line_no,
                kind(line.kind),
                &line.product,
                &line.variant,
                &line.name,
                &line.category,
                line.quantity,
                line.regular_price,
                line.gross,
                line.discount,
                rate,
                tax,
                &tax_pairs(&line.taxes),
                line.cost,
            ])?;
        }
        for refund in &order.refunds {
            self.refund(refund, from, Some((number, order)))?;
        }
        self.staged.orders += 1;
        Ok(())
    }

    /// The first tax goes into the row itself, the others into rows of their own.
    fn first_tax(
        &mut self,
        number: i64,
        line_no: i32,
        taxes: &[(Option<i32>, i64)],
    ) -> Result<(Option<i32>, i64), StoreError> {
        let Some((first, others)) = taxes.split_first() else { return Ok((None, 0)) };
        for (rate, amount) in others {
            self.taxes.row(&cells![number, line_no, *rate, *amount])?;
        }
        Ok(*first)
    }

    fn refund(
        &mut self,
        refund: &Refund,
        from: &Origins,
        inside: Option<(i64, &Order)>,
    ) -> Result<(), StoreError> {
        let number = self.number();
        let told = refund.told();
        let customer = &refund.customer;
        let version = inside.map_or(refund.version, |(_, order)| order.version);
        let order_ref =
            inside.map_or(refund.order.as_deref(), |(_, order)| Some(order.id.as_str()));
        self.refunds.row(&cells![
            number,
            inside.map(|(order_no, _)| order_no),
            from.shop_id,
            from.source_id,
            &refund.id,
            order_ref,
            origin(version),
            version.modified,
            digest(refund),
            from.import_id,
            refund.deleted,
            refund.at,
            refund.currency.code(),
            &refund.reason,
            &customer.id,
            &customer.email,
            &customer.email_key(),
            &customer.phone,
            &customer.phone_key(),
            &customer.name(),
            &refund.country,
            told.goods,
            told.shipping,
            told.fees,
            &tax_pairs(&refund.taxes),
            told.tax,
            refund.untold(),
        ])?;
        for (line_no, line) in (1_i32..).zip(&refund.lines) {
            self.refund_lines.row(&cells![
                number,
                from.shop_id,
                line_no,
                kind(line.kind),
                &line.product,
                &line.variant,
                &line.name,
                line.quantity,
                line.amount,
                &tax_pairs(&line.taxes),
            ])?;
        }
        self.staged.refunds += 1;
        Ok(())
    }

    fn customer(&mut self, customer: &Customer, from: &Origins) -> Result<(), StoreError> {
        let number = self.number();
        let Identity { id: _, email, phone, .. } = &customer.identity;
        self.customers.row(&cells![
            number,
            from.shop_id,
            from.source_id,
            &customer.id,
            origin(customer.version),
            customer.version.modified,
            digest(customer),
            customer.deleted,
            customer.created,
            &customer.country,
            &customer.id,
            email,
            &customer.identity.email_key(),
            phone,
            &customer.identity.phone_key(),
            &customer.identity.name(),
        ])?;
        self.staged.customers += 1;
        Ok(())
    }

    fn product(&mut self, product: &Product, from: &Origins) -> Result<(), StoreError> {
        self.products.row(&cells![
            from.shop_id,
            from.source_id,
            &product.code,
            &product.name,
            &product.category,
            product.price,
            product.cost,
            product.stock,
            product.deleted,
            origin(product.version),
            product.version.modified,
            digest(product),
        ])?;
        self.staged.products += 1;
        Ok(())
    }

    fn cart(&mut self, cart: &Cart, from: &Origins) -> Result<(), StoreError> {
        let number = self.number();
        let state = match cart.state {
            CartState::Open => "open",
            CartState::Ordered => "ordered",
            CartState::Deleted => "deleted",
        };
        self.carts.row(&cells![
            number,
            from.shop_id,
            from.source_id,
            &cart.id,
            origin(cart.version),
            cart.version.modified,
            digest(cart),
            state,
            cart.created,
            cart.updated,
            local_day(cart.created, &from.zone),
            cart.currency.code(),
            cart.total,
            &cart.customer.email,
            &cart.customer.name(),
            &items_in_words(cart),
            &cart.order,
            &cart.customer.id,
        ])?;
        self.staged.behaviour += 1;
        Ok(())
    }

    fn visit(&mut self, visit: &Visit, from: &Origins) -> Result<(), StoreError> {
        self.visits.row(&cells![
            from.shop_id,
            from.source_id,
            &visit.id,
            visit.started,
            local_day(visit.started, &from.zone),
            visit.pages,
            &visit.source,
            &visit.medium,
            &visit.campaign,
            &visit.device,
            &visit.country,
            visit.added_to_cart,
            visit.ordered,
        ])?;
        self.staged.behaviour += 1;
        Ok(())
    }
}

/// 64 bits of a record's content, whatever its version. They only tell whether two tellings are the
/// same, so a change of the hash function would cost one needless replacement per record, nothing more.
fn digest(content: &impl Hash) -> i64 {
    FixedState::default().hash_one(content).cast_signed()
}

/// The digest of what a record tells.
pub(crate) fn record_digest(record: &Record) -> i64 {
    match record {
        Record::Order(order) => digest(order),
        Record::Refund(refund) => digest(refund),
        Record::Customer(customer) => digest(customer),
        Record::Product(product) => digest(product),
        Record::Cart(cart) => digest(cart),
        Record::Visit(visit) => digest(visit),
    }
}

/// Taxes by rate, each rate once, in order of first appearance.
fn merged(taxes: &[&Tax]) -> Vec<(Option<i32>, i64)> {
    let mut sums: Vec<(Option<i32>, i64)> = Vec::new();
    for tax in taxes {
        let rate = tax.rate.map(|rate| rate.0);
        match sums.iter_mut().find(|(known, _)| *known == rate) {
            Some((_, amount)) => *amount += tax.amount,
            None => sums.push((rate, tax.amount)),
        }
    }
    sums
}

/// `rate:amount` pairs, the form in which taxes are stored beside their line.
fn tax_pairs(taxes: &[Tax]) -> Option<String> {
    let pairs: Vec<String> = taxes
        .iter()
        .map(|tax| match tax.rate {
            Some(rate) => format!("{}:{}", rate.0, tax.amount),
            None => format!(":{}", tax.amount),
        })
        .collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

/// What [`tax_pairs`] wrote.
pub(crate) fn read_tax_pairs(pairs: &str) -> Vec<(Option<i32>, i64)> {
    pairs
        .split(',')
        .filter_map(|pair| pair.split_once(':'))
        .map(|(rate, amount)| (rate.parse().ok(), amount.parse().unwrap_or(0)))
        .collect()
}

fn items_in_words(cart: &Cart) -> String {
    let items: Vec<String> = cart
        .lines
        .iter()
        .map(|line| {
            if line.quantity > 1 {
                format!("{} × {}", line.quantity, line.name)
            } else {
                line.name.clone()
            }
        })
        .collect();
    items.join(", ")
}

fn kind(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Product => "product",
        LineKind::Service => "service",
    }
}

fn origin(version: Version) -> i32 {
    match version.origin {
        Origin::UnstampedFile => 0,
        Origin::Stamped => 1,
    }
}

fn local_day(instant: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant).date()
}

/// Whether a record is a tombstone.
pub(crate) fn is_tombstone(record: &Record) -> bool {
    match record {
        Record::Order(order) => order.class == Class::Deleted,
        Record::Refund(refund) => refund.deleted,
        Record::Customer(customer) => customer.deleted,
        Record::Product(product) => product.deleted,
        Record::Cart(_) | Record::Visit(_) => false,
    }
}
