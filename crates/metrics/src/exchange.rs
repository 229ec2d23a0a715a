//! Conversion of amounts: each event on its own, in integers, rounded half to even.
//!
//! `amount × (rate_to × 10^decimals_to) ÷ (rate_from × 10^decimals_from)`. Rates are units per euro
//! times 10^8; with amounts of 63 bits the product stays under 2^127 for any real currency.

use comptoir_model::Currency;

use crate::scope::Scope;
use crate::statement::Bindings;

/// One euro, as rates are written.
const EURO: i64 = 100_000_000;

/// What fits 63 bits even twice over.
const SMALL: &str = "4000000000000000000::HUGEINT";

/// The table `fx(day, currency, up, down, …)`; nothing when no amount has to be converted. `small` is
/// the largest amount whose conversion fits 63 bits: nearly all do, and are converted four times
/// faster so.
pub(crate) fn rates(scope: &Scope<'_>, bindings: &mut Bindings) -> Option<String> {
    if scope.foreign.is_empty() {
        return None;
    }
    let to = scope.currency;
    let scale = |currency: Currency| 10_i64.pow(currency.exponent());
    let branches: Vec<String> = scope
        .foreign
        .iter()
        .map(|from| {
            let (up, down) = (scale(to), scale(*from));
            let source = bindings.bind(from.code());
            if to == Currency::EUR {
                return format!(
                    "SELECT day, currency, {EURO} * {up}::HUGEINT AS up, rate * {down}::HUGEINT AS down \
                     FROM rates WHERE currency = {source}"
                );
            }
            let target = bindings.bind(to.code());
            if *from == Currency::EUR {
                return format!(
                    "SELECT day, {source} AS currency, rate * {up}::HUGEINT AS up, {EURO} * {down}::HUGEINT AS down \
                     FROM rates WHERE currency = {target}"
                );
            }
            format!(
                "SELECT a.day, a.currency, b.rate * {up}::HUGEINT AS up, a.rate * {down}::HUGEINT AS down \
                 FROM rates a JOIN rates b ON b.day = a.day AND b.currency = {target} WHERE a.currency = {source}"
            )
        })
        .collect();
    Some(format!(
        "fx AS (
    SELECT day, currency, up, down, try_cast(up AS BIGINT) AS small_up, try_cast(down AS BIGINT) AS small_down,
           CASE WHEN down <= {SMALL} THEN CAST({SMALL} // up AS BIGINT) END AS small
    FROM ({}) r
)",
        branches.join(" UNION ALL ")
    ))
}

/// The join that finds an event's rate.
pub(crate) fn join(scope: &Scope<'_>) -> &'static str {
    if scope.foreign.is_empty() {
        ""
    } else {
        "\nLEFT JOIN fx ON fx.currency = m.currency AND fx.day = m.rate_day"
    }
}

/// A column of amounts in the currency of the answer; null where the rate is missing.
pub(crate) fn converted(column: &str, scope: &Scope<'_>, bindings: &mut Bindings) -> String {
    if scope.foreign.is_empty() {
        return column.to_owned();
    }
    let to = bindings.bind(scope.currency.code());
    let small = half_even(column, &format!("(abs({column}) * fx.small_up)"), "fx.small_down");
    let large = half_even(column, &format!("(abs({column}::HUGEINT) * fx.up)"), "fx.down");
    format!(
        "CASE WHEN m.currency = {to} OR {column} = 0 THEN {column}::HUGEINT \
         WHEN {column} BETWEEN -fx.small AND fx.small THEN {small} ELSE {large} END"
    )
}

/// The quotient of a scaled amount, half to even, with the sign of the amount.
fn half_even(column: &str, scaled: &str, down: &str) -> String {
    format!(
        "sign({column}) * ({scaled} // {down} + CASE \
         WHEN 2 * ({scaled} % {down}) > {down} THEN 1 \
         WHEN 2 * ({scaled} % {down}) = {down} AND ({scaled} // {down}) % 2 = 1 THEN 1 ELSE 0 END)"
    )
}

/// Whether an event's rate is known; `None` when nothing is converted.
pub(crate) fn is_known(scope: &Scope<'_>, bindings: &mut Bindings) -> Option<String> {
    if scope.foreign.is_empty() {
        return None;
    }
    let to = bindings.bind(scope.currency.code());
    Some(format!("(m.currency = {to} OR fx.up IS NOT NULL)"))
}
