//! Merges the incoming tables into the records, within the writer's transaction.
//!
//! The same statements serve one pushed order and an import of millions. They compute what each new
//! row will be before inserting it, so that large imports insert once and update little.

use duckdb::Connection;

use super::stage::Staged;
use super::{refund_money, twins};
use crate::engine::query;
use crate::error::StoreError;
use crate::privacy;
use crate::value::Value;

/// Links between records are chains in practice; a longer chain than this is a loop in the data.
const MAX_LABEL_STEPS: usize = 1000;

/// Before the first merge of a transaction.
pub(crate) fn begin(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute_batch("CREATE OR REPLACE TEMP TABLE touched_products (product_id BIGINT)")?;
    Ok(())
}

/// After the last merge of a transaction: what need not be worked out more than once.
pub(crate) fn end(connection: &Connection) -> Result<(), StoreError> {
    if exists(connection, "SELECT count(*) FROM touched_products")? {
        connection.execute_batch(include_str!("name_products.sql"))?;
    }
    Ok(())
}

/// Runs every statement that the staged records call for.
pub(crate) fn merge(connection: &Connection, staged: Staged) -> Result<(), StoreError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(StoreError::from);
    let sales = staged.orders + staged.refunds > 0;
    let mut told_twice = false;
    if staged.products > 0 {
        run(include_str!("products.sql"))?;
    }
    if staged.customers > 0 {
        run(include_str!("customers.sql"))?;
    }
    if sales {
        run(include_str!("history.sql"))?;
        run(include_str!("resolve_orders.sql"))?;
        if exists(connection, "SELECT count(*) FROM won WHERE NOT is_new")? {
            run(include_str!("replace_orders.sql"))?;
        }
        if staged.refunds > 0 {
            run(include_str!("resolve_refunds.sql"))?;
        }
        if exists(
            connection,
            "SELECT count(*) FROM refunds WHERE order_id IS NULL AND order_ref IS NOT NULL",
        )? {
            run(include_str!("link_refunds.sql"))?;
        }
        told_twice = twins::of_incoming(connection)?;
    }
    if sales || staged.customers > 0 {
        assign_persons(connection)?;
        run(include_str!("rule.sql"))?;
        if staged.orders > 0 {
            run(include_str!("insert_orders.sql"))?;
        }
        if exists(connection, "SELECT count(*) FROM ruled WHERE in_no IS NULL")? {
            run(include_str!("rerank.sql"))?;
        }
        privacy::settle_rectifications(connection)?;
    }
    if told_twice {
        twins::settle(connection)?;
    }
    if sales {
        refunds(connection)?;
    }
    if staged.behaviour > 0 {
        run(include_str!("behaviour.sql"))?;
        twins::set_carts_aside(connection)?;
        run("UPDATE generations SET behaviour = behaviour + 1")?;
    }
    if sales || staged.products + staged.customers > 0 {
        run("UPDATE generations SET sales = sales + 1")?;
    }
    Ok(())
}

/// Works out persons, ranks and refunds again after records were removed.
pub(crate) fn settle(connection: &Connection) -> Result<(), StoreError> {
    assign_persons(connection)?;
    connection.execute_batch(include_str!("rule.sql"))?;
    connection.execute_batch(include_str!("rerank.sql"))?;
    twins::settle(connection)?;
    refunds(connection)?;
    connection.execute_batch("UPDATE generations SET sales = sales + 1")?;
    Ok(())
}

/// Works out the refunds that are touched, and their money; most orders have none.
pub(super) fn refunds(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("refund_orders.sql"))?;
    if exists(
        connection,
        "SELECT (SELECT count(*) FROM refund_orders) + (SELECT count(*) FROM won_refunds)",
    )? {
        connection.execute_batch(include_str!("refund_scope.sql"))?;
        refund_money::derive(connection)?;
        connection.execute_batch(include_str!("insert_refund_money.sql"))?;
    }
    Ok(())
}

/// Gives every touched record its person: connected components over shared e-mails and accounts.
fn assign_persons(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("nodes.sql"))?;
    for _ in 0..MAX_LABEL_STEPS {
        connection.execute_batch(include_str!("spread_labels.sql"))?;
        if !exists(connection, include_str!("labels_settled.sql"))? {
            break;
        }
    }
    connection.execute_batch(include_str!("assign_persons.sql"))?;
    Ok(())
}

/// Whether a counting query counts anything.
pub(super) fn exists(connection: &Connection, sql: &str) -> Result<bool, StoreError> {
    let rows = query(connection, sql, &[])?;
    Ok(rows.rows.first().and_then(|cells| cells.first()).and_then(Value::int).unwrap_or(0) > 0)
}
