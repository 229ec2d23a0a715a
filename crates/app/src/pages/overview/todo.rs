//! « À faire »: orders and products that wait for the shop, each with the list that shows them.

use comptoir_metrics::orders::{Todo, out_of_stock, waiting};
use comptoir_metrics::query::encode;
use comptoir_store::settings::statuses;
use comptoir_store::{Snapshot, StoredShop, twins};

use crate::access::{Desk, Right};
use crate::format;
use crate::i18n::{Lang, t};
use crate::pages::connections::warnings::{ToSee, to_see};
use crate::pages::frame::PageError;
use crate::pages::view::View;
use crate::settings::{has_vocabulary, to_map};
use crate::ui::card::{Card, Span};
use crate::ui::todo::{self, todo};

/// What waits in the shops of the page, whatever its period.
pub fn todo_card(app: &Desk, snapshot: &Snapshot, view: &View<'_>) -> Result<Card, PageError> {
    let lang = view.lang;
    let shop = view.query.shop.as_deref().map(|shop| format!("&shop={}", encode(shop)));
    let shop = shop.unwrap_or_default();
    let mut items: Vec<todo::Todo> = waiting(snapshot, &view.query, view.context)?
        .into_iter()
        .map(|waiting| todo::Todo {
            count: format::integer(lang, waiting.orders),
            label: t(
                lang,
                match waiting.todo {
                    Todo::ToShip => "todo-ship",
                    Todo::Awaited => "todo-transfer",
                    Todo::Failed => "todo-failed",
                },
            ),
            amount: waiting
                .total
                .map(|(minor, currency)| format::money(lang, minor, currency))
                .unwrap_or_default(),
            href: if view.may(Right::Orders) {
                format!("/orders?todo={}{shop}", waiting.todo.id())
            } else {
                String::new()
            },
            urgent: waiting.todo == Todo::Failed,
        })
        .collect();
    let missing = out_of_stock(snapshot, &view.query, view.context)?;
    if missing > 0 {
        items.push(todo::Todo {
            count: format::integer(lang, missing),
            label: t(lang, "todo-stock"),
            amount: String::new(),
            href: format!("/products?period=90d&filter={}{shop}", encode("stock<=0")),
            urgent: true,
        });
    }
    // What only some can put right is told to them alone.
    if view.may(Right::Connections) {
        items.extend(gaps(lang, &to_see(snapshot, view.context, view.query.shop.as_deref())?));
    }
    if view.may(Right::Operations) {
        items.extend(crate::pages::backups::to_see(app, snapshot, lang)?);
    }
    if view.may(Right::Settings) {
        for shop in view.query.shops(view.context) {
            items.extend(of_sources(snapshot, view, shop)?);
        }
    }
    let mut card = Card::new(lang, "todo", t(lang, "todo-title"), Span::Full, todo(lang, &items));
    card.summary = Some(t(lang, "todo-summary"));
    Ok(card)
}

/// What connected shops should have sent and have not.
fn gaps(lang: Lang, found: &ToSee) -> Vec<todo::Todo> {
    let item = |count: i64, one: &str, several: &str, href: &str| todo::Todo {
        count: format::integer(lang, count),
        label: t(lang, if count == 1 { one } else { several }),
        amount: String::new(),
        href: href.to_owned(),
        urgent: true,
    };
    [
        item(found.stopped, "todo-stopped", "todo-stopped-several", &found.stopped_at),
        item(found.silent, "todo-silent", "todo-silent-several", &found.silent_at),
        item(found.numbers, "todo-missing-number", "todo-missing-numbers", &found.numbers_at),
    ]
    .into_iter()
    .filter(|item| !item.href.is_empty())
    .collect()
}

/// What a shop's sources leave to decide: statuses that nobody knows, orders that the best source lacks.
fn of_sources(
    snapshot: &Snapshot,
    view: &View<'_>,
    shop: &StoredShop,
) -> Result<Vec<todo::Todo>, PageError> {
    let lang = view.lang;
    let slug = encode(&shop.shop.slug);
    let mut items = Vec::new();
    if let Some(settings) = view.context.settings.shop(shop.id)
        && twins::names(snapshot, shop.id)?.iter().any(|name| has_vocabulary(name))
    {
        let all = statuses(snapshot, shop.id)?;
        let unknown: Vec<&str> = all
            .iter()
            .filter(|status| to_map(settings, status))
            .map(|status| status.status.as_str())
            .collect();
        if !unknown.is_empty() {
            items.push(todo::Todo {
                count: unknown.len().to_string(),
                label: t(lang, "todo-statuses"),
                amount: unknown.join(", ").chars().take(60).collect(),
                href: format!("/settings?shop={slug}#settings-statuses"),
                urgent: true,
            });
        }
    }
    let unlinked = twins::unlinked(snapshot, shop.id, view.context.now)?;
    if unlinked.orders > 0 {
        items.push(todo::Todo {
            count: format::integer(lang, unlinked.orders),
            label: t(lang, "todo-unlinked"),
            amount: String::new(),
            href: format!("/settings?shop={slug}#settings-sources"),
            urgent: true,
        });
    }
    Ok(items)
}
