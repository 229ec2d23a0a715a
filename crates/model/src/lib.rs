//! What a shop is: plain types, no I/O, no async.
//!
//! Every amount is an integer number of minor units (cents) of the record's currency; every instant
//! is UTC. A source fills these records, the store keeps them, and no other crate invents a field.

pub mod batch;
pub mod cart;
pub mod class;
pub mod customer;
pub mod money;
pub mod order;
pub mod product;
pub mod refund;
pub mod rule;
pub mod shop;
pub mod version;
pub mod visit;

pub use batch::{Batch, Record, Reject};
pub use cart::{Cart, CartLine, CartState};
pub use class::Class;
pub use customer::{Customer, Identity};
pub use money::{Currency, MoneyError};
pub use order::{Fee, Line, LineKind, Order, Payment, Place, Tax, TaxRate};
pub use product::Product;
pub use refund::{Refund, RefundLine};
pub use rule::{CountingRule, DateBasis};
pub use shop::Shop;
pub use version::{Origin, Version};
pub use visit::{Visit, VisitFault, VisitMode};
