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

/// Under which rule of the CNIL a shop measures its audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitMode {
    /// Anonymous statistics, without consent: a visit that says who it was is refused.
    #[default]
    Exempt,
    /// The visitors agreed.
    Consented,
}

impl VisitMode {
    pub const ALL: [Self; 2] = [Self::Exempt, Self::Consented];

    pub fn id(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Consented => "consented",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }
}

/// What a visit must not carry where visitors were not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitFault {
    Email,
    /// An account or another number of a person.
    Customer,
    /// The number of an order.
    Order,
    /// An IP address with more than its first two bytes.
    Address,
}

impl VisitFault {
    pub const ALL: [Self; 4] = [Self::Email, Self::Customer, Self::Order, Self::Address];

    pub fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Customer => "customer",
            Self::Order => "order",
            Self::Address => "address",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }
}
