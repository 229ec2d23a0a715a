-- Records that were not understood, and whether they are of an erased order or account.
SELECT r.connection_id, r.kind, r.external_id, r.detail,
       (r.kind = 'order' AND (c.shop_id, s.source_id, r.external_id) IN (
            SELECT (shop_id, source_id, external_id) FROM all_orders
            WHERE starts_with(email_key, 'erased:') OR starts_with(customer_ref, 'erased:')))
       OR (r.kind = 'customer' AND (s.source_id, r.external_id) IN (
            SELECT (CAST(source_id AS INTEGER), value) FROM forgotten WHERE kind = 'account')) AS theirs
FROM connection_refused r
JOIN connections c ON c.connection_id = r.connection_id
LEFT JOIN sources s ON s.shop_id = c.shop_id AND s.name = c.platform;
