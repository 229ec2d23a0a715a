//! What a connected shop should have sent and has not, in words, and for the overview's list.

use comptoir_metrics::Context;
use comptoir_metrics::watch::{Missing, Range, Watch, watch};
use comptoir_sources::platform;
use comptoir_store::connections::{self, Connection};
use comptoir_store::{Snapshot, StoreError};
use jiff::Timestamp;

use super::card::is_stopped;
use crate::format;
use crate::i18n::{Lang, t_args};

/// Looks at a connection's shop; nothing can be told before the newest 90 days are in.
fn watched(
    snapshot: &Snapshot,
    connection: &Connection,
    now: Timestamp,
) -> Result<Watch, StoreError> {
    if connection.phase == "recent" {
        return Ok(Watch::default());
    }
    let consecutive =
        platform(&connection.platform).is_some_and(|platform| platform.consecutive_numbers);
    watch(snapshot, connection.shop_id, consecutive, now)
}

pub fn words(
    lang: Lang,
    snapshot: &Snapshot,
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let Watch { silence, missing } = watched(snapshot, connection, now)?;
    let mut all = Vec::new();
    if let Some(silence) = silence {
        let since = format::span(lang, now.duration_since(silence.last_order));
        let longest = format::span(lang, silence.longest);
        let values = [("since", since.as_str()), ("longest", longest.as_str())];
        all.push(t_args(lang, "connection-silence", &values));
    }
    if let Some(missing) = missing {
        let ranges = ranges(lang, &missing);
        all.push(t_args(lang, "connection-missing", &[("ranges", &ranges)]));
    }
    Ok(all)
}

fn ranges(lang: Lang, missing: &Missing) -> String {
    let listed: Vec<String> = missing.ranges.iter().map(range).collect();
    let listed = listed.join(", ");
    if missing.further == 0 {
        return listed;
    }
    let count = format::integer(lang, missing.further);
    t_args(lang, "connection-missing-more", &[("ranges", &listed), ("count", &count)])
}

/// « #1005–#1006 ». Numbers are names here: they have no thousands.
fn range(Range { prefix, first, last }: &Range) -> String {
    let prefix: String = prefix.chars().take(20).collect();
    if first == last {
        format!("{prefix}{first}")
    } else {
        format!("{prefix}{first}–{prefix}{last}")
    }
}

/// What is missing, for the overview: connections that stopped, silent shops, missing numbers, and the
/// page that shows each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ToSee {
    pub stopped: i64,
    pub stopped_at: String,
    pub silent: i64,
    pub silent_at: String,
    pub numbers: i64,
    pub numbers_at: String,
}

/// Looks at the connections of a shop, or of all.
pub fn to_see(
    snapshot: &Snapshot,
    context: &Context,
    shop: Option<&str>,
) -> Result<ToSee, StoreError> {
    let mut found = ToSee::default();
    for connection in connections::list(snapshot)? {
        let seen = context.shop_by_id(connection.shop_id).is_some();
        if !seen || shop.is_some_and(|slug| slug != connection.shop) {
            continue;
        }
        if is_stopped(&connection) {
            found.stopped_at = address(&connection, found.stopped);
            found.stopped += 1;
        }
        let Watch { silence, missing } = watched(snapshot, &connection, context.now)?;
        if silence.is_some() {
            found.silent_at = address(&connection, found.silent);
            found.silent += 1;
        }
        if let Some(missing) = missing {
            found.numbers_at = address(&connection, found.numbers);
            found.numbers += missing.numbers;
        }
    }
    Ok(found)
}

/// The page of the only connection concerned, or that of all.
fn address(connection: &Connection, before: i64) -> String {
    if before == 0 { format!("/connections/{}", connection.id) } else { "/connections".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_numbers_are_written_as_ranges() {
        let range = |first, last| Range { prefix: "#".into(), first, last };
        let missing =
            Missing { numbers: 3, ranges: vec![range(1005, 1006), range(999, 999)], further: 0 };
        assert_eq!(ranges(Lang::Fr, &missing), "#1005–#1006, #999");
        let more = Missing { further: 4, ..missing };
        assert_eq!(ranges(Lang::En, &more), "#1005–#1006, #999 and 4 further runs");
    }
}
