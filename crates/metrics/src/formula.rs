//! Formulas as data: what a metric adds up, counts or divides.
//!
//! SQL only ever sums columns of the money ledger and counts rows; everything else (signs, ratios,
//! medians' halves) is integer arithmetic here, so a profile changes a figure by naming other columns.

/// A column that can be summed, of the ledger (`money`) or of a table of behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    Orders,
    /// Orders whose amounts could be expressed in the currency of the answer.
    PricedOrders,
    /// Those of them that tell more than a total with tax.
    TaxedOrders,
    /// Those of them worth more than 0 without tax.
    ValuedOrders,
    /// Those of them worth more than 0 with tax.
    ValuedTotals,
    /// Those with a refund, whenever it came.
    RefundedOrders,
    /// Those of shops whose refunds tell their orders: the others cannot have a return rate.
    ReturnableOrders,
    Quantity,
    Gross,
    Discount,
    Shipping,
    Fees,
    Tax,
    /// Total with tax of an order that tells nothing else.
    TotalOnly,
    UnitsReturned,
    RefundedGoods,
    RefundedShipping,
    RefundedFees,
    RefundedTax,
    /// The shipping, fees and tax within refunds that came without breakdown: already part of the
    /// three columns above, named apart for `WooCommerce`, which takes such a refund whole as net.
    UntoldShipping,
    UntoldFees,
    UntoldTax,
    Visits,
    VisitsWithOrder,
    Carts,
    AbandonedCarts,
}

/// The table a column lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    Ledger,
    Visits,
    Carts,
}

/// What a column measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    Amount,
    Units,
    Orders,
    Rows,
}

impl Column {
    pub fn base(self) -> Base {
        match self {
            Self::Visits | Self::VisitsWithOrder => Base::Visits,
            Self::Carts | Self::AbandonedCarts => Base::Carts,
            _ => Base::Ledger,
        }
    }

    pub fn measure(self) -> Measure {
        match self {
            Self::Orders
            | Self::PricedOrders
            | Self::TaxedOrders
            | Self::ValuedOrders
            | Self::ValuedTotals
            | Self::RefundedOrders
            | Self::ReturnableOrders => Measure::Orders,
            Self::Quantity | Self::UnitsReturned => Measure::Units,
            Self::Visits | Self::VisitsWithOrder | Self::Carts | Self::AbandonedCarts => {
                Measure::Rows
            }
            _ => Measure::Amount,
        }
    }
}

impl Column {
    /// Whether it tells what was given back.
    pub fn is_refunded(self) -> bool {
        matches!(
            self,
            Self::RefundedGoods
                | Self::RefundedShipping
                | Self::RefundedFees
                | Self::RefundedTax
                | Self::UntoldShipping
                | Self::UntoldFees
                | Self::UntoldTax
        )
    }
}

/// The customers to whom a figure is narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Customers {
    All,
    New,
    Existing,
    Unidentified,
    /// New and existing together.
    Identified,
}

impl Customers {
    /// Whether an order of this customer type (`new`, `existing`, or none) is theirs.
    pub fn include(self, customer_type: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::New => customer_type == Some("new"),
            Self::Existing => customer_type == Some("existing"),
            Self::Unidentified => customer_type.is_none(),
            Self::Identified => customer_type.is_some(),
        }
    }
}

impl Customers {
    /// Whether it takes the whole history of a shop to tell them from the others.
    pub fn by_history(self) -> bool {
        matches!(self, Self::New | Self::Existing)
    }
}

/// What a statistic is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// Days between one order day of a customer and the next, both in the period.
    Gaps,
    /// The mean of these gaps, of each customer with two order days or more.
    CustomerGaps,
    /// Revenue of each customer of the period, from the first order to the end of the period.
    CustomerRevenue,
}

/// What is made of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statistic {
    Mean,
    /// The mean of both middles for an even number.
    Median,
}

/// A signed column.
pub type Term = (i64, Column);

/// How a metric is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// The signed sum of columns.
    Sum(&'static [Term]),
    /// Another metric as the same profile defines it, narrowed to some customers.
    Metric(&'static str, Customers),
    /// Sum over sum; no value when the second is 0.
    Ratio(&'static Self, &'static Self),
    /// Distinct persons with an order.
    Persons(Customers),
    /// Distinct persons with at least two orders.
    RepeatBuyers,
    /// The middle of the orders' values above 0 (the mean of both middles for an even number).
    Median(&'static [Term]),
    /// A statistic of a sample; no value when it is empty.
    Statistic(Statistic, Sample),
}

impl Formula {
    /// Whether it depends on orders before the period: on who is new, or on all that customers bought.
    pub fn by_history(&self) -> bool {
        match self {
            Self::Metric(_, customers) | Self::Persons(customers) => customers.by_history(),
            Self::Ratio(over, under) => over.by_history() || under.by_history(),
            Self::Statistic(_, sample) => *sample == Sample::CustomerRevenue,
            Self::Sum(_) | Self::RepeatBuyers | Self::Median(_) => false,
        }
    }
}
