//! What happens next at the farm: carts that fill up, and orders, one event at a time.

use std::collections::VecDeque;

use comptoir_model::{Cart, CartState, Class, Record, Version};
use jiff::Timestamp;
use jiff::civil::Date;

use super::basket::{self, Basket, Purchase};
use super::history::{cart_lines, first_day, zone};
use super::person::Person;
use super::traffic::{self, Visitor};
use super::{CURRENCY, DAYS, chance};

/// Customers the farm already has when the live shop starts: history always meets more than this.
pub(super) const KNOWN_PEOPLE: u64 = 4_000;
/// Visitors filling a cart at the same time.
const OPEN_CARTS: usize = 4;
/// Ranks of people first met live start here, far from history's.
const FIRST_LIVE_RANK: u64 = 1_000_000;

/// A shop that goes on after its history. Identifiers follow from the clock, so that a demo that is
/// restarted never writes over what an earlier run recorded.
pub struct Live {
    seed: u64,
    rng: fastrand::Rng,
    first: Date,
    last_number: u64,
    open: Vec<Filling>,
    ready: VecDeque<Record>,
}

/// A cart that is being filled.
struct Filling {
    cart: Cart,
    basket: Basket,
    person: Person,
    new: bool,
}

impl Live {
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let clock = u64::try_from(now.as_second()).unwrap_or(0);
        Self {
            seed,
            rng: fastrand::Rng::with_seed(seed ^ clock),
            first: first_day(now, &zone()),
            last_number: 0,
            open: Vec::new(),
            ready: VecDeque::new(),
        }
    }

    /// The next thing that happens, at `now`: a cart that changed, or an order.
    pub fn next(&mut self, now: Timestamp) -> Record {
        if let Some(record) = self.ready.pop_front() {
            return record;
        }
        let on = now.to_zoned(zone()).date();
        // A demo may run past the day it started on; history's days go on counting.
        let day = DAYS.max(i64::from((on - self.first).get_days()));
        if self.open.len() >= OPEN_CARTS || (!self.open.is_empty() && chance(&mut self.rng, 600)) {
            let index = self.rng.usize(..self.open.len());
            return match self.rng.u32(..10) {
                0..=4 => self.add(index, now, on, day),
                5..=8 => self.check_out(index, now, on, day),
                _ => self.leave(index, now),
            };
        }
        self.begin(now, on, day)
    }

    fn begin(&mut self, now: Timestamp, on: Date, day: i64) -> Record {
        let number = self.number(now);
        let new = chance(&mut self.rng, 350);
        let rank = if new { FIRST_LIVE_RANK + number } else { self.rng.u64(..KNOWN_PEOPLE) };
        let person = Person::new(self.seed, rank);
        let mut basket = Basket::new();
        basket::add(&mut self.rng, &mut basket, on, person.abroad());
        let cart = Cart {
            id: format!("P{number}"),
            version: Version::stamped(now),
            state: CartState::Open,
            created: now,
            updated: now,
            currency: CURRENCY,
            customer: person.identity(person.account),
            total: basket::total(&basket, day),
            lines: cart_lines(&basket),
            order: None,
        };
        let record = Record::Cart(Box::new(cart.clone()));
        self.open.push(Filling { cart, basket, person, new });
        record
    }

    fn add(&mut self, index: usize, now: Timestamp, on: Date, day: i64) -> Record {
        let filling = &mut self.open[index];
        basket::add(&mut self.rng, &mut filling.basket, on, filling.person.abroad());
        filling.cart.total = basket::total(&filling.basket, day);
        filling.cart.lines = cart_lines(&filling.basket);
        filling.cart.updated = now;
        filling.cart.version = Version::stamped(now);
        Record::Cart(Box::new(filling.cart.clone()))
    }

    /// The order first, then the cart it came from.
    fn check_out(&mut self, index: usize, now: Timestamp, on: Date, day: i64) -> Record {
        let mut filling = self.open.swap_remove(index);
        let number = self.number(now);
        let id = format!("F{number}");
        let visitor = if filling.new { Visitor::NewCustomer } else { Visitor::ExistingCustomer };
        let purchase = Purchase {
            id: &id,
            number,
            at: now,
            on,
            day,
            basket: &filling.basket,
            person: Some(&filling.person),
            account: filling.person.account,
            before: u32::from(!filling.new),
            origin: Some(traffic::pick(&mut self.rng, visitor)),
            device: Some(traffic::device(&mut self.rng)),
        };
        let mut order = purchase.order(&mut self.rng);
        order.class = Class::Paid;
        // Paid on the spot: a transfer that arrives next week would be news from the future.
        order.payment_method = Some("Carte bancaire".to_owned());
        order.paid = Some(now);
        for payment in &mut order.payments {
            payment.method.clone_from(&order.payment_method);
            payment.at = now;
        }
        filling.cart.state = CartState::Ordered;
        filling.cart.order = Some(id);
        filling.cart.updated = now;
        filling.cart.version = Version::stamped(now);
        self.ready.push_back(Record::Cart(Box::new(filling.cart)));
        Record::Order(Box::new(order))
    }

    /// The visitor empties the cart and goes.
    fn leave(&mut self, index: usize, now: Timestamp) -> Record {
        let mut cart = self.open.swap_remove(index).cart;
        cart.state = CartState::Deleted;
        cart.updated = now;
        cart.version = Version::stamped(now);
        Record::Cart(Box::new(cart))
    }

    /// A number after all of history's and after every earlier run's: tenths of a second since 2025.
    fn number(&mut self, now: Timestamp) -> u64 {
        const START_OF_2025: i64 = 1_735_689_600_000;
        let clock = (now.as_millisecond() - START_OF_2025).max(0) / 100;
        let clock = u64::try_from(clock).unwrap_or(0) + 1_000_000;
        self.last_number = clock.max(self.last_number + 1);
        self.last_number
    }
}
