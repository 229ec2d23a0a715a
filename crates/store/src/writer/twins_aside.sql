-- The ledger rows of a twin are set aside: nothing is summed from them. Those of its refunds are gone
-- until it counts again.
CREATE OR REPLACE TEMP TABLE twin_aside AS
SELECT order_id FROM twinned
UNION ALL
SELECT o.order_id FROM all_orders o JOIN retwinned r ON r.order_id = o.order_id WHERE o.twin_of IS NOT NULL;
INSERT INTO twin_money
SELECT * FROM money WHERE refund_id IS NULL AND order_id IN (SELECT order_id FROM twin_aside);
DELETE FROM money WHERE order_id IN (SELECT order_id FROM twin_aside);

-- Those of an order that is no longer a twin come back, as the order is now.
CREATE OR REPLACE TEMP TABLE twin_back AS
SELECT o.order_id, o.person_id, o.counted, o.customer_type, o.occurred_at, o.day, o.hour_at, o.hour_of_day, o.rate_day
FROM all_orders o JOIN retwinned r ON r.order_id = o.order_id
WHERE o.twin_of IS NULL;
INSERT INTO money
SELECT m.* REPLACE (b.person_id AS person_id, b.counted AS counted, b.customer_type AS customer_type,
                    b.occurred_at AS occurred_at, b.day AS day, b.hour_at AS hour_at,
                    b.hour_of_day AS hour_of_day, b.rate_day AS rate_day)
FROM twin_money m JOIN twin_back b ON b.order_id = m.order_id;
DELETE FROM twin_money WHERE order_id IN (SELECT order_id FROM twin_back);
