//! The catalogue: what the shop sells, what it costs, how much is left.

use serde::{Deserialize, Serialize};

use crate::version::Version;

/// A product, or a variant of one, as the platform's catalogue lists it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Product {
    /// The product's reference (SKU), else its platform id: what [`crate::Line::product`] names.
    pub code: String,
    pub version: Version,
    pub deleted: bool,
    pub name: String,
    pub category: Option<String>,
    /// Price without tax, minor units of the shop's currency.
    pub price: Option<i64>,
    /// Purchase cost per unit, without tax.
    pub cost: Option<i64>,
    /// Units on hand; negative when oversold.
    pub stock: Option<i64>,
}
