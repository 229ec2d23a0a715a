-- Works out again all that the rule, the zone or the meanings of statuses of a shop decide.

-- Classes: what the merchant says a raw status means, else what the platform told.
CREATE OR REPLACE TEMP TABLE reclassed AS
SELECT o.order_id, coalesce(o.told_class, o.class) AS told,
       CASE WHEN coalesce(o.told_class, o.class) = 'deleted' THEN 'deleted'
            ELSE coalesce(m.class, o.told_class, o.class) END AS class
FROM all_orders o
LEFT JOIN status_meanings m ON m.shop_id = o.shop_id AND m.status = o.status
WHERE o.shop_id IN (SELECT shop_id FROM recounted)
  AND o.class <> CASE WHEN coalesce(o.told_class, o.class) = 'deleted' THEN 'deleted'
                      ELSE coalesce(m.class, o.told_class, o.class) END;

UPDATE all_orders SET class = r.class, told_class = CASE WHEN r.class = r.told THEN NULL ELSE r.told END
FROM reclassed r WHERE all_orders.order_id = r.order_id;

-- Refunds that we derived come and go with the class of their order, and are dated by its history.
INSERT INTO refund_orders
SELECT order_id FROM reclassed
UNION
SELECT order_id FROM refunds WHERE derived AND shop_id IN (SELECT shop_id FROM recounted);
