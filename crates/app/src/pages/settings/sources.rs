//! Whose orders count where several sources tell them: shown with what each source tells, and read.

use comptoir_store::twins::{Source, Unlinked};
use comptoir_store::{Owner, ShopSettings};

use super::{Faults, Fields, fault, field};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::settings::{owner, owner_since};
use crate::ui::Link;
use crate::ui::filters::Choice;
use crate::ui::sources::{OwnerRow, SourceRow, Sources};

/// How many owners a form may name.
const MOST: usize = 50;

/// How many missing orders are named.
const LISTED: usize = 20;

/// Nothing for a shop of one source: there is nothing to decide.
pub fn form(
    lang: Lang,
    shop: &ShopSettings,
    sources: &[Source],
    missing: &Unlinked,
    sent: Option<(&Fields, &Faults)>,
) -> Option<Sources> {
    if sources.len() < 2 && shop.owners.is_empty() {
        return None;
    }
    let mut named: Vec<(String, String)> = match sent {
        Some((fields, _)) => posted(fields),
        None => shop
            .owners
            .iter()
            .map(|owner| (owner.source.clone(), owner_since(owner, &shop.timezone)))
            .collect(),
    };
    // One more, to name the next.
    named.push((String::new(), String::new()));
    Some(Sources {
        rows: sources
            .iter()
            .map(|source| SourceRow {
                name: name(&source.name),
                orders: format::integer(lang, source.orders),
                copies: format::integer(lang, source.twins),
            })
            .collect(),
        owners: named
            .into_iter()
            .map(|(chosen, since)| OwnerRow { choices: choices(lang, sources, &chosen), since })
            .collect(),
        error: fault(sent, "owners"),
        missing: (missing.orders > 0).then(|| {
            let count = format::integer(lang, missing.orders);
            t_args(lang, "settings-missing", &[("count", &count)])
        }),
        listed: missing
            .listed
            .iter()
            .take(LISTED)
            .map(|order| {
                let words = order.number.as_ref().unwrap_or(&order.external_id);
                Link::new(words, format!("/orders/{}", order.order_id))
            })
            .collect(),
    })
}

/// A platform by its name, other sources as they are called.
pub fn name(source: &str) -> String {
    comptoir_sources::connector::platform(source)
        .map_or_else(|| source.to_owned(), |platform| platform.name.to_owned())
}

fn choices(lang: Lang, sources: &[Source], chosen: &str) -> Vec<Choice> {
    let nobody = Choice::new("", t(lang, "settings-owner-best"), chosen.is_empty());
    let all = sources
        .iter()
        .map(|source| Choice::new(&source.name, name(&source.name), source.name == chosen));
    std::iter::once(nobody).chain(all).collect()
}

/// Source and day of each row of the form that names one.
fn posted(fields: &Fields) -> Vec<(String, String)> {
    (0..MOST)
        .map(|index| {
            let of = |name: &str| field(fields, &format!("{name}.{index}")).trim().to_owned();
            (of("owner"), of("since"))
        })
        .filter(|(source, _)| !source.is_empty())
        .collect()
}

/// Reads the owners; a form that does not speak of them leaves them as they are.
pub fn read(
    lang: Lang,
    fields: &Fields,
    sources: &[Source],
    shop: &mut ShopSettings,
    faults: &mut Faults,
) {
    if !fields.iter().any(|(name, _)| name == "owner.0") {
        return;
    }
    let mut owners: Vec<Owner> = Vec::new();
    for (source, since) in posted(fields) {
        let known = sources.iter().any(|one| one.name == source)
            || shop.owners.iter().any(|one| one.source == source);
        let Some(named) = owner(&source, &since, &shop.timezone).filter(|_| known) else {
            faults.push(("owners", t(lang, "settings-fault-owner")));
            return;
        };
        if owners.iter().any(|one| one.since == named.since) {
            faults.push(("owners", t(lang, "settings-fault-owner-twice")));
            return;
        }
        owners.push(named);
    }
    owners.sort_by_key(|owner| owner.since);
    shop.owners = owners;
}
