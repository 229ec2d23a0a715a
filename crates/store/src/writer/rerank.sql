-- Orders that were there before and whose person, rank, day or hour the transaction changes.
DELETE FROM ruled USING all_orders o
WHERE ruled.order_id = o.order_id AND ruled.in_no IS NULL
  AND (o.person_id, o.counted, o.rank, o.customer_type, o.occurred_at, o.day, o.hour_at, o.hour_of_day, o.rate_day)
      IS NOT DISTINCT FROM
      (ruled.person_id, ruled.counted, ruled.rank, ruled.customer_type, ruled.occurred_at, ruled.day, ruled.hour_at,
       ruled.hour_of_day, ruled.rate_day);

UPDATE all_orders SET person_id = r.person_id, counted = r.counted, rank = r.rank, customer_type = r.customer_type,
                  occurred_at = r.occurred_at, day = r.day, hour_at = r.hour_at, hour_of_day = r.hour_of_day, rate_day = r.rate_day
FROM ruled r WHERE all_orders.order_id = r.order_id AND r.in_no IS NULL;

-- A refund keeps its own day; everything else follows the order.
UPDATE money SET person_id = r.person_id, counted = r.counted, customer_type = r.customer_type,
                 rate_day = r.rate_day,
                 occurred_at = CASE WHEN money.refund_id IS NULL THEN r.occurred_at ELSE money.occurred_at END,
                 day = CASE WHEN money.refund_id IS NULL THEN r.day ELSE money.day END,
                 hour_at = CASE WHEN money.refund_id IS NULL THEN r.hour_at ELSE money.hour_at END,
                 hour_of_day = CASE WHEN money.refund_id IS NULL THEN r.hour_of_day ELSE money.hour_of_day END
FROM ruled r WHERE money.order_id = r.order_id AND r.in_no IS NULL;
