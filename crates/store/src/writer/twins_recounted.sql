-- All orders of the shops that are counted again.
INSERT INTO twin_told
SELECT 1, o.order_id, NULL, o.shop_id, o.source_id, o.external_id, o.number_key, o.email_key, o.created, o.twin_of
FROM all_orders o
WHERE o.shop_id IN (SELECT a.shop_id FROM authorities a JOIN recounted r ON r.shop_id = a.shop_id WHERE a.several);
