-- Which incoming orders are newer than what is stored, and under which id they are kept.
INSERT INTO won
SELECT i.in_no, coalesce(o.order_id, nextval('row_ids')), o.order_id IS NULL,
       o.order_id IS NOT NULL AND o.digest = i.digest, o.created_import, o.person_id, o.twin_of
FROM in_orders i
LEFT JOIN all_orders o ON o.shop_id = i.shop_id AND o.source_id = i.source_id AND o.external_id = i.external_id
WHERE o.order_id IS NULL
   OR (i.origin, i.modified, coalesce(i.told_class, i.class) = 'deleted', i.digest)
      > (o.origin, o.modified, coalesce(o.told_class, o.class) = 'deleted', o.digest);

-- The same content under a newer stamp changes nothing but the stamp.
UPDATE all_orders SET origin = i.origin, modified = i.modified
FROM won w JOIN in_orders i ON i.in_no = w.in_no
WHERE w.same AND all_orders.order_id = w.order_id;

DELETE FROM won WHERE same;

INSERT INTO touched_persons SELECT DISTINCT old_person FROM won WHERE old_person IS NOT NULL;

-- Products that only order lines know so far.
INSERT INTO products (product_id, shop_id, code, listed, deleted)
SELECT nextval('row_ids'), l.shop_id, l.code, false, false
FROM (SELECT DISTINCT shop_id, code FROM in_lines WHERE code IS NOT NULL
      UNION SELECT DISTINCT shop_id, code FROM in_refund_lines WHERE code IS NOT NULL) l
WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.shop_id = l.shop_id AND p.code = l.code);
