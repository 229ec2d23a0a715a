-- Stored orders that share an id or a number with those of the level before.
INSERT INTO twin_told
SELECT $LEVEL + 1, o.order_id, NULL, o.shop_id, o.source_id, o.external_id, o.number_key, o.email_key, o.created,
       o.twin_of
FROM all_orders o
WHERE o.order_id IN (
        SELECT s.order_id FROM all_orders s
        JOIN twin_told t ON s.shop_id = t.shop_id AND s.external_id = t.external_id
        WHERE t.level = $LEVEL AND s.source_id <> t.source_id
        UNION
        SELECT s.order_id FROM all_orders s
        JOIN twin_told t ON s.shop_id = t.shop_id AND s.number_key = t.number_key
        WHERE t.level = $LEVEL AND s.source_id <> t.source_id)
  AND NOT EXISTS (SELECT 1 FROM twin_told k WHERE k.order_id = o.order_id);
