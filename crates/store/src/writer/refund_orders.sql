-- Orders whose refunds must be worked out: those this transaction touched, when they have any, or
-- became refunded without one.
INSERT INTO refund_orders SELECT order_id FROM won_refunds WHERE order_id IS NOT NULL;
INSERT INTO refund_orders
SELECT w.order_id FROM won w JOIN in_orders i ON i.in_no = w.in_no
WHERE i.class = 'refunded' OR w.order_id IN (SELECT order_id FROM refunds WHERE order_id IS NOT NULL);
-- An order that is no longer a twin has its refunds back; those of one that became a twin are gone.
INSERT INTO refund_orders SELECT order_id FROM retwinned;
