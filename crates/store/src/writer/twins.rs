//! Twins: copies of one order that several sources tell, of which one counts (see `twins.sql`).
//!
//! A shop with a single source skips all of it. What decides is only what is stored, so it is the same
//! whatever arrives first, how often, and in which transaction.

use std::fmt::Write as _;

use duckdb::Connection;

use super::merge::exists;
use crate::engine::query;
use crate::error::StoreError;
use crate::twins::authority;

/// Writes down the sources of all shops and their authority.
pub(crate) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    let sources = query(
        connection,
        "SELECT shop_id, source_id, name, row_number() OVER (PARTITION BY shop_id ORDER BY name),
                count(*) OVER (PARTITION BY shop_id) > 1
         FROM sources",
        &[],
    )?;
    let mut rows = String::new();
    for cells in &sources.rows {
        let [shop, source, name, turn, several] = cells.as_slice() else { continue };
        let (Some(shop), Some(source), Some(turn)) = (shop.int(), source.int(), turn.int()) else {
            continue;
        };
        let comma = if rows.is_empty() { "" } else { ", " };
        let authority = authority(name.text().unwrap_or_default());
        let several = several.int() == Some(1);
        let _written = write!(rows, "{comma}({shop}, {source}, {authority}, {turn}, {several})");
    }
    if !rows.is_empty() {
        connection.execute_batch(&format!("INSERT INTO authorities VALUES {rows}"))?;
    }
    Ok(())
}

/// Finds the twins among the incoming orders and those that are stored. False: the shops have one
/// source each, and there is nothing to find.
pub(crate) fn of_incoming(connection: &Connection) -> Result<bool, StoreError> {
    let concerned = exists(
        connection,
        "SELECT count(*) FROM authorities WHERE several AND shop_id IN (SELECT shop_id FROM in_orders)",
    )?;
    if !concerned {
        return Ok(false);
    }
    connection.execute_batch(include_str!("twins_incoming.sql"))?;
    near(connection, 0)?;
    near(connection, 1)?;
    connection.execute_batch(include_str!("twins.sql"))?;
    touch(connection)?;
    connection.execute_batch(
        "INSERT INTO touched_products
         SELECT DISTINCT product_id FROM lines
         WHERE product_id IS NOT NULL AND order_id IN (SELECT order_id FROM retwinned)",
    )?;
    Ok(true)
}

/// Decides again about the twins of orders that were removed.
pub(crate) fn of_undone(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("twins_undone.sql"))?;
    near(connection, 1)?;
    connection.execute_batch(include_str!("twins.sql"))?;
    touch(connection)
}

/// Decides again about all orders of the shops that are counted again. Everything of these shops is
/// worked out again anyway, so that nothing needs to be marked as touched.
pub(crate) fn of_recounted(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("twins_recounted.sql"))?;
    connection.execute_batch(include_str!("twins.sql"))?;
    Ok(())
}

/// Once the orders are stored and ranked: the money of twins is set aside, and they lend what the copy
/// that counts leaves empty.
pub(crate) fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("twins_aside.sql"))?;
    if exists(connection, "SELECT count(*) FROM lending")? {
        connection.execute_batch(include_str!("twins_lend.sql"))?;
    }
    Ok(())
}

/// Carts that are told beside better ones.
pub(crate) fn set_carts_aside(connection: &Connection) -> Result<(), StoreError> {
    let concerned = exists(
        connection,
        "SELECT count(*) FROM authorities WHERE several AND shop_id IN (SELECT shop_id FROM in_carts)",
    )?;
    if concerned {
        connection.execute_batch(include_str!("carts_aside.sql"))?;
    }
    Ok(())
}

/// Adds the stored orders that may be twins of those found before.
fn near(connection: &Connection, level: i64) -> Result<(), StoreError> {
    let level = level.to_string();
    if exists(connection, &format!("SELECT count(*) FROM twin_told WHERE level = {level}"))? {
        connection.execute_batch(&include_str!("twins_near.sql").replace("$LEVEL", &level))?;
    }
    Ok(())
}

fn touch(connection: &Connection) -> Result<(), StoreError> {
    if exists(connection, "SELECT count(*) FROM retwinned")? {
        connection.execute_batch(include_str!("twins_touched.sql"))?;
    }
    Ok(())
}
