//! The form of one shop: how it is filled in, and how it is read.

use std::collections::BTreeMap;

use comptoir_metrics::{PROFILES, Profile, profile};
use comptoir_model::Class;
use comptoir_store::settings::Status;
use comptoir_store::{Amounts, Settings, ShopSettings, StoredShop, WeekStart};

use super::workspace::{currencies, days, thresholds};
use super::{Faults, Fields, fault, field};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::definitions::class_words;
use crate::settings::{currency, follow, is_unknown, threshold, timezone, to_map};
use crate::ui::filters::Choice;
use crate::ui::settings::{Field, ShopForm, StatusRow};

/// What the preset « Recommandé » counts: paid, sent and completed, not refunded (S214).
const RECOMMENDED: [Class; 2] = [Class::Paid, Class::Fulfilled];

pub fn form(
    lang: Lang,
    stored: &StoredShop,
    settings: &Settings,
    shop: &ShopSettings,
    statuses: &[Status],
    sent: Option<(&Fields, &Faults)>,
) -> ShopForm {
    let rows: Vec<StatusRow> =
        listed(shop, statuses).iter().map(|status| row(lang, shop, status, sent)).collect();
    let out = rows.iter().filter(|row| !row.counted).count();
    let own = if shop.rule.statuses.is_some() { "settings-own-list" } else { "settings-mode-list" };
    let summary = t_args(
        lang,
        "settings-excluded",
        &[("out", &out.to_string()), ("all", &rows.len().to_string())],
    );
    ShopForm {
        action: format!("/settings/shop/{}", shop.slug),
        name: stored.shop.name.clone(),
        fields: fields(lang, settings, shop, sent),
        statuses: rows,
        summary: format!("{summary} {}", t(lang, own)),
        sources: None,
    }
}

fn fields(
    lang: Lang,
    settings: &Settings,
    shop: &ShopSettings,
    sent: Option<(&Fields, &Faults)>,
) -> Vec<Field> {
    let typed = |name: &'static str, is: &str| {
        sent.map_or_else(|| is.to_owned(), |(fields, _)| field(fields, name).to_owned())
    };
    let mode = typed("profile", &shop.profile);
    let amounts = typed("amounts", shop.amounts.id());
    let limit = shop.threshold.map(|number| number.to_string()).unwrap_or_default();
    let day = shop.week_start.map_or("", WeekStart::id);
    let code = shop.display_currency.map(|code| code.code().to_owned()).unwrap_or_default();
    let workspace = &settings.workspace;
    let follows = |value: String| t_args(lang, "settings-follow", &[("value", &value)]);
    let shown = workspace
        .display_currency
        .map_or_else(|| t(lang, "settings-each-currency"), |code| code.code().to_owned());
    vec![
        Field {
            name: "profile",
            label: t(lang, "status-mode"),
            hint: Some(t(lang, "settings-mode-hint")),
            choices: PROFILES
                .iter()
                .map(|known| Choice::new(known.id, profile_label(lang, known), known.id == mode))
                .collect(),
            error: fault(sent, "profile"),
            ..Field::default()
        },
        Field {
            name: "amounts",
            label: t(lang, "settings-amounts"),
            choices: Amounts::ALL
                .iter()
                .map(|one| {
                    let words = t(lang, &format!("settings-amounts-{}", one.id()));
                    Choice::new(one.id(), words, one.id() == amounts)
                })
                .collect(),
            error: fault(sent, "amounts"),
            ..Field::default()
        },
        Field {
            name: "timezone",
            label: t(lang, "settings-zone"),
            hint: Some(t(lang, "settings-zone-hint")),
            value: typed("timezone", &shop.timezone),
            suggestions: zones(),
            error: fault(sent, "timezone"),
            ..Field::default()
        },
        Field {
            name: "threshold",
            label: t(lang, "settings-threshold"),
            choices: thresholds(
                Some(follows(workspace.threshold.to_string())),
                &typed("threshold", &limit),
            ),
            error: fault(sent, "threshold"),
            ..Field::default()
        },
        Field {
            name: "week_start",
            label: t(lang, "settings-week"),
            choices: days(
                lang,
                Some(follows(t(lang, &format!("settings-{}", workspace.week_start.id())))),
                &typed("week_start", day),
            ),
            error: fault(sent, "week_start"),
            ..Field::default()
        },
        Field {
            name: "currency",
            label: t(lang, "settings-currency"),
            hint: Some(follows(shown)),
            value: typed("currency", &code),
            suggestions: currencies(),
            error: fault(sent, "currency"),
            ..Field::default()
        },
    ]
}

fn profile_label(lang: Lang, profile: &Profile) -> &'static str {
    match lang {
        Lang::Fr => profile.label.fr,
        Lang::En => profile.label.en,
    }
}

/// The statuses that orders have, and those of the merchant's list that no order has any more.
fn listed(shop: &ShopSettings, statuses: &[Status]) -> Vec<Status> {
    let mut all = statuses.to_vec();
    for status in shop.rule.statuses.iter().flatten() {
        if !all.iter().any(|known| known.status == *status) {
            let told = shop.meanings.get(status).copied().unwrap_or(Class::Paid);
            all.push(Status {
                status: status.clone(),
                told: vec![told],
                orders: 0,
                sources: Vec::new(),
            });
        }
    }
    all
}

/// What a status means: as the merchant says, else as the platform told most often.
fn meaning(shop: &ShopSettings, status: &Status) -> Class {
    let told = told(status);
    shop.meanings.get(&status.status).copied().filter(|_| told != Class::Deleted).unwrap_or(told)
}

fn told(status: &Status) -> Class {
    let kept = status.told.iter().copied().find(|class| *class != Class::Deleted);
    kept.unwrap_or(Class::Deleted)
}

fn row(
    lang: Lang,
    shop: &ShopSettings,
    status: &Status,
    sent: Option<(&Fields, &Faults)>,
) -> StatusRow {
    let (told, mut means) = (told(status), meaning(shop, status));
    let mut counted = shop.rule.counts(&status.status, means);
    let posted = sent.and_then(|(fields, _)| posted(fields).remove(&status.status));
    if let Some(posted) = posted {
        counted = posted.counted;
        means = posted.meaning.parse().unwrap_or(means);
    }
    let fixed = told == Class::Deleted;
    let unknown = to_map(shop, status);
    StatusRow {
        status: status.status.clone(),
        orders: format::integer(lang, status.orders),
        counted: counted && !fixed,
        fixed,
        meanings: unknown
            .then(|| Choice::new("", t(lang, "settings-to-map"), true))
            .into_iter()
            .chain(Class::ALL.into_iter().map(|class| {
                Choice::new(class.id(), class_words(lang, class), class == means && !unknown)
            }))
            .collect(),
        unknown,
        told: (told != means)
            .then(|| t_args(lang, "settings-told", &[("meaning", &class_words(lang, told))])),
    }
}

/// A status as the form sends it.
#[derive(Default)]
struct Posted {
    counted: bool,
    meaning: String,
}

fn posted(fields: &Fields) -> BTreeMap<String, Posted> {
    let mut found = BTreeMap::new();
    for (name, status) in fields {
        if let Some(index) = name.strip_prefix("status.") {
            let counted = !field(fields, &format!("counted.{index}")).is_empty();
            let meaning = field(fields, &format!("meaning.{index}")).to_owned();
            found.insert(status.clone(), Posted { counted, meaning });
        }
    }
    found
}

/// Reads the form into the shop's settings; what is wrong is told field by field.
pub fn read(lang: Lang, fields: &Fields, statuses: &[Status], shop: &mut ShopSettings) -> Faults {
    let mut faults = Faults::new();
    let before = shop.clone();
    match profile(field(fields, "profile")) {
        Some(known) => follow(shop, known),
        None => faults.push(("profile", t(lang, "settings-fault-choice"))),
    }
    match Amounts::read(field(fields, "amounts")) {
        Some(amounts) => shop.amounts = amounts,
        None => faults.push(("amounts", t(lang, "settings-fault-choice"))),
    }
    match timezone(field(fields, "timezone")) {
        Some(zone) => shop.timezone = zone,
        None => faults.push(("timezone", t(lang, "settings-fault-zone"))),
    }
    let mut optional = |name: &'static str, words: &str, read: &mut dyn FnMut(&str) -> bool| {
        let text = field(fields, name).trim();
        if !read(text) {
            faults.push((name, t(lang, words)));
        }
    };
    optional("threshold", "settings-fault-threshold", &mut |text| {
        shop.threshold = threshold(text);
        text.is_empty() || shop.threshold.is_some()
    });
    optional("week_start", "settings-fault-choice", &mut |text| {
        shop.week_start = WeekStart::read(text);
        text.is_empty() || shop.week_start.is_some()
    });
    optional("currency", "settings-fault-currency", &mut |text| {
        shop.display_currency = currency(text);
        text.is_empty() || shop.display_currency.is_some()
    });
    read_statuses(fields, statuses, &before, shop);
    faults
}

fn read_statuses(
    fields: &Fields,
    statuses: &[Status],
    before: &ShopSettings,
    shop: &mut ShopSettings,
) {
    let all = listed(before, statuses);
    let posted = posted(fields);
    for status in &all {
        let sent = posted.get(&status.status).and_then(|posted| posted.meaning.parse().ok());
        if let Some(class) = sent {
            if is_unknown(status) {
                // Whatever is chosen is now decided, also that it means what it counts as already.
                shop.meanings.insert(status.status.clone(), class);
            } else if class == told(status) && status.told.len() == 1 {
                shop.meanings.remove(&status.status);
            } else if class != meaning(before, status) {
                shop.meanings.insert(status.status.clone(), class);
            }
        }
    }
    let names = |keep: &dyn Fn(&Status) -> bool| -> Vec<String> {
        all.iter().filter(|status| keep(status)).map(|status| status.status.clone()).collect()
    };
    match field(fields, "do") {
        "reset" => shop.rule.statuses = None,
        "recommended" => {
            shop.rule.statuses =
                Some(names(&|status| RECOMMENDED.contains(&meaning(shop, status))));
        }
        _ => {
            // Boxes left as they were follow the calculation mode as before; a touched one makes the
            // list the merchant's own.
            let checked = names(&|status| {
                posted.get(&status.status).is_some_and(|posted| posted.counted)
                    && told(status) != Class::Deleted
            });
            let shown = names(&|status| {
                before.rule.counts(&status.status, meaning(before, status))
                    && told(status) != Class::Deleted
            });
            if !posted.is_empty() && checked != shown {
                shop.rule.statuses = Some(checked);
            }
        }
    }
}

/// IANA names to choose from.
pub fn zones() -> Vec<String> {
    jiff::tz::db().available().map(|zone| zone.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_model::CountingRule;

    fn shop() -> ShopSettings {
        ShopSettings {
            id: 1,
            slug: "ferme".into(),
            timezone: "Europe/Paris".into(),
            profile: "comptoir".into(),
            rule: CountingRule::default(),
            meanings: BTreeMap::new(),
            owners: Vec::new(),
            amounts: Amounts::Excl,
            threshold: None,
            week_start: None,
            display_currency: None,
            visits: comptoir_model::VisitMode::Exempt,
        }
    }

    fn statuses() -> Vec<Status> {
        [("sent", Class::Fulfilled), ("void", Class::Cancelled), ("back", Class::Refunded)]
            .into_iter()
            .map(|(status, class)| Status {
                status: status.into(),
                told: vec![class],
                orders: 1,
                sources: Vec::new(),
            })
            .collect()
    }

    fn sent(more: &[(&str, &str)]) -> Fields {
        let form = [
            ("profile", "comptoir"),
            ("amounts", "excl"),
            ("timezone", "europe/paris"),
            ("threshold", ""),
            ("week_start", ""),
            ("currency", ""),
            ("status.0", "sent"),
            ("meaning.0", "fulfilled"),
            ("status.1", "void"),
            ("meaning.1", "cancelled"),
            ("status.2", "back"),
            ("meaning.2", "refunded"),
        ];
        let kept = form.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn check(more: &[(&str, &str)]) -> (ShopSettings, Vec<&'static str>) {
        let mut read_into = shop();
        let faults = read(Lang::Fr, &sent(more), &statuses(), &mut read_into);
        (read_into, faults.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn s214_boxes_left_alone_follow_the_mode_and_a_touched_one_makes_a_list() {
        let untouched = [("counted.0", "1"), ("counted.2", "1")];
        assert_eq!(check(&untouched), (shop(), vec![]));
        let unchecked = check(&[("counted.0", "1")]).0;
        assert_eq!(unchecked.rule.statuses, Some(vec!["sent".to_owned()]));
        let recommended = check(&[("counted.1", "1"), ("do", "recommended")]).0;
        assert_eq!(recommended.rule.statuses, Some(vec!["sent".to_owned()]));
        let mut own = shop();
        own.rule.statuses = Some(vec!["void".into()]);
        read(Lang::Fr, &sent(&[("do", "reset")]), &statuses(), &mut own);
        assert_eq!(own.rule.statuses, None);
    }

    #[test]
    fn s022_a_meaning_is_kept_only_where_it_differs_from_what_was_told() {
        let all = [("counted.0", "1"), ("counted.2", "1"), ("meaning.1", "on_hold")];
        let changed = check(&all).0;
        assert_eq!(changed.meanings.get("void"), Some(&Class::OnHold));
        let mut back = changed;
        read(Lang::Fr, &sent(&all[..2]), &statuses(), &mut back);
        assert_eq!(back, shop());
    }

    #[test]
    fn what_is_wrong_is_told_field_by_field() {
        let (_, faults) = check(&[
            ("profile", "magento"),
            ("amounts", "ttc"),
            ("timezone", "Paris"),
            ("threshold", "11"),
            ("week_start", "friday"),
            ("currency", "EURO"),
        ]);
        assert_eq!(
            faults,
            ["profile", "amounts", "timezone", "threshold", "week_start", "currency"]
        );
    }
}
