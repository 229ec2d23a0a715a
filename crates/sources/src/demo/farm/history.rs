//! Two years of the farm, one day after the other: who comes back, who is new, what goes wrong.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use comptoir_model::{
    Cart, CartLine, CartState, Class, Customer, Identity, Record, Refund, Version, Visit,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::aftermath::{amount_only, fulfil, live_on};
use super::basket::{self, Basket, Purchase};
use super::catalogue::ITEMS;
use super::person::Person;
use super::traffic::{self, Origin, Visitor};
use super::{CURRENCY, DAYS, TIMEZONE, calendar, chance, weighted};

/// The first order's number; later ones count up from it.
pub const FIRST_NUMBER: u64 = 10_001;

/// A customer who will come back.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Return {
    day: i64,
    rank: u64,
    before: u32,
    account: bool,
}

/// The farm's past, as an iterator over its records.
pub struct History {
    seed: u64,
    rng: fastrand::Rng,
    now: Timestamp,
    zone: TimeZone,
    first: Date,
    day: i64,
    people: u64,
    number: u64,
    carts: u64,
    visits: u64,
    returns: BinaryHeap<Reverse<Return>>,
    ready: VecDeque<Record>,
}

/// The farm's zone; UTC if the system's own copy of the zones lacked it.
pub fn zone() -> TimeZone {
    TimeZone::get(TIMEZONE).unwrap_or(TimeZone::UTC)
}

/// The first day of history, for a history that ends at `now`.
pub fn first_day(now: Timestamp, zone: &TimeZone) -> Date {
    let today = now.to_zoned(zone.clone()).date();
    today.checked_sub(DAYS.days()).unwrap_or(today)
}

impl History {
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let zone = zone();
        let first = first_day(now, &zone);
        let mut history = Self {
            seed,
            rng: fastrand::Rng::with_seed(seed),
            now,
            zone,
            first,
            day: 0,
            people: 0,
            number: FIRST_NUMBER,
            carts: 0,
            visits: 0,
            returns: BinaryHeap::new(),
            ready: VecDeque::new(),
        };
        history.open_shop();
        history
    }

    /// The catalogue on the first day, before anyone came.
    fn open_shop(&mut self) {
        let midnight = self.midnight(self.first);
        for item in &ITEMS {
            self.ready.push_back(Record::Product(Box::new(item.record(0, midnight, None))));
        }
    }

    fn midnight(&self, on: Date) -> Timestamp {
        on.to_zoned(self.zone.clone()).map_or(self.now, |zoned| zoned.timestamp())
    }

    fn play_day(&mut self) {
        let on = self.first.checked_add(self.day.days()).unwrap_or(self.first);
        let midnight = self.midnight(on);
        let demand = calendar::demand(self.day, on) * self.rng.i64(800..1200) / 1000;
        let orders = (demand + self.rng.i64(0..1000)) / 1000;
        let mut records: Vec<(Timestamp, Record)> = Vec::new();

        self.change_prices(midnight, &mut records);
        let mut online = 0;
        for _ in 0..orders {
            let at = midnight + SignedDuration::from_secs(calendar::second_of_day(&mut self.rng));
            if chance(&mut self.rng, 55) {
                self.counter_order(at, on, &mut records);
            } else {
                self.online_order(at, on, &mut records);
                online += 1;
            }
        }
        self.abandoned_carts(online * 3 / 2, midnight, on, &mut records);
        self.passers_by(online * 22, midnight, &mut records);
        self.sign_ups(midnight, &mut records);
        if self.day % 47 == 30 {
            self.gesture(midnight, &mut records);
        }

        // The day is not over: what lies ahead of `now` has not happened.
        records.retain(|(at, _)| *at <= self.now);
        records.sort_by_key(|(at, _)| *at);
        self.ready.extend(records.into_iter().map(|(_, record)| record));
        self.day += 1;
        if self.day > DAYS {
            self.take_stock();
        }
    }

    fn change_prices(&mut self, midnight: Timestamp, records: &mut Vec<(Timestamp, Record)>) {
        for item in &ITEMS {
            if self.day > 0 && item.prices().iter().any(|(from, _)| *from == self.day) {
                let record = item.record(self.day, midnight, None);
                records.push((midnight, Record::Product(Box::new(record))));
            }
        }
    }

    /// Today's shelves, counted last.
    fn take_stock(&mut self) {
        for item in &ITEMS {
            let stock = item.stock(&mut self.rng);
            let record = item.record(DAYS, self.now, Some(stock));
            self.ready.push_back(Record::Product(Box::new(record)));
        }
    }

    fn next_number(&mut self) -> (String, u64) {
        let number = self.number;
        self.number += 1;
        (format!("F{number}"), number)
    }

    fn counter_order(&mut self, at: Timestamp, on: Date, records: &mut Vec<(Timestamp, Record)>) {
        let basket = basket::fill(&mut self.rng, on, false);
        let (id, number) = self.next_number();
        let purchase = Purchase {
            id: &id,
            number,
            at,
            on,
            day: self.day,
            basket: &basket,
            person: None,
            account: false,
            before: 0,
            origin: None,
            device: None,
        };
        let mut order = purchase.order(&mut self.rng);
        fulfil(&mut order, at);
        records.push((at, Record::Order(Box::new(order))));
    }

    fn online_order(&mut self, at: Timestamp, on: Date, records: &mut Vec<(Timestamp, Record)>) {
        let (person, before, account) = self.buyer();
        let visitor = if before == 0 { Visitor::NewCustomer } else { Visitor::ExistingCustomer };
        let origin = traffic::pick(&mut self.rng, visitor);
        let device = traffic::device(&mut self.rng);
        let basket = basket::fill(&mut self.rng, on, person.abroad());
        let (id, number) = self.next_number();
        let purchase = Purchase {
            id: &id,
            number,
            at,
            on,
            day: self.day,
            basket: &basket,
            person: Some(&person),
            account,
            before,
            origin: Some(origin),
            device: Some(device),
        };
        let mut order = purchase.order(&mut self.rng);
        live_on(&mut self.rng, &mut order, self.now);
        if account && before == 0 {
            records.push((at, Record::Customer(Box::new(customer(&person, at)))));
        }
        let minutes = self.rng.i64(4..35);
        let began = at - SignedDuration::from_mins(minutes);
        let cart = Cart {
            state: CartState::Ordered,
            updated: at,
            version: Version::stamped(at),
            order: Some(id),
            ..self.cart(began, &basket, person.identity(account))
        };
        records.push((at, Record::Cart(Box::new(cart))));
        let country = Some(person.town.0);
        let visit = self.visit(began, origin, device, country, true, true);
        records.push((began, Record::Visit(Box::new(visit))));
        let kept = order.class != Class::Failed && order.class != Class::Cancelled;
        records.push((at, Record::Order(Box::new(order))));
        self.plan_return(&person, before, account, kept);
    }

    /// Who orders next: someone whose turn it is to come back, else someone new.
    fn buyer(&mut self) -> (Person, u32, bool) {
        if self.returns.peek().is_some_and(|Reverse(next)| next.day <= self.day)
            && let Some(Reverse(next)) = self.returns.pop()
        {
            let person = Person::new(self.seed, next.rank);
            // Some guests open an account when they come back.
            let account = next.account || chance(&mut self.rng, 250);
            return (person, next.before, account);
        }
        let person = Person::new(self.seed, self.people);
        self.people += 1;
        let account = person.account;
        (person, 0, account)
    }

    fn plan_return(&mut self, person: &Person, before: u32, account: bool, kept: bool) {
        let likely = match (before, person.weekly) {
            (0, false) => 330,
            (0, true) => 620,
            (1, false) => 520,
            (1, true) => 780,
            (_, false) => 640,
            (_, true) => 870,
        };
        if !chance(&mut self.rng, if kept { likely } else { 500 }) {
            return;
        }
        let days = if person.weekly {
            7 * self.rng.i64(1..5)
        } else {
            const WAITS: [(i64, u32); 6] =
                [(14, 10), (24, 22), (38, 26), (60, 20), (95, 13), (200, 9)];
            let wait = weighted(&mut self.rng, &WAITS).copied().unwrap_or(38);
            wait + self.rng.i64(-6..wait / 2)
        };
        let before = before + u32::from(kept);
        let day = self.day + days.max(1);
        self.returns.push(Reverse(Return { day, rank: person.rank, before, account }));
    }

    fn abandoned_carts(
        &mut self,
        count: i64,
        midnight: Timestamp,
        on: Date,
        records: &mut Vec<(Timestamp, Record)>,
    ) {
        for _ in 0..count {
            let began =
                midnight + SignedDuration::from_secs(calendar::second_of_day(&mut self.rng));
            let basket = basket::fill(&mut self.rng, on, false);
            let identity = if chance(&mut self.rng, 400) && self.people > 0 {
                let rank = self.rng.u64(..self.people);
                let person = Person::new(self.seed, rank);
                person.identity(person.account)
            } else {
                Identity::default()
            };
            let cart = self.cart(began, &basket, identity);
            records.push((cart.updated, Record::Cart(Box::new(cart))));
            let origin = traffic::pick(&mut self.rng, Visitor::Anyone);
            let device = traffic::device(&mut self.rng);
            let visit = self.visit(began, origin, device, Some("FR"), true, false);
            records.push((began, Record::Visit(Box::new(visit))));
        }
    }

    fn passers_by(
        &mut self,
        count: i64,
        midnight: Timestamp,
        records: &mut Vec<(Timestamp, Record)>,
    ) {
        const COUNTRIES: [(&str, u32); 5] =
            [("FR", 930), ("BE", 30), ("CH", 16), ("LU", 8), ("DE", 16)];
        for _ in 0..count {
            let began =
                midnight + SignedDuration::from_secs(calendar::second_of_day(&mut self.rng));
            let origin = traffic::pick(&mut self.rng, Visitor::Anyone);
            let device = traffic::device(&mut self.rng);
            let country = weighted(&mut self.rng, &COUNTRIES).copied();
            let visit = self.visit(began, origin, device, country, false, false);
            records.push((began, Record::Visit(Box::new(visit))));
        }
    }

    /// Accounts opened without an order.
    fn sign_ups(&mut self, midnight: Timestamp, records: &mut Vec<(Timestamp, Record)>) {
        for _ in 0..self.rng.u32(0..3) {
            let at = midnight + SignedDuration::from_secs(calendar::second_of_day(&mut self.rng));
            let person = Person::new(self.seed, self.people);
            self.people += 1;
            records.push((at, Record::Customer(Box::new(customer(&person, at)))));
        }
    }

    /// Money given back at the market stall, whose order nobody noted.
    fn gesture(&mut self, midnight: Timestamp, records: &mut Vec<(Timestamp, Record)>) {
        let at = midnight + SignedDuration::from_hours(11);
        let refund = Refund {
            order: None,
            country: Some("FR".to_owned()),
            ..amount_only(
                format!("G{}", self.day),
                at,
                "Geste commercial",
                self.rng.i64(3..19) * 50,
            )
        };
        records.push((at, Record::Refund(Box::new(refund))));
    }

    fn cart(&mut self, began: Timestamp, basket: &Basket, customer: Identity) -> Cart {
        self.carts += 1;
        let updated = began + SignedDuration::from_mins(self.rng.i64(1..20));
        Cart {
            id: format!("P{}", self.carts),
            version: Version::stamped(updated),
            state: CartState::Open,
            created: began,
            updated,
            currency: CURRENCY,
            customer,
            total: basket::total(basket, self.day),
            lines: cart_lines(basket),
            order: None,
        }
    }

    fn visit(
        &mut self,
        started: Timestamp,
        origin: Origin,
        device: &str,
        country: Option<&str>,
        added_to_cart: bool,
        ordered: bool,
    ) -> Visit {
        self.visits += 1;
        let least = if ordered { 6 } else { i64::from(added_to_cart) * 3 + 1 };
        Visit {
            id: format!("V{}", self.visits),
            started,
            pages: least + self.rng.i64(0..6),
            source: origin.source.map(str::to_owned),
            medium: origin.medium.map(str::to_owned),
            campaign: origin.campaign.map(str::to_owned),
            device: Some(device.to_owned()),
            country: country.map(str::to_owned),
            added_to_cart,
            ordered,
        }
    }
}

impl Iterator for History {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.ready.is_empty() && self.day <= DAYS {
            self.play_day();
        }
        self.ready.pop_front()
    }
}

pub fn cart_lines(basket: &Basket) -> Vec<CartLine> {
    basket
        .iter()
        .map(|(item, quantity)| CartLine {
            product: Some(item.code.to_owned()),
            name: item.name.to_owned(),
            quantity: *quantity,
        })
        .collect()
}

pub fn customer(person: &Person, at: Timestamp) -> Customer {
    Customer {
        id: person.id(),
        version: Version::stamped(at),
        deleted: false,
        identity: person.identity(true),
        created: Some(at),
        country: Some(person.town.0.to_owned()),
    }
}
