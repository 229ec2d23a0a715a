//! `/connections/new`: what a platform asks for, and which shop it is. What the platform tells of the
//! shop (name, currency, zone) is not asked, unless it does not tell it.

use std::collections::HashMap;

use axum::extract::{Form, Query};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::Context;
use comptoir_model::Shop;
use comptoir_sources::connector::Facts;
use comptoir_sources::http::address;
use comptoir_sources::{FailureKind, PLATFORMS, Platform, platform};
use comptoir_store::StoredShop;
use comptoir_store::connections::{self as kept, Connection, DEFAULT_MINUTES, NewConnection};
use maud::{Markup, html};
use serde_json::json;

use super::access::{ADDRESS, Faults, Typed, check, fault, fault_of, questions};
use super::{Fields, Taken, field};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::pages::frame::{self, PageError, shell};
use crate::pages::import::slug;
use crate::settings::{currency, timezone};
use crate::ui::Segment;
use crate::ui::filters::Choice;
use crate::ui::pages::plain_head;
use crate::ui::platforms::{Asked, Form as FormView};

/// The value of the list of shops that means "a new one".
const NEW_SHOP: &str = "+";

/// The longest name of a shop, in characters.
const LONGEST_NAME: usize = 80;

type Sent<'s> = Option<(&'s Fields, &'s Faults)>;

pub async fn ask(
    app: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let chosen = chosen(asked.get("platform").map(String::as_str))?;
        draw(app, lang, here, chosen, None)
    })
    .await
}

pub async fn take(
    app: Desk,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    super::take(app, headers, "/connections/new".to_owned(), move |app, lang, here| {
        let chosen = chosen(asked.get("platform").map(String::as_str))?;
        match connect(app, lang, chosen, &fields)? {
            Ok(id) => Ok(Taken::Done(format!("/connections/{id}?done=connected"))),
            Err(faults) => {
                Ok(Taken::Back(draw(app, lang, here, chosen, Some((&fields, &faults)))?))
            }
        }
    })
    .await
}

/// The platform that was chosen; the first one before anybody chose.
fn chosen(id: Option<&str>) -> Result<&'static Platform, PageError> {
    match id {
        None => Ok(PLATFORMS[0]),
        Some(id) => platform(id).ok_or(PageError::NotFound),
    }
}

/// Connects the shop, or says what is wrong with which field.
fn connect(
    app: &Desk,
    lang: Lang,
    platform: &'static Platform,
    fields: &Fields,
) -> Result<Result<i64, Faults>, PageError> {
    let typed = Typed { fields, kept: None };
    let missing = typed.missing(lang, platform);
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let (snapshot, context) = app.read()?;
    let connected = kept::list(&snapshot)?;
    drop(snapshot);
    let access = typed.access(platform);
    // What is known beforehand need not be asked of the platform.
    let before = known_already(lang, &context, &connected, platform, fields);
    if !before.is_empty() {
        return Ok(Err(before));
    }
    let facts = match check(platform, access.clone()) {
        Ok(facts) => facts,
        Err(failure) => {
            let mut faults = vec![fault(lang, platform, &failure)];
            if failure.kind == FailureKind::PrivateAddress {
                faults.push(("private".to_owned(), String::new()));
            }
            return Ok(Err(faults));
        }
    };
    let shop = match shop(lang, &context, platform, fields, &facts) {
        Ok(shop) => shop,
        Err(faults) => return Ok(Err(faults)),
    };
    let now = clock::now();
    let slug = shop.slug.clone();
    if context.shop(&slug).is_none() {
        // A shop to come belongs to whoever sees all shops.
        if !app.sees_all_shops() {
            return Err(PageError::Forbidden);
        }
        app.store.create_shop(shop, now)?;
    }
    let new = NewConnection {
        shop: slug,
        platform: platform.id.to_owned(),
        url: address(&access.url).map_or(access.url, |url| url.to_string()),
        credentials: access.credentials,
        private: access.private,
        minutes: DEFAULT_MINUTES,
        facts: serde_json::to_string(&facts)
            .map_err(|error| PageError::Failed(error.to_string()))?,
    };
    let id = app.store.add_connection(new, now)?;
    let shop = kept::one(&app.store.read()?, id)?.map(|connection| connection.shop_id);
    let detail = json!({ "connection": id, "platform": platform.id });
    app.audit(Action::ConnectionAdded, shop, &detail)?;
    app.sync.wake();
    Ok(Ok(id))
}

/// A shop or an address that is connected to that platform already.
fn known_already(
    lang: Lang,
    context: &Context,
    connected: &[Connection],
    platform: &Platform,
    fields: &Fields,
) -> Faults {
    let same: Vec<&Connection> =
        connected.iter().filter(|one| one.platform == platform.id).collect();
    let mut faults = Vec::new();
    let wanted = field(fields, "shop");
    let new = wanted.is_empty() || wanted == NEW_SHOP;
    if !new && context.shop(wanted).is_none() {
        faults.push(("shop".to_owned(), t(lang, "connect-fault-shop")));
    } else if same.iter().any(|one| one.shop == wanted) {
        let words = t_args(lang, "connect-fault-known", &[("platform", platform.name)]);
        faults.push(("shop".to_owned(), words));
    }
    let home = |url: &str| {
        let url = address(url).ok()?;
        Some((url.host_str()?.to_owned(), url.port(), url.path().trim_end_matches('/').to_owned()))
    };
    let typed = home(field(fields, ADDRESS));
    if typed.is_some() && same.iter().any(|one| home(&one.url) == typed) {
        faults.push((ADDRESS.to_owned(), t(lang, "connect-fault-address-known")));
    }
    faults
}

/// The shop meant: a known one, or a new one made of what the platform tells, and of what was typed
/// where it does not.
fn shop(
    lang: Lang,
    context: &Context,
    platform: &Platform,
    fields: &Fields,
    facts: &Facts,
) -> Result<Shop, Faults> {
    if let Some(known) = context.shop(field(fields, "shop")) {
        return Ok(known.shop.clone());
    }
    let mut faults = Vec::new();
    let mut wrong =
        |name: &str| faults.push((name.to_owned(), t(lang, &format!("connect-fault-{name}"))));
    let told = facts.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name: String =
        told.unwrap_or_else(|| field(fields, "name")).chars().take(LONGEST_NAME).collect();
    let money = facts.currency.or_else(|| currency(field(fields, "currency")));
    let zone = facts.timezone.as_deref().and_then(timezone);
    let zone = zone.or_else(|| timezone(field(fields, "zone")));
    if name.is_empty() {
        wrong("name");
    }
    if money.is_none() {
        wrong("currency");
    }
    if zone.is_none() {
        wrong("zone");
    }
    match (money, zone) {
        (Some(currency), Some(timezone)) if !name.is_empty() => Ok(Shop {
            slug: free_slug(&name, &context.shops),
            name,
            platform: platform.id.to_owned(),
            currency,
            timezone,
        }),
        _ => Err(faults),
    }
}

/// A slug that no shop has.
fn free_slug(name: &str, known: &[StoredShop]) -> String {
    let first = slug(name);
    let taken = |slug: &str| known.iter().any(|shop| shop.shop.slug == slug);
    let numbered = (2..).map(|number| {
        let stem: String = first.chars().take(36).collect();
        format!("{}-{number}", stem.trim_end_matches('-'))
    });
    std::iter::once(first.clone())
        .chain(numbered.take(100))
        .find(|slug| !taken(slug))
        .unwrap_or(first)
}

fn draw(
    app: &Desk,
    lang: Lang,
    here: &str,
    platform: &'static Platform,
    sent: Sent<'_>,
) -> Result<Markup, PageError> {
    let (_, context) = app.read()?;
    let title = t_args(lang, "connect-new-title", &[("platform", platform.name)]);
    let minimum = if platform.minimum.is_empty() {
        t(lang, "connections-unsaid")
    } else {
        platform.minimum.to_owned()
    };
    let lede = t_args(lang, "connect-new-lede", &[("minimum", &minimum)]);
    let mut fields = questions(lang, platform, sent, None);
    fields.extend(which_shop(lang, &context, sent));
    fields.extend(unsaid(lang, sent));
    let private = sent.and_then(|(sent, faults)| {
        let asked = faults.iter().any(|(name, _)| name == "private");
        let checked = field(sent, "private") == "1";
        (asked || checked).then_some(checked)
    });
    let form = FormView {
        lang,
        platforms: PLATFORMS
            .into_iter()
            .map(|one| {
                let href = format!("/connections/new?platform={}", one.id);
                Segment::new(one.name, href, one.id == platform.id)
            })
            .collect(),
        action: format!("/connections/new?platform={}", platform.id),
        fields,
        private,
        problem: sent.map(|_| t(lang, "connect-new-faults")),
    };
    let body = html! {
        p.back { a href="/connections" { (t(lang, "connections-title")) } }
        (plain_head(&title, Some(&lede)))
        (form.render())
    };
    Ok(shell(app, lang, "nav-connected", &title, here, body))
}

/// Which shop it is: asked only where there are some.
fn which_shop(lang: Lang, context: &Context, sent: Sent<'_>) -> Option<Asked> {
    if context.shops.is_empty() {
        return None;
    }
    let wanted = sent.map_or(NEW_SHOP, |(fields, _)| field(fields, "shop"));
    let new = Choice::new(NEW_SHOP, t(lang, "connect-new-shop-new"), wanted == NEW_SHOP);
    let known = context
        .shops
        .iter()
        .map(|shop| Choice::new(&*shop.shop.slug, &*shop.shop.name, shop.shop.slug == wanted));
    Some(Asked {
        name: "shop".to_owned(),
        label: t(lang, "connect-new-shop"),
        hint: t(lang, "connect-new-shop-hint"),
        choices: std::iter::once(new).chain(known).collect(),
        error: sent.map_or("", |(_, faults)| fault_of(faults, "shop")).to_owned(),
        ..Asked::default()
    })
}

/// What the platform did not tell: asked once that is known.
fn unsaid(lang: Lang, sent: Sent<'_>) -> Vec<Asked> {
    let Some((fields, faults)) = sent else { return Vec::new() };
    ["name", "currency", "zone"]
        .into_iter()
        .filter(|name| {
            !field(fields, name).is_empty() || faults.iter().any(|(known, _)| known == name)
        })
        .map(|name| Asked {
            name: name.to_owned(),
            label: t(lang, &format!("connect-new-{name}")),
            hint: t(lang, &format!("connect-new-{name}-hint")),
            value: field(fields, name).to_owned(),
            suggestions: match name {
                "zone" => crate::pages::settings::zones(),
                _ => Vec::new(),
            },
            error: fault_of(faults, name).to_owned(),
            ..Asked::default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_model::Currency;
    use comptoir_store::Store;
    use jiff::Timestamp;

    fn context(shops: &[&str]) -> Context {
        let store = Store::in_memory().expect("a store");
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        for slug in shops {
            let shop = Shop {
                slug: (*slug).into(),
                name: (*slug).into(),
                platform: "file".into(),
                currency: Currency::EUR,
                timezone: "Europe/Paris".into(),
            };
            store.create_shop(shop, now).expect("a shop");
        }
        Context::load(&store.read().expect("a snapshot"), now).expect("a context")
    }

    fn fields(all: &[(&str, &str)]) -> Fields {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_platform_tells_name_currency_and_zone_and_the_rest_is_asked() {
        let told = Facts {
            name: Some("Ferme de l’Été".into()),
            currency: Some(Currency::EUR),
            timezone: Some("Europe/Paris".into()),
            ..Facts::default()
        };
        let known = context(&["ferme-de-l-ete"]);
        let made = shop(Lang::Fr, &known, PLATFORMS[0], &fields(&[("shop", "+")]), &told);
        let made = made.expect("a shop");
        assert_eq!((made.slug.as_str(), made.currency), ("ferme-de-l-ete-2", Currency::EUR));
        let silent = Facts { currency: None, timezone: Some("Paris".into()), ..told };
        let faults =
            shop(Lang::Fr, &known, PLATFORMS[0], &fields(&[]), &silent).expect_err("asked");
        let names: Vec<&str> = faults.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["currency", "zone"]);
        let typed = fields(&[("currency", "gbp"), ("zone", "Europe/London")]);
        let made = shop(Lang::Fr, &known, PLATFORMS[0], &typed, &silent).expect("a shop");
        assert_eq!((made.currency.code(), made.timezone.as_str()), ("GBP", "Europe/London"));
        // A known shop is taken as it is.
        let chosen = fields(&[("shop", "ferme-de-l-ete")]);
        let taken = shop(Lang::Fr, &known, PLATFORMS[0], &chosen, &silent).expect("a shop");
        assert_eq!(taken.slug, "ferme-de-l-ete");
    }

    #[test]
    fn s001_five_questions_are_enough_for_any_platform() {
        let known = context(&["ferme"]);
        for platform in PLATFORMS {
            let asked = questions(Lang::Fr, platform, None, None).len()
                + usize::from(which_shop(Lang::Fr, &known, None).is_some())
                + unsaid(Lang::Fr, None).len();
            assert!(asked <= 5, "{}: {asked}", platform.name);
        }
    }
}
