//! The platform's own total beside ours, under its own calculation mode, and what separates that mode
//! from the merchant's.

use comptoir_metrics::beside::{Beside, Told, beside};
use comptoir_metrics::separation::{Separation, separation};
use comptoir_metrics::{Cell, Context, Period, Query, metric, profile, profile_of, rules};
use comptoir_model::{Class, DateBasis};
use comptoir_sources::connector::Setting;
use comptoir_sources::{Failure, Platform, platform};
use comptoir_store::connections::Connection;
use comptoir_store::{Snapshot, Store};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{access, sentence};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::definitions::class_words;
use crate::pages::figure::{exact, label};
use crate::pages::frame::PageError;
use crate::sync::{StoredTotals, read_totals};
use crate::ui::connection::{Part, Plain};

/// Whole days over which totals are compared.
const DAYS: i32 = 30;

pub fn part(
    lang: Lang,
    snapshot: &Snapshot,
    context: &Context,
    connection: &Connection,
) -> Result<Part, PageError> {
    let mut part = Part {
        id: "totals",
        title: t(lang, "connection-theirs-title"),
        ask: Some((
            t(lang, "connection-theirs-ask"),
            format!("/connections/{}/totals", connection.id),
        )),
        ..Part::default()
    };
    let Some(known) = platform(&connection.platform) else { return Ok(part) };
    let Some(kept) = read_totals(connection.totals.as_deref()) else { return Ok(part) };
    let Some(totals) = &kept.totals else {
        part.text = t(lang, "connection-theirs-none");
        return Ok(part);
    };
    let Some(mode) = profile(known.profile) else { return Ok(part) };
    let basis: Option<DateBasis> = totals.date.parse().ok();
    let told = Told {
        profile: mode,
        basis,
        period: Period { from: kept.from, to: kept.to },
        figures: &totals.figures,
    };
    let (figures, table) = beside(snapshot, context, &connection.shop, &told)?;
    let named = t(lang, &format!("basis-{}", basis.unwrap_or(mode.basis).id()));
    let mode_name = if lang == Lang::Fr { mode.label.fr } else { mode.label.en };
    let text = t_args(
        lang,
        "connection-theirs-text",
        &[
            ("range", &format::range(lang, kept.from, kept.to)),
            ("basis", &t_args(lang, "connection-theirs-basis", &[("basis", &named)])),
            ("mode", mode_name),
        ],
    );
    part.text = sentence(&text);
    part.table = Some(Plain {
        caption: t(lang, "connection-theirs-title"),
        head: ["figure", "platform", "ours", "difference"]
            .map(|id| t(lang, &format!("connection-theirs-{id}")))
            .to_vec(),
        rows: figures.iter().map(|one| row(lang, one, &table)).collect(),
        numbers_from: 1,
    });
    let agrees = |one: &Beside| matches!(one.apart, Cell::Money(0) | Cell::Count(0));
    if !figures.is_empty() && figures.iter().all(agrees) {
        part.under.push(t(lang, "connection-theirs-same"));
    }
    part.under.extend(apart(lang, context, connection, known, basis));
    Ok(part)
}

fn row(lang: Lang, one: &Beside, table: &comptoir_metrics::Table) -> Vec<String> {
    let unit = one.metric.unit;
    let cell = |cell: &Cell| exact(lang, cell, unit, table.currency);
    vec![label(lang, one.metric).to_owned(), cell(&one.theirs), cell(&one.ours), cell(&one.apart)]
}

/// One line: what separates the platform's mode from the merchant's.
fn apart(
    lang: Lang,
    context: &Context,
    connection: &Connection,
    known: &Platform,
    basis: Option<DateBasis>,
) -> Option<String> {
    let theirs = profile(known.profile)?;
    let own = Query { shop: Some(connection.shop.clone()), ..Query::new(vec![metric("revenue")?]) };
    let ours = profile_of(&own, context);
    let (_, rule) = rules(&own, context).into_iter().next()?;
    let found = separation(theirs, basis, ours, &rule);
    if found.is_none() {
        return Some(t(lang, "connection-apart-none"));
    }
    let mode = if lang == Lang::Fr { ours.label.fr } else { ours.label.en };
    let all = reasons(lang, &found).join(if lang == Lang::Fr { "\u{202f}; " } else { "; " });
    Some(t_args(lang, "connection-apart", &[("mode", mode), ("all", &all)]))
}

fn reasons(lang: Lang, found: &Separation) -> Vec<String> {
    let mut all = Vec::new();
    let classes = |classes: &[Class]| {
        let words: Vec<String> = classes.iter().map(|class| class_words(lang, *class)).collect();
        words.join(", ")
    };
    for (id, list) in [
        ("connection-apart-classes", &found.classes.0),
        ("connection-apart-classes-not", &found.classes.1),
    ] {
        if !list.is_empty() {
            all.push(t_args(lang, id, &[("classes", &classes(list))]));
        }
    }
    if found.own_statuses {
        all.push(t(lang, "connection-apart-statuses"));
    }
    if let Some((theirs, ours)) = found.dates {
        let words = |basis: DateBasis| t(lang, &format!("basis-{}", basis.id()));
        let values = [("theirs", words(theirs)), ("ours", words(ours))];
        let values = values.each_ref().map(|(name, words)| (*name, words.as_str()));
        all.push(t_args(lang, "connection-apart-dates", &values));
    }
    for (id, has) in [
        ("tax", found.tax),
        ("shipping", found.shipping),
        ("fees", found.fees),
        ("refunds", found.refunds),
    ] {
        if let Some(has) = has {
            let not = if has { "" } else { "-not" };
            all.push(t(lang, &format!("connection-apart-{id}{not}")));
        }
    }
    if let Some(every) = found.every_refund {
        let which = if every { "every-refund" } else { "counted-refunds" };
        all.push(t(lang, &format!("connection-apart-{which}")));
    }
    all
}

/// Asks the platform for its totals of the last whole days, and keeps what it says.
pub fn ask(
    store: &Store,
    context: &Context,
    connection: &Connection,
    now: Timestamp,
) -> Result<Result<(), Failure>, PageError> {
    let shop = context.shop_by_id(connection.shop_id).ok_or(PageError::NotFound)?;
    let known = platform(&connection.platform).ok_or(PageError::NotFound)?;
    let timezone = TimeZone::get(&shop.shop.timezone).unwrap_or(TimeZone::UTC);
    let to = timezone.to_datetime(now).date().saturating_sub(1.day());
    let from = to.saturating_sub((DAYS - 1).days());
    let setting = Setting { now, currency: shop.shop.currency, timezone };
    let opened = store.connection_access(connection.id)?;
    let asked = (known.connect)(access::of(opened))
        .and_then(|mut connector| connector.totals(from, to, &setting));
    let totals = match asked {
        Ok(totals) => totals,
        Err(failure) => return Ok(Err(failure)),
    };
    let told = totals.is_some().then_some(now);
    let kept = StoredTotals { asked: now, from, to, told, totals };
    let text =
        serde_json::to_string(&kept).map_err(|error| PageError::Failed(error.to_string()))?;
    store.set_connection_totals(connection.id, text)?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_metrics::Profile;

    fn mode(id: &str) -> &'static Profile {
        profile(id).expect("a profile")
    }

    #[test]
    fn what_separates_two_modes_is_told_in_one_line() {
        let ours = mode("comptoir");
        let found = separation(mode("woocommerce"), None, ours, &ours.rule());
        let words = reasons(Lang::Fr, &found);
        assert_eq!(
            words,
            [
                "il compte aussi les commandes en suspens",
                "il retient la date de paiement, vous celle de création",
                "le port n’est pas dans son CA",
                "il retire tous les remboursements, même ceux de commandes qui ne comptent pas",
            ]
        );
    }
}
