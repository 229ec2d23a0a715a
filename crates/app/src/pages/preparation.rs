//! Orders to ship, and where to: the page of whoever packs parcels. It shows no amount, no e-mail
//! address, no telephone number and no billing address, whoever looks.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::query::{encode, pairs};
use comptoir_metrics::{Context, QueryError};
use comptoir_model::Shop;
use comptoir_store::preparation::{self, Asked, Item, Product, ToShip};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::html;

use super::frame::{PageError, page, shell};
use crate::access::{Desk, Right, Routes};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::filters::Choice;
use crate::ui::pages::plain_head;
use crate::ui::preparation::{Filters, Line, Parcel, Preparation};
use crate::ui::table::Paging;

const PATH: &str = "/preparation";

/// Orders on one page: a morning's work.
const ROWS: i64 = 50;

/// Days after which a paid order is history, as on the overview's list of what waits.
const DAYS: i64 = 90;

pub fn routes() -> Routes {
    Routes::new().get(PATH, Right::Preparation, handle)
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let wanted = Wanted::read(here, &context)?;
        let found = preparation::to_ship(&snapshot, &wanted.asked(&context)?)?;
        let title = t(lang, "preparation-title");
        let view = Drawing { lang, context: &context, wanted: &wanted, found: &found, desk: app };
        let body = html! {
            (plain_head(&title, Some(&view.lede())))
            (view.page().render())
        };
        Ok(shell(app, lang, "nav-preparation", &title, here, body))
    })
    .await
}

/// What the address asks for.
struct Wanted {
    shop: Option<String>,
    method: Option<String>,
    since: Date,
    page: i64,
}

impl Wanted {
    fn read(here: &str, context: &Context) -> Result<Self, PageError> {
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| {
            let found = pairs(query).find(|(known, _)| known.as_deref() == Some(name));
            found.and_then(|(_, value)| value).filter(|value| !value.trim().is_empty())
        };
        let today = context.today(&context.shops.iter().collect::<Vec<_>>());
        let first = today.saturating_sub(jiff::Span::new().days(DAYS));
        let since = match value("since") {
            None => first,
            Some(text) => text.trim().parse().map_err(|_| {
                QueryError::new("since", &text, "write a day, for example 2026-11-21")
                    .with_nearest(Some(first.to_string()))
            })?,
        };
        let page = match value("page") {
            None => 1,
            Some(text) => {
                text.parse().ok().filter(|page| (1..=1_000_000).contains(page)).ok_or_else(
                    || {
                        QueryError::new("page", &text, "pages are numbered from 1")
                            .with_nearest(Some("1".to_owned()))
                    },
                )?
            }
        };
        let shop = value("shop");
        if shop.as_deref().is_some_and(|slug| context.shop(slug).is_none()) {
            return Err(PageError::NotFound);
        }
        Ok(Self { shop, method: value("method"), since, page })
    }

    fn asked(&self, context: &Context) -> Result<Asked, PageError> {
        let chosen = context
            .shops
            .iter()
            .filter(|known| self.shop.as_ref().is_none_or(|slug| known.shop.slug == *slug));
        let since = self
            .since
            .to_zoned(context.zone())
            .map_err(|error| PageError::Failed(error.to_string()))?;
        Ok(Asked {
            shops: chosen.map(|shop| shop.id).collect(),
            since: since.timestamp(),
            method: self.method.clone(),
            offset: (self.page - 1) * ROWS,
            limit: ROWS,
        })
    }

    fn href(&self, page: i64) -> String {
        let mut all = vec![format!("since={}", self.since)];
        all.extend(self.shop.as_ref().map(|slug| format!("shop={}", encode(slug))));
        all.extend(self.method.as_ref().map(|method| format!("method={}", encode(method))));
        format!("{PATH}?{}&page={page}", all.join("&"))
    }
}

struct Drawing<'d> {
    lang: Lang,
    context: &'d Context,
    wanted: &'d Wanted,
    found: &'d ToShip,
    desk: &'d Desk,
}

impl Drawing<'_> {
    /// « 12 commandes à expédier, 31 articles à préparer ».
    fn lede(&self) -> String {
        let counted = |one: &str, several: &str, count: i64| match count {
            1 => t(self.lang, one),
            _ => t_args(self.lang, several, &[("count", &format::integer(self.lang, count))]),
        };
        let units = self.found.products.iter().map(|product| product.quantity).sum();
        t_args(
            self.lang,
            "preparation-lede",
            &[
                ("orders", &counted("preparation-order", "preparation-orders", self.found.count)),
                ("units", &counted("preparation-unit", "preparation-units", units)),
            ],
        )
    }

    fn page(&self) -> Preparation {
        let several = self.wanted.shop.is_none() && self.context.shops.len() > 1;
        Preparation {
            lang: self.lang,
            filters: self.filters(),
            warning: self.silence(),
            shops: several,
            products: self.found.products.iter().map(|product| self.product(product)).collect(),
            parcels: self.found.parcels.iter().map(|parcel| self.parcel(parcel)).collect(),
            paging: self.paging(),
        }
    }

    fn filters(&self) -> Filters {
        let any =
            |chosen: &Option<String>| Choice::new("", t(self.lang, "list-any"), chosen.is_none());
        let (shop, method) = (&self.wanted.shop, &self.wanted.method);
        let every = Choice::new("", t(self.lang, "filter-all-shops"), shop.is_none());
        let mut methods = self.found.methods.clone();
        methods.extend(method.clone().filter(|method| !self.found.methods.contains(method)));
        let shops =
            self.context.shops.iter().map(|known| &known.shop).map(|known| {
                Choice::new(&known.slug, &known.name, shop.as_ref() == Some(&known.slug))
            });
        let methods = methods.into_iter().map(|one| {
            let chosen = method.as_ref() == Some(&one);
            Choice::new(one.clone(), one, chosen)
        });
        Filters {
            action: PATH.to_owned(),
            shops: std::iter::once(every).chain(shops).collect(),
            methods: std::iter::once(any(method)).chain(methods).collect(),
            since: self.wanted.since.to_string(),
            clear: Link::new(t(self.lang, "list-clear"), PATH),
        }
    }

    /// Shops whose platform never says that an order was sent keep their orders here.
    fn silence(&self) -> Option<String> {
        let waits = |shop: &i64| self.found.products.iter().any(|one| one.shop_id == *shop);
        let names: Vec<&str> = self
            .found
            .silent
            .iter()
            .filter(|shop| waits(shop))
            .filter_map(|shop| Some(self.shop(*shop)?.name.as_str()))
            .collect();
        let all = names.join(", ");
        (!names.is_empty()).then(|| t_args(self.lang, "preparation-silent", &[("shops", &all)]))
    }

    fn shop(&self, id: i64) -> Option<&Shop> {
        self.context.shop_by_id(id).map(|known| &known.shop)
    }

    fn product(&self, product: &Product) -> Vec<String> {
        vec![
            format::integer(self.lang, product.quantity),
            product.name.clone(),
            product.variant.clone().unwrap_or_default(),
            product.code.clone().unwrap_or_default(),
            format::integer(self.lang, product.orders),
            self.shop(product.shop_id).map(|shop| shop.name.clone()).unwrap_or_default(),
        ]
    }

    fn parcel(&self, parcel: &preparation::Parcel) -> Parcel {
        let lang = self.lang;
        let shop = self.shop(parcel.shop_id);
        let zone =
            shop.and_then(|shop| TimeZone::get(&shop.timezone).ok()).unwrap_or(TimeZone::UTC);
        let near = [&parcel.postcode, &parcel.city];
        let near: Vec<&str> = near.into_iter().flatten().map(String::as_str).collect();
        let mut address: Vec<String> =
            (!near.is_empty()).then(|| near.join(" ")).into_iter().collect();
        address.extend(parcel.region.clone().filter(|region| parcel.city.as_ref() != Some(region)));
        address.extend(parcel.country.as_ref().map(|code| format::country(lang, code)));
        if address.is_empty() {
            address.push(t(lang, "preparation-no-address"));
        }
        Parcel {
            number: super::order::words(lang, &parcel.number),
            href: self.desk.may(Right::Orders).then(|| format!("/orders/{}", parcel.order)),
            date: format::instant(lang, parcel.created, &zone),
            shop: shop.map(|shop| shop.name.clone()).unwrap_or_default(),
            name: parcel.name.clone(),
            address,
            method: parcel.method.clone().unwrap_or_else(|| t(lang, "preparation-no-method")),
            lines: parcel.items.iter().map(|item| self.line(item)).collect(),
        }
    }

    fn line(&self, item: &Item) -> Line {
        let lang = self.lang;
        let refunded = format::integer(lang, item.refunded);
        Line {
            quantity: format::integer(lang, item.quantity),
            name: item.name.clone(),
            variant: item.variant.clone(),
            code: item.code.clone(),
            remark: match (item.refunded, item.quantity) {
                (0, _) => None,
                (_, 0) => Some(t(lang, "preparation-refunded-all")),
                _ => Some(t_args(lang, "preparation-refunded", &[("count", &refunded)])),
            },
            gone: item.quantity == 0,
        }
    }

    fn paging(&self) -> Paging {
        let (page, count) = (self.wanted.page, self.found.count);
        let (first, last) = (((page - 1) * ROWS + 1).min(count), (page * ROWS).min(count));
        let integer = |number| format::integer(self.lang, number);
        Paging {
            words: t_args(
                self.lang,
                "table-range",
                &[("from", &integer(first)), ("to", &integer(last)), ("total", &integer(count))],
            ),
            previous: (page > 1).then(|| self.wanted.href(page - 1)),
            next: (last < count).then(|| self.wanted.href(page + 1)),
        }
    }
}
