-- Orders whose better copy was removed.
INSERT INTO twin_told
SELECT 1, o.order_id, NULL, o.shop_id, o.source_id, o.external_id, o.number_key, o.email_key, o.created, o.twin_of
FROM all_orders o
WHERE o.twin_of IN (SELECT order_id FROM undone);
INSERT INTO lending SELECT DISTINCT twin_of FROM undone WHERE twin_of IS NOT NULL;
