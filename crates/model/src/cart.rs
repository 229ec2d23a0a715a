//! Carts: what a visitor is about to buy.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::customer::Identity;
use crate::money::Currency;
use crate::version::Version;

/// Where a cart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartState {
    Open,
    Ordered,
    Deleted,
}

/// The latest state of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cart {
    pub id: String,
    pub version: Version,
    pub state: CartState,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub currency: Currency,
    pub customer: Identity,
    /// Tax included, as the visitor sees it.
    pub total: i64,
    pub lines: Vec<CartLine>,
    /// The order it became.
    pub order: Option<String>,
}

/// A product in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CartLine {
    pub product: Option<String>,
    pub name: String,
    pub quantity: i64,
}
