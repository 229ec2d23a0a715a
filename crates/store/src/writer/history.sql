-- History: every version seen, once.
INSERT INTO order_history
SELECT i.shop_id, i.source_id, i.external_id, i.origin, i.modified, i.digest, i.status, coalesce(i.told_class, i.class), i.total, i.currency
FROM in_orders i
WHERE NOT EXISTS (SELECT 1 FROM order_history h
                  WHERE h.shop_id = i.shop_id AND h.source_id = i.source_id AND h.external_id = i.external_id
                    AND h.origin = i.origin AND h.modified = i.modified AND h.digest = i.digest);
INSERT INTO order_history
SELECT DISTINCT i.* FROM in_history i
WHERE NOT EXISTS (SELECT 1 FROM order_history h
                  WHERE h.shop_id = i.shop_id AND h.source_id = i.source_id AND h.external_id = i.external_id
                    AND h.origin = i.origin AND h.modified = i.modified AND h.digest = i.digest);
