//! The catalogue and the checkouts, by the page.

use std::collections::BTreeSet;

use comptoir_model::{Product, Record};
use serde_json::json;

use super::{Brought, Reader, SIZES, list, required, unreadable};
use crate::connector::Setting;
use crate::failure::Failure;
use crate::shopify::amount::{self, nodes};
use crate::shopify::catalogue::{self, Prices};
use crate::shopify::{checkout, document};
use crate::wire::{Object, Refused, Wrong};

impl Reader {
    pub(crate) fn products(
        &mut self,
        filter: Option<&str>,
        after: Option<&str>,
        setting: &Setting,
    ) -> Result<Brought, Failure> {
        let (told, notes) = self.told(document::PRODUCTS, &|(first, variants), _, costs| {
            json!({
                "first": first, "after": after, "query": filter, "variants": variants, "costs": costs,
            })
        })?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        let page = required(&data, "products", &told)?;
        let next = amount::next(&data, "products").map_err(unreadable)?;
        let mut brought = Brought { notes, next, ..Brought::default() };
        let prices = Prices::read(&data, setting.currency);
        for told in list(&page, "nodes")? {
            self.product(&told, prices, &mut brought)?;
        }
        Ok(brought)
    }

    pub(crate) fn products_by_id(
        &mut self,
        ids: &[String],
        setting: &Setting,
    ) -> Result<(Brought, BTreeSet<String>), Failure> {
        let (mut brought, mut found) = (Brought::default(), BTreeSet::new());
        let mut rest = ids;
        while !rest.is_empty() {
            let size = SIZES.get(self.size).map_or(1, |(records, _)| *records).min(rest.len());
            let (some, others) = rest.split_at(size);
            let Some((told, notes)) = self.by_id(document::PRODUCTS_BY_ID, "Product", some)? else {
                continue;
            };
            brought.notes.extend(notes);
            let data = Object::parse(&told.data).map_err(unreadable)?;
            let prices = Prices::read(&data, setting.currency);
            for told in list(&data, "nodes")? {
                found.extend(amount::legacy(&told));
                self.product(&told, prices, &mut brought)?;
            }
            rest = others;
        }
        Ok((brought, found))
    }

    fn product(
        &mut self,
        told: &Object<'_>,
        prices: Prices,
        brought: &mut Brought,
    ) -> Result<(), Failure> {
        let Some(gid) = told.text("id") else { return Ok(()) };
        let more = self.rest(document::MORE_VARIANTS, &gid, told, "product", "variants")?;
        let read = || -> Result<Vec<Product>, Wrong> {
            let mut variants = Vec::new();
            for page in &more {
                variants.extend(nodes(&Object::parse(page)?, "variants")?);
            }
            catalogue::read(told, &variants, prices)
        };
        match read() {
            Ok(products) => {
                let newest = products.iter().map(|product| product.version.modified).max();
                brought.newest = brought.newest.max(newest);
                brought.records.extend(products.into_iter().map(|p| Record::Product(Box::new(p))));
            }
            Err(wrong) => brought.refused.push(catalogue::refused(told, wrong)),
        }
        Ok(())
    }

    pub(crate) fn checkouts(
        &mut self,
        filter: &str,
        after: Option<&str>,
        setting: &Setting,
    ) -> Result<Brought, Failure> {
        let (told, notes) = self.told(document::CHECKOUTS, &|(first, _), people, _| {
            json!({"first": first, "after": after, "query": filter, "people": people})
        })?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        let page = required(&data, "abandonedCheckouts", &told)?;
        let next = amount::next(&data, "abandonedCheckouts").map_err(unreadable)?;
        let mut brought = Brought { notes, next, ..Brought::default() };
        for told in list(&page, "nodes")? {
            match checkout::read(&told, setting.currency) {
                Ok(cart) => {
                    brought.newest = brought.newest.max(Some(cart.updated));
                    brought.records.push(Record::Cart(Box::new(cart)));
                }
                Err(wrong) => {
                    let id = told.text("id").unwrap_or_default();
                    brought.refused.push(Refused::new("cart", amount::number(&id), wrong, ""));
                }
            }
        }
        Ok(brought)
    }
}
