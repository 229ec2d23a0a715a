-- An order that arrives after its refunds takes them.
INSERT INTO touched_persons
SELECT DISTINCT r.person_id
FROM refunds r
JOIN in_orders i ON r.shop_id = i.shop_id AND r.source_id = i.source_id AND r.order_ref = i.external_id
JOIN won w ON w.in_no = i.in_no
WHERE r.order_id IS NULL AND r.person_id IS NOT NULL;

UPDATE refunds SET order_id = w.order_id, person_id = NULL
FROM in_orders i JOIN won w ON w.in_no = i.in_no
WHERE refunds.order_id IS NULL AND refunds.shop_id = i.shop_id AND refunds.source_id = i.source_id
  AND refunds.order_ref = i.external_id;
