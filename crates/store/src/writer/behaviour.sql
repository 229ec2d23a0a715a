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

-- A visit that goes on grows: all its tellings make one row, in whatever order they come.
CREATE OR REPLACE TEMP TABLE told_visits AS
SELECT shop_id, source_id, external_id, min(started) AS started, arg_min(day, started) AS day, max(pages) AS pages,
       min(source) AS source, min(medium) AS medium, min(campaign) AS campaign, min(device) AS device,
       min(country) AS country, bool_or(added_to_cart) AS added_to_cart, bool_or(ordered) AS ordered
FROM (SELECT * FROM in_visits
      UNION ALL
      SELECT v.* FROM visits v
      WHERE EXISTS (SELECT 1 FROM in_visits i
                    WHERE i.shop_id = v.shop_id AND i.source_id = v.source_id AND i.external_id = v.external_id)) told
GROUP BY shop_id, source_id, external_id;
DELETE FROM visits USING told_visits t
WHERE visits.shop_id = t.shop_id AND visits.source_id = t.source_id AND visits.external_id = t.external_id;
INSERT INTO visits SELECT * FROM told_visits;
