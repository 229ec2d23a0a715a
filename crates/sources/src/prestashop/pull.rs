//! Reads a PrestaShop page by page: catalogue, the newest 90 days, what is older, then changes.

use std::collections::BTreeMap;

use comptoir_model::{Currency, Customer, Record, Version};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::around::{self, Around, Known};
use super::cursor::{Cursor, Step};
use super::order::{Reading, refusal, tombstone};
use super::rights::{self, SLIPS};
use super::tables::Tables;
use super::webservice::{LAST_ID, Row, Webservice, newest_order, of_ids};
use super::{cart, catalogue};
use crate::connector::{Connector, Delivery, Facts, Hook, HookError, Page, Phase, Setting, Wanted};
use crate::failure::{Failure, FailureKind};
use crate::wire::{Object, Wrong};
use crate::words::say;

/// Records on a page.
const ON_A_PAGE: usize = 50;

/// How far back the newest orders and the carts go.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 90);

const CUSTOMER_FIELDS: &str = "[id,email,firstname,lastname,deleted,date_add,date_upd]";

pub(super) struct PrestaShop {
    web: Webservice,
    tables: Option<Tables>,
    products: BTreeMap<String, Known>,
}

impl PrestaShop {
    pub(super) fn new(web: Webservice) -> Self {
        Self { web, tables: None, products: BTreeMap::new() }
    }

    /// Reads the tables once, after making sure that orders may be read at all.
    fn prepare(&mut self, setting: &Setting) -> Result<(Tables, Setting), Failure> {
        let tables = if let Some(tables) = self.tables.take() {
            tables
        } else {
            self.probe()?;
            Tables::load(&mut self.web)?
        };
        let timezone = tables.zone().unwrap_or_else(|| setting.timezone.clone());
        let currency = tables.default_currency().unwrap_or(setting.currency);
        Ok((tables, Setting { now: setting.now, currency, timezone }))
    }

    fn probe(&mut self) -> Result<Vec<Row>, Failure> {
        self.web.list("orders", &newest_order())
    }

    fn page(&mut self, cursor: &mut Cursor, tables: &Tables, setting: &Setting) -> Read {
        match cursor.step {
            Step::Products | Step::Catalogue => self.rising("products", cursor, tables, setting),
            Step::Customers => self.rising("customers", cursor, tables, setting),
            Step::Orders | Step::OlderOrders => self.falling("orders", cursor, tables, setting),
            Step::Carts => self.falling("carts", cursor, tables, setting),
            Step::ChangedOrders => self.changed("orders", "full", cursor, tables, setting),
            Step::ChangedSlips => {
                self.changed(SLIPS, "[id,id_order,date_upd]", cursor, tables, setting)
            }
            Step::ChangedProducts => {
                self.changed("products", catalogue::FIELDS, cursor, tables, setting)
            }
            Step::ChangedCustomers => {
                self.changed("customers", CUSTOMER_FIELDS, cursor, tables, setting)
            }
            Step::ChangedCarts => self.changed("carts", "full", cursor, tables, setting),
        }
    }

    /// From the lowest id to the highest.
    fn rising(
        &mut self,
        resource: &str,
        cursor: &mut Cursor,
        tables: &Tables,
        setting: &Setting,
    ) -> Read {
        let fields = if resource == "products" { catalogue::FIELDS } else { CUSTOMER_FIELDS };
        let query = [
            ("display", fields.to_owned()),
            ("filter[id]", format!("[{},{LAST_ID}]", cursor.id + 1)),
            ("sort", "[id_ASC]".to_owned()),
            ("limit", format!("0,{ON_A_PAGE}")),
        ];
        let mut rows = self.web.optional(resource, &query)?.unwrap_or_default();
        rows.retain(|row| number(row).is_none_or(|id| id > cursor.id));
        let last = rows.iter().filter_map(number).max();
        let more = rows.len() >= ON_A_PAGE && last.is_some();
        cursor.id = last.unwrap_or(cursor.id);
        let mut found = self.understood(resource, &rows, tables, setting, false)?;
        found.more = more;
        Ok(found)
    }

    /// From the highest id to the lowest.
    fn falling(
        &mut self,
        resource: &str,
        cursor: &mut Cursor,
        tables: &Tables,
        setting: &Setting,
    ) -> Read {
        let below = if cursor.id == 0 { LAST_ID } else { cursor.id - 1 };
        if below == 0 {
            return Ok(Found::default());
        }
        let query = [
            ("display", "full".to_owned()),
            ("filter[id]", format!("[1,{below}]")),
            ("sort", "[id_DESC]".to_owned()),
            ("limit", format!("0,{ON_A_PAGE}")),
        ];
        let rows = if resource == "orders" {
            Some(self.web.list(resource, &query)?)
        } else {
            self.web.optional(resource, &query)?
        };
        let mut rows = rows.unwrap_or_default();
        let told = rows.len();
        rows.retain(|row| number(row).is_none_or(|id| id <= below));
        if rows.is_empty() && told == ON_A_PAGE {
            // Better to stop than to take this for the end of history.
            return Err(Failure::protocol("filter[id] does nothing here"));
        }
        if rows.len() >= ON_A_PAGE && !rows.iter().filter_map(number).is_sorted_by(|a, b| a > b) {
            rows = self.highest(resource, below)?;
        }
        let ids: Vec<u64> = rows.iter().filter_map(number).collect();
        let lowest = ids.iter().min().copied();
        let oldest = rows.iter().filter_map(|row| added(row, &setting.timezone)).min();
        let bound = setting.now.saturating_sub(RECENT).unwrap_or(setting.now);
        // A shorter page is not the end: a shop may give fewer at once than it is asked for.
        let left = lowest.is_some_and(|lowest| lowest > 1);
        let recent = oldest.is_none_or(|oldest| oldest >= bound);
        cursor.id = lowest.unwrap_or(cursor.id);
        if resource == "orders" {
            cursor.lowest = if left { cursor.id } else { 1 };
            cursor.highest = cursor.highest.max(ids.iter().max().copied().unwrap_or(0));
            cursor.read += ids.len() as u64;
        }
        let mut found = self.understood(resource, &rows, tables, setting, false)?;
        found.more = left && (recent || cursor.step == Step::OlderOrders);
        Ok(found)
    }

    /// A page of the highest ids, of a shop that does not sort: by the list of all of them.
    fn highest(&mut self, resource: &str, below: u64) -> Result<Vec<Row>, Failure> {
        let query = [("display", "[id]".to_owned()), ("filter[id]", format!("[1,{below}]"))];
        let all = self.web.list(resource, &query)?;
        let mut ids: Vec<u64> = all.iter().filter_map(number).filter(|id| *id <= below).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.truncate(ON_A_PAGE);
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        let mut rows = self.web.list(resource, &of_ids("filter[id]", &ids, "full"))?;
        rows.retain(|row| text(row, "id").is_some_and(|id| ids.contains(&id)));
        Ok(rows)
    }

    /// What was changed since.
    fn changed(
        &mut self,
        resource: &str,
        display: &str,
        cursor: &mut Cursor,
        tables: &Tables,
        setting: &Setting,
    ) -> Read {
        let mut query = vec![("display", display.to_owned())];
        query.extend(cursor.changed());
        query.push(("limit", format!("0,{ON_A_PAGE}")));
        let rows = if resource == "orders" {
            Some(self.web.list(resource, &query)?)
        } else {
            self.web.optional(resource, &query)?
        };
        let mut rows = rows.unwrap_or_default();
        let (from, after) = (cursor.from, cursor.id);
        rows.retain(|row| match (stamp(row), number(row)) {
            (Some(stamp), Some(id)) if after > 0 => stamp == from && id > after,
            (Some(stamp), _) => stamp >= from,
            (None, _) => after == 0,
        });
        let stamps: Vec<(DateTime, u64)> =
            rows.iter().filter_map(|row| Some((stamp(row)?, number(row)?))).collect();
        for (stamp, _) in &stamps {
            cursor.saw(*stamp, setting.now, &setting.timezone);
        }
        let more = cursor.moved(&stamps, ON_A_PAGE);
        let mut found = if resource == SLIPS {
            let orders = rows.iter().filter_map(|row| text(row, "id_order"));
            let orders: std::collections::BTreeSet<String> = orders.collect();
            let rows = self.orders_again(&orders.into_iter().collect::<Vec<_>>())?;
            self.understood("orders", &rows, tables, setting, false)?
        } else {
            self.understood(resource, &rows, tables, setting, true)?
        };
        found.more = more;
        Ok(found)
    }

    fn orders_again(&mut self, ids: &[String]) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        for some in ids.chunks(ON_A_PAGE) {
            rows.extend(self.web.list("orders", &of_ids("filter[id]", some, "full"))?);
        }
        rows.retain(|row| text(row, "id").is_some_and(|id| ids.contains(&id)));
        Ok(rows)
    }

    /// An order that a list left out; `None` once the shop says that it has none of that number.
    fn single(&mut self, id: &str) -> Result<Option<Row>, Failure> {
        let found = self.web.list(&format!("orders/{id}"), &[]);
        match found {
            Ok(rows) if rows.is_empty() => Ok(None),
            Ok(rows) => {
                let row = rows.into_iter().find(|row| text(row, "id").as_deref() == Some(id));
                row.map(Some).ok_or_else(|| Failure::protocol("another order was answered"))
            }
            Err(failure) if failure.kind == FailureKind::NotFound => {
                // As long as the others are there: else it is the webservice that is gone.
                self.probe().map(|_| None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// The records that rows stand for. `changed`: they may have been read before.
    fn understood(
        &mut self,
        resource: &str,
        rows: &[Row],
        tables: &Tables,
        setting: &Setting,
        changed: bool,
    ) -> Read {
        match resource {
            "orders" => self.orders(rows, tables, setting, changed),
            "products" => {
                let (web, currency) = (&mut self.web, setting.currency);
                let read = catalogue::records(rows, web, tables, currency, setting.now)?;
                Ok(Found { records: read.0, refused: read.1, ..Found::default() })
            }
            "carts" => {
                let (web, products) = (&mut self.web, &mut self.products);
                let read = cart::records(rows, web, tables, products, setting, changed)?;
                Ok(Found { records: read.0, refused: read.1, ..Found::default() })
            }
            _ => Ok(customers(rows, &setting.timezone)),
        }
    }

    fn orders(&mut self, rows: &[Row], tables: &Tables, setting: &Setting, changed: bool) -> Read {
        let around = Around::of(rows, &mut self.web, tables, &setting.timezone)?;
        let mut wanted = std::collections::BTreeSet::new();
        for row in rows.iter().chain(around.details.values()) {
            wanted.extend(product_ids(row));
        }
        around::learn(&mut self.products, wanted, &mut self.web, tables)?;
        let mut found = Found::default();
        let reading = Reading {
            tables,
            around: &around,
            products: &self.products,
            zone: &setting.timezone,
            now: setting.now,
            currency: setting.currency,
        };
        let mut carts = Vec::new();
        for row in rows {
            found.seen.extend(text(row, "id"));
            carts.extend(text(row, "id_cart").filter(|id| id != "0"));
            match Object::read(row, "").and_then(|object| reading.order(&object)) {
                Ok((order, refused)) => {
                    found.records.push(Record::Order(Box::new(order)));
                    found.refused.extend(refused);
                }
                Err(wrong) => found.refused.push(refusal("order", row.get(), wrong)),
            }
        }
        // A cart does not always change when it is ordered.
        if changed && !carts.is_empty() {
            let ids = carts.into_iter().collect();
            let rows = around::gather(&mut self.web, "carts", "id", &ids, "full")?;
            let (web, products) = (&mut self.web, &mut self.products);
            let read = cart::records(&rows, web, tables, products, setting, true)?;
            found.records.extend(read.0);
            found.refused.extend(read.1);
        }
        Ok(found)
    }
}

/// What one page brought.
#[derive(Default)]
struct Found {
    records: Vec<Record>,
    refused: Vec<crate::wire::Refused>,
    seen: Vec<String>,
    /// Whether the step goes on.
    more: bool,
}

type Read = Result<Found, Failure>;

fn text(row: &Row, name: &str) -> Option<String> {
    Object::read(row, "").ok()?.text(name)
}

fn number(row: &Row) -> Option<u64> {
    text(row, "id")?.parse().ok()
}

fn stamp(row: &Row) -> Option<DateTime> {
    text(row, "date_upd")?.parse().ok()
}

fn added(row: &Row, zone: &TimeZone) -> Option<Timestamp> {
    Object::read(row, "").ok()?.instant("date_add", zone).ok()?
}

fn product_ids(row: &Row) -> Vec<String> {
    let Ok(object) = Object::read(row, "") else { return Vec::new() };
    let inside = object.object("associations").ok().flatten();
    let rows = inside.and_then(|inside| inside.objects("order_rows").ok()).unwrap_or_default();
    rows.iter().chain([&object]).filter_map(|row| row.reference("product_id")).collect()
}

fn customers(rows: &[Row], zone: &TimeZone) -> Found {
    let mut found = Found::default();
    for row in rows {
        match Object::read(row, "").and_then(|object| customer(&object, zone)) {
            Ok(customer) => found.records.push(Record::Customer(Box::new(customer))),
            Err(wrong) => found.refused.push(refusal("customer", row.get(), wrong)),
        }
    }
    found
}

fn customer(object: &Object<'_>, zone: &TimeZone) -> Result<Customer, Wrong> {
    let id = object.identifier("id")?;
    let created = object.instant("date_add", zone)?;
    let modified = object.instant("date_upd", zone)?.or(created);
    let Some(modified) = modified else {
        return object.wrong(
            "date_upd",
            say("le client n’a pas de date", "the customer has no date"),
            say("corrigez-le dans PrestaShop", "correct it in PrestaShop"),
        );
    };
    Ok(Customer {
        id,
        version: Version::stamped(modified),
        deleted: object.flag("deleted"),
        identity: around::identity(object),
        created,
        country: None,
    })
}

impl Connector for PrestaShop {
    fn check(&mut self) -> Result<Facts, Failure> {
        self.probe()?;
        let mut notes = Vec::new();
        // The list of resources is XML or JSON as the version likes; without it nothing is missing yet.
        if let Ok(listing) = self.web.get("", &[]) {
            let text = String::from_utf8_lossy(&listing.body).into_owned();
            if let Some(allowed) = rights::allowed(&text) {
                let coupons = ["order_cart_rules", "order_discounts"];
                let some = coupons.iter().any(|name| allowed.contains(name));
                for resource in rights::RESOURCES {
                    let missing = !allowed.contains(resource.name)
                        && !(coupons.contains(&resource.name)
                            && (some || resource.name == "order_discounts"));
                    if missing {
                        let (name, cost) = (resource.name, &resource.cost);
                        notes.push(say(
                            format!("la clé ne lit pas {name}\u{a0}: {}", cost.fr),
                            format!("the key does not read {name}: {}", cost.en),
                        ));
                    }
                }
            }
        }
        let tables = Tables::facts(&mut self.web)?;
        self.web.notes.clear();
        let version = self.web.version.clone();
        let version = version.or_else(|| tables.setting("PS_VERSION_DB").map(str::to_owned));
        if let Some(version) = version.as_deref().filter(|version| !version.starts_with("1.6.1")) {
            notes.push(say(
                format!(
                    "PrestaShop {version} n’a pas été éprouvé\u{a0}: le connecteur l’a été sur des réponses de PrestaShop 1.6.1\u{202f}; comparez les premiers chiffres à ceux de la boutique"
                ),
                format!(
                    "PrestaShop {version} is unproven: the connector was proven on answers of PrestaShop 1.6.1; compare the first figures with the shop’s own"
                ),
            ));
        }
        Ok(Facts {
            name: tables.setting("PS_SHOP_NAME").map(str::to_owned),
            currency: tables.default_currency().or_else(|| only(&tables.currencies)),
            timezone: tables.zone().and_then(|zone| zone.iana_name().map(str::to_owned)),
            version,
            history_from: None,
            notes,
        })
    }

    fn pull(&mut self, cursor: &str, setting: &Setting) -> Result<Page, Failure> {
        let (tables, own) = self.prepare(setting)?;
        let mut place = Cursor::parse(cursor, own.now, &own.timezone);
        place.refresh(own.now, &own.timezone);
        let step = place.step;
        let read = self.page(&mut place, &tables, &own);
        self.tables = Some(tables);
        let found = read?;
        let progress = place.progress();
        let more = found.more || place.advance(own.now, &own.timezone);
        Ok(Page {
            records: found.records,
            refused: found.refused,
            orders_seen: found.seen,
            cursor: place.write(),
            more,
            phase: step.phase(),
            progress,
            notes: std::mem::take(&mut self.web.notes),
        })
    }

    fn fetch(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure> {
        let (tables, own) = self.prepare(setting)?;
        let ids = |kind: &str| -> Vec<String> {
            let of_kind = wanted.iter().filter(|(wanted, _)| wanted.kind == kind);
            of_kind.map(|(wanted, _)| wanted.id.clone()).filter(|id| is_number(id)).collect()
        };
        let mut all = Found::default();
        let orders = ids("order");
        let mut rows = self.orders_again(&orders)?;
        let listed: Vec<String> = rows.iter().filter_map(|row| text(row, "id")).collect();
        let mut gone = Vec::new();
        for id in orders.iter().filter(|id| !listed.contains(id)) {
            match self.single(id)? {
                Some(row) => rows.push(row),
                None => gone.push(id.as_str()),
            }
        }
        let read = self.understood("orders", &rows, &tables, &own, true)?;
        all.records.extend(read.records);
        all.refused.extend(read.refused);
        all.seen.extend(read.seen);
        for (wanted, last_seen) in wanted {
            if wanted.kind == "order"
                && gone.contains(&wanted.id.as_str())
                && let Some(last_seen) = last_seen
            {
                let gone = tombstone(&wanted.id, *last_seen, own.currency);
                all.records.push(Record::Order(Box::new(gone)));
            }
        }
        for (kind, resource, fields) in [
            ("product", "products", catalogue::FIELDS),
            ("customer", "customers", CUSTOMER_FIELDS),
            ("cart", "carts", "full"),
        ] {
            let ids = ids(kind).into_iter().collect();
            let rows = around::gather(&mut self.web, resource, "id", &ids, fields)?;
            let read = self.understood(resource, &rows, &tables, &own, true)?;
            all.records.extend(read.records);
            all.refused.extend(read.refused);
        }
        self.tables = Some(tables);
        Ok(Page {
            records: all.records,
            refused: all.refused,
            orders_seen: all.seen,
            notes: std::mem::take(&mut self.web.notes),
            ..Page::empty(Phase::Changes)
        })
    }

    fn hook(&self, _delivery: Delivery<'_>) -> Result<Hook, HookError> {
        Err(HookError::Signature)
    }

    fn subscribe(&mut self, _address: &str, _secret: &str) -> Result<usize, Failure> {
        Ok(0)
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn only(currencies: &BTreeMap<String, Currency>) -> Option<Currency> {
    let mut all = currencies.values();
    all.next().copied().filter(|_| all.next().is_none())
}
