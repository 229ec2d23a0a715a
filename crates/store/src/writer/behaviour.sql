-- Carts: the newest version replaces the one before.
DELETE FROM in_carts USING all_carts c
WHERE in_carts.shop_id = c.shop_id AND in_carts.source_id = c.source_id
  AND in_carts.external_id = c.external_id
  AND (in_carts.origin, in_carts.modified, in_carts.digest) <= (c.origin, c.modified, c.digest);
DELETE FROM all_carts USING in_carts i
WHERE all_carts.shop_id = i.shop_id AND all_carts.source_id = i.source_id AND all_carts.external_id = i.external_id;
INSERT INTO all_carts
SELECT nextval('row_ids'), i.shop_id, i.source_id, i.external_id, i.origin, i.modified, i.digest, i.state,
       i.created, i.updated, i.day, i.currency, i.total, i.email, i.customer_name, i.items, i.order_ref, false
FROM in_carts i;

-- A visit never changes: the first telling counts.
INSERT INTO visits
SELECT i.* FROM in_visits i
WHERE NOT EXISTS (SELECT 1 FROM visits v
                  WHERE v.shop_id = i.shop_id AND v.source_id = i.source_id AND v.external_id = i.external_id);
