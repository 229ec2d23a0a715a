-- A refunded line takes the category of its order's line.
INSERT INTO money
WITH sold AS (
    SELECT l.order_id, l.product_id, l.variant, max(l.category) AS category
    FROM lines l
    WHERE l.product_id IS NOT NULL AND l.order_id IN (
        SELECT f.order_id FROM refunds f JOIN in_refund_money m ON m.refund_id = f.refund_id
        WHERE f.order_id IS NOT NULL AND m.product_id IS NOT NULL)
    GROUP BY ALL
)
SELECT f.shop_id, m.kind, f.order_id, f.refund_id, m.line_no, m.product_id, m.variant, s.category, m.tax_rate, f.currency,
       coalesce(o.person_id, f.person_id), coalesce(o.counted, true), o.customer_type, f.occurred_at,
       CAST(f.occurred_at + to_seconds(z.seconds) AS DATE),
       date_trunc('hour', f.occurred_at + to_seconds(z.seconds)) - to_seconds(z.seconds),
       extract('hour' FROM f.occurred_at + to_seconds(z.seconds)),
       coalesce(o.rate_day, CAST(f.occurred_at + to_seconds(z.seconds) AS DATE)),
       0, 0, 0, 0, 0, 0, 0, 0, m.total_only, m.units_returned,
       m.refunded_goods, m.refunded_shipping, m.refunded_fees, m.refunded_tax
FROM in_refund_money m
JOIN refunds f ON f.refund_id = m.refund_id
LEFT JOIN all_orders o ON o.order_id = f.order_id
LEFT JOIN sold s ON s.order_id = f.order_id AND s.product_id = m.product_id
     AND s.variant IS NOT DISTINCT FROM m.variant
JOIN shop_rules r ON r.shop_id = f.shop_id
JOIN zones z ON z.zone = r.zone AND z.starts <= f.occurred_at AND f.occurred_at < z.ends;
