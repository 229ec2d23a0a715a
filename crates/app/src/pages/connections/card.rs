//! One connection as its card: state, freshness, progress, figures, and what is wrong.

use std::time::Duration;

use comptoir_metrics::Context;
use comptoir_sources::connector::Facts;
use comptoir_sources::words::Text;
use comptoir_sources::{Failure, Platform, platform};
use comptoir_store::connections::Connection;
use comptoir_store::{Snapshot, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::{sentence, warnings};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::sync::Running;
use crate::ui::connections::{self as ui, Figure, Progress, State, Trouble};

/// Failures in a row after which waiting is no longer the remedy.
const TRIES: i64 = 3;

/// Runs that may be missed before a connection is late.
const MISSED: i64 = 3;

/// The card of a connection; `href` is its page, empty where this is the page.
pub fn card(
    lang: Lang,
    snapshot: &Snapshot,
    context: &Context,
    connection: &Connection,
    running: Option<&Running>,
    href: &str,
) -> Result<ui::Connection, StoreError> {
    let now = context.now;
    let zone = context.zone();
    let shop = context.shop_by_id(connection.shop_id);
    let failure = failure(connection);
    let (state, words) = state(lang, connection, failure.as_ref(), now);
    let mut told = warnings::words(lang, snapshot, connection, now)?;
    let facts = facts(connection);
    told.extend(limited(lang, context, &facts));
    let fresh = connection.last_success;
    Ok(ui::Connection {
        name: shop.map_or_else(|| connection.shop.clone(), |shop| shop.shop.name.clone()),
        href: href.to_owned(),
        what: format!("{} · {}", platform_name(&connection.platform), address(&connection.url)),
        state,
        state_words: words,
        fresh: match fresh {
            Some(at) => t_args(lang, "connection-fresh", &[("ago", &format::ago(lang, at, now))]),
            None => t(lang, "connection-fresh-never"),
        },
        fresh_exact: fresh.map(|at| format::instant(lang, at, &zone)).unwrap_or_default(),
        progress: progress(lang, connection, running, href, now),
        trouble: failure.map(|failure| trouble(lang, connection, failure, now)),
        figures: figures(lang, connection, running.is_some(), now),
        warnings: told,
        notes: notes(lang, connection, &facts),
        action: format!("/connections/{}", connection.id),
        paused: connection.paused,
    })
}

/// Whether its first import is still under way.
pub fn is_importing(connection: &Connection) -> bool {
    connection.phase != "changes"
}

pub fn platform_name(id: &str) -> &str {
    platform(id).map_or(id, |platform| platform.name)
}

/// The address without its scheme: as people say it.
fn address(url: &str) -> &str {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.trim_end_matches('/')
}

pub fn facts(connection: &Connection) -> Facts {
    serde_json::from_str(&connection.facts).unwrap_or_default()
}

fn failure(connection: &Connection) -> Option<Failure> {
    serde_json::from_str(connection.failure.as_deref()?).ok()
}

fn state(
    lang: Lang,
    connection: &Connection,
    failure: Option<&Failure>,
    now: Timestamp,
) -> (State, String) {
    let quiet_for = MISSED * connection.minutes.max(5);
    let late = connection
        .last_success
        .is_some_and(|at| now.duration_since(at) > SignedDuration::from_mins(quiet_for));
    let (state, words) = match failure {
        _ if connection.paused => (State::Paused, "connection-state-paused"),
        Some(failure) if failure.kind.passes() && connection.failures < TRIES => {
            (State::Late, "connection-state-retrying")
        }
        Some(_) => (State::Failed, "connection-state-failed"),
        None if connection.cursor.is_empty() => (State::Importing, "connection-state-waiting"),
        None if connection.phase == "recent" => (State::Importing, "connection-state-recent"),
        None if is_importing(connection) => (State::Importing, "connection-state-history"),
        None if late => (State::Late, "connection-state-late"),
        None => (State::Fine, "connection-state-fine"),
    };
    (state, t(lang, words))
}

/// Whether somebody has to do something before it goes on.
pub fn is_stopped(connection: &Connection) -> bool {
    !connection.paused
        && failure(connection)
            .is_some_and(|failure| !failure.kind.passes() || connection.failures >= TRIES)
}

fn progress(
    lang: Lang,
    connection: &Connection,
    running: Option<&Running>,
    href: &str,
    now: Timestamp,
) -> Option<Progress> {
    if !is_importing(connection) || connection.paused {
        return None;
    }
    let page = format!("/connections/{}", connection.id);
    let (back, reload) =
        if href.is_empty() { ("one", page.as_str()) } else { ("all", "/connections") };
    let done = connection.done.unwrap_or(0);
    let (percent, words) = match connection.total.filter(|total| *total > 0) {
        Some(total) => {
            let total = total.max(done);
            let values = [
                ("done", &*format::integer(lang, done)),
                ("total", &*format::integer(lang, total)),
            ];
            let mut words = t_args(lang, "connection-progress", &values);
            if let Some(left) = running.and_then(|running| running.time_left(now)) {
                words = format!("{words}, {}", left_words(lang, left));
            }
            (u8::try_from(100 * done / total).ok(), words)
        }
        None if done > 0 => {
            let done = format::integer(lang, done);
            (None, t_args(lang, "connection-progress-open", &[("done", &done)]))
        }
        None => (None, t(lang, "connection-progress-starting")),
    };
    Some(Progress {
        percent,
        words,
        poll: format!("{page}/progress?back={back}"),
        reload: reload.to_owned(),
    })
}

fn left_words(lang: Lang, left: Duration) -> String {
    let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX).max(1);
    let (id, n) = if seconds < 100 {
        ("import-left-seconds", seconds)
    } else {
        ("import-left-minutes", (seconds + 59) / 60)
    };
    t_args(lang, id, &[("n", &format::integer(lang, n))])
}

fn trouble(lang: Lang, connection: &Connection, failure: Failure, now: Timestamp) -> Trouble {
    let ago = connection.last_finished.map(|at| format::ago(lang, at, now)).unwrap_or_default();
    let count = format::integer(lang, connection.failures);
    let id =
        if connection.failures > 1 { "connection-failures" } else { "connection-failure-once" };
    Trouble {
        reason: sentence(&failure.reason.in_words(lang.into())),
        remedy: sentence(&failure.remedy.in_words(lang.into())),
        since: t_args(lang, id, &[("count", &count), ("ago", &ago)]),
    }
}

fn figures(lang: Lang, connection: &Connection, running: bool, now: Timestamp) -> Vec<Figure> {
    let next = if running {
        t(lang, "connection-next-running")
    } else if connection.paused {
        t(lang, "connection-next-paused")
    } else if connection.next_run <= now {
        t(lang, "connection-next-now")
    } else {
        format::until(lang, connection.next_run, now)
    };
    let figure =
        |id: &str, value: String| Figure { label: t(lang, id), value, ..Figure::default() };
    let refused = Figure {
        href: if connection.refused > 0 {
            format!("/connections/{}#refused", connection.id)
        } else {
            String::new()
        },
        urgent: connection.refused > 0,
        ..figure("connection-refused", format::integer(lang, connection.refused))
    };
    vec![
        figure("connection-received", format::integer(lang, connection.received)),
        figure("connection-updated", format::integer(lang, connection.updated)),
        refused,
        figure("connection-next", next),
    ]
}

/// What the platform does not tell at all.
fn limited(lang: Lang, context: &Context, facts: &Facts) -> Option<String> {
    let from = context.zone().to_datetime(facts.history_from?).date();
    Some(t_args(lang, "connection-history-limited", &[("date", &format::day(lang, from))]))
}

/// What the key may not read, or this version does not have.
fn notes(lang: Lang, connection: &Connection, facts: &Facts) -> Vec<String> {
    let mut told = facts.notes.clone();
    told.extend(serde_json::from_str::<Vec<Text>>(&connection.notes).unwrap_or_default());
    let mut words: Vec<String> = Vec::new();
    for note in told {
        let note = sentence(&note.in_words(lang.into()));
        if !words.contains(&note) {
            words.push(note);
        }
    }
    words
}

/// Whether a version is older than the platform's least one, as far as both are numbers.
pub fn is_unproven(platform: &Platform, version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let digits = text.trim_start_matches(|one: char| !one.is_ascii_digit());
        digits.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
    };
    let (least, told) = (numbers(platform.minimum), numbers(version));
    !least.is_empty() && !told.is_empty() && told < least
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_sources::FailureKind;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn connection() -> Connection {
        Connection {
            id: 7,
            shop_id: 1,
            shop: "ferme".into(),
            platform: "woocommerce".into(),
            url: "https://ferme.example/".into(),
            private: false,
            minutes: 5,
            paused: false,
            created: at("2026-11-22T10:00:00Z"),
            facts: "{}".into(),
            cursor: "3".into(),
            phase: "changes".into(),
            done: None,
            total: None,
            phase_started: None,
            last_started: None,
            last_finished: Some(at("2026-11-22T11:56:00Z")),
            last_success: Some(at("2026-11-22T11:56:00Z")),
            next_run: at("2026-11-22T12:01:00Z"),
            failures: 0,
            failure: None,
            received: 0,
            updated: 0,
            refused: 0,
            hooks: 0,
            hooks_refused: 0,
            last_hook: None,
            subscribed: None,
            notes: "[]".into(),
            totals: None,
            reconciled: None,
            differences: None,
        }
    }

    const NOW: &str = "2026-11-22T12:00:00Z";

    fn said(connection: &Connection) -> State {
        state(Lang::Fr, connection, failure(connection).as_ref(), at(NOW)).0
    }

    #[test]
    fn s011_the_state_is_told_from_what_happened() {
        assert_eq!(said(&connection()), State::Fine);
        // Read every five minutes: a quarter of an hour without success is late.
        let late = Connection { last_success: Some(at("2026-11-22T11:44:00Z")), ..connection() };
        assert_eq!(said(&late), State::Late);
        let failed = |kind: FailureKind, failures| {
            let text = || Text { fr: "a".into(), en: "a".into() };
            let failure = serde_json::to_string(&Failure::new(kind, text(), text())).expect("JSON");
            Connection { failure: Some(failure), failures, ..connection() }
        };
        assert_eq!(said(&failed(FailureKind::Timeout, 2)), State::Late);
        assert_eq!(said(&failed(FailureKind::Timeout, 3)), State::Failed);
        assert!(!is_stopped(&failed(FailureKind::Timeout, 2)) && !is_stopped(&connection()));
        assert!(is_stopped(&failed(FailureKind::Timeout, 3)));
        assert_eq!(said(&failed(FailureKind::Unauthorized, 1)), State::Failed);
        let paused = Connection { paused: true, ..failed(FailureKind::Unauthorized, 1) };
        assert_eq!(said(&paused), State::Paused);
        let recent = Connection { phase: "recent".into(), ..connection() };
        assert_eq!(said(&recent), State::Importing);
    }

    #[test]
    fn a_first_import_tells_how_far_it_is() {
        let importing = Connection {
            phase: "recent".into(),
            done: Some(200),
            total: Some(500),
            ..connection()
        };
        let told =
            progress(Lang::En, &importing, None, "/connections/7", at(NOW)).expect("progress");
        assert_eq!((told.percent, told.words.as_str()), (Some(40), "200 orders read of 500"));
        assert_eq!(told.poll, "/connections/7/progress?back=all");
        // More than the platform announced: the bar is full, no more.
        let more = Connection { done: Some(600), ..importing.clone() };
        let told = progress(Lang::En, &more, None, "", at(NOW)).expect("progress");
        assert_eq!(
            (told.percent, told.poll.as_str()),
            (Some(100), "/connections/7/progress?back=one")
        );
        let open = Connection { total: None, ..importing };
        assert_eq!(progress(Lang::En, &open, None, "", at(NOW)).expect("progress").percent, None);
        assert!(progress(Lang::En, &connection(), None, "", at(NOW)).is_none());
        assert_eq!(left_words(Lang::Fr, Duration::from_mins(1)), "encore 60\u{a0}s");
        assert_eq!(left_words(Lang::Fr, Duration::from_secs(100)), "encore 2\u{a0}min");
    }

    #[test]
    fn the_next_run_and_what_was_refused_are_told() {
        let told = figures(Lang::Fr, &Connection { refused: 2, ..connection() }, false, at(NOW));
        let values: Vec<&str> = told.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values, ["0", "0", "2", "dans 1\u{a0}min"]);
        assert!(told[2].urgent && told[2].href == "/connections/7#refused");
    }
}
