//! Reading some records again, whatever their stamp: what webhooks hint at.

use comptoir_model::{Class, Customer, Identity, Order, Record, Version};
use jiff::Timestamp;

use super::order;
use super::reading::{Shop, take_customers};
use super::walk::By;
use crate::connector::{Page, Phase, Setting, Wanted};
use crate::failure::{Failure, FailureKind};

impl Shop {
    pub(super) fn again(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure> {
        let mut page = Page::empty(Phase::Changes);
        let of = |kind: &str| -> Vec<&(Wanted, Option<Timestamp>)> {
            let chosen = wanted.iter().filter(|(wanted, _)| {
                wanted.kind == kind
                    && !wanted.id.is_empty()
                    && wanted.id.bytes().all(|byte| byte.is_ascii_digit())
            });
            chosen.collect()
        };
        for some in of("order").chunks(100) {
            self.orders_again(some, &mut page, setting)?;
        }
        for (wanted, _) in of("product") {
            self.product_again(&wanted.id, &mut page, setting)?;
        }
        for (wanted, last_seen) in of("customer") {
            self.customer_again(&wanted.id, *last_seen, &mut page, setting)?;
        }
        Ok(page)
    }

    /// Many at once; those that the list leaves out (the trash) one by one.
    fn orders_again(
        &mut self,
        wanted: &[&(Wanted, Option<Timestamp>)],
        page: &mut Page,
        setting: &Setting,
    ) -> Result<(), Failure> {
        if wanted.len() > 1 {
            let ids: Vec<&str> = wanted.iter().map(|(wanted, _)| wanted.id.as_str()).collect();
            let include = ids.join(",");
            let asked = [
                ("include", include.as_str()),
                ("status", "any"),
                ("per_page", "100"),
                ("_fields", order::FIELDS),
            ];
            match self.way.get("wc/v3/orders", &asked) {
                Ok(reply) => {
                    self.take_orders(&reply.rows()?, By::Change, page, setting)?;
                }
                Err(failure) if failure.kind == FailureKind::Protocol => {}
                Err(failure) => return Err(failure),
            }
        }
        let mut listed = false;
        for (wanted, last_seen) in wanted {
            if page.orders_seen.contains(&wanted.id) {
                continue;
            }
            let asked = [("_fields", order::FIELDS)];
            match self.way.get(&format!("wc/v3/orders/{}", wanted.id), &asked) {
                Ok(reply) => {
                    let raw = serde_json::from_str(&reply.text)
                        .map_err(|_| Failure::protocol("an order was expected"))?;
                    self.take_orders(&[raw], By::Change, page, setting)?;
                }
                Err(failure) if failure.kind == FailureKind::NotFound => {
                    // A shop whose API is switched off for a moment has lost none of its orders.
                    if !listed {
                        self.way.get("wc/v3/orders", &[("per_page", "1"), ("_fields", "id")])?;
                        listed = true;
                    }
                    let tombstone = last_seen.map(|seen| tombstone(&wanted.id, seen, setting));
                    page.records.extend(tombstone);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn product_again(
        &mut self,
        id: &str,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<(), Failure> {
        let reply = match self.way.get(&format!("wc/v3/products/{id}"), &[]) {
            Ok(reply) => reply,
            Err(failure) if failure.kind.passes() => return Err(failure),
            // Gone, or not for this key: orders keep what they tell of it.
            Err(_) => return Ok(()),
        };
        let raw = serde_json::from_str(&reply.text)
            .map_err(|_| Failure::protocol("a product was expected"))?;
        let (records, refused) = self.catalogue.products(&mut self.way, &[raw], true, setting)?;
        page.records.extend(records);
        page.refused.extend(refused);
        Ok(())
    }

    fn customer_again(
        &mut self,
        id: &str,
        last_seen: Option<Timestamp>,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<(), Failure> {
        match self.way.get(&format!("wc/v3/customers/{id}"), &[]) {
            Ok(reply) => {
                let raw = serde_json::from_str(&reply.text)
                    .map_err(|_| Failure::protocol("a customer was expected"))?;
                take_customers(&[raw], page, setting);
            }
            Err(failure) if failure.kind.passes() => return Err(failure),
            Err(failure) => {
                let gone = last_seen.filter(|_| failure.kind == FailureKind::NotFound);
                page.records.extend(gone.map(|seen| {
                    Record::Customer(Box::new(Customer {
                        id: id.to_owned(),
                        version: Version::stamped(seen),
                        deleted: true,
                        identity: Identity::default(),
                        created: None,
                        country: None,
                    }))
                }));
            }
        }
        Ok(())
    }
}

/// An order that the shop no longer has. Its refunds went with it.
fn tombstone(id: &str, last_seen: Timestamp, setting: &Setting) -> Record {
    let version = Version::stamped(last_seen);
    let mut order = Order::new(id, version, setting.currency, last_seen);
    order.class = Class::Deleted;
    order.status = String::from("deleted");
    Record::Order(Box::new(order))
}
