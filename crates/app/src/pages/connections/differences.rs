//! What a full comparison with the platform found.

use comptoir_metrics::Context;
use comptoir_store::connections::Connection;

use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::sync::Difference;
use crate::sync::outcome::{Kind, Side};
use crate::ui::connection::{Part, Plain};

/// Differences that the page lists.
const LISTED: usize = 200;

pub fn part(lang: Lang, context: &Context, connection: &Connection) -> Part {
    let mut part = Part {
        id: "differences",
        title: t(lang, "connection-verify"),
        text: t(lang, "connection-verify-text"),
        ask: Some((t(lang, "connection-verify"), format!("/connections/{}/verify", connection.id))),
        ..Part::default()
    };
    let Some(at) = connection.reconciled else { return part };
    let ago = format::ago(lang, at, context.now);
    part.lines.push(t_args(lang, "connection-verified", &[("ago", &ago)]));
    let text = connection.differences.as_deref().unwrap_or("[]");
    let found: Vec<Difference> = serde_json::from_str(text).unwrap_or_default();
    if found.is_empty() {
        part.lines.push(t(lang, "connection-verified-none"));
        return part;
    }
    let count = |count: usize| format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
    part.lines.push(t_args(lang, "connection-verified-count", &[("count", &count(found.len()))]));
    part.table = Some(Plain {
        caption: t(lang, "connection-verify"),
        head: ["order", "what", "here", "there"]
            .map(|id| t(lang, &format!("connection-difference-{id}")))
            .to_vec(),
        rows: found.iter().take(LISTED).map(|one| row(lang, one)).collect(),
        numbers_from: usize::MAX,
    });
    if found.len() > LISTED {
        let listed = count(LISTED);
        part.under.push(t_args(lang, "connection-verified-more", &[("count", &listed)]));
    }
    part
}

fn row(lang: Lang, one: &Difference) -> Vec<String> {
    let what = match one.kind {
        Kind::MissingHere => t(lang, "connection-difference-missing"),
        Kind::GoneThere => t(lang, "connection-difference-gone"),
        Kind::Different => {
            let fields: Vec<String> = one
                .fields
                .iter()
                .map(|field| t(lang, &format!("connection-difference-{field}")))
                .collect();
            let words = t(lang, "connection-difference-changed");
            if fields.is_empty() { words } else { format!("{words} ({})", fields.join(", ")) }
        }
    };
    let side = |side: &Option<Side>| match side {
        Some(side) => format!("{} · {}", side.status, total(lang, side)),
        None => format::NO_VALUE.to_owned(),
    };
    vec![
        one.number.clone().unwrap_or_else(|| one.order.clone()),
        what,
        side(&one.here),
        side(&one.there),
    ]
}

/// The total as amounts are written elsewhere; what can't be read is shown as it is.
fn total(lang: Lang, side: &Side) -> String {
    let currency = side.currency.parse::<comptoir_model::Currency>();
    let minor = currency.as_ref().ok().and_then(|currency| currency.parse(&side.total).ok());
    match (currency, minor) {
        (Ok(currency), Some(minor)) => format::money_exact(lang, minor, currency),
        _ => format!("{} {}", side.total, side.currency),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_what_was_here_and_what_is_there() {
        let text = r#"{"kind":"different","order":"16","number":"1016","fields":["total"],
            "here":{"status":"processing","total":"11.25","currency":"EUR","modified":"2026-11-21T10:00:00Z"},
            "there":{"status":"processing","total":"10.00","currency":"EUR","modified":"2026-11-21T11:00:00Z"},
            "repaired":true}"#;
        let one: Difference = serde_json::from_str(text).expect("a difference");
        let cells = row(Lang::Fr, &one);
        let expected =
            ["1016", "a changé (total)", "processing · 11,25\u{a0}€", "processing · 10,00\u{a0}€"];
        assert_eq!(cells, expected);
        let gone = Difference { kind: Kind::GoneThere, number: None, there: None, ..one };
        assert_eq!(row(Lang::En, &gone)[3], "–");
        assert_eq!(row(Lang::En, &gone)[0], "16");
    }
}
