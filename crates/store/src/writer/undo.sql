-- Orders and refunds that the import created and nothing has touched since.
CREATE OR REPLACE TEMP TABLE undone AS
SELECT o.order_id, o.shop_id, o.source_id, o.external_id, o.twin_of
FROM all_orders o JOIN undoing u ON o.created_import = u.import_id AND o.changed_import = u.import_id;
CREATE OR REPLACE TEMP TABLE undone_refunds AS
SELECT r.refund_id FROM refunds r JOIN undone u ON r.order_id = u.order_id WHERE r.nested
UNION
SELECT r.refund_id FROM refunds r JOIN undoing u ON r.created_import = u.import_id AND r.changed_import = u.import_id
WHERE NOT r.nested;

INSERT INTO touched_persons
SELECT DISTINCT person_id FROM all_orders WHERE person_id IS NOT NULL AND order_id IN (SELECT order_id FROM undone);
INSERT INTO touched_persons
SELECT DISTINCT person_id FROM refunds
WHERE person_id IS NOT NULL AND refund_id IN (SELECT refund_id FROM undone_refunds);
INSERT INTO refund_orders
SELECT order_id FROM refunds
WHERE refund_id IN (SELECT refund_id FROM undone_refunds) AND order_id IS NOT NULL
  AND order_id NOT IN (SELECT order_id FROM undone);
-- Refunds from elsewhere lose their order; they are worked out again without it.
INSERT INTO won_refunds (refund_id)
SELECT refund_id FROM refunds
WHERE order_id IN (SELECT order_id FROM undone) AND refund_id NOT IN (SELECT refund_id FROM undone_refunds);

DELETE FROM money USING undone_refunds u WHERE money.refund_id = u.refund_id;
DELETE FROM money USING undone u WHERE money.order_id = u.order_id;
DELETE FROM twin_money USING undone u WHERE twin_money.order_id = u.order_id;
DELETE FROM refund_lines USING undone_refunds u WHERE refund_lines.refund_id = u.refund_id;
DELETE FROM refunds USING undone_refunds u WHERE refunds.refund_id = u.refund_id;
UPDATE refunds SET order_id = NULL FROM undone u WHERE refunds.order_id = u.order_id;
DELETE FROM lines USING undone u WHERE lines.order_id = u.order_id;
DELETE FROM all_orders USING undone u WHERE all_orders.order_id = u.order_id;
DELETE FROM order_history USING undone u
WHERE order_history.shop_id = u.shop_id AND order_history.source_id = u.source_id
  AND order_history.external_id = u.external_id;
DELETE FROM products
WHERE NOT listed AND product_id NOT IN (SELECT product_id FROM lines WHERE product_id IS NOT NULL)
  AND product_id NOT IN (SELECT product_id FROM refund_lines WHERE product_id IS NOT NULL);
