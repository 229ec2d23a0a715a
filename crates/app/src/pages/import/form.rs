//! The first step: the form that takes a file, and the imports of the past under it.

use comptoir_sources::mapping::PRESETS;
use comptoir_store::{Import, StoreError, StoredShop, imports};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::choices::BY_COLUMNS;
use super::reading::excerpt;
use super::receive::{Form, NEW_SHOP};
use crate::access::Desk;
use crate::format;
use crate::i18n::{Lang, t};
use crate::ui::filters::Choice;
use crate::ui::import::{NewShop, Upload};
use crate::ui::imports::{Past, past};
use crate::ui::pages::plain_head;

/// Past imports listed.
const LISTED: usize = 50;
const CURRENCIES: &[&str] = &["EUR", "CHF", "GBP", "USD", "CAD", "SEK", "DKK", "PLN"];
const ZONES: &[&str] = &[
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Madrid",
    "America/Montreal",
    "America/New_York",
    "America/Los_Angeles",
    "Indian/Reunion",
    "Pacific/Noumea",
];

/// The body of the page; `form` is what was filled in before something went wrong.
pub fn body(
    app: &Desk,
    lang: Lang,
    form: &Form,
    error: Option<String>,
) -> Result<Markup, StoreError> {
    let snapshot = app.store.read()?;
    let known = super::shops_of(app)?;
    let mut past_imports = imports::list(&snapshot)?;
    past_imports.retain(|import| {
        app.sees_all_shops() || known.iter().any(|stored| stored.shop.slug == import.shop)
    });
    past_imports.truncate(LISTED);
    let rows: Vec<Past> = past_imports.iter().map(|import| row(lang, import, &known)).collect();
    Ok(html! {
        (plain_head(&t(lang, "import-title"), None))
        (Upload {
            lang,
            action: "/import".into(),
            shops: shop_choices(lang, &known, form, app.sees_all_shops()),
            new_shop: new_shop(form),
            formats: formats(lang, &form.format, true),
            error,
        }.render())
        (past(lang, &rows))
    })
}

fn shop_choices(lang: Lang, known: &[StoredShop], form: &Form, may_create: bool) -> Vec<Choice> {
    let mut choices: Vec<Choice> = known
        .iter()
        .map(|stored| {
            Choice::new(&*stored.shop.slug, &*stored.shop.name, stored.shop.slug == form.shop)
        })
        .collect();
    if may_create {
        choices.push(Choice::new(NEW_SHOP, t(lang, "import-new-shop"), form.shop == NEW_SHOP));
    }
    choices
}

fn new_shop(form: &Form) -> NewShop {
    let or = |text: &str, otherwise: &str| {
        if text.is_empty() { otherwise.to_owned() } else { excerpt(text, 80) }
    };
    NewShop {
        name: excerpt(&form.name, 80),
        currency: or(&form.currency, "EUR"),
        timezone: or(&form.timezone, "Europe/Paris"),
        currencies: CURRENCIES.iter().map(|&code| code.to_owned()).collect(),
        timezones: ZONES.iter().map(|&zone| zone.to_owned()).collect(),
    }
}

/// The formats to choose from, « détecter » first where it is a choice.
pub fn formats(lang: Lang, chosen: &str, detect: bool) -> Vec<Choice> {
    let mut choices = Vec::new();
    if detect {
        choices.push(Choice::new("", t(lang, "import-format-detect"), chosen.is_empty()));
    }
    for preset in PRESETS {
        let label = match lang {
            Lang::Fr => preset.label.fr,
            Lang::En => preset.label.en,
        };
        choices.push(Choice::new(preset.name, label, preset.name == chosen));
    }
    choices.push(Choice::new(BY_COLUMNS, t(lang, "import-by-columns"), chosen == BY_COLUMNS));
    choices
}

/// What a format is called.
pub fn format_name(lang: Lang, name: &str) -> String {
    let known = formats(lang, "", false).into_iter().find(|choice| choice.value == name);
    known.map_or_else(|| excerpt(name, 60), |choice| choice.label)
}

fn row(lang: Lang, import: &Import, known: &[StoredShop]) -> Past {
    let shop = known.iter().find(|stored| stored.shop.slug == import.shop);
    let zone = zone_of(shop);
    let count = |count: u64| format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
    Past {
        report: format!("/imports/{}", import.id),
        when: format::instant(lang, import.started, &zone),
        shop: shop.map_or_else(|| import.shop.clone(), |stored| stored.shop.name.clone()),
        file: excerpt(&import.files, 80),
        format: format_name(lang, &import.format),
        rows: count(import.counts.rows),
        rejected: count(import.counts.rejected),
        orders: count(import.orders),
        refunds: count(import.refunds),
        undone: import.undone.map(|_| t(lang, "import-state-undone")),
    }
}

/// The zone in which a shop's people read the clock.
pub fn zone_of(shop: Option<&StoredShop>) -> TimeZone {
    shop.and_then(|stored| TimeZone::get(&stored.shop.timezone).ok()).unwrap_or(TimeZone::UTC)
}
