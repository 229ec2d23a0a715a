//! Finds a person, as somebody who must answer their request does: by whatever the request says.

use super::Found;
use super::traces::last_digits;
use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// Everything that names somebody, one row per record. Who is known only by carts has a number of no
/// person: their oldest cart's, negative.
const KNOWN: &str = "
    SELECT person_id, shop_id, nullif(trim(customer_name), '') AS name, nullif(trim(email), '') AS email,
           nullif(trim(phone), '') AS phone, created AS seen, phone_key, customer_ref,
           CASE WHEN twin_of IS NULL AND class <> 'deleted' THEN order_id END AS order_id,
           CASE WHEN twin_of IS NULL AND class <> 'deleted' THEN created END AS ordered
    FROM all_orders WHERE shop_id IN ($SHOPS)
    UNION ALL
    SELECT person_id, shop_id, nullif(trim(customer_name), ''), nullif(trim(email), ''), nullif(trim(phone), ''),
           occurred_at, phone_key, customer_ref, NULL, NULL
    FROM refunds WHERE order_id IS NULL AND shop_id IN ($SHOPS)
    UNION ALL
    SELECT person_id, shop_id, nullif(trim(customer_name), ''), nullif(trim(email), ''), nullif(trim(phone), ''),
           coalesce(created, modified), phone_key, customer_ref, NULL, NULL
    FROM customers WHERE shop_id IN ($SHOPS)
    UNION ALL
    SELECT -min(cart_id) OVER (PARTITION BY lower(trim(email))), shop_id, nullif(trim(customer_name), ''), trim(email),
           NULL, updated, NULL, NULL, NULL, NULL
    FROM all_carts
    WHERE shop_id IN ($SHOPS) AND email IS NOT NULL AND lower(trim(email)) NOT IN (
        SELECT email_key FROM identities WHERE email_key IS NOT NULL AND person_id IS NOT NULL)";

/// Persons found by e-mail address, telephone number, name, platform account or our own number; of these
/// shops only. At most `most`, the latest first.
pub fn find(
    snapshot: &Snapshot,
    shops: &[i64],
    asked: &str,
    most: usize,
) -> Result<Vec<Found>, StoreError> {
    let asked = asked.trim();
    if asked.is_empty() || shops.is_empty() {
        return Ok(Vec::new());
    }
    let listed: Vec<String> = shops.iter().map(i64::to_string).collect();
    let known = KNOWN.replace("$SHOPS", &listed.join(", "));
    let mut values: Vec<Value> = Vec::new();
    let condition = condition(asked, &mut values);
    values.push(i64::try_from(most).unwrap_or(i64::MAX).into());
    let rows = snapshot.query(
        &format!(
            "WITH known AS ({known}),
             meant AS (SELECT DISTINCT person_id FROM known WHERE person_id IS NOT NULL AND ({condition}))
             SELECT person_id, string_agg(DISTINCT CAST(shop_id AS VARCHAR), ','), arg_max(name, seen),
                    arg_max(email, seen), arg_max(phone, seen), count(DISTINCT order_id), max(ordered)
             FROM known WHERE person_id IN (SELECT person_id FROM meant)
             GROUP BY person_id ORDER BY max(seen) DESC, person_id LIMIT ?"
        ),
        &values,
    )?;
    Ok(rows.rows.iter().filter_map(|cells| read(cells)).collect())
}

fn condition(asked: &str, values: &mut Vec<Value>) -> String {
    if asked.contains('@') {
        values.push(asked.to_lowercase().into());
        return "lower(email) = ?".to_owned();
    }
    let named;
    let mut any = vec!["customer_ref = ?"];
    values.push(asked.into());
    let digits: String = asked.chars().filter(char::is_ascii_digit).collect();
    let only_digits = asked
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '.' | '-' | '(' | ')' | '/'));
    if only_digits {
        if let Ok(number) = asked.parse::<i64>() {
            any.push("person_id = ?");
            values.push(number.into());
        }
        if digits.len() >= 6 {
            // 06…, +336… and 00336… are one number to whoever asks.
            let end = last_digits(&digits).to_owned();
            any.push("ends_with(phone_key, ?)");
            any.push("ends_with(regexp_replace(phone, '[^0-9]', '', 'g'), ?)");
            values.extend([Value::from(end.as_str()), end.as_str().into()]);
        }
    } else {
        // Last name first, or the first name left out: whoever asks writes it their way.
        let words: Vec<&str> = asked.split_whitespace().collect();
        let each =
            vec!["contains(strip_accents(lower(name)), strip_accents(lower(?)))"; words.len()];
        values.extend(words.into_iter().map(Value::from));
        named = format!("({})", each.join(" AND "));
        any.push(&named);
    }
    any.join(" OR ")
}

fn read(cells: &[Value]) -> Option<Found> {
    let mut shops: Vec<i64> =
        cells[1].text()?.split(',').filter_map(|shop| shop.parse().ok()).collect();
    shops.sort_unstable();
    let text = |index: usize| cells[index].text().map(str::to_owned);
    Some(Found {
        person: cells[0].int()?,
        shops,
        name: text(2),
        email: text(3),
        phone: text(4),
        orders: cells[5].int().unwrap_or(0),
        last_order: cells[6].instant(),
    })
}
