//! What came of a run, as the command line prints it and as the pages show it.

use comptoir_sources::{Failure, Language};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How a connection stands after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    InSync,
    /// All was read, and some records were refused.
    Partly,
    Failed,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The connection's number.
    pub source: i64,
    pub shop: String,
    pub platform: String,
    pub state: State,
    /// Orders of this connection that are stored and were not deleted.
    pub orders: u64,
    /// Orders that came in, and that changed.
    pub received: u64,
    pub updated: u64,
    /// Records that wait to be corrected on the platform.
    pub refused: u64,
    pub failure: Option<Failure>,
    /// What a full comparison found.
    pub differences: Vec<Difference>,
}

/// How an order differed from its platform before a full comparison put it right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The platform has it and it was not here.
    MissingHere,
    /// It was told differently.
    Different,
    /// It was here and the platform has it no more.
    GoneThere,
}

/// An order that differed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub kind: Kind,
    /// The platform's identifier.
    pub order: String,
    pub number: Option<String>,
    /// `status`, `total`, `currency`, else `content`.
    pub fields: Vec<String>,
    pub here: Option<Side>,
    pub there: Option<Side>,
    /// Whether it is now as on the platform.
    pub repaired: bool,
}

/// An order as one of the two tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub status: String,
    /// With tax, in major units.
    pub total: String,
    pub currency: String,
    pub modified: jiff::Timestamp,
}

impl Outcome {
    /// As `comptoir sync --json` prints it.
    pub fn shown(&self, language: Language) -> Value {
        json!({
            "source": self.source,
            "shop": self.shop,
            "platform": self.platform,
            "state": self.state,
            "orders": self.orders,
            "received": self.received,
            "updated": self.updated,
            "refused": self.refused,
            "failure": self.failure.as_ref().map(|failure| told(failure, language)),
            "differences": self.differences,
        })
    }
}

/// A failure, for a reader of that language.
pub fn told(failure: &Failure, language: Language) -> Value {
    json!({
        "kind": failure.kind,
        "reason": failure.reason.clone().in_words(language),
        "remedy": failure.remedy.clone().in_words(language),
    })
}
