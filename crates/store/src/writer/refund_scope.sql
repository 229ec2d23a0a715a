-- An order that became refunded without any refund gets one for all of it, dated when it was first
-- seen so; a real refund replaces it.
DELETE FROM money USING refunds r
WHERE money.refund_id = r.refund_id AND r.derived AND r.order_id IN (SELECT order_id FROM refund_orders);
DELETE FROM refunds WHERE derived AND order_id IN (SELECT order_id FROM refund_orders);
INSERT INTO refunds
SELECT nextval('row_ids'), o.shop_id, o.source_id, 'derived:' || o.external_id, true, o.external_id, o.order_id,
       o.origin, o.modified, 0, o.created_import, o.changed_import, false,
       (SELECT min(h.modified) FROM order_history h
        LEFT JOIN status_meanings m ON m.shop_id = h.shop_id AND m.status = h.status
        WHERE h.shop_id = o.shop_id AND h.source_id = o.source_id AND h.external_id = o.external_id
          AND CASE WHEN h.class = 'deleted' THEN h.class ELSE coalesce(m.class, h.class) END = 'refunded'),
       o.currency, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, NULL, 0, o.total, true
FROM orders o
WHERE o.class = 'refunded' AND o.total > 0
  AND o.order_id IN (SELECT order_id FROM refund_orders)
  AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.order_id AND NOT r.deleted);

INSERT INTO refund_scope
SELECT refund_id FROM refunds WHERE order_id IN (SELECT order_id FROM refund_orders)
UNION
SELECT refund_id FROM won_refunds;
DELETE FROM money USING refund_scope s WHERE money.refund_id = s.refund_id;
