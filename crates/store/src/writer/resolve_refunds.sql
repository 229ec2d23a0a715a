-- Refunds inside a winning order come with it; others are compared by their own version.
INSERT INTO won_refunds
SELECT i.in_no, nextval('row_ids'), w.order_id, true, false, i.import_id, NULL
FROM in_refunds i JOIN won w ON w.in_no = i.order_in_no;

INSERT INTO won_refunds
SELECT i.in_no, coalesce(r.refund_id, nextval('row_ids')), NULL, r.refund_id IS NULL,
       r.refund_id IS NOT NULL AND r.digest = i.digest, r.created_import, r.person_id
FROM in_refunds i
LEFT JOIN refunds r ON NOT r.nested AND r.shop_id = i.shop_id AND r.source_id = i.source_id
                   AND r.external_id = i.external_id
WHERE i.order_in_no IS NULL
  AND (r.refund_id IS NULL
       OR (i.origin, i.modified, i.deleted, i.digest) > (r.origin, r.modified, r.deleted, r.digest));

UPDATE refunds SET origin = i.origin, modified = i.modified
FROM won_refunds w JOIN in_refunds i ON i.in_no = w.in_no
WHERE w.same AND refunds.refund_id = w.refund_id;
DELETE FROM won_refunds WHERE same;

INSERT INTO touched_persons SELECT DISTINCT old_person FROM won_refunds WHERE old_person IS NOT NULL;

-- Orders whose refunds must be worked out again: those of replaced refunds, before and after.
INSERT INTO refund_orders
SELECT r.order_id FROM refunds r JOIN won_refunds w ON w.refund_id = r.refund_id WHERE r.order_id IS NOT NULL;

DELETE FROM refund_lines USING won_refunds w WHERE refund_lines.refund_id = w.refund_id AND NOT w.is_new;
DELETE FROM money USING won_refunds w WHERE money.refund_id = w.refund_id AND NOT w.is_new;
DELETE FROM refunds USING won_refunds w WHERE refunds.refund_id = w.refund_id AND NOT w.is_new;

-- Standalone refunds find their order, stored or incoming.
UPDATE won_refunds SET order_id = found.order_id
FROM (SELECT i.in_no, o.order_id
      FROM in_refunds i
      JOIN all_orders o ON o.shop_id = i.shop_id AND o.source_id = i.source_id AND o.external_id = i.order_ref
      WHERE i.order_in_no IS NULL
      UNION ALL
      SELECT i.in_no, w.order_id
      FROM in_refunds i
      JOIN in_orders o ON o.shop_id = i.shop_id AND o.source_id = i.source_id AND o.external_id = i.order_ref
      JOIN won w ON w.in_no = o.in_no
      WHERE i.order_in_no IS NULL) found
WHERE won_refunds.in_no = found.in_no;

INSERT INTO refunds
SELECT w.refund_id, i.shop_id, i.source_id, i.external_id, i.order_in_no IS NOT NULL, i.order_ref, w.order_id,
       i.origin, i.modified, i.digest, CASE WHEN w.is_new THEN i.import_id ELSE w.created_import END, i.import_id,
       i.deleted, i.occurred_at, i.currency, i.reason, NULL, i.customer_ref, i.email, i.email_key, i.phone, i.phone_key,
       i.customer_name, i.country, i.goods, i.shipping, i.fees, i.taxes, i.tax, i.untold, false
FROM in_refunds i JOIN won_refunds w ON w.in_no = i.in_no;

INSERT INTO refund_lines
SELECT w.refund_id, l.shop_id, l.line_no, l.kind,
       CASE WHEN l.kind = 'product' THEN p.product_id END, l.variant, l.name, l.quantity, l.amount, l.taxes
FROM in_refund_lines l
JOIN won_refunds w ON w.in_no = l.in_no
LEFT JOIN products p ON p.shop_id = l.shop_id AND p.code = l.code;
