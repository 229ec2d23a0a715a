-- Refunds, carts and visits keep their instants; their local days follow the zone.
UPDATE money SET day = moved.day, hour_at = moved.hour_at, hour_of_day = moved.hour_of_day,
                 rate_day = CASE WHEN money.order_id IS NULL THEN moved.day ELSE money.rate_day END
FROM (SELECT f.refund_id, CAST(f.occurred_at + to_seconds(z.seconds) AS DATE) AS day,
             date_trunc('hour', f.occurred_at + to_seconds(z.seconds)) - to_seconds(z.seconds) AS hour_at,
             CAST(extract('hour' FROM f.occurred_at + to_seconds(z.seconds)) AS TINYINT) AS hour_of_day
      FROM refunds f
      JOIN recounted c ON c.shop_id = f.shop_id
      JOIN shop_rules r ON r.shop_id = f.shop_id
      JOIN zones z ON z.zone = r.zone AND z.starts <= f.occurred_at AND f.occurred_at < z.ends) moved
WHERE money.refund_id = moved.refund_id
  AND (money.day, money.hour_at, money.hour_of_day) IS DISTINCT FROM (moved.day, moved.hour_at, moved.hour_of_day);

UPDATE all_carts SET day = moved.day
FROM (SELECT k.cart_id, CAST(k.created + to_seconds(z.seconds) AS DATE) AS day
      FROM all_carts k
      JOIN recounted c ON c.shop_id = k.shop_id
      JOIN shop_rules r ON r.shop_id = k.shop_id
      JOIN zones z ON z.zone = r.zone AND z.starts <= k.created AND k.created < z.ends) moved
WHERE all_carts.cart_id = moved.cart_id AND all_carts.day <> moved.day;

UPDATE visits SET day = CAST(visits.started + to_seconds(z.seconds) AS DATE)
FROM zones z
JOIN shop_rules r ON r.zone = z.zone
JOIN recounted c ON c.shop_id = r.shop_id
WHERE visits.shop_id = r.shop_id AND z.starts <= visits.started AND visits.started < z.ends
  AND visits.day <> CAST(visits.started + to_seconds(z.seconds) AS DATE);
