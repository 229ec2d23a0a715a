INSERT INTO all_orders
SELECT w.order_id, i.shop_id, i.source_id, i.external_id, i.number, i.invoice_number,
       i.origin, i.modified, i.digest,
       CASE WHEN w.is_new THEN i.import_id ELSE w.created_import END, i.import_id,
       i.status, i.class, i.test, i.created, i.paid, i.completed, i.processed, i.validated, i.cancelled,
       r.person_id, i.customer_ref, i.email, i.email_key, i.phone, i.phone_key, i.customer_name,
       i.billing_country, i.billing_region, i.billing_city, i.billing_postcode,
       i.shipping_country, i.shipping_region, i.shipping_city, i.shipping_postcode,
       i.payment_method, i.shipping_method, i.coupon, i.source, i.medium, i.campaign, i.channel, i.device,
       i.currency, i.goods, i.shipping, i.fees, i.tax, i.total, i.total_only, i.payments,
       r.counted, r.rank, r.customer_type, r.occurred_at, r.day, r.hour_at, r.hour_of_day, r.rate_day, i.told_class,
       t.twin_of, 0, nullif(trim(ltrim(trim(coalesce(i.number, i.external_id)), '#')), '')
FROM in_orders i
JOIN won w ON w.in_no = i.in_no
JOIN ruled r ON r.in_no = i.in_no
LEFT JOIN twinned t ON t.in_no = i.in_no;

INSERT INTO lines
SELECT r.order_id, l.shop_id, l.line_no, l.kind, CASE WHEN l.kind = 'product' THEN p.product_id END,
       l.variant, l.name, l.category, l.quantity, l.regular_price, l.gross, l.discount, l.taxes, l.cost
FROM in_lines l
JOIN ruled r ON r.in_no = l.in_no
LEFT JOIN products p ON p.shop_id = l.shop_id AND p.code = l.code;

-- The ledger: one row per line, one per order, one per further tax rate.
INSERT INTO money
SELECT l.shop_id, 'line', r.order_id, NULL, l.line_no,
       CASE WHEN l.kind = 'product' THEN p.product_id END, l.variant, l.category, l.tax_rate, i.currency,
       r.person_id, r.counted, r.customer_type, r.occurred_at, r.day, r.hour_at, r.hour_of_day, r.rate_day,
       0, 0, CASE WHEN l.kind = 'product' THEN l.quantity ELSE 0 END, l.gross, l.discount, 0, 0, l.tax,
       0, 0, 0, 0, 0, 0
FROM in_lines l
JOIN in_orders i ON i.in_no = l.in_no
JOIN ruled r ON r.in_no = l.in_no
LEFT JOIN products p ON p.shop_id = l.shop_id AND p.code = l.code;

INSERT INTO money
SELECT i.shop_id, 'order', r.order_id, NULL, 0, NULL, NULL, NULL, i.row_tax_rate, i.currency,
       r.person_id, r.counted, r.customer_type, r.occurred_at, r.day, r.hour_at, r.hour_of_day, r.rate_day,
       1, CASE WHEN i.goods + i.shipping + i.fees > 0 THEN 1 ELSE 0 END,
       0, 0, i.row_discount, i.shipping, i.fees, i.row_tax,
       CASE WHEN i.total_only THEN i.total ELSE 0 END, 0, 0, 0, 0, 0
FROM in_orders i
JOIN ruled r ON r.in_no = i.in_no;

INSERT INTO money
SELECT i.shop_id, 'tax', r.order_id, NULL, t.line_no,
       CASE WHEN l.kind = 'product' THEN p.product_id END, l.variant, l.category, t.rate, i.currency,
       r.person_id, r.counted, r.customer_type, r.occurred_at, r.day, r.hour_at, r.hour_of_day, r.rate_day,
       0, 0, 0, 0, 0, 0, 0, t.amount, 0, 0, 0, 0, 0, 0
FROM in_taxes t
JOIN in_orders i ON i.in_no = t.in_no
JOIN ruled r ON r.in_no = t.in_no
LEFT JOIN in_lines l ON l.in_no = t.in_no AND l.line_no = t.line_no
LEFT JOIN products p ON p.shop_id = l.shop_id AND p.code = l.code;

-- Products that may now have another name: see name_products.sql.
INSERT INTO touched_products
SELECT DISTINCT l.product_id FROM lines l JOIN won w ON w.order_id = l.order_id WHERE l.product_id IS NOT NULL;
