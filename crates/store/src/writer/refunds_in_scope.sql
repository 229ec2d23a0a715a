-- Refunds to work out (those of twins never count), those of one order together and in time order. A refund inside an order
-- stands back for the same refund sent by itself.
SELECT r.refund_id, r.order_id, o.goods, o.shipping, o.fees, o.tax, coalesce(o.total_only, false),
       r.goods, r.shipping, r.fees, r.tax, r.taxes, r.untold
FROM refunds r
JOIN refund_scope s ON s.refund_id = r.refund_id
LEFT JOIN all_orders o ON o.order_id = r.order_id
WHERE NOT r.deleted AND o.twin_of IS NULL
  AND NOT (r.nested AND EXISTS (
        SELECT 1 FROM refunds t WHERE NOT t.nested AND NOT t.deleted AND t.order_id = r.order_id
                                  AND t.external_id = r.external_id))
ORDER BY r.order_id, r.occurred_at, r.external_id, r.refund_id
