//! What a source hands over: accepted records and rejected rows, together.

use serde::{Deserialize, Serialize};

use crate::cart::Cart;
use crate::customer::Customer;
use crate::order::Order;
use crate::product::Product;
use crate::refund::Refund;
use crate::visit::{Visit, VisitFault};

/// Any record a source can hand over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Record {
    Order(Box<Order>),
    Refund(Box<Refund>),
    Customer(Box<Customer>),
    Product(Box<Product>),
    Cart(Box<Cart>),
    Visit(Box<Visit>),
}

/// Records of one source for one shop. They become visible together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The shop's slug.
    pub shop: String,
    /// The source's name within the shop (`comptoir`, `shopify`…): part of every record's key.
    pub source: String,
    pub records: Vec<Record>,
}

/// A row that could not be read, and what to do about it. Texts come from outside: escape them
/// wherever they show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// 1-based line in the file (the header is line 1), or position in the batch.
    pub line: u64,
    /// The column or field at fault, empty when the whole row is.
    pub field: String,
    /// What stood there, cut at 200 characters.
    pub value: String,
    pub reason: String,
    pub remedy: String,
    /// It is a visit that said who it was: those are counted.
    #[serde(skip)]
    pub visit: Option<VisitFault>,
}
