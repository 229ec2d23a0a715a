//! Gap watch: what a connected shop should have sent and has not. A connection can answer without an
//! error and still bring nothing; only the shop's own rhythm and its order numbers tell.

use comptoir_store::{Snapshot, StoreError, Value};
use jiff::{SignedDuration, Timestamp};

/// How far back a shop's rhythm and its numbers are looked at.
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 90);

/// However busy a shop is, a day without orders is nothing to call anyone for.
const NEVER_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// With fewer orders, no rhythm can be told.
const ENOUGH: i64 = 10;

/// A leap of more numbers than this is a new numbering, not so many lost orders.
const LEAP: i64 = 1_000;

/// Ranges of missing numbers that are listed.
const LISTED: usize = 20;

/// What seems to be missing of one shop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watch {
    pub silence: Option<Silence>,
    pub missing: Option<Missing>,
}

/// No order for longer than the shop's rhythm explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    pub last_order: Timestamp,
    /// The longest time between two orders of the last 90 days.
    pub longest: SignedDuration,
}

/// Numbers that no order has, between the least and the greatest of the last 90 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub numbers: i64,
    /// The newest first, [`LISTED`] at most.
    pub ranges: Vec<Range>,
    /// Ranges beyond those listed.
    pub further: i64,
}

/// Numbers that follow each other, both ends missing too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// What stands before the number: `#`.
    pub prefix: String,
    pub first: i64,
    pub last: i64,
}

impl Watch {
    pub fn is_quiet(&self) -> bool {
        self.silence.is_none() && self.missing.is_none()
    }
}

/// Looks at one shop. `consecutive`: its platform numbers orders one after the other, so that a number
/// without an order is an order that is missing.
pub fn watch(
    snapshot: &Snapshot,
    shop: i64,
    consecutive: bool,
    now: Timestamp,
) -> Result<Watch, StoreError> {
    let missing = if consecutive { missing(snapshot, shop, now)? } else { None };
    Ok(Watch { silence: silence(snapshot, shop, now)?, missing })
}

/// Every order tells that the shop is heard, counted or not; drafts and tests come from nobody.
const RHYTHM: &str = "\
SELECT count(*), max(created), max(epoch_us(created) - epoch_us(before))
FROM (SELECT created, lag(created) OVER (ORDER BY created) AS before FROM orders
      WHERE shop_id = $1 AND created >= $2 AND created <= $3 AND NOT test AND class NOT IN ('deleted', 'draft'))";

fn silence(snapshot: &Snapshot, shop: i64, now: Timestamp) -> Result<Option<Silence>, StoreError> {
    let values = [Value::Int(shop), Value::Instant(since(now)), Value::Instant(now)];
    let found = snapshot.query(RHYTHM, &values)?.rows;
    let Some([orders, last, longest]) = found.first().map(Vec::as_slice) else { return Ok(None) };
    let (Some(last_order), Some(longest)) = (last.instant(), longest.int()) else {
        return Ok(None);
    };
    let longest = SignedDuration::from_micros(longest);
    let patience = NEVER_BEFORE.max(longest + longest / 2);
    let silent = orders.int() >= Some(ENOUGH) && now.duration_since(last_order) > patience;
    Ok(silent.then_some(Silence { last_order, longest }))
}

/// The last digits of a number are what is counted; what stands around them tells one numbering from
/// another. An order that is deleted, a test or older keeps its number all the same.
const HOLES: &str = r"
WITH numbered AS (
    SELECT regexp_replace(number, '[0-9]+[^0-9]*$', '') AS prefix,
           regexp_extract(number, '[0-9]([^0-9]*)$', 1) AS suffix,
           try_cast(regexp_extract(number, '([0-9]+)[^0-9]*$', 1) AS BIGINT) AS value, created
    FROM orders WHERE shop_id = $1 AND number IS NOT NULL),
bounds AS (
    SELECT prefix, suffix, min(value) AS least, max(value) AS most FROM numbered
    WHERE created >= $2 AND created <= $3 AND value IS NOT NULL GROUP BY prefix, suffix),
known AS (
    SELECT DISTINCT n.prefix, n.suffix, n.value FROM numbered n
    JOIN bounds b ON b.prefix = n.prefix AND b.suffix = n.suffix AND n.value BETWEEN b.least AND b.most),
holes AS (
    SELECT prefix, value + 1 AS first,
           lead(value) OVER (PARTITION BY prefix, suffix ORDER BY value) - 1 AS last
    FROM known)
SELECT prefix, first, last, CAST(sum(last - first + 1) OVER () AS BIGINT), count(*) OVER ()
FROM holes WHERE last >= first AND last - first < $4
ORDER BY last DESC, prefix LIMIT $5";

fn missing(snapshot: &Snapshot, shop: i64, now: Timestamp) -> Result<Option<Missing>, StoreError> {
    let listed = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let values = [
        Value::Int(shop),
        Value::Instant(since(now)),
        Value::Instant(now),
        Value::Int(LEAP),
        Value::Int(listed),
    ];
    let found = snapshot.query(HOLES, &values)?.rows;
    let Some(first) = found.first() else { return Ok(None) };
    let all = |column: usize| first.get(column).and_then(Value::int).unwrap_or(0);
    let (numbers, holes) = (all(3), all(4));
    let ranges: Vec<Range> = found.iter().filter_map(|cells| range(cells)).collect();
    let shown = i64::try_from(ranges.len()).unwrap_or(i64::MAX);
    Ok(Some(Missing { numbers, ranges, further: holes.saturating_sub(shown) }))
}

fn range(cells: &[Value]) -> Option<Range> {
    let [prefix, first, last, ..] = cells else { return None };
    Some(Range { prefix: prefix.text()?.to_owned(), first: first.int()?, last: last.int()? })
}

fn since(now: Timestamp) -> Timestamp {
    now.saturating_sub(WINDOW).unwrap_or(now)
}
