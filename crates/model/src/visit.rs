//! Visits: a stay on the shop's site, ended by 30 minutes without a page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One visit, as anonymous as its source sends it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Visit {
    pub id: String,
    pub started: Timestamp,
    pub pages: i64,
    pub source: Option<String>,
    pub medium: Option<String>,
    pub campaign: Option<String>,
    pub device: Option<String>,
    pub country: Option<String>,
    /// A product was put in the cart during the visit.
    pub added_to_cart: bool,
    /// The visit ended in at least one order.
    pub ordered: bool,
}
