//! The only place where numbers and dates become text.
//!
//! Pages, exports and the sentence of the day all call these functions, so that a figure reads the same
//! everywhere. French uses U+202F between thousands, a decimal comma and U+00A0 before units.

pub mod change;
pub mod country;
pub mod date;
pub mod money;
pub mod number;
pub mod size;
pub mod time;

pub use change::{Delta, change, change_money, change_ratio};
pub use change::{integer_signed, money_signed, money_signed_exact};
pub use country::country;
pub use date::{day, day_axis, day_long, month, month_axis, quarter, range, week, weekday_day};
pub use money::{money, money_axis, money_bare, money_exact};
pub use number::{
    count_axis, days, days_of, decimal, hexadecimal, integer, percent, ratio, shares, tax_rate,
};
pub use size::bytes;
pub use time::{ago, hour, instant, span, time_of_day, until};

/// A value that does not exist: an average of nothing.
pub const NO_VALUE: &str = "–";

/// U+2212: as wide as a digit, unlike the hyphen.
const MINUS: &str = "−";
